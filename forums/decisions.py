"""Decisions after they were made: who may read them, and what came of them."""

from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.vocabulary import Permission
from coordination.audit import log

from . import entries
from .models import MINUTES_STATES, Action, CarriedOut, Decision, DecisionQuerySet, Meeting
from .refusals import Missing, Refused, WrongState, clean

DONE, ACTIONS_DONE, UNDER_WAY = "done", "actions_done", "under_way"
UNTRACKED, DROPPED = "untracked", "dropped"
"""What came of a decision: it was said to be carried out, or its actions tell it (those of its item, and
those added later): some done and none open; some open; none at all; all struck."""
RESULT = 300


class NotOnThatDay(Refused):
    """A decision is carried out from the day it was made, and not in days to come."""


class AlreadyCarriedOut(Refused):
    """Somebody has said so already."""


def seen_by(user: Any) -> DecisionQuerySet:
    """The decisions that the person may read.

    What is being noted in a running meeting is decided only when the meeting is finished: until then
    it is for those who keep the forum.
    """
    kept = Meeting.objects.visible_to(user, Permission.LOG_MEETINGS)
    running = Q(item__meeting__state=Meeting.State.IN_PROGRESS)
    return Decision.objects.visible_to(user).filter(
        ~running | Q(item__meeting__in=kept.filter(state=Meeting.State.IN_PROGRESS).values("pk"))
    )


def with_progress(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Adds `progress`: what came of each decision."""
    of_item = Action.objects.filter(item=OuterRef("item"))
    added = Action.objects.filter(decision=OuterRef("pk"))

    def some(**state: str) -> Q:
        return Q(Exists(of_item.filter(**state))) | Q(Exists(added.filter(**state)))

    said = CarriedOut.objects.filter(decision=OuterRef("pk"))
    return decisions.annotate(
        progress=Case(
            When(Exists(said), then=Value(DONE)),
            When(some(state=Action.State.OPEN), then=Value(UNDER_WAY)),
            When(some(state=Action.State.DONE), then=Value(ACTIONS_DONE)),
            When(some(), then=Value(DROPPED)),
            default=Value(UNTRACKED),
        )
    )


def nobody_carried_out(decisions: QuerySet[Decision], on: date) -> QuerySet[Decision]:
    """Those of the decisions (with their progress) that were made before that day, that nobody says
    are carried out, and that have no action open or done."""
    midnight = timezone.make_aware(datetime.combine(on, time()))
    return decisions.filter(
        progress__in=(UNTRACKED, DROPPED),
        item__meeting__state__in=MINUTES_STATES,
        item__meeting__starts_at__lt=midnight,
    )


def set_report(*, decision: Decision, report: bool, by: Any, now: datetime | None = None) -> None:
    """Whether the decision is to be reported to management. Saying it again changes nothing.

    Raises WrongState when the meeting's log can no longer be changed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(decision.item.meeting)
        changed = Decision.objects.filter(pk=decision.pk, report_to_management=not report).update(
            report_to_management=report
        )
        if not changed:
            return
        decision.report_to_management = report
        log.record(
            by=by,
            event="forums.decision.changed",
            on=decision,
            fields=("report_to_management",),
            at=now,
        )


def carry_out(
    *, decision: Decision, on: date | None, result: str, by: Any, now: datetime | None = None
) -> CarriedOut:
    """Says that the decision is carried out, since which day, and what came of it.

    The minutes are not changed by it, locked or not. Raises Missing without a day or a result,
    NotOnThatDay, WrongState while the meeting has no minutes, and AlreadyCarriedOut.
    """
    now = now or timezone.now()
    meeting = decision.item.meeting
    if not meeting.has_minutes:
        raise WrongState(
            _("Finish the meeting first. Its decisions can be carried out after that.")
        )
    if on is None:
        raise Missing(_("Enter a date, e.g. 2026-05-12"), field="on")
    today = timezone.localdate(now)
    # A meeting may have been held, and finished, before the day it was planned for.
    if on < min(meeting.day, today):
        raise NotOnThatDay(_("The date must be the day of the decision or later"), field="on")
    if on > today:
        raise NotOnThatDay(_("The date must be today or earlier"), field="on")
    text = clean(
        result,
        label=_("The result"),
        limit=RESULT,
        field="result",
        needed=_("Enter what came of the decision"),
    )
    with transaction.atomic():
        try:
            with transaction.atomic():
                said = CarriedOut.objects.create(
                    decision=decision, on=on, result=text, said_by=by, said_at=now
                )
        except IntegrityError:
            raise AlreadyCarriedOut(
                _("The decision is already marked as carried out. Load the page again.")
            ) from None
        log.record(by=by, event="forums.decision.carried_out", on=decision, at=now)
    return said


def not_carried_out(*, decision: Decision, by: Any, now: datetime | None = None) -> None:
    """Takes back that the decision is carried out. Raises WrongState when nobody says that it is."""
    with transaction.atomic():
        gone, _by_model = CarriedOut.objects.filter(decision=decision).delete()
        if not gone:
            raise WrongState(_("The decision is not marked as carried out."))
        log.record(
            by=by, event="forums.decision.carried_out_undone", on=decision, at=now or timezone.now()
        )
