"""What a role sees, shown on an example: made inside a transaction that is always rolled back (V26).

Only the example's own objects are asked about, each by itself, so that no real row can be shown.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import grants, policy
from coordination.access import people as accounts
from coordination.access.models import User
from coordination.access.vocabulary import MEANINGS, ROLES, HeldAt, Permission
from coordination.actors import organisations
from coordination.actors.models import (
    District,
    DistrictMembership,
    Organisation,
    OrganisationMembership,
)
from coordination.frame import navigation


@dataclass(frozen=True)
class Stage:
    """Where the example plays: the person in the role, a colleague, and the example's places."""

    role: str
    user: User
    colleague: User
    organisation: Organisation
    district: District
    elsewhere: District
    now: datetime


@dataclass(frozen=True)
class Example:
    """One made-up object of a list."""

    list: str
    """What the list is called, such as "Forums"."""
    obj: models.Model
    title: str
    see: Permission
    more: tuple[Permission, ...] = ()
    """What else one may hold on it, told when the role gives it."""


@dataclass(frozen=True)
class Shown:
    title: str
    seen: bool
    may: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What somebody with the role would meet."""

    links: list[str]
    may: list[str]
    lists: dict[str, list[Shown]]


Source = Callable[[Stage], Iterable[Example]]
_sources: list[Source] = []


def example(source: Source) -> Source:
    """Offers made-up objects: whatever it writes is taken back. Names say that they are examples."""
    _sources.append(source)
    return source


class _Undone(Exception):
    """Leaves the transaction so that nothing of it stays."""


def preview(role: str, *, now: datetime | None = None) -> Preview:
    """What a holder of the role would see. Leaves nothing behind: no row, no mail, no event.

    Raises KeyError for a role that does not exist.
    """
    held_at = ROLES[role].held_at
    found: Preview
    try:
        with transaction.atomic():
            stage = _stage(role, held_at, now or timezone.now())
            examples = [one for source in _sources for one in source(stage)]
            grants.rebuild()
            found = _seen(stage.user, examples)
            raise _Undone
    except _Undone:
        return found


def _stage(role: str, held_at: HeldAt, now: datetime) -> Stage:
    mark = uuid.uuid4().hex[:8]
    user, colleague = (
        accounts.add(
            by=None,
            username=f"exempel-{number}-{mark}",
            first_name=_("Example"),
            last_name=_("Example"),
            email="",
        )
        for number in (1, 2)
    )
    organisation = organisations.add_organisation(
        by=None, name=_("Example administration %(mark)s") % {"mark": mark}, kind="administration"
    )
    district, elsewhere = (
        organisations.add_district(
            by=None,
            name=_("Example district %(mark)s") % {"mark": f"{number} {mark}"},
            city_part=f"Exempel {mark}",
        )
        for number in (1, 2)
    )
    today = timezone.localdate(now)
    if held_at is HeldAt.ORGANISATION:
        OrganisationMembership.objects.create(
            user=user, role=role, valid_from=today, organisation=organisation
        )
    elif held_at is HeldAt.DISTRICT:
        DistrictMembership.objects.create(user=user, role=role, valid_from=today, district=district)
    return Stage(role, user, colleague, organisation, district, elsewhere, now)


def _seen(user: User, examples: list[Example]) -> Preview:
    request = HttpRequest()
    request.path = ""
    request.user = user  # type: ignore[assignment]
    lists: dict[str, list[Shown]] = {}
    for one in examples:
        seen = policy.may(user, one.see, one.obj)
        may = tuple(
            str(MEANINGS[permission])
            for permission in one.more
            if seen and policy.may(user, permission, one.obj)
        )
        lists.setdefault(one.list, []).append(Shown(one.title, seen, may))
    held = policy.permissions_of(user)
    return Preview(
        links=[item.label for item in navigation.items_for(request)],
        may=[str(words) for permission, words in MEANINGS.items() if permission in held],
        lists=lists,
    )
