"""How the grants on forums follow from seats and from coordinators' roles."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access import grants
from coordination.access.grants import Due, Gives
from coordination.access.vocabulary import DEPUTISED, Permission
from coordination.actors.models import DistrictMembership, OrganisationMembership

from .models import Forum, Seat

TAKING_PART = (Permission.VIEW_FORUM, Permission.PROPOSE_ITEM)
"""What every member holds: see the forum, and propose items for its meetings."""
KEEPING = (*TAKING_PART, Permission.LOG_MEETINGS, Permission.KEEP_ACTION)
"""What chairs, secretaries and coordinators hold besides: log it, keep its actions."""
LEADING = (*KEEPING, Permission.KEEP_FORUM)
"""What those hold who decide what the forum is and who sits in it: not who only has its district."""

_SEATED = _("the forums where the person has the seat")
GIVES = {
    entry.role: entry
    for entry in (
        Gives("chair", LEADING, _SEATED),
        Gives("secretary", LEADING, _SEATED),
        Gives("member", TAKING_PART, _SEATED),
        Gives(
            "strategic_coordinator",
            LEADING,
            _("every forum that may not handle information about individuals"),
        ),
        Gives(
            "partnership_coordinator",
            KEEPING,
            _(
                "the forums of their own districts and those where they have a seat,"
                " unless the forum may handle information about individuals"
            ),
        ),
        Gives(
            "reviewer",
            (Permission.READ_APPROVED,),
            _("every forum that may not handle information about individuals"),
        ),
    )
}
"""What each role gives on forums. Derived from here, and printed in the role matrix from here."""


def derive(on: date) -> Iterator[Due]:
    """Every grant that should stand on a forum that day.

    A seat shows its forum; chair and secretary also keep it and say who sits in it. So do strategic
    coordinators with every forum that may not handle individuals; partnership coordinators keep
    those of their own districts and those where they sit. Reviewers read the approved minutes of
    every forum that may not handle individuals, and no deputy of theirs does. A forum that may
    handle individuals is for its members alone (resolution 11), and no deputy comes into it.
    """
    ordinary = Forum.objects.exclude(information_class=Forum.InformationClass.INDIVIDUALS)
    everywhere = list(ordinary.values_list("pk", flat=True))
    open_to_deputies = set(everywhere)
    seats = list(
        Seat.objects.active(on)
        .filter(user__is_active=True)
        .values_list("user_id", "forum_id", "role", "valid_to")
    )
    for user, forum, role, until in seats:
        for due in _give(user, forum, role, until):
            yield replace(due, deputised=forum in open_to_deputies)

    everywhere_held = OrganisationMembership.objects.active(on).filter(
        role__in=("strategic_coordinator", "reviewer"), user__is_active=True
    )
    for user, role, until in everywhere_held.values_list("user_id", "role", "valid_to"):
        for forum in everywhere:
            for due in _give(user, forum, role, until):
                yield replace(due, deputised=role in DEPUTISED)

    forums_of: dict[int, list[int]] = {}
    for district, forum in ordinary.filter(~Q(districts=None)).values_list("districts", "pk"):
        forums_of.setdefault(district, []).append(forum)
    partnership = DistrictMembership.objects.active(on).filter(
        role="partnership_coordinator", user__is_active=True
    )
    seated = {(user, forum): until for user, forum, role, until in seats if forum in everywhere}
    for user, district, until in partnership.values_list("user_id", "district_id", "valid_to"):
        for forum in forums_of.get(district, ()):
            yield from _give(user, forum, "partnership_coordinator", until)
        for (member, forum), seat_until in seated.items():
            if member == user:
                yield from _give(
                    user, forum, "partnership_coordinator", _earlier(until, seat_until)
                )


def _give(user: int, forum: int, role: str, until: date | None) -> Iterator[Due]:
    for permission in GIVES[role].permissions:
        yield Due(user, forum, permission, until, deputised=True)


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def register() -> None:
    grants.derives(Forum, derive, GIVES.values())
