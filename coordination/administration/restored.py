"""A portal that was restored from a backup: nobody enters until somebody has gone through the roles.

What was taken away after the backup was made is back in it: accounts that were closed, roles that were
ended, by people who had reasons. The log that knew of it is lost. So the accounts are closed, and
whoever runs the server vouches for the administrators, who then know what to take away again.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coordination.access import people as accounts
from coordination.access.models import User
from coordination.actors.models import OrganisationMembership

from .models import Closure
from .roles import ADMINISTRATOR

WHY = "restored"
_taken_along: list[Callable[[], None]] = []


class NotWaiting(Exception):
    """There is no administrator with that user name who waits; the text is the name."""


def take_along(take: Callable[[], None]) -> None:
    """What an app above takes away as well: other ways in that may have been ended since."""
    _taken_along.append(take)


def close() -> int:
    """Closes every open account, and ends every session and every other way in. Returns how many
    accounts were open."""
    closed = accounts.close_all(by=None, why=WHY)
    for take in _taken_along:
        take()
    return closed


def waiting() -> QuerySet[User]:
    """The accounts that `close` closed and nobody has opened: those that no administrator closed."""
    closed = Closure.objects.filter(reopened_at=None)
    return User.objects.filter(is_active=False).exclude(pk__in=closed.values("user_id"))


def open_administrators(usernames: Iterable[str], now: datetime | None = None) -> list[User]:
    """Opens these administrators' accounts. Raises NotWaiting, and opens none, for any other name."""
    today = timezone.localdate(now)
    held = OrganisationMembership.objects.active(today).filter(role=ADMINISTRATOR)
    with transaction.atomic():
        there = {user.username: user for user in waiting().filter(pk__in=held.values("user_id"))}
        opened = []
        for name in usernames:
            if name not in there:
                raise NotWaiting(name)
            accounts.set_active(by=None, user=there[name], active=True, why=WHY)
            opened.append(there[name])
    return opened


def open_everybody() -> int:
    """Opens every account that waits, with the roles that stand now. Returns how many."""
    with transaction.atomic():
        there = list(waiting().order_by("pk"))
        for user in there:
            accounts.set_active(by=None, user=user, active=True, why=WHY)
    return len(there)
