"""The people and places of the cast, without forums: what is known and told needs none."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import User
from coordination.actors import demo as cast
from tests import snapshots


def people_and_places() -> dict[str, User]:
    cast.make_places()
    return cast.make_people(since=timezone.localdate() - timedelta(days=730))


@pytest.fixture
def people(db) -> dict[str, User]:
    return snapshots.given(people_and_places)


@pytest.fixture
def as_person(people) -> Callable[[str], Client]:
    """`as_person("anna.ek")`: a client signed in as that person; with "" as nobody."""

    def sign_in(username: str) -> Client:
        client = Client()
        if username:
            client.force_login(people[username])
        return client

    return sign_in
