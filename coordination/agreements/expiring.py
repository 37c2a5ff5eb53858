"""Those who keep agreements are told six and two months before one expires, once each."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from coordination.access import policy
from coordination.access.models import User
from coordination.access.vocabulary import ROLES, Permission
from coordination.jobs import mail

from .models import Agreement, ExpiryWarning

LETTER = "agreements.expiring"
MONTHS = (6, 2)
PREPARED_FROM = time(6)
"""An hour before the digests, so that a warning stands in the digest of its own day."""


def post(*, now: datetime | None = None) -> int:
    """Posts the warnings that are due; returns of how many agreements.

    Each agreement is warned of once at each time, however often this runs and however long it did
    not: who is late is told of the nearer one alone. Before six in the morning it waits.
    """
    now = now or timezone.now()
    local = timezone.localtime(now)
    if local.time() < PREPARED_FROM:
        return 0
    due = list(Agreement.objects.to_renew(local.date(), max(MONTHS)))
    return sum(_warn(one, local.date(), now) for one in due)


def _warn(agreement: Agreement, today: date, now: datetime) -> bool:
    months = min(number for number in MONTHS if agreement.expires_within(number, today))
    with transaction.atomic():
        _row, is_new = ExpiryWarning.objects.get_or_create(
            agreement=agreement,
            months=months,
            valid_to=agreement.valid_to,
            defaults={"at": now},
        )
        if is_new:
            for user in keepers(today):
                mail.post(
                    to=user,
                    letter=LETTER,
                    ids={"agreement": agreement.pk},
                    key=f"{LETTER}:{agreement.pk}:{months}:{agreement.valid_to}:{user}",
                    now=now,
                )
    return is_new


def keepers(on: date) -> list[int]:
    """The keys of the people whose roles have them keep agreements that day, deputies among them."""
    keeping = {
        code for code, role in ROLES.items() if Permission.KEEP_AGREEMENTS in role.permissions
    }
    held = [user for user, roles in policy.roles_by_user(on).items() if roles & keeping]
    active = User.objects.filter(pk__in=held, is_active=True)
    return list(active.order_by("pk").values_list("pk", flat=True))
