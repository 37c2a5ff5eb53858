"""A case is opened in an emergency on a page, each page that is read is marked, and somebody reviews it."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import glimpses, triage, units
from cases.models import Case, CaseUnit, Glimpse
from coordination.audit import log

pytestmark = pytest.mark.django_db

HOUR = timedelta(minutes=60)
SENT = {"ground": "absent", "reason": "Maria svarar inte."}


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria = wall.people["maria.sten"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    return found


def address(name: str, *which: Any) -> str:
    return reverse(name, args=[getattr(one, "pk", one) for one in which])


def marks(case: Case) -> list[bool]:
    read = log.events(zone=log.Zone.CASES, on=case).filter(event="cases.case.opened")
    return [one.facts.get("for_minutes", False) for one in read if one.facts["page"] == "case"]


def test_a_coordinator_of_the_district_opens_the_case_for_an_hour(case, as_person, time_machine):
    begun = timezone.now()
    time_machine.move_to(begun, tick=False)
    sara, maria = as_person("sara.nyman"), as_person("maria.sten")
    assert sara.get(address("case", case)).status_code == 404
    page = sara.get(address("case_glimpse", case)).content.decode()
    assert case.number in page
    assert "Exempelsson" not in page
    kept = sara.post(address("case_glimpse", case), {"ground": "danger"}).content.decode()
    assert 'value="danger"' in kept
    assert sara.post(address("case_glimpse", case), SENT)["Location"] == address("case", case)
    read = sara.get(address("case", case))
    assert "Exempelsson" in read.content.decode()
    assert read["Refresh"] == "3600"
    assert "Refresh" not in maria.get(address("case", case))
    assert marks(case) == [False, True]
    for name in ("case_close", "case_consent_new", "case_role"):
        assert sara.get(address(name, case)).status_code == 404
    assert "Maria svarar inte." in maria.get(address("case_glimpses", case)).content.decode()
    time_machine.move_to(begun + HOUR, tick=False)
    assert as_person("sara.nyman").get(address("case", case)).status_code == 404


def test_who_is_done_before_the_hour_says_so(case, as_person):
    sara = as_person("sara.nyman")
    sara.post(address("case_glimpse", case), SENT)
    assert sara.post(address("case_glimpse_end", case))["Location"] == reverse("cases")
    assert sara.get(address("case", case)).status_code == 404


def test_nobody_else_comes_to_the_page(case, as_person):
    for stranger in ("maria.sten", "jonas.berg", "mats.orn", "anna.ek", "rut.ahl", "nils.frisk"):
        assert as_person(stranger).get(address("case_glimpse", case)).status_code == 404
        as_person(stranger).post(address("case_glimpse", case), SENT)
    assert not Glimpse.objects.exists()


@pytest.fixture
def protected(wall) -> Case:
    """As where a coordinator of the unit that receives protected identities is not named in the case."""
    made, west = wall.case(protected="yes"), CaseUnit.objects.get(name="Partnerskap Väster")
    Case.objects.filter(pk=made.pk).update(unit=west, serial=90)
    units.receive_protected(
        unit=west,
        user=wall.people["maria.sten"],
        since=timezone.localdate(),
        by=wall.people["stina.alm"],
    )
    return Case.objects.get(pk=made.pk)


def test_who_asks_for_a_protected_case_is_not_told_whether_there_is_one(protected, as_person):
    sara, page = as_person("sara.nyman"), reverse("glimpse_by_number")
    answers = []
    for number in (protected.number, "2026-777"):
        answer = sara.post(page, SENT | {"number": number}, follow=True)
        answers.append([str(one) for one in answer.context["messages"]])
    assert answers[0] == answers[1]
    assert Glimpse.objects.get().begins_at is None
    assert sara.get(address("case", protected)).status_code == 404


def test_another_lets_them_open_it(protected, as_person):
    sara = as_person("sara.nyman")
    sara.post(reverse("glimpse_by_number"), SENT | {"number": protected.number})
    asked = Glimpse.objects.get()
    for stranger in ("sara.nyman", "jonas.berg", "anna.ek", "rut.ahl"):
        assert as_person(stranger).get(address("glimpse_approve", asked)).status_code == 404
        assert as_person(stranger).post(address("glimpse_approve", asked)).status_code == 404
    maria = as_person("maria.sten")
    page = maria.get(address("glimpse_approve", asked)).content.decode()
    assert "Maria svarar inte." in page
    assert "Exempelsson" not in page
    assert maria.post(address("glimpse_approve", asked)).status_code == 302
    assert sara.get(address("case", protected)).status_code == 200
    assert maria.get(address("case", protected)).status_code == 404


def test_it_is_reviewed_by_the_units_manager_without_a_word_of_the_case(
    wall, case, as_person, time_machine
):
    begun = timezone.now()
    time_machine.move_to(begun, tick=False)
    sara = as_person("sara.nyman")
    sara.post(address("case_glimpse", case), SENT)
    sara.get(address("case", case))
    made = Glimpse.objects.get()
    rut = as_person("rut.ahl")
    assert "Sara Nyman" in rut.get(reverse("glimpse_list")).content.decode()
    there = address("glimpse_review", made)
    assert 'name="verdict"' not in rut.get(there).content.decode()
    time_machine.move_to(begun + HOUR, tick=False)
    rut = as_person("rut.ahl")
    page = rut.get(there).content.decode()
    for word in ("Maria svarar inte.", "Exempelsson", case.number):
        assert word not in page
    assert glimpses.pages_opened(made) == 1
    assert rut.post(there, {"verdict": "questioned"}).status_code == 200
    assert rut.post(there, {"verdict": "questioned", "remark": "Varför?"}).status_code == 302
    assert "Varför?" in as_person("bo.kvist").get(there).content.decode()
    for stranger in ("sara.nyman", "maria.sten", "anna.ek", "stina.alm", "nils.frisk"):
        assert as_person(stranger).get(reverse("glimpse_list")).status_code == 404
        assert as_person(stranger).get(there).status_code == 404
