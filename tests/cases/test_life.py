"""A case's whole life in random hands: no step outside the table, one event a step, none for a refusal."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cases import (
    carrying,
    closing,
    consents,
    documenting,
    glimpses,
    handing_over,
    triage,
)
from cases.models import (
    FOLLOWS,
    Case,
    CaseRole,
    Closing,
    Conflict,
    Consent,
    Duty,
    Glimpse,
    Goal,
    Handover,
    Stage,
)
from coordination.access.policy import may
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.audit.models import Event
from tests import LONG
from tests.cases.test_handing_over import reviewed, said

pytestmark = pytest.mark.django_db

EXAMPLES, STEPS = (1_000, 50) if LONG else (14, 40)
PEOPLE = ("maria.sten", "sara.nyman", "jonas.berg", "anna.ek", "rut.ahl", "stina.alm", "tove.lind")
UNIT = {"maria.sten", "sara.nyman"}
TODAY = timezone.localdate


def goal_of(case: Case) -> Goal:
    found = case.goals.order_by("-made_at", "pk").first()
    if found is None:
        raise Refused("There is no goal to look at.")
    return found


def closing_of(case: Case) -> Closing:
    return case.closings.order_by("-asked_at", "pk").first() or Closing(case=case)


def plan(case: Case, by: Any) -> None:
    documenting.add_goal(
        case=case,
        text="Någon att prata med.",
        intervention="mentor",
        responsible="Fritid",
        starts_on=TODAY(),
        follow_up_on=documenting.proposed_follow_up(TODAY()),
        by=by,
    )


def look(case: Case, by: Any, standing: str, then: str) -> None:
    documenting.follow_up(
        goal=goal_of(case),
        held_on=TODAY(),
        standing=standing,
        then=then,
        text="Så här.",
        next_on=TODAY() + timedelta(days=30),
        by=by,
    )


def give_consent(case: Case, by: Any) -> None:
    until = TODAY() + timedelta(days=90)
    consents.note(case=case, given="oral", on=TODAY(), covers=["school"], until=until, by=by)


def withdraw(case: Case, by: Any) -> None:
    held = case.consents.filter(withdrawn_at=None).first()
    given = held or Consent(case=case, given_on=TODAY())
    consents.withdraw(consent=given, on=TODAY(), said="Ringde.", by=by)


def done(case: Case, by: Any) -> None:
    duty = case.duties.filter(done_at=None).first() or Duty(case=case)
    handing_over.duty_done(duty=duty, by=by)


def glance(case: Case, by: Any) -> None:
    if glimpses.ask(number=case.number, ground="other", reason="Nu.", by=by) is None:
        raise Refused("There is no such case for them.")


def propose(case: Case, by: Any) -> None:
    closing.ask(
        case=case,
        reason="no_need",
        result="Bra.",
        informed="Ja.",
        reopen_if="Nytt hot.",
        earlier_said="Inget nytt.",
        by=by,
    )


def decided(outcome: str) -> Callable[[Case, Any], Any]:
    return lambda case, by: triage.decide(
        case=case,
        outcome=outcome,
        level="general",
        reason="Därför.",
        where_to="Elevhälsan",
        earlier_said="Inget nytt.",
        by=by,
    )


WRITES: dict[str, Callable[[Case, Any], Any]] = {
    "assess": lambda case, by: documenting.assess(
        case=case, needs="Stöd.", answers={}, outcome="general", childs_best="Ja.", by=by
    ),
    "plan": plan,
    "journal": lambda case, by: documenting.say_journal(case=case, number="SOC-1", by=by),
    "begin": lambda case, by: documenting.begin_interventions(case=case, by=by),
    "on track": lambda case, by: look(case, by, "on_track", "go_on"),
    "reached": lambda case, by: look(case, by, "reached", "end"),
    "note": lambda case, by: documenting.note(case=case, kind="contact", text="Ringde.", by=by),
    "propose": propose,
    "agree": lambda case, by: closing.agree(closing=closing_of(case), by=by),
    "refuse": lambda case, by: closing.refuse(closing=closing_of(case), why="Nej.", by=by),
    "reopen": lambda case, by: closing.reopen(case=case, why="Nytt hot.", by=by),
    "consent": give_consent,
    "withdraw": withdraw,
    "hand over": lambda case, by: handing_over.hand_over(case=case, told=said(Life.basis), by=by),
    "duty": done,
}
"""What only those do who carry the case."""
ACTS = WRITES | {f"triage {one}": decided(one) for one in ("open", "ordinary", "special", "close")}


LIKELY = {
    Stage.RECEIVED: [*["triage open"] * 6, "triage close", "triage special"],
    Stage.INQUIRY: [
        *["assess", "plan", "plan", "journal", "begin", "begin", "note", "consent", "withdraw"],
        *["reached", "propose", "agree", "refuse", "hand over"],
    ],
    Stage.INTERVENTION: ["on track", "on track", "reached", "reached", "plan", "withdraw"],
    Stage.FOLLOW_UP: ["reached", "reached", "on track", "plan", "note", "propose", "agree"],
    Stage.CLOSED: ["reopen"],
    Stage.SPECIAL: ["hand over", "duty", "propose", "agree", "withdraw"],
}


class Life(RuleBasedStateMachine):
    wall: Any
    basis: Any
    steps = 0
    done: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        # No block of its own: the log is written when the outermost of those ends.
        self.before = transaction.savepoint()
        self.case = self.wall.case().pk
        self.near = set(UNIT)
        """Who may come to carry the case: its district, and where it is handled specially its unit."""

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @initialize(seed=st.integers(0, 2**32 - 1))
    def first(self, seed: int) -> None:
        self.likely_steps(seed, 14)

    @rule(seed=st.integers(0, 2**32 - 1))
    def likely(self, seed: int) -> None:
        self.likely_steps(seed, 6)

    def likely_steps(self, seed: int, steps: int) -> None:
        """Somebody of the unit does what may be done where the case is: without it no case gets far.

        Chosen evenly: what draws for itself prefers what stands first, and a case would be assessed for
        ever.
        """
        dice = Random(seed)
        for _ in range(steps):
            names = LIKELY.get(self.stage(), sorted(WRITES))
            who = dice.choice(self.carriers() or sorted(UNIT))
            name = dice.choice([*names, "deputy"])
            if name == "deputy":
                [other] = UNIT - {who}
                self.name_of("deputy", other, who)
            else:
                self.act_of(name, who)

    def carriers(self) -> list[str]:
        case = Case.objects.get(pk=self.case)
        people = self.wall.people
        return [who for who in sorted(UNIT) if may(people[who], Permission.KEEP_CASE, case)]

    @rule(name=st.sampled_from(sorted(ACTS)), who=st.sampled_from(PEOPLE))
    def anything(self, name: str, who: str) -> None:
        self.act_of(name, who)

    def act_of(self, name: str, who: str) -> None:
        by = self.wall.people[who]
        stale = Case.objects.get(pk=self.case)
        carries = may(by, Permission.KEEP_CASE, stale)
        done = self.attempt(name, lambda: ACTS[name](stale, by))
        if done:
            assert who in self.near
            assert carries or name not in WRITES, f"{who} did {name} without carrying the case"
            assert not Conflict.objects.filter(case=self.case, user=by).exists()

    @rule(
        role=st.sampled_from(["owner", "deputy"]),
        whom=st.sampled_from(PEOPLE),
        who=st.sampled_from(PEOPLE),
    )
    def name(self, role: str, whom: str, who: str) -> None:
        self.name_of(role, whom, who)

    def name_of(self, role: str, whom: str, who: str) -> None:
        people, case = self.wall.people, Case.objects.get(pk=self.case)
        done = self.attempt(
            "name", lambda: carrying.name(case=case, user=people[whom], role=role, by=people[who])
        )
        if done:
            if self.stage() == Stage.SPECIAL and whom == "jonas.berg":
                self.near.add(whom)
            assert {whom, who} <= self.near
            assert may(people[whom], Permission.KEEP_CASE, case)

    @rule(who=st.sampled_from(PEOPLE))
    def glimpse(self, who: str) -> None:
        """Reads for an hour, and then no longer; never writes."""
        by, case = self.wall.people[who], Case.objects.get(pk=self.case)
        writes = may(by, Permission.KEEP_CASE, case)
        looked = self.attempt("glimpse", lambda: glance(case, by))
        if looked:
            assert who in UNIT
            assert not writes
            assert may(by, Permission.VIEW_CASE, case)
            assert not may(by, Permission.KEEP_CASE, case)
            found = Glimpse.objects.get(case=case, user=by, ends_at__gt=timezone.now())
            self.attempt("end", lambda: glimpses.end(glimpse=found, by=by))
            assert not may(by, Permission.VIEW_CASE, case)

    @rule(who=st.sampled_from(sorted(UNIT)), likely=st.integers(0, 9))
    def step_aside(self, who: str, likely: int) -> None:
        if likely < 9:
            return
        by, case = self.wall.people[who], Case.objects.get(pk=self.case)
        there = Conflict.objects.filter(case=case, user=by).exists()
        self.attempt(
            "step aside",
            lambda: carrying.step_aside(case=case, by=by),
            events=0 if there else 1,
        )
        for permission in (Permission.LIST_CASES, Permission.VIEW_CASE, Permission.KEEP_CASE):
            assert not may(by, permission, case)

    def attempt(self, name: str, do: Callable[[], Any], *, events: int = 1) -> bool:
        """Does it, or is refused; what must be true of either."""
        type(self).steps += 1
        stage, logged, state = self.stage(), Event.objects.count(), self.state()
        try:
            with transaction.atomic():
                do()
        except Refused:
            assert (self.stage(), Event.objects.count(), self.state()) == (stage, logged, state)
            return False
        type(self).done[name] += 1
        assert self.stage() == stage or self.stage() in FOLLOWS[stage]
        # Who is named when the case is opened, or opened again, is an event of its own.
        new = log.events(zone=log.Zone.CASES)[: Event.objects.count() - logged]
        with_names = {"cases.case.triaged", "cases.case.reopened"} & {one.event for one in new}
        assert len(new) in ({1, 2} if with_names else {events})
        agreed = Closing.objects.filter(case=self.case, state="agreed")
        assert all(one.asked_by_id != one.answered_by_id for one in agreed)
        owners = CaseRole.objects.filter(case=self.case, role="owner", valid_to=None).count()
        # Only who steps aside leaves a case to nobody.
        left = Conflict.objects.filter(case=self.case).exists()
        assert owners == 1 or (
            owners == 0 and (left or stage == Stage.RECEIVED or self.is_closed())
        )
        return True

    def is_closed(self) -> bool:
        return self.stage() == Stage.CLOSED

    def stage(self) -> str:
        return Stage(Case.objects.get(pk=self.case).stage)

    def state(self) -> list[Any]:
        tables = (CaseRole, Closing, Conflict, Consent, Duty, Glimpse, Goal, Handover)
        return [list(model.objects.order_by("pk").values_list("pk")) for model in tables]


def test_no_step_of_a_case_leaves_the_table_and_each_is_one_event(wall, capsys):
    Life.wall, Life.steps, Life.done = wall, 0, Counter()
    Life.basis = reviewed(wall.people)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            # A sample that is the same each time; the long run is another each time.
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        print(
            f"\nFIGURE life of a case: {Life.steps} steps, {sum(Life.done.values())} of them done, "
            "none outside the table"
        )
    assert Life.done.keys() >= WRITES.keys() - {"refuse", "reopen"}
    assert sum(Life.done.values()) > Life.steps // 20
