"""Action points: made, kept, moved, struck, opened again, and whose turn it is."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.audit import log
from coordination.jobs import mail

from . import entries
from .entries import AlreadyClosed, DueTooEarly, MovedMeanwhile, ReasonNeeded
from .models import MINUTES_STATES, Action, ActionChange, ActionQuerySet, Decision, Forum, Meeting
from .owners import Owner
from .refusals import Missing, NotOfThisForum, WrongState

__all__ = [
    "AlreadyClosed",
    "DueTooEarly",
    "MovedMeanwhile",
    "ReasonNeeded",
    "create",
    "due_for",
    "from_last_meeting",
    "give_to",
    "mark_done",
    "move",
    "no_due",
    "no_owner",
    "reopen",
    "strike",
    "undo_move",
]

UNDONE_WITHIN = timedelta(minutes=10)
"""So long after it whoever gave an action a new date, outside of meetings, may take that back."""


def create(
    *,
    forum: Forum,
    text: str,
    owners: Sequence[Owner],
    due: date | None,
    by: Any,
    decision: Decision | None = None,
    origin: tuple[str, int | None] = ("", None),
    now: datetime | None = None,
) -> Action:
    """An action without a meeting; with `decision`, one that carries out what was decided before, and
    with `origin`, one that was made of something outside this app (its kind and its key).

    Refuses one without owner or date, with a date before today, and for a decision that is still
    being noted (WrongState): that one's actions are noted beside it.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if not owners:
            raise no_owner(text)
        if due is None:
            raise no_due(text)
        entries.check_due(due, earliest=timezone.localdate(now))
        if decision is not None and decision.item.meeting.forum_id != forum.pk:
            raise NotOfThisForum
        if decision is not None and not decision.item.meeting.has_minutes:
            raise WrongState(_("The meeting is not finished. Write the action in its log."))
        action = entries.add_action(
            forum=forum,
            meeting=None,
            item=None,
            text=text,
            owners=owners,
            due=due,
            by=by,
            now=now,
            decision=decision,
            origin=origin,
        )
        _tell_new_owners(action, before=(), by=by, now=now)
        log.record(by=by, event="forums.action.created", on=action, at=now)
    return action


def _tell_new_owners(action: Action, *, before: Collection[int], by: Any, now: datetime) -> None:
    """Mails whoever is given an action outside a meeting, besides who gave it: no minutes will tell
    them. One of a meeting without minutes is told with those."""
    if action.meeting is not None and not action.meeting.has_minutes:
        return
    for row in action.owners.exclude(pk__in=before).exclude(user=by.pk).filter(user__isnull=False):
        mail.post(
            to=row.user_id,
            letter="forums.action_given",
            ids={"action": action.pk},
            key=f"forums.action_given:{row.pk}",
            now=now,
        )


def usual_forum(user: Any, forums: Sequence[Forum]) -> Forum | None:
    """The one of the forums that the person last made an action in, or else the first."""
    last = Action.objects.filter(created_by=user.pk, forum__in=forums).order_by("-pk").first()
    return next((one for one in forums if last and one.pk == last.forum_id), None) or next(
        iter(forums), None
    )


def no_owner(text: str) -> Missing:
    """What is said when nobody is responsible (M076)."""
    said = _('Choose who is responsible for "%(action)s"') % {"action": text}
    return Missing(said, field="owners")


def no_due(text: str) -> Missing:
    """What is said when there is no date (M077)."""
    return Missing(_('Enter when "%(action)s" is due') % {"action": text}, field="due")


def mark_done(
    *,
    action: Action,
    by: Any,
    comment: str = "",
    meeting: Meeting | None = None,
    now: datetime | None = None,
) -> None:
    """The action is done; said at a meeting when `meeting` is given. Raises AlreadyClosed."""
    now = now or timezone.now()
    with transaction.atomic():
        entries.close(
            action, state="done", reason=comment, meeting=meeting, by=by, now=now, field="comment"
        )
        log.record(by=by, event="forums.action.done", on=action, at=now)


def move(
    *,
    action: Action,
    due: date | None,
    by: Any,
    reason: str = "",
    meeting: Meeting | None = None,
    now: datetime | None = None,
) -> None:
    """Gives the action a new date. From the second time on a reason is needed (ReasonNeeded).

    Raises DueTooEarly for a date before today, or before the meeting's day, AlreadyClosed, and
    MovedMeanwhile for those who come second.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.move(action, due=due, reason=reason, meeting=meeting, by=by, now=now)
        log.record(by=by, event="forums.action.moved", on=action, fields=("due",), at=now)


def strike(
    *,
    action: Action,
    reason: str,
    by: Any,
    meeting: Meeting | None = None,
    now: datetime | None = None,
) -> None:
    """The action is not to be done after all, and why. Raises Missing and AlreadyClosed."""
    now = now or timezone.now()
    with transaction.atomic():
        entries.close(action, state="struck", reason=reason, meeting=meeting, by=by, now=now)
        log.record(by=by, event="forums.action.struck", on=action, at=now)


def reopen(
    *, action: Action, by: Any, meeting: Meeting | None = None, now: datetime | None = None
) -> None:
    """Takes back that the action was done or struck; the latter is for those who may strike it.

    Raises WrongState when it is open, and when it is struck and `by` does not keep the forum.
    """
    now = now or timezone.now()
    states = [Action.State.DONE]
    if policy.may(by, Permission.LOG_MEETINGS, action):
        states.append(Action.State.STRUCK)
    with transaction.atomic():
        entries.at_meeting(action, meeting)
        opened = Action.objects.filter(pk=action.pk, state__in=states).update(
            state=Action.State.OPEN, closed_by=None, closed_at=None
        )
        if not opened:
            action.refresh_from_db()
            raise WrongState(
                _("The action is struck. Ask the forum's chair or secretary to open it again.")
                if action.state == Action.State.STRUCK
                else _("The action is already open.")
            )
        ActionChange.objects.create(
            action=action, meeting=meeting, kind="reopened", new_due=action.due, by=by, at=now
        )
        action.refresh_from_db()
        log.record(by=by, event="forums.action.reopened", on=action, at=now)


def undo_move(
    *,
    action: Action,
    move: int | None,
    by: Any,
    meeting: Meeting | None = None,
    now: datetime | None = None,
) -> None:
    """Gives the action back the date it had before that move (the key of its change), as if it never
    was; with `meeting`, one that was decided there.

    Outside of meetings it is for whoever made the move, and for as long as it may be a slip: a new
    date that others have gone by is moved again, with a reason, and stays in the story.

    Raises WrongState when that move is not the last thing that happened with the action, when
    somebody else made it, and when it was made too long ago.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if meeting is not None:
            entries.hold(meeting)
        last = action.changes.in_order().last()
        if (
            last is None
            or last.kind != ActionChange.Kind.MOVED
            or last.pk != move
            or last.meeting_id != (meeting.pk if meeting else None)
        ):
            raise WrongState(_("There is no new date to take back."))
        if meeting is None:
            _check_own_slip(last, by=by, now=now)
        taken_back = Action.objects.filter(
            pk=action.pk, state=Action.State.OPEN, due=last.new_due
        ).update(due=last.old_due)
        if not taken_back:
            raise WrongState(_("There is no new date to take back."))
        last.delete()
        action.refresh_from_db()
        log.record(by=by, event="forums.action.move_undone", on=action, fields=("due",), at=now)


def _check_own_slip(move: ActionChange, *, by: Any, now: datetime) -> None:
    if move.by != by:
        raise WrongState(_("Somebody else chose the new date. Set another date instead."))
    if now - move.at > UNDONE_WITHIN:
        raise WrongState(
            _("A new date can be taken back for %(minutes)s minutes. Set another date instead.")
            % {"minutes": UNDONE_WITHIN // timedelta(minutes=1)}
        )


def give_to(
    *, action: Action, owners: Sequence[Owner], by: Any, now: datetime | None = None
) -> None:
    """Other owners for an open action. Raises Missing without any, AlreadyClosed when it is closed."""
    now = now or timezone.now()
    with transaction.atomic():
        if not owners:
            raise no_owner(action.text)
        # The update that changes nothing holds the action: it stays open until it has its owners.
        if not Action.objects.filter(pk=action.pk, state="open").update(state="open"):
            raise entries.already_closed(action)
        before = set(action.owners.values_list("pk", flat=True))
        entries.set_owners(action, owners)
        _tell_new_owners(action, before=before, by=by, now=now)
        log.record(by=by, event="forums.action.given", on=action, fields=("owners",), at=now)


def from_last_meeting(actions: QuerySet[Action], user: Any) -> QuerySet[Action]:
    """Those of the actions that were decided at the latest meeting of their forum that has minutes
    and that the person may see."""
    held = Meeting.objects.visible_to(user).filter(
        forum=OuterRef("forum"), state__in=MINUTES_STATES
    )
    return actions.filter(meeting=Subquery(held.newest_first().values("pk")[:1]))


def due_for(user: Any, on: date) -> ActionQuerySet:
    """The user's own open actions, the most urgent first, with `late` true for those due before `on`.

    An action that is still being logged in a running meeting is not yet theirs to do.
    """
    return (
        Action.objects.open()
        .filter(owners__user=user.pk)
        .exclude(meeting__state=Meeting.State.IN_PROGRESS)
        .select_related("forum")
        .annotate(late=Case(When(due__lt=on, then=True), default=False))
        .by_due()
    )
