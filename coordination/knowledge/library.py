"""The library: entries are added, changed, reviewed, archived, and said to be of help or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.refused import Refused
from coordination.audit import log

from .models import Entry, Helpful
from .texts import ChangedMeanwhile, Missing, NotForThisText, clean

LABELS = {
    "title": gettext_lazy("Title"),
    "audience": gettext_lazy("Target group"),
    "source": gettext_lazy("Source"),
    "url": gettext_lazy("Address"),
    "summary": gettext_lazy("In short"),
}
NEEDED = {
    "title": gettext_lazy("Enter a title"),
    "audience": gettext_lazy("Enter a target group"),
    "source": gettext_lazy("Enter a source"),
}
FIELDS = ("title", "kind", "audience", "level", "language", "source", "url", "summary")
LEAST_ANSWERS = 5
"""So many must have answered before anybody is shown how many found an entry to be of help."""

_is_address = URLValidator(schemes=["http", "https"])


class AlreadyThere(Refused):
    """An entry with that title stands in the library."""


@dataclass(frozen=True)
class Verdict:
    """How many answered, and how many of them were helped."""

    helped: int
    answers: int


def add(
    *, values: Mapping[str, Any], by: Any, reviewed_on: date | None, now: datetime | None = None
) -> Entry:
    """A new entry. Raises AlreadyThere for a title that the library has, and what `clean` raises."""
    now = now or timezone.now()
    kept = _cleaned(values)
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                **kept,
                reviewed_on=reviewed_on,
                added_by=by,
                added_at=now,
                changed_by=by,
                changed_at=now,
            )
            log.record(by=by, event="knowledge.entry.added", on=entry, at=now)
    except IntegrityError:
        raise _already_there() from None
    return entry


def change(
    *,
    entry: Entry,
    values: Mapping[str, Any],
    reviewed_on: date | None,
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Other words for an entry, or another day of review.

    Raises ChangedMeanwhile when `revision` is not the entry's any longer, and as `add` does.
    """
    now = now or timezone.now()
    kept = _cleaned(values) | {"reviewed_on": reviewed_on}
    changed = [name for name, value in kept.items() if getattr(entry, name) != value]
    try:
        with transaction.atomic():
            saved = Entry.objects.filter(pk=entry.pk, revision=revision).update(
                **kept, revision=F("revision") + 1, changed_by=by, changed_at=now
            )
            if not saved:
                now_there = Entry.objects.select_related("changed_by").get(pk=entry.pk)
                raise ChangedMeanwhile(now_there.changed_by)
            log.record(by=by, event="knowledge.entry.changed", on=entry, fields=changed, at=now)
    except IntegrityError:
        raise _already_there() from None


def archive(*, entry: Entry, by: Any, now: datetime | None = None) -> None:
    """Marks the entry as archived: it is kept, and its address is no longer offered as a link."""
    now = now or timezone.now()
    with transaction.atomic():
        if Entry.objects.filter(pk=entry.pk, archived_at=None).update(
            archived_by=by, archived_at=now
        ):
            log.record(by=by, event="knowledge.entry.archived", on=entry, at=now)


def unarchive(*, entry: Entry, by: Any, now: datetime | None = None) -> None:
    """Takes back that the entry is archived."""
    with transaction.atomic():
        archived = Entry.objects.filter(pk=entry.pk, archived_at__isnull=False)
        if archived.update(archived_by=None, archived_at=None):
            log.record(by=by, event="knowledge.entry.unarchived", on=entry, at=now)


def answer(*, entry: Entry, helped: bool, by: Any, now: datetime | None = None) -> None:
    """The person's answer to whether the entry was of help; another one takes its place.

    The log says that they answered, never what.
    """
    now = now or timezone.now()
    with transaction.atomic():
        Helpful.objects.update_or_create(
            entry=entry, user=by, defaults={"helped": helped, "at": now}
        )
        log.record(by=by, event="knowledge.entry.answered", on=entry, at=now)


def answer_of(*, entry: Entry, user: Any) -> bool | None:
    """What the person themself answered; None for nothing."""
    return Helpful.objects.filter(entry=entry, user=user).values_list("helped", flat=True).first()


def verdict(entry: Entry) -> Verdict | None:
    """How many were helped; None until enough have answered for the figure to say nothing of
    anybody."""
    counted = Helpful.objects.filter(entry=entry).aggregate(
        answers=models.Count("pk"), helped=models.Count("pk", filter=models.Q(helped=True))
    )
    return Verdict(**counted) if counted["answers"] >= LEAST_ANSWERS else None


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: values[name] for name in FIELDS}
    for name, label in LABELS.items():
        limit = Entry._meta.get_field(name).max_length or 0
        kept[name] = clean(
            values.get(name, ""),
            label=label,
            limit=limit,
            field=name,
            needed=NEEDED.get(name, ""),
            lines=name == "summary",
        )
    for name in ("kind", "level", "language"):
        if kept[name] not in dict(Entry._meta.get_field(name).flatchoices):
            raise Missing(_("Choose one of the alternatives"), field=name)
    if kept["url"]:
        try:
            _is_address(kept["url"])
        except ValidationError:
            raise _no_address() from None
        if "@" in kept["url"]:
            raise _no_address()
    return kept


def _no_address() -> NotForThisText:
    said = _("Enter an address that begins with https:// and holds no e-mail address")
    return NotForThisText(said, field="url")


def _already_there() -> AlreadyThere:
    return AlreadyThere(_("There is already an entry with that title."), field="title")
