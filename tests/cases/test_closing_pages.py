"""Closing a case on its pages: one proposes, another agrees, and both can go back."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import carrying, closing, documenting, triage
from cases.models import Case, CheckUp, Closing, Stage

pytestmark = pytest.mark.django_db

SAID = {
    "reason": "goals_reached",
    "result": "Skolan fungerar.",
    "informed": "Ja, vid sista mötet.",
    "reopen_if": "Om skolan larmar igen.",
}


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    carrying.name(case=found, user=sara, role="deputy", by=maria)
    return found


def address(name: str, case: Case, *more: Any) -> str:
    return reverse(name, args=[case.pk, *more])


def stage(case: Case) -> str:
    return Case.objects.get(pk=case.pk).stage


def test_one_proposes_and_another_closes_the_case_on_their_pages(case, as_person):
    maria, sara = as_person("maria.sten"), as_person("sara.nyman")
    page = maria.get(address("case_close", case))
    assert case.number in page.content.decode()
    assert maria.post(address("case_close", case), SAID).status_code == 302
    asked = Closing.objects.get()
    there = address("case_closing", case, asked.pk)
    assert 'method="post" class="form"' not in maria.get(there).content.decode()
    maria.post(there)
    assert stage(case) == Stage.INQUIRY
    assert "Skolan fungerar." in sara.get(there).content.decode()
    assert sara.post(there).status_code == 302
    assert stage(case) == Stage.CLOSED


def test_what_is_not_agreed_on_comes_back_with_the_reason_and_what_was_written(case, as_person):
    maria, sara = as_person("maria.sten"), as_person("sara.nyman")
    maria.post(address("case_close", case), SAID)
    no = address("case_closing_refuse", case, Closing.objects.get().pk)
    assert sara.post(no, {"why": " "}).status_code == 200
    assert sara.post(no, {"why": "Föräldrarna är inte hörda."}).status_code == 302
    page = maria.get(address("case_close", case)).content.decode()
    assert "Föräldrarna är inte hörda." in page
    assert "Om skolan larmar igen." in page


def test_goals_under_way_stand_on_the_page_and_what_was_typed_is_kept(wall, case, as_person):
    today = timezone.localdate()
    maria = wall.people["maria.sten"]
    documenting.assess(
        case=case, needs="Fritid.", answers={}, outcome="general", childs_best="Ja.", by=maria
    )
    documenting.add_goal(
        case=case,
        text="Spela fotboll.",
        intervention="leisure",
        responsible="Fritid",
        starts_on=today,
        follow_up_on=documenting.proposed_follow_up(today),
        by=maria,
    )
    client = as_person("maria.sten")
    assert "Spela fotboll." in client.get(address("case_close", case)).content.decode()
    refused = client.post(address("case_close", case), SAID).content.decode()
    assert "Om skolan larmar igen." in refused
    assert not Closing.objects.exists()


def test_other_worries_are_asked_about_where_there_are_any(wall, case, as_person):
    client = as_person("maria.sten")
    assert 'name="earlier_said"' not in client.get(address("case_close", case)).content.decode()
    other = wall.case(given="Kimm", family="Exempelson")
    page = client.get(address("case_close", case)).content.decode()
    assert 'name="earlier_said"' in page
    assert other.number in page
    client.post(address("case_close", case), SAID)
    assert not Closing.objects.exists()
    client.post(address("case_close", case), SAID | {"earlier_said": "Samma sak."})
    assert Closing.objects.get().earlier == "Samma sak."


def test_a_closed_case_is_opened_again_or_looked_at(wall, case, as_person):
    asked = closing.ask(case=case, by=wall.people["maria.sten"], **SAID)
    closing.agree(closing=asked, by=wall.people["sara.nyman"])
    client = as_person("maria.sten")
    first = CheckUp.objects.earliest("due_on")
    looked = address("case_check_up", case, first.pk)
    assert "Skolan fungerar." in client.get(looked).content.decode()
    assert client.post(looked, {"text": "Går i skolan."}).status_code == 302
    assert client.get(looked).status_code == 404
    assert client.post(address("case_reopen", case), {"why": ""}).status_code == 200
    assert client.post(address("case_reopen", case), {"why": "Nytt hot."}).status_code == 302
    assert stage(case) == Stage.INQUIRY
    assert client.get(address("case_reopen", case)).status_code == 404


def test_nobody_else_comes_to_these_pages_and_no_closing_of_another_case(wall, case, as_person):
    asked = closing.ask(case=case, by=wall.people["maria.sten"], **SAID)
    other = wall.case(given="Annan", family="Helt", district="Oxhagen")
    triage.decide(
        case=other, outcome="open", level="general", reason="Ja.", by=wall.people["jonas.berg"]
    )
    pages = [address("case_close", case), address("case_closing", case, asked.pk)]
    for stranger in ("jonas.berg", "anna.ek", "rut.ahl", "hanna.falk", "stina.alm", "tove.lind"):
        client = as_person(stranger)
        for page in [*pages, address("case_closing", other, asked.pk)]:
            assert client.get(page).status_code == 404
            assert client.post(page, SAID).status_code == 404
