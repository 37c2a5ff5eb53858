"""The link between a decision and an assignment: shown both ways, to each what they may see."""

import re

import pytest
from django.urls import reverse

from coordination.assignments.models import Assignment
from coordination.audit.models import Event
from forums import assigned
from forums.models import Decision, DecisionAssignment
from forums.refusals import WrongState
from tests.forums.test_matters import TOKENS
from tests.world import KEEPERS, begin

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def body(response) -> str:
    """The page without what differs on every response."""
    return re.sub(TOKENS, "", response.content.decode())


def decided(world, key: str) -> Decision:
    return Decision.objects.get(item__meeting=world.held[key])


def thirteen() -> Assignment:
    return Assignment.objects.get(number=13)


def test_each_sees_on_the_assignment_the_decisions_they_may_read_and_nothing_of_the_others(
    world, signed_in_as
):
    # In the world a decision of every forum is about assignment 13.
    page = reverse("assignment", args=[thirteen().pk])
    shown = {
        username: {
            key
            for key in world.forums
            if reverse("decision", args=[decided(world, key).pk])
            in signed_in_as(username).get(page).content.decode()
        }
        for username in ("anna.ek", "maria.sten", "per.holm", "leila.amiri", "ulla.vik")
    }
    assert shown == {
        "anna.ek": {"bra", "vivalla", "oxhagen"},
        "maria.sten": {"bra", "vivalla", "sig"},
        "per.holm": {"bra", "vivalla", "sig"},
        "leila.amiri": {"bra"},
        "ulla.vik": set(),
    }


def test_a_link_that_somebody_may_not_see_changes_no_byte_of_their_page(world, signed_in_as):
    page = reverse("assignment", args=[thirteen().pk])
    before = body(signed_in_as("ulla.vik").get(page))
    DecisionAssignment.objects.all().delete()
    assert body(signed_in_as("ulla.vik").get(page)) == before


@pytest.mark.parametrize("username", ["nils.frisk", "gun.malm"])
def test_a_reader_of_the_decision_who_reads_no_assignments_sees_the_same_page_tied_or_not(
    world, signed_in_as, username
):
    page = reverse("decision", args=[decided(world, "bra").pk])
    before = body(signed_in_as(username).get(page))
    assert thirteen().title not in before
    DecisionAssignment.objects.all().delete()
    assert body(signed_in_as(username).get(page)) == before


def test_the_decision_shows_its_assignment_to_those_who_read_assignments(world, signed_in_as):
    page = signed_in_as("per.holm").get(reverse("decision", args=[decided(world, "bra").pk]))
    assert reverse("assignment", args=[thirteen().pk]) in page.content.decode()
    assert "Ändra beslutets uppdrag" not in page.content.decode()


@pytest.mark.parametrize("key", ["bra", "sig"])
def test_who_keeps_the_forum_ties_the_decision_to_another_assignment_and_to_none(
    world, signed_in_as, key
):
    made, client = decided(world, key), signed_in_as(KEEPERS[key].split()[0])
    address = reverse("decision_assignment", args=[made.pk])
    other = Assignment.objects.get(number=4)
    client.post(address, {"assignment": other.pk})
    assert DecisionAssignment.objects.get(decision=made).assignment == other
    client.post(address, {"assignment": ""})
    assert not DecisionAssignment.objects.filter(decision=made).exists()
    told = Event.objects.filter(
        event__in=("forums.decision.assigned", "forums.decision.unassigned")
    )
    assert told.order_by("-pk").first().event == "forums.decision.unassigned"


def test_saying_it_again_changes_nothing(world):
    made, anna = decided(world, "bra"), world.person("anna.ek")
    told = Event.objects.count()
    assigned.assign(decision=made, assignment=thirteen(), by=anna)
    assert Event.objects.count() == told


def test_a_decision_of_a_meeting_without_minutes_cannot_be_tied_yet(world, signed_in_as):
    from forums import proceedings

    anna = world.person("anna.ek")
    item = begin(world, "bra").items.in_order().first()
    made = proceedings.add_decision(item=item, text="Vi beslutar", by=anna)
    with pytest.raises(WrongState):
        assigned.assign(decision=made, assignment=thirteen(), by=anna)
    answer = signed_in_as("anna.ek").get(reverse("decision_assignment", args=[made.pk]))
    assert answer.status_code == 404


def test_actions_of_a_tied_decision_stand_on_the_assignment_for_those_who_see_them(
    world, signed_in_as
):
    page = reverse("assignment", args=[thirteen().pk])
    todo = world.held["bra"].actions.order_by("pk").first()
    link = reverse("action", args=[todo.pk])
    assert link in signed_in_as("anna.ek").get(page).content.decode()
    assert link not in signed_in_as("ulla.vik").get(page).content.decode()


def test_the_page_costs_the_same_however_many_decisions_are_tied(
    world, signed_in_as, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, page = signed_in_as("anna.ek"), reverse("assignment", args=[thirteen().pk])
    DecisionAssignment.objects.exclude(decision=decided(world, "bra")).delete()
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    anna = world.person("anna.ek")
    for made in Decision.objects.filter(
        item__meeting__forum__in=map(world.forums.get, ("vivalla", "oxhagen", "bra"))
    ):
        assigned.assign(decision=made, assignment=thirteen(), by=anna)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(one)
