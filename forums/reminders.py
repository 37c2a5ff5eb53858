"""Reminders of actions: three days before their day, on it, and a week after, in one mail a day."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from coordination.jobs import mail

from .models import Action, ActionQuerySet, Meeting

LETTER = "forums.actions_due"
AHEAD = (timedelta(days=3), timedelta())
LATE = timedelta(days=7)
PREPARED_FROM = time(6)
"""An hour before the digests, so that a reminder stands in the digest of its own day."""
SENT_AT = mail.DIGEST_AT


def told_on(day: date, *, only_late: bool = False) -> ActionQuerySet:
    """The open actions that their owners are reminded of that day."""
    days = [day - LATE] if only_late else [*(day + ahead for ahead in AHEAD), day - LATE]
    # What is still being logged at a running meeting is not yet anybody's to do.
    return (
        Action.objects.open().filter(due__in=days).exclude(meeting__state=Meeting.State.IN_PROGRESS)
    )


def post(*, now: datetime | None = None) -> int:
    """Posts the day's reminders, one for each owner with an account; returns for how many.

    Run again the same day it posts nothing twice. Before six in the morning it waits.
    """
    now = now or timezone.now()
    local = timezone.localtime(now)
    if local.time() < PREPARED_FROM:
        return 0
    day = local.date()
    due = timezone.make_aware(datetime.combine(day, SENT_AT))
    owners = told_on(day).filter(owners__user__isnull=False, owners__user__is_active=True)
    people = owners.order_by("owners__user").values_list("owners__user", flat=True).distinct()
    for user in list(people):
        with transaction.atomic():
            mail.post(
                to=user,
                letter=LETTER,
                ids={"day": day.isoformat()},
                key=f"{LETTER}:{user}:{day.isoformat()}",
                due=due,
                now=now,
            )
    return len(people)
