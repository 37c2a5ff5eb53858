"""What the log keeps of denied requests and refused changes: each, up to a number of both together,
and above it how many there were.

Whoever hammers addresses must not fill the log, nor hide in it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from coordination.audit import log

from .models import Denials, User

EACH = 60
"""Denials of one person in an hour that have a row each in the log."""
HOUR = timedelta(hours=1)
OFTEN = timedelta(minutes=1)
"""So often, at most, a row says how many there have been besides."""


def note(*, by: User, page: str, now: datetime | None = None) -> None:
    """Logs that the person was denied the page, or counts it when there have been too many.

    `page` is the name of the page; empty for an address that leads to none.
    """
    _note(by, now or timezone.now(), event="access.denied", facts={"page": page})


def note_refusal(*, by: User, on: Model, now: datetime | None = None) -> None:
    """Logs that the person was refused to change what they may see, or counts it likewise."""
    _note(by, now or timezone.now(), event="access.refused", on=on)


def _note(by: User, now: datetime, **event: Any) -> None:
    with transaction.atomic():
        # Locked as it is found: `sweep` removes rows.
        locked = Denials.objects.select_for_update()
        row, _created = locked.get_or_create(user=by, defaults={"since": now})
        if now - row.since >= HOUR:
            row.since, row.count = now, 0
        row.count += 1
        said_by_itself = row.count <= EACH
        if not said_by_itself:
            row.unsaid += 1
        if row.said_at is None or now - row.said_at >= OFTEN:
            _say(row, by, now)
        row.save()
        if said_by_itself:
            log.record(by=by, at=now, **event)


def sweep(*, now: datetime | None = None) -> None:
    """Says what was counted and not said since, and forgets those who were denied nothing lately."""
    now = now or timezone.now()
    waiting = Denials.objects.filter(unsaid__gt=0, said_at__lte=now - OFTEN)
    for key in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            row = Denials.objects.select_for_update().get(pk=key)
            _say(row, row.user, now)
            row.save()
    Denials.objects.filter(unsaid=0, since__lt=now - HOUR).delete()


def _say(row: Denials, by: User, now: datetime) -> None:
    if row.unsaid:
        facts = {"count": row.unsaid}
        row.unsaid, row.said_at = 0, now
        log.record(by=by, event="access.denied_often", facts=facts, at=now)
