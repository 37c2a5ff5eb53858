"""The demo's people, organisations and districts. All persons are invented."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from coordination.access import people
from coordination.access.models import Membership, User
from coordination.frame import demo

from . import demo_register, organisations
from .demo_names import (
    CULTURE,
    HOUSING,
    MUNICIPALITY,
    OFFICE,
    PARTNERSHIP,
    POLICE,
    REGION,
    SOCIAL,
    UPPER_SECONDARY,
    WEST,
)
from .models import District, DistrictMembership, Organisation, OrganisationMembership

ORGANISATIONS = (
    (MUNICIPALITY, "municipality"),
    (OFFICE, "administration"),
    (UPPER_SECONDARY, "administration"),
    (SOCIAL, "administration"),
    ("Grundskoleförvaltningen", "administration"),
    ("Förskoleförvaltningen", "administration"),
    (CULTURE, "administration"),
    (PARTNERSHIP, "administration"),
    (HOUSING, "company"),
    ("Futurum Fastigheter AB", "company"),
    (POLICE, "police"),
    ("Säkerhetspolisen", "security_service"),
    (REGION, "region"),
    ("Föreningen Grannkraft", "association"),
    ("Oxhagens idrottsförening", "association"),
    ("Varberga kulturförening", "association"),
    ("Mikaels församling", "faith_community"),
    ("Vivalla islamiska församling", "faith_community"),
    ("Vivallaskolan", "school"),
    ("Oxhagens fritidsgård", "school"),
    ("Center mot våldsbejakande extremism (CVE)", "national"),
    ("Stockholms stad", "national"),
    ("Göteborgs stad", "national"),
    ("Borlänge kommun", "national"),
    ("Aarhus kommune", "international"),
    ("Københavns kommune", "international"),
    ("RAN (Radicalisation Awareness Network)", "international"),
)

DISTRICTS = (
    ("Vivalla", "Väster", True),
    ("Baronbackarna", "Väster", True),
    ("Oxhagen", "Väster", True),
    ("Varberga", "Väster", True),
    ("Hjärsta", "Väster", False),
    ("Brickebacken", "Öster", True),
    ("Almby", "Öster", False),
    ("Centrum", "Centrum", False),
    ("Markbacken", "Centrum", False),
)


@dataclass(frozen=True)
class Person:
    """One of the cast: who, which role, and at which organisations or districts."""

    username: str
    name: str
    role: str = ""
    places: tuple[str, ...] = ()
    also: str = ""
    """A second role at the same places."""


CAST = (
    Person("anna.ek", "Anna Ek", "strategic_coordinator", (MUNICIPALITY,)),
    Person("oskar.lind", "Oskar Lind", "strategic_coordinator", (MUNICIPALITY,)),
    Person("maria.sten", "Maria Sten", "partnership_coordinator", WEST[:2]),
    Person("jonas.berg", "Jonas Berg", "partnership_coordinator", WEST[2:]),
    Person("sara.nyman", "Sara Nyman", "partnership_coordinator", WEST),
    Person(
        "mats.orn",
        "Mats Örn",
        "partnership_coordinator",
        ("Brickebacken", "Hjärsta", "Almby", "Centrum", "Markbacken"),
    ),
    Person("rut.ahl", "Rut Ahl", "unit_manager", (PARTNERSHIP,)),
    Person("hanna.falk", "Hanna Falk", "disclosure_decider", (SOCIAL,)),
    Person("ebbe.wall", "Ebbe Wall", "disclosure_decider", (SOCIAL,)),
    Person("leila.amiri", "Leila Amiri", "reporter", (UPPER_SECONDARY,)),
    Person("per.holm", "Per Holm", "reporter", (SOCIAL,)),
    Person("sofia.dahl", "Sofia Dahl", "reporter", (HOUSING,)),
    Person("ulla.vik", "Ulla Vik", "manager", (UPPER_SECONDARY,)),
    Person("gunnar.ask", "Gunnar Ask", "manager", (SOCIAL,)),
    Person("rolf.dahlin", "Rolf Dahlin", "manager", (HOUSING,)),
    Person("lars.nord", "Lars Nord", "manager", (OFFICE,)),
    Person("nils.frisk", "Nils Frisk", "police_liaison", (POLICE,)),
    Person("eva.strand", "Eva Strand", "police_liaison", (POLICE,)),
    Person("tove.lind", "Tove Lind", "referrer", ("Vivallaskolan",)),
    Person("amir.hadad", "Amir Hadad", "referrer", ("Oxhagens fritidsgård",)),
    Person("bo.kvist", "Bo Kvist", "reviewer", (MUNICIPALITY,)),
    Person("ida.rask", "Ida Rask", "reviewer", (MUNICIPALITY,), also="archivist"),
    Person("kaj.berg", "Kaj Berg", "reviewer", (SOCIAL,), also="destruction_official"),
    Person("stina.alm", "Stina Alm", "system_administrator", (MUNICIPALITY,)),
    Person("viktor.ros", "Viktor Ros", "system_administrator", (MUNICIPALITY,)),
    Person("gun.malm", "Gun Malm"),
    Person("ny.person", "Ny Person"),
)


@demo.part(10, "Organisationer, bostadsområden och personer")
def make(scene: demo.Scene) -> None:
    """The whole cast with its roles, held for two years already, and the register of actors."""
    make_places()
    today = timezone.localdate(scene.now)
    people = make_people(since=today - timedelta(days=730))
    demo_register.make(by=people["anna.ek"], today=today)


def make_places() -> None:
    """Organisations and districts."""
    made: dict[str, Organisation] = {}
    for name, kind in ORGANISATIONS:
        parent = made.get(MUNICIPALITY) if kind in {"administration", "company"} else None
        made[name] = organisations.add_organisation(by=None, name=name, kind=kind, parent=parent)
    for name, city_part, has_partnership in DISTRICTS:
        organisations.add_district(
            by=None, name=name, city_part=city_part, has_partnership=has_partnership
        )


def make_people(*, since: date) -> dict[str, User]:
    """Everyone in the cast, by user name."""
    made = {}
    for person in CAST:
        first_name, last_name = person.name.split(" ")
        user = people.add(
            by=None,
            username=person.username,
            first_name=first_name,
            last_name=last_name,
            email=f"{person.username}@example.org",
        )
        for place in person.places:
            for role in filter(None, (person.role, person.also)):
                membership, anchor = _anchor(role, place)
                people.give_role(
                    by=None,
                    user=user,
                    membership=membership,
                    role=role,
                    valid_from=since,
                    valid_to=_last_day(since, anchor),
                    **anchor,
                )
        made[person.username] = user
    return made


def _last_day(since: date, anchor: dict[str, models.Model]) -> date | None:
    """A role at an external organisation always has one."""
    external = any(getattr(place, "is_external", False) for place in anchor.values())
    return since + timedelta(days=1095) if external else None


def _anchor(role: str, place: str) -> tuple[type[Membership], dict[str, models.Model]]:
    if role == "partnership_coordinator":
        return DistrictMembership, {"district": District.objects.get(name=place)}
    return OrganisationMembership, {"organisation": Organisation.objects.get(name=place)}
