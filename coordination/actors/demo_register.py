"""The demo's register of actors: what each does, where, and whom to contact. Everyone is invented, and
the telephone numbers belong to nobody (they are set aside by PTS for such use)."""

from dataclasses import dataclass
from datetime import date, timedelta

from coordination.access.models import User

from . import merging, organisations, register
from .demo_names import (
    CULTURE,
    HOUSING,
    OFFICE,
    PARTNERSHIP,
    POLICE,
    REGION,
    SOCIAL,
    UPPER_SECONDARY,
    WEST,
)
from .models import AreaOfWork, District, Organisation, PreventionLevel
from .register import Contact, Profile

ALL_LEVELS = ("general", "specific", "individual")
PARTNERSHIP_AREAS = (*WEST, "Brickebacken")


@dataclass(frozen=True)
class Known:
    """What the register says of one actor; `checked` is how many days ago somebody said it is right."""

    areas: tuple[str, ...]
    levels: tuple[str, ...]
    contacts: tuple[tuple[str, str], ...]
    """Function and name."""
    districts: tuple[str, ...] = ()
    notes: str = ""
    checked: int | None = 60


REGISTER = {
    OFFICE: Known(
        ("crime_prevention", "drug_prevention", "knowledge"),
        ("general", "specific"),
        (("Strategisk samordnare", "Anna Ek"), ("Säkerhetschef", "Siv Holmgren")),
        checked=20,
    ),
    UPPER_SECONDARY: Known(
        ("school",), ("general",), (("Verksamhetschef elevhälsa", "Lena Brask"),), checked=400
    ),
    SOCIAL: Known(
        ("social_services", "parental_support"),
        ALL_LEVELS,
        (("Enhetschef unga", "Johan Mörk"), ("Mottagningen", "")),
        notes="Mottagningen svarar vardagar kl. 8–16.",
    ),
    "Grundskoleförvaltningen": Known(
        ("school",), ("general",), (("Utvecklingsledare", "Karin Sjö"),), districts=WEST
    ),
    "Förskoleförvaltningen": Known(
        ("school", "parental_support"), ("general",), (("Områdeschef", "Eva Lund"),), checked=390
    ),
    CULTURE: Known(
        ("leisure",),
        ("general", "specific"),
        (("Enhetschef fritidsgårdar", "Tomas Berg"),),
        districts=PARTNERSHIP_AREAS,
    ),
    PARTNERSHIP: Known(
        ("housing", "crime_prevention", "civil_society"),
        ("general", "specific"),
        (("Verksamhetschef", "Rut Ahl"),),
        districts=PARTNERSHIP_AREAS,
    ),
    HOUSING: Known(
        ("housing",), ("general",), (("Trygghetschef", "Mikael Ros"),), districts=PARTNERSHIP_AREAS
    ),
    "Futurum Fastigheter AB": Known(("housing",), ("general",), (), checked=None),
    POLICE: Known(
        ("security", "crime_prevention"),
        ALL_LEVELS,
        (("Kommunpolis", "Nils Frisk"), ("Områdespolis", "Eva Strand")),
        districts=PARTNERSHIP_AREAS,
    ),
    "Säkerhetspolisen": Known(
        ("security",), ("individual",), (("Regional kontakt", ""),), checked=30
    ),
    REGION: Known(
        ("drug_prevention", "parental_support"),
        ("general", "specific"),
        (("Folkhälsostrateg", "Ingrid Dahl"),),
    ),
    "Föreningen Grannkraft": Known(
        ("civil_society",),
        ("general",),
        (("Ordförande", "Gun Malm"),),
        districts=("Vivalla", "Baronbackarna"),
        notes="Nås säkrast på kvällar.",
    ),
    "Oxhagens idrottsförening": Known(
        ("leisure", "civil_society"),
        ("general",),
        (("Ungdomsansvarig", "Ali Strand"),),
        districts=("Oxhagen",),
    ),
    "Varberga kulturförening": Known(
        ("leisure", "civil_society"),
        ("general",),
        (("Kassör", "Maj Fors"),),
        districts=("Varberga",),
        checked=420,
    ),
    "Mikaels församling": Known(
        ("civil_society", "parental_support"),
        ("general",),
        (("Diakon", "Ulf Norén"),),
        districts=("Oxhagen", "Varberga"),
    ),
    "Vivalla islamiska församling": Known(
        ("civil_society", "parental_support"),
        ("general",),
        (("Föreståndare", "Samir Haddad"),),
        districts=("Vivalla",),
    ),
    "Vivallaskolan": Known(
        ("school",), ("general", "specific"), (("Rektor", "Tove Lind"),), districts=("Vivalla",)
    ),
    "Oxhagens fritidsgård": Known(
        ("leisure",), ("general", "specific"), (("Föreståndare", ""),), districts=("Oxhagen",)
    ),
    "Center mot våldsbejakande extremism (CVE)": Known(
        ("knowledge",), ALL_LEVELS, (("Stöd till yrkesverksamma", ""),), checked=45
    ),
    "Stockholms stad": Known(("knowledge",), (), (("Samordnare", "Britt Ask"),)),
    "Göteborgs stad": Known(("knowledge",), (), (("Samordnare", "Per Sund"),)),
    "Borlänge kommun": Known(("knowledge",), (), (("Samordnare", "Liv Grön"),), checked=None),
    "Aarhus kommune": Known(("knowledge",), (), (("Infohus", ""),), checked=410),
    "Københavns kommune": Known(("knowledge",), (), (("VINK", ""),)),
    "RAN (Radicalisation Awareness Network)": Known(
        ("knowledge",), (), (("Sekretariat", ""),), checked=None
    ),
}


BEFORE = (
    # What it was called, of which kind, what it went into, and on which day.
    ("Skolförvaltning nordväst", "administration", "Grundskoleförvaltningen", date(2015, 1, 1)),
    (
        "Nationella samordnaren mot våldsbejakande extremism",
        "national",
        "Center mot våldsbejakande extremism (CVE)",
        date(2018, 1, 1),
    ),
)
"""The guideline names the national coordinator, whose work the centre at Brå took over in 2018."""


def make(*, by: User, today: date) -> None:
    """Writes the register, as a coordinator would, most of it checked within the year."""
    areas = {one.code: one for one in AreaOfWork.objects.all()}
    levels = {one.code: one for one in PreventionLevel.objects.all()}
    districts = {one.name: one for one in District.objects.all()}
    actors = {one.name: one for one in Organisation.objects.all()}
    number = 200
    for name, known in REGISTER.items():
        contacts = []
        for function, person in known.contacts:
            contacts.append(
                Contact(function, person, f"0980-319 {number}", f"kontakt{number}@example.org")
            )
            number += 1
        register.change(
            by=by,
            actor=actors[name],
            to=Profile(
                kind=actors[name].kind,
                areas=tuple(areas[code] for code in known.areas),
                levels=tuple(levels[code] for code in known.levels),
                districts=tuple(districts[one] for one in known.districts),
                notes=known.notes,
                contacts=tuple(contacts),
            ),
            version=actors[name].version,
        )
        if known.checked is not None:
            register.check(by=by, actor=actors[name], on=today - timedelta(days=known.checked))
    for name, kind, into, on in BEFORE:
        gone = organisations.add_organisation(by=by, name=name, kind=kind)
        merging.merge(by=by, gone=gone, into=actors[into], on=on)
