"""What a forum's next meeting starts with: its time, its people, its items and the open actions."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coordination.actors.models import Organisation

from . import holidays
from .models import Action, AgendaItem, Forum, ItemKind, Meeting, MeetingQuerySet, Seat

USUAL_START, USUAL_END = time(13, 0), time(14, 30)
LONGEST_SEARCH = 60
"""Weeks to look ahead for a day that is no holiday."""
MOST_ITEMS, READ_ITEMS = 40, 80
"""So many items a person can give one meeting, before it or after it; and so many rows of a page
are read, since what was postponed may come on top."""


def hold(forum: Forum) -> None:
    """Keeps the forum's plans as they are until the transaction ends.

    What is postponed is placed by whoever comes last: the one who finishes a meeting, or the one
    who plans the next. Each takes the forum's row first, and then the meetings' rows.
    """
    Forum.objects.filter(pk=forum.pk).update(interval_weeks=F("interval_weeks"))


@dataclass(frozen=True)
class PlannedItem:
    """An agenda item as planned; `pk` names the one it changes."""

    title: str
    kind: str = ItemKind.INFORMATION
    presenter: str = ""
    planned_minutes: int | None = None
    is_follow_up: bool = False
    carried_from: AgendaItem | None = None
    pk: int | None = None


@dataclass(frozen=True)
class Invited:
    """Somebody to call: from a seat, or with an account, a name or a function of their own.

    `pk` names the participation it changes.
    """

    organisation: Organisation | None
    user: Any = None
    name: str = ""
    function: str = ""
    seat: Seat | None = None
    is_guest: bool = False
    pk: int | None = None

    @property
    def label(self) -> str:
        return (str(self.user) if self.user else self.name) or self.function


def next_times(forum: Forum, *, now: datetime) -> tuple[datetime, datetime]:
    """When the next meeting starts and ends: the previous one's weekday and time, an interval later.

    Days that have passed, public holidays and the summer weeks are passed over, a week at a time.
    """
    last = forum.meetings.exclude(state=Meeting.State.CANCELLED).newest_first().first()
    today = timezone.localdate(now)
    nights = timedelta(0)
    if last is not None:
        started, ended = timezone.localtime(last.starts_at), timezone.localtime(last.ends_at)
        start, end = started.time(), ended.time()
        nights = ended.date() - started.date()
        day = started.date() + timedelta(weeks=forum.interval_weeks)
    else:
        start, end = forum.usual_start or USUAL_START, forum.usual_end or USUAL_END
        day = today + timedelta(weeks=1)
    while day <= today:
        day += timedelta(weeks=forum.interval_weeks)
    for _week in range(LONGEST_SEARCH):
        if not holidays.is_free(day):
            break
        day += timedelta(weeks=1)
    return local(day, start), local(day + nights, end)


def local(day: date, at: time) -> datetime:
    """The moment when the clock on the wall shows that time that day."""
    return timezone.make_aware(datetime.combine(day, at))


def people_for(forum: Forum, *, on: date) -> list[Invited]:
    """Everyone who has a seat that day: chair, secretary, then the members."""
    seats = forum.seats.active(on).select_related("user", "organisation").in_order()
    return [
        Invited(
            organisation=seat.organisation,
            user=seat.user,
            name=seat.name,
            function=seat.function,
            seat=seat,
        )
        for seat in seats
    ]


def items_for(forum: Forum, *, now: datetime | None = None) -> list[PlannedItem]:
    """The standing items, with what was postponed before the last of them.

    A forum with open actions and no standing item to follow them up gets one.
    """
    standing = [
        PlannedItem(title=one.title, kind=one.kind, is_follow_up=one.is_follow_up)
        for one in forum.standing_items.order_by("position")
    ]
    if not any(one.is_follow_up for one in standing) and open_actions(forum).exists():
        standing.insert(min(1, len(standing)), follow_up_item())
    postponed = [again(item) for item in waiting(forum, now=now)]
    # The last standing item closes the meeting ("Övrigt"), unless there is hardly any agenda.
    cut = len(standing) - 1 if len(standing) > 2 else len(standing)
    return [*standing[:cut], *postponed, *standing[cut:]]


def follow_up_item() -> PlannedItem:
    with translation.override(settings.LANGUAGE_CODE):
        return PlannedItem(title=_("Follow-up of actions"), is_follow_up=True)


def again(item: AgendaItem) -> PlannedItem:
    """A postponed item as it stands on the next agenda: without its notes. Or its copy on another."""
    return PlannedItem(
        title=item.title,
        kind=item.kind,
        presenter=item.presenter,
        planned_minutes=item.planned_minutes,
        carried_from=item if item.outcome == AgendaItem.Outcome.POSTPONED else item.carried_from,
    )


def waiting(forum: Forum, *, now: datetime | None = None) -> QuerySet[AgendaItem]:
    """Postponed items that stand on no later agenda yet: each is to be placed exactly once.

    A plan whose time passed without a meeting is no agenda: what stood on it waits on. An item that
    was postponed twice waits once, also when an earlier copy of it is placed.
    """
    now = now or timezone.now()
    copies = (
        AgendaItem.objects.filter(meeting__forum=forum, carried_from__isnull=False)
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .exclude(meeting__in=forum.meetings.not_held().filter(ends_at__lt=now))
    )
    ahead = copies.filter(meeting__in=forum.meetings.not_held())
    return (
        AgendaItem.objects.filter(
            meeting__forum=forum,
            meeting__finished_at__isnull=False,
            outcome=AgendaItem.Outcome.POSTPONED,
        )
        .exclude(pk__in=copies.values("carried_from"))
        .exclude(Q(carried_from__isnull=False) & Q(carried_from__in=ahead.values("carried_from")))
        .order_by("meeting__starts_at", "position", "pk")
    )


def astray(meeting: Meeting, *, now: datetime) -> list[AgendaItem]:
    """What belongs on this agenda and stands elsewhere: on a plan that came to nothing, or on the plan
    of a later meeting, because this one was planned or moved in between.

    Each is the postponed item, or the copy on the later plan with what was changed in it there.
    What somebody took off this agenda is not among them: it waits until this meeting is over.
    """
    forum = meeting.forum
    copies = AgendaItem.objects.filter(meeting__forum=forum, carried_from__isnull=False)
    came_to_nothing = copies.filter(
        Q(meeting__state=Meeting.State.CANCELLED)
        | Q(meeting__in=forum.meetings.not_held().filter(ends_at__lt=now))
    ).exclude(meeting=meeting)
    stranded = waiting(forum, now=now).filter(pk__in=came_to_nothing.values("carried_from"))
    later = copies.filter(
        meeting__in=forum.meetings.not_held().filter(starts_at__gt=meeting.starts_at)
    ).exclude(carried_from__in=meeting.items.exclude(carried_from=None).values("carried_from"))
    return [
        *stranded.exclude(pk__in=meeting.items.exclude(carried_from=None).values("carried_from")),
        *later.select_related("carried_from").order_by("meeting__starts_at", "position", "pk"),
    ]


def take_off(copy: AgendaItem) -> None:
    """The copy of a postponed item leaves the plan it stands on, whose version rises.

    The plan is held before its items are touched, as by whoever changes it right now; then the copy
    is read again, and nothing is done if it left the plan meanwhile.
    """
    following = copy.meeting
    Meeting.objects.filter(pk=following.pk).update(version=F("version") + 1)
    if not AgendaItem.objects.filter(pk=copy.pk).exists():
        return
    copy.refresh_from_db()
    position = copy.position
    copy.delete()
    for later in following.items.filter(position__gt=position):
        later.position -= 1
        later.save(update_fields=["position"])


def take_off_later(meeting: Meeting) -> None:
    """What was taken up at this meeting leaves the plans of later ones."""
    taken_up = meeting.items.exclude(carried_from=None).values("carried_from")
    later = meeting.forum.meetings.not_held().filter(starts_at__gt=meeting.starts_at)
    for copy in AgendaItem.objects.filter(meeting__in=later, carried_from__in=taken_up):
        take_off(copy)


def open_actions(forum: Forum, *, besides: Meeting | None = None) -> QuerySet[Action]:
    """The forum's open actions that the meeting did not make itself, most urgent first."""
    actions = forum.actions.open()
    if besides is not None:
        actions = actions.exclude(meeting=besides)
    return actions.by_due()


def ahead(forum: Forum, *, now: datetime) -> MeetingQuerySet:
    """The forum's meetings that have not begun and whose time has not passed, the soonest first."""
    return forum.meetings.not_held().filter(ends_at__gte=now).soonest_first()


def missed(forum: Forum, *, now: datetime) -> MeetingQuerySet:
    """The forum's meetings whose time has passed and that nobody has written up, the latest first."""
    return forum.meetings.not_held().filter(ends_at__lt=now).newest_first()


def next_planned(meeting: Meeting, *, now: datetime) -> Meeting | None:
    """The forum's next meeting after this one that has not begun and still lies ahead."""
    return ahead(meeting.forum, now=now).filter(starts_at__gt=meeting.starts_at).first()


def suggested_due(meeting: Meeting, *, now: datetime) -> date:
    """When an action decided at the meeting is due unless somebody says otherwise: the next meeting."""
    following = next_planned(meeting, now=now)
    if following is not None:
        return following.day
    return timezone.localtime(next_times(meeting.forum, now=now)[0]).date()
