"""Retention rules are entered, reviewed, ended and struck; and say from when a record may be destroyed.

Nothing here destroys: two people decide it (arkivlagen 1990:782; socialtjänstlagen 16 kap.). Without a
reviewed rule in force nothing may be destroyed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from coordination.access.refused import Missing, Refused, clean
from coordination.audit import log
from coordination.ui import dates

from . import versions
from .models import Event, Outcome, Record, RetentionRule, RetentionVersion, Unit

LABELS = {
    "outcome": gettext_lazy("What comes of the record"),
    "length": gettext_lazy("How long, or which age"),
    "unit": gettext_lazy("Counted in"),
    "event": pgettext_lazy("retention", "Counted from"),
    "by_next_year": gettext_lazy("Finished in the following calendar year"),
    "source": gettext_lazy("Law or decision"),
    "plain": gettext_lazy("In plain language"),
    "valid_from": gettext_lazy("In force from"),
    "valid_to": gettext_lazy("In force until"),
}
"""What every field of a version is called on pages, in the order in which it is read."""
SAYS = tuple(LABELS)
LONGEST = 1000


class NoRule(Refused):
    """No reviewed rule in force says how long the record is kept: it must not be destroyed."""


@dataclass(frozen=True)
class Keeping:
    """How long a record is kept, and by which version of the rule."""

    version: RetentionVersion
    earliest: date | None
    """The first day on which it may be destroyed; None where it is kept, or where the age that decides
    is not known."""
    latest: date | None
    """The day by which destruction is to be finished; None where no law says."""

    def may_be_destroyed(self, on: date) -> bool:
        """Whether the time has passed that day."""
        return self.earliest is not None and self.earliest <= on


def rule_for(record: Record | str, *, on: date) -> RetentionVersion | None:
    """The reviewed version that says how long such records are kept, that day."""
    found = RetentionVersion.objects.in_force(on).filter(rule__record=record)
    return found.select_related("rule").order_by("-number").first()


def earliest_destruction(
    record: Record | str,
    *,
    on: date,
    counted_from: date | None = None,
    birth_year: int | None = None,
) -> Keeping:
    """From which day a record may be destroyed by the rule that is in force on `on`.

    `counted_from` is the day of what the rule counts from (the last note of a case). A time ends with the
    day that has its number, and destruction may begin the day after (lag 1930:173). Of a year of birth
    alone the birthday is not known, so the year in which an age is reached is kept whole.

    Raises NoRule without a reviewed rule, and Missing where the rule counts from a day that is not given.
    """
    rule = rule_for(record, on=on)
    if rule is None:
        said = _("No reviewed retention rule says how long this is kept: %(record)s.")
        raise NoRule(said % {"record": Record(record).label})
    if rule.outcome == Outcome.KEPT:
        return Keeping(rule, None, None)
    if rule.outcome == Outcome.AT_AGE:
        last = None if birth_year is None else date(birth_year + (rule.length or 0), 12, 31)
        return _after(rule, last)
    if counted_from is None:
        said = _("The rule counts from %(event)s. That day is not known.")
        raise Missing(said % {"event": rule.get_event_display()}, field="counted_from")
    return _after(rule, _passed(rule, counted_from))


def longest(*kept: Keeping) -> Keeping:
    """Of several rules about one record, the one that keeps it longest: what is exempt above all."""
    for one in kept:
        if one.earliest is None:
            return one
    return max(kept, key=lambda one: one.earliest or date.max)


def _passed(rule: RetentionVersion, day: date) -> date:
    length = rule.length or 0
    if rule.unit == Unit.DAYS:
        return day + timedelta(days=length)
    return dates.months_after(day, length * (12 if rule.unit == Unit.YEARS else 1))


def _after(rule: RetentionVersion, last: date | None) -> Keeping:
    if last is None:
        return Keeping(rule, None, None)
    latest = date(last.year + 1, 12, 31) if rule.by_next_year else None
    return Keeping(rule, last + timedelta(days=1), latest)


def in_words(version: RetentionVersion) -> str:
    """5 years after the last note; until the person turns 30; kept."""
    length = version.length or 0
    if version.outcome == Outcome.KEPT:
        return _("Kept. Nothing is destroyed without a decision.")
    if version.outcome == Outcome.AT_AGE:
        return _("When the person has turned %(age)s") % {"age": length}
    said = {
        Unit.DAYS: ngettext(
            "%(count)s day after %(event)s", "%(count)s days after %(event)s", length
        ),
        Unit.MONTHS: ngettext(
            "%(count)s month after %(event)s", "%(count)s months after %(event)s", length
        ),
        Unit.YEARS: ngettext(
            "%(count)s year after %(event)s", "%(count)s years after %(event)s", length
        ),
    }[Unit(version.unit)]
    return said % {"count": length, "event": version.get_event_display()}


# Entered and settled -------------------------------------------------------------------------------


def add_version(
    *,
    rule: RetentionRule,
    values: Mapping[str, Any],
    by: Any,
    seen: int | None = None,
    now: datetime | None = None,
) -> RetentionVersion:
    """Another version of the rule, unreviewed: nothing is destroyed by it before it is reviewed. One that
    waits for a review gives way to it. Raises Missing, Refused, what `clean` raises, and ChangedMeanwhile
    when `seen` is not the number of the latest version any longer."""
    now = now or timezone.now()
    kept = _cleaned(values)
    with transaction.atomic():
        made: Any = versions.add(rule, kept, seen=seen, by=by, now=now)
        log.record(by=by, event="grounds.retention.added", on=made, at=now)
    return made


def review(
    *, version: RetentionVersion, who: str, on: date, by: Any, now: datetime | None = None
) -> None:
    """Notes that somebody, by name and function, has found the version right. From its first day on it
    takes the place of the one before it. Raises Missing, Refused and WrongState as for legal bases."""
    now = now or timezone.now()
    with transaction.atomic():
        versions.review(version, "rule", who=who, on=on, by=by, now=now)
        log.record(by=by, event="grounds.retention.reviewed", on=version, at=now)


def strike(*, version: RetentionVersion, why: str, by: Any, now: datetime | None = None) -> None:
    """Nothing is to be destroyed by the version from now on, and why. Raises Missing and WrongState."""
    now = now or timezone.now()
    with transaction.atomic():
        versions.strike(version, why=why, by=by, now=now)
        log.record(by=by, event="grounds.retention.struck", on=version, at=now)


def end(*, version: RetentionVersion, on: date, by: Any, now: datetime | None = None) -> None:
    """The last day of a reviewed version, today or later. After it nothing is destroyed until another one
    is reviewed. Raises Refused and WrongState."""
    now = now or timezone.now()
    with transaction.atomic():
        versions.end(version, on=on, now=now)
        log.record(by=by, event="grounds.retention.ended", on=version, at=now)


def to_look_at(on: date) -> QuerySet[RetentionVersion]:
    """What was reviewed more than a year ago and holds, and what nobody has settled for a year."""
    found = versions.to_look_at(RetentionVersion, on).select_related("rule")
    return found.order_by("rule__place", "number")


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    outcome = values.get("outcome")
    if outcome not in Outcome.values:
        raise Missing(_("Choose what comes of the record"), field="outcome")
    kept: dict[str, Any] = {
        "outcome": outcome,
        **_time(str(outcome), values),
        "source": clean(
            values.get("source"),
            label=LABELS["source"],
            limit=160,
            field="source",
            needed=_("Enter the law or the decision"),
        ),
        "plain": clean(
            values.get("plain"),
            label=LABELS["plain"],
            limit=300,
            field="plain",
            needed=_("Enter what the rule says, in plain language"),
            lines=True,
        ),
    }
    return kept | versions.days_of(values)


def _time(outcome: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the outcome needs of time, and nothing that it does not: what is kept has none."""
    if outcome == Outcome.KEPT:
        return {"length": None, "unit": None, "event": None, "by_next_year": False}
    length = values.get("length")
    if length is None or not 1 <= length <= LONGEST:
        raise Missing(
            _("Enter a number between 1 and %(most)s") % {"most": LONGEST}, field="length"
        )
    kept: dict[str, Any] = {"length": length, "by_next_year": bool(values.get("by_next_year"))}
    if outcome == Outcome.AT_AGE:
        return kept | {"unit": None, "event": None}
    if values.get("unit") not in Unit.values:
        raise Missing(_("Choose days, months or years"), field="unit")
    if values.get("event") not in Event.values:
        raise Missing(_("Choose what the time is counted from"), field="event")
    return kept | {"unit": values["unit"], "event": values["event"]}
