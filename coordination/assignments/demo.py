"""The demo's guideline, and a year of what its owners have said."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.frame import demo

from . import papers, shipped, updates
from .models import AssignmentOwner

DECIDED_BY = "Kommunstyrelsen"
COORDINATION, PARTNERSHIP = "anna.ek", "maria.sten"
VOICES = {
    cast.OFFICE: COORDINATION,
    cast.POLICE: COORDINATION,
    cast.PARTNERSHIP: PARTNERSHIP,
    cast.UPPER_SECONDARY: "leila.amiri",
    cast.SOCIAL: "per.holm",
}
"""Who says how an organisation's part stands; the coordinators for those without an account."""

DUE = {1: 120, 10: 60, 11: 150, 12: -20, 14: 200, 15: -35}
"""In how many days an assignment is to be done."""
MEASURES = {
    1: "Överenskommelsen nämner våldsbejakande extremism i ett eget avsnitt.",
    8: "Varje område har en samordnare och en aktuell lägesbild.",
    10: "Nio av tio i första linjen har gått den initiala utbildningen.",
    11: "En plan för tre år är beslutad.",
    12: "Varje förvaltning har namngett sina nyckelgrupper.",
    13: "Hälften av elevstödjarna talar fler språk än svenska. Fyra av tio är kvinnor.",
    14: "Föräldrastöd erbjuds i alla fem områdena.",
}
SAID: tuple[tuple[int, str, int, str, str, str, int, str], ...] = (
    # number, organisation, days ago, status, what has happened, next step, in so many days, wanted
    (
        1,
        cast.OFFICE,
        160,
        "under_way",
        "Vi har gått igenom överenskommelsen med polisen.",
        "",
        0,
        "",
    ),
    (
        *(1, cast.OFFICE, 24, "under_way"),
        "Polisen har lämnat synpunkter på ett eget avsnitt om våldsbejakande extremism.",
        *("Skriva ett gemensamt förslag", 18, ""),
    ),
    (
        2,
        cast.OFFICE,
        30,
        "under_way",
        "Samverkan har mötts tre gånger.",
        "",
        0,
        "",
    ),
    (2, cast.POLICE, 30, "under_way", "Polisen deltar med två personer.", "", 0, ""),
    (
        3,
        cast.OFFICE,
        12,
        "under_way",
        "Stöd har getts till fyra förvaltningar under hösten.",
        "",
        0,
        "",
    ),
    (4, cast.OFFICE, 41, "under_way", "Kontakt med det nationella centret varje månad.", "", 0, ""),
    (
        *(5, cast.OFFICE, 20, "under_way"),
        "Åtta av tio forum fanns redan. Två nya har bildats eftersom inget befintligt räckte.",
        *("Se över forumen igen", 75, ""),
    ),
    (6, cast.OFFICE, 97, "under_way", "Deltog i nätverkets möte om skolans roll.", "", 0, ""),
    (7, cast.OFFICE, 15, "done", "Uppdragen samordnas i samma funktion och i ÖreBRÅ.", "", 0, ""),
    (
        *(8, cast.PARTNERSHIP, 9, "under_way"),
        "Alla fem områden har en samordnare. Stöd har getts till Markbacken.",
        *("Ta fram lägesbild för Oxhagen", 25, ""),
    ),
    (9, cast.OFFICE, 33, "under_way", "Frågan ingår i säkerhetsavdelningens plan.", "", 0, ""),
    (9, cast.UPPER_SECONDARY, 40, "under_way", "Två tjänster är avsatta.", "", 0, ""),
    (
        *(9, cast.SOCIAL, 28, "under_way"),
        "En halv tjänst är avsatt. Det räcker inte till uppsökande arbete.",
        *("Räkna på vad som behövs", 21, "Om uppsökande arbete ska få en egen tjänst"),
    ),
    (9, "Grundskoleförvaltningen", 55, "not_started", "Frågan tas upp i vårens plan.", "", 0, ""),
    (9, "Förskoleförvaltningen", 66, "under_way", "Alla rektorer har fått information.", "", 0, ""),
    (9, cast.CULTURE, 60, "under_way", "Fritidsgårdarna har fått en kontaktperson.", "", 0, ""),
    (
        *(10, cast.PARTNERSHIP, 18, "under_way"),
        "Elva av arton tillfällen är genomförda tillsammans med polisen.",
        *("Bjuda in bolagens fastighetsvärdar", 14, ""),
    ),
    (
        *(11, cast.OFFICE, 48, "not_started"),
        "Arbetet börjar när nyckelgrupperna är utpekade.",
        *("Tillsätta en arbetsgrupp", 30, ""),
    ),
    (12, cast.UPPER_SECONDARY, 22, "done", "Elevhälsan och elevstödjarna är utpekade.", "", 0, ""),
    (12, cast.OFFICE, 58, "done", "Handläggare i säkerhet är utpekade.", "", 0, ""),
    (12, "Grundskoleförvaltningen", 62, "not_started", "Börjar när planen är klar.", "", 0, ""),
    (12, "Förskoleförvaltningen", 71, "not_started", "Väntar på planen.", "", 0, ""),
    (12, cast.CULTURE, 64, "under_way", "Fritidsledarna diskuterar förslag.", "", 0, ""),
    (12, cast.SOCIAL, 36, "under_way", "Enheterna för unga har lämnat förslag.", "", 0, ""),
    (13, cast.UPPER_SECONDARY, 210, "under_way", "Sex elevstödjare är anställda.", "", 0, ""),
    (
        *(13, cast.UPPER_SECONDARY, 94, "under_way"),
        "Nio elevstödjare arbetar nu på fem skolor. Fyra av dem är kvinnor.",
        *("Söka fler som talar somaliska och arabiska", -30, ""),
    ),
    (14, cast.PARTNERSHIP, 31, "under_way", "Föräldragrupper pågår i två områden.", "", 0, ""),
    (14, cast.SOCIAL, 26, "paused", "Utbildningen av gruppledare är uppskjuten.", "", 0, ""),
    (
        *(15, cast.OFFICE, 44, "under_way"),
        "Förslaget är klart på tjänstemannanivå.",
        *("Lämna förslaget", 10, "Om kommunen ska ta emot hänvisningar från stödtelefonen"),
    ),
    (16, cast.OFFICE, 70, "done", "Studiebesök i Århus och Köpenhamn är genomförda.", "", 0, ""),
    (17, cast.PARTNERSHIP, 52, "under_way", "Föreningarna i väster är med i forumet.", "", 0, ""),
    (
        *(18, cast.OFFICE, 63, "paused"),
        "Nätverket möts inte förrän kommunerna har enats om formerna.",
        *("Höra med Borlänge", 40, ""),
    ),
)
OBSTACLE = (13, "Det är svårt att hitta sökande med rätt språk.")
FILED = 13
FILE = (
    "Plan för elevstödjare",
    "Skolan behöver elevstödjare som talar fler språk, och fler av dem ska vara kvinnor.\n\nPlanen "
    "säger hur gymnasieförvaltningen söker, anställer och utbildar dem under två år.",
)
"""What is handed in about that assignment."""
ASKED = 13
"""The assignment that the coordinators have asked about."""


@demo.part(15, "Riktlinjen och dess uppdrag")
def make(scene: demo.Scene) -> None:
    """The guideline, and what was said of its assignments during the last year."""
    people = {one.username: one for one in User.objects.all()}
    today = timezone.localdate(scene.now)
    decided = date(2015, 9, 15)
    shipped.establish(
        decided_by=DECIDED_BY,
        decided_on=decided,
        due={number: today + timedelta(days=days) for number, days in DUE.items()},
        measures=MEASURES,
        by=people[COORDINATION],
        now=scene.now - timedelta(days=300),
    )
    _say(people, scene.now)
    _hand_in(people, scene.now)
    asked = [
        one.assignment
        for one in AssignmentOwner.objects.filter(assignment__number=ASKED).select_related(
            "assignment"
        )
    ]
    updates.ask(assignments=asked, by=people[COORDINATION], now=scene.now - timedelta(days=3))


def _hand_in(people: dict[str, User], now: datetime) -> None:
    title, text = FILE
    owner = AssignmentOwner.objects.select_related("assignment").get(assignment__number=FILED)
    with papers.checked(content=demo.document(title, text), name="plan.pdf") as file:
        papers.add(
            assignment=owner.assignment,
            file=file,
            title=title,
            by=people[VOICES[cast.UPPER_SECONDARY]],
            now=now - timedelta(days=94),
        )


def _say(people: dict[str, User], now: datetime) -> None:
    owners = {
        (one.assignment.number, one.organisation.name): one
        for one in AssignmentOwner.objects.select_related("assignment", "organisation")
    }
    for number, place, ago, status, happened, step, ahead, wanted in sorted(
        SAID, key=lambda one: -one[2]
    ):
        owner = owners[number, place]
        at = now - timedelta(days=ago)
        updates.update(
            owner=owner,
            status=status,
            happened=happened,
            obstacle=OBSTACLE[1] if (number, ago) == (OBSTACLE[0], 94) else "",
            next_step=step,
            next_on=timezone.localdate(now) + timedelta(days=ahead) if step else None,
            decision_wanted=wanted,
            version=owner.version,
            by=people[VOICES.get(place, COORDINATION)],
            now=at,
        )
        owner.refresh_from_db()
