"""The demo's resource reports: two years, this year's in every state a report can have."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from coordination.frame import demo

from . import (
    activities,
    filling,
    inviting,
    occasions,
    parts,
    requesting,
    reviewing,
    sending,
    snapshots,
    windows,
)
from .models import Part, Report, SentRequest, Version, Window

PRESCHOOL, SCHOOL = "Förskoleförvaltningen", "Grundskoleförvaltningen"
OPENED, LEFT = 33, 12
"""So many days ago this year's reports opened, and so many are left."""
Row = tuple[str, str, tuple[str, ...], str, int, str]
"""What, level, districts, posts, kronor, and how that is calculated."""

ROWS: dict[str, tuple[Row, ...]] = {
    cast.UPPER_SECONDARY: (
        ("Elevstödjare", "general", (), "5", 2_250_000, "booked"),
        ("Elevhälsa, samtalsstöd", "specific", (), "2.25", 1_462_500, "estimated"),
        ("Studiecirkel demokrati", "general", ("Centrum",), "0.5", 210_000, "booked"),
    ),
    cast.SOCIAL: (
        ("Uppsökande arbete", "specific", ("Vivalla", "Oxhagen"), "1.5", 975_000, "booked"),
        ("Stöd till familjer", "individual", (), "0.75", 520_000, "estimated"),
        ("Öppen verksamhet för unga", "general", ("Varberga",), "2", 1_180_000, "booked"),
    ),
    cast.HOUSING: (
        (
            "Trygghetsvärdar",
            "general",
            ("Vivalla", "Oxhagen", "Varberga"),
            "3",
            1_560_000,
            "booked",
        ),
        (
            "Nattvandring tillsammans med föreningar",
            "general",
            ("Vivalla",),
            "0.4",
            185_000,
            "booked",
        ),
    ),
    cast.OFFICE: (
        ("Strategisk samordning", "general", (), "0.67", 540_000, "estimated"),
        ("Samordning av säkerhetsfrågor", "specific", (), "0.33", 265_000, "estimated"),
    ),
    PRESCHOOL: (
        ("Föräldragrupper", "general", ("Baronbackarna", "Vivalla"), "0.8", 415_000, "booked"),
    ),
    cast.CULTURE: (
        ("Fritidsledare med särskilt uppdrag", "specific", ("Oxhagen",), "1", 610_000, "booked"),
        ("Kulturläger", "general", (), "0.25", 240_000, "estimated"),
    ),
    SCHOOL: (("Elevhälsa, årskurs 7–9", "specific", (), "1.75", 1_120_000, "estimated"),),
}
VOICES = {
    cast.UPPER_SECONDARY: ("leila.amiri", "ulla.vik"),
    cast.SOCIAL: ("per.holm", "gunnar.ask"),
    cast.HOUSING: ("sofia.dahl", "rolf.dahlin"),
}
OTHERS = ("lars.nord", "lars.nord")
"""Who files and attests where the organisation has nobody of the cast."""
ASKED = {
    SCHOOL: ("Kurator, årskurs 7–9", "Skolorna delar en kurator.", "1", 620_000),
    cast.CULTURE: ("Fritidsledare kvällstid", "Gården är stängd på helger.", "0.5", 305_000),
    PRESCHOOL: ("Tolk vid föräldragrupper", "Hälften av föräldrarna behöver tolk.", "0", 90_000),
}
"""What is asked for this year: what, why, posts and kronor."""
WHY = "Flera skolor och områden saknar den kompetens som behövs."
REMARK = "Beskriv vilka områden som saknar värdar, och sedan när."


@dataclass(frozen=True)
class Told:
    """A report that is being made: whose, by whom, and when."""

    report: Report
    by: User
    manager: User
    now: datetime

    def part(self, number: int) -> Part:
        return self.report.parts.select_related("report").get(number=number)


@demo.part(60, "Resursrapporter")
def make(scene: demo.Scene) -> None:
    """Last year's are approved; this year's are where they may be twelve days before the last."""
    anna = User.objects.get(username="anna.ek")
    today = timezone.localdate(scene.now)
    last_year, opened = scene.now - timedelta(days=365), timedelta(days=OPENED)
    before, this = (
        windows.decide(
            year=today.year - ago - 1,
            opens_on=today - timedelta(days=365 * ago) - opened,
            last_day=today - timedelta(days=365 * ago) + timedelta(days=LEFT),
            rules={"decides": Organisation.objects.get(name=cast.OFFICE)},
            by=anna,
            now=scene.now - timedelta(days=365 * ago) - opened,
        )
        for ago in (1, 0)
    )
    occasions.post(now=_morning(scene.now - opened))
    for name in ROWS:
        late = timedelta(days=20) if name == SCHOOL else timedelta()
        version = _file(_begin(before, name, last_year + late - timedelta(days=5)))
        reviewing.approve(version=version, by=anna, now=last_year + late)
    _this_year(this, anna, scene.now)


def _this_year(window: Window, anna: User, now: datetime) -> None:
    """One in every state; Leila's, and the company without anybody, are not begun."""
    draft = _begin(window, cast.SOCIAL, now - timedelta(days=4), copy=True)
    row = draft.report.activities.order_by("pk").first()
    if row is not None:
        activities.check(activity=row, by=draft.by, now=now - timedelta(days=3))
    returned = _file(_begin(window, cast.HOUSING, now - timedelta(days=16), copy=True))
    reviewing.return_(version=returned, remarks={2: REMARK}, by=anna, now=now - timedelta(days=1))
    _file(_begin(window, SCHOOL, now - timedelta(days=6), copy=True))
    for name in (PRESCHOOL, cast.CULTURE):
        approved = _file(_begin(window, name, now - timedelta(days=18), copy=True))
        reviewing.approve(version=approved, by=anna, now=now - timedelta(days=9))
    attesting = _begin(window, cast.OFFICE, now - timedelta(days=3), copy=True)
    _fill(attesting)
    sending.send(report=attesting.report, by=attesting.by, checked=True, now=attesting.now)
    hanna = User.objects.get(username="hanna.falk")
    until = inviting.proposed(draft.report)
    inviting.invite(
        report=draft.report, user=hanna, valid_to=until, by=draft.by, now=now - timedelta(days=1)
    )
    occasions.post(now=_morning(now - timedelta(days=2)))
    _requests(window, anna, now)


def _requests(window: Window, anna: User, now: datetime) -> None:
    """One waits for an opinion, one for a decision, and one is decided."""
    lars = User.objects.get(username="lars.nord")
    asked = {
        one.report.organisation.name: one
        for one in SentRequest.objects.filter(report__window=window)
    }
    for name, opinion in ((cast.CULTURE, "supported"), (PRESCHOOL, "passed_on")):
        requesting.give_opinion(
            request=asked[name],
            opinion=opinion,
            why="Behovet finns i fler stadsdelar än den som nämns.",
            revision=1,
            by=anna,
            now=now - timedelta(days=8),
        )
    decided = now - timedelta(days=5)
    requesting.decide(
        request=asked[PRESCHOOL],
        decision="in_part",
        why="Ett halvår beviljas, sedan prövas frågan i budgeten.",
        on=timezone.localdate(decided),
        revision=2,
        by=lars,
        now=decided,
    )


def _morning(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=8)


def _begin(window: Window, name: str, now: datetime, *, copy: bool = False) -> Told:
    filer, manager = VOICES.get(name, OTHERS)
    by = User.objects.get(username=filer)
    organisation = Organisation.objects.get(name=name)
    report = filling.begin(window=window, organisation=organisation, by=by, copy=copy, now=now)
    if not copy:
        for row in ROWS[name]:
            _add(report, row, by, now)
    return Told(report, by, User.objects.get(username=manager), now)


def _add(report: Report, row: Row, by: User, now: datetime) -> None:
    name, level, places, fte, cost, calculated = row
    values = {
        "name": name,
        "level": level,
        "fte": Decimal(fte),
        "cost": Decimal(cost),
        "calculated": calculated,
    }
    districts = list(District.objects.filter(name__in=places))
    activities.add(report=report, values=values, districts=districts, by=by, now=now)


def _fill(told: Told) -> None:
    """Every part that is not there yet."""
    by, now = told.by, told.now
    activities.finish(part=told.part(1), by=by, now=now)
    short = told.report.organisation.name in (cast.HOUSING, cast.SOCIAL)
    parts.save_enough(
        part=told.part(2),
        enough="partly" if short else "yes",
        why=WHY if short else "",
        revision=told.part(2).revision,
        by=by,
        now=now,
    )
    parts.save_needs(
        part=told.part(3),
        needs=[{"group": "Första linjen", "staff": 60, "basic": 25, "advanced": 6, "priority": 1}],
        key_functions="",
        revision=told.part(3).revision,
        by=by,
        now=now,
    )
    said = {
        owner.pk: (status, sentence or "Arbetet fortsätter som förra året.")
        for owner, status, sentence in filling.standing(told.report)
    }
    parts.save_assignments(
        part=told.part(4), said=said, revision=told.part(4).revision, by=by, now=now
    )
    if told.report.organisation.name in ASKED and told.report.copied_from:
        what, why, fte, cost = ASKED[told.report.organisation.name]
        asked = {"what": what, "why": why, "fte": Decimal(fte), "cost": Decimal(cost)}
        parts.save_requests(
            part=told.part(6),
            requests=[asked | {"from_day": date(told.report.year + 2, 1, 1)}],
            revision=told.part(6).revision,
            by=by,
            now=now,
        )
    parts.save_forums(
        part=told.part(5), answers=[], note="", revision=told.part(5).revision, by=by, now=now
    )


def _file(told: Told) -> Version:
    """Filled in, sent and attested two days later."""
    _fill(told)
    sending.send(report=told.report, by=told.by, checked=True, now=told.now)
    content = snapshots.snapshot(Report.objects.get(pk=told.report.pk))
    return sending.attest(
        report=told.report,
        sha256=snapshots.fingerprint(content),
        by=told.manager,
        now=told.now + timedelta(days=2),
    )
