"""The days on which those who miss are reminded by the portal itself, once each."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from coordination.audit import log

from . import board, reminding, windows
from .models import Reminder, Window

PREPARED_FROM = time(6)
"""An hour before the digests, so that a reminder stands in the digest of its own day."""
STALE = timedelta(days=7)
"""What could not be sent for so long is not sent any more."""


def days(window: Window) -> list[date]:
    """The days on which the window's reminders are sent, in order: none before it opens."""
    found = {window.last_day + timedelta(days=number) for number in window.reminded}
    if window.reminds_at_opening:
        found.add(window.opens_on)
    return sorted(day for day in found if day >= window.opens_on)


def due(window: Window, today: date) -> date | None:
    """The latest of the days that has come. Who is late with sending sends that one alone."""
    past = [day for day in days(window) if today - STALE < day <= today]
    return past[-1] if past else None


def copies_managers(window: Window, day: date) -> bool:
    """Whether the managers get that day's reminder too."""
    return day >= window.last_day + timedelta(days=window.copied_from)


def post(*, now: datetime | None = None) -> int:
    """Reminds those who miss, of every window whose day has come; returns how many organisations.

    Each organisation is reminded once of each day, however often this runs, however it was stopped, and
    whoever else runs it: the row that says so and the mails are written together, or not at all. Who
    has filed meanwhile is not reminded. Before six in the morning it waits.
    """
    now = now or timezone.now()
    local = timezone.localtime(now)
    if local.time() < PREPARED_FROM:
        return 0
    count = 0
    for window in Window.objects.filter(opens_on__lte=local.date()).order_by("year"):
        day = due(window, local.date())
        if day is not None:
            count += sum(_remind(window, key, day, now) for key in _waiting(window, day))
    return count


def _waiting(window: Window, day: date) -> list[int]:
    """The organisations that have not been reminded of the day yet."""
    done = Reminder.objects.filter(window=window, occasion=day).values("organisation")
    active = windows.reporting().values("pk")
    rows = board.rows(window).filter(pk__in=active).exclude(pk__in=done)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _remind(window: Window, organisation: int, day: date, now: datetime) -> bool:
    with transaction.atomic():
        entries = reminding.to_remind(
            window=window,
            organisations=[organisation],
            copied=copies_managers(window, day),
            now=now,
        )
        ready = [one for one in entries if not one.why_not]
        if not ready:
            return False
        made, is_new = Reminder.objects.get_or_create(
            window=window, organisation_id=organisation, occasion=day, defaults={"at": now}
        )
        if is_new:
            reminding.mail_to(ready[0].people, made, now)
            facts = {"people": len(ready[0].people)}
            log.record(by=None, event="resources.reminder.sent", on=made, facts=facts, at=now)
    return is_new
