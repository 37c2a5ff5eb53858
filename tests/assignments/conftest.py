"""A portal with the cast and the shipped guideline, and nothing of any forum."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from coordination.assignments import shipped
from coordination.assignments.models import AssignmentOwner, Guideline
from tests import snapshots
from tests.assignments import DECIDED


def _build() -> Guideline:
    cast.make_places()
    cast.make_people(since=timezone.localdate() - timedelta(days=730))
    return shipped.establish(
        decided_by="Kommunstyrelsen",
        decided_on=DECIDED,
        by=None,
        now=timezone.now() - timedelta(days=30),
    )


@pytest.fixture
def guideline(db) -> Guideline:
    """The first version, with its eighteen assignments."""
    return snapshots.given(_build)


@pytest.fixture
def person(guideline) -> Callable[[str], User]:
    return lambda username: User.objects.get(username=username)


@pytest.fixture
def owner(guideline) -> Callable[..., AssignmentOwner]:
    """`owner(14, "Socialförvaltningen")`; without a name the only one."""

    def find(number: int, name: str = "") -> AssignmentOwner:
        found = AssignmentOwner.objects.filter(assignment__number=number)
        return found.get(organisation__name=name) if name else found.get()

    return find


@pytest.fixture
def signed_in(person) -> Callable[[str], Client]:
    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(person(username))
        return client

    return sign_in
