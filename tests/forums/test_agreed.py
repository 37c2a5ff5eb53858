"""The link between a decision and an agreement: shown both ways, to each what they may see."""

import re

import pytest
from django.urls import reverse

from coordination.agreements.models import Agreement
from coordination.assignments.models import Assignment
from forums.models import Decision, DecisionAgreement
from tests.forums.test_matters import TOKENS

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def decided(world, key: str) -> Decision:
    return Decision.objects.get(item__meeting=world.held[key])


def with_police() -> Agreement:
    return Agreement.objects.get(state="in_force")


def test_each_sees_on_the_agreement_the_decisions_and_actions_they_may_read_and_no_trace_of_others(
    world, signed_in_as
):
    # In the world a decision of every forum is about the agreement with the police.
    page = reverse("agreement", args=[with_police().pk])

    def shown(username: str) -> set[str]:
        text = signed_in_as(username).get(page).content.decode()
        return {
            key
            for key in world.forums
            if reverse("decision", args=[decided(world, key).pk]) in text
            and reverse("action", args=[world.held[key].actions.earliest("pk").pk]) in text
        }

    assert {name: shown(name) for name in ("anna.ek", "nils.frisk", "eva.strand", "ulla.vik")} == {
        "anna.ek": {"bra", "vivalla", "oxhagen"},
        "nils.frisk": {"bra", "special"},
        "eva.strand": {"oxhagen"},
        "ulla.vik": set(),
    }
    before = signed_in_as("ulla.vik").get(page).content.decode()
    DecisionAgreement.objects.all().delete()
    after = signed_in_as("ulla.vik").get(page).content.decode()
    assert re.sub(TOKENS, "", before) == re.sub(TOKENS, "", after)


def test_a_reader_of_the_decision_who_may_not_read_the_agreement_sees_the_same_page_tied_or_not(
    world, signed_in_as
):
    page = reverse("decision", args=[decided(world, "bra").pk])
    assert with_police().name in signed_in_as("nils.frisk").get(page).content.decode()
    before = signed_in_as("gun.malm").get(page).content.decode()
    DecisionAgreement.objects.all().delete()
    after = signed_in_as("gun.malm").get(page).content.decode()
    assert re.sub(TOKENS, "", before) == re.sub(TOKENS, "", after)


def test_who_keeps_the_forum_ties_the_decision_to_an_agreement_they_may_read_and_to_none(
    world, signed_in_as
):
    made, client = decided(world, "bra"), signed_in_as("anna.ek")
    address = reverse("decision_agreement", args=[made.pk])
    draft = Agreement.objects.get(state="draft")
    client.post(address, {"agreement": draft.pk})
    assert DecisionAgreement.objects.get(decision=made).agreement == draft
    assert (
        draft.name
        not in signed_in_as("nils.frisk").get(reverse("decision", args=[made.pk])).content.decode()
    )
    answer = client.post(reverse("agreement_discard", args=[draft.pk]), follow=True)
    assert "Ett beslut är knutet till utkastet." in answer.content.decode()
    client.post(address, {"agreement": ""})
    assert not DecisionAgreement.objects.filter(decision=made).exists()


def test_the_assignment_about_the_agreement_with_the_police_says_how_far_it_is(world, signed_in_as):
    def page(number: int, username: str) -> str:
        address = reverse("assignment", args=[Assignment.objects.get(number=number).pk])
        return signed_in_as(username).get(address).content.decode()

    assert with_police().name in page(1, "per.holm")
    assert "våldsbejakande extremism ingår: Delvis" in page(1, "per.holm")
    assert Agreement.objects.get(state="draft").name in page(1, "anna.ek")
    assert Agreement.objects.get(state="draft").name not in page(1, "per.holm")
    assert "Överenskommelser med polisen" not in page(2, "anna.ek")
