"""Subscribing to one's meetings: a link with a long secret, and what is read by it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from coordination.access.models import User
from coordination.audit import log

from .models import CalendarLink, Meeting, MeetingQuerySet

LOOKS_BACK = timedelta(days=90)
"""Meetings that ended longer ago are no longer in the calendar that is read."""
LONGEST = 100
"""No secret is longer: more is not even hashed."""


def new_link(*, by: Any, now: datetime | None = None) -> str:
    """Gives the person a new link and returns its secret, which is shown once and never kept. The
    link they had stops working."""
    now = now or timezone.now()
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        CalendarLink.objects.update_or_create(
            user=by, defaults={"secret_sha256": _hashed(secret), "made_at": now}
        )
        log.record(by=by, event="forums.calendar.link_made", on=by, at=now)
    return secret


def remove_link(*, by: Any, now: datetime | None = None) -> bool:
    """The person's link stops working. False when they have none."""
    now = now or timezone.now()
    with transaction.atomic():
        removed, _each = CalendarLink.objects.filter(user=by).delete()
        if removed:
            log.record(by=by, event="forums.calendar.link_removed", on=by, at=now)
    return bool(removed)


def remove_all() -> None:
    """No link works any longer: after a restored backup those that were replaced are back."""
    now = timezone.now()
    with transaction.atomic():
        removed, _each = CalendarLink.objects.all().delete()
        if removed:
            log.record(
                by=None, event="forums.calendar.link_removed", facts={"people": removed}, at=now
            )


def link_of(user: Any) -> CalendarLink | None:
    """The person's link, if they have one."""
    return CalendarLink.objects.filter(user=user.pk).first()


def reader(secret: str) -> User | None:
    """Whose meetings the secret opens; nobody's when it is replaced, invented, or of a closed account."""
    if not secret or len(secret) > LONGEST:
        return None
    found = CalendarLink.objects.filter(secret_sha256=_hashed(secret), user__is_active=True)
    link = found.select_related("user").first()
    return link.user if link else None


def meetings_of(user: Any, *, now: datetime | None = None) -> MeetingQuerySet:
    """The meetings that the person is called to and may see today, those that were cancelled too."""
    now = now or timezone.now()
    return (
        Meeting.objects.visible_to(user)
        .filter(participations__user=user.pk, called_at__isnull=False)
        .filter(ends_at__gte=now - LOOKS_BACK)
        .select_related("forum")
        .prefetch_related("calls")
        .soonest_first()
    )


def _hashed(secret: str) -> str:
    """Enough for 256 random bits: there is nothing to guess from a list of words."""
    return hashlib.sha256(secret.encode()).hexdigest()
