"""How the grants on areas of cases follow from coordinators' roles in districts."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from coordination.access import grants
from coordination.access.grants import Due, Gives
from coordination.access.vocabulary import Permission
from coordination.actors.models import DistrictMembership

from .models import CaseArea

GIVES = Gives(
    "partnership_coordinator",
    (Permission.LIST_CASES, Permission.TRIAGE_CASE),
    _("the cases of their own districts: that they are there, and what was handed in until triage"),
)


def derive(on: date) -> Iterator[Due]:
    """Who coordinates a district sees that its cases are there, and triages new ones.

    Never a deputy: a role in what concerns individuals is given to somebody by name. What a case says
    is for those who carry it (`CaseRole`), and follows from no role.
    """
    areas: dict[int, list[int]] = {}
    for district, area in CaseArea.objects.values_list("district_id", "pk"):
        areas.setdefault(district, []).append(area)
    held = DistrictMembership.objects.active(on).filter(
        role=GIVES.role, user__is_active=True, district__in=areas
    )
    for user, district, until in held.values_list("user_id", "district_id", "valid_to"):
        for area in areas[district]:
            for permission in GIVES.permissions:
                yield Due(user, area, permission, until)


def register() -> None:
    grants.derives(CaseArea, derive, [GIVES])
