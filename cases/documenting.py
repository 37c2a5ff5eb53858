"""What is written in a case by those who carry it: assessment, plan, follow-up, notes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.ui import dates

from . import stages
from .models import Assessment, Case, Factor, FollowUp, Goal, Note, Stage, Subject
from .refusals import Missing, WrongStage

MOST_GOALS = 5
FOLLOWED_UP_WITHIN = 6
"""Months after it starts, or after the last time, that a goal is followed up at the latest."""
USUALLY = 3
"""Months that are proposed."""
DRIFTS_AFTER = timedelta(days=60)
"""So long without a word in an open case, and its unit is told that it drifts."""
OPEN = (Stage.INQUIRY, Stage.INTERVENTION, Stage.FOLLOW_UP)


@dataclass(frozen=True)
class Answer:
    """What is known of a factor, and what that builds on."""

    answer: str
    """"yes", "no" or "unknown"."""
    basis: str = ""


def _keep(case: Case, by: Any, *among: str) -> None:
    """Raises WrongStage unless `by` carries the case, and it is in one of the stages."""
    fresh = Case.objects.filter(pk=case.pk, stage__in=among or OPEN).first()
    if fresh is None or not may(by, Permission.KEEP_CASE, case):
        raise stages.elsewhere()
    case.stage = fresh.stage


def _text(text: str, label: Any, limit: int, field: str, needed: Any = "") -> str:
    return clean(text, label=label, limit=limit, field=field, needed=needed or None, lines=True)


def may_be_a_child(subject: Subject, on: date) -> bool:
    """Whether the person may be under eighteen: of the year when it decides the birthday is not known."""
    return on.year - int(subject.birth_year) <= 18


# Assessment ----------------------------------------------------------------------------------------


def assess(
    *,
    case: Case,
    needs: str,
    answers: Mapping[str, Answer],
    outcome: str,
    by: Any,
    own_view: str = "",
    guardian_view: str = "",
    childs_best: str = "",
    together_with: str = "",
    now: datetime | None = None,
) -> Assessment:
    """Another assessment beside those before it. What is ticked says what it builds on (M082), and for
    somebody who may be under eighteen the child's best is assessed (SoL 3 kap. 1 §). Raises Missing
    and WrongStage."""
    now = now or timezone.now()
    on = timezone.localdate(now)
    _check_factors(answers, on)
    texts = {
        "needs": _text(needs, _("Needs"), 800, "needs", _("Write what the person needs")),
        "own_view": _text(own_view, _("The person's own view"), 500, "own_view"),
        "guardian_view": _text(guardian_view, _("The guardian's view"), 500, "guardian_view"),
        "childs_best": _text(childs_best, _("The child's best"), 500, "childs_best"),
        "together_with": _text(together_with, _("Together with"), 200, "together_with"),
    }
    if may_be_a_child(case.subject, on) and not texts["childs_best"]:
        raise Missing(_("Write what is best for the child"), field="childs_best")
    with transaction.atomic():
        _keep(case, by)
        last = case.assessments.aggregate(last=Max("number"))["last"] or 0
        made = Assessment.objects.create(
            case=case,
            number=last + 1,
            factors=json.dumps({code: vars(one) for code, one in answers.items()}),
            outcome=Assessment.Outcome(outcome),
            made_by=by,
            made_at=now,
            **texts,
        )
        log.record(by=by, event="cases.case.assessed", on=case, zone=log.Zone.CASES, at=now)
    return made


def answers_of(assessment: Assessment) -> dict[str, Answer]:
    """What the assessment says of each factor, by its code."""
    return {code: Answer(**one) for code, one in json.loads(assessment.factors).items()}


def _check_factors(answers: Mapping[str, Answer], on: date) -> None:
    known = dict(Factor.objects.filter(valid_from__lte=on).values_list("code", "name"))
    for code, one in answers.items():
        if code not in known or one.answer not in ("yes", "no", "unknown"):
            raise Missing(_("Choose one of the alternatives"), field=code)
        if one.answer == "yes" and not one.basis.strip():
            raise Missing(
                _("Describe what %(factor)s is based on") % {"factor": known[code].lower()},
                field=code,
            )
        _text(one.basis, known[code], 200, code)


# Plan ----------------------------------------------------------------------------------------------


def proposed_follow_up(starts_on: date) -> date:
    """When a goal is followed up unless somebody says otherwise."""
    return dates.months_after(starts_on, USUALLY)


def add_goal(
    *,
    case: Case,
    text: str,
    intervention: str,
    responsible: str,
    starts_on: date,
    follow_up_on: date | None,
    by: Any,
    is_voluntary: bool = True,
    decided_under: str = "",
    now: datetime | None = None,
) -> Goal:
    """A goal of the plan, with the day when it is followed up (M081), six months ahead at most. Raises
    Missing for what lacks, for a sixth goal, and before there is an assessment; and WrongStage."""
    now = now or timezone.now()
    if follow_up_on is None:
        raise Missing(_("Enter when the plan is to be followed up"), field="follow_up_on")
    _check_day(starts_on, follow_up_on)
    texts = {
        "text": _text(text, _("Goal"), 150, "text", _("Write the goal in the person's words")),
        "responsible": _text(
            responsible, _("Responsible"), 120, "responsible", _("Write who carries it out")
        ),
        "decided_under": _text(decided_under, _("Decided under"), 120, "decided_under"),
    }
    with transaction.atomic():
        _keep(case, by)
        if not case.assessments.exists():
            raise Missing(_("Assess the needs before you plan"), field="text")
        if case.goals.filter(state=Goal.State.UNDER_WAY).count() >= MOST_GOALS:
            raise Missing(
                _("A plan has %(count)s goals at most. End one first.") % {"count": MOST_GOALS},
                field="text",
            )
        goal = Goal.objects.create(
            case=case,
            intervention=Goal.Intervention(intervention),
            starts_on=starts_on,
            follow_up_on=follow_up_on,
            is_voluntary=is_voluntary,
            made_by=by,
            made_at=now,
            **texts,
        )
        log.record(by=by, event="cases.goal.added", on=goal, zone=log.Zone.CASES, at=now)
    return goal


def _check_day(since: date, follow_up_on: date) -> None:
    latest = dates.months_after(since, FOLLOWED_UP_WITHIN)
    if not since < follow_up_on <= latest:
        raise Missing(
            _("Choose a day from tomorrow to %(date)s") % {"date": dates.day(latest)},
            field="follow_up_on",
        )


def begin_interventions(*, case: Case, by: Any, now: datetime | None = None) -> None:
    """What was planned begins. Raises Missing without a goal, and WrongStage."""
    now = now or timezone.now()
    with transaction.atomic():
        _keep(case, by, Stage.INQUIRY, Stage.FOLLOW_UP)
        if not case.goals.filter(state=Goal.State.UNDER_WAY).exists():
            raise Missing(_("Add a goal first"), field="goal")
        stages.move(case, to=Stage.INTERVENTION, now=now)
        log.record(by=by, event="cases.case.intervened", on=case, zone=log.Zone.CASES, at=now)


# Follow-up -----------------------------------------------------------------------------------------


def follow_up(
    *,
    goal: Goal,
    held_on: date,
    standing: str,
    then: str,
    by: Any,
    text: str = "",
    next_on: date | None = None,
    now: datetime | None = None,
) -> FollowUp:
    """How the goal stands, and when it is looked at next, or that it ends. What is reached ends. Raises
    Missing where something lacks, and WrongStage when the goal has ended."""
    now = now or timezone.now()
    stood, then_ = FollowUp.Standing(standing), FollowUp.Then(then)
    said = _text(text, _("How it stands"), 300, "text")
    if stood is FollowUp.Standing.OFF_TRACK and not said:
        raise Missing(_("Write what is not on track"), field="text")
    if stood is FollowUp.Standing.REACHED:
        then_ = FollowUp.Then.END
    if then_ is FollowUp.Then.END:
        next_on = None
    elif next_on is None:
        raise Missing(_("Enter when the plan is to be followed up"), field="next_on")
    else:
        _check_day(held_on, next_on)
    case = goal.case
    with transaction.atomic():
        _keep(case, by)
        _turn(goal, stood, then_, next_on)
        made = FollowUp.objects.create(
            case=case,
            goal=goal,
            held_on=held_on,
            standing=stood,
            text=said,
            then=then_,
            next_on=next_on,
            made_by=by,
            made_at=now,
        )
        if case.stage == Stage.INTERVENTION:
            stages.move(case, to=Stage.FOLLOW_UP, now=now)
        log.record(by=by, event="cases.goal.followed_up", on=goal, zone=log.Zone.CASES, at=now)
    return made


def _turn(goal: Goal, stood: str, then: str, next_on: date | None) -> None:
    changed: dict[str, Any] = {"follow_up_on": next_on}
    if then == FollowUp.Then.END:
        reached = stood == FollowUp.Standing.REACHED
        changed = {"state": Goal.State.REACHED if reached else Goal.State.ENDED}
    open_ = Goal.objects.filter(pk=goal.pk, state=Goal.State.UNDER_WAY)
    if not open_.update(**changed):
        raise WrongStage(_("The goal has ended already."))


# Notes ---------------------------------------------------------------------------------------------


def note(*, case: Case, kind: str, text: str, by: Any, now: datetime | None = None) -> Note:
    """A note of the coordination, or an objection of the person's. Raises Missing and WrongStage."""
    now = now or timezone.now()
    kept = _text(text, _("Note"), 500, "text", _("Write what is to be noted"))
    with transaction.atomic():
        _keep(case, by)
        made = Note.objects.create(
            case=case, kind=Note.Kind(kind), text=kept, made_by=by, made_at=now
        )
        log.record(by=by, event="cases.note.made", on=case, zone=log.Zone.CASES, at=now)
    return made


# Drift ---------------------------------------------------------------------------------------------


def due(cases: QuerySet, on: date) -> QuerySet:
    """Those of the cases with a goal whose day of follow-up has come."""
    late = Goal.objects.filter(
        case=OuterRef("pk"), state=Goal.State.UNDER_WAY, follow_up_on__lte=on
    )
    return cases.filter(Exists(late))


def drifting(on: date) -> QuerySet:
    """Open cases in which nothing has been written for sixty days, or a goal is overdue for the second
    time: nobody has closed them, and nobody works in them."""
    before = timezone.make_aware(datetime.combine(on, datetime.min.time())) - DRIFTS_AFTER
    quiet = Q(stage_since__lt=before)
    for model in (Assessment, Goal, FollowUp, Note):
        written = model.objects.filter(case=OuterRef("pk"), made_at__gte=before)
        quiet &= ~Q(Exists(written))
    overdue = Goal.objects.filter(
        case=OuterRef("pk"),
        state=Goal.State.UNDER_WAY,
        follow_up_on__lt=dates.months_after(on, -USUALLY),
    )
    open_ = Case.objects.filter(stage__in=OPEN)
    return open_.filter(quiet | Q(Exists(overdue))).order_by("received_at", "pk")
