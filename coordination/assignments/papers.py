"""Files of an assignment: handed in by those who say how it stands, read as the assignment itself, taken
away, and put back by whoever slipped."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.refused import Refused, clean
from coordination.audit import log
from coordination.writing import handed_in
from coordination.writing.handed_in import TITLE, Checked

from .models import Assignment, AssignmentFile

FAMILY = "assignment-"
"""How the names of these files begin in the store, so that those without a row can be told."""
MOST = 30
RESTORED_WITHIN = timedelta(hours=12)
"""Well before the sweep erases the file of what was removed."""


def checked(*, content: bytes, name: str) -> AbstractContextManager[Checked]:
    """As `handed_in.checked`, for an assignment."""
    return handed_in.checked(content=content, name=name, family=FAMILY, model=AssignmentFile)


def add(
    *, assignment: Assignment, file: Checked, title: str, by: Any, now: datetime | None = None
) -> AssignmentFile:
    """The assignment has one file more.

    Raises Refused for an assignment that is ended or has as many files as any may have, and what
    texts raise.
    """
    now = now or timezone.now()
    title = clean(
        title, label=_("Title"), limit=TITLE, field="title", needed=_("Enter what the document is")
    )
    with transaction.atomic():
        _hold(assignment)
        last = assignment.files.aggregate(last=Max("number"))["last"] or 0
        made = AssignmentFile.objects.create(
            assignment=assignment,
            number=last + 1,
            title=title,
            added_by=by,
            added_at=now,
            **file.columns,
        )
        log.record(
            by=by, event="assignments.file.added", on=made, facts={"kind": file.kind}, at=now
        )
    return made


def remove(*, file: AssignmentFile, by: Any, now: datetime | None = None) -> None:
    """The file is no longer there for anybody; that it was, and who removed it, stays."""
    handed_in.remove(file, event="assignments.file.removed", by=by, now=now or timezone.now())


def restore(*, file: AssignmentFile, by: Any, now: datetime | None = None) -> None:
    """Puts a removed file back. Raises Refused when that was too long ago, and as `add` does."""
    now = now or timezone.now()
    with transaction.atomic():
        _hold(file.assignment)
        removed = AssignmentFile.objects.filter(pk=file.pk, removed_at__gt=now - RESTORED_WITHIN)
        if removed.update(removed_by=None, removed_at=None):
            log.record(by=by, event="assignments.file.restored", on=file, at=now)
        elif not AssignmentFile.objects.kept().filter(pk=file.pk).exists():
            raise Refused(_("The file was removed too long ago. Add it again."))


def _hold(assignment: Assignment) -> None:
    """Nobody else adds to the assignment until this is done, and it takes one file more."""
    # A write of nothing new: the row is locked, where a database locks rows.
    standing = Assignment.objects.standing().filter(pk=assignment.pk)
    if not standing.update(version=F("version")):
        raise Refused(_("The assignment is ended. It can be read, but not updated."))
    if assignment.files.kept().count() >= MOST:
        text = _("An assignment can have at most %(count)s files. Remove one first.")
        raise Refused(text % {"count": MOST})


def sweep(*, now: datetime | None = None) -> int:
    """Erases files that no row has, and those of rows removed a day ago. Returns how many."""
    return handed_in.sweep(family=FAMILY, model=AssignmentFile, now=now)
