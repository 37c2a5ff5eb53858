"""What a new library begins with: what the guideline names, and what has taken its place since.

Facts of 2026, to be reviewed by whoever puts them in: they come without a day of review.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from . import library
from .models import Entry

Kind, Level, Language = Entry.Kind, Entry.Level, Entry.Language

ENTRIES: tuple[tuple[str, str, str, str, str, str, str, str, bool], ...] = (
    # title, kind, target group, level, language, source, address, in short, archived
    (
        "Samtalskompassen",
        Kind.METHOD,
        "Personal i första linjen och samverkansgrupper",
        Level.ALL,
        Language.SWEDISH,
        "Nationella samordnaren mot våldsbejakande extremism",
        "http://www.samordnarenmotextremism.se/",
        "Metodmaterial som riktlinjerna hänvisar till: kunskap om extremistmiljöer och stöd för"
        " samtal med unga. Den nationella samordnaren har ersatts av CVE.",
        True,
    ),
    (
        "Hantera och utreda oro – metodstöd",
        Kind.METHOD,
        "Socialtjänst, skola, polis och vård",
        Level.INDIVIDUAL,
        Language.SWEDISH,
        "Center mot våldsbejakande extremism (CVE)",
        "https://www.cve.se/",
        "Fem steg från oro till uppföljd insats. Det första steget är skrivet för alla yrken.",
        False,
    ),
    (
        "Radicalisation Awareness Network (RAN)",
        Kind.REPORT,
        "Samordnare och praktiker",
        Level.ALL,
        Language.ENGLISH,
        "Europeiska kommissionen",
        "https://home-affairs.ec.europa.eu/",
        "Nätverk där praktiker i Europa delar metoder och erfarenheter.",
        False,
    ),
    (
        "Att hantera våldsbejakande extremism – ansvar och juridiska förutsättningar för kommunen",
        Kind.LAW,
        "Chefer, jurister och samordnare",
        Level.ALL,
        Language.SWEDISH,
        "Sveriges Kommuner och Regioner (SKR), 2019",
        "https://skr.se/",
        "Vad kommunen ansvarar för, vad den får göra och när uppgifter får delas.",
        False,
    ),
    (
        "Våldsbejakande extremism – stöd för socialtjänstens arbete med barn och unga vuxna",
        Kind.LAW,
        "Socialtjänst",
        Level.INDIVIDUAL,
        Language.SWEDISH,
        "Socialstyrelsen, 2016",
        "https://www.socialstyrelsen.se/",
        "",
        False,
    ),
    (
        "Aarhus: prevention of radicalisation",
        Kind.METHOD,
        "Samordnare, socialtjänst och polis",
        Level.SPECIFIC,
        Language.ENGLISH,
        "Aarhus kommune",
        "https://www.aarhus.dk/",
        "Infohus, mentorer och föräldragrupper i samarbete mellan kommun och polis.",
        False,
    ),
    (
        "København: forebyggelse af radikalisering",
        Kind.METHOD,
        "Samordnare och skolor",
        Level.GENERAL,
        Language.DANISH,
        "Københavns kommune",
        "https://www.kk.dk/",
        "Rådgivning till personal, och insatser för unga och deras familjer.",
        False,
    ),
)


def put_in(*, by: Any, now: datetime | None = None) -> int:
    """Adds what the library does not have yet. Returns how many entries that was."""
    names = library.FIELDS
    with transaction.atomic():
        there = set(Entry.objects.values_list("title", flat=True))
        wanted = [row for row in ENTRIES if row[0] not in there]
        for row in wanted:
            values = dict(zip(names, row[:-1], strict=True))
            entry = library.add(values=values, by=by, reviewed_on=None, now=now)
            if row[-1]:
                library.archive(entry=entry, by=by, now=now)
    return len(wanted)
