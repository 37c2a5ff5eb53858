"""One world for a whole module of tests: built once, and every test's writes taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from forums import meetings, proceedings
from forums.models import Meeting
from tests import snapshots
from tests import world as the_world
from tests.world import World


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back. The code under test sees no transaction around it, so
    that it must open its own, as in service."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="module")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files, mail and checkpoints of a module go to its own folder."""
    folder = tmp_path_factory.mktemp("portal")
    with override_settings(
        FILES_DIR=folder / "files",
        MAIL_DIR=folder / "mail",
        CHECKPOINT_DIR=folder / "checkpoints",
        # A module's own fixtures show pages before any test has begun (see tests/conftest.py).
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(scope="module")
def world(own_folders: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The cast and its forums, for all tests of a module. What one test writes is taken back when
    its module says `pytestmark = pytest.mark.django_db`."""
    with django_db_blocker.unblock(), undone():
        built = snapshots.given(the_world.build)
        the_world.planned_now()
        yield built


@pytest.fixture(scope="module")
def logged(world: World) -> dict[str, Meeting]:
    """By forum: one more meeting, at which somebody is taking notes now."""
    return {key: begun(world, key) for key in the_world.TEXT_FORUMS}


def begun(world: World, key: str) -> Meeting:
    """A meeting of the forum in an hour, at which its keeper has begun to take notes."""
    keeper = world.people[the_world.SEATS[key][0][1]]
    starts_at = timezone.now() + timedelta(hours=1)
    meeting = meetings.plan(
        forum=world.forums[key],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        place=world.canary(key, "lokal"),
        by=keeper,
    )
    meeting = meetings.start_log(meeting=meeting, by=keeper)
    first = meeting.items.in_order().first()
    proceedings.save_item(
        item=first, notes=world.canary(key, "pågående"), version=first.version, by=keeper
    )
    proceedings.add_decision(item=first, text=world.canary(key, "nytt"), by=keeper)
    proceedings.add_action(
        item=first, text=world.canary(key, "ska"), owners=str(keeper), due=meeting.day, by=keeper
    )
    return meeting
