"""Closing a case takes two people, and somebody looks again after it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.policy import may
from coordination.access.refused import clean
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.ui import dates

from . import carrying, earlier, stages
from .models import Case, CaseRole, CheckUp, Closing, Goal, Handover, Note, Stage
from .refusals import Missing, WrongStage
from .stages import REOPENED_WITHIN

CHECKED_AFTER = (6, 12)
"""Months after it was closed, as elsewhere where such cases are closed too early (Channel)."""
TOLD_BEFORE = timedelta(days=14)
"""So long before somebody is to look again it stands among what is to be done."""
OPEN = (Stage.INQUIRY, Stage.INTERVENTION, Stage.FOLLOW_UP, Stage.SPECIAL)


def may_be_asked(case: Case) -> bool:
    """Whether the case is open, and nobody has proposed to close it yet."""
    waits = case.closings.filter(state=Closing.State.ASKED).exists()
    return case.stage in OPEN and not waits


def reopened_until(case: Case) -> datetime | None:
    """Until when a closed case may be opened again; None for one that is not closed, or was handed over."""
    if case.stage != Stage.CLOSED or Handover.objects.filter(case=case).exists():
        return None
    return case.stage_since + REOPENED_WITHIN


def last_agreed(case: Case) -> Closing | None:
    """How it was closed last; None where it was closed at triage, or never."""
    return case.closings.filter(state=Closing.State.AGREED).order_by("answered_at").last()


def soon(now: datetime) -> date:
    """Check-ups that are due by this day are told of."""
    return timezone.localdate(now) + TOLD_BEFORE


def check_up_days(on: date) -> list[date]:
    """When somebody looks again at a case that is closed that day."""
    return [dates.months_after(on, months) for months in CHECKED_AFTER]


def ask(
    *,
    case: Case,
    reason: str,
    result: str,
    informed: str,
    reopen_if: str,
    by: Any,
    earlier_said: str = "",
    now: datetime | None = None,
) -> Closing:
    """Proposes to close the case. Where there are other worries for the same person, something is said of
    them: three that are each closed alone say less than three that are read together.

    Raises Missing for what lacks and for goals that are still under way, and WrongStage when the case is
    not open, is not carried by `by`, or waits for a second person already.
    """
    now = now or timezone.now()
    texts = {
        "result": _text(result, _("Result"), 500, "result", _("Write what came of it")),
        "informed": _text(
            informed,
            _("Is the person informed?"),
            200,
            "informed",
            _("Write whether the person is informed"),
        ),
        "reopen_if": _text(
            reopen_if,
            _("What would make us open it again?"),
            300,
            "reopen_if",
            _("Write what would make you open it again"),
        ),
        "earlier": _text(earlier_said, _("Other worries"), 500, "earlier"),
    }
    if not texts["earlier"] and earlier.of(case.subject, by=by):
        raise Missing(
            _("There are earlier worries. Write what they say together with this one."),
            field="earlier",
        )
    with transaction.atomic():
        _carried(case, by)
        if case.goals.filter(state=Goal.State.UNDER_WAY).exists():
            raise Missing(_("End the goals first, each with how it went"), field="goals")
        _check_special(case)
        try:
            with transaction.atomic():
                made = Closing.objects.create(
                    case=case, reason=Closing.Reason(reason), asked_by=by, asked_at=now, **texts
                )
        except IntegrityError:
            raise WrongStage(_("The case waits for a second person already.")) from None
        log.record(by=by, event="cases.closing.asked", on=case, zone=log.Zone.CASES, at=now)
    return made


def agree(*, closing: Closing, by: Any, now: datetime | None = None) -> None:
    """The second person, who carries the case too, agrees: it is closed, and two days are booked on which
    somebody looks again. Raises WrongStage for who asked, for anybody else, and when it is settled."""
    now = now or timezone.now()
    case = closing.case
    with transaction.atomic():
        # As where it was asked: a goal may be added, or the case handed over, while it waits.
        _check_special(Case.objects.select_for_update(no_key=True).get(pk=case.pk))
        if case.goals.filter(state=Goal.State.UNDER_WAY).exists():
            raise WrongStage(_("End the goals first, each with how it went"))
        _answer(closing, Closing.State.AGREED, by, now)
        stages.move(case, to=Stage.CLOSED, now=now)
        for due in check_up_days(timezone.localdate(now)):
            CheckUp.objects.get_or_create(case=case, due_on=due)
        log.record(by=by, event="cases.case.closed", on=case, zone=log.Zone.CASES, at=now)


def refuse(*, closing: Closing, why: str, by: Any, now: datetime | None = None) -> None:
    """The second person does not agree, and says why; the case stays open. Raises Missing and WrongStage."""
    now = now or timezone.now()
    said = _text(why, _("Why?"), 300, "answer", _("Write why"))
    with transaction.atomic():
        _answer(closing, Closing.State.REFUSED, by, now)
        fresh = Closing.objects.get(pk=closing.pk)
        fresh.answer = said
        fresh.save(update_fields=["answer"])
        log.record(
            by=by, event="cases.closing.refused", on=closing.case, zone=log.Zone.CASES, at=now
        )


def reopen(*, case: Case, why: str, by: Any, now: datetime | None = None) -> None:
    """Within thirty days a closed case is opened again, with a reason; after that a new worry is a new
    case. What was booked to look again is taken back, and where nobody carried it, who opens it does.
    Raises Missing and WrongStage."""
    now = now or timezone.now()
    said = _text(why, _("Why?"), 500, "why", _("Write why the case is opened again"))
    with transaction.atomic():
        fresh = Case.objects.get(pk=case.pk)
        may_be = fresh.stage == Stage.CLOSED and now - fresh.stage_since <= REOPENED_WITHIN
        # What was handed over belongs to others: a new worry is a new case.
        given = Handover.objects.filter(case=case).exists()
        if not may_be or given or not may(by, Permission.KEEP_CASE, case):
            raise WrongStage(_("The case cannot be opened again. Hand in a new one."))
        case.stage = fresh.stage
        stages.move(case, to=Stage.INQUIRY, now=now)
        if not case.roles.filter(role=CaseRole.Role.OWNER, valid_to=None).exists():
            # It was closed at triage: who opens it again answers for it.
            carrying.name(case=case, user=by, role=CaseRole.Role.OWNER, by=by, now=now)
        CheckUp.objects.filter(case=case, done_at=None).delete()
        Note.objects.create(case=case, kind=Note.Kind.DECISION, text=said, made_by=by, made_at=now)
        log.record(by=by, event="cases.case.reopened", on=case, zone=log.Zone.CASES, at=now)


def look_again(*, check_up: CheckUp, text: str, by: Any, now: datetime | None = None) -> None:
    """Notes how it goes for the person after the case. Raises Missing and WrongStage."""
    now = now or timezone.now()
    said = _text(text, _("How does it go?"), 300, "text", _("Write how it goes"))
    with transaction.atomic():
        mine = may(by, Permission.KEEP_CASE, check_up.case)
        waits = CheckUp.objects.filter(pk=check_up.pk, done_at=None)
        if not mine or not waits.update(done_by=by, done_at=now):
            raise WrongStage(_("Somebody has done it already."))
        fresh = CheckUp.objects.get(pk=check_up.pk)
        fresh.text = said
        fresh.save(update_fields=["text"])
        log.record(
            by=by, event="cases.check_up.done", on=check_up.case, zone=log.Zone.CASES, at=now
        )


def _carried(case: Case, by: Any) -> None:
    fresh = Case.objects.filter(pk=case.pk, stage__in=OPEN).first()
    if fresh is None or not may(by, Permission.KEEP_CASE, case):
        raise stages.elsewhere()
    case.stage = fresh.stage


def _check_special(case: Case) -> None:
    if case.stage != Stage.SPECIAL:
        return
    if not Handover.objects.filter(case=case).exists():
        raise Missing(_("Note the handover first"), field="handover")
    if case.duties.filter(done_at=None).exists():
        raise Missing(_("See first to what remains for the municipality"), field="duties")


def _answer(closing: Closing, to: str, by: Any, now: datetime) -> None:
    _carried(closing.case, by)
    if closing.asked_by_id == by.pk:
        raise WrongStage(_("Somebody else than who asked must agree."))
    waits = Closing.objects.filter(pk=closing.pk, state=Closing.State.ASKED)
    if not waits.update(state=to, answered_by=by, answered_at=now):
        raise WrongStage(_("Somebody has answered already."))


def _text(text: str, label: Any, limit: int, field: str, needed: Any = None) -> str:
    return clean(text, label=label, limit=limit, field=field, needed=needed, lines=True)
