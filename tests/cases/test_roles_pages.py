"""Who carries a case is changed on a page, and who is biased steps aside on another (V22)."""

import pytest
from django.urls import reverse

from cases import carrying, letters, triage
from cases.models import Case, CaseRole
from coordination.jobs.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria = wall.people["maria.sten"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    return found


def address(name: str, case: Case) -> str:
    return reverse(name, args=[case.pk])


def owner(case: Case) -> str:
    return CaseRole.objects.get(case=case, role="owner", valid_to=None).user.username


def test_another_carries_the_case_and_who_did_comes_to_the_list(wall, case, as_person):
    maria, sara = as_person("maria.sten"), wall.people["sara.nyman"]
    assert as_person("sara.nyman").get(address("case_role", case)).status_code == 404
    page = maria.get(address("case_role", case)).content.decode()
    assert "Sara Nyman" in page
    assert "Jonas Berg" not in page
    done = maria.post(address("case_role", case), {"role": "deputy", "user": sara.pk})
    assert done["Location"] == address("case", case)
    done = maria.post(address("case_role", case), {"role": "owner", "user": sara.pk})
    assert done["Location"] == reverse("cases")
    assert owner(case) == "sara.nyman"
    assert maria.get(address("case", case)).status_code == 404
    told = OutgoingMail.objects.filter(letter=letters.TASK).values_list("user_id", flat=True)
    assert set(told) == {sara.pk}


def test_a_case_that_nobody_carries_is_taken_by_whoever_sees_that_it_is_there(
    wall, case, as_person
):
    carrying.step_aside(case=case, by=wall.people["maria.sten"])
    sara = as_person("sara.nyman")
    assert "Kim" not in sara.get(address("case_role", case)).content.decode()
    sent = {"role": "owner", "user": wall.people["sara.nyman"].pk}
    assert sara.post(address("case_role", case), sent)["Location"] == address("case", case)
    assert owner(case) == "sara.nyman"


def test_v22_who_steps_aside_confirms_it_and_then_the_case_is_not_there(wall, case, as_person):
    carrying.name(
        case=case, user=wall.people["sara.nyman"], role="deputy", by=wall.people["maria.sten"]
    )
    maria = as_person("maria.sten")
    there = address("case_conflict", case)
    page = maria.get(there).content.decode()
    assert "Sara Nyman" in page
    assert "Exempelsson" not in page
    assert maria.post(there).status_code == 200
    assert maria.get(there).status_code == 200
    assert maria.post(there, {"sure": "on"}).status_code == 302
    for name in ("case", "case_conflict", "case_role", "case_close", "case_consents"):
        assert maria.get(address(name, case)).status_code == 404
    assert owner(case) == "sara.nyman"
    told = OutgoingMail.objects.filter(letter=letters.TASK, user_id=wall.people["sara.nyman"].pk)
    assert told.count() == 2


def test_nobody_outside_the_district_comes_to_either_page(case, as_person):
    for stranger in ("jonas.berg", "mats.orn", "anna.ek", "rut.ahl", "stina.alm", "tove.lind"):
        for name in ("case_role", "case_conflict"):
            assert as_person(stranger).get(address(name, case)).status_code == 404
            assert as_person(stranger).post(address(name, case)).status_code == 404
