"""Who can see a case and why, and who has opened it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.access.policy import who_may
from coordination.access.vocabulary import Permission
from coordination.audit import log

from . import carrying
from .models import Case, Stage

MOST = 100
"""So many of the latest openings are shown."""
READ = ("cases.case.opened",)


@dataclass(frozen=True)
class Sees:
    """A person, how much of the case they see, and the rule that lets them."""

    user: User
    what: str
    why: str


@dataclass(frozen=True)
class Opening:
    """That somebody opened a page of the case."""

    at: datetime
    by: str
    page: str


def who_sees(case: Case) -> list[Sees]:
    """Everybody who sees that the case is there, or more; asked of the policy, not of this page."""
    roles = {one.user_id: one for one in carrying.named_in([case.pk])}
    reads = {one.pk for one in who_may(Permission.VIEW_CASE, case)}
    triages = {one.pk for one in who_may(Permission.TRIAGE_CASE, case)}
    lists = who_may(Permission.LIST_CASES, case).order_by("last_name", "first_name", "pk")
    found = [_sees(user, roles, reads, triages, case) for user in lists]
    return sorted(found, key=lambda one: one.user.pk not in reads)


def _sees(user: User, roles: Any, reads: set[int], triages: set[int], case: Case) -> Sees:
    role = roles.get(user.pk)
    if user.pk in reads and role is not None:
        why = _("Named in the case: %(role)s") % {"role": role.get_role_display().lower()}
        return Sees(user, _("Everything"), why)
    if user.pk in triages and case.stage == Stage.RECEIVED:
        why = _("Coordinates the district, until it is decided what becomes of the case")
        return Sees(user, _("What was handed in"), why)
    return Sees(user, _("Number and stage"), _("Coordinates the district"))


def openings(case: Case) -> list[Opening]:
    """The latest openings of the case's pages, the newest first."""
    found = log.events(zone=log.Zone.CASES, on=case).filter(event__in=READ)[:MOST]
    names = _names(one.actor for one in found)
    return [
        Opening(
            one.at, names.get(one.actor, _("Somebody who is forgotten")), one.facts.get("page", "")
        )
        for one in found
    ]


def _names(actors: Iterable[str]) -> dict[str, str]:
    keys = log.people(actors)
    users = {str(one.pk): str(one) for one in User.objects.filter(pk__in=keys.values())}
    return {actor: users[key] for actor, key in keys.items() if key in users}
