"""Documents of a meeting: handed in, checked, given back to those who take part, and removed.

The file is checked, scanned and written before the transaction that makes its row: no row ever
points at a file that is not there, and a database is not held while a scanner reads. A file whose row
was never made, since the form came twice or the process was killed, is swept.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.jobs import files
from coordination.ui import scanner, uploads
from coordination.ui.guard import find_identity_number

from . import entries
from .models import LOG_STATES, PLAN_STATES, AgendaItem, Document, DocumentQuerySet, Meeting
from .refusals import IdentityNumberInText, NotOfThisForum, Refused, clean

__all__ = [
    "ERASED_AFTER",
    "MOST_DOCUMENTS",
    "Checked",
    "FileRefused",
    "TooManyDocuments",
    "add",
    "checked",
    "may_add",
    "may_remove",
    "of",
    "of_items",
    "remove",
    "sweep",
]

FAMILY = "document-"
"""How the names of these files begin in the store, so that those without a row can be told."""
TITLE = 120
MOST_DOCUMENTS = 40
ERASED_AFTER = timedelta(days=1)
"""The file of a removed document is erased so long after, when no backup is being made any longer
whose copy of the database still has the document: a restored portal misses no file."""


class FileRefused(Refused):
    """The file cannot be taken, and why."""


class TooManyDocuments(Refused):
    """The meeting has as many documents as any may have."""


@dataclass(frozen=True)
class Checked:
    """A file that was found fit and lies in the store, for `add` to take."""

    kind: str
    original_name: str
    file: str
    size: int
    sha256: str
    scan: str


@contextmanager
def checked(*, content: bytes, name: str) -> Iterator[Checked]:
    """Checks the file, has it scanned, and puts it in the store; takes it away again when no document
    was made of it inside.

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
    stored = files.new_name(f".{kind.ending}", family=FAMILY)
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
        if not Document.objects.filter(file=stored).exists():
            files.remove(stored)


def add(
    *,
    meeting: Meeting,
    file: Checked,
    title: str,
    by: Any,
    item: AgendaItem | None = None,
    now: datetime | None = None,
) -> Document:
    """The meeting has one document more, of an item or of the whole.

    Raises WrongState for a meeting that is cancelled or locked, NotOfThisForum for another meeting's
    item, TooManyDocuments, and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, (*PLAN_STATES, *LOG_STATES))
        if item is not None and item.meeting_id != meeting.pk:
            raise NotOfThisForum("item")
        if meeting.documents.kept().count() >= MOST_DOCUMENTS:
            text = _("A meeting can have at most %(count)s documents. Remove one first.")
            raise TooManyDocuments(text % {"count": MOST_DOCUMENTS})
        last = meeting.documents.aggregate(last=Max("number"))["last"] or 0
        document = Document.objects.create(
            meeting=meeting,
            item=item,
            number=last + 1,
            title=clean(
                title,
                label=_("The title"),
                limit=TITLE,
                field="title",
                needed=_("Enter what the document is"),
            ),
            kind=file.kind,
            original_name=file.original_name,
            file=file.file,
            size=file.size,
            sha256=file.sha256,
            scan=file.scan,
            added_by=by,
            added_at=now,
        )
        log.record(
            by=by, event="forums.document.added", on=document, facts={"kind": file.kind}, at=now
        )
    return document


def remove(*, document: Document, by: Any, now: datetime | None = None) -> Document:
    """The document is no longer there for anybody; that it was, and who removed it, stays.

    Only before the meeting begins: after that it is part of what the meeting had before it. Removing
    it twice is removing it once. Raises WrongState.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(document.meeting, PLAN_STATES)
        if Document.objects.filter(pk=document.pk, removed_at=None).update(
            removed_by=by, removed_at=now
        ):
            log.record(by=by, event="forums.document.removed", on=document, at=now)
        document.refresh_from_db()
    return document


def may_add(meeting: Meeting) -> bool:
    """Whether the meeting takes documents."""
    return meeting.state in (*PLAN_STATES, *LOG_STATES)


def may_remove(meeting: Meeting) -> bool:
    """Whether documents may still be removed from it."""
    return meeting.is_plan


def of(meeting: Meeting) -> DocumentQuerySet:
    """The meeting's documents, in order."""
    return Document.objects.filter(meeting=meeting).kept().in_order()


def of_items() -> Prefetch:
    """To be read with items: the documents of each, as `papers`."""
    return Prefetch("documents", Document.objects.kept().in_order(), to_attr="papers")


def sweep(*, now: datetime | None = None) -> int:
    """Erases files that no document has, and those of documents removed a day ago. Returns how many."""
    now = now or timezone.now()

    def claimed(names: Iterable[str]) -> set[str]:
        rows = Document.objects.filter(file__in=list(names)).exclude(
            removed_at__lte=now - ERASED_AFTER
        )
        return set(rows.values_list("file", flat=True))

    return files.sweep_unclaimed(family=FAMILY, claimed=claimed, now=now)
