"""A meeting until it begins: planned from the previous one, changed, called, and its log opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.audit import log

from . import agenda, calls, entries, placing
from .agenda import Invited, PlannedItem
from .models import (
    PLAN_STATES,
    AgendaItem,
    Call,
    Forum,
    Meeting,
    MeetingQuerySet,
    MeetingSeries,
    Participation,
)
from .refusals import Missing, NotOfThisForum, Refused, WrongState, clean

__all__ = [
    "Invited",
    "NextMeetingExists",
    "NothingToTell",
    "PlanChanged",
    "PlannedItem",
    "TimeRefused",
    "TooManyItems",
    "call",
    "call_again",
    "change",
    "plan",
    "plan_next",
    "reached",
    "start_log",
    "to_finish",
    "upcoming_for",
    "why_not_call",
]


class TimeRefused(Refused):
    """The time cannot be: it has passed, or ends before it starts."""


class PlanChanged(Refused):
    """Somebody else changed the plan since the page was shown."""


class TooManyItems(Refused):
    """The agenda is longer than a meeting can be recorded with."""

    def __init__(self) -> None:
        text = _("A meeting can have at most %(count)s items. Remove items before you save.")
        super().__init__(text % {"count": agenda.MOST_ITEMS}, field="items")


class NothingToTell(Refused):
    """Those called know everything that the plan says."""

    def __init__(self) -> None:
        super().__init__(_("Nothing has changed since the invitation was sent."))


class NextMeetingExists(Refused):
    """The forum's next meeting is planned already: `meeting`."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(_("The next meeting is already planned."))
        self.meeting = meeting


def plan_next(*, forum: Forum, by: Any, now: datetime | None = None) -> Meeting:
    """Plans the next meeting from the previous: time, place, people, standing and postponed items.

    Open actions follow by themselves, under the item that follows them up. Raises
    NextMeetingExists while one that has not been held lies ahead.
    """
    now = now or timezone.now()
    with transaction.atomic():
        # So that two who press at once get one meeting.
        agenda.hold(forum)
        ahead = agenda.ahead(forum, now=now).first()
        if ahead is not None:
            raise NextMeetingExists(ahead)
        starts_at, ends_at = agenda.next_times(forum, now=now)
        last = forum.meetings.held().newest_first().first()
        meeting = _plan(
            forum=forum,
            starts_at=starts_at,
            ends_at=ends_at,
            place=(last.place if last else "") or forum.usual_place,
            items=agenda.items_for(forum, now=now),
            invited=agenda.people_for(forum, on=timezone.localdate(starts_at)),
            by=by,
            now=now,
        )
        log.record(by=by, event="forums.meeting.planned", on=meeting, at=now)
    return meeting


def plan(
    *,
    forum: Forum,
    starts_at: datetime,
    ends_at: datetime,
    by: Any,
    place: str = "",
    items: Sequence[PlannedItem] | None = None,
    invited: Sequence[Invited] | None = None,
    now: datetime | None = None,
) -> Meeting:
    """Plans a meeting at a chosen time; items and people not given are filled in as for the next.

    Raises TimeRefused for a time that has passed or ends before it starts, and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        agenda.hold(forum)
        meeting = place_on_plan(
            forum=forum,
            starts_at=starts_at,
            ends_at=ends_at,
            place=place,
            by=by,
            now=now,
            items=items,
            invited=invited,
        )
        log.record(by=by, event="forums.meeting.planned", on=meeting, at=now)
    return meeting


def change(
    *,
    meeting: Meeting,
    version: int,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    items: Sequence[PlannedItem],
    invited: Sequence[Invited],
    by: Any,
    now: datetime | None = None,
) -> Meeting:
    """Makes the plan say this, whole: items in this order, these people, nobody else.

    A new time or place of a called meeting is mailed to those called, whoever is added to it is called,
    and whoever is taken off it is told. Raises WrongState once the meeting has begun, PlanChanged when `version` is stale,
    TimeRefused, TooManyItems, and what texts raise.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, PLAN_STATES)
        if meeting.version != version:
            raise PlanChanged(
                _("Somebody else has changed the meeting. Check the new version and save again.")
            )
        check_times(starts_at, ends_at)
        if starts_at != meeting.starts_at:
            check_ahead(starts_at, now)
        # What was postponed may have come on top; that is never too much to keep.
        if len(items) > max(agenda.MOST_ITEMS, meeting.items.count()):
            raise TooManyItems()
        place = clean_place(place)
        before = (meeting.starts_at, meeting.ends_at, meeting.place)
        moved = before != (starts_at, ends_at, place)
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=starts_at, ends_at=ends_at, place=place, version=F("version") + 1
        )
        write_items(meeting, items)
        people = list(meeting.participations.select_related("user"))
        added = write_people(meeting, invited)
        # Only now, so that a refusal leaves the caller's object as the database has it.
        meeting.refresh_from_db()
        if meeting.state == Meeting.State.CALLED and not meeting.is_past(now):
            _tell(meeting, left=left(meeting, people), added=added, moved=moved, by=by, now=now)
        log.record(
            by=by,
            event="forums.meeting.changed",
            on=meeting,
            fields=("starts_at", "ends_at", "place") if moved else ("agenda",),
            at=now,
        )
    return meeting


def _tell(
    meeting: Meeting,
    *,
    left: Sequence[Participation],
    added: Sequence[Participation],
    moved: bool,
    by: Any,
    now: datetime,
) -> None:
    """Mails what a change of the plan of a called meeting means to each: off it, elsewhere, or new on it."""
    if left or added:
        # Whoever is taken off and added again gets a higher number each time.
        Meeting.objects.filter(pk=meeting.pk).update(call_sequence=F("call_sequence") + 1)
        meeting.refresh_from_db(fields=["call_sequence"])
    calls.withdraw(meeting, left)
    if moved:
        calls.send(calls.told(meeting, kind=Call.Kind.CHANGE, by=by, now=now), besides=added)
    said = calls.last(meeting) if added else None
    if said is not None:
        calls.send(said, letter=calls.LETTERS[Call.Kind.CALL], only=added)


def left(meeting: Meeting, before: Sequence[Participation]) -> list[Participation]:
    """Those of the former rows whose person stands on the plan no more."""
    rows = dict(meeting.participations.values_list("pk", "user"))
    people = set(rows.values())
    off = [one for one in before if one.pk not in rows]
    return [one for one in off if one.user_id is None or one.user_id not in people]


def call(*, meeting: Meeting, by: Any, now: datetime | None = None) -> list[Participation]:
    """Calls the meeting: everyone with an account is mailed. Returns those to be told otherwise.

    Refuses a meeting without items or participants, one whose time has passed (TimeRefused), and
    one that is called already (WrongState).
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, PLAN_STATES)
        found = why_not_call(
            meeting,
            has_items=meeting.items.exists(),
            has_people=meeting.participations.exists(),
            now=now,
        )
        if found is not None:
            raise found
        meeting.state, meeting.called_by, meeting.called_at = Meeting.State.CALLED, by, now
        meeting.save(update_fields=["state", "called_by", "called_at"])
        unreached = calls.send(calls.told(meeting, kind=Call.Kind.CALL, by=by, now=now))
        log.record(
            by=by,
            event="forums.meeting.called",
            on=meeting,
            facts={"unreached": len(unreached)},
            at=now,
        )
    return unreached


def why_not_call(
    meeting: Meeting, *, has_items: bool, has_people: bool, now: datetime
) -> Refused | None:
    """What `call` would refuse the meeting with as it stands; None when it can be called."""
    if not meeting.is_plan:
        return WrongState(entries.wrong_state(meeting))
    if meeting.state == Meeting.State.CALLED:
        return WrongState(_("The invitation has already been sent."))
    try:
        check_ahead(meeting.starts_at, now)
    except TimeRefused as refusal:
        return refusal
    if not has_items:
        return Missing(_("Add at least one agenda item"), field="items")
    if not has_people:
        return Missing(_("Add at least one participant before sending"), field="participants")
    return None


def call_again(*, meeting: Meeting, by: Any, now: datetime | None = None) -> list[Participation]:
    """Tells those called what has changed on the plan since they were told last. Returns those to be
    told otherwise.

    Raises NothingToTell when nothing has, TimeRefused for a meeting whose time has passed, and
    WrongState for one that is not called, or has begun.
    """
    now = now or timezone.now()
    with transaction.atomic():
        entries.hold(meeting, PLAN_STATES)
        if meeting.state != Meeting.State.CALLED:
            raise WrongState(_("The invitation has not been sent yet."))
        check_ahead(meeting.starts_at, now)
        if not calls.changes(meeting):
            raise NothingToTell
        unreached = calls.send(calls.told(meeting, kind=Call.Kind.CHANGE, by=by, now=now))
        log.record(
            by=by,
            event="forums.meeting.called_again",
            on=meeting,
            facts={"unreached": len(unreached)},
            at=now,
        )
    return unreached


def reached(meeting: Meeting) -> list[Any]:
    """The participants whom a mail reaches."""
    rows = meeting.participations.select_related("user").in_order()
    return [row.user for row in rows if row.user and row.user.is_active and row.user.email]


def start_log(*, meeting: Meeting, by: Any, now: datetime | None = None) -> Meeting:
    """The meeting begins: the forum's open actions are placed under its follow-up, and what was postponed
    stands on its agenda, wherever it was planned.

    Does nothing when it has begun already, so that opening the log twice is one start. Raises
    WrongState for a meeting that is finished or cancelled.
    """
    now = now or timezone.now()
    with transaction.atomic():
        meeting.refresh_from_db()
        if meeting.state == Meeting.State.IN_PROGRESS:
            return meeting
        agenda.hold(meeting.forum)
        begun = Meeting.objects.filter(pk=meeting.pk, state__in=PLAN_STATES).update(
            state=Meeting.State.IN_PROGRESS, started_by=by, started_at=now
        )
        meeting.refresh_from_db()
        if not begun:
            if meeting.state == Meeting.State.IN_PROGRESS:
                return meeting
            entries.hold(meeting, PLAN_STATES)
        bring_postponed(meeting, now)
        place_open_actions(meeting)
        log.record(by=by, event="forums.meeting.started", on=meeting, at=now)
    return meeting


def upcoming_for(user: Any, now: datetime) -> MeetingQuerySet:
    """Meetings ahead that the user is invited to, the soonest first."""
    return (
        Meeting.objects.visible_to(user)
        .filter(participations__user=user.pk, ends_at__gte=now)
        .filter(state__in=(*PLAN_STATES, Meeting.State.IN_PROGRESS))
        .select_related("forum")
        .soonest_first()
    )


def to_finish(now: datetime) -> Q:
    """Meetings whose log waits: begun and not finished, or past and not begun."""
    return Q(state=Meeting.State.IN_PROGRESS) | Q(state__in=PLAN_STATES, ends_at__lt=now)


# Steps that registering afterwards shares ----------------------------------------------------------


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise TimeRefused(_("The end time must be after the start time"), field="ends")


def check_ahead(starts_at: datetime, now: datetime) -> None:
    if starts_at < now:
        raise TimeRefused(
            _("The meeting date has passed. Choose a later date or record the meeting afterwards."),
            field="date",
        )


def clean_place(place: str) -> str:
    return clean(place, label=_("The place"), limit=entries.PLACE, field="place")


def write_items(meeting: Meeting, items: Sequence[PlannedItem]) -> None:
    """Makes the agenda these items, in this order; an item that is left out goes away."""
    existing = {item.pk: item for item in meeting.items.all()}
    if unknown := {one.pk for one in items if one.pk} - existing.keys():
        raise NotOfThisForum(field=f"items-{min(unknown)}")
    kept = {one.pk for one in items if one.pk}
    meeting.items.exclude(pk__in=kept).delete()
    for position, one in enumerate(items, start=1):
        field = f"items-{position - 1}-title"
        if one.carried_from is not None and one.carried_from.meeting.forum_id != meeting.forum_id:
            raise NotOfThisForum(field=field)
        if one.pk is None:
            entries.add_item(
                meeting,
                title=one.title,
                kind=one.kind,
                presenter=one.presenter,
                planned_minutes=one.planned_minutes,
                is_follow_up=one.is_follow_up,
                carried_from=one.carried_from,
                position=position,
                field=field,
            )
        else:
            _change_item(existing[one.pk], one, position, field)


def _change_item(item: AgendaItem, one: PlannedItem, position: int, field: str) -> None:
    item.position = position
    item.title = clean(
        one.title,
        label=_("The item's title"),
        limit=entries.ITEM_TITLE,
        field=field,
        needed=_("Enter what the item is about"),
    )
    item.kind = one.kind
    item.presenter = clean(
        one.presenter,
        label=_("The presenter"),
        limit=entries.PERSON_NAME,
        field=field.replace("title", "presenter"),
    )
    item.planned_minutes = one.planned_minutes
    item.save(update_fields=["position", "title", "kind", "presenter", "planned_minutes"])


def write_people(meeting: Meeting, invited: Sequence[Invited]) -> list[Participation]:
    """Makes these the participants; who is left out is not called. Returns those who are new.

    Refuses the same person twice.
    """
    existing = {row.pk: row for row in meeting.participations.all()}
    if unknown := {one.pk for one in invited if one.pk} - existing.keys():
        raise NotOfThisForum(field=f"participants-{min(unknown)}")
    meeting.participations.exclude(pk__in={one.pk for one in invited if one.pk}).delete()
    seen = {existing[one.pk].user_id for one in invited if one.pk} - {None}
    added = []
    for index, one in enumerate(invited):
        if one.pk is not None:
            continue
        field = f"participants-{index}-name"
        if one.user is not None and one.user.pk in seen:
            raise Refused(_("%(name)s is already on the list") % {"name": one.label}, field=field)
        added.append(add_person(meeting, one, field))
        if one.user is not None:
            seen.add(one.user.pk)
    return added


def add_person(meeting: Meeting, one: Invited, field: str = "name") -> Participation:
    """One more participant. Refuses one without name or function, or without an organisation."""
    name = "" if one.user else clean(one.name, label=_("The name"), limit=80, field=field)
    function = clean(one.function, label=_("The function"), limit=120, field="function")
    if one.user is None and not name and not function:
        raise Missing(_("Enter a name or a function"), field=field)
    if one.organisation is None:
        raise Missing(
            _("Enter the organisation %(name)s comes from") % {"name": one.label},
            field=field.replace("name", "organisation"),
        )
    if one.seat is not None and one.seat.forum_id != meeting.forum_id:
        raise NotOfThisForum(field=field)
    return Participation.objects.create(
        meeting=meeting,
        seat=one.seat,
        user=one.user,
        name=name,
        organisation=one.organisation,
        function=function,
        is_guest=one.is_guest,
    )


def bring_postponed(meeting: Meeting, now: datetime) -> None:
    """Puts what was postponed and stands elsewhere on this agenda, and takes it off later plans."""
    for item in agenda.astray(meeting, now=now):
        if item.outcome != AgendaItem.Outcome.POSTPONED:
            agenda.take_off(item)
        entries.put_again(meeting, item)


def place_open_actions(meeting: Meeting) -> None:
    """Puts every open action of the forum on this meeting's follow-up, adding that item if need be."""
    actions = agenda.open_actions(meeting.forum, besides=meeting)
    if actions.exists() and not meeting.items.filter(is_follow_up=True).exists():
        item = agenda.follow_up_item()
        entries.add_item(meeting, title=item.title, is_follow_up=True)
    entries.carry(meeting, actions)


def place_on_plan(
    *,
    forum: Forum,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    by: Any,
    now: datetime,
    items: Sequence[PlannedItem] | None = None,
    invited: Sequence[Invited] | None = None,
    series: MeetingSeries | None = None,
) -> Meeting:
    """One meeting, filled in as the next one is where nothing is given; the caller holds the forum and
    records it."""
    check_times(starts_at, ends_at)
    check_ahead(starts_at, now)
    day = timezone.localdate(starts_at)
    return _plan(
        forum=forum,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place or forum.usual_place,
        items=agenda.items_for(forum, now=now) if items is None else items,
        invited=agenda.people_for(forum, on=day) if invited is None else invited,
        by=by,
        now=now,
        series=series,
    )


def _plan(
    *,
    forum: Forum,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    items: Sequence[PlannedItem],
    invited: Sequence[Invited],
    by: Any,
    now: datetime,
    series: MeetingSeries | None = None,
) -> Meeting:
    meeting = Meeting.objects.create(
        forum=forum,
        series=series,
        starts_at=starts_at,
        ends_at=ends_at,
        place=clean_place(place),
        planned_by=by,
        planned_at=now,
    )
    write_items(meeting, items)
    bring_postponed(meeting, now)
    placing.bring_proposals(meeting)
    write_people(meeting, invited)
    return meeting
