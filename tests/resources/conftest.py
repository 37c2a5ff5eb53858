"""Leila's administration with last year's report approved, and this year's window open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation
from coordination.assignments import shipped
from coordination.resources import (
    activities,
    filling,
    parts,
    reviewing,
    sending,
    snapshots,
    windows,
)
from coordination.resources.models import Activity, Report, Version, Window
from tests import snapshots as kept

TODAY = timezone.localdate
NEEDED = {"level": "general", "calculated": "booked", "comment": ""}


@dataclass
class Scene:
    """The two windows, and acts in short."""

    before: Window
    this: Window
    people: dict[str, User] = field(default_factory=dict)

    def organisation(self, name: str = cast.UPPER_SECONDARY) -> Organisation:
        return Organisation.objects.get(name=name)

    def begin(self, name: str = cast.UPPER_SECONDARY, **how: Any) -> Report:
        by = self.people[{cast.SOCIAL: "per.holm"}.get(name, "leila.amiri")]
        window = how.pop("window", self.this)
        return filling.begin(window=window, organisation=self.organisation(name), by=by, **how)

    def add(
        self, report: Report, name: str, fte: str, cost: int, *places: str, **more: Any
    ) -> Activity:
        values = NEEDED | {"name": name, "fte": Decimal(fte), "cost": Decimal(cost)} | more
        found = list(District.objects.filter(name__in=places))
        return activities.add(report=report, values=values, districts=found, by=report.begun_by)

    def fill(self, report: Report, enough: str = "yes", why: str = "") -> None:
        """Everything but the rows of part 1."""
        by = report.begun_by

        def part(number: int) -> Any:
            return report.parts.select_related("report__organisation", "report__window").get(
                number=number
            )

        activities.finish(part=part(1), by=by)
        parts.save_enough(part=part(2), enough=enough, why=why, revision=part(2).revision, by=by)
        parts.save_needs(
            part=part(3), needs=[], key_functions="Inga", revision=part(3).revision, by=by
        )
        said = {one.pk: ("under_way", "Pågår.") for one, _s, _t in filling.standing(report)}
        parts.save_assignments(part=part(4), said=said, revision=part(4).revision, by=by)
        parts.save_forums(part=part(5), answers=[], note="", revision=part(5).revision, by=by)

    def file(self, report: Report, manager: str = "ulla.vik", **when: Any) -> Version:
        sending.send(report=report, by=report.begun_by, checked=True, **when)
        return self.attest(report, manager, **when)

    def attest(self, report: Report, manager: str = "ulla.vik", **when: Any) -> Version:
        sha256 = snapshots.fingerprint(snapshots.snapshot(Report.objects.get(pk=report.pk)))
        return sending.attest(report=report, sha256=sha256, by=self.people[manager], **when)


def _build() -> None:
    cast.make_places()
    people = cast.make_people(since=TODAY() - timedelta(days=900))
    shipped.establish(
        decided_by="Kommunstyrelsen",
        decided_on=date(2015, 9, 15),
        by=None,
        now=timezone.now() - timedelta(days=30),
    )
    anna, year = people["anna.ek"], TODAY().year
    for ago in (1, 0):
        windows.decide(
            year=year - ago - 1,
            opens_on=TODAY() - timedelta(days=30 + 300 * ago),
            last_day=TODAY() + timedelta(days=10 - 300 * ago),
            by=anna,
        )
    scene = _scene()
    report = scene.begin(window=scene.before)
    scene.add(report, "Elevstödjare", "5", 2_250_000)
    scene.add(report, "Elevhälsa, samtalsstöd", "2.25", 1_462_500, level="specific")
    scene.add(report, "Studiecirkel demokrati", "0.5", 210_000, "Centrum")
    scene.fill(report)
    reviewing.approve(version=scene.file(report), by=anna)


def _scene() -> Scene:
    before, this = Window.objects.order_by("year")
    return Scene(before, this, {one.username: one for one in User.objects.filter(is_active=True)})


@pytest.fixture
def scene(db) -> Scene:
    kept.given(_build)
    return _scene()


@pytest.fixture
def as_person(scene) -> Callable[[str], Client]:
    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return sign_in


def at(text: str) -> datetime:
    """The moment when the clock on the wall shows this."""
    return timezone.make_aware(datetime.fromisoformat(text))
