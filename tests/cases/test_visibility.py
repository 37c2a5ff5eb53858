"""Who sees that a case is there, who opens it, and who never does: the rules V01 to V22 on the objects."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases import carrying, triage
from cases.models import Case, CaseRole, Consent, Stage, Subject, Submission
from coordination.access.policy import may, who_may
from coordination.access.vocabulary import Permission

pytestmark = pytest.mark.django_db

ALL = (
    Permission.LIST_CASES,
    Permission.TRIAGE_CASE,
    Permission.VIEW_CASE,
    Permission.KEEP_CASE,
)
CONTENT = (Submission, Subject)


def held(wall, case, permission) -> set[str]:
    return {username for username, user in wall.people.items() if may(user, permission, case)}


def opened(wall) -> Case:
    case = wall.case()
    triage.decide(
        case=case,
        outcome="open",
        level="individual",
        reason="Behöver utredas.",
        by=wall.people["maria.sten"],
    )
    return case


def test_v01_v05_nobody_outside_the_unit_holds_anything_on_a_case(wall):
    case = opened(wall)
    unit = {"maria.sten", "sara.nyman"}
    for permission in ALL:
        assert held(wall, case, permission) <= unit
    for model in (Case, *CONTENT):
        for username, user in wall.people.items():
            if username not in unit:
                for permission in ALL:
                    assert not model.objects.visible_to(user, permission).exists(), username


def test_flags_of_an_account_open_no_case(wall):
    case = opened(wall)
    stina = wall.people["stina.alm"]
    stina.is_superuser = stina.is_staff = True
    stina.save()
    for permission in ALL:
        assert not may(stina, permission, case)


def test_v03_another_district_of_the_same_unit_sees_nothing(wall):
    case = opened(wall)
    jonas = wall.people["jonas.berg"]
    assert not Case.objects.visible_to(jonas).exists()
    assert not may(jonas, Permission.VIEW_CASE, case)
    other = wall.case(district="Oxhagen")
    assert list(Case.objects.visible_to(jonas)) == [other]


def test_v04_who_coordinates_the_district_sees_the_row_and_opens_it_only_when_named(wall):
    case = opened(wall)
    sara = wall.people["sara.nyman"]
    assert list(Case.objects.visible_to(sara)) == [case]
    assert not may(sara, Permission.VIEW_CASE, case)
    assert not Submission.objects.visible_to(sara).exists()
    assert not Subject.objects.visible_to(sara).exists()
    carrying.name(case=case, user=sara, role="deputy", by=wall.people["maria.sten"])
    assert may(sara, Permission.VIEW_CASE, case)
    assert Subject.objects.visible_to(sara).get().family == "Exempelsson"


def test_what_was_handed_in_is_read_by_those_who_triage_until_it_is_decided(wall):
    case = wall.case()
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    assert held(wall, case, Permission.TRIAGE_CASE) == {"maria.sten", "sara.nyman"}
    assert Submission.objects.visible_to(sara, Permission.TRIAGE_CASE).exists()
    assert held(wall, case, Permission.VIEW_CASE) == set()
    triage.decide(case=case, outcome="open", level="general", reason="Ja.", by=maria)
    assert held(wall, case, Permission.TRIAGE_CASE) == set()
    assert not Submission.objects.visible_to(sara, Permission.TRIAGE_CASE).exists()
    assert held(wall, case, Permission.VIEW_CASE) == {"maria.sten"}


def test_a_role_that_ends_ends_what_it_showed_and_a_deputy_of_an_absence_gets_nothing(wall):
    case = opened(wall)
    carrying.name(
        case=case, user=wall.people["sara.nyman"], role="owner", by=wall.people["maria.sten"]
    )
    assert held(wall, case, Permission.VIEW_CASE) == {"sara.nyman"}
    assert held(wall, case, Permission.LIST_CASES) == {"maria.sten", "sara.nyman"}


@pytest.mark.parametrize("protected", ["yes", "unknown"])
def test_v21_a_protected_identity_is_for_named_people_and_has_no_place(wall, protected):
    case = wall.case(protected=protected)
    assert case.area is None
    assert case.is_protected
    assert Subject.objects.get(case=case).place == ""
    for permission in ALL:
        assert held(wall, case, permission) == {"mats.orn"}
    assert [one.user.username for one in case.roles.all()] == ["mats.orn"]


@pytest.mark.parametrize("protected", [False, True])
def test_v22_who_steps_aside_has_no_case_from_that_moment(wall, protected):
    case = wall.case(protected="yes") if protected else opened(wall)
    mine = wall.people["mats.orn" if protected else "maria.sten"]
    assert may(mine, Permission.VIEW_CASE, case)
    carrying.step_aside(case=case, by=mine)
    for permission in ALL:
        assert not may(mine, permission, case)
        for model in CONTENT:
            assert not model.objects.visible_to(mine, permission).exists()
        assert mine not in who_may(permission, case)
    assert mine not in carrying.candidates(case)


def test_the_deputy_carries_on_when_who_carries_it_steps_aside(wall):
    case = opened(wall)
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    carrying.name(case=case, user=sara, role="deputy", by=maria)
    carrying.step_aside(case=case, by=maria)
    [left] = CaseRole.objects.active(timezone.localdate()).filter(case=case)
    assert (left.user, left.role) == (sara, "owner")


def test_somebody_of_another_unit_cannot_be_named(wall):
    from cases.refusals import Missing

    case = opened(wall)
    for stranger in ("mats.orn", "jonas.berg", "anna.ek", "nils.frisk", "stina.alm", "hanna.falk"):
        with pytest.raises(Missing):
            carrying.name(
                case=case,
                user=wall.people[stranger],
                role="deputy",
                by=wall.people["maria.sten"],
            )


def test_the_list_of_a_case_and_the_answer_on_it_are_the_same_for_everybody(wall):
    cases = [opened(wall), wall.case(district="Oxhagen"), wall.case(protected="yes")]
    for user in wall.people.values():
        for permission in ALL:
            seen = set(Case.objects.visible_to(user, permission))
            assert seen == {case for case in cases if may(user, permission, case)}
            assert seen == {case for case in cases if user in who_may(permission, case)}


def test_a_case_handed_in_yesterday_is_still_only_the_units(wall):
    case = wall.case()
    Case.objects.filter(pk=case.pk).update(
        received_at=timezone.now() - timedelta(days=30),
    )
    assert Case.objects.get().stage == Stage.RECEIVED
    assert not Consent.objects.visible_to(wall.people["tove.lind"]).exists()
