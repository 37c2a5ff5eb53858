"""The demo's cases: two units, and worries in every stage about people who do not exist."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from coordination.access.models import User
from coordination.actors.models import District, Organisation
from coordination.frame import demo
from coordination.grounds import offering

from . import (
    advice,
    carrying,
    closing,
    crossing,
    documenting,
    glimpses,
    handing_in,
    handing_over,
    triage,
    units,
)
from .documenting import Answer
from .models import Case, CaseRole, Closing, Factor, Stage

WEST = ("Vivalla", "Baronbackarna", "Oxhagen", "Varberga")
RECEIVERS = ("mats.orn", "maria.sten")
"""To whom cases with protected identity come: two, because two people close a case."""
GIVEN = ("Robin", "Alex", "Love", "Sam", "Mio", "Eli", "Charlie", "Noa", "Tintin", "Juno", "Billie")
FAMILY = ("Exempelsson", "Provsson", "Testberg", "Påhittsson", "Låtsasgren")
"""Names that nobody takes for somebody's."""
HAPPENED = (
    "Har vid tre tillfällen hotat yngre elever på skolgården och sagt att de ska få ångra sig.",
    "Visade en film med misshandel för en grupp på fritidsgården och skrattade. Jag såg det själv.",
    "Har slutat komma till träningen och säger att hen bara umgås med en grupp som slåss.",
    "Ritade symboler på bänkar och bad två andra att göra detsamma efter skolan.",
    "Berättade för en ledare att kompisar övar med vapen och att hen vill vara med.",
)
NEEDS = (
    "Behöver en vuxen att lita på och något meningsfullt efter skolan.",
    "Behöver stöd för att komma tillbaka till undervisningen, och samtal om det som har hänt.",
    "Familjen behöver stöd. Hen behöver hjälp att bryta med gruppen.",
)
ANSWERS = {
    "trusted_adult": Answer("yes", "Har god kontakt med mormor."),
    "leisure": Answer("yes", "Spelar fotboll två gånger i veckan."),
    "school_works": Answer("no"),
    "violence": Answer("yes", "Det som lämnades in, och samtal med skolan."),
    "health": Answer("unknown"),
}
PLANNED = (
    ("Jag vill ha någon att prata med.", "mentor", "Kultur- och fritidsförvaltningen"),
    ("Jag vill klara nian.", "teaching", "Gymnasieförvaltningen"),
    ("Vi vill kunna prata hemma.", "parents", "Socialförvaltningen"),
    ("Jag vill jobba i sommar.", "placement", "Kultur- och fritidsförvaltningen"),
)


@dataclass(frozen=True)
class Story:
    """How far one of the demo's cases has come, in days before today."""

    district: str | None
    carried_by: str
    received: int
    assessed: int = 0
    planned: int = 0
    followed: int = 0
    ended: int = 0
    outcome: str = "open"
    alone: bool = False
    """Nobody is named as deputy."""
    handed_over: int = 0
    closing: int = 0
    """The closing waits for the second person."""


STORIES = (
    Story("Vivalla", "maria.sten", 1),
    Story("Vivalla", "maria.sten", 6),
    Story("Oxhagen", "jonas.berg", 2),
    Story("Brickebacken", "mats.orn", 4),
    Story("Vivalla", "maria.sten", 16, alone=True),
    Story("Baronbackarna", "maria.sten", 30, 20),
    Story("Varberga", "jonas.berg", 22, 9),
    Story("Baronbackarna", "maria.sten", 45, 30, closing=3),
    Story("Vivalla", "maria.sten", 140, 120, 110),
    Story("Baronbackarna", "maria.sten", 80, 70, 60),
    Story("Oxhagen", "jonas.berg", 120, 110, 100),
    Story("Brickebacken", "mats.orn", 60, 50, 45),
    Story("Vivalla", "maria.sten", 210, 200, 190, 95),
    Story("Oxhagen", "jonas.berg", 230, 215, 205, 100),
    Story("Varberga", "jonas.berg", 170, 160, 150, 60),
    Story("Brickebacken", "mats.orn", 190, 180, 170, 80),
    Story(None, "mats.orn", 75, 65, 60),
    Story("Vivalla", "maria.sten", 330, 320, 310, 220, 20),
    Story("Oxhagen", "jonas.berg", 300, 290, 280, 180, 90),
    Story("Oxhagen", "jonas.berg", 2300, outcome="close"),
    Story("Varberga", "jonas.berg", 280, outcome="ordinary"),
    Story("Brickebacken", "mats.orn", 250, outcome="report"),
    Story("Baronbackarna", "maria.sten", 150, outcome="close"),
    Story("Vivalla", "maria.sten", 100, outcome="ordinary"),
    Story("Vivalla", "maria.sten", 55, outcome="special", handed_over=52),
    Story("Varberga", "jonas.berg", 12, outcome="special"),
)
DEPUTIES = {"maria.sten": "sara.nyman", "jonas.berg": "sara.nyman", "mats.orn": "maria.sten"}
WHERE = {
    "ordinary": "Elevhälsan på skolan",
    "report": "Rektor gör en orosanmälan i dag",
}


@demo.part(30, "Individärenden i två enheter")
def make(scene: demo.Scene) -> None:
    """Worries in every stage, in four districts; one of a protected identity, one handed over."""
    if not settings.CASES_ENABLED:
        return
    people = {one.username: one for one in User.objects.all()}
    _units(people, scene.now)
    for round_ in range(scene.scale):
        for place, story in enumerate(STORIES):
            _tell(scene, people, story, round_ * len(STORIES) + place)
    _look(people, scene.now)
    _ask_advice(people, scene.now)


def _units(people: dict[str, User], now: datetime) -> None:
    """One unit for the west of the city; the other supports all other areas."""
    stina, since = people["stina.alm"], timezone.localdate(now) - timedelta(days=2600)
    common: dict[str, Any] = {
        "organisation": Organisation.objects.get(name="Partnerskap Örebro"),
        "authority": "Socialnämnden",
        "is_social": True,
        "administration": Organisation.objects.get(name="Socialförvaltningen"),
        "since": since,
        "by": stina,
    }
    west = units.found(name="Partnerskap Väster", **common)
    rest = units.found(
        name="Partnerskap Öster och övriga områden", receives_protected=True, **common
    )
    for district in District.objects.order_by("pk"):
        unit = west if district.name in WEST else rest
        units.serve(unit=unit, district=district, since=since, by=stina)
    for username in RECEIVERS:
        units.receive_protected(unit=rest, user=people[username], since=since, by=stina)


def _tell(scene: demo.Scene, people: dict[str, User], story: Story, number: int) -> None:
    def at(days: int) -> datetime:
        return scene.now - timedelta(days=days)

    by = people[story.carried_by]
    case = _hand_in(scene, people, story, number, at(story.received))
    if story.received < 10 and story.outcome == "open":
        return
    triage.decide(
        case=case,
        outcome=story.outcome,
        level="individual",
        reason="Beteendet har pågått en tid och behöver bedömas.",
        where_to=WHERE.get(story.outcome, ""),
        earlier_said="Inget i det tidigare ändrar bedömningen.",
        by=by,
        now=at(story.received - 2),
    )
    if story.handed_over:
        _hand_over(case, by, at(story.handed_over))
    if story.outcome != "open":
        return
    deputy = people[DEPUTIES[story.carried_by]]
    if not story.alone and carrying.candidates(case).filter(pk=deputy.pk).exists():
        carrying.name(case=case, user=deputy, role="deputy", by=by, now=at(story.received - 2))
    if story.assessed:
        _assess(scene, case, by, at(story.assessed), number)
    if story.planned:
        _plan(case, by, at(story.planned), number)
    if story.followed:
        _follow(case, by, at(story.followed), ended=bool(story.ended))
    if story.closing:
        _ask_to_close(case, by, at(story.closing))
    if story.ended:
        _close(case, by, deputy, at(story.ended))


def _hand_in(
    scene: demo.Scene, people: dict[str, User], story: Story, number: int, now: datetime
) -> Case:
    """Two of three with a consent; the others rest on a legal basis, where one lets them."""
    west = story.district in ("Oxhagen", "Varberga")
    writer = people["amir.hadad" if west else "tove.lind"]
    place = Organisation.objects.get(name="Oxhagens fritidsgård" if west else "Vivallaskolan")
    on = timezone.localdate(now)
    person = handing_in.Person(
        given=GIVEN[number % len(GIVEN)],
        family=FAMILY[number % len(FAMILY)],
        birth_year=on.year - 14 - number % 7,
        protected="no" if story.district else "yes",
        district=District.objects.filter(name=story.district).first(),
        place=place.name if story.district else "",
    )
    consent = _consent(on) if number % 3 != 2 else None
    ground = None if consent else _ground(person, place, on)
    if ground is None:
        consent, ground = consent or _consent(on), handing_in.From(place, crossing.sender_of(place))
    return handing_in.hand_in(
        person=person,
        told=handing_in.Told(
            happened=HAPPENED[number % len(HAPPENED)],
            when="De senaste veckorna",
            known_how="seen" if number % 2 else "told_by_person",
            told="yes",
            before="yes",
            guardian="yes",
        ),
        sent_from=ground,
        by=writer,
        about_behaviour=True,
        consent=consent,
        now=now,
    ).case


def _ground(person: handing_in.Person, place: Organisation, on: date) -> handing_in.From | None:
    """The first legal basis that is offered, with all that it asks confirmed."""
    unit = (
        units.area_of(person.district, on).unit
        if person.district
        else units.protected_receivers(on)[0]
    )
    sender = crossing.sender_of(place)
    way = crossing.crossing(
        unit=unit, organisation=place, sender=sender, birth_year=person.birth_year, on=on
    )
    for offer in crossing.offers(way):
        return handing_in.From(place, sender, offer.version, frozenset(offer.asks))
    return None


def _consent(on: date) -> handing_in.Agreed:
    return handing_in.Agreed(
        given="oral",
        on=on,
        covers=("school", "social", "leisure"),
        until=on + timedelta(days=182),
        by_guardian=True,
    )


def _assess(scene: demo.Scene, case: Case, by: User, now: datetime, number: int) -> None:
    # The list of what is asked has days of its own: a demo that is made early in the year asks less.
    asked = Factor.objects.filter(valid_from__lte=timezone.localdate(now))
    known = set(asked.values_list("code", flat=True))
    documenting.assess(
        case=case,
        needs=NEEDS[number % len(NEEDS)],
        answers={code: answer for code, answer in ANSWERS.items() if code in known},
        outcome="individual",
        own_view="Vill ha någon att prata med.",
        guardian_view="Är orolig och tar emot stöd.",
        childs_best="Att få gå kvar i skolan och ha trygga vuxna omkring sig.",
        together_with="Elevhälsan, socialtjänsten",
        by=by,
        now=now,
    )
    documenting.note(
        case=case, kind="meeting", text="Möte med elevhälsan om bedömningen.", by=by, now=now
    )


def _plan(case: Case, by: User, now: datetime, number: int) -> None:
    on = timezone.localdate(now)
    for text, intervention, responsible in PLANNED[number % 3 : number % 3 + 2]:
        documenting.add_goal(
            case=case,
            text=text,
            intervention=intervention,
            responsible=responsible,
            starts_on=on,
            follow_up_on=documenting.proposed_follow_up(on),
            by=by,
            now=now,
        )
    documenting.say_journal(case=case, number=f"SOC-{on.year}-{1000 + number}", by=by, now=now)
    documenting.begin_interventions(case=case, by=by, now=now + timedelta(hours=1))


def _follow(case: Case, by: User, now: datetime, *, ended: bool) -> None:
    on = timezone.localdate(now)
    for goal in case.goals.order_by("made_at", "pk"):
        documenting.follow_up(
            goal=goal,
            held_on=on,
            standing="reached" if ended else "on_track",
            then="end" if ended else "go_on",
            next_on=None if ended else documenting.proposed_follow_up(on),
            text="Går bra enligt både familjen och skolan.",
            by=by,
            now=now,
        )


def _close(case: Case, by: User, deputy: User, now: datetime) -> None:
    asked = _ask_to_close(case, by, now)
    closing.agree(closing=asked, by=deputy, now=now + timedelta(days=1))


def _ask_to_close(case: Case, by: User, now: datetime) -> Closing:
    return closing.ask(
        case=case,
        reason="goals_reached",
        result="Målen är nådda. Skolan fungerar, och kontakten med mentorn går vidare.",
        informed="Ja, vid ett möte med familjen.",
        reopen_if="Nya hot eller ny frånvaro.",
        earlier_said="Inget i det tidigare ändrar bedömningen.",
        by=by,
        now=now,
    )


def _hand_over(case: Case, by: User, now: datetime) -> None:
    """To the police, on the first legal basis that is offered; one thing remains for the municipality."""
    on = timezone.localdate(now)
    for offer in offering.offered(handing_over.facts_of(case, "police", on)):
        told = handing_over.Told(
            receiver="police",
            way="phone",
            held_at=now,
            basis=offer.version,
            confirmed=offer.asks,
            test="Namn och födelseår lämnades. Mer behövs inte för att polisen ska kunna ta kontakt.",
            childs_best="Att någon som kan hantera hotet tar över, och att skolan fortsätter stödja.",
            receipt="Regionalt larmcenter, ärende K-1",
            duties={"school": "Rektor"},
        )
        handing_over.hand_over(case=case, told=told, by=by, now=now)
        return


def _look(people: dict[str, User], now: datetime) -> None:
    """Sara has read a case that nobody else could be asked about; her unit manager has not reviewed it."""
    sara = people["sara.nyman"]
    owners = CaseRole.objects.filter(role=CaseRole.Role.DEPUTY).values("case")
    one = Case.objects.filter(stage=Stage.INQUIRY, area__district__name="Vivalla").exclude(
        pk__in=owners
    )
    case = one.earliest("received_at")
    begun = now - timedelta(days=2)
    seen = glimpses.ask(
        number=case.number,
        ground="absent",
        reason="Skolan ringde om ett nytt hot, och ingen annan i ärendet svarade.",
        by=sara,
        now=begun,
    )
    if seen is not None:
        glimpses.end(glimpse=seen, by=sara, now=begun + timedelta(minutes=12))


def _ask_advice(people: dict[str, User], now: datetime) -> None:
    """A question without a name, from a school, that waits."""
    advice.ask(
        text="En elev pratar mycket om en grupp som slåss. Hur pratar jag med hen om det?",
        reach="Telefon 019-21 00 00, helst före lunch",
        organisation=Organisation.objects.get(name="Vivallaskolan"),
        by=people["tove.lind"],
        now=now - timedelta(days=1),
    )
