"""After a year of meetings, however they went, nothing that was left is lost or stands twice."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from forums import actions, afterwards, agenda, cancelling, finishing, meetings, proceedings
from forums.models import Action, AgendaItem, Meeting, Participation
from tests import LONG
from tests.structure.module_world import undone

EXAMPLES = 200 if LONG else 4
MEETINGS = 12
POSTPONED = AgendaItem.Outcome.POSTPONED


def root(item: AgendaItem) -> int:
    """The item as it first stood on an agenda: its copies on later ones are the same matter."""
    while item.carried_from is not None:
        item = item.carried_from
    return item.pk


class Year:
    """A forum's meetings one after another, and what each left: by matter, and by action."""

    def __init__(self, sample: Any, draw: Callable) -> None:
        self.forum, self.by = sample.council, sample.anna
        self.now: datetime = sample.now
        self.draw = draw
        self.tabled: set[int] = set()
        self.open: set[int] = set()
        self.stories: list[str] = []

    def chance(self, *ways: str) -> str:
        way = self.draw(st.sampled_from(ways))
        self.stories.append(way)
        return way

    # Before the meeting ------------------------------------------------------------------------

    def next_meeting(self) -> Meeting:
        ahead = list(agenda.ahead(self.forum, now=self.now))
        if not ahead:
            ahead = [meetings.plan_next(forum=self.forum, by=self.by, now=self.now)]
        if self.chance("one ahead", "more ahead", "one between") == "more ahead":
            self.plan(ahead[-1].starts_at + timedelta(weeks=2))
        elif self.stories[-1] == "one between" and ahead[0].starts_at > self.now + timedelta(
            days=3
        ):
            return self.plan(ahead[0].starts_at - timedelta(days=2))
        return ahead[0]

    def plan(self, starts_at: datetime) -> Meeting:
        return meetings.plan(
            forum=self.forum,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            by=self.by,
            now=self.now,
        )

    # The meeting -------------------------------------------------------------------------------

    def call_off(self, meeting: Meeting) -> None:
        """It is cancelled: before its time, or once that has passed and nobody held it. What stood on
        it stands on the next plan there is."""
        if self.chance("before", "after") == "after":
            self.pass_over(meeting)
        if self.chance("called", "not called") == "called" and not meeting.is_past(self.now):
            meetings.call(meeting=meeting, by=self.by, now=self.now)
        cancelling.cancel(meeting=meeting, reason="Ordföranden är sjuk", by=self.by, now=self.now)
        following = agenda.ahead(self.forum, now=self.now).first()
        if following is not None:
            self.check(Counter(root(one) for one in following.items.all() if one.carried_from))
            places = [one.position for one in following.items.in_order()]
            assert places == list(range(1, len(places) + 1)), self.stories

    def pass_over(self, meeting: Meeting) -> None:
        """Its time passes, and nobody held it."""
        self.now = meeting.ends_at + timedelta(hours=2)

    def hold_live(self, meeting: Meeting) -> None:
        self.now = meeting.starts_at
        meeting = meetings.start_log(meeting=meeting, by=self.by, now=self.now)
        self.check_agenda(meeting)
        self.settle_older(meeting)
        for item in list(meeting.items.in_order()):
            self.treat(item)
        for number in range(self.draw(st.integers(0, 2))):
            self.treat(
                proceedings.add_item(meeting=meeting, title=f"Ny punkt {number}", by=self.by)
            )
        proceedings.mark_all_present(meeting=meeting, by=self.by)
        self.now = meeting.ends_at
        unsaid = {item.pk: self.chance("postponed", "struck") for item in meeting.items.all()}
        finishing.finish(meeting=meeting, by=self.by, choices=unsaid, now=self.now)
        if self.chance("as it was", "looked through") == "looked through":
            self.change_mind(meeting)
        self.remember(meeting)

    def treat(self, item: AgendaItem) -> None:
        way = self.chance("notes", "nothing", "action", "postponed", "postponed with notes")
        if "notes" in way:
            proceedings.save_item(item=item, notes="Vi talade.", version=item.version, by=self.by)
        if way == "action":
            proceedings.add_action(
                item=item,
                text="Ta fram underlag",
                owners="Maria",
                due=item.meeting.day + timedelta(weeks=4),
                by=self.by,
                now=self.now,
            )
        if way.startswith("postponed"):
            proceedings.postpone_item(item=item, by=self.by)

    def settle_older(self, meeting: Meeting) -> None:
        for row in meeting.carried.select_related("action"):
            match self.chance("left", "done", "moved", "struck"):
                case "done":
                    actions.mark_done(action=row.action, by=self.by, meeting=meeting, now=self.now)
                case "moved":
                    actions.move(
                        action=row.action,
                        due=meeting.day + timedelta(weeks=6),
                        reason="Det tog längre tid",
                        by=self.by,
                        meeting=meeting,
                        now=self.now,
                    )
                case "struck":
                    actions.strike(
                        action=row.action,
                        reason="Behövs inte",
                        by=self.by,
                        meeting=meeting,
                        now=self.now,
                    )

    def change_mind(self, meeting: Meeting) -> None:
        """While the minutes are looked through, one item is postponed after all, or not after all."""
        item = self.draw(st.sampled_from(list(meeting.items.in_order())))
        change = (
            proceedings.mark_handled if item.outcome == POSTPONED else proceedings.postpone_item
        )
        change(item=item, by=self.by)
        finishing.make_new_version(meeting=meeting, by=self.by, now=self.now)

    def register(self, meeting: Meeting) -> None:
        """The planned meeting was held on paper."""
        self.now = meeting.ends_at + timedelta(hours=2)
        filled = afterwards.prefill(forum=self.forum, now=self.now, meeting=meeting)
        said = [
            afterwards.ItemRecord(
                title=one.title,
                kind=one.kind,
                is_follow_up=one.is_follow_up,
                carried_from=one.carried_from,
                outcome={"handled": "done", "put off": "postponed", "no word": ""}[
                    self.chance("handled", "put off", "no word")
                ],
            )
            for one in filled.items
        ]
        self.check(Counter(root(one.carried_from) for one in filled.items if one.carried_from))
        assert {one.pk for one in filled.carried} == self.open
        version = afterwards.register_afterwards(
            forum=self.forum,
            starts_at=filled.starts_at,
            ends_at=filled.ends_at,
            attendance=[
                afterwards.AttendanceRecord(one, Participation.Attendance.PRESENT)
                for one in filled.people
            ],
            items=said,
            meeting=meeting,
            by=self.by,
            now=self.now,
        )
        self.remember(version.meeting)

    # What must be so ---------------------------------------------------------------------------

    def remember(self, meeting: Meeting) -> None:
        """What the meeting left, told from what was said there alone."""
        for item in meeting.items.all():
            self.tabled.discard(root(item))
            if item.outcome == POSTPONED:
                self.tabled.add(root(item))
        self.open = set(Action.objects.open().filter(forum=self.forum).values_list("pk", flat=True))

    def check_agenda(self, meeting: Meeting) -> None:
        self.check(Counter(root(item) for item in meeting.items.all() if item.carried_from))
        carried = Counter(meeting.carried.values_list("action", flat=True))
        assert carried == Counter(self.open), self.stories
        if self.open:
            assert meeting.items.filter(is_follow_up=True).count() == 1

    def check(self, matters: Counter) -> None:
        assert matters == Counter(self.tabled), self.stories


@pytest.mark.django_db
def test_what_twelve_meetings_left_stands_on_the_next_agenda_once(sample, capsys):
    held = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        # A whole year is tried at a time: to make a failing one shorter takes longer than to read it.
        phases=[Phase.generate],
    )
    @given(st.data())
    def try_a_year(data: st.DataObject) -> None:
        nonlocal held
        with undone():
            year = Year(sample, data.draw)
            for _number in range(MEETINGS):
                meeting = year.next_meeting()
                way = year.chance("live", "live", "afterwards", "nobody came", "cancelled")
                act = {
                    "live": year.hold_live,
                    "afterwards": year.register,
                    "cancelled": year.call_off,
                }
                act.get(way, year.pass_over)(meeting)
                held += 1
            year.check_agenda(
                meetings.start_log(meeting=year.next_meeting(), by=year.by, now=year.now)
            )

    try_a_year()
    with capsys.disabled():
        print(f"\nFIGURE carry-over: {held} meetings, each followed by an exact agenda")
