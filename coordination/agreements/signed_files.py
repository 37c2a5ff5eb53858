"""The file of a signed agreement: handed in, replaced, removed. One at a time."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.writing import handed_in
from coordination.writing.handed_in import Checked

from . import keeping
from .models import Agreement, AgreementChange, SignedFile

FAMILY = "agreement-"
"""How the names of these files begin in the store, so that those without a row can be told."""


def checked(*, content: bytes, name: str) -> AbstractContextManager[Checked]:
    """The file, checked, scanned and stored, for `add` to take; gone again when it was not taken
    inside. Raises as `handed_in.checked`."""
    return handed_in.checked(content=content, name=name, family=FAMILY, model=SignedFile)


def of(agreement: Agreement) -> SignedFile | None:
    """The signed file, if there is one."""
    return agreement.files.filter(removed_at=None).first()


def add(*, agreement: Agreement, file: Checked, by: Any, now: datetime | None = None) -> SignedFile:
    """The agreement has this signed file; an earlier one is removed.

    Raises WrongState when somebody else adds one at the same moment.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            agreement.files.filter(removed_at=None).update(removed_by=by, removed_at=now)
            made = SignedFile.objects.create(
                agreement=agreement,
                **file.columns,
                added_by=by,
                added_at=now,
            )
            keeping.note(agreement, AgreementChange.Kind.FILE_ADDED, by=by, now=now)
            log.record(
                by=by,
                event="agreements.file.added",
                on=agreement,
                facts={"kind": file.kind},
                at=now,
            )
    except IntegrityError:
        raise keeping.WrongState(
            _("Somebody else has just added a file. Load the page again.")
        ) from None
    return made


def remove(*, agreement: Agreement, by: Any, now: datetime | None = None) -> None:
    """The signed file is no longer there for anybody; that it was, and who removed it, stays.
    Removing it twice is removing it once."""
    now = now or timezone.now()
    with transaction.atomic():
        if agreement.files.filter(removed_at=None).update(removed_by=by, removed_at=now):
            keeping.note(agreement, AgreementChange.Kind.FILE_REMOVED, by=by, now=now)
            log.record(by=by, event="agreements.file.removed", on=agreement, at=now)


def fetched(*, agreement: Agreement, by: Any) -> None:
    """Logs that somebody takes the file out of the portal; to be called before it leaves."""
    log.record_access(
        zone=log.Zone.COORDINATION, by=by, event="agreements.file.fetched", on=agreement
    )


def sweep(*, now: datetime | None = None) -> int:
    """Erases files that no agreement has, and those that were removed a day ago. Returns how many."""
    return handed_in.sweep(family=FAMILY, model=SignedFile, now=now)
