"""A series of meetings: which days are proposed, and the meetings planned on those that are chosen."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log

from . import agenda, meetings, series_dates
from .models import AgendaItem, Forum, Meeting, MeetingSeries, Participation
from .refusals import Missing, Refused
from .series_dates import Day


class SeriesTooLong(Refused):
    """The last day lies before the first, or too many months after it."""


class NoSuchDay(Refused):
    """A day was chosen that is not one of the rhythm. Only a forged form does that."""


def propose(
    *,
    forum: Forum,
    rhythm: str,
    first: date,
    until: date,
    skip_holidays: bool = True,
    skip_summer: bool = True,
) -> list[Day]:
    """The days of the rhythm; one on which the forum meets already is passed over too."""
    taken = {
        timezone.localdate(at)
        for at in forum.meetings.exclude(state=Meeting.State.CANCELLED).values_list(
            "starts_at", flat=True
        )
    }
    days = series_dates.days(
        rhythm=rhythm,
        first=first,
        until=until,
        skip_holidays=skip_holidays,
        skip_summer=skip_summer,
    )
    return [
        replace(one, skipped=_("the forum already meets that day")) if one.day in taken else one
        for one in days
    ]


def plan_series(
    *,
    forum: Forum,
    rhythm: str,
    first: date,
    until: date,
    chosen: Collection[date],
    starts: time,
    ends: time,
    place: str,
    by: Any,
    now: datetime | None = None,
) -> MeetingSeries:
    """Plans a meeting on each chosen day, at the same time by the clock on the wall all year.

    Each is a meeting of its own, filled in as any other: what was postponed goes to the first of
    them, and open actions follow when a meeting begins. Those are invited who will have a seat that
    day, as far as is known now. Raises SeriesTooLong, Missing when no day is chosen, NoSuchDay,
    TimeRefused for a day that has passed, and what texts raise.
    """
    now = now or timezone.now()
    check_span(first, until)
    if not chosen:
        raise Missing(_("Choose at least one day"), field="days")
    if set(chosen) - {
        one.day for one in series_dates.days(rhythm=rhythm, first=first, until=until)
    }:
        raise NoSuchDay(_("Check the days once more and choose again."), field="days")
    with transaction.atomic():
        agenda.hold(forum)
        series = MeetingSeries.objects.create(
            forum=forum, rhythm=rhythm, first=first, until=until, planned_by=by, planned_at=now
        )
        times = [
            (agenda.local(day, starts), agenda.local(day, ends)) for day in sorted(set(chosen))
        ]
        for starts_at, ends_at in times:
            meetings.check_times(starts_at, ends_at)
        # The first takes what waits for a meeting; the others then have nothing but what is standing.
        first_of_all = meetings.place_on_plan(
            forum=forum,
            starts_at=times[0][0],
            ends_at=times[0][1],
            place=place,
            by=by,
            now=now,
            series=series,
        )
        planned = [first_of_all, *_following(first_of_all, times[1:], now)]
        for meeting in planned:
            log.record(by=by, event="forums.meeting.planned", on=meeting, at=now)
        log.record(
            by=by,
            event="forums.series.planned",
            on=series,
            facts={"meetings": len(planned)},
            at=now,
        )
    return series


def _following(
    first: Meeting, times: Sequence[tuple[datetime, datetime]], now: datetime
) -> list[Meeting]:
    """The other meetings of the series, written together: a year and a half of weeks is many rows."""
    made = Meeting.objects.bulk_create(
        Meeting(
            forum=first.forum,
            series=first.series,
            starts_at=starts_at,
            ends_at=ends_at,
            place=first.place,
            planned_by=first.planned_by,
            planned_at=now,
        )
        for starts_at, ends_at in times
    )
    items = agenda.items_for(first.forum, now=now)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=position,
            title=one.title,
            kind=one.kind,
            is_follow_up=one.is_follow_up,
        )
        for meeting in made
        for position, one in enumerate(items, start=1)
    )
    Participation.objects.bulk_create(
        Participation(
            meeting=meeting,
            seat=one.seat,
            user=one.user,
            name="" if one.user else one.name,
            organisation=one.organisation,
            function=one.function,
        )
        for meeting in made
        for one in agenda.people_for(first.forum, on=meeting.day)
    )
    return made


def check_span(first: date, until: date) -> None:
    if until < first:
        raise SeriesTooLong(_("The last day must be after the first day"), field="until")
    if until > series_dates.end_of(first):
        raise SeriesTooLong(
            _("A series can be at most %(count)s months long. Choose an earlier last day.")
            % {"count": series_dates.LONGEST},
            field="until",
        )
