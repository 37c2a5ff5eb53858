"""A meeting registered after it was held: everything that was said, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log
from coordination.ui import dates

from . import agenda, entries, finishing, meetings, owners
from .agenda import Invited
from .models import (
    PLAN_STATES,
    Action,
    AgendaItem,
    Forum,
    ItemKind,
    Meeting,
    MinutesVersion,
)
from .refusals import NotOfThisForum, Refused


class NotHeldYet(Refused):
    """The time lies ahead: the meeting is to be planned instead."""


class HeldAlready(Refused):
    """The forum has a meeting at that time: `meeting`. It may be the same one."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(
            _(
                "The forum already has a meeting at that time: %(when)s. Tick the box if you are "
                "recording another meeting."
            )
            % {"when": dates.period(meeting.starts_at, meeting.ends_at)},
            field="another",
        )
        self.meeting = meeting


@dataclass(frozen=True)
class DecisionRecord:
    text: str
    report_to_management: bool = False


@dataclass(frozen=True)
class ActionRecord:
    """`owners` as written: "Per och Jonas"."""

    text: str
    owners: str
    due: date | None


@dataclass(frozen=True)
class ItemRecord:
    """One item. Without an outcome it is handled when anything stands under it; with nothing under
    it, a postponed item waits on and a standing one is left out."""

    title: str
    notes: str = ""
    kind: str = ItemKind.INFORMATION
    outcome: str = ""
    is_follow_up: bool = False
    carried_from: AgendaItem | None = None
    decisions: Sequence[DecisionRecord] = ()
    actions: Sequence[ActionRecord] = ()

    @property
    def is_empty(self) -> bool:
        return not (
            self.notes.strip()
            or self.outcome
            or self.decisions
            or self.actions
            or self.is_follow_up
        )


@dataclass(frozen=True)
class AttendanceRecord:
    """Somebody called or a guest, and whether they came."""

    person: Invited
    attendance: str
    substitute_name: str = ""


@dataclass(frozen=True)
class CarriedRecord:
    """What was said about an older action: done, struck (with a reason) or moved (with a date)."""

    action: Action
    outcome: str
    due: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Prefill:
    """What the page starts with; `meeting` when one was planned for a day that has passed."""

    starts_at: datetime
    ends_at: datetime
    place: str
    people: list[Invited] = field(default_factory=list)
    items: list[ItemRecord] = field(default_factory=list)
    carried: list[Action] = field(default_factory=list)
    meeting: Meeting | None = None


def prefill(*, forum: Forum, now: datetime, meeting: Meeting | None = None) -> Prefill:
    """The people, items and open actions to start from: the planned meeting's, or the forum's."""
    actions = list(
        agenda.open_actions(forum).prefetch_related("owners__user", "owners__organisation")
    )
    if meeting is not None:
        return Prefill(
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            place=meeting.place,
            people=[
                Invited(
                    organisation=row.organisation,
                    user=row.user,
                    name=row.name,
                    function=row.function,
                    seat=row.seat,
                    is_guest=row.is_guest,
                )
                for row in meeting.participations.select_related(
                    "user", "organisation", "seat"
                ).in_order()
            ],
            items=[
                ItemRecord(
                    title=item.title,
                    kind=item.kind,
                    is_follow_up=item.is_follow_up,
                    carried_from=item.carried_from,
                )
                for item in meeting.items.select_related("carried_from__meeting").in_order()
            ]
            + [
                ItemRecord(title=one.title, kind=one.kind, carried_from=one.carried_from)
                for one in map(agenda.again, agenda.astray(meeting, now=now))
            ],
            carried=actions,
            meeting=meeting,
        )
    today = timezone.localdate(now)
    return Prefill(
        starts_at=agenda.local(today, forum.usual_start or agenda.USUAL_START),
        ends_at=agenda.local(today, forum.usual_end or agenda.USUAL_END),
        place=forum.usual_place,
        people=agenda.people_for(forum, on=today),
        items=[
            ItemRecord(
                title=one.title,
                kind=one.kind,
                is_follow_up=one.is_follow_up,
                carried_from=one.carried_from,
            )
            for one in agenda.items_for(forum, now=now)
        ],
        carried=actions,
    )


def register_afterwards(
    *,
    forum: Forum,
    starts_at: datetime,
    ends_at: datetime,
    attendance: Sequence[AttendanceRecord],
    items: Sequence[ItemRecord],
    by: Any,
    place: str = "",
    carried: Sequence[CarriedRecord] = (),
    meeting: Meeting | None = None,
    another: bool = False,
    now: datetime | None = None,
) -> MinutesVersion:
    """A held meeting with all that was said, finished, in one transaction: all of it or nothing.

    `meeting` is the planned one that this was, if any. Raises HeldAlready when the forum has one
    more meeting at the time and nobody said that this is `another`, WrongState when the planned
    one has begun meanwhile, NotHeldYet, TimeRefused, finishing.CannotFinish, OwnerUnclear and what
    texts raise; `field` names the row of the form ("items-2-actions-0-owners").
    """
    now = now or timezone.now()
    with transaction.atomic():
        if starts_at > now:
            raise NotHeldYet(_("The meeting has not been held yet. Plan it instead."), field="date")
        meetings.check_times(starts_at, ends_at)
        agenda.hold(forum)
        if not another:
            _refuse_a_second(forum, meeting, starts_at, ends_at)
        meeting = _begin(forum, meeting, starts_at, ends_at, place, by, now)
        _write_attendance(meeting, attendance)
        _write_carried(meeting, carried, by, now)
        for index, record in _told(items):
            _write_item(meeting, record, f"items-{index}", by, now)
        agenda.take_off_later(meeting)
        if not meeting.items.exists():
            raise Refused(_("Add at least one agenda item"), field="items")
        if not meeting.items.filter(is_follow_up=True).exists() and meeting.carried.exists():
            entries.add_item(meeting, title=agenda.follow_up_item().title, is_follow_up=True)
        version = finishing.complete(meeting, choices={}, by=by, now=now)
        log.record(
            by=by,
            event="forums.meeting.registered",
            on=meeting,
            facts={"version": version.number},
            at=now,
        )
    return version


def _refuse_a_second(
    forum: Forum, meeting: Meeting | None, starts_at: datetime, ends_at: datetime
) -> None:
    """Two who took notes may both register the meeting, or one of them twice."""
    same_time = forum.meetings.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    others = same_time.exclude(state=Meeting.State.CANCELLED).exclude(pk=meeting and meeting.pk)
    if (one := others.soonest_first().first()) is not None:
        raise HeldAlready(one)


def _begin(
    forum: Forum,
    meeting: Meeting | None,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    by: Any,
    now: datetime,
) -> Meeting:
    """The meeting as begun, without people and items: those come from what was registered."""
    if meeting is None:
        meeting = Meeting(forum=forum, planned_by=by, planned_at=now)
    else:
        if meeting.forum_id != forum.pk:
            raise NotOfThisForum(field="meeting")
        entries.hold(meeting, PLAN_STATES)
        meeting.participations.all().delete()
        meeting.items.all().delete()
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.place = meetings.clean_place(place)
    meeting.state, meeting.started_by, meeting.started_at = Meeting.State.IN_PROGRESS, by, now
    meeting.save()
    entries.carry(meeting, agenda.open_actions(forum, besides=meeting))
    return meeting


def _told(items: Sequence[ItemRecord]) -> list[tuple[int, ItemRecord]]:
    """The items that belong in the minutes, with their row in the form."""
    return [
        (index, record)
        for index, record in enumerate(items)
        if record.carried_from is not None or not record.is_empty
    ]


def _write_attendance(meeting: Meeting, attendance: Sequence[AttendanceRecord]) -> None:
    meetings.write_people(meeting, [record.person for record in attendance])
    rows = list(meeting.participations.order_by("pk"))
    for index, (row, record) in enumerate(zip(rows, attendance, strict=True)):
        entries.set_attendance(
            row,
            attendance=record.attendance,
            substitute_name=record.substitute_name,
            field=f"participants-{index}-substitute_name",
        )


def _write_carried(
    meeting: Meeting, carried: Sequence[CarriedRecord], by: Any, now: datetime
) -> None:
    for index, record in enumerate(carried):
        if record.action.forum_id != meeting.forum_id:
            raise NotOfThisForum(field=f"carried-{index}-outcome")
        match record.outcome:
            case "done" | "struck":
                entries.close(
                    record.action,
                    state=record.outcome,
                    reason=record.reason,
                    meeting=meeting,
                    by=by,
                    now=now,
                    field=f"carried-{index}-reason",
                )
            case "moved":
                entries.move(
                    record.action,
                    due=record.due,
                    reason=record.reason,
                    meeting=meeting,
                    by=by,
                    now=now,
                    field=f"carried-{index}-due",
                    reason_field=f"carried-{index}-reason",
                )


def _write_item(
    meeting: Meeting, record: ItemRecord, row: str, by: Any, now: datetime
) -> AgendaItem:
    if record.carried_from is not None and record.carried_from.meeting.forum_id != meeting.forum_id:
        raise NotOfThisForum(field=f"{row}-title")
    item = entries.add_item(
        meeting,
        title=record.title,
        kind=record.kind,
        is_follow_up=record.is_follow_up,
        carried_from=record.carried_from,
        field=f"{row}-title",
    )
    item.notes = entries.clean_notes(record.notes, f"{row}-notes")
    item.outcome = record.outcome or (
        AgendaItem.Outcome.POSTPONED
        if record.carried_from is not None and record.is_empty
        else AgendaItem.Outcome.OPEN
    )
    if item.notes:
        item.edited_by, item.edited_at = by, now
    item.save(update_fields=["notes", "outcome", "edited_by", "edited_at"])
    for index, decision in enumerate(record.decisions):
        entries.add_decision(
            item,
            text=decision.text,
            report_to_management=decision.report_to_management,
            by=by,
            now=now,
            field=f"{row}-decisions-{index}-text",
        )
    for index, action in enumerate(record.actions):
        place = f"{row}-actions-{index}"
        entries.check_due(action.due, earliest=meeting.day, field=f"{place}-due")
        entries.add_action(
            forum=meeting.forum,
            meeting=meeting,
            item=item,
            text=action.text,
            owners=owners.resolve(
                action.owners, forum=meeting.forum, meeting=meeting, field=f"{place}-owners"
            ),
            due=action.due,
            by=by,
            now=now,
            field=f"{place}-text",
        )
    return item
