"""Files that somebody hands in: checked, scanned and stored, given back to keep, and swept.

A file is checked, scanned and written before the transaction that makes its row: no row ever points at
a file that is not there, and a database is not held while a scanner reads. A file whose row was never
made, since the form came twice or the process was killed, is swept.
"""

import hashlib
import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import IdentityNumberInText, Refused
from coordination.audit import log
from coordination.jobs import files
from coordination.ui import scanner, uploads
from coordination.ui.guard import find_identity_number

from .models import StoredFile

TITLE = 120
ERASED_AFTER = timedelta(days=1)
"""The file of a removed row is erased so long after, when no backup is being made any longer whose
copy of the database still has the row: a restored portal misses no file."""

logger = logging.getLogger(__name__)


class FileRefused(Refused):
    """The file cannot be taken, and why."""


@dataclass(frozen=True)
class Checked:
    """A file that was found fit and lies in the store, as the row that is made of it tells of it."""

    kind: str
    original_name: str
    file: str
    size: int
    sha256: str
    scan: str

    @property
    def columns(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def checked(
    *, content: bytes, name: str, family: str, model: type[StoredFile]
) -> Iterator[Checked]:
    """Checks the file, has it scanned, and puts it in the store; takes it away again when no row of
    the model was made of it inside.

    Raises FileRefused, or IdentityNumberInText for a name that holds one.
    """
    original = uploads.clean_name(name)
    if find_identity_number(original.replace("_", " ")) is not None:
        text = _(
            "The name of the file seems to contain a personal identity number. Rename the file, and "
            "check that it holds no information about individuals."
        )
        raise IdentityNumberInText(text, field="file")
    try:
        kind = uploads.kind_of(content, original)
        verdict = scanner.scan(content, unpacked=uploads.unpacked_size(content, kind))
    except uploads.Unfit as unfit:
        raise FileRefused(unfit.text, field="file") from None
    stored = files.new_name(f".{kind.ending}", family=family)
    files.publish(content, stored)
    try:
        yield Checked(
            kind=kind.ending,
            original_name=original,
            file=stored,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            scan=verdict,
        )
    finally:
        if not model._default_manager.filter(file=stored).exists():
            files.remove(stored)


def remove(row: StoredFile, *, event: str, by: Any, now: datetime) -> None:
    """The row is no longer there for anybody; that it was, and who removed it, stays. Removing it twice
    is removing it once."""
    kept = type(row)._default_manager.filter(pk=row.pk, removed_at=None)
    with transaction.atomic():
        if kept.update(removed_by=by, removed_at=now):
            log.record(by=by, event=event, on=row, at=now)
        row.refresh_from_db()


def as_download(row: StoredFile, name: str, number: int) -> FileResponse:
    """The file, to keep: never shown inside the portal, and under a name that tells nothing.

    `name` has places for the `number` and the `ending`. Raises Http404 for what was removed.
    """
    if row.removed_at is not None:
        raise Http404
    try:
        content = io.BytesIO(files.path(row.file).read_bytes())
    except FileNotFoundError:
        logger.error("The file of %s %s is missing.", row._meta.model_name, row.pk)
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=name % {"number": number, "ending": row.kind},
        content_type=uploads.KINDS[row.kind].media_type,
    )
    # Should a browser show it after all, nothing in it runs or reaches anything.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def sweep(*, family: str, model: type[StoredFile], now: datetime | None = None) -> int:
    """Erases files that no row has, and those of rows removed a day ago. Returns how many."""
    now = now or timezone.now()

    def claimed(names: Iterable[str]) -> set[str]:
        rows = model._default_manager.filter(file__in=list(names)).exclude(
            removed_at__lte=now - ERASED_AFTER
        )
        return set(rows.values_list("file", flat=True))

    return files.sweep_unclaimed(family=family, claimed=claimed, now=now)
