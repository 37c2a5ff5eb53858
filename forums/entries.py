"""The single steps of keeping a meeting, without transaction or audit event.

`proceedings` carries them out one at a time while people talk, `afterwards` all in one go, and
`actions` outside of meetings. They each open the transaction and record what was done as its last
act: the audit log is appended under a lock, and appending in the middle would invite deadlocks.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.actors.models import Organisation
from coordination.ui import dates

from . import agenda
from .models import (
    LOG_STATES,
    Action,
    ActionChange,
    ActionOwner,
    AgendaItem,
    CarriedAction,
    Decision,
    Meeting,
    Participation,
)
from .owners import Owner
from .refusals import Missing, NotOfThisForum, Refused, WrongState, clean

ITEM_TITLE, ITEM_NOTES, PERSON_NAME, PLACE = 120, 4000, 80, 120
DECISION_TEXT, ACTION_TEXT, REASON = 600, 200, 300
EXPLAINED_FROM = 1
"""So many times an action may get a new date without a reason."""


class DueTooEarly(Refused):
    """The due date lies before the meeting, or before today."""


class AlreadyClosed(Refused):
    """The action is done or struck already."""


class MovedMeanwhile(Refused):
    """Somebody else gave the action a date at the same moment."""


class ReasonNeeded(Missing):
    """Why the action gets yet another date, or is struck, must be said."""


# The meeting -------------------------------------------------------------------------------------


def hold(meeting: Meeting, states: Sequence[str] = LOG_STATES) -> None:
    """Keeps the meeting as it is until the transaction ends, or raises WrongState.

    The update that changes nothing takes the row's lock on PostgreSQL and the writer's on SQLite,
    so that finishing a meeting and writing in it happen one after the other.
    """
    held = Meeting.objects.filter(pk=meeting.pk, state__in=states).update(version=F("version"))
    meeting.refresh_from_db()
    if not held:
        raise WrongState(wrong_state(meeting))


def wrong_state(meeting: Meeting) -> str:
    """Why what was wanted cannot be done with the meeting any more, or not yet."""
    match meeting.state:
        case Meeting.State.CANCELLED:
            return _("The meeting is cancelled and can no longer be changed.")
        case Meeting.State.LOCKED:
            return _("The minutes are locked. You can add a correction.")
        case Meeting.State.AWAITING:
            return _("The minutes have been sent and wait for an answer. Take them back first.")
        case Meeting.State.WRITING_UP:
            return _("The meeting is already finished. Change its minutes instead.")
        case Meeting.State.IN_PROGRESS:
            return _("The meeting has begun. Write in the log instead.")
    return _("The meeting has not begun. Open the log first.")


# Items -------------------------------------------------------------------------------------------


def add_item(
    meeting: Meeting,
    *,
    title: str,
    kind: str = AgendaItem.Kind.INFORMATION,
    presenter: str = "",
    planned_minutes: int | None = None,
    is_follow_up: bool = False,
    carried_from: AgendaItem | None = None,
    position: int | None = None,
    field: str = "title",
) -> AgendaItem:
    """A new item: last, or at the position given, where the caller sees to it that it is free."""
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    return AgendaItem.objects.create(
        meeting=meeting,
        position=position or last + 1,
        title=clean(
            title,
            label=_("The item's title"),
            limit=ITEM_TITLE,
            field=field,
            needed=_("Enter what the item is about"),
        ),
        kind=kind,
        presenter=clean(presenter, label=_("The presenter"), limit=PERSON_NAME, field="presenter"),
        planned_minutes=planned_minutes,
        is_follow_up=is_follow_up,
        carried_from=carried_from,
    )


def put_again(meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """A postponed item, or its copy on another plan, once more: last on this agenda."""
    one = agenda.again(item)
    return add_item(
        meeting,
        title=one.title,
        kind=one.kind,
        presenter=one.presenter,
        planned_minutes=one.planned_minutes,
        carried_from=one.carried_from,
    )


def clean_notes(text: str, field: str = "notes") -> str:
    return clean(text, label=_("The notes"), limit=ITEM_NOTES, field=field, lines=True)


def has_content(item: AgendaItem) -> bool:
    """Whether anything stands under the item, so that it counts as handled."""
    return bool(item.notes or item.is_follow_up or item.decisions.exists() or item.actions.exists())


def add_decision(
    item: AgendaItem,
    *,
    text: str,
    report_to_management: bool,
    by: Any,
    now: datetime,
    field: str = "text",
) -> Decision:
    """The item's next decision."""
    last = item.decisions.aggregate(last=Max("number"))["last"] or 0
    return Decision.objects.create(
        item=item,
        number=last + 1,
        text=clean_decision(text, field),
        report_to_management=report_to_management,
        decided_by=by,
        decided_at=now,
    )


def clean_decision(text: str, field: str = "text") -> str:
    return clean(
        text,
        label=_("The decision"),
        limit=DECISION_TEXT,
        field=field,
        needed=_("Enter what was decided"),
        lines=True,
    )


def clean_reason(text: str, field: str = "reason") -> str:
    return clean(text, label=_("The reason"), limit=REASON, field=field)


# Attendance --------------------------------------------------------------------------------------


def set_attendance(
    participation: Participation,
    *,
    attendance: str,
    substitute_name: str = "",
    substitute_organisation: Organisation | None = None,
    field: str = "substitute_name",
) -> None:
    """Whether somebody came; a substitute needs a name, and comes from the same organisation unless
    another is given."""
    if attendance not in Participation.Attendance.values:
        raise Refused(_("Choose one of the alternatives"), field="attendance")
    name, organisation = "", None
    if attendance == Participation.Attendance.SUBSTITUTE:
        organisation = substitute_organisation or participation.organisation
        name = clean(
            substitute_name,
            label=_("The substitute's name"),
            limit=PERSON_NAME,
            field=field,
            needed=_("Enter the name of the substitute"),
        )
    participation.attendance = attendance
    participation.substitute_name = name
    participation.substitute_organisation = organisation
    participation.save(update_fields=["attendance", "substitute_name", "substitute_organisation"])


# Actions -----------------------------------------------------------------------------------------


def clean_action(text: str, field: str = "text") -> str:
    return clean(
        text,
        label=_("The action"),
        limit=ACTION_TEXT,
        field=field,
        needed=_("Enter what is to be done"),
    )


def check_due(due: date | None, *, earliest: date, field: str = "due") -> None:
    """Refuses a date before the meeting that the action comes from, or before today."""
    if due is not None and due < earliest:
        text = (
            _("The date must be today or later")
            if earliest >= timezone.localdate()
            else _("The date must be the day of the meeting or later")
        )
        raise DueTooEarly(text, field=field)


def add_action(
    *,
    forum: Any,
    meeting: Meeting | None,
    item: AgendaItem | None,
    text: str,
    owners: Sequence[Owner],
    due: date | None,
    by: Any,
    now: datetime,
    field: str = "text",
    decision: Decision | None = None,
    origin: tuple[str, int | None] = ("", None),
) -> Action:
    """A new action with its owners and the first line of its story."""
    action = Action.objects.create(
        forum=forum,
        meeting=meeting,
        item=item,
        decision=decision,
        origin_kind=origin[0],
        origin_key=origin[1],
        text=clean_action(text, field),
        due=due,
        created_by=by,
        created_at=now,
    )
    set_owners(action, owners)
    ActionChange.objects.create(
        action=action, meeting=meeting, kind="created", new_due=due, by=by, at=now
    )
    return action


def set_owners(action: Action, owners: Sequence[Owner]) -> None:
    """Makes these the owners; who stays an owner stays told about it."""
    kept = {(row.user_id, row.name, row.organisation_id): row for row in action.owners.all()}
    wanted = {
        (one.user.pk if one.user else None, one.name, one.organisation and one.organisation.pk): one
        for one in owners
    }
    for key, row in kept.items():
        if key not in wanted:
            row.delete()
    for key, one in wanted.items():
        if key not in kept:
            ActionOwner.objects.create(
                action=action, user=one.user, name=one.name, organisation=one.organisation
            )


def carry(meeting: Meeting, actions: QuerySet[Action]) -> None:
    """Puts the open actions on the meeting's follow-up, each once, with the date they have now."""
    already = set(meeting.carried.values_list("action_id", flat=True))
    CarriedAction.objects.bulk_create(
        CarriedAction(meeting=meeting, action=action, due_then=action.due)
        for action in actions
        if action.pk not in already
    )


def at_meeting(action: Action, meeting: Meeting | None) -> None:
    """Checks that what happens with the action may be written at that meeting."""
    if meeting is None:
        return
    if meeting.forum_id != action.forum_id:
        raise NotOfThisForum
    hold(meeting)
    carry(meeting, Action.objects.filter(pk=action.pk).exclude(meeting=meeting))


def close(
    action: Action,
    *,
    state: str,
    reason: str,
    meeting: Meeting | None,
    by: Any,
    now: datetime,
    field: str = "reason",
) -> None:
    """Done or struck. Of several who try at once one succeeds, the others get AlreadyClosed."""
    if state == Action.State.STRUCK:
        reason = clean(
            reason,
            label=_("The reason"),
            limit=REASON,
            field=field,
            needed=_("Enter why the action is struck"),
        )
    else:
        reason = clean_reason(reason, field)
    at_meeting(action, meeting)
    if not Action.objects.filter(pk=action.pk, state=Action.State.OPEN).update(
        state=state, closed_by=by, closed_at=now
    ):
        raise already_closed(action)
    ActionChange.objects.create(
        action=action,
        meeting=meeting,
        kind=state,
        old_due=action.due,
        reason=reason,
        by=by,
        at=now,
    )
    action.refresh_from_db()


def move(
    action: Action,
    *,
    due: date | None,
    reason: str,
    meeting: Meeting | None,
    by: Any,
    now: datetime,
    field: str = "due",
    reason_field: str = "reason",
) -> None:
    """A new date. A second date at the same meeting corrects the first and is no further move.

    Of several who move it at once one succeeds, the others get MovedMeanwhile.
    """
    if due is None:
        raise Missing(_("Enter a date, e.g. 2026-05-12"), field=field)
    reason = clean_reason(reason, reason_field)
    at_meeting(action, meeting)
    check_due(due, earliest=meeting.day if meeting else timezone.localdate(now), field=field)
    action.refresh_from_db()
    earlier = action.changes.filter(kind="moved")
    same = earlier.filter(meeting=meeting).first() if meeting else None
    times = earlier.count() - (1 if same else 0)
    if due != action.due and times >= EXPLAINED_FROM and not reason:
        raise ReasonNeeded(_("Enter why the date is moved again"), field=reason_field)
    old = same.old_due if same else action.due
    # Whether a reason is needed was asked of this date: who comes second is asked again.
    still = Action.objects.filter(pk=action.pk, state=Action.State.OPEN, due=action.due)
    if not still.update(due=due):
        action.refresh_from_db()
        if not action.is_open:
            raise already_closed(action)
        text = _("The action has got another date meanwhile: %(date)s. Choose again.")
        raise MovedMeanwhile(text % {"date": dates.day(action.due)}, field=field)
    if same is not None:
        same.delete()
    if due != old:
        ActionChange.objects.create(
            action=action,
            meeting=meeting,
            kind="moved",
            old_due=old,
            new_due=due,
            reason=reason,
            by=by,
            at=now,
        )
    action.refresh_from_db()


def already_closed(action: Action) -> AlreadyClosed:
    action.refresh_from_db()
    if action.state == Action.State.DONE:
        return AlreadyClosed(_("The action is already marked as done."))
    return AlreadyClosed(_("The action is already struck."))
