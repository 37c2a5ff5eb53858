"""The log of a meeting while it is held: notes, decisions, actions and attendance, one act at a time."""

import hashlib
import json
import re
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.models import User
from coordination.actors.models import Organisation
from coordination.audit import log

from . import agenda, answers, entries, meetings, owners
from .models import (
    PLAN_STATES,
    Action,
    ActionChange,
    AgendaItem,
    Answer,
    Decision,
    Meeting,
    Participation,
)
from .refusals import NotOfThisForum, Refused, WrongState

MARK = re.compile("[0-9a-f]{32}")
"""What a mark of `mark_of` looks like."""


class Conflict(Refused):
    """Somebody else saved another text of the same item meanwhile.

    `theirs` is what stands there now, with its `version`; `mine` was not saved. Saving again with
    that version replaces theirs.
    """

    def __init__(self, item: AgendaItem, mine: str, *, by: Any) -> None:
        self.item = item
        self.theirs = item.notes
        self.mine = mine
        self.version = item.version
        self.who: User | None = item.edited_by
        if by is not None and self.who == by:
            text = _(
                "You have changed the same text in another window. Choose which version to save."
            )
        else:
            text = _("%(name)s has changed the same text. Choose which version to save.") % {
                "name": self.who or _("Somebody")
            }
        super().__init__(text, field="notes")


class Outdated(Refused):
    """Somebody else changed the decision or the action since the page showed it; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody has changed the same text. Choose which version to save."), field="text"
        )


def mark_of(changed: Decision | Action) -> str:
    """A mark of what stands there now: a page gives it back to say what it showed."""
    said: list[Any] = [changed.text]
    if isinstance(changed, Action):
        owners_now = changed.owners.values_list("user_id", "name", "organisation_id")
        said += [changed.due and changed.due.isoformat(), sorted(map(str, owners_now))]
    else:
        said.append(changed.report_to_management)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


# Items -------------------------------------------------------------------------------------------


def save_item(
    *,
    item: AgendaItem,
    notes: str,
    version: int,
    by: Any,
    handled: bool = False,
    now: datetime | None = None,
) -> AgendaItem:
    """Saves an item's notes if nobody else did since `version`; returns it with its new version.

    Saving the text that stands there already is no conflict and changes nothing, so that a save
    may be sent again. `handled` also marks an open item as handled. Raises Conflict, WrongState and
    what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        text = entries.clean_notes(notes)
        entries.hold(item.meeting)
        saved = (
            AgendaItem.objects.filter(pk=item.pk, version=version)
            .exclude(notes=text)
            .update(notes=text, version=version + 1, edited_by=by, edited_at=now)
        )
        item.refresh_from_db()
        if not saved and item.notes != text:
            raise Conflict(item, text, by=by)
        closed = handled and item.outcome == AgendaItem.Outcome.OPEN
        if closed:
            item.outcome = AgendaItem.Outcome.DONE
            item.save(update_fields=["outcome"])
        if saved or closed:
            fields = (("notes",) if saved else ()) + (("outcome",) if closed else ())
            log.record(by=by, event="forums.item.saved", on=item, fields=fields, at=now)
    return item


def add_item(
    *,
    meeting: Meeting,
    title: str,
    by: Any,
    kind: str = AgendaItem.Kind.INFORMATION,
    now: datetime | None = None,
) -> AgendaItem:
    """An item that came up during the meeting; it stands last."""
    with transaction.atomic():
        entries.hold(meeting)
        item = entries.add_item(meeting, title=title, kind=kind)
        log.record(by=by, event="forums.item.added", on=item, at=now)
    return item


def postpone_item(*, item: AgendaItem, by: Any, now: datetime | None = None) -> None:
    """The item goes to the next meeting; notes and decisions under it stay here."""
    _set_outcome(item, AgendaItem.Outcome.POSTPONED, by, now)


def strike_item(*, item: AgendaItem, by: Any, now: datetime | None = None) -> None:
    """The item is neither handled nor carried on."""
    _set_outcome(item, AgendaItem.Outcome.STRUCK, by, now)


def mark_handled(*, item: AgendaItem, by: Any, now: datetime | None = None) -> None:
    """The item was handled, with or without notes."""
    _set_outcome(item, AgendaItem.Outcome.DONE, by, now)


def reopen_item(*, item: AgendaItem, by: Any, now: datetime | None = None) -> None:
    """Takes back that the item was handled, postponed or struck."""
    _set_outcome(item, AgendaItem.Outcome.OPEN, by, now)


def _set_outcome(item: AgendaItem, outcome: str, by: Any, now: datetime | None) -> None:
    with transaction.atomic():
        entries.hold(item.meeting)
        item.refresh_from_db()
        if item.outcome == outcome:
            return
        if item.outcome == AgendaItem.Outcome.POSTPONED:
            _take_back_from_next(item)
        AgendaItem.objects.filter(pk=item.pk).update(outcome=outcome)
        item.outcome = outcome
        log.record(by=by, event=f"forums.item.{outcome}", on=item, at=now)


def _take_back_from_next(item: AgendaItem) -> None:
    """The item leaves the next agenda again, unless that meeting has begun with it."""
    for copy in item.carried_to.select_related("meeting"):
        try:
            entries.hold(copy.meeting, PLAN_STATES)
        except WrongState:
            if copy.meeting.state == Meeting.State.CANCELLED:
                continue
            text = _("The item already stands in the log of a later meeting.")
            raise WrongState(text) from None
        agenda.take_off(copy)


# Decisions ---------------------------------------------------------------------------------------


def add_decision(
    *,
    item: AgendaItem,
    text: str,
    by: Any,
    report_to_management: bool = False,
    now: datetime | None = None,
) -> Decision:
    """A decision under the item, numbered in turn: "§ 4:1"."""
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(item.meeting)
        decision = entries.add_decision(
            item, text=text, report_to_management=report_to_management, by=by, now=now
        )
        log.record(
            by=by,
            event="forums.decision.added",
            on=decision,
            facts={"item": item.position, "number": decision.number},
            at=now,
        )
    return decision


def change_decision(
    *,
    decision: Decision,
    text: str,
    report_to_management: bool,
    was: str,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Another wording, or another answer to whether it is to be reported to management.

    `was` is the mark of what the page showed. Saving what stands there already changes nothing.
    Raises Outdated when something else stands there, and WrongState when the decision is gone.
    """
    with transaction.atomic():
        text = entries.clean_decision(text)
        # Whoever changes a decision holds its meeting: what is read here stays until it is written.
        entries.hold(decision.item.meeting)
        found = Decision.objects.filter(pk=decision.pk).first()
        if found is None:
            raise WrongState(_("Somebody has removed the decision meanwhile."))
        if (found.text, found.report_to_management) == (text, report_to_management):
            return
        if mark_of(found) != was:
            raise Outdated
        decision.text, decision.report_to_management = text, report_to_management
        decision.save(update_fields=["text", "report_to_management"])
        log.record(
            by=by,
            event="forums.decision.changed",
            on=decision,
            fields=("text", "report_to_management"),
            at=now,
        )


def remove_decision(*, decision: Decision, by: Any, now: datetime | None = None) -> None:
    """Takes away a decision; while the meeting runs the later ones under the item move up.

    Once minutes exist the numbers stay as they were printed.
    """
    with transaction.atomic():
        item = decision.item
        entries.hold(item.meeting)
        pk, number = decision.pk, decision.number
        decision.delete()
        if item.meeting.state == Meeting.State.IN_PROGRESS:
            for later in item.decisions.filter(number__gt=number).order_by("number"):
                later.number -= 1
                later.save(update_fields=["number"])
        decision.pk = pk
        log.record(by=by, event="forums.decision.removed", on=decision, at=now)


# Actions -----------------------------------------------------------------------------------------


def add_action(
    *,
    item: AgendaItem,
    text: str,
    owners: str,
    due: date | None,
    by: Any,
    now: datetime | None = None,
) -> Action:
    """An action under the item; `owners` as written ("Per och Jonas"), see `owners.resolve`.

    Owners and date may wait until the meeting is finished. Raises OwnerUnclear, DueTooEarly,
    WrongState and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        meeting = item.meeting
        entries.hold(meeting)
        entries.check_due(due, earliest=meeting.day)
        action = entries.add_action(
            forum=meeting.forum,
            meeting=meeting,
            item=item,
            text=text,
            owners=_resolve(owners, meeting),
            due=due,
            by=by,
            now=now,
        )
        log.record(by=by, event="forums.action.created", on=action, at=now)
    return action


def change_action(
    *,
    action: Action,
    text: str,
    owners: str,
    due: date | None,
    was: str,
    by: Any,
    now: datetime | None = None,
) -> None:
    """Another wording, owner or date of an action that this meeting decided; not counted as moved.

    `was` is the mark of what the page showed: its owner may have moved the action since. Raises
    Outdated then, NotOfThisForum for an action that no meeting decided, AlreadyClosed, WrongState
    for one that is gone, and as `add_action`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        meeting = _own_meeting(action)
        entries.hold(meeting)
        entries.check_due(due, earliest=meeting.day)
        text, responsible = entries.clean_action(text), _resolve(owners, meeting)
        if not Action.objects.filter(pk=action.pk).exists():
            raise WrongState(_("Somebody has removed the action meanwhile."))
        # The update that changes nothing holds the action against its owner, who needs no meeting.
        if not Action.objects.filter(pk=action.pk, state="open").update(state="open"):
            raise entries.already_closed(action)
        action.refresh_from_db()
        if mark_of(action) != was:
            raise Outdated
        old = action.due
        Action.objects.filter(pk=action.pk).update(text=text, due=due)
        _correct_story(action, due, old)
        action.refresh_from_db()
        entries.set_owners(action, responsible)
        log.record(
            by=by,
            event="forums.action.changed",
            on=action,
            fields=("text", "owners", "due"),
            at=now,
        )


def remove_action(*, action: Action, by: Any, now: datetime | None = None) -> None:
    """Takes away an action that was written by mistake, while the meeting runs.

    Afterwards its owners have been mailed: raises WrongState, and it can be struck with a reason.
    """
    with transaction.atomic():
        meeting = _own_meeting(action)
        entries.hold(meeting)
        if meeting.state != Meeting.State.IN_PROGRESS:
            raise WrongState(
                _("The owner has already been told about the action. Strike it with a reason.")
            )
        pk = action.pk
        action.delete()
        action.pk = pk
        log.record(by=by, event="forums.action.removed", on=action, at=now)


def _correct_story(action: Action, due: date | None, old: date | None) -> None:
    """The story says of the latest date that it was this one from the beginning."""
    if due == old:
        return
    latest = action.changes.filter(kind__in=("created", "moved")).in_order().last()
    if latest is not None and (due is not None or latest.kind == ActionChange.Kind.CREATED):
        ActionChange.objects.filter(pk=latest.pk).update(new_due=due)


def _own_meeting(action: Action) -> Meeting:
    if action.meeting is None:
        raise NotOfThisForum
    return action.meeting


def _resolve(text: str, meeting: Meeting) -> list[owners.Owner]:
    return owners.resolve(text, forum=meeting.forum, meeting=meeting)


# Attendance --------------------------------------------------------------------------------------


def mark_all_present(*, meeting: Meeting, by: Any, now: datetime | None = None) -> int:
    """Everyone of whom nothing is recorded yet is present. Returns how many that were."""
    with transaction.atomic():
        entries.hold(meeting)
        count = meeting.participations.filter(attendance="unknown").update(attendance="present")
        log.record(
            by=by, event="forums.attendance.all", on=meeting, facts={"present": count}, at=now
        )
    return count


def mark_as_answered(*, meeting: Meeting, by: Any, now: datetime | None = None) -> int:
    """Those of whom nothing is recorded yet came as they answered, or their substitute did; of who
    has not answered nothing is recorded. Returns how many were."""
    with transaction.atomic():
        entries.hold(meeting)
        said = answers.by_place(meeting)
        rows = meeting.participations.filter(attendance="unknown", pk__in=said)
        count = 0
        for row in rows.select_related("organisation"):
            answer = said[row.pk]
            entries.set_attendance(
                row,
                attendance=_as_answered(answer),
                substitute_name=answer.substitute_name,
                substitute_organisation=answer.substitute_organisation,
            )
            count += 1
        log.record(
            by=by, event="forums.attendance.answered", on=meeting, facts={"people": count}, at=now
        )
    return count


def _as_answered(answer: Answer) -> str:
    if answer.is_yes:
        return Participation.Attendance.PRESENT
    if answer.substitute_name:
        return Participation.Attendance.SUBSTITUTE
    return Participation.Attendance.ABSENT


def set_attendance(
    *,
    participation: Participation,
    attendance: str,
    by: Any,
    substitute_name: str = "",
    substitute_organisation: Organisation | None = None,
    now: datetime | None = None,
) -> None:
    """Whether somebody came. A substitute needs a name (Missing), and comes from the organisation
    that was called unless another is given."""
    with transaction.atomic():
        entries.hold(participation.meeting)
        entries.set_attendance(
            participation,
            attendance=attendance,
            substitute_name=substitute_name,
            substitute_organisation=substitute_organisation,
        )
        log.record(
            by=by,
            event="forums.attendance.set",
            on=participation,
            facts={"attendance": attendance},
            at=now,
        )


def add_guest(
    *,
    meeting: Meeting,
    organisation: Organisation | None,
    by: Any,
    name: str = "",
    function: str = "",
    user: Any = None,
    now: datetime | None = None,
) -> Participation:
    """Somebody who came without being called; present. Raises Missing without name or organisation."""
    with transaction.atomic():
        entries.hold(meeting)
        if user is not None and meeting.participations.filter(user=user).exists():
            raise Refused(_("%(name)s is already on the list") % {"name": user}, field="name")
        guest = meetings.add_person(
            meeting,
            meetings.Invited(
                organisation=organisation, user=user, name=name, function=function, is_guest=True
            ),
        )
        entries.set_attendance(guest, attendance=Participation.Attendance.PRESENT)
        log.record(by=by, event="forums.guest.added", on=guest, at=now)
    return guest


def remove_guest(*, participation: Participation, by: Any, now: datetime | None = None) -> None:
    """Takes away a guest who was added by mistake. Raises WrongState for somebody who was called."""
    with transaction.atomic():
        entries.hold(participation.meeting)
        if not participation.is_guest:
            raise WrongState(_("Only guests can be taken off the list. Mark others as absent."))
        pk = participation.pk
        participation.delete()
        participation.pk = pk
        log.record(by=by, event="forums.guest.removed", on=participation, at=now)
