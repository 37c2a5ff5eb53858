"""The demo's forums and a year of their meetings, made by the same functions as the pages use.

Held meetings are registered afterwards, so nobody is mailed an invitation to them; of the mails to
owners of actions only those whose action is still open have anything to say, and the others are
settled as not needed. Only the coming meetings are called.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from coordination.access.models import User
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.frame import demo

from . import (
    actions,
    afterwards,
    agenda,
    answers,
    cancelling,
    demo_adjusting,
    demo_matters,
    documents,
    holidays,
    meetings,
    proceedings,
    proposals,
    register,
    series,
)
from .afterwards import ActionRecord, AttendanceRecord, CarriedRecord, DecisionRecord, ItemRecord
from .demo_script import (
    BRA,
    BRA_LAST,
    CALLED,
    CANCELLED_WHY,
    COMMENTS,
    DOCUMENT,
    OREFRO,
    OXHAGEN,
    PLANNED,
    PROGRESS,
    PROPOSED,
    REASONS_MOVED,
    REASONS_STRUCK,
    SCRIPTS,
    STRATEGIC,
    SUBSTITUTES,
    VIVALLA,
    WEST,
    Script,
    Topic,
)
from .models import Forum, Meeting
from .register import NewSeat, NewStandingItem
from .series_dates import Rhythm

BRA_ACTIONS = (
    ("Schema för elevstödjare", "Maria Sten", -4),
    ("Inventera föreningar i Varberga", "Jonas Berg", 3),
    ("Kontakt med Borlänge om Kunskapshus", "Oskar Lind", 10),
)
"""What ÖreBRÅ's last meeting left open, and how many days from today each is due."""


@dataclass
class Stage:
    """One forum while its year is made."""

    script: Script
    forum: Forum
    chair: User
    secretary: User
    count: int = 0


@demo.part(20, "Forum och ett år av möten")
def make(scene: demo.Scene) -> None:
    """Ten forums; their held meetings in the order they were held; then what lies ahead."""
    today = timezone.localdate(scene.now)
    stages = [_establish(script, today) for script in SCRIPTS]
    held = sorted(
        (
            (day, stage.forum.pk, index, stage)
            for stage in stages
            for index, day in _days(scene, stage.script)
        ),
        key=lambda one: one[:3],
    )
    for day, _pk, index, stage in held:
        _hold(scene, stage, day, is_last=index == 0)
    for stage in stages:
        _look_ahead(scene, stage)
    forums = {stage.script.name: stage.forum for stage in stages}
    demo_adjusting.make(
        locked=forums[BRA],
        waiting=forums[STRATEGIC],
        notes=forums[VIVALLA],
        asked=forums[OXHAGEN],
        now=scene.now,
    )
    demo_matters.make(now=scene.now)


def _establish(script: Script, today: date) -> Stage:
    people = {user.username: user for user in User.objects.all()}
    organisations = {one.name: one for one in Organisation.objects.all()}
    forum = register.establish(
        name=script.name,
        purpose=script.purpose,
        levels=PreventionLevel.objects.filter(code__in=script.levels),
        districts=District.objects.filter(name__in=script.districts),
        age_group=script.age_group,
        basis="new" if script.why_new else "existing",
        basis_reason=script.why_new,
        minutes_form=script.minutes_form,
        information_class=script.information,
        usual_start=script.start,
        usual_end=script.end,
        usual_place=script.room,
        interval_weeks=script.weeks,
        seats=[
            NewSeat(
                organisation=organisations[place.organisation],
                role=place.role,
                user=people.get(place.user),
                function=place.function,
            )
            for place in script.seats
        ],
        standing_items=[NewStandingItem(*item) for item in script.standing],
        by=None,
        on=today - timedelta(days=700),
    )
    named = {place.role: people[place.user] for place in script.seats if place.user}
    chair = next(people[place.user] for place in script.seats if place.role == "chair")
    return Stage(script, forum, chair, named["secretary"])


def _days(scene: demo.Scene, script: Script) -> Iterator[tuple[int, date]]:
    """The days the forum met, the last one first: no weekends, holidays or summer weeks, and at
    most one meeting a day."""
    last = timezone.localdate(scene.now) - timedelta(days=script.days_ago)
    if script.weekday is not None:
        last -= timedelta(days=(last.weekday() - script.weekday) % 7)
    while last.weekday() > 4:
        last -= timedelta(days=1)
    while holidays.is_free(last):
        last -= timedelta(weeks=1)
    seen = set()
    for index in range(script.held * scene.scale):
        day = last - timedelta(days=round(index * script.weeks * 7 / scene.scale))
        if day.weekday() > 4:
            day -= timedelta(days=2)
        if not holidays.is_free(day) and day not in seen:
            seen.add(day)
            yield index, day


def _hold(scene: demo.Scene, stage: Stage, day: date, *, is_last: bool) -> None:
    """One meeting as it was held, with what had happened since the one before."""
    forum, script = stage.forum, stage.script
    at = agenda.local(day + timedelta(days=1), script.start)
    _work_between(scene, stage, day)
    closing = is_last and script.name == BRA
    afterwards.register_afterwards(
        forum=forum,
        starts_at=agenda.local(day, script.start),
        ends_at=agenda.local(day, script.end),
        place=script.room,
        attendance=list(_attendance(scene, forum, day)),
        items=list(_items(scene, stage, day, closing=closing)),
        carried=list(_carried(scene, stage, day, closing=closing)),
        by=stage.secretary,
        now=min(at, scene.now),
    )
    stage.count += 1


def _work_between(scene: demo.Scene, stage: Stage, day: date) -> None:
    """Some owners had told that they were done before the meeting."""
    due = agenda.open_actions(stage.forum).filter(due__lt=day).prefetch_related("owners__user")
    for action in due:
        owner = next((one.user for one in action.owners.all() if one.user), stage.secretary)
        if scene.chance.random() < 0.4:
            actions.mark_done(
                action=action,
                by=owner,
                comment=scene.chance.choice(COMMENTS),
                now=agenda.local(action.due or day, stage.script.end),
            )


def _carried(
    scene: demo.Scene, stage: Stage, day: date, *, closing: bool
) -> Iterator[CarriedRecord]:
    """What the meeting said about the actions that were open."""
    for action in agenda.open_actions(stage.forum):
        chance = scene.chance.random()
        if closing or chance < (0.55 if action.is_overdue(day) else 0.2):
            yield CarriedRecord(action, "done")
        elif action.is_overdue(day) and chance < 0.92:
            later = day + timedelta(weeks=stage.script.weeks)
            yield CarriedRecord(action, "moved", later, scene.chance.choice(REASONS_MOVED))
        elif action.is_overdue(day):
            reason = scene.chance.choice(REASONS_STRUCK)
            yield CarriedRecord(action, "struck", reason=reason)


def _attendance(scene: demo.Scene, forum: Forum, day: date) -> Iterator[AttendanceRecord]:
    for person in agenda.people_for(forum, on=day):
        chance = scene.chance.random()
        if (person.seat and person.seat.role != "member") or chance < 0.8:
            yield AttendanceRecord(person, "present")
        elif chance < 0.88:
            yield AttendanceRecord(person, "digital")
        elif chance < 0.96:
            yield AttendanceRecord(person, "absent")
        else:
            yield AttendanceRecord(person, "substitute", scene.chance.choice(SUBSTITUTES))


def _items(scene: demo.Scene, stage: Stage, day: date, *, closing: bool) -> Iterator[ItemRecord]:
    script, chance = stage.script, scene.chance
    standing = agenda.items_for(stage.forum)
    topics = (
        [] if closing else [_topic_record(scene, stage, topic, day) for topic in _topics(stage)]
    )
    for item in standing:
        if item.carried_from is not None:
            yield ItemRecord(
                item.title,
                notes=chance.choice(PROGRESS),
                kind=item.kind,
                carried_from=item.carried_from,
            )
        elif item.is_follow_up:
            yield ItemRecord(item.title, is_follow_up=True)
        elif item.title.startswith("Öppnande"):
            yield ItemRecord(item.title, notes=_opening(scene, stage, item.title))
        elif item.title == "Övrigt":
            yield from topics
            if closing:
                yield from _last_of_bra(scene, day)
            yield ItemRecord(item.title, notes=chance.choice(script.others))
        else:
            yield ItemRecord(item.title, notes=chance.choice(script.pictures), kind=item.kind)


def _opening(scene: demo.Scene, stage: Stage, title: str) -> str:
    if "justerare" not in title:
        return "Ordföranden öppnar mötet. Dagordningen godkänns."
    members = [one.user for one in stage.forum.seats.filter(role="member", user__isnull=False)]
    return f"{scene.chance.choice(members)} väljs att justera jämte ordföranden."


def _topics(stage: Stage) -> list[tuple[Topic, bool]]:
    """One or two topics in turn, and whether each comes up again."""
    topics, start = stage.script.topics, stage.count
    numbers = [start] if start % 3 == 2 else [start, start + len(topics) // 2]
    picked = {number % len(topics): number for number in numbers}
    return [
        (topics[index], number >= len(topics) and number % 2 == 1)
        for index, number in picked.items()
    ]


def _topic_record(
    scene: demo.Scene, stage: Stage, chosen: tuple[Topic, bool], day: date
) -> ItemRecord:
    topic, again = chosen
    if again:
        return ItemRecord(
            f"{topic.title}: uppföljning", notes=scene.chance.choice(PROGRESS), kind="discussion"
        )
    if stage.count % 7 == 4 and not topic.decisions:
        notes = "Underlaget är inte klart. Punkten bordläggs till nästa möte."
        return ItemRecord(topic.title, notes=notes, kind="discussion", outcome="postponed")
    return ItemRecord(
        topic.title,
        notes=topic.notes,
        kind="decision" if topic.decisions else "discussion",
        decisions=[DecisionRecord(text, topic.report) for text in topic.decisions],
        actions=[
            ActionRecord(text, owner, day + timedelta(weeks=weeks))
            for text, owner, weeks in topic.actions
        ],
    )


def _last_of_bra(scene: demo.Scene, day: date) -> Iterator[ItemRecord]:
    """The meeting that the next one follows up: it left exactly three open actions."""
    today = timezone.localdate(scene.now)
    records = [
        ActionRecord(text, owner, max(day, today + timedelta(days=days)))
        for text, owner, days in BRA_ACTIONS
    ]
    for topic, own in zip(BRA_LAST, (records[:2], records[2:]), strict=True):
        yield ItemRecord(
            topic.title,
            notes=topic.notes,
            kind="decision" if topic.decisions else "discussion",
            decisions=[DecisionRecord(text) for text in topic.decisions],
            actions=own,
        )


def _look_ahead(scene: demo.Scene, stage: Stage) -> None:
    """The next meeting planned or called, and two that are over and have no minutes yet."""
    name, chair = stage.script.name, stage.chair
    planned_at = scene.now - timedelta(days=9)
    if name in CALLED | PLANNED:
        if agenda.next_times(stage.forum, now=planned_at)[0] <= scene.now:
            # After a summer without meetings the one that was due has passed.
            planned_at = scene.now - timedelta(hours=3)
        meeting = meetings.plan_next(forum=stage.forum, by=chair, now=planned_at)
        if name in CALLED:
            meetings.call(meeting=meeting, by=chair, now=planned_at + timedelta(hours=2))
            _answer(meeting, planned_at + timedelta(hours=2, minutes=30))
        if name == STRATEGIC:
            _propose(stage, meeting, planned_at + timedelta(hours=3))
            _hand_in(stage, meeting, planned_at + timedelta(hours=4))
    elif name == OREFRO:
        _leave_unfinished(scene, stage, _workday_before(scene, 1), planned_at)
    elif name == WEST:
        _plan_past(stage, _workday_before(scene, 2), planned_at)
        _plan_series(scene, stage, planned_at)


def _plan_series(scene: demo.Scene, stage: Stage, planned_at: datetime) -> None:
    """A series every other week, without one of its weeks; its first meeting is called and cancelled."""
    first = timezone.localdate(scene.now) + timedelta(weeks=2)
    while first.weekday() > 4 or holidays.is_free(first):
        first += timedelta(days=1)
    until = first + timedelta(weeks=12)
    days = series.propose(forum=stage.forum, rhythm=Rhythm.BIWEEKLY, first=first, until=until)
    chosen = [one.day for one in days if not one.skipped]
    made = series.plan_series(
        forum=stage.forum,
        rhythm=Rhythm.BIWEEKLY,
        first=first,
        until=until,
        chosen=[*chosen[:2], *chosen[3:]],
        starts=stage.script.start,
        ends=stage.script.end,
        place=stage.script.room,
        by=stage.chair,
        now=planned_at,
    )
    meeting = made.meetings.soonest_first()[0]
    meetings.call(meeting=meeting, by=stage.chair, now=planned_at + timedelta(hours=1))
    cancelling.cancel(meeting=meeting, reason=CANCELLED_WHY, by=stage.chair, now=scene.now)


def _answer(meeting: Meeting, at: datetime) -> None:
    """Of every five who are called three come, one sends somebody else, and one has not answered."""
    called = meeting.participations.filter(user__isnull=False).select_related("user").in_order()
    for turn, place in enumerate(called):
        if turn % 5 == 4:
            continue
        sends = turn % 5 == 3
        answers.give(
            meeting=meeting,
            by=place.user,
            comes=not sends,
            substitute=SUBSTITUTES[0] if sends else "",
            now=at,
        )


def _hand_in(stage: Stage, meeting: Meeting, at: datetime) -> None:
    """A document to read before the meeting."""
    title, text = DOCUMENT
    item = meeting.items.get(title=PROPOSED[0][1])
    with documents.checked(content=demo.document(title, text), name="underlag.pdf") as file:
        documents.add(
            meeting=meeting, item=item, title=title, file=file, by=stage.secretary, now=at
        )


def _propose(stage: Stage, meeting: Meeting, at: datetime) -> None:
    """Members propose items: one is on the agenda, one waits for an answer."""
    for username, title, reason, minutes, accepted in PROPOSED:
        proposal = proposals.propose(
            meeting=meeting,
            title=title,
            reason=reason,
            minutes=minutes,
            by=User.objects.get(username=username),
            now=at,
        )
        if accepted:
            proposals.accept(proposal=proposal, by=stage.secretary, now=at)


def _workday_before(scene: demo.Scene, days: int) -> date:
    day = timezone.localdate(scene.now) - timedelta(days=days)
    while day.weekday() > 4 or day in holidays.of_year(day.year):
        day -= timedelta(days=1)
    return day


def _plan_past(stage: Stage, day: date, planned_at: datetime) -> Meeting:
    script = stage.script
    return meetings.plan(
        forum=stage.forum,
        starts_at=agenda.local(day, script.start),
        ends_at=agenda.local(day, script.end),
        by=stage.secretary,
        now=planned_at,
    )


def _leave_unfinished(scene: demo.Scene, stage: Stage, day: date, planned_at: datetime) -> None:
    """A meeting whose log was begun and never finished."""
    meeting = _plan_past(stage, day, planned_at)
    at = agenda.local(day, stage.script.start)
    meetings.start_log(meeting=meeting, by=stage.secretary, now=at)
    proceedings.mark_all_present(meeting=meeting, by=stage.secretary, now=at)
    for item in meeting.items.in_order()[:3]:
        if not item.is_follow_up:
            proceedings.save_item(
                item=item,
                notes=stage.script.pictures[0] if item.position > 1 else _opening(scene, stage, ""),
                version=item.version,
                by=stage.secretary,
                now=at,
            )
