"""Those who are called and have no account: their addresses, what they are mailed, and its end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log

from . import calls, entries
from .models import PLAN_STATES, Meeting, OutsideAddress, Participation
from .refusals import NotOfThisForum, Refused, clean

LONGEST = 254
KEPT = timedelta(days=30)
"""So long after its meeting an address is kept, if the minutes are not approved before."""
CANCELLED_KEPT = timedelta(days=1)
"""So long after a cancellation: until its mails have been sent, however slow the mail server."""


class NoAddress(Refused):
    """What was written is no e-mail address."""


def people(meeting: Meeting) -> list[Participation]:
    """Those called who have no account, each with the address that is kept, if any."""
    rows = meeting.participations.filter(user=None)
    return list(rows.select_related("organisation", "outside_address").in_order())


def keep(
    *, meeting: Meeting, addresses: Mapping[int, str], by: Any, now: datetime | None = None
) -> int:
    """Keeps these addresses, by the number of the participation, and forgets one that is empty.

    Whoever gets an address after the call is sent the call at once. Returns how many are mailed.
    Raises WrongState once the meeting has begun, NoAddress, and NotOfThisForum for anybody who is
    not among those called without an account. The log says that addresses were kept, never which.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, PLAN_STATES)
        rows = {row.pk: row for row in people(meeting)}
        changed = mailed = 0
        for number, text in addresses.items():
            if number not in rows:
                raise NotOfThisForum(field=_field(number))
            email = _clean(text, _field(number))
            before = getattr(rows[number], "outside_address", None)
            if email == (before.email if before else ""):
                continue
            changed += 1
            # A new address is a new row: what waits for the old one is not sent to the new.
            if before:
                before.delete()
            if not email:
                continue
            rows[number].outside_address = OutsideAddress.objects.create(
                participation=rows[number], email=email, given_by=by, given_at=now
            )
            said = calls.last(meeting)
            if said and meeting.state == Meeting.State.CALLED and not meeting.is_past(now):
                calls.send_outside(rows[number], said)
                mailed += 1
        if changed:
            log.record(
                by=by,
                event="forums.outside.addresses_kept",
                on=meeting,
                facts={"people": changed},
                at=now,
            )
    return mailed


def forget(*, now: datetime | None = None) -> int:
    """Erases the addresses that are no longer needed: minutes are approved, the meeting was cancelled
    a day ago, or it ended longer ago than they are kept. Returns how many."""
    now = now or timezone.now()
    locked = Q(participation__meeting__state=Meeting.State.LOCKED)
    cancelled = Q(
        participation__meeting__state=Meeting.State.CANCELLED,
        participation__meeting__cancelled_at__lt=now - CANCELLED_KEPT,
    )
    old = Q(participation__meeting__ends_at__lt=now - KEPT)
    with transaction.atomic():
        count, _each = OutsideAddress.objects.filter(locked | cancelled | old).delete()
        if count:
            log.record(
                by=None, event="forums.outside.addresses_erased", facts={"people": count}, at=now
            )
    return count


def _field(number: int) -> str:
    return f"row-{number}-email"


def _clean(text: str, field: str) -> str:
    email = clean(text, label=_("The e-mail address"), limit=LONGEST, field=field)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise NoAddress(
                _("Enter the e-mail address as name@example.org"), field=field
            ) from None
    return email
