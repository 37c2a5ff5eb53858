"""What is left of a series: its coming meetings get another time or place together, or are called off.

Each is a meeting of its own. Those that were held, have begun, are cancelled, or whose time has come
are never touched.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.audit import log
from coordination.ui import dates

from . import agenda, calls, cancelling, entries, meetings, series_dates
from .models import PLAN_STATES, Call, Forum, Meeting, MeetingQuerySet
from .refusals import Refused, WrongState


class DayTaken(Refused):
    """The forum would meet twice on one day."""

    def __init__(self, day: date) -> None:
        text = _(
            "The forum already meets on %(day)s. Leave that meeting out or choose another day."
        )
        super().__init__(text % {"day": dates.day(day)}, field="days")


class NothingToChange(Refused):
    """The wish says what stands there already."""


CHANGED = gettext_lazy(
    "Somebody else has changed the meetings. Check them once more and choose again."
)


@dataclass(frozen=True)
class Wish:
    """What is asked of a meeting and of those that follow it, by the clock on the wall."""

    day: date
    starts: time
    ends: time
    place: str


@dataclass(frozen=True)
class Move:
    """One meeting of the series, and when and where it would be. `apart` says why it is left as it is
    unless somebody asks for it."""

    meeting: Meeting
    starts_at: datetime
    ends_at: datetime
    place: str
    apart: Sequence[str | Promise] = field(default=())

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def is_new_day(self) -> bool:
        return self.day != self.meeting.day

    @property
    def is_new_time(self) -> bool:
        return (self.starts_at, self.ends_at) != (self.meeting.starts_at, self.meeting.ends_at)

    @property
    def is_new_place(self) -> bool:
        return self.place != self.meeting.place

    @property
    def changes(self) -> bool:
        return self.is_new_time or self.is_new_place


def coming(meeting: Meeting, *, now: datetime) -> MeetingQuerySet:
    """The meeting and those of its series that follow it, as far as they lie ahead and have not begun;
    none for a meeting that belongs to no series, or that cannot be changed itself."""
    if meeting.series_id is None or not meeting.is_plan or meeting.starts_at < now:
        return Meeting.objects.none()
    return (
        Meeting.objects.filter(series_id=meeting.series_id, starts_at__gte=meeting.starts_at)
        .not_held()
        .select_related("forum")
        .soonest_first()
    )


def following(meeting: Meeting, *, now: datetime) -> int:
    """How many meetings can be changed together with this one."""
    return max(0, coming(meeting, now=now).count() - 1)


def moves(*, meeting: Meeting, wish: Wish, now: datetime) -> list[Move]:
    """What the wish means for the meeting and each that follows it.

    Every day moves as many days as the meeting's own does; the clock shows the new time all year; what
    the wish leaves as it was is left in the others too. A meeting that somebody has moved by itself, or
    that would come upon a holiday, in the summer weeks or on a day when the forum meets already, is
    proposed to stay. Raises TimeRefused for a time that has passed or ends before it starts, and
    NothingToChange when it is what stands there.
    """
    if (wish.day, (wish.starts, wish.ends), wish.place) == (
        meeting.day,
        _clock(meeting),
        meeting.place,
    ):
        raise NothingToChange(_("The time and the place are the same as before."))
    meetings.check_ahead(agenda.local(wish.day, wish.starts), now)
    shift = wish.day - meeting.day
    was, clock = _clock(meeting), (wish.starts, wish.ends)
    found = []
    for one in coming(meeting, now=now):
        day = one.day + shift
        starts, ends = clock if clock != was else _clock(one)
        place = wish.place if wish.place != meeting.place else one.place
        apart: list[str | Promise] = []
        if shift and one.day.weekday() != meeting.day.weekday():
            apart.append(_("has been moved to another day by itself"))
        if clock != was and _clock(one) != was:
            apart.append(_("has a time of its own"))
        if wish.place != meeting.place and one.place != meeting.place:
            apart.append(_("has a place of its own"))
        if shift and one.pk != meeting.pk and (why := series_dates.why_free(day)):
            apart.append(why)
        found.append(
            Move(one, agenda.local(day, starts), agenda.local(day, ends), place, tuple(apart))
        )
    return _without_doubles(meeting.forum, meeting.pk, found)


def change(
    *,
    meeting: Meeting,
    wish: Wish,
    chosen: Collection[int],
    seen: Mapping[int, int],
    tell: bool,
    by: Any,
    now: datetime | None = None,
) -> list[Meeting]:
    """Moves the meeting and the `chosen` ones that follow it, all of them or none. Returns those that
    have changed.

    `seen` gives the version of each as it was shown; when one is another by now, or not there any more,
    PlanChanged is raised. `tell` mails those called to each meeting whose invitation has been sent;
    otherwise they are told by `meetings.call_again`. Raises WrongState once the meeting has begun or
    belongs to no series, TimeRefused for a time that has passed, DayTaken, NothingToChange, and what
    texts raise.
    """
    now = now or timezone.now()
    wish = replace(wish, place=meetings.clean_place(wish.place))
    with transaction.atomic():
        _hold(meeting, now)
        proposed = {one.meeting.pk: one for one in moves(meeting=meeting, wish=wish, now=now)}
        wanted = {meeting.pk, *chosen}
        if any(pk not in proposed or seen.get(pk) != proposed[pk].meeting.version for pk in wanted):
            raise meetings.PlanChanged(CHANGED)
        taken = [one for pk, one in proposed.items() if pk in wanted and one.changes]
        for one in taken:
            meetings.check_times(one.starts_at, one.ends_at)
        double = _doubles(_days(meeting.forum, taken), taken)
        if double:
            raise DayTaken(min(one.day for one in taken if one.meeting.pk in double))
        for one in taken:
            _move(one, tell=tell, by=by, now=now)
        for one in taken:
            log.record(
                by=by,
                event="forums.meeting.changed",
                on=one.meeting,
                fields=("starts_at", "ends_at", "place"),
                at=now,
            )
        log.record(
            by=by,
            event="forums.series.changed",
            on=meeting.series,
            facts={"meetings": len(taken)},
            at=now,
        )
    meeting.refresh_from_db()
    return [one.meeting for one in taken]


def end(
    *,
    meeting: Meeting,
    reason: str,
    seen: Mapping[int, int],
    by: Any,
    now: datetime | None = None,
) -> list[Meeting]:
    """Calls off the meeting and all that follow it in its series; each is cancelled as
    `cancelling.cancel` does it. Returns them.

    Raises PlanChanged when they are others than were `seen`, WrongState once the meeting has begun or
    belongs to no series, TimeRefused when its time has passed, and what texts raise.
    """
    now = now or timezone.now()
    reason = cancelling.clean_reason(reason)
    with transaction.atomic():
        _hold(meeting, now)
        rows = list(coming(meeting, now=now))
        if {one.pk: one.version for one in rows} != dict(seen):
            raise meetings.PlanChanged(CHANGED)
        for one in rows:
            cancelling.call_off(one, reason=reason, by=by, now=now)
        cancelling.pass_on(meeting.forum, now=now)
        for one in rows:
            log.record(by=by, event="forums.meeting.cancelled", on=one, at=now)
        log.record(
            by=by,
            event="forums.series.ended",
            on=meeting.series,
            facts={"meetings": len(rows)},
            at=now,
        )
    meeting.refresh_from_db()
    return rows


def _hold(meeting: Meeting, now: datetime) -> None:
    """Keeps the forum's plans and the meetings of the series as they are; refuses a meeting that cannot
    be changed together with others."""
    agenda.hold(meeting.forum)
    entries.hold(meeting, PLAN_STATES)
    if meeting.series_id is None:
        raise WrongState(_("The meeting belongs to no series."))
    meetings.check_ahead(meeting.starts_at, now)
    Meeting.objects.filter(series_id=meeting.series_id).not_held().update(version=F("version"))


def _clock(meeting: Meeting) -> tuple[time, time]:
    return timezone.localtime(meeting.starts_at).time(), timezone.localtime(meeting.ends_at).time()


def _without_doubles(forum: Forum, first: int, found: list[Move]) -> list[Move]:
    """The same, those set apart that would come upon a day on which the forum meets. What stays keeps
    its day, so setting one apart may set the next apart too. The `first` is moved in any case."""
    stands = _days(forum, found)
    while True:
        going = [one for one in found if one.meeting.pk == first or not one.apart]
        double = _doubles(stands, going) - {first}
        if not double:
            return found
        found = [
            replace(one, apart=(*one.apart, _("the forum already meets that day")))
            if one.meeting.pk in double
            else one
            for one in found
        ]


def _days(forum: Forum, found: Sequence[Move]) -> dict[int, date]:
    """The day of each of the forum's meetings, from the first that matters."""
    if not any(one.is_new_day for one in found):
        return {}
    first = min(agenda.local(one.day, time()) for one in found)
    rows = forum.meetings.exclude(state=Meeting.State.CANCELLED).filter(starts_at__gte=first)
    return {pk: timezone.localdate(at) for pk, at in rows.values_list("pk", "starts_at")}


def _doubles(stands: Mapping[int, date], going: Sequence[Move]) -> set[int]:
    """Which of those that go to another day come upon a day on which the forum meets."""
    days = Counter({**stands, **{one.meeting.pk: one.day for one in going}}.values())
    return {one.meeting.pk for one in going if one.is_new_day and days[one.day] > 1}


def _move(one: Move, *, tell: bool, by: Any, now: datetime) -> None:
    meeting = one.meeting
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=one.starts_at, ends_at=one.ends_at, place=one.place, version=F("version") + 1
    )
    meeting.refresh_from_db()
    # A meeting that comes back to where those called believe it to be is no news.
    if tell and meeting.state == Meeting.State.CALLED and calls.changes(meeting):
        calls.send(calls.told(meeting, kind=Call.Kind.CHANGE, by=by, now=now))
