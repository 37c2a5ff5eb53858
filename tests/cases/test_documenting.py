"""Assessment, plan, follow-up and notes: by who carries the case, in words, each beside the one before."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from cases import carrying, documenting, triage
from cases.documenting import Answer
from cases.models import Assessment, Case, Factor, FollowUp, Goal, Note, Stage
from cases.refusals import Missing, WrongStage
from coordination.audit import log

pytestmark = pytest.mark.django_db

SHIPPED = import_module("cases.migrations.0003_factors")
ANSWERS = {
    "trusted_adult": Answer("yes", "Mormor, som han träffar varje vecka."),
    "leisure": Answer("yes", "Spelar fotboll."),
    "weapons": Answer("unknown"),
    "isolation": Answer("no"),
}


@pytest.fixture
def maria(wall):
    if not Factor.objects.exists():
        SHIPPED.ship(apps, None)
    return wall.people["maria.sten"]


@pytest.fixture
def case(wall, maria) -> Case:
    found = wall.case()
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    return found


def assess(case: Case, by: Any, **changed: Any) -> Assessment:
    said = {
        "needs": "Vuxenkontakt och fritid.",
        "answers": ANSWERS,
        "outcome": "individual",
        "childs_best": "Att skolan fungerar.",
    }
    return documenting.assess(case=case, by=by, **(said | changed))


def add_goal(case: Case, by: Any, **changed: Any) -> Goal:
    today = timezone.localdate()
    said = {
        "text": "Jag vill ha någon att prata med.",
        "intervention": "mentor",
        "responsible": "Kultur- och fritidsförvaltningen",
        "starts_on": today,
        "follow_up_on": documenting.proposed_follow_up(today),
    }
    return documenting.add_goal(case=case, by=by, **(said | changed))


def events() -> list[str]:
    return [one.event for one in log.events(zone=log.Zone.CASES).order_by("sequence")]


def test_a_case_goes_from_assessment_to_follow_up_in_the_hands_of_who_carries_it(case, maria):
    before = len(events())
    assess(case, maria)
    goal = add_goal(case, maria)
    documenting.say_journal(case=case, number="SOC-2026-17", by=maria)
    documenting.begin_interventions(case=case, by=maria)
    assert Case.objects.get().stage == Stage.INTERVENTION
    due = goal.follow_up_on
    documenting.follow_up(
        goal=goal,
        held_on=due,
        standing="on_track",
        then="go_on",
        next_on=due + timedelta(days=90),
        by=maria,
    )
    assert Case.objects.get().stage == Stage.FOLLOW_UP
    goal.refresh_from_db()
    assert goal.follow_up_on == due + timedelta(days=90)
    documenting.follow_up(goal=goal, held_on=due, standing="reached", then="end", by=maria)
    goal.refresh_from_db()
    assert goal.state == "reached"
    assert events()[before:] == [
        *("cases.case.assessed", "cases.goal.added", "cases.case.journal_said"),
        "cases.case.intervened",
        *("cases.goal.followed_up", "cases.goal.followed_up"),
    ]


def test_assessments_stand_beside_each_other_and_unknown_is_not_no(case, maria):
    assess(case, maria)
    second = assess(case, maria, answers=ANSWERS | {"weapons": Answer("no")}, outcome="specific")
    first, again = case.assessments.order_by("number")
    assert again == second
    assert documenting.answers_of(first)["weapons"].answer == "unknown"
    assert documenting.answers_of(again)["weapons"].answer == "no"
    assert first.outcome == "individual"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"needs": " "}, "needs"),
        ({"answers": {"violence": Answer("yes")}}, "violence"),
        ({"answers": {"violence": Answer("perhaps", "Hört.")}}, "violence"),
        ({"answers": {"faith": Answer("no")}}, "faith"),
        ({"childs_best": ""}, "childs_best"),
    ],
)
def test_an_assessment_says_what_it_builds_on(case, maria, changed, field):
    with pytest.raises(Missing) as refused:
        assess(case, maria, **changed)
    assert refused.value.field == field
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(("years", "asked"), [(17, True), (18, True), (19, False)])
def test_the_childs_best_is_assessed_where_the_person_may_be_a_child(wall, maria, years, asked):
    found = wall.case(born=timezone.localdate().year - years)
    triage.decide(case=found, outcome="open", level="individual", reason="Ja.", by=maria)
    assert documenting.may_be_a_child(found.subject, timezone.localdate()) is asked
    if asked:
        with pytest.raises(Missing):
            assess(found, maria, childs_best="")
    else:
        assess(found, maria, childs_best="")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"follow_up_on": None}, "follow_up_on"),
        ({"follow_up_on": timezone.localdate()}, "follow_up_on"),
        ({"follow_up_on": timezone.localdate() + timedelta(days=200)}, "follow_up_on"),
        ({"text": ""}, "text"),
        ({"responsible": ""}, "responsible"),
    ],
)
def test_a_goal_has_a_day_a_doer_and_words(case, maria, changed, field):
    assess(case, maria)
    with pytest.raises(Missing) as refused:
        add_goal(case, maria, **changed)
    assert refused.value.field == field
    assert not Goal.objects.exists()


def test_a_plan_follows_an_assessment_and_has_five_goals_at_most(case, maria):
    with pytest.raises(Missing):
        add_goal(case, maria)
    assess(case, maria)
    goals = [add_goal(case, maria) for _ in range(5)]
    with pytest.raises(Missing):
        add_goal(case, maria)
    today = timezone.localdate()
    documenting.follow_up(goal=goals[0], held_on=today, standing="on_track", then="end", by=maria)
    assert add_goal(case, maria)
    with pytest.raises(WrongStage):
        documenting.follow_up(
            goal=goals[0], held_on=today, standing="on_track", then="end", by=maria
        )
    with pytest.raises(WrongStage):
        documenting.follow_up(
            goal=Goal(case=case), held_on=today, standing="on_track", then="end", by=maria
        )


def test_nothing_begins_without_a_goal(case, maria):
    assess(case, maria)
    with pytest.raises(Missing):
        documenting.begin_interventions(case=case, by=maria)


def test_nothing_begins_before_it_is_said_what_the_case_is_called_where_its_journal_is(case, maria):
    assess(case, maria)
    add_goal(case, maria)
    with pytest.raises(Missing) as refused:
        documenting.begin_interventions(case=case, by=maria)
    assert refused.value.field == "number"
    documenting.say_journal(case=case, number="SOC-2026-17", by=maria)
    assert Case.objects.get(pk=case.pk).journal == "SOC-2026-17"
    documenting.begin_interventions(case=case, by=maria)
    with pytest.raises(Missing):
        documenting.say_journal(case=case, number=" ", by=maria)


def test_only_who_carries_the_case_writes_in_it_and_only_while_it_is_open(wall, case, maria):
    assess(case, maria)
    goal = add_goal(case, maria)
    today = timezone.localdate()
    acts = (
        lambda by: assess(case, by),
        lambda by: add_goal(case, by),
        lambda by: documenting.say_journal(case=case, number="SOC-1", by=by),
        lambda by: documenting.begin_interventions(case=case, by=by),
        lambda by: documenting.note(case=case, kind="contact", text="Ringde.", by=by),
        lambda by: documenting.follow_up(
            goal=goal, held_on=today, standing="reached", then="end", by=by
        ),
    )
    strangers = ("sara.nyman", "jonas.berg", "anna.ek", "stina.alm", "nils.frisk", "rut.ahl")
    before = len(events())
    for username in strangers:
        for act in acts:
            with pytest.raises(WrongStage):
                act(wall.people[username])
    Case.objects.filter(pk=case.pk).update(stage=Stage.CLOSED)
    for act in acts:
        with pytest.raises(WrongStage):
            act(maria)
    assert len(events()) == before
    carried = wall.case(given="Robin")
    triage.decide(case=carried, outcome="open", level="general", reason="Ja.", by=maria)
    carrying.step_aside(case=carried, by=maria)
    with pytest.raises(WrongStage):
        assess(carried, maria)


def test_an_objection_of_the_persons_is_noted(case, maria):
    documenting.note(case=case, kind="objection", text="Det stämmer inte att jag hotade.", by=maria)
    [kept] = Note.objects.visible_to(maria)
    assert (kept.kind, kept.text) == ("objection", "Det stämmer inte att jag hotade.")
    with pytest.raises(Missing):
        documenting.note(case=case, kind="contact", text=" ", by=maria)


def test_a_case_drifts_when_nothing_is_written_or_a_goal_is_overdue_twice(case, maria):
    assess(case, maria)
    goal = add_goal(case, maria)
    today = timezone.localdate()
    assert list(documenting.drifting(today)) == []
    assert list(documenting.drifting(today + timedelta(days=59))) == []
    assert list(documenting.drifting(today + timedelta(days=62))) == [case]
    documenting.note(
        case=case,
        kind="contact",
        text="Ringde.",
        by=maria,
        now=timezone.now() + timedelta(days=180),
    )
    half_a_year = goal.follow_up_on + timedelta(days=100)
    assert list(documenting.drifting(half_a_year)) == [case]
    documenting.follow_up(
        goal=goal,
        held_on=today,
        standing="reached",
        then="end",
        by=maria,
        now=timezone.now() + timedelta(days=180),
    )
    assert list(documenting.drifting(half_a_year)) == []
    assert FollowUp.objects.count() == 1
    assert isinstance(goal.starts_on, date)
