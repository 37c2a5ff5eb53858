"""A case is closed by two people, with what would open it again, and somebody looks again after it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases import carrying, closing, documenting, triage
from cases.models import Case, CheckUp, Closing, Stage
from cases.refusals import Missing, WrongStage
from coordination.ui import dates

pytestmark = pytest.mark.django_db


@pytest.fixture
def people_(wall) -> tuple[Any, Any]:
    return wall.people["maria.sten"], wall.people["sara.nyman"]


@pytest.fixture
def case(wall, people_) -> Case:
    maria, sara = people_
    found = wall.case()
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    carrying.name(case=found, user=sara, role="deputy", by=maria)
    return found


def ask(case: Case, by: Any, **changed: Any) -> Closing:
    said = {
        "reason": "goals_reached",
        "result": "Skolan fungerar.",
        "informed": "Ja, vid sista mötet.",
        "reopen_if": "Om skolan larmar igen.",
    }
    return closing.ask(case=case, by=by, **(said | changed))


def test_two_people_close_a_case_and_two_days_are_booked(case, people_):
    maria, sara = people_
    closing.agree(closing=ask(case, maria), by=sara)
    assert Case.objects.get(pk=case.pk).stage == Stage.CLOSED
    today = timezone.localdate()
    booked = [one.due_on for one in CheckUp.objects.order_by("due_on")]
    assert booked == [dates.months_after(today, months) for months in (6, 12)]
    first = CheckUp.objects.earliest("due_on")
    closing.look_again(check_up=first, text="Går i skolan.", by=maria)
    with pytest.raises(WrongStage):
        closing.look_again(check_up=first, text="Igen.", by=sara)
    first.refresh_from_db()
    assert first.text == "Går i skolan."


def test_nobody_agrees_with_themselves_not_even_in_the_database(wall, case, people_):
    maria, _sara = people_
    asked = ask(case, maria)
    with pytest.raises(WrongStage):
        closing.agree(closing=asked, by=maria)
    with pytest.raises(IntegrityError), transaction.atomic():
        Closing.objects.filter(pk=asked.pk).update(
            state="agreed", answered_by=maria, answered_at=timezone.now()
        )
    for stranger in ("jonas.berg", "anna.ek", "rut.ahl", "hanna.falk", "stina.alm"):
        with pytest.raises(WrongStage):
            closing.agree(closing=asked, by=wall.people[stranger])
    assert Case.objects.get(pk=case.pk).stage == Stage.INQUIRY


def test_what_the_second_person_refuses_stays_open_with_the_reason(case, people_):
    maria, sara = people_
    asked = ask(case, maria)
    with pytest.raises(WrongStage):
        ask(case, sara)
    with pytest.raises(Missing):
        closing.refuse(closing=asked, why=" ", by=sara)
    closing.refuse(closing=asked, why="Föräldrarna är inte hörda.", by=sara)
    assert Closing.objects.get().answer == "Föräldrarna är inte hörda."
    with pytest.raises(WrongStage):
        closing.agree(closing=asked, by=sara)
    assert ask(case, maria)


@pytest.mark.parametrize("left_out", ["result", "informed", "reopen_if"])
def test_what_must_be_said_is_asked_for(case, people_, left_out):
    with pytest.raises(Missing) as refused:
        ask(case, people_[0], **{left_out: " "})
    assert refused.value.field == left_out
    assert not Closing.objects.exists()


def test_goals_that_are_under_way_are_ended_first(case, people_):
    maria, _sara = people_
    today = timezone.localdate()
    documenting.assess(
        case=case, needs="Fritid.", answers={}, outcome="general", childs_best="Ja.", by=maria
    )
    goal = documenting.add_goal(
        case=case,
        text="Spela fotboll.",
        intervention="leisure",
        responsible="Fritid",
        starts_on=today,
        follow_up_on=documenting.proposed_follow_up(today),
        by=maria,
    )
    with pytest.raises(Missing) as refused:
        ask(case, maria)
    assert refused.value.field == "goals"
    documenting.follow_up(goal=goal, held_on=today, standing="reached", then="end", by=maria)
    assert ask(case, maria)


def test_another_worry_for_the_same_person_is_spoken_of(wall, case, people_):
    wall.case(given="Kimm", family="Exempelson")
    with pytest.raises(Missing) as refused:
        ask(case, people_[0])
    assert refused.value.field == "earlier"
    assert ask(case, people_[0], earlier_said="Samma sak, sett av två.")


def test_a_case_is_opened_again_within_thirty_days_and_not_after(wall, case, people_):
    maria, sara = people_
    closing.agree(closing=ask(case, maria), by=sara)
    closed = Case.objects.get(pk=case.pk).stage_since
    late = closed + closing.REOPENED_WITHIN + timedelta(minutes=1)
    with pytest.raises(WrongStage):
        closing.reopen(case=case, why="Nytt hot.", by=maria, now=late)
    with pytest.raises(WrongStage):
        closing.reopen(case=case, why="Nytt hot.", by=wall.people["jonas.berg"])
    closing.reopen(case=case, why="Nytt hot.", by=maria)
    assert Case.objects.get(pk=case.pk).stage == Stage.INQUIRY
    assert not CheckUp.objects.exists()
    assert [one.text for one in case.notes.all()] == ["Nytt hot."]
    closing.agree(closing=ask(case, sara), by=maria)
    assert CheckUp.objects.count() == 2
