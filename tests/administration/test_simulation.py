"""What a role sees is shown on made-up data only (V26), and nothing of it stays."""

import pytest
from django.urls import reverse

from coordination.access.models import User
from coordination.access.vocabulary import ROLES
from coordination.actors.models import District, Organisation
from coordination.administration import simulation
from coordination.audit import log
from coordination.jobs.models import Job
from forums.models import Action, Forum, ForumGrant, Meeting

pytestmark = pytest.mark.django_db


def state() -> list:
    tables = (User, Organisation, District, Forum, Meeting, Action, ForumGrant, Job)
    return [
        *(sorted(table._base_manager.values_list("pk", flat=True)) for table in tables),
        log.events(zone=log.Zone.COORDINATION).count(),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_no_real_row_is_shown_and_nothing_stays(world, signed_in_as, role):
    client = signed_in_as("stina.alm")
    before = state()
    page = client.get(reverse("role_preview") + f"?role={role}")
    seen = page.content.decode()
    assert page.status_code == 200
    assert "Exempel" in seen or "Example" in seen
    assert not [word for word in world.canaries if word in seen]
    real = [person for person in world.people.values() if person.username != "stina.alm"]
    assert not [person for person in real if str(person) in seen]
    assert state() == before


def test_what_is_shown_is_what_the_policy_says(world):
    def seen(role: str, name: str) -> list[bool]:
        rows = simulation.preview(role).lists
        return [row.seen for row in next(iter(rows.values())) if name in row.title]

    individuals = "individuals"
    from django.utils import translation

    with translation.override("en"):
        assert seen("strategic_coordinator", individuals) == [False]
        assert seen("strategic_coordinator", "another housing district") == [True]
        assert seen("partnership_coordinator", "own housing district") == [True]
        assert seen("partnership_coordinator", "another housing district") == [False]
        assert seen("system_administrator", "another housing district") == [False]
        assert seen("member", "has a seat") == [True]


def test_an_unknown_role_shows_nothing(world, signed_in_as):
    page = signed_in_as("stina.alm").get(reverse("role_preview") + "?role=kung")
    assert page.status_code == 200
