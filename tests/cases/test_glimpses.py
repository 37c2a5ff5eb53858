"""A case is opened in an emergency: to read, by a coordinator of its district, for an hour and no longer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import carrying, closing, documenting, glimpses, letters, triage, units
from cases.models import Case, CaseRole, CaseUnit, Glimpse, Subject
from cases.refusals import Missing, WrongStage
from coordination.access.policy import ends_at, may, who_may
from coordination.access.vocabulary import Permission
from coordination.jobs.models import OutgoingMail

pytestmark = pytest.mark.django_db

HOUR = timedelta(minutes=60)


@pytest.fixture
def case(wall) -> Case:
    found = wall.case()
    maria = wall.people["maria.sten"]
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    return found


def look(case, by) -> Glimpse:
    return glimpses.ask(case=case, ground="absent", reason="Maria svarar inte.", by=by)


def test_it_opens_the_case_to_read_and_nothing_else_for_an_hour(wall, case, time_machine):
    sara, begun = wall.people["sara.nyman"], timezone.now()
    time_machine.move_to(begun, tick=False)
    look(case, sara)
    assert Subject.objects.visible_to(sara, Permission.VIEW_CASE).get().family == "Exempelsson"
    assert sara in who_may(Permission.VIEW_CASE, case)
    assert ends_at(sara, Permission.VIEW_CASE, case) == begun + HOUR
    for permission in (Permission.KEEP_CASE, Permission.TRIAGE_CASE):
        assert not may(sara, permission, case)
        assert not Subject.objects.visible_to(sara, permission).exists()
    with pytest.raises(WrongStage):
        documenting.note(case=case, kind="contact", text="Nej.", by=sara)
    time_machine.move_to(begun + HOUR - timedelta(seconds=1), tick=False)
    assert may(sara, Permission.VIEW_CASE, case)
    time_machine.move_to(begun + HOUR, tick=False)
    assert not may(sara, Permission.VIEW_CASE, case)
    assert sara not in who_may(Permission.VIEW_CASE, case)
    assert not Subject.objects.visible_to(sara, Permission.VIEW_CASE).exists()


def test_a_row_that_says_longer_opens_no_longer(wall, case, time_machine):
    sara, begun = wall.people["sara.nyman"], timezone.now()
    time_machine.move_to(begun, tick=False)
    made = look(case, sara)
    Glimpse.objects.filter(pk=made.pk).update(ends_at=begun + timedelta(days=9))
    assert ends_at(sara, Permission.VIEW_CASE, case) == begun + HOUR
    time_machine.move_to(begun + HOUR, tick=False)
    assert not may(sara, Permission.VIEW_CASE, case)


def test_who_carries_the_case_is_told_at_once_and_neutrally(wall, case):
    maria = wall.people["maria.sten"]
    maria.notices = "overdue"
    maria.save()
    look(case, wall.people["sara.nyman"])
    told = OutgoingMail.objects.get(letter=letters.LOOKED)
    assert told.user_id == maria.pk
    assert told.state == OutgoingMail.State.WAITING
    written = letters.looked(user=maria, ids=told.ids)
    assert case.number not in written.subject + written.body


def test_nobody_else_opens_a_case_in_this_way(wall, case):
    for username, user in wall.people.items():
        if username != "sara.nyman":
            with pytest.raises(WrongStage):
                look(case, user)
    with pytest.raises(Missing):
        glimpses.ask(case=case, ground="danger", reason=" ", by=wall.people["sara.nyman"])
    assert not Glimpse.objects.exists()


def test_one_case_at_a_time_and_who_steps_aside_reads_nothing(wall, case):
    sara, other = wall.people["sara.nyman"], wall.case(district="Oxhagen")
    triage.decide(
        case=other, outcome="open", level="general", reason="Ja.", by=wall.people["jonas.berg"]
    )
    first = look(case, sara)
    with pytest.raises(WrongStage):
        look(other, sara)
    glimpses.end(glimpse=first, by=sara)
    assert not may(sara, Permission.VIEW_CASE, case)
    look(other, sara)
    carrying.step_aside(case=other, by=sara)
    assert not may(sara, Permission.VIEW_CASE, other)
    with pytest.raises(WrongStage):
        look(other, sara)


def test_a_protected_identity_is_opened_by_two_people(wall):
    mats, sara = wall.people["mats.orn"], wall.people["sara.nyman"]
    case = wall.case(protected="yes")
    west = CaseUnit.objects.get(name="Partnerskap Väster")
    with pytest.raises(WrongStage):
        look(case, sara)
    # As where a coordinator of the unit that receives protected identities is not named in the case.
    Case.objects.filter(pk=case.pk).update(unit=west, serial=90)
    case.refresh_from_db()
    units.receive_protected(
        unit=west,
        user=wall.people["maria.sten"],
        since=timezone.localdate(),
        by=wall.people["stina.alm"],
    )
    made = look(case, sara)
    assert not may(sara, Permission.VIEW_CASE, case)
    for other in ("sara.nyman", "jonas.berg", "rut.ahl", "stina.alm", "anna.ek"):
        with pytest.raises(WrongStage):
            glimpses.approve(glimpse=made, by=wall.people[other])
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Glimpse.objects.filter(pk=made.pk).update(begins_at=now, ends_at=now)
    late = timezone.now() + HOUR + timedelta(seconds=1)
    with pytest.raises(WrongStage):
        glimpses.approve(glimpse=made, by=mats, now=late)
    glimpses.approve(glimpse=made, by=wall.people["maria.sten"])
    assert may(sara, Permission.VIEW_CASE, case)
    with pytest.raises(WrongStage):
        glimpses.approve(glimpse=made, by=mats)
    assert [one.user for one in CaseRole.objects.filter(case=case)] == [mats]


def test_somebody_else_says_afterwards_whether_it_was_in_order(wall, case):
    made = look(case, wall.people["sara.nyman"])
    rut, bo = wall.people["rut.ahl"], wall.people["bo.kvist"]
    with pytest.raises(WrongStage):
        glimpses.review(glimpse=made, verdict="in_order", remark="", by=rut)
    after = timezone.now() + HOUR
    for stranger in ("sara.nyman", "maria.sten", "anna.ek", "stina.alm", "ulla.vik"):
        with pytest.raises(WrongStage):
            glimpses.review(
                glimpse=made, verdict="in_order", remark="", by=wall.people[stranger], now=after
            )
    with pytest.raises(Missing):
        glimpses.review(glimpse=made, verdict="questioned", remark="", by=rut, now=after)
    glimpses.review(glimpse=made, verdict="questioned", remark="Varför?", by=rut, now=after)
    with pytest.raises(WrongStage):
        glimpses.review(glimpse=made, verdict="in_order", remark="", by=bo, now=after)
    assert list(glimpses.to_review(bo)) == [made]


def test_a_closed_case_opens_too_and_one_that_somebody_reads_anyhow_does_not(wall, case):
    maria, sara = wall.people["maria.sten"], wall.people["sara.nyman"]
    with pytest.raises(WrongStage):
        look(case, maria)
    carrying.name(case=case, user=sara, role="deputy", by=maria)
    asked = closing.ask(
        case=case, reason="moved", result="Flyttat.", informed="Ja.", reopen_if="Nej.", by=maria
    )
    closing.agree(closing=asked, by=sara)
    CaseRole.objects.filter(user=sara).delete()
    look(Case.objects.get(pk=case.pk), sara)
