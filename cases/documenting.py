"""What is written in a case by those who carry it: assessment, plan, follow-up, notes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.ui import dates

from . import consents, stages
from .models import Assessment, Case, Factor, FollowUp, Goal, Note, Stage, Subject
from .refusals import ChangedMeanwhile, Missing, WrongStage

MOST_GOALS = 5
JOURNAL = 40
"""Characters of a number in the ordinary system."""
FOLLOWED_UP_WITHIN = 6
"""Months after it starts, or after the last time, that a goal is followed up at the latest."""
USUALLY = 3
"""Months that are proposed."""
DRIFTS_AFTER = timedelta(days=60)
"""So long without a word in an open case, and its unit is told that it drifts."""
NEAR = timedelta(days=7)
"""So long before its day a follow-up stands among what is to be done."""
OPEN = (Stage.INQUIRY, Stage.INTERVENTION, Stage.FOLLOW_UP)


@dataclass(frozen=True)
class Answer:
    """What is known of a factor, and what that builds on."""

    answer: str
    """"yes", "no" or "unknown"."""
    basis: str = ""


def _keep(case: Case, by: Any, *among: str) -> None:
    """Raises WrongStage unless `by` carries the case, and it is in one of the stages. Whoever writes in
    it at the same moment waits, so that what is counted before is still true after."""
    held = Case.objects.select_for_update(no_key=True)
    fresh = held.filter(pk=case.pk, stage__in=among or OPEN).first()
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
    after: int | None = None,
    now: datetime | None = None,
) -> Assessment:
    """Another assessment beside those before it. What is ticked says what it builds on (M082), and for
    somebody who may be under eighteen the child's best is assessed (SoL 3 kap. 1 §).

    `after` is the number of the last one that the writer had read. Raises Missing, WrongStage, and
    ChangedMeanwhile when somebody has assessed since."""
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
        last = last_number(case)
        if after is not None and after != last:
            raise ChangedMeanwhile(case.assessments.get(number=last).made_by)
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


def last_number(case: Case) -> int:
    """How the case's last assessment is numbered; 0 before there is one."""
    return case.assessments.aggregate(last=Max("number"))["last"] or 0


def asked_by(on: date) -> QuerySet:
    """The factors that assessments ask by that day: what protects first."""
    in_force = Q(valid_to=None) | Q(valid_to__gte=on)
    return Factor.objects.filter(in_force, valid_from__lte=on).order_by("kind", "place", "pk")


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
    _check_day(max(starts_on, timezone.localdate(now)), follow_up_on)
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


def _check_day(since: date, follow_up_on: date, field: str = "follow_up_on") -> None:
    latest = dates.months_after(since, FOLLOWED_UP_WITHIN)
    if not since < follow_up_on <= latest:
        first = dates.day(since + timedelta(days=1))
        raise Missing(
            _("Choose a day from %(first)s to %(last)s")
            % {"first": first, "last": dates.day(latest)},
            field=field,
        )


def say_journal(*, case: Case, number: str, by: Any, now: datetime | None = None) -> None:
    """What the case is called in the ordinary system, where the journal is kept: the portal holds the least
    that coordination needs. Raises Missing and WrongStage."""
    kept = clean(
        number,
        label=_("Number in the ordinary system"),
        limit=JOURNAL,
        field="number",
        needed=_("Enter the number of the case in the ordinary system"),
    )
    with transaction.atomic():
        _keep(case, by)
        fresh = Case.objects.get(pk=case.pk)
        fresh.journal = kept
        fresh.save(update_fields=["journal"])
        log.record(by=by, event="cases.case.journal_said", on=case, zone=log.Zone.CASES, at=now)


def begin_interventions(*, case: Case, by: Any, now: datetime | None = None) -> None:
    """What was planned begins. Raises Missing without a goal, and before it is said what the case is called
    where its journal is kept; and WrongStage."""
    now = now or timezone.now()
    with transaction.atomic():
        _keep(case, by, Stage.INQUIRY, Stage.FOLLOW_UP)
        if not case.goals.filter(state=Goal.State.UNDER_WAY).exists():
            raise Missing(_("Add a goal first"), field="goal")
        if not Case.objects.get(pk=case.pk).journal:
            raise Missing(_("Enter the number of the case in the ordinary system"), field="number")
        stages.move(case, to=Stage.INTERVENTION, now=now)
        log.record(by=by, event="cases.case.intervened", on=case, zone=log.Zone.CASES, at=now)


# Follow-up -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stood:
    """How a goal stood when it was followed up, and what becomes of it."""

    standing: str
    then: str
    text: str = ""
    next_on: date | None = None
    intervention: str = ""
    responsible: str = ""
    """The new intervention, and who carries it out, where it is changed."""


@dataclass(frozen=True)
class Again:
    """That a consent was given again, how, and until when."""

    given: str
    until: date


def follow_up(
    *,
    goal: Goal,
    held_on: date,
    standing: str,
    then: str,
    by: Any,
    text: str = "",
    next_on: date | None = None,
    intervention: str = "",
    responsible: str = "",
    now: datetime | None = None,
) -> FollowUp:
    """How the goal stands, and when it is looked at next, or that it ends. What is reached ends; another
    intervention takes the place of the one before, which the follow-up remembers. Raises Missing where
    something lacks, and WrongStage when the goal has ended."""
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
        _check_day(max(held_on, timezone.localdate(now)), next_on, field="next_on")
    changed: tuple[str, str] | None = None
    if then_ is FollowUp.Then.CHANGE:
        changed = _new_intervention(intervention, responsible)
    case = goal.case
    with transaction.atomic():
        _keep(case, by)
        # A case that was destroyed meanwhile has no goals, and is refused like one that has ended.
        before = Goal.objects.filter(pk=goal.pk).first() or goal
        _turn(goal, stood, then_, next_on, changed)
        made = FollowUp.objects.create(
            case=case,
            goal=goal,
            held_on=held_on,
            standing=stood,
            text=said,
            then=then_,
            next_on=next_on,
            intervention_before=before.intervention if changed else "",
            responsible_before=before.responsible if changed else None,
            made_by=by,
            made_at=now,
        )
        if case.stage == Stage.INTERVENTION:
            stages.move(case, to=Stage.FOLLOW_UP, now=now)
        log.record(by=by, event="cases.goal.followed_up", on=goal, zone=log.Zone.CASES, at=now)
    return made


def _new_intervention(intervention: str, responsible: str) -> tuple[str, str]:
    if not intervention:
        raise Missing(_("Choose the new intervention"), field="intervention")
    who = _text(responsible, _("Responsible"), 120, "responsible", _("Write who carries it out"))
    return Goal.Intervention(intervention), who


def _turn(
    goal: Goal, stood: str, then: str, next_on: date | None, changed: tuple[str, str] | None
) -> None:
    to: dict[str, Any] = {"follow_up_on": next_on}
    if then == FollowUp.Then.END:
        reached = stood == FollowUp.Standing.REACHED
        to = {"state": Goal.State.REACHED if reached else Goal.State.ENDED}
    if changed:
        to["intervention"] = changed[0]
    open_ = Goal.objects.filter(pk=goal.pk, state=Goal.State.UNDER_WAY)
    if not open_.update(**to):
        raise WrongStage(_("The goal has ended already."))
    if changed:
        fresh = Goal.objects.get(pk=goal.pk)
        fresh.responsible = changed[1]
        fresh.save(update_fields=["responsible"])


def times_followed_up(case: Case) -> int:
    """How often goals of the case have been followed up: what a page that was opened before has seen."""
    return case.follow_ups.count()


def follow_up_plan(
    *,
    case: Case,
    held_on: date,
    goals: Mapping[Goal, Stood],
    seen: int,
    by: Any,
    consent: Again | None = None,
    now: datetime | None = None,
) -> None:
    """How the goals of the plan stood on a day, all that were talked about or none.

    `seen` is how often it had been followed up when the writer read it. A consent that was given again
    takes the place of the one before. Raises Missing, whose field begins with the goal's key;
    WrongStage; and ChangedMeanwhile when somebody has followed up since.
    """
    now = now or timezone.now()
    if held_on > timezone.localdate(now):
        raise Missing(_("The day cannot be later than today"), field="held_on")
    if not goals:
        raise Missing(_("Answer for one goal at least"))
    with transaction.atomic():
        _keep(case, by)
        if times_followed_up(case) != seen:
            raise ChangedMeanwhile(case.follow_ups.latest("made_at").made_by)
        for goal, stood in goals.items():
            goal.case = case
            try:
                follow_up(goal=goal, held_on=held_on, by=by, now=now, **vars(stood))
            except Missing as refusal:
                refusal.field = f"{goal.pk}-{refusal.field}"
                raise
        if consent is not None:
            _note_again(case, consent, by, now)


def _note_again(case: Case, consent: Again, by: Any, now: datetime) -> None:
    """The same consent, given again today: for the same, until another day."""
    before = consents.last(case)
    if before is None:
        raise Missing(_("There is no consent to confirm."), field="consent")
    try:
        consents.note(
            case=case,
            given=consent.given,
            on=timezone.localdate(now),
            covers=before.covers.split(),
            until=consent.until,
            by_guardian=before.by_guardian,
            by=by,
            now=now,
        )
    except Missing as refusal:
        refusal.field = "consent_until" if refusal.field == "until" else "consent"
        raise


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


def waits_for(user: Any, on: date, most: int) -> list[tuple[Case, date | None]]:
    """The open cases that the person carries or stands in for, and that wait for a word: with the day of
    follow-up where one is near or past, and none where the case drifts. The soonest first."""
    under_way = Q(goals__state=Goal.State.UNDER_WAY)
    drifts = Exists(drifting(on).filter(pk=OuterRef("pk")))
    cases: QuerySet = Case.objects.visible_to(user, Permission.KEEP_CASE).filter(stage__in=OPEN)
    cases = cases.annotate(next_on=Min("goals__follow_up_on", filter=under_way), drifts=drifts)
    waiting = cases.filter(Q(next_on__lte=on + NEAR) | Q(drifts=True))
    found = waiting.order_by(F("next_on").asc(nulls_last=True), "received_at", "pk")
    return [
        (one, one.next_on if one.next_on and one.next_on <= on + NEAR else None)
        for one in found[:most]
    ]
