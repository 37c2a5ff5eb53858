"""Reminders of minutes that wait to be adjusted: the adjuster after three days, the secretary after five,
the chair after ten; of each kind one mail a day at most. A forum without a secretary who has an account
has whoever sent them instead."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coordination.jobs import mail

from .models import Sending
from .reminders import PREPARED_FROM, SENT_AT


@dataclass(frozen=True)
class Step:
    """Who is reminded so many days after minutes were sent."""

    letter: str
    after: timedelta
    who: str
    """adjusters (those who have not), secretary, or chair."""


STEPS = (
    Step("forums.adjust_waits", timedelta(days=3), "adjusters"),
    Step("forums.adjust_waits_writer", timedelta(days=5), "secretary"),
    Step("forums.adjust_waits_chair", timedelta(days=10), "chair"),
)


def told_on(day: date, step: Step, *, user: Any) -> list[Sending]:
    """What waits still, was sent so many days before that day, and is this person's to be told of."""
    return [one for one in _sent_on(day - step.after) if user.pk in _whose(one, step, day)]


def _sent_on(day: date) -> QuerySet[Sending]:
    begins, ends = (
        timezone.make_aware(datetime.combine(one, time())) for one in (day, day + timedelta(days=1))
    )
    return (
        Sending.objects.filter(state=Sending.State.WAITING, sent_at__gte=begins, sent_at__lt=ends)
        .select_related("meeting__forum", "sent_by")
        .prefetch_related("adjusters__user")
        .order_by("due", "pk")
    )


def _whose(sending: Sending, step: Step, day: date) -> set[int]:
    """The people with an account who are told of these minutes at that step."""
    if step.who == "secretary":
        seats = sending.meeting.forum.seats.active(day).filter(role="secretary")
        people = {seat.user for seat in seats.select_related("user") if seat.user}
        people = {one for one in people if one.is_active} or {sending.sent_by}
    else:
        people = {
            one.user
            for one in sending.adjusters.all()
            if (one.is_chair if step.who == "chair" else one.adjusted_at is None)
        }
    return {one.pk for one in people if one.is_active}


def _receivers(day: date, step: Step) -> list[int]:
    found: set[int] = set()
    for sending in _sent_on(day - step.after):
        found |= _whose(sending, step, day)
    return sorted(found)


def post(*, now: datetime | None = None) -> int:
    """Posts the day's reminders; returns how many. Run again the same day it posts nothing twice.
    Before six in the morning it waits."""
    now = now or timezone.now()
    local = timezone.localtime(now)
    if local.time() < PREPARED_FROM:
        return 0
    day = local.date()
    due = timezone.make_aware(datetime.combine(day, SENT_AT))
    count = 0
    for step in STEPS:
        for user in _receivers(day, step):
            with transaction.atomic():
                mail.post(
                    to=user,
                    letter=step.letter,
                    ids={"day": day.isoformat()},
                    key=f"{step.letter}:{user}:{day.isoformat()}",
                    due=due,
                    now=now,
                )
            count += 1
    return count
