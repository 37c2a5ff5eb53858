"""A case is handed over on its pages: filled in, looked at once more, done; and what remains is seen to."""

from typing import Any

import pytest
from django.urls import reverse

from cases import carrying, handing_over, triage
from cases.models import Case, Duty, Handover, Stage
from coordination.grounds.models import BasisVersion
from tests.cases.test_handing_over import TEST, reviewed, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def basis(people) -> BasisVersion:
    return reviewed(people, receivers=["police", "security_service"])


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    carrying.name(case=found, user=sara, role="deputy", by=maria)
    return found


def typed(basis: BasisVersion, **changed: Any) -> dict[str, Any]:
    return {
        "receiver": "security_service",
        "way": "secure",
        "on": "i går",
        "at": "13.00",
        "basis": basis.pk,
        "confirmed": [f"{basis.pk}:condition-0"],
        "test": TEST,
        "childs_best": "Ja, prövat.",
        "receipt": "Handläggare, K-77",
        "duty_school": "Rektorn",
        **changed,
    }


def address(name: str, case: Case, *more: Any) -> str:
    return reverse(name, args=[case.pk, *more])


def test_it_is_looked_at_once_more_before_it_is_done(case, basis, as_person):
    maria, there = as_person("maria.sten"), address("case_hand_over", case)
    assert "10 kap. 18 b § OSL" in maria.get(there).content.decode()
    asked = maria.post(there, typed(basis)).content.decode()
    assert 'name="sure"' in asked
    assert "Handläggare, K-77" in asked
    assert not Handover.objects.exists()
    changed = maria.post(there, typed(basis, change="1")).content.decode()
    assert "Handläggare, K-77" in changed
    assert 'name="sure"' not in changed
    done = maria.post(there, typed(basis, sure="1"))
    assert done["Location"] == address("case_handover", case)
    assert Case.objects.get(pk=case.pk).stage == Stage.SPECIAL
    assert "Rektorn" in maria.get(done["Location"]).content.decode()
    assert maria.get(there).status_code == 404
    assert as_person("sara.nyman").get(address("case", case)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmed": []},
        {"test": "För kort."},
        {"receipt": ""},
        {"receipt": "x" * 61},
        {"childs_best": ""},
        {"duty_school": ""},
        {"none": "on"},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(case, basis, as_person, wrong):
    maria = as_person("maria.sten")
    for sure in ({}, {"sure": "1"}):
        page = maria.post(address("case_hand_over", case), typed(basis, **wrong, **sure))
        assert page.status_code == 200
        assert 'class="error-summary"' in page.content.decode()
        assert 'value="13.00"' in page.content.decode()
    assert not Handover.objects.exists()


def test_what_remains_is_noted_as_done(wall, case, basis, as_person):
    handing_over.hand_over(case=case, told=said(basis), by=wall.people["maria.sten"])
    duty = Duty.objects.get()
    sara = as_person("sara.nyman")
    assert sara.post(address("case_duty_done", case, duty.pk)).status_code == 302
    duty.refresh_from_db()
    assert duty.done_by == wall.people["sara.nyman"]


def test_nobody_else_comes_to_these_pages(wall, case, basis, as_person):
    handing_over.hand_over(case=case, told=said(basis), by=wall.people["maria.sten"])
    duty = Duty.objects.get()
    for stranger in ("jonas.berg", "anna.ek", "rut.ahl", "hanna.falk", "nils.frisk", "tove.lind"):
        client = as_person(stranger)
        for name in ("case_hand_over", "case_handover", "case"):
            assert client.get(address(name, case)).status_code == 404
        assert client.post(address("case_duty_done", case, duty.pk)).status_code == 404
