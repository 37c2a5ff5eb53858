"""The world of the tests: the cast, two of every anchor, and a canary in every text.

Everything is made by the functions that the pages call. Who may read what is written here by hand,
never asked of the policy: that is how a wrong policy is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal

from django.db.models import F, Max
from django.test import override_settings
from django.utils import timezone

from cases import (
    advice,
    carrying,
    closing,
    consents,
    documenting,
    glimpses,
    handing_in,
    handing_over,
    triage,
    units,
)
from cases.models import AdviceRequest, Case, CaseUnit, HandInDraft
from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors import register as actors
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.agreements import keeping, signed_files
from coordination.agreements.models import Agreement, ahead
from coordination.assignments import papers as assignment_papers
from coordination.assignments import shipped, updates
from coordination.assignments.models import Assignment, AssignmentFile, AssignmentOwner
from coordination.grounds import keeping as bases
from coordination.grounds.models import BasisVersion, LegalBasis, Sender
from coordination.jobs.models import Job, PeriodicRun
from coordination.knowledge import contacts, information, library, visits
from coordination.knowledge.models import PARTS as information_parts
from coordination.knowledge.models import Contact, Entry, Suggestion, Visit
from coordination.resources import (
    activities,
    filling,
    parts,
    requesting,
    reviewing,
    sending,
    snapshots,
    windows,
)
from coordination.resources.models import Report, SentRequest, Version, Window
from coordination.situation import measures, pictures, plans, problems
from coordination.situation.models import ActionPlan, Measure, Problem, SituationalPicture
from forums import (
    actions,
    adjusting,
    afterwards,
    agreed,
    answers,
    assigned,
    cancelling,
    decisions,
    documents,
    matters,
    meetings,
    outside,
    proposals,
    register,
    series,
)
from forums.agenda import Invited
from forums.models import Decision, Forum, Meeting
from forums.series_dates import Rhythm
from tests import papers

ACTORS = "actors"
BRA = "bra"
VIVALLA = "vivalla"
OXHAGEN = "oxhagen"
SIG = "sig"
SPECIAL = "special"

READERS = {
    # ÖreBRÅ: its seats, and the strategic coordinators.
    BRA: "anna.ek oskar.lind maria.sten jonas.berg nils.frisk per.holm sofia.dahl gun.malm",
    # A Partnerskap forum: its seats, the coordinators of its district, the strategic coordinators.
    VIVALLA: "maria.sten sara.nyman per.holm anna.ek oskar.lind",
    OXHAGEN: "jonas.berg sara.nyman eva.strand anna.ek oskar.lind",
    # Forums that may handle individuals: their seats and nobody else.
    SIG: "maria.sten per.holm",
    SPECIAL: "jonas.berg nils.frisk",
}
CALLED = {BRA: "leila.amiri"}
"""Called to every meeting of the forum without a seat: sees those meetings, not the forum."""

KEEPERS = {
    BRA: "anna.ek oskar.lind maria.sten jonas.berg",
    VIVALLA: "maria.sten sara.nyman anna.ek oskar.lind",
    OXHAGEN: "jonas.berg sara.nyman anna.ek oskar.lind",
    SIG: "maria.sten",
    SPECIAL: "jonas.berg",
}
"""Who may plan, call, log and finish: chair, secretary, and the coordinators of an open forum."""

CANARY = "kanarie"
"""How every word begins that stands in exactly one text."""
ASSIGNMENTS = "uppdrag"
"""What is said about assignments: no forum's text."""
COORDINATION = (
    "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn leila.amiri per.holm sofia.dahl"
    " ulla.vik gunnar.ask rolf.dahlin lars.nord kim.utgången"
)
"""Coordinators, reporters and managers read of assignments and actors; one more of these has a role
still where only the seats of others ran out (tests/structure/former.py)."""

REVIEWERS = "bo.kvist ida.rask kaj.berg"
"""Read approved minutes in forums that may not handle individuals, and nothing else of a forum."""
REVIEWED = (BRA, VIVALLA, OXHAGEN)

TOLD = {
    # What the public is to be told, while it is a draft.
    "information": "anna.ek oskar.lind",
    # The agreement with the police: who reads agreements, and the police.
    "avtal": f"{COORDINATION} {REVIEWERS} nils.frisk eva.strand",
    # What is still a draft: those who follow agreements.
    "avtalsutkast": "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn",
    # Legal bases: strategic coordinators, reviewers and administrators.
    "grunder": f"anna.ek oskar.lind {REVIEWERS} stina.alm viktor.ros",
    # Reports of study visits: everyone with a role but the police.
    "besök": (
        "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn rut.ahl hanna.falk ebbe.wall"
        " leila.amiri per.holm sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord tove.lind"
        " amir.hadad bo.kvist ida.rask kaj.berg stina.alm viktor.ros kim.utgången kim.avslutad"
    ),
    # Published situational pictures and decided plans; and what coordinators still write of them.
    "lägesbild": f"{COORDINATION} {REVIEWERS}",
    "lägesutkast": "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn",
    # The contact that Maria logged.
    "kontakt": "anna.ek oskar.lind maria.sten",
    # A resource report: while Leila writes it; when Per's is sent in; when Leila's of last year is
    # approved.
    "resursutkast": "leila.amiri ulla.vik",
    "resursinskickad": "anna.ek oskar.lind per.holm gunnar.ask",
    # What the two that are sent in ask for: the manager who decides on it too. What the strategic
    # function says of Per's: the same people.
    "resursinskickadbegäran": "anna.ek oskar.lind per.holm gunnar.ask lars.nord",
    "resursgodkändbegäran": (
        "anna.ek oskar.lind leila.amiri ulla.vik lars.nord bo.kvist ida.rask kaj.berg"
    ),
    "resursgodkänd": "anna.ek oskar.lind leila.amiri ulla.vik bo.kvist ida.rask kaj.berg",
}
"""Who reads texts that belong to no forum."""

CASE_KEY = "a key of the tests alone, for the fields of cases 0123"
CASES = {
    "ärendevivalla": ("Vivalla", "maria.sten"),
    "ärendeoxhagen": ("Oxhagen", "jonas.berg"),
    "ärendebrickebacken": ("Brickebacken", "mats.orn"),
    "ärendesärskilt": ("Vivalla", "maria.sten"),
    "ärendeöverlämnat": ("Brickebacken", "mats.orn"),
    "ärendeavslutat": ("Varberga", "jonas.berg sara.nyman"),
    "ärendeskyddat": (None, "mats.orn maria.sten"),
    "ärendenytt": ("Vivalla", "maria.sten sara.nyman"),
}
"""The cases: in which district, and who carries them and reads them, first the one responsible. Nobody
else reads a word. Two are handed over. The two before the last are closed, one of them of a protected identity; the last is
handed in and not decided on, so that those who coordinate its district read it."""
TOLD |= {key: readers for key, (_district, readers) in CASES.items()}
# What is said of that cases were opened in an emergency, by those who review it.
TOLD |= {"ärendeglimt": f"rut.ahl {REVIEWERS}"}
TOLD |= {
    # A case that Tove is writing. What she asks advice about, of the unit of Vivalla: all who coordinate
    # its districts.
    "ärendeutkast": "tove.lind",
    "rådfråga": "maria.sten jonas.berg sara.nyman",
}

TEXT_FORUMS = (BRA, VIVALLA, OXHAGEN, SIG, SPECIAL)


@dataclass
class World:
    """The cast by user name, and by forum key: the forum, its held meeting and its next one."""

    people: dict[str, User]
    forums: dict[str, Forum] = field(default_factory=dict)
    held: dict[str, Meeting] = field(default_factory=dict)
    next: dict[str, Meeting] = field(default_factory=dict)
    series: dict[str, Meeting] = field(default_factory=dict)
    """The first planned meeting of a series, with another after it."""
    sent: dict[str, Meeting] = field(default_factory=dict)
    """Whose minutes wait for the chair to approve them."""
    locked: dict[str, Meeting] = field(default_factory=dict)
    """Whose minutes are approved, after a change was asked for, and corrected since."""
    cases: dict[str, Case] = field(default_factory=dict)
    canaries: dict[str, str] = field(default_factory=dict)
    """Each canary and the forum whose text carries it."""
    approved: set[str] = field(default_factory=set)
    """The canaries that stand in approved minutes."""
    _numbers: int = 0

    def person(self, username: str) -> User:
        """Asked anew each time, as each request asks anew."""
        return User.objects.get(username=username)

    def canary(self, forum: str, what: str) -> str:
        """A word that stands in exactly one text."""
        word = f"{CANARY}{what}{forum}{self._numbers}q"
        assert word.isalnum(), f"{word} would not be found as one word"
        self._numbers += 1
        self.canaries[word] = forum
        return word

    def approve(self, words: set[str]) -> None:
        """These canaries stand in approved minutes."""
        self.approved |= words

    def foreign_to(self, username: str) -> set[str]:
        """The canaries that this person must never meet; all of them for somebody not signed in."""
        mine = {key for key, names in READERS.items() if username in names.split()}
        mine |= {key for key, names in CALLED.items() if username in names.split()}
        mine |= {ASSIGNMENTS, ACTORS} if username in COORDINATION.split() else set()
        mine |= {key for key, names in TOLD.items() if username in names.split()}
        read = self.approved if username in REVIEWERS.split() else set()
        return {
            word
            for word, forum in self.canaries.items()
            if forum not in mine and not (word in read and forum in REVIEWED)
        }


def planned_now() -> None:
    """As if the portal had been installed now and the world had come about just before. The periodic
    work was planned when the database of the tests was made, the jobs when the world was built, and by
    now they may be as late as in a portal that does nothing."""
    now = timezone.now()
    PeriodicRun.objects.update(due_next=now)
    waiting = Job.objects.filter(state=Job.State.DUE, due_at__lte=now)
    newest = waiting.aggregate(at=Max("due_at"))["at"] or now
    waiting.update(due_at=F("due_at") + (now - newest))


def build(now: datetime | None = None) -> World:
    """The cast, five forums, and in each a next meeting, called, and three held ones: written up,
    waiting to be approved, and locked."""
    now = now or timezone.now()
    cast.make_places()
    world = World(people=cast.make_people(since=timezone.localdate(now) - timedelta(days=730)))
    _order(world, now)
    _register(world)
    _agree(world, now)
    _review(world, now)
    for key in TEXT_FORUMS:
        world.forums[key] = _forum(world, key, now)
        world.locked[key] = _locked(world, key, now)
        world.sent[key] = _sent(world, key, now)
        world.held[key] = _held(world, key, now)
        world.next[key] = _next(world, key, now)
    _follow(world)
    _inform(world)
    _know(world)
    _situate(world)
    _report(world, now)
    case_units(world.people, now)
    _second_receiver(world, now)
    for key, (district, _who) in CASES.items():
        world.cases[key] = case(world, key, district, now)
    for key in ("ärendeavslutat", "ärendeskyddat"):
        _close(world, key, world.cases[key], now)
    for key in ("ärendesärskilt", "ärendeöverlämnat"):
        _hand_over(world, key, world.cases[key], now)
    for key in ("ärendevivalla", "ärendeoxhagen"):
        _look(world, key, world.cases[key], now)
    _withdraw(world, "ärendevivalla", world.cases["ärendevivalla"], now)
    draft(world, now)
    ask_advice(world, now)
    return world


def _order(world: World, now: datetime) -> None:
    """The guideline, and what one owner has said of its assignment."""
    anna = world.people["anna.ek"]
    decided = timezone.localdate(now) - timedelta(days=600)
    shipped.establish(
        decided_by="Kommunstyrelsen",
        decided_on=decided,
        measures={13: world.canary(ASSIGNMENTS, "mått")},
        by=anna,
        now=now - timedelta(days=80),
    )
    owner = AssignmentOwner.objects.get(assignment__number=13)
    updates.update(
        owner=owner,
        status="under_way",
        happened=world.canary(ASSIGNMENTS, "läge"),
        obstacle=world.canary(ASSIGNMENTS, "hinder"),
        next_step=world.canary(ASSIGNMENTS, "steg"),
        decision_wanted=world.canary(ASSIGNMENTS, "ledning"),
        version=owner.version,
        by=world.people["leila.amiri"],
        now=now - timedelta(days=70),
    )
    assignment_file(world, owner.assignment, world.canary(ASSIGNMENTS, "fil"))


def assignment_file(world: World, assignment: Assignment, title: str) -> AssignmentFile:
    """A file that one of the owners has handed in."""
    content = papers.pdf(world.canary(ASSIGNMENTS, "innehåll"))
    name = f"{world.canary(ASSIGNMENTS, 'filnamn')}.pdf"
    with (
        override_settings(UPLOADS_UNSCANNED=True),
        assignment_papers.checked(content=content, name=name) as file,
    ):
        return assignment_papers.add(
            assignment=assignment, file=file, title=title, by=world.people["leila.amiri"]
        )


def _register(world: World) -> None:
    """What is known of an association in Vivalla."""
    actor = Organisation.objects.get(name="Föreningen Grannkraft")
    actors.change(
        by=world.people["anna.ek"],
        actor=actor,
        to=actors.Profile(
            kind=actor.kind,
            districts=District.objects.filter(name="Vivalla"),
            notes=world.canary(ACTORS, "notering"),
            contacts=[
                actors.Contact(
                    function=world.canary(ACTORS, "uppdrag"),
                    name=world.canary(ACTORS, "kontakt"),
                    phone="0980-319 200",
                    email=f"{world.canary(ACTORS, 'brev')}@example.org",
                )
            ],
        ),
        version=actor.version,
    )


def _agree(world: World, now: datetime) -> None:
    """An agreement in force with the police, with its signed file, and the draft of another."""
    made = agreement(world, "avtal", now)
    anna = world.people["anna.ek"]
    keeping.put_in_force(agreement=made, by=anna, now=now - timedelta(days=20))
    content = papers.pdf(world.canary("avtal", "innehåll"))
    with (
        override_settings(UPLOADS_UNSCANNED=True),
        signed_files.checked(content=content, name="avtal.pdf") as file,
    ):
        signed_files.add(agreement=made, file=file, by=anna, now=now - timedelta(days=20))
    agreement(world, "avtalsutkast", now)


def agreement(world: World, key: str, now: datetime) -> Agreement:
    """The draft of an agreement with the police that lacks nothing."""
    today = timezone.localdate(now)
    values = {
        "name": world.canary(key, "namn"),
        "parties": Organisation.objects.filter(name__in=(cast.MUNICIPALITY, cast.POLICE)),
        "districts": District.objects.filter(name="Vivalla"),
        "levels": PreventionLevel.objects.filter(code="specific"),
        "valid_from": ahead(today, -12),
        "valid_to": ahead(today, 24),
        "purposes": world.canary(key, "syfte"),
        "areas": "Ungas utsatthet.",
        "extremism": "partly",
        "paragraph": world.canary(key, "paragraf"),
        "pledges": world.canary(key, "löfte"),
        "signed_for_municipality": "Kommunstyrelsens ordförande",
        "signed_for_others": world.canary(key, "polischef"),
        "signed_on": ahead(today, -12),
        "follow_up_on": None,
    }
    return keeping.register(values=values, by=world.people["anna.ek"], now=now - timedelta(days=30))


def _review(world: World, now: datetime) -> None:
    """A legal basis with a version struck, one in force and one that waits."""
    stina, today = world.people["stina.alm"], timezone.localdate(now)
    basis = legal_basis(world, "grunder", now)
    bases.strike(
        version=basis.versions.get(), why=world.canary("grunder", "skäl"), by=stina, now=now
    )
    bases.review(
        version=basis_version(world, basis, now),
        who=world.canary("grunder", "jurist"),
        on=today,
        by=stina,
        now=now,
    )
    basis_version(world, basis, now)


def legal_basis(world: World, key: str, now: datetime) -> LegalBasis:
    """A legal basis of the police's, with one version that nobody has reviewed."""
    return bases.register(
        name=world.canary(key, "grund"),
        values=_of_basis(world, key),
        by=world.people["stina.alm"],
        now=now,
    )


def basis_version(world: World, basis: LegalBasis, now: datetime) -> BasisVersion:
    """Another version of it, with words of its own."""
    values = _of_basis(world, "grunder")
    return bases.add_version(basis=basis, values=values, by=world.people["stina.alm"], now=now)


def _of_basis(world: World, key: str) -> dict[str, object]:
    return {
        "paragraph": world.canary(key, "lagrum"),
        "plain": world.canary(key, "klarspråk"),
        "senders": [Sender.POLICE],
        "authorities": world.canary(key, "nämnd"),
        "conditions": world.canary(key, "villkor"),
        "from_age": 15,
        "under_age": 21,
        "valid_from": date(2020, 1, 1),
    }


def _know(world: World) -> None:
    """An entry of the library, a study visit with a proposal, and a contact, two of each."""
    for name in ("Först", "Sedan"):
        entry(world, f"{name} i biblioteket")
        one = visit(world, world.canary("besök", "titel"))
        suggestion(world, one, world.canary("besök", "förslag"))
        contact(world, world.canary("kontakt", "utfall"))


def entry(world: World, title: str) -> Entry:
    return library.add(
        values={
            "title": title,
            "kind": "method",
            "audience": "Alla",
            "level": "all",
            "language": "sv",
            "source": "CVE",
            "url": "",
            "summary": "",
        },
        reviewed_on=None,
        by=world.people["anna.ek"],
    )


def visit(world: World, title: str) -> Visit:
    values = {
        "kind": "visit",
        "title": title,
        "place": world.canary("besök", "ort"),
        "on": timezone.localdate() - timedelta(days=9),
        "participants": world.canary("besök", "deltagare"),
        "prevent": world.canary("besök", "förebygga"),
        "handle": world.canary("besök", "hantera"),
    }
    there = Organisation.objects.filter(name="Aarhus kommune")
    return visits.note(values=values, organisations=there, by=world.people["anna.ek"])


def suggestion(world: World, visit: Visit, text: str) -> Suggestion:
    responsible = Organisation.objects.get(name=cast.PARTNERSHIP)
    return visits.suggest(
        visit=visit, text=text, responsible=responsible, by=world.people["anna.ek"]
    )


def contact(world: World, outcome: str) -> Contact:
    values = {
        "on": timezone.localdate(),
        "channel": "helpline",
        "direction": "in",
        "kind": "advice",
        "district": District.objects.get(name="Vivalla"),
        "outcome": outcome,
        "minutes": None,
    }
    return contacts.add(values=values, by=world.people["maria.sten"])


def _situate(world: World) -> None:
    """A picture with a decided plan; the next with a plan that is being written; and a draft of a third."""
    anna = world.people["anna.ek"]
    first, told = pictures.begin(by=anna), "lägesbild"
    problem(world, first, told)
    plan = plans.begin(picture=_published(world, first), by=anna)
    said = measure(world, plan, told)
    plan.refresh_from_db()
    today = timezone.localdate()
    plans.decide(
        plan=plan,
        edition=plan.edition,
        decided_by=world.canary(told, "beslutare"),
        decided_on=today,
        valid_to=today + timedelta(days=700),
        by=anna,
    )
    note = world.canary(told, "läget")
    measures.update(measure=said, state="under_way", note=note, revision=1, by=anna)
    plans.follow_up(plan=plan, on=today, text=world.canary(told, "uppföljning"), by=anna)
    second = _published(world, pictures.begin(by=anna))
    written = plans.begin(picture=second, by=anna)
    for _number in range(2):
        last = measure(world, written, "lägesutkast")
    measures.remove(measure=last, by=anna)
    third = pictures.begin(by=anna)
    _write(world, third, "lägesutkast")
    problem(world, third, "lägesutkast")
    problems.remove(problem=problem(world, third, "lägesutkast"), by=anna)


def _published(world: World, picture: SituationalPicture) -> SituationalPicture:
    _write(world, picture, "lägesbild")
    picture.refresh_from_db()
    pictures.publish(picture=picture, edition=picture.edition, by=world.people["anna.ek"])
    return picture


def _write(world: World, picture: SituationalPicture, key: str) -> None:
    texts = {name: world.canary(key, name) for name in pictures.LABELS}
    pictures.save(
        picture=picture, texts=texts, revision=picture.revision, by=world.people["anna.ek"]
    )


def problem(world: World, picture: SituationalPicture, key: str) -> Problem:
    """In Vivalla."""
    return problems.add(
        picture=picture,
        values={name: world.canary(key, name) for name in problems.LABELS},
        districts=District.objects.filter(name="Vivalla"),
        by=world.people["anna.ek"],
    )


def measure(world: World, plan: ActionPlan, key: str) -> Measure:
    values = {
        **{name: world.canary(key, name) for name in measures.LABELS},
        "problem": plan.picture.problems.earliest("pk"),
        "owner": Organisation.objects.get(name=cast.SOCIAL),
        "level": PreventionLevel.objects.get(code="general"),
        "due": timezone.localdate() + timedelta(days=40),
    }
    return measures.add(plan=plan, values=values, by=world.people["anna.ek"])


def _report(world: World, now: datetime) -> None:
    """Resource reports: Leila's of the year before last, approved; Per's, sent in; Leila's, written."""
    anna, today = world.people["anna.ek"], timezone.localdate(now)
    for ago in (1, 0):
        opens_on, last_day = today - timedelta(days=20), today + timedelta(days=20)
        windows.decide(
            year=today.year - 1 - ago,
            opens_on=opens_on,
            last_day=last_day,
            rules={"decides": Organisation.objects.get(name=cast.OFFICE)},
            by=anna,
        )
    before, this = Window.objects.order_by("year")
    for window, name, key in (
        (before, cast.UPPER_SECONDARY, "resursgodkänd"),
        (this, cast.SOCIAL, "resursinskickad"),
        (this, cast.UPPER_SECONDARY, "resursutkast"),
    ):
        report = resource_report(world, window, name, key)
        if key != "resursutkast":
            version = send_in(world, report)
        if key == "resursgodkänd":
            reviewing.approve(version=version, by=anna)
    asked = SentRequest.objects.get(report__window=this)
    requesting.give_opinion(
        request=asked,
        opinion="passed_on",
        why=world.canary("resursinskickadbegäran", "yttrande"),
        revision=asked.revision,
        by=anna,
    )


WEST = ("Vivalla", "Baronbackarna", "Oxhagen", "Varberga")
"""The districts of the first unit; the second carries the others."""


def case_units(people: Mapping[str, User], now: datetime) -> None:
    """Two units that carry cases, for every district; the second receives protected identities."""
    stina, since = people["stina.alm"], timezone.localdate(now) - timedelta(days=400)
    home = Organisation.objects.get(name="Partnerskap Örebro")
    social = Organisation.objects.get(name=cast.SOCIAL)
    common = {"organisation": home, "authority": "Socialnämnden", "since": since, "by": stina}
    common |= {"is_social": True, "administration": social}
    west = units.found(name="Partnerskap Väster", **common)
    east = units.found(name="Partnerskap Öster och övriga", receives_protected=True, **common)
    for district in District.objects.order_by("pk"):
        unit = west if district.name in WEST else east
        units.serve(unit=unit, district=district, since=since, by=stina)
    units.receive_protected(unit=east, user=people["mats.orn"], since=since, by=stina)


def _second_receiver(world: World, now: datetime) -> None:
    """Two people close a case, so two are named where identities are protected."""
    units.receive_protected(
        unit=CaseUnit.objects.get(receives_protected=True),
        user=world.people["maria.sten"],
        since=timezone.localdate(now) - timedelta(days=400),
        by=world.people["stina.alm"],
    )


def case(world: World, key: str, district: str | None, now: datetime) -> Case:
    """One of Tove's worries, with a consent, opened by who coordinates the district."""
    today = timezone.localdate(now)
    submission = handing_in.hand_in(
        person=handing_in.Person(
            given=world.canary(key, "förnamn"),
            family=world.canary(key, "efternamn"),
            birth_year=2010,
            protected="no" if district else "yes",
            district=District.objects.filter(name=district).first(),
            place=world.canary(key, "skola"),
        ),
        told=handing_in.Told(
            happened=world.canary(key, "händelse"),
            when=world.canary(key, "när"),
            known_how=world.canary(key, "källa"),
            told=world.canary(key, "vet"),
            before=world.canary(key, "förr"),
            guardian=world.canary(key, "vårdnadshavare"),
        ),
        sent_from=handing_in.From(
            Organisation.objects.get(name=cast.UPPER_SECONDARY), Sender.SCHOOL
        ),
        consent=handing_in.Agreed(
            *("oral", today - timedelta(days=9)),
            ("social", world.canary(key, "samtycke")),
            *(today + timedelta(days=180), True),
        ),
        by=world.people["tove.lind"],
        about_behaviour=True,
        now=now - timedelta(days=3),
    )
    if key == "ärendenytt":
        return submission.case
    triage.decide(
        case=submission.case,
        outcome="open",
        level="individual",
        reason=world.canary(key, "skäl"),
        where_to=world.canary(key, "vart"),
        earlier_said=world.canary(key, "tidigare"),
        by=world.people[_carrier(key)],
        now=now - timedelta(days=2),
    )
    _document(world, key, submission.case, now)
    return submission.case


def draft(world: World, now: datetime) -> HandInDraft:
    """A case that Tove has written all of but not handed in, with a consent."""
    tove, key = world.people["tove.lind"], "ärendeutkast"
    made = handing_in.begin(by=tove, now=now - timedelta(days=1))
    values = {
        "happened": world.canary(key, "händelse"),
        "when": world.canary(key, "när"),
        "known_how": "seen",
        "before": "yes",
        "about_behaviour": True,
        "given": world.canary(key, "förnamn"),
        "family": world.canary(key, "efternamn"),
        "birth_year": 2010,
        "protected": "no",
        "district": District.objects.get(name="Vivalla").pk,
        "place": world.canary(key, "skola"),
        "guardian_told": "no",
        "guardian_why": world.canary(key, "vårdnadshavare"),
        "told": "no",
        "told_why": world.canary(key, "vet"),
        "consent": "oral",
        "given_on": timezone.localdate(now).isoformat(),
        "by_guardian": True,
        "covers": ["social"],
        "until": (timezone.localdate(now) + timedelta(days=180)).isoformat(),
        "sender": "school",
    }
    handing_in.keep(draft=made, values=values, revision=made.revision, by=tove, now=now)
    return made


def ask_advice(world: World, now: datetime) -> AdviceRequest:
    """What Tove asks without naming anybody."""
    return advice.ask(
        text=world.canary("rådfråga", "text"),
        reach=world.canary("rådfråga", "nås"),
        # It works in Vivalla, which the school of the cast is not entered to do.
        organisation=Organisation.objects.get(name="Föreningen Grannkraft"),
        by=world.people["tove.lind"],
        now=now - timedelta(days=1),
    )


def _carrier(key: str) -> str:
    return CASES[key][1].split()[0]


def _close(world: World, key: str, made: Case, now: datetime) -> None:
    """Closed by who carries it and the deputy, and looked at again."""
    owner, deputy = (world.people[name] for name in CASES[key][1].split())
    carrying.name(case=made, user=deputy, role="deputy", by=owner, now=now)
    [goal] = made.goals.all()
    documenting.follow_up(
        goal=goal,
        held_on=timezone.localdate(now),
        standing="reached",
        then="end",
        by=owner,
        now=now,
    )
    for act in (closing.refuse, closing.agree):
        asked = closing.ask(
            case=made,
            reason="goals_reached",
            result=world.canary(key, "resultat"),
            informed=world.canary(key, "informerad"),
            reopen_if=world.canary(key, "öppnas"),
            earlier_said=world.canary(key, "annan"),
            by=owner,
            now=now,
        )
        why = {"why": world.canary(key, "nej")} if act is closing.refuse else {}
        act(closing=asked, by=deputy, now=now, **why)
    first = made.check_ups.order_by("due_on").first()
    closing.look_again(check_up=first, text=world.canary(key, "återblick"), by=deputy, now=now)


def _look(world: World, key: str, made: Case, now: datetime) -> None:
    """Sara has read it for some minutes; of one it is said that it is to be looked into."""
    # Nobody has two cases open in this way at once.
    begun = now - timedelta(hours=2 if key == "ärendeoxhagen" else 9)
    seen = glimpses.ask(
        number=made.number,
        ground="absent",
        reason=world.canary(key, "nöd"),
        by=world.people["sara.nyman"],
        now=begun,
    )
    assert seen is not None
    glimpses.end(glimpse=seen, by=world.people["sara.nyman"], now=begun + timedelta(minutes=9))
    if key == "ärendeoxhagen":
        said = world.canary("ärendeglimt", "granskning")
        glimpses.review(
            glimpse=seen, verdict="questioned", remark=said, by=world.people["rut.ahl"], now=now
        )


def _withdraw(world: World, key: str, made: Case, now: datetime) -> None:
    """The person takes a consent back, and gives another."""
    maria, today = world.people["maria.sten"], timezone.localdate(now)
    said = world.canary(key, "återkallat")
    consents.withdraw(consent=made.consents.get(), on=today, said=said, by=maria, now=now)
    consents.note(
        case=made,
        given="written",
        on=today,
        covers=["school"],
        until=today + timedelta(days=90),
        by=maria,
        now=now,
    )


def _hand_over(world: World, key: str, made: Case, now: datetime) -> None:
    """To the police, with one thing that remains."""
    told = handing_over.Told(
        receiver="police",
        way="phone",
        held_at=now - timedelta(hours=1),
        basis=police_basis(world, now),
        test=world.canary(key, "sekretessprövning") + " och inget väger tyngre än det.",
        childs_best=world.canary(key, "barnetsbästa"),
        receipt=world.canary(key, "kvittens"),
        duties={"school": world.canary(key, "kvar")},
    )
    handing_over.hand_over(case=made, told=told, by=world.people[_carrier(key)], now=now)


def police_basis(world: World, now: datetime) -> BasisVersion:
    """A basis of the tests' own, reviewed: for whom the police are."""
    known = BasisVersion.objects.filter(basis__code="VÄRLD").first()
    if known is not None:
        return known
    anna, today = world.people["anna.ek"], timezone.localdate(now)
    values = {
        "paragraph": "10 kap. 18 b § OSL",
        "plain": "För att förebygga terroristbrott.",
        "senders": ["social"],
        "receivers": ["police", "security_service"],
        "conditions": [],
        "valid_from": today - timedelta(days=90),
    }
    basis = LegalBasis.objects.create(code="VÄRLD", name="Världens grund", place=0)
    made = bases.add_version(basis=basis, values=values, by=anna, now=now)
    bases.review(version=made, who="Jur Ist, kommunjurist", on=today, by=anna, now=now)
    return BasisVersion.objects.get(pk=made.pk)


def _document(world: World, key: str, case: Case, now: datetime) -> None:
    """An assessment, a goal that is followed up, and a note."""
    mine = {"by": world.people[_carrier(key)], "now": now - timedelta(days=1)}
    today = timezone.localdate(now)
    documenting.assess(
        case=case,
        needs=world.canary(key, "behov"),
        answers={},
        own_view=world.canary(key, "egen"),
        guardian_view=world.canary(key, "förälder"),
        childs_best=world.canary(key, "barnets"),
        together_with=world.canary(key, "tillsammans"),
        outcome="individual",
        **mine,
    )
    goal = documenting.add_goal(
        case=case,
        text=world.canary(key, "mål"),
        intervention="mentor",
        responsible=world.canary(key, "utförare"),
        decided_under=world.canary(key, "lagrum"),
        starts_on=today,
        follow_up_on=documenting.proposed_follow_up(today),
        **mine,
    )
    documenting.follow_up(
        goal=goal,
        held_on=today,
        standing="off_track",
        text=world.canary(key, "uppföljning"),
        then="go_on",
        next_on=documenting.proposed_follow_up(today),
        **mine,
    )
    if key == "ärendevivalla":
        documenting.follow_up(
            goal=goal,
            held_on=today,
            standing="on_track",
            then="change",
            next_on=documenting.proposed_follow_up(today),
            intervention="support_person",
            responsible=world.canary(key, "nyutförare"),
            **mine,
        )
    documenting.note(case=case, kind="contact", text=world.canary(key, "anteckning"), **mine)


def resource_report(world: World, window: Window, name: str, key: str) -> Report:
    """The report of that organisation with a canary in every text, and every part done."""
    by = world.people["per.holm" if name == cast.SOCIAL else "leila.amiri"]
    organisation = Organisation.objects.get(name=name)
    report = filling.begin(window=window, organisation=organisation, by=by)
    values = {
        "level": "general",
        "fte": Decimal(1),
        "cost": Decimal(700_000),
        "calculated": "booked",
    }
    both = District.objects.filter(name__in=("Vivalla", "Oxhagen"))
    for what, where in (("verksamhet", both), ("annan", ())):
        named = {"name": world.canary(key, what), "comment": world.canary(key, "kommentar")}
        activities.add(report=report, values=values | named, districts=list(where), by=by)
    own = {one.number: one for one in report.parts.select_related("report__organisation")}
    activities.finish(part=own[1], by=by)
    told = {"revision": 1, "by": by}
    parts.save_enough(part=own[2], enough="no", why=world.canary(key, "räcker"), **told)
    need = {
        "group": world.canary(key, "grupp"),
        "staff": 9,
        "basic": 5,
        "advanced": 1,
        "priority": 1,
    }
    functions = world.canary(key, "nyckel")
    parts.save_needs(part=own[3], needs=[need], key_functions=functions, **told)
    said = {
        owner.pk: (status, world.canary(key, "läge"))
        for owner, status, _sentence in filling.standing(report)
    }
    parts.save_assignments(part=own[4], said=said, **told)
    forum = {
        "forum": world.canary(key, "forum"),
        "held": 2,
        "attended": 1,
        "agrees": False,
        "comment": world.canary(key, "stämmer"),
    }
    parts.save_forums(part=own[5], answers=[forum], note=world.canary(key, "not"), **told)
    told_of = key if key == "resursutkast" else f"{key}begäran"
    asked = {
        "what": world.canary(told_of, "begäran"),
        "why": world.canary(told_of, "varför"),
        "fte": Decimal(1),
        "cost": Decimal(700_000),
        "from_day": timezone.localdate(),
    }
    parts.save_requests(part=own[6], requests=[asked], **told)
    return report


def send_in(world: World, report: Report) -> Version:
    """Attested by the organisation's manager."""
    managers = {"per.holm": "gunnar.ask", "leila.amiri": "ulla.vik"}
    sending.send(report=report, by=report.begun_by)
    content = snapshots.snapshot(Report.objects.get(pk=report.pk))
    return sending.attest(
        report=report,
        sha256=snapshots.fingerprint(content),
        by=world.people[managers[report.begun_by.username]],
    )


def _inform(world: World) -> None:
    """What the public is told, for the second time, and a draft of what it will be told."""
    anna = world.people["anna.ek"]
    for _time in range(2):
        texts = dict.fromkeys(information_parts, "Ring kommunens kontaktcenter.")
        out = information.save(texts=texts, draft=None, revision=0, by=anna)
        information.publish(draft=out, revision=out.revision, by=anna)
    texts = {part: world.canary("information", "utkast") for part in information_parts}
    information.save(texts=texts, draft=None, revision=0, by=anna)


def _follow(world: World) -> None:
    """One matter through all the forums: in each a decision that is carried out, and a later one."""
    first = Decision.objects.get(item__meeting=next(iter(world.locked.values())))
    for key in world.forums:
        keeper = world.people[SEATS[key][0][1]]
        early = Decision.objects.get(item__meeting=world.locked[key])
        late = Decision.objects.get(item__meeting=world.held[key])
        result = world.canary(key, "resultat")
        decisions.carry_out(decision=early, on=world.locked[key].day, result=result, by=keeper)
        for one in (early, late):
            if one != first:
                matters.link(decision=one, to=first, by=keeper)
        about = Assignment.objects.get(number=13)
        assigned.assign(decision=late, assignment=about, by=keeper)
        agreed.agree(decision=late, agreement=Agreement.objects.get(state="in_force"), by=keeper)


SEATS = {
    BRA: (
        ("chair", "anna.ek", cast.OFFICE),
        ("secretary", "oskar.lind", cast.OFFICE),
        ("member", "maria.sten", cast.PARTNERSHIP),
        ("member", "jonas.berg", cast.PARTNERSHIP),
        ("member", "nils.frisk", cast.POLICE),
        ("member", "per.holm", cast.SOCIAL),
        ("member", "sofia.dahl", cast.HOUSING),
        ("member", "gun.malm", "Föreningen Grannkraft"),
    ),
    VIVALLA: (
        ("chair", "maria.sten", cast.PARTNERSHIP),
        ("member", "per.holm", cast.SOCIAL),
    ),
    OXHAGEN: (
        ("chair", "jonas.berg", cast.PARTNERSHIP),
        ("member", "eva.strand", cast.POLICE),
    ),
    SIG: (
        ("chair", "maria.sten", cast.PARTNERSHIP),
        ("member", "per.holm", cast.SOCIAL),
    ),
    SPECIAL: (
        ("chair", "jonas.berg", cast.PARTNERSHIP),
        ("member", "nils.frisk", cast.POLICE),
    ),
}
NAMES = {
    BRA: "Brottsförebyggande rådet (ÖreBRÅ)",
    VIVALLA: "Partnerskap Vivalla",
    OXHAGEN: "Partnerskap Oxhagen",
    SIG: "Social insatsgrupp Vivalla",
    SPECIAL: "Särskild samverkan",
}
DISTRICT = {VIVALLA: "Vivalla", OXHAGEN: "Oxhagen"}
CLASSES = {SIG: "individuals", SPECIAL: "individuals"}


def _forum(world: World, key: str, now: datetime) -> Forum:
    organisations = {organisation.name: organisation for organisation in Organisation.objects.all()}
    seats = [
        register.NewSeat(organisation=organisations[where], role=role, user=world.people[name])
        for role, name, where in SEATS[key]
    ]
    seats.append(
        register.NewSeat(
            organisation=organisations[cast.CULTURE], function=world.canary(key, "funktion")
        )
    )
    return register.establish(
        by=world.people[SEATS[key][0][1]],
        name=f"{NAMES[key]} {world.canary(key, 'namn')}",
        purpose=world.canary(key, "syfte"),
        seats=seats,
        levels=PreventionLevel.objects.filter(code="specific"),
        districts=District.objects.filter(name=DISTRICT.get(key, "")),
        information_class=CLASSES.get(key, "aggregate"),
        usual_start=clock(13),
        usual_end=clock(14, 30),
        usual_place=world.canary(key, "plats"),
        interval_weeks=6,
        standing_items=[
            register.NewStandingItem(title=world.canary(key, "stående")),
            register.NewStandingItem(title="Uppföljning av åtgärder", is_follow_up=True),
        ],
        on=timezone.localdate(now) - timedelta(days=700),
    )


def _held(world: World, key: str, now: datetime) -> Meeting:
    """A meeting two weeks ago with one of everything, registered afterwards."""
    forum, keeper = world.forums[key], world.people[SEATS[key][0][1]]
    at = now - timedelta(days=14)
    prefilled = afterwards.prefill(forum=forum, now=at)
    owner = world.people[SEATS[key][1][1]]
    people = list(prefilled.people)
    if key in CALLED:
        people.append(guest(world, key))
    starts_at = at.replace(minute=0, second=0, microsecond=0)
    version = afterwards.register_afterwards(
        forum=forum,
        by=keeper,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        place=world.canary(key, "rum"),
        attendance=[
            afterwards.AttendanceRecord(
                person=person,
                attendance="substitute" if person.function else "present",
                substitute_name=world.canary(key, "ersättare") if person.function else "",
            )
            for person in people
        ],
        items=[
            afterwards.ItemRecord(
                title=world.canary(key, "rubrik"),
                notes=world.canary(key, "anteckning"),
                decisions=[
                    afterwards.DecisionRecord(
                        text=world.canary(key, "beslut"), report_to_management=True
                    )
                ],
                actions=[
                    afterwards.ActionRecord(
                        text=world.canary(key, "åtgärd"),
                        owners=str(owner),
                        due=timezone.localdate(at) + timedelta(days=7),
                    ),
                    afterwards.ActionRecord(
                        text=world.canary(key, "struken"),
                        owners=str(keeper),
                        due=timezone.localdate(at) + timedelta(days=30),
                    ),
                ],
            )
        ],
        now=at + timedelta(hours=3),
    )
    meeting: Meeting = version.meeting
    struck = meeting.actions.order_by("pk").last()
    actions.strike(action=struck, reason=world.canary(key, "skäl"), by=keeper)
    return meeting


def _written(world: World, key: str, at: datetime) -> Meeting:
    """A short meeting, registered afterwards, without actions for those that follow it."""
    forum, keeper = world.forums[key], world.people[SEATS[key][0][1]]
    people = list(afterwards.prefill(forum=forum, now=at).people)
    if key in CALLED:
        people.append(guest(world, key))
    starts_at = at.replace(minute=0, second=0, microsecond=0)
    version = afterwards.register_afterwards(
        forum=forum,
        by=keeper,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=60),
        place=world.canary(key, "plats"),
        attendance=[
            afterwards.AttendanceRecord(
                person=person, attendance="absent" if person.function else "present"
            )
            for person in people
        ],
        items=[
            afterwards.ItemRecord(
                title=world.canary(key, "punkt"),
                notes=world.canary(key, "protokoll"),
                decisions=[afterwards.DecisionRecord(text=world.canary(key, "beslutat"))],
            )
        ],
        now=at + timedelta(hours=3),
    )
    meeting: Meeting = version.meeting
    return meeting


def _sent(world: World, key: str, now: datetime) -> Meeting:
    """A meeting a month ago whose minutes wait for the chair."""
    chair = world.people[SEATS[key][0][1]]
    meeting = _written(world, key, now - timedelta(days=30))
    adjusting.send(meeting=meeting, chair=chair, by=chair, now=now - timedelta(days=2))
    return meeting


def _locked(world: World, key: str, now: datetime) -> Meeting:
    """A meeting two months ago: a change was asked for, then the chair approved, then a correction."""
    chair, at = world.people[SEATS[key][0][1]], now - timedelta(days=60)
    # The forum's name, and the function that stands among those who were absent.
    kinds = (f"kanarienamn{key}", f"kanariefunktion{key}")
    world.approve({word for word in world.canaries if word.startswith(kinds)})
    others = set(world.canaries)
    meeting = _written(world, key, at)
    world.approve(set(world.canaries) - others)
    first = adjusting.send(meeting=meeting, chair=chair, by=chair, now=at + timedelta(days=1))
    item = meeting.items.in_order().first()
    (asked,) = adjusting.ask_change(
        meeting=meeting,
        sha256=first.sha256,
        texts={item.pk: world.canary(key, "begäran")},
        by=chair,
        now=at + timedelta(days=2),
    )
    adjusting.settle_request(request=asked, settled=True, by=chair, now=at + timedelta(days=3))
    again = adjusting.send(meeting=meeting, chair=chair, by=chair, now=at + timedelta(days=3))
    adjusting.adjust(meeting=meeting, sha256=again.sha256, by=chair, now=at + timedelta(days=4))
    correction, number = world.canary(key, "rättelse"), world.canary(key, "diarie")
    world.approve({correction, number})
    adjusting.correct(meeting=meeting, text=correction, by=chair, now=at + timedelta(days=5))
    adjusting.give_number(meeting=meeting, number=number, by=chair, now=at + timedelta(days=6))
    return Meeting.objects.get(pk=meeting.pk)


def guest(world: World, key: str) -> Invited:
    """Somebody called without a seat."""
    return Invited(
        organisation=Organisation.objects.get(name=cast.UPPER_SECONDARY),
        user=world.people[CALLED[key]],
        is_guest=True,
    )


def _next(world: World, key: str, now: datetime) -> Meeting:
    """The coming meeting, called."""
    keeper = world.people[SEATS[key][0][1]]
    meeting = meetings.plan_next(forum=world.forums[key], by=keeper, now=now)
    meetings.call(meeting=meeting, by=keeper, now=now)
    answers.give(
        meeting=meeting,
        by=world.people[SEATS[key][1][1]],
        comes=False,
        substitute=world.canary(key, "ersättare"),
        now=now,
    )
    _propose(world, key, meeting, now)
    _hand_in(world, key, meeting, now)
    world.series[key] = _series(world, key, now)
    # Of a meeting that nobody is called to yet, so that it is mailed nothing.
    planned = world.series[key]
    without_account = planned.participations.filter(user=None).earliest("pk")
    address = f"{world.canary(key, 'adress')}@example.org"
    outside.keep(meeting=planned, addresses={without_account.pk: address}, by=keeper, now=now)
    return Meeting.objects.get(pk=meeting.pk)


def _series(world: World, key: str, now: datetime) -> Meeting:
    """A series of three later meetings, the first of which is cancelled. Returns the second."""
    keeper = world.people[SEATS[key][0][1]]
    day = timezone.localdate(now) + timedelta(days=100)
    days = [day + timedelta(weeks=week) for week in range(3)]
    planned = series.plan_series(
        forum=world.forums[key],
        rhythm=Rhythm.WEEKLY,
        first=day,
        until=days[-1],
        chosen=days,
        starts=clock(13, 0),
        ends=clock(14, 0),
        place="",
        by=keeper,
        now=now,
    )
    first, second, _third = planned.meetings.soonest_first()
    cancelling.cancel(meeting=first, reason=world.canary(key, "inställt"), by=keeper, now=now)
    return second


def _hand_in(world: World, key: str, meeting: Meeting, now: datetime) -> None:
    """A document to read before the meeting."""
    content, name = papers.pdf(world.canary(key, "innehåll")), f"{world.canary(key, 'filnamn')}.pdf"
    with (
        override_settings(UPLOADS_UNSCANNED=True),
        documents.checked(content=content, name=name) as file,
    ):
        documents.add(
            meeting=meeting,
            item=meeting.items.in_order().first(),
            title=world.canary(key, "underlag"),
            file=file,
            by=world.people[SEATS[key][0][1]],
            now=now,
        )


def _propose(world: World, key: str, meeting: Meeting, now: datetime) -> None:
    """What a member asks to have on the agenda: one item that waits, and one that was declined, but
    for where Per sits a second time: of two answers he would be told in one mail, tomorrow."""
    member, keeper = world.people[SEATS[key][1][1]], world.people[SEATS[key][0][1]]
    for declined in (False, True)[: 1 if key == SIG else 2]:
        proposal = proposals.propose(
            meeting=meeting,
            title=world.canary(key, "förslag"),
            reason=world.canary(key, "motiv"),
            by=member,
            now=now,
        )
        if declined:
            answer = world.canary(key, "svar")
            proposals.decline(proposal=proposal, answer=answer, by=keeper, now=now)


def begin(world: World, key: str) -> Meeting:
    """The next meeting, being logged by the one who keeps the forum."""
    return meetings.start_log(meeting=world.next[key], by=world.people[SEATS[key][0][1]])
