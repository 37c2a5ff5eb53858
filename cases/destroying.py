"""Closed cases are destroyed when their time has passed: two people decide it, and a number remains.

Arkivlagen (1990:782) 10 §, SoL 16 kap. 1–2 §§. The archivist proposes, a delegated official approves
(resolution 29). What a case said is gone with its person, its tokens and what the jobs knew of it; the
log says that it was done, and its chain still holds.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.grounds import retention
from coordination.grounds.models import Record, RetentionVersion
from coordination.jobs import files, queue
from coordination.jobs.models import Job, OutgoingMail
from coordination.ui import pdf
from coordination.writing.models import Draft, Submission

from . import stages
from .models import (
    Assessment,
    Case,
    CaseUnit,
    Closing,
    DestroyedCase,
    Destruction,
    Handover,
    Hold,
    Stage,
    Triage,
)
from .refusals import Missing, WrongStage

KIND = "cases.destruction"
ADULT = 18
STAYS = (DestroyedCase,)
"""Of all that hangs on a case, this tells of numbers and days alone, and stays with the tombstone."""


@dataclass(frozen=True)
class Due:
    """A closed case whose time has passed, and by which rule."""

    case: Case
    closed_on: date
    rule: RetentionVersion
    earliest_on: date
    hold: Hold | None


# What may be destroyed -----------------------------------------------------------------------------


def due(on: date) -> list[Due]:
    """The closed cases whose time has passed that day, the oldest first, those that are held too. Without
    a reviewed rule in force there are none."""
    waiting = DestroyedCase.objects.filter(
        case=OuterRef("pk"), destruction__state__in=("proposed", "approved")
    )
    closed = Case.objects.filter(stage=Stage.CLOSED).exclude(Exists(waiting))
    holds = {one.case_id: one for one in Hold.objects.filter(lifted_at=None)}
    found = []
    for case in _with_days(closed).order_by("stage_since", "pk"):
        kept = _keeping(case, on)
        if kept is not None and kept.earliest is not None and kept.earliest <= on:
            since = timezone.localdate(case.stage_since)
            found.append(Due(case, since, kept.version, kept.earliest, holds.get(case.pk)))
    return found


def has_rules(on: date) -> bool:
    """Whether a reviewed rule in force says how long cases are kept: without one nothing is destroyed."""
    return any(retention.rule_for(one, on=on) for one in (Record.CASE, Record.SUBMISSION))


def decisions() -> QuerySet[Destruction]:
    """Every destruction that was proposed, the newest first, with how many cases it is about."""
    found = Destruction.objects.select_related("proposed_by", "answered_by")
    return found.annotate(count=Count("rows")).order_by("-proposed_at", "-pk")


def waiting_for(user: Any) -> QuerySet[Destruction]:
    """Those that wait for a second person, which the user can be."""
    waits = Destruction.objects.filter(state=Destruction.State.PROPOSED)
    return waits.exclude(proposed_by=user).order_by("proposed_at", "pk")


def _with_days(cases: QuerySet) -> QuerySet:
    """With the days that a rule may count from, and whether an inquiry was ever opened."""
    of_it = {"case": OuterRef("pk")}
    went_on = (
        Exists(Triage.objects.filter(outcome__in=("open", "special"), **of_it))
        | Exists(Assessment.objects.filter(**of_it))
        | Exists(Handover.objects.filter(**of_it))
        | Exists(Closing.objects.filter(state=Closing.State.AGREED, **of_it))
    )
    return cases.select_related("unit", "subject").annotate(
        inquired=went_on,
        last_note=Max("notes__made_at"),
        last_look=Max("check_ups__done_at"),
        last_withdrawal=Max("consents__withdrawn_at"),
    )


def _keeping(case: Any, on: date) -> retention.Keeping | None:
    kept = _by_rule(Record.CASE if case.inquired else Record.SUBMISSION, case, on)
    if kept is None or not case.inquired or not _was_a_child(case):
        return kept
    # What is said of a child is kept the longer of the two (SoL 16 kap. 2 a §).
    of_a_child = _by_rule(Record.CHILD_INQUIRY, case, on)
    return kept if of_a_child is None else retention.longest(kept, of_a_child)


def _by_rule(record: Record, case: Any, on: date) -> retention.Keeping | None:
    rule = retention.rule_for(record, on=on)
    if rule is None:
        return None
    written = (case.last_note, case.last_look, case.last_withdrawal, case.stage_since)
    last = max(filter(None, written))
    days = {"received": case.received_at, "made": case.received_at, "ended": case.stage_since}
    counted_from = timezone.localdate(days.get(rule.event or "", last))
    born = int(case.subject.birth_year)
    return retention.earliest_destruction(record, on=on, counted_from=counted_from, birth_year=born)


def _was_a_child(case: Any) -> bool:
    received = timezone.localdate(case.received_at).year
    return received - int(case.subject.birth_year) <= ADULT


def _stands(row: DestroyedCase, on: date) -> bool:
    """Whether the time of the case has passed that day still, by the rule that it was proposed on."""
    case = _with_days(Case.objects.filter(pk=row.case_id, stage=Stage.CLOSED)).first()
    kept = _keeping(case, on) if case else None
    return kept is not None and kept.may_be_destroyed(on) and kept.version == row.rule


# Held back -----------------------------------------------------------------------------------------


def find(*, unit: CaseUnit, number: str) -> Case:
    """The unit's case with that number. Raises Missing where there is none, or it is destroyed."""
    written = re.fullmatch(r"\s*(\d{4})-(\d{1,6})\s*", number)
    kept = Case.objects.filter(unit=unit).exclude(stage=Stage.DESTROYED)
    found = kept.filter(year=int(written[1]), serial=int(written[2])).first() if written else None
    if found is None:
        raise Missing(_("There is no such case in that unit. Check the number."), field="number")
    return found


def held() -> QuerySet[Hold]:
    """The holds that stand, the oldest first."""
    return (
        Hold.objects.filter(lifted_at=None).select_related("case__unit").order_by("placed_at", "pk")
    )


def hold(*, case: Case, reason: str, by: Any, now: datetime | None = None) -> Hold:
    """Nothing of the case is destroyed until the hold is lifted. Raises WrongStage for whoever may not
    decide on destruction, and for a case that is held already or destroyed."""
    now = now or timezone.now()
    with transaction.atomic():
        _decides(by, Permission.HOLD_DESTRUCTION)
        # The job that destroys waits for this, or this for the job.
        held = Case.objects.select_for_update(no_key=True).filter(pk=case.pk)
        if held.exclude(stage=Stage.DESTROYED).first() is None:
            raise stages.elsewhere()
        try:
            with transaction.atomic():
                made = Hold.objects.create(
                    case=case, reason=Hold.Reason(reason), placed_by=by, placed_at=now
                )
        except IntegrityError:
            raise WrongStage(_("Somebody holds it back already.")) from None
        log.record(
            by=by,
            event="cases.hold.placed",
            on=case,
            facts={"reason": made.reason},
            zone=log.Zone.CASES,
            at=now,
        )
    return made


def lift(*, hold: Hold, by: Any, now: datetime | None = None) -> None:
    """The case may be destroyed again when its time has passed. Raises WrongStage."""
    now = now or timezone.now()
    with transaction.atomic():
        _decides(by, Permission.HOLD_DESTRUCTION)
        if not Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_by=by, lifted_at=now):
            raise WrongStage(_("Somebody has done it already."))
        log.record(by=by, event="cases.hold.lifted", on=hold.case, zone=log.Zone.CASES, at=now)


# Decided by two ------------------------------------------------------------------------------------


def propose(*, cases: Collection[Any], by: Any, now: datetime | None = None) -> Destruction:
    """Proposes to destroy those of the cases, by key, whose time has passed and that nobody holds. Raises
    Missing for none, and WrongStage when one of them may not be destroyed (any longer)."""
    now = now or timezone.now()
    if not cases:
        raise Missing(_("Choose at least one case"), field="cases")
    with transaction.atomic():
        _decides(by, Permission.PROPOSE_DESTRUCTION)
        wanted = set(cases)
        chosen = [
            one
            for one in due(timezone.localdate(now))
            if one.case.pk in wanted and one.hold is None
        ]
        if len(chosen) != len(wanted):
            raise WrongStage(_("The list has changed. Look through it again."))
        made = Destruction.objects.create(
            proposed_by=by, proposed_at=now, file=files.new_name(".pdf")
        )
        DestroyedCase.objects.bulk_create(
            DestroyedCase(
                destruction=made,
                case=one.case,
                rule=one.rule,
                closed_on=one.closed_on,
                earliest_on=one.earliest_on,
            )
            for one in chosen
        )
        log.record(
            by=by,
            event="cases.destruction.proposed",
            on=made,
            facts={"cases": len(chosen)},
            zone=log.Zone.CASES,
            at=now,
        )
    return made


def approve(*, destruction: Destruction, by: Any, now: datetime | None = None) -> None:
    """The second person approves, and a job carries it out. Raises WrongStage for who proposed it, for
    whoever may not, and when it is answered."""
    now = now or timezone.now()
    with transaction.atomic():
        _answer(destruction, Destruction.State.APPROVED, by, now)
        on = timezone.localdate(now)
        if not all(_stands(row, on) for row in destruction.rows.select_related("rule")):
            raise WrongStage(
                _("The rule, or a case, has changed since it was proposed. Propose it anew.")
            )
        queue.enqueue(
            kind=KIND, ids={"destruction": destruction.pk}, key=f"{KIND}:{destruction.pk}"
        )
        log.record(
            by=by, event="cases.destruction.approved", on=destruction, zone=log.Zone.CASES, at=now
        )


def refuse(*, destruction: Destruction, by: Any, now: datetime | None = None) -> None:
    """The second person does not approve: the cases stand on the list again. Raises WrongStage."""
    now = now or timezone.now()
    with transaction.atomic():
        _answer(destruction, Destruction.State.REFUSED, by, now)
        log.record(
            by=by, event="cases.destruction.refused", on=destruction, zone=log.Zone.CASES, at=now
        )


def _answer(destruction: Destruction, to: str, by: Any, now: datetime) -> None:
    _decides(by, Permission.APPROVE_DESTRUCTION)
    if destruction.proposed_by_id == by.pk:
        raise WrongStage(_("Somebody else than who proposed it must approve."))
    waits = Destruction.objects.filter(pk=destruction.pk, state=Destruction.State.PROPOSED)
    if not waits.update(state=to, answered_by=by, answered_at=now):
        raise WrongStage(_("Somebody has answered already."))


def _decides(by: Any, permission: Permission) -> None:
    if not may(by, permission):
        raise WrongStage(_("You do not decide on destruction."))


# Carried out ---------------------------------------------------------------------------------------


def carry_out(*, destruction: Destruction, now: datetime | None = None) -> None:
    """Destroys what was approved, one case at a time: done again after a crash it goes on where it was.
    What is held or opened since is spared, and the record says so."""
    if destruction.state != Destruction.State.APPROVED:
        return
    for row in destruction.rows.filter(destroyed_at=None, spared="").select_related("case"):
        at = now or timezone.now()
        with transaction.atomic():
            _carry_out(row, destruction, at)
    at = now or timezone.now()
    _publish(destruction, at)
    with transaction.atomic():
        approved = Destruction.objects.filter(pk=destruction.pk, state=Destruction.State.APPROVED)
        if approved.update(state=Destruction.State.DONE, done_at=at):
            log.record(
                by=None, event="cases.destruction.done", on=destruction, zone=log.Zone.CASES, at=at
            )


def _carry_out(row: DestroyedCase, destruction: Destruction, now: datetime) -> None:
    mine = DestroyedCase.objects.filter(pk=row.pk, destroyed_at=None, spared="")
    # Who holds it back at the same moment waits, or is waited for.
    case = Case.objects.select_for_update(no_key=True).get(pk=row.case_id)
    if Hold.objects.filter(case=case, lifted_at=None).exists():
        mine.update(spared=DestroyedCase.Spared.HELD)
        return
    if case.stage != Stage.CLOSED:
        mine.update(spared=DestroyedCase.Spared.OPENED)
        return
    if not _stands(row, timezone.localdate(now)):
        mine.update(spared=DestroyedCase.Spared.RULE)
        return
    if not mine.update(destroyed_at=now):
        return
    stages.move(case, to=Stage.DESTROYED, now=now)
    keys = [str(case.pk), *(str(pk) for pk in case.glimpses.values_list("pk", flat=True))]
    for model, column in hangs_on_a_case():
        model._default_manager.filter(**{column: case.pk}).delete()
    # Where somebody lived, and that they were protected, is no longer known either.
    Case.objects.filter(pk=case.pk).update(area=None, is_protected=False)
    for key in keys:
        _forget(key)
    log.record(
        by=destruction.answered_by,
        event="cases.case.destroyed",
        on=case,
        zone=log.Zone.CASES,
        at=now,
    )


def _publish(destruction: Destruction, now: datetime) -> None:
    """The record as a document: numbers, days and rules. Made again after a crash it replaces itself."""
    title = _("Record of destruction %(number)s") % {"number": destruction.pk}
    context = {"destruction": destruction, "rows": record_of(destruction), "done_at": now}
    made = pdf.render("cases/destruction_pdf.html", context, title=title)
    files.publish(made.content, destruction.file)


def record_of(destruction: Destruction) -> list[tuple[DestroyedCase, str]]:
    """Each case of the destruction, in the order of their numbers, and its rule in words."""
    rows = destruction.rows.select_related("case__unit", "rule__rule")
    ordered = rows.order_by("case__unit", "case__year", "case__serial")
    return [(row, retention.in_words(row.rule)) for row in ordered]


def hangs_on_a_case() -> Iterator[tuple[Any, str]]:
    """Every table whose rows belong to a case and go with it, and the column that says to which."""
    for one in Case._meta.related_objects:
        if one.related_model not in STAYS:
            yield one.related_model, one.field.name


def _forget(key: str) -> None:
    """What the queue and the drafts of forms still know of the case: its key, and what was typed."""
    Draft.objects.filter(place__contains=key).delete()
    Submission.objects.filter(outcome__contains=key).delete()
    OutgoingMail.objects.filter(Q(ids__case=key) | Q(ids__glimpse=key)).delete()
    Job.objects.filter(Q(ids__case=key) | Q(ids__glimpse=key) | Q(key__contains=key)).delete()


def tombstone(case: Case) -> date | None:
    """The day on which the case was destroyed."""
    row = case.destructions.filter(destroyed_at__isnull=False).first()
    return timezone.localdate(row.destroyed_at) if row else None
