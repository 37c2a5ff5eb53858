"""Documents of a meeting: handed in, given back to those who take part, and removed."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.writing import handed_in
from coordination.writing.handed_in import TITLE, Checked

from . import entries
from .models import LOG_STATES, PLAN_STATES, AgendaItem, Document, DocumentQuerySet, Meeting
from .refusals import NotOfThisForum, Refused, clean

__all__ = [
    "MOST_DOCUMENTS",
    "TITLE",
    "Checked",
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
MOST_DOCUMENTS = 40


class TooManyDocuments(Refused):
    """The meeting has as many documents as any may have."""


def checked(*, content: bytes, name: str) -> AbstractContextManager[Checked]:
    """As `handed_in.checked`, for a document."""
    return handed_in.checked(content=content, name=name, family=FAMILY, model=Document)


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
            **file.columns,
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
        handed_in.remove(document, event="forums.document.removed", by=by, now=now)
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
    return handed_in.sweep(family=FAMILY, model=Document, now=now)
