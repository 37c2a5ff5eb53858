"""A case is handed over on a ground that holds, and after it nobody but two people find it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases import carrying, closing, documenting, glimpses, handing_over, triage
from cases.handing_over import Told
from cases.models import Case, CaseRole, Duty, Goal, Handover, Stage
from cases.refusals import Missing, WrongStage
from coordination.access.policy import may
from coordination.access.vocabulary import Permission
from coordination.grounds import keeping
from coordination.grounds.models import BasisVersion, LegalBasis
from coordination.grounds.offering import Contradicted

pytestmark = pytest.mark.django_db

TEST = "Uppgifterna behövs för att förebygga terroristbrott, och inget väger tyngre."


@pytest.fixture
def basis(people) -> BasisVersion:
    return reviewed(people, receivers=["police", "security_service"])


def reviewed(people: Any, *, code: str = "PROV", **says: Any) -> BasisVersion:
    anna, today = people["anna.ek"], timezone.localdate()
    values = {
        "paragraph": "10 kap. 18 b § OSL",
        "plain": "För att förebygga terroristbrott.",
        "senders": ["social"],
        "receivers": ["police"],
        "conditions": ["Det finns risk för terroristbrott."],
        "valid_from": today - timedelta(days=90),
    }
    made = keeping.add_version(
        basis=LegalBasis.objects.create(code=code, name=code, place=900),
        values=values | says,
        by=anna,
    )
    keeping.review(version=made, who="Jur Ist, kommunjurist", on=today, by=anna)
    return BasisVersion.objects.get(pk=made.pk)


def said(basis: BasisVersion, **changed: Any) -> Told:
    told = Told(
        receiver="police",
        way="phone",
        held_at=timezone.now() - timedelta(hours=1),
        basis=basis,
        test=TEST,
        receipt="Vakthavande befäl, K-77",
        confirmed=["condition-0"],
        childs_best="Ja, prövat.",
        duties={"school": "Rektorn"},
    )
    return replace(told, **changed)


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    carrying.name(case=found, user=sara, role="deputy", by=maria)
    return found


def test_after_it_only_two_people_find_the_case_and_nothing_before_it_changes(wall, case, basis):
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    documenting.assess(
        case=case, needs="Stöd.", answers={}, outcome="general", childs_best="Ja.", by=maria
    )
    today = timezone.localdate()
    documenting.add_goal(
        case=case,
        text="Någon att prata med.",
        intervention="mentor",
        responsible="Fritid",
        starts_on=today,
        follow_up_on=documenting.proposed_follow_up(today),
        by=maria,
    )
    handing_over.hand_over(case=case, told=said(basis), by=maria)
    found = Case.objects.get(pk=case.pk)
    assert (found.stage, found.area) == (Stage.SPECIAL, None)
    for username, user in wall.people.items():
        named = username in ("maria.sten", "sara.nyman")
        for permission in (Permission.LIST_CASES, Permission.VIEW_CASE, Permission.KEEP_CASE):
            assert may(user, permission, found) == named, username
        assert not may(user, Permission.TRIAGE_CASE, found)
        assert not glimpses.may_ask(found, user)
    assert Goal.objects.get().state == Goal.State.ENDED
    with pytest.raises(WrongStage):
        documenting.note(case=found, kind="contact", text="Nej.", by=sara)
    with pytest.raises(WrongStage):
        handing_over.hand_over(case=found, told=said(basis), by=sara)


def test_a_ground_that_does_not_hold_stops_it(wall, case, basis):
    maria = wall.people["maria.sten"]
    other = reviewed(wall.people, code="PROV2", receivers=["social"])
    young = reviewed(wall.people, code="PROV3", under_age=12)
    for wrong in (
        said(basis, confirmed=[]),
        said(other),
        said(young),
        said(basis, held_at=timezone.now() - timedelta(days=120)),
    ):
        with pytest.raises(Contradicted):
            handing_over.hand_over(case=case, told=wrong, by=maria)
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"test": "För kort."}, "test"),
        ({"receipt": " "}, "receipt"),
        ({"childs_best": ""}, "childs_best"),
        ({"duties": None}, "none"),
        ({"receiver": "school"}, "receiver"),
        ({"held_at": timezone.now() + timedelta(days=1)}, "on"),
    ],
)
def test_what_must_be_said_is_asked_for(wall, case, basis, changed, field):
    with pytest.raises(Missing) as refused:
        handing_over.hand_over(case=case, told=said(basis, **changed), by=wall.people["maria.sten"])
    assert refused.value.field == field
    assert Case.objects.get(pk=case.pk).stage == Stage.INQUIRY


def test_nobody_else_hands_it_over(wall, case, basis):
    for stranger in ("jonas.berg", "anna.ek", "rut.ahl", "hanna.falk", "nils.frisk", "stina.alm"):
        with pytest.raises(WrongStage):
            handing_over.hand_over(case=case, told=said(basis), by=wall.people[stranger])


def test_who_looks_at_the_case_for_minutes_stops_when_it_is_handed_over(wall, basis):
    case = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=case, outcome="open", level="individual", reason="Ja.", by=maria)
    glimpses.ask(case=case, ground="danger", reason="Nu.", by=sara)
    handing_over.hand_over(case=case, told=said(basis), by=maria)
    assert not may(sara, Permission.VIEW_CASE, case)


def test_what_remains_is_done_before_it_is_closed_and_it_is_never_opened_again(wall, case, basis):
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    told = {"result": "Överlämnat.", "informed": "Nej.", "reopen_if": "Inget."}
    handing_over.hand_over(case=case, told=said(basis), by=maria)
    with pytest.raises(Missing) as refused:
        closing.ask(case=case, reason="handed_over", by=maria, **told)
    assert refused.value.field == "duties"
    duty = Duty.objects.get()
    with pytest.raises(WrongStage):
        handing_over.duty_done(duty=duty, by=wall.people["jonas.berg"])
    handing_over.duty_done(duty=duty, by=sara)
    with pytest.raises(WrongStage):
        handing_over.duty_done(duty=duty, by=maria)
    closing.agree(closing=closing.ask(case=case, reason="handed_over", by=maria, **told), by=sara)
    with pytest.raises(WrongStage):
        closing.reopen(case=case, why="Nytt.", by=maria)


def test_special_handling_at_triage_has_an_owner_who_notes_the_handover(wall, basis):
    case, maria, sara = wall.case(), wall.people["maria.sten"], wall.people["sara.nyman"]
    triage.decide(case=case, outcome="special", level="individual", reason="Har rest.", by=maria)
    assert not may(sara, Permission.LIST_CASES, case)
    with pytest.raises(Missing):
        closing.ask(
            case=case, reason="other", result="Klart.", informed="Ja.", reopen_if="Nej.", by=maria
        )
    carrying.name(case=Case.objects.get(pk=case.pk), user=sara, role="deputy", by=maria)
    with pytest.raises(Missing):
        carrying.name(case=case, user=wall.people["mats.orn"], role="owner", by=maria)
    handing_over.hand_over(case=case, told=said(basis, duties={}), by=sara)
    assert not Duty.objects.exists()


def test_of_a_protected_case_two_are_left(wall, basis):
    case, mats = wall.case(protected="yes"), wall.people["mats.orn"]
    today = timezone.localdate()
    for name in ("maria.sten", "sara.nyman"):
        user = wall.people[name]
        CaseRole.objects.create(case=case, user=user, role="deputy", valid_from=today)
    triage.decide(case=case, outcome="special", level="individual", reason="Ja.", by=mats)
    handing_over.hand_over(case=case, told=said(basis), by=mats)
    left = CaseRole.objects.active(today).filter(case=case)
    assert {one.user.username for one in left} == {"mats.orn", "maria.sten"}
