"""Ways round the rules of cases that somebody has thought of, each of them shut."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import (
    carrying,
    closing,
    consents,
    destroying,
    documenting,
    earlier,
    glimpses,
    handing_over,
    triage,
)
from cases.models import Case, Closing, Consent, Stage
from cases.refusals import Missing, WrongStage
from coordination.access import people as accounts
from coordination.access.policy import may, who_may
from coordination.access.vocabulary import Permission
from coordination.actors.models import DistrictMembership
from coordination.grounds import retention
from tests.cases.test_destroying import closed
from tests.cases.test_handing_over import basis, said
from tests.grounds.conftest import rule, stina

__all__ = ["basis", "closed", "rule", "stina"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture
def maria(wall) -> Any:
    return wall.people["maria.sten"]


@pytest.fixture
def sara(wall) -> Any:
    return wall.people["sara.nyman"]


def opened(wall, by: Any, **how: Any) -> Case:
    case = wall.case(**how)
    triage.decide(
        case=case, outcome="open", level="individual", reason="Hot", earlier_said="Läst", by=by
    )
    return Case.objects.get(pk=case.pk)


def assessed(case: Case, by: Any) -> None:
    documenting.assess(
        case=case, needs="Stöd.", answers={}, outcome="general", childs_best="Ja.", by=by
    )


def planned(case: Case, by: Any) -> None:
    assessed(case, by)
    today = timezone.localdate()
    documenting.add_goal(
        case=case,
        text="Prata",
        intervention="mentor",
        responsible="Skolan",
        starts_on=today,
        follow_up_on=documenting.proposed_follow_up(today),
        by=by,
    )


def asked_to_close(case: Case, by: Any) -> Closing:
    return closing.ask(
        case=case,
        reason="moved",
        result="Flyttat.",
        informed="Ja.",
        reopen_if="Nytt hot.",
        earlier_said="Läst",
        by=by,
    )


def end_roles(user: Any, by: Any) -> None:
    for held in DistrictMembership.objects.filter(user=user):
        accounts.end_role(by=by, held=held, on=timezone.localdate() - timedelta(days=1))


def test_who_carried_a_case_opens_it_no_more_when_their_role_ends(
    wall, maria, sara, stina, as_person
):
    case = opened(wall, maria)
    address = reverse("case", args=[case.pk])
    assert as_person("maria.sten").get(address).status_code == 200
    end_roles(maria, stina)
    assert as_person("maria.sten").get(address).status_code == 404
    assert maria not in who_may(Permission.VIEW_CASE, case)
    with pytest.raises(WrongStage):
        documenting.note(case=case, kind="contact", text="Ringde.", by=maria)
    # The unit is not left with a case that nobody can give to anybody.
    carrying.name(case=case, user=sara, role="owner", by=sara)
    assert may(sara, Permission.KEEP_CASE, case)


def test_earlier_worries_tell_nothing_of_what_is_handed_over(wall, maria, sara, basis):
    handed = opened(wall, maria)
    handing_over.hand_over(case=handed, told=said(basis), by=maria)
    now = wall.case(given="Kim", family="Eksempelsson")
    assert earlier.of(now.subject, by=sara) == []
    assert [one.case for one in earlier.of(now.subject, by=maria)] == [handed]


def test_nobody_takes_a_case_that_has_been_closed_for_long(closed, sara, maria):
    fresh, old = closed(20), closed(31)
    assert not carrying.may_name(old, sara)
    with pytest.raises(WrongStage):
        carrying.name(case=old, user=sara, role="owner", by=sara)
    assert carrying.may_name(fresh, sara)


def test_a_consent_that_is_withdrawn_takes_the_older_ones_with_it(wall, maria):
    case, today = opened(wall, maria), timezone.localdate()
    common = {"case": case, "given": "oral", "covers": ["police"], "by": maria}
    until = today + timedelta(days=90)
    consents.note(on=today - timedelta(days=9), until=until, **common)
    newest = consents.note(on=today, until=until, **common)
    consents.withdraw(consent=newest, on=today, said="Ringde.", by=maria)
    assert not Consent.objects.in_force(today).filter(case=case).exists()
    assert {one.withdrawn_note for one in Consent.objects.filter(case=case)} == {"Ringde."}


def test_a_case_is_not_opened_again_before_it_is_closed(wall, maria):
    case = wall.case()
    carrying.name(case=case, user=maria, role="owner", by=maria)
    with pytest.raises(WrongStage):
        closing.reopen(case=case, why="Förbi bedömningen", by=maria)
    assert Case.objects.get(pk=case.pk).stage == Stage.RECEIVED


def test_what_has_changed_since_it_was_proposed_is_asked_again_where_it_is_agreed(
    wall, maria, sara, basis
):
    case = opened(wall, maria)
    carrying.name(case=case, user=sara, role="deputy", by=maria)
    waiting = asked_to_close(case, maria)
    planned(case, maria)
    with pytest.raises(WrongStage):
        closing.agree(closing=Closing.objects.get(pk=waiting.pk), by=sara)
    handing_over.hand_over(case=case, told=said(basis), by=maria)
    with pytest.raises((WrongStage, Missing)):
        closing.agree(closing=Closing.objects.get(pk=waiting.pk), by=sara)
    assert Case.objects.get(pk=case.pk).stage == Stage.SPECIAL


def test_nobody_opens_in_an_emergency_what_was_handed_over_and_closed(wall, maria, sara, basis):
    case = opened(wall, maria)
    handing_over.hand_over(case=case, told=said(basis), by=maria)
    Case.objects.filter(pk=case.pk).update(stage=Stage.CLOSED)
    assert not glimpses.may_ask(Case.objects.get(pk=case.pk), sara)


# Destruction -------------------------------------------------------------------------------------


def test_a_rule_that_is_struck_stops_what_was_proposed_on_it(rule, closed, wall, stina):
    version = rule("submission", length=1, unit="days", event="received")
    case = closed(30)
    made = destroying.propose(cases=[case.pk], by=wall.people["ida.rask"])
    retention.strike(version=version, why="Fel", by=stina)
    with pytest.raises(WrongStage):
        destroying.approve(destruction=made, by=wall.people["kaj.berg"])
    made.refresh_from_db()
    assert made.state == "proposed"


def test_a_rule_that_is_struck_after_the_approval_spares_the_case_and_the_record_says_so(
    rule, closed, wall, stina
):
    version = rule("submission", length=1, unit="days", event="received")
    case = closed(30)
    made = destroying.propose(cases=[case.pk], by=wall.people["ida.rask"])
    destroying.approve(destruction=made, by=wall.people["kaj.berg"])
    retention.strike(version=version, why="Fel", by=stina)
    made.refresh_from_db()
    destroying.carry_out(destruction=made)
    assert Case.objects.get(pk=case.pk).stage == Stage.CLOSED
    assert made.rows.get().get_spared_display() == "Regeln har ändrats"


def test_what_was_written_after_the_closing_counts_as_the_last_word(rule, wall, maria, sara):
    rule("case", length=5, unit="days", event="last_note")
    case = opened(wall, maria, born=1980)
    carrying.name(case=case, user=sara, role="deputy", by=maria)
    closing.agree(closing=asked_to_close(case, maria), by=sara)
    then = timezone.now() - timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(received_at=then, stage_since=then)
    due = {one.case.pk for one in destroying.due(timezone.localdate())}
    assert case.pk in due
    closing.look_again(check_up=case.check_ups.first(), text="Går bra", by=maria)
    assert not destroying.due(timezone.localdate())


def test_what_is_said_of_a_child_is_kept_by_the_longer_rule(rule, wall, maria):
    rule("case", length=1, unit="days", event="last_note")
    rule("child_inquiry")
    case = opened(wall, maria)
    then = timezone.now() - timedelta(days=30)
    Case.objects.filter(pk=case.pk).update(stage=Stage.CLOSED, received_at=then, stage_since=then)
    assert not destroying.due(timezone.localdate())
    grown = date(2010 + 30, 12, 31) + timedelta(days=1)
    assert [one.case.pk for one in destroying.due(grown)] == [case.pk]


def test_of_a_tombstone_nobody_learns_where_or_whether_somebody_was_protected(rule, closed, wall):
    rule("submission", length=1, unit="days", event="received")
    case = closed(30)
    made = destroying.propose(cases=[case.pk], by=wall.people["ida.rask"])
    destroying.approve(destruction=made, by=wall.people["kaj.berg"])
    made.refresh_from_db()
    destroying.carry_out(destruction=made)
    left = Case.objects.get(pk=case.pk)
    assert (left.stage, left.area, left.is_protected) == (Stage.DESTROYED, None, False)
