"""The people and places of the cast, and pictures and plans as they are made on the pages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.situation import measures, pictures, plans, problems
from coordination.situation.models import ActionPlan, Measure, Problem, SituationalPicture
from tests import snapshots

TEXTS = {
    "title": "Lägesbild för prov",
    "period": "2025–2026",
    "mapping": "Kartlagt.",
    "other": "Övrigt.",
    "analysis": "Analyserat.",
}
PROBLEM = {
    "name": "Propaganda på nätet",
    "description": "Unga möter den.",
    "causes": "Flödena styr dit.",
    "source": "Elevenkäten.",
    "risk": "middle",
    "whole_municipality": False,
}


def people_and_places() -> dict[str, User]:
    cast.make_places()
    return cast.make_people(since=timezone.localdate() - timedelta(days=730))


@pytest.fixture
def people(db) -> dict[str, User]:
    return snapshots.given(people_and_places)


@pytest.fixture
def as_person(people) -> Callable[[str], Client]:
    """`as_person("anna.ek")`: a client signed in as that person."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(people[username])
        return client

    return sign_in


def districts(*names: str) -> list[District]:
    return list(District.objects.filter(name__in=names))


def drafted(by: User, now: datetime | None = None, **texts: str) -> SituationalPicture:
    """A draft with all its texts."""
    made = pictures.begin(by=by, now=now)
    pictures.save(picture=made, texts=TEXTS | texts, revision=made.revision, by=by, now=now)
    made.refresh_from_db()
    return made


def described(
    picture: SituationalPicture, by: User, *places: str, now: datetime | None = None, **other: Any
) -> Problem:
    """A problem in these districts, Vivalla where none is named."""
    return problems.add(
        picture=picture,
        values=PROBLEM | other,
        districts=districts(*(places or ("Vivalla",))),
        by=by,
        now=now,
    )


def published(by: User, now: datetime | None = None, **texts: str) -> SituationalPicture:
    """A published picture with one problem in Vivalla and one in Oxhagen."""
    made = drafted(by, now, **texts)
    if not made.problems.exists():
        described(made, by, "Vivalla", now=now)
        described(made, by, "Oxhagen", now=now, name="Skadegörelse")
    made.refresh_from_db()
    pictures.publish(picture=made, edition=made.edition, by=by, now=now)
    return made


def values(plan: ActionPlan, **other: Any) -> dict[str, Any]:
    return {
        "title": "Utbilda kuratorer",
        "details": "",
        "problem": plan.picture.problems.earliest("pk"),
        "owner": Organisation.objects.get(name=cast.SOCIAL),
        "responsible": None,
        "level": PreventionLevel.objects.get(code="general"),
        "due": timezone.localdate() + timedelta(days=30),
        "indicator": "Alla har gått utbildningen.",
        **other,
    }


def measured(plan: ActionPlan, by: User, **other: Any) -> Measure:
    return measures.add(plan=plan, values=values(plan, **other), by=by)


def decided(
    plan: ActionPlan, by: User, on: date | None = None, now: datetime | None = None
) -> ActionPlan:
    plan.refresh_from_db()
    day = on or timezone.localdate()
    plans.decide(
        plan=plan,
        edition=plan.edition,
        decided_by="Kommunstyrelsen",
        decided_on=day,
        valid_to=day + timedelta(days=700),
        by=by,
        now=now,
    )
    return plan


def in_force(by: User) -> Measure:
    """A measure about Vivalla, in a plan that is decided."""
    plan = plans.begin(picture=published(by), by=by)
    made = measured(plan, by)
    decided(plan, by)
    made.refresh_from_db()
    return made
