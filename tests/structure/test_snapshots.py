"""A world that is put back is the world that was built, and is built anew when it would be another."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coordination.access import grants
from coordination.access.models import User
from coordination.audit import verify
from tests import snapshots
from tests.structure.module_world import undone
from tests.world import World, build


@pytest.fixture
def builds(db, monkeypatch) -> list[int]:
    """Nothing is kept yet; how many people the portal had before each time that a world was built."""
    monkeypatch.setattr(snapshots, "_kept", [])
    return []


def test_what_is_put_back_is_what_was_built(builds):
    def built() -> World:
        builds.append(User.objects.count())
        return build()

    with undone():
        first = snapshots.given(built)
        rows = snapshots._rows()
    assert not User.objects.exists()
    with undone():
        second = snapshots.given(built)
        assert snapshots._rows() == rows
        assert grants.differences() == []
        assert verify.verify(verify.Zone.COORDINATION).ok
    assert builds == [0]
    assert second.canaries == first.canaries
    assert second.people == first.people
    assert second.people["anna.ek"] is not first.people["anna.ek"]


def test_it_is_built_anew_when_it_is_old_or_when_the_database_holds_something_else(builds):
    def built() -> str:
        builds.append(User.objects.count())
        return User.objects.create(username="kim.en").username

    noon = timezone.now().replace(minute=0, second=0, microsecond=0)
    later = noon + snapshots.FRESH - timedelta(seconds=1)
    for moment in (noon, later, noon + snapshots.FRESH, later - timedelta(days=1)):
        with time_machine.travel(moment, tick=False), undone():
            snapshots.given(built)
    assert builds == [0, 0, 0]
    with time_machine.travel(later, tick=False), undone():
        User.objects.create(username="kim.två")
        snapshots.given(built)
    assert builds == [0, 0, 0, 1]


def test_a_builder_that_changes_what_was_there_is_refused(builds):
    User.objects.create(username="kim.en")

    def built() -> int:
        return User.objects.update(username="kim.två")

    with undone(), pytest.raises(AssertionError, match="access_user"):
        snapshots.given(built)
