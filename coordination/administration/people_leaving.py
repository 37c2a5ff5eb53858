"""What somebody who leaves leaves behind, who takes it over, and the account's end."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import people as accounts
from coordination.access.models import Absence, User
from coordination.access.refused import Refused
from coordination.audit import log

from . import people, roles
from .models import Closure, RoleRequest


@dataclass(frozen=True)
class Left:
    """One thing that a leaver has: a seat, actions to do, a meeting to hold.

    `hand_over` gives it to somebody, or ends it when nobody is given; it runs in the transaction of
    the whole handover and may raise an exception with a sentence to act on.
    """

    key: str
    """Stable while the page is open, such as "forums.seat.12"."""
    kind: str
    title: str
    hand_over: Callable[[User | None, Any], None]
    may_end: bool = True
    """False for what somebody has to take over."""
    end_label: str = ""
    """What it is called to give it to nobody; "End it" when empty."""
    only: frozenset[int] | None = None
    """The numbers of those who alone may take it over, when not everyone may."""
    stays: str = ""
    """Why it can neither be given to anybody here nor end: it is left where it is."""


Source = Callable[..., Iterable[Left]]
Holders = Callable[[], QuerySet]
_sources: dict[Source, Holders | None] = {}


class Unsettled(Refused):
    """Something is left behind that nobody has decided about: it came while the page was open."""


def left_behind(*, held_by: Holders | None) -> Callable[[Source], Source]:
    """Offers what a user leaves behind: `source(user, seen_by=…)`, in the order to hand it over.

    It tells no more than `seen_by` may know: an administrator is told that there is a seat, not
    where, unless they may see the forum. `held_by` gives the numbers of all who have such a thing;
    None when it can be left where it is.
    """

    def register(source: Source) -> Source:
        _sources[source] = held_by
        return source

    return register


def everything_of(user: User, *, seen_by: Any) -> list[Left]:
    """All that the person leaves behind, from every app."""
    return [one for source in _sources for one in source(user, seen_by=seen_by)]


def not_handed_over() -> QuerySet[User]:
    """Closed accounts that still have something: closed by the portal, or by who did not ask."""
    has = Q()
    for held_by in filter(None, _sources.values()):
        has |= Q(pk__in=held_by())
    return User.objects.filter(has, is_active=False) if has else User.objects.none()


def successors(user: User, *, by: Any) -> list[User]:
    """Who may take something over: open accounts, but neither the leaver nor who decides (V15)."""
    others = User.objects.filter(is_active=True).exclude(pk__in=(user.pk, by.pk))
    return list(others.order_by("first_name", "last_name", "pk"))


def leave(
    *,
    by: Any,
    user: User,
    to: Mapping[str, int | None],
    now: datetime | None = None,
) -> None:
    """Hands everything over, ends the person's roles and absences, and closes the account: at once.

    An account that is closed already, as the portal does by itself, stays so. `to` gives for each
    `Left.key` the successor's number, or None to end it; what stays needs no entry. All or nothing.
    Raises Unsettled when something is missing in it, and Refused for oneself, for a successor who
    cannot be one, and for the last administrator.
    """
    now = now or timezone.now()
    yesterday = timezone.localdate(now) - timedelta(days=1)
    with transaction.atomic():
        able = {person.pk: person for person in successors(user, by=by)}
        for left in everything_of(user, seen_by=by):
            if left.stays and to.get(left.key) is None:
                continue
            if left.key not in to:
                raise Unsettled(_("Something new is left behind. Choose who takes it over."))
            left.hand_over(_successor(left, to[left.key], able), by)
        if User.objects.filter(pk=user.pk, is_active=True).exists():
            people.close(by=by, user=user, why=Closure.Why.LEFT, now=now)
        _end_roles(by=by, user=user, on=yesterday)
        waiting = RoleRequest.objects.filter(user=user, state=RoleRequest.State.WAITING)
        for asked in waiting:
            roles.refuse(by=by, asked=asked, now=now)
        log.record(by=by, event="administration.account.handed_over", on=user, at=now)


def _successor(left: Left, number: int | None, able: Mapping[int, User]) -> User | None:
    if number is None:
        if not left.may_end:
            raise Refused(_("Choose who takes it over."), field=left.key)
        return None
    if number not in able or (left.only is not None and number not in left.only):
        raise Refused(_("Choose somebody else with an open account."), field=left.key)
    return able[number]


def _end_roles(*, by: Any, user: User, on: date) -> None:
    today = on + timedelta(days=1)
    for held in people.memberships_of(user, ended=False, on=today):
        accounts.end_role(by=by, held=held, on=on)
    for absence in Absence.objects.filter(valid_to__gte=today, user=user):
        accounts.end_absence(by=by, absence=absence, on=on)
    for absence in Absence.objects.filter(valid_to__gte=today, deputy=user):
        accounts.end_absence(by=by, absence=absence, on=on)
