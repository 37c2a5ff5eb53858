"""Whom to turn to where a worry is not handed in here: read from the register of actors, where names and
numbers are kept and change."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from coordination.actors.models import AreaOfWork, ContactFunction, Organisation

Kind = Organisation.Kind
TURN_TO: dict[str, Q] = {
    "child": Q(kind=Kind.ADMINISTRATION, areas__code=AreaOfWork.Code.SOCIAL),
    "took_part": Q(kind__in=(Kind.POLICE, Kind.SECURITY_SERVICE)),
    "school_attack": Q(kind=Kind.POLICE)
    | Q(kind=Kind.NATIONAL, areas__code=AreaOfWork.Code.SECURITY),
    "classified": Q(
        kind__in=(Kind.MUNICIPALITY, Kind.ADMINISTRATION), areas__code=AreaOfWork.Code.SECURITY
    ),
}
"""Which actors each way that ends here leads to."""


@dataclass(frozen=True)
class Card:
    """An actor, and the functions there that can be reached: never a person by name."""

    organisation: str
    lines: tuple[tuple[str, str, str], ...]
    """Each function, its telephone number and its address for e-mail."""


def cards(way: str) -> list[Card]:
    """Whom to turn to on this way, in the order of their names; none when nobody has entered any, and none
    but 112 where there is danger."""
    if way not in TURN_TO:
        return []
    today = timezone.localdate()
    found = Organisation.objects.active(today).filter(TURN_TO[way]).distinct().order_by("name")
    shown = ContactFunction.objects.exclude(function="").filter(organisation__in=found)
    by_organisation: dict[int, list[tuple[str, str, str]]] = {}
    for one in shown.exclude(phone="", email="").order_by("position"):
        line = (one.function, one.phone, one.email)
        by_organisation.setdefault(one.organisation_id, []).append(line)
    return [
        Card(organisation.name, tuple(by_organisation[organisation.pk]))
        for organisation in found
        if organisation.pk in by_organisation
    ]
