"""The coming meetings of a series, changed together or called off: what moves, what is never touched."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coordination.audit.models import Event
from coordination.jobs.models import OutgoingMail
from forums import agenda, cancelling, meetings, rescheduling, series, series_dates
from forums.models import Meeting
from forums.refusals import IdentityNumberInText, Refused, WrongState
from forums.rescheduling import Wish
from forums.series_dates import Rhythm
from tests import LONG
from tests.racing import Race
from tests.structure.module_world import undone

EXAMPLES = 300 if LONG else 8
EDITS = 8
WHY = "Rådet läggs ned"


def monday(sample) -> date:
    """A Monday so far ahead that no public holiday or summer week lies in the eight after it."""
    day = sample.today + timedelta(days=7)
    while day.weekday() or any(
        series_dates.why_free(day + timedelta(days=ahead)) for ahead in range(7 * 8)
    ):
        day += timedelta(days=1)
    return day


def planned(sample, count: int = 4, **more: Any) -> list[Meeting]:
    first = monday(sample)
    days = [first + timedelta(weeks=week) for week in range(count)]
    values = {
        "forum": sample.council,
        "rhythm": Rhythm.WEEKLY,
        "first": first,
        "until": days[-1],
        "chosen": days,
        "starts": time(13, 0),
        "ends": time(14, 30),
        "place": "Sal 3",
    }
    made = series.plan_series(by=sample.anna, now=sample.now, **{**values, **more})
    return list(made.meetings.soonest_first())


def wish(meeting: Meeting, **more: Any) -> Wish:
    starts, ends = (timezone.localtime(at).time() for at in (meeting.starts_at, meeting.ends_at))
    return replace(Wish(meeting.day, starts, ends, meeting.place), **more)


def seen(meeting: Meeting, now: datetime) -> dict[int, int]:
    return {one.pk: one.version for one in rescheduling.coming(meeting, now=now)}


def change(sample, meeting: Meeting, *, tell: bool = True, **more: Any) -> list[Meeting]:
    """As somebody who leaves the ticks of the preview as they are."""
    wanted = wish(meeting, **more)
    moves = rescheduling.moves(meeting=meeting, wish=wanted, now=sample.now)
    return rescheduling.change(
        meeting=meeting,
        wish=wanted,
        chosen={one.meeting.pk for one in moves if not one.apart},
        seen=seen(meeting, sample.now),
        tell=tell,
        by=sample.anna,
        now=sample.now,
    )


def fresh(rows: list[Meeting]) -> list[Meeting]:
    return [Meeting.objects.get(pk=one.pk) for one in rows]


def clocks(rows: list[Meeting]) -> list[str]:
    return [timezone.localtime(one.starts_at).strftime("%H.%M") for one in fresh(rows)]


def test_the_meeting_and_those_after_it_get_the_new_time_and_those_before_keep_theirs(sample):
    rows = planned(sample)
    changed = change(sample, rows[1], starts=time(9, 0), ends=time(10, 0), place="Sal 1")
    assert changed == rows[1:]
    assert clocks(rows) == ["13.00", "09.00", "09.00", "09.00"]
    assert [one.place for one in fresh(rows)] == ["Sal 3", "Sal 1", "Sal 1", "Sal 1"]
    assert Event.objects.filter(event="forums.meeting.changed").count() == 3
    assert Event.objects.get(event="forums.series.changed").facts == {"meetings": 3}


def test_every_day_moves_as_many_days_as_the_meetings_own(sample):
    rows = planned(sample)
    before = [one.day for one in rows]
    change(sample, rows[0], day=rows[0].day + timedelta(days=2))
    assert [one.day for one in fresh(rows)] == [day + timedelta(days=2) for day in before]


def test_a_week_later_the_meetings_follow_each_other_and_none_is_doubled(sample):
    rows = planned(sample)
    before = [one.day for one in rows]
    change(sample, rows[0], day=rows[0].day + timedelta(weeks=1))
    assert [one.day for one in fresh(rows)] == [day + timedelta(weeks=1) for day in before]


def test_what_was_held_or_cancelled_is_not_touched(sample):
    rows = planned(sample)
    meetings.start_log(meeting=rows[1], by=sample.anna, now=sample.now)
    cancelling.cancel(meeting=rows[2], reason=WHY, by=sample.anna, now=sample.now)
    change(sample, rows[0], starts=time(9, 0), ends=time(10, 0))
    assert clocks(rows) == ["09.00", "13.00", "13.00", "09.00"]


def test_a_meeting_that_was_moved_by_itself_is_proposed_to_stay_and_goes_when_asked(sample):
    rows = planned(sample)
    change(sample, rows[3], starts=time(15, 0), ends=time(16, 0))
    wanted = wish(rows[0], starts=time(9, 0), ends=time(10, 0))
    moves = rescheduling.moves(meeting=rows[0], wish=wanted, now=sample.now)
    assert [bool(one.apart) for one in moves] == [False, False, False, True]
    rescheduling.change(
        meeting=rows[0],
        wish=wanted,
        chosen={rows[3].pk},
        seen=seen(rows[0], sample.now),
        tell=True,
        by=sample.anna,
        now=sample.now,
    )
    assert clocks(rows) == ["09.00", "13.00", "13.00", "09.00"]


def test_another_place_leaves_a_time_of_its_own_alone(sample):
    rows = planned(sample)
    change(sample, rows[3], starts=time(15, 0), ends=time(16, 0))
    change(sample, rows[0], place="Sal 9")
    assert clocks(rows) == ["13.00", "13.00", "13.00", "15.00"]
    assert {one.place for one in fresh(rows)} == {"Sal 9"}


def test_a_day_on_which_the_forum_meets_already_is_left_out_and_refused_when_asked_for(sample):
    rows = planned(sample)
    other = rows[2].day + timedelta(days=1)
    meetings.plan(
        forum=sample.council,
        starts_at=agenda.local(other, time(9, 0)),
        ends_at=agenda.local(other, time(10, 0)),
        by=sample.anna,
        now=sample.now,
    )
    wanted = wish(rows[0], day=rows[0].day + timedelta(days=1))
    moves = rescheduling.moves(meeting=rows[0], wish=wanted, now=sample.now)
    assert [bool(one.apart) for one in moves] == [False, False, True, False]
    with pytest.raises(rescheduling.DayTaken):
        rescheduling.change(
            meeting=rows[0],
            wish=wanted,
            chosen={one.pk for one in rows},
            seen=seen(rows[0], sample.now),
            tell=True,
            by=sample.anna,
            now=sample.now,
        )
    assert [one.day for one in fresh(rows)] == [one.day for one in rows]


def test_a_meeting_that_would_come_upon_a_holiday_is_proposed_to_stay(sample):
    day = date(sample.today.year + 1, 1, 5)
    while day.weekday() != 1:  # the day after is a Wednesday, as the Epiphany is then
        day = date(day.year + 1, 1, 5)
    rows = planned(
        replace(sample, now=agenda.local(day - timedelta(weeks=3), time(8, 0))),
        first=day - timedelta(weeks=2),
        until=day,
        chosen=[day - timedelta(weeks=2), day],
    )
    wanted = wish(rows[0], day=rows[0].day + timedelta(days=1))
    now = agenda.local(day - timedelta(weeks=3), time(8, 0))
    moves = rescheduling.moves(meeting=rows[0], wish=wanted, now=now)
    assert [bool(one.apart) for one in moves] == [False, True]


@pytest.mark.parametrize("tell", [True, False])
def test_those_called_are_told_when_it_is_asked_for_and_otherwise_later(sample, tell):
    rows = planned(sample)
    unreached = meetings.call(meeting=rows[1], by=sample.anna, now=sample.now)
    OutgoingMail.objects.all().delete()
    change(sample, rows[0], starts=time(9, 0), ends=time(10, 0), tell=tell)
    told = OutgoingMail.objects.filter(letter="forums.call_changed").count()
    called = fresh(rows)[1]
    assert called.state == "called"
    assert told == (called.participations.count() - len(unreached) if tell else 0)
    assert called.call_sequence == int(tell)
    if not tell:
        meetings.call_again(meeting=called, by=sample.anna, now=sample.now)
        assert OutgoingMail.objects.filter(letter="forums.call_changed").exists()


def test_a_place_with_an_identity_number_and_a_time_that_has_passed_are_refused_whole(sample):
    rows = planned(sample)
    with pytest.raises(IdentityNumberInText):
        change(sample, rows[0], place="Om 19121212-1212")
    with pytest.raises(meetings.TimeRefused):
        change(sample, rows[0], day=sample.today - timedelta(days=1))
    with pytest.raises(meetings.TimeRefused):
        change(sample, rows[0], ends=time(12, 0))
    with pytest.raises(rescheduling.NothingToChange):
        change(sample, rows[0])
    assert [one.version for one in fresh(rows)] == [1, 1, 1, 1]


def test_a_meeting_of_no_series_or_that_has_begun_or_passed_is_refused(sample):
    alone = sample.plan(days=3)
    rows = planned(sample)
    meetings.start_log(meeting=rows[0], by=sample.anna, now=sample.now)
    for one, now in ((alone, sample.now), (rows[0], sample.now), (rows[1], rows[3].starts_at)):
        with pytest.raises(Refused):
            rescheduling.change(
                meeting=one,
                wish=wish(one, place="Sal 9"),
                chosen=(),
                seen={one.pk: one.version},
                tell=False,
                by=sample.anna,
                now=now,
            )
        with pytest.raises(Refused):
            rescheduling.end(
                meeting=one,
                reason=WHY,
                seen={one.pk: one.version},
                by=sample.anna,
                now=now,
            )


def test_what_somebody_else_has_changed_since_it_was_shown_is_shown_again(sample):
    rows = planned(sample)
    shown = seen(rows[0], sample.now)
    change(sample, rows[2], place="Sal 9")
    with pytest.raises(meetings.PlanChanged):
        rescheduling.change(
            meeting=rows[0],
            wish=wish(rows[0], place="Sal 1"),
            chosen={rows[2].pk},
            seen=shown,
            tell=False,
            by=sample.anna,
            now=sample.now,
        )
    with pytest.raises(meetings.PlanChanged):
        rescheduling.end(meeting=rows[0], reason=WHY, seen=shown, by=sample.anna, now=sample.now)
    assert fresh(rows)[0].place == "Sal 3"


# The end --------------------------------------------------------------------------------------------


def test_the_rest_of_a_series_is_called_off_and_only_those_called_are_mailed(sample):
    rows = planned(sample)
    unreached = meetings.call(meeting=rows[1], by=sample.anna, now=sample.now)
    ended = rescheduling.end(
        meeting=rows[1],
        reason=WHY,
        seen=seen(rows[1], sample.now),
        by=sample.anna,
        now=sample.now,
    )
    assert ended == rows[1:]
    assert [one.state for one in fresh(rows)] == ["planned", *["cancelled"] * 3]
    mails = OutgoingMail.objects.filter(letter="forums.call_cancelled").count()
    assert mails == rows[1].participations.count() - len(unreached)
    assert Event.objects.filter(event="forums.meeting.cancelled").count() == 3
    assert Event.objects.get(event="forums.series.ended").facts == {"meetings": 3}


def test_of_those_who_end_a_series_at_once_one_does_and_nobody_is_mailed_twice(sample, race: Race):
    rows = planned(sample)
    meetings.call(meeting=rows[0], by=sample.anna, now=sample.now)
    reached = len(meetings.reached(rows[0]))
    shown = seen(rows[0], sample.now)
    race.in_file()

    def end() -> list[Meeting]:
        return rescheduling.end(
            meeting=Meeting.objects.get(pk=rows[0].pk),
            reason=WHY,
            seen=shown,
            by=sample.anna,
            now=sample.now,
        )

    outcomes = race(end, end, end)
    assert sum(isinstance(one, WrongState) for one in outcomes) == 2, outcomes
    (mails,) = race(OutgoingMail.objects.filter(letter="forums.call_cancelled").count)
    assert mails == reached


# Any series, changed in any way ---------------------------------------------------------------------


class Book:
    """A forum with a series and other meetings, and what everybody knows about each meeting."""

    def __init__(self, sample: Any, draw: Callable) -> None:
        self.forum, self.by, self.draw = sample.council, sample.anna, draw
        # So many days on: both changes of the clock, Christmas, Easter, and the last of February 2028.
        self.now = sample.now + timedelta(days=draw(st.integers(0, 900)))
        self.today = timezone.localdate(self.now)
        self.story: list[str] = []

    def any_of(self, *ways: Any) -> Any:
        return self.draw(st.sampled_from(ways))

    def plan(self) -> None:
        first = self.today + timedelta(days=self.draw(st.integers(1, 60)))
        rhythm = self.any_of(*Rhythm.values)
        days = series_dates.days(rhythm=rhythm, first=first, until=first + timedelta(days=300))
        chosen = {one.day for one in days[:12]}
        series.plan_series(
            forum=self.forum,
            rhythm=rhythm,
            first=first,
            until=first + timedelta(days=300),
            chosen=chosen or {first},
            starts=time(13, 0),
            ends=time(14, 30),
            place="Sal 3",
            by=self.by,
            now=self.now,
        )

    def rows(self) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.forum.meetings.values()}

    def one(self) -> Meeting | None:
        ahead = list(self.forum.meetings.exclude(series=None).soonest_first())
        return self.any_of(*ahead) if ahead else None

    def act(self) -> None:
        way = self.any_of("change", "change", "change", "alone", "hold", "cancel", "call", "wait")
        meeting = self.one()
        if meeting is None:
            return
        self.story.append(f"{way} {meeting.day}")
        try:
            getattr(self, way)(meeting)
        except Refused as refusal:
            self.story.append(type(refusal).__name__)

    def hold(self, meeting: Meeting) -> None:
        meetings.start_log(meeting=meeting, by=self.by, now=self.now)

    def cancel(self, meeting: Meeting) -> None:
        cancelling.cancel(meeting=meeting, reason=WHY, by=self.by, now=self.now)

    def call(self, meeting: Meeting) -> None:
        meetings.call(meeting=meeting, by=self.by, now=self.now)

    def wait(self, _meeting: Meeting) -> None:
        self.now += timedelta(days=self.draw(st.integers(1, 40)))

    def alone(self, meeting: Meeting) -> None:
        """Somebody moves one meeting, as the plan page does."""
        by = timedelta(days=self.any_of(-1, 1), hours=self.any_of(0, 2))
        meetings.change(
            meeting=meeting,
            version=meeting.version,
            starts_at=meeting.starts_at + by,
            ends_at=meeting.ends_at + by,
            place=meeting.place,
            items=[meetings.PlannedItem(one.title, pk=one.pk) for one in meeting.items.in_order()],
            invited=(),
            by=self.by,
            now=self.now,
        )

    def change(self, meeting: Meeting) -> None:
        before = self.rows()
        try:
            self.try_change(meeting, before)
        except Refused:
            assert self.rows() == before, self.story
            raise

    def try_change(self, meeting: Meeting, before: dict[int, dict[str, Any]]) -> None:
        shift = timedelta(days=self.any_of(0, 0, 1, -1, 2, 7, -7, 14, 365))
        clock = self.any_of({}, {"starts": time(9, 0), "ends": time(11, 0)}, {"ends": time(16, 0)})
        place = self.any_of({}, {"place": "Sal 9"}, {"place": ""})
        wanted = wish(meeting, day=meeting.day + shift, **clock, **place)
        self.story.append(f"to {wanted}")
        moves = rescheduling.moves(meeting=meeting, wish=wanted, now=self.now)
        ticked = {one.meeting.pk for one in moves if not one.apart}
        chosen = self.any_of(ticked, ticked, {one.meeting.pk for one in moves}, set())
        old = {one.meeting.pk: one.meeting for one in moves}
        rescheduling.change(
            meeting=Meeting.objects.get(pk=meeting.pk),
            wish=wanted,
            chosen=chosen,
            seen={pk: one.version for pk, one in old.items()},
            tell=self.any_of(True, False),
            by=self.by,
            now=self.now,
        )
        after = self.rows()
        moved = {pk for pk in after if after[pk] != before[pk]}
        assert meeting.pk in moved <= {meeting.pk, *chosen}, self.story
        for pk in moved:
            self.check_moved(before[pk], after[pk], shift, clock, wanted)
        # Nothing but time, place, and what counts changes; no day is given to two meetings.
        days = Counter(
            timezone.localdate(row["starts_at"])
            for row in after.values()
            if row["state"] != "cancelled"
        )
        for pk in moved:
            day = timezone.localdate(after[pk]["starts_at"])
            if day != timezone.localdate(before[pk]["starts_at"]):
                assert days[day] == 1, self.story

    def check_moved(
        self, before: dict, after: dict, shift: timedelta, clock: dict, wanted: Wish
    ) -> None:
        assert before["state"] in ("planned", "called"), self.story
        assert before["starts_at"] >= self.now, self.story
        assert after["starts_at"] >= self.now, self.story
        same = {"starts_at", "ends_at", "place", "version", "call_sequence"}
        assert {k: v for k, v in before.items() if k not in same} == {
            k: v for k, v in after.items() if k not in same
        }, self.story
        old, new = (timezone.localtime(row["starts_at"]) for row in (before, after))
        assert new.date() - old.date() == shift, self.story
        if clock:
            ends = timezone.localtime(after["ends_at"])
            assert (new.time(), ends.time()) == (wanted.starts, wanted.ends), self.story
        else:
            assert new.time() == old.time(), self.story


@pytest.mark.django_db
def test_whatever_is_changed_what_was_held_stays_and_no_day_is_doubled(sample, capsys):
    edits = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.data())
    def try_a_book(data: st.DataObject) -> None:
        nonlocal edits
        with undone():
            book = Book(sample, data.draw)
            for _series in range(2):
                book.plan()
            for _edit in range(EDITS):
                book.act()
            edits += sum(one.startswith("to ") for one in book.story)

    try_a_book()
    with capsys.disabled():
        print(f"\nFIGURE series: {edits} changes of series, each checked meeting by meeting")


# The pages ------------------------------------------------------------------------------------------

KEY = "5b7b1a52-6d0c-4a53-9c1c-0b0a2a2b7c11"


@pytest.fixture
def client(sample) -> Client:
    client = Client()
    client.force_login(sample.anna)
    return client


def sent_of(meeting: Meeting, **more: str) -> dict[str, Any]:
    starts, ends = (timezone.localtime(at) for at in (meeting.starts_at, meeting.ends_at))
    values = {
        "date": meeting.day.isoformat(),
        "starts": f"{starts:%H.%M}",
        "ends": f"{ends:%H.%M}",
        "place": meeting.place,
    }
    return {**values, **more}


def ticked(answer: Any) -> dict[str, Any]:
    """What the shown preview sends back, left as it is."""
    context = answer.context
    rows = [str(row.one.meeting.pk) for row in context["rows"] if row.ticked]
    return {"rule": context["rule"], "seen": context["seen"], "meetings": rows, "do": "change"}


def test_what_changes_is_shown_before_it_is_changed_once_on_a_double_click(sample, client):
    rows = planned(sample)
    address = reverse("meeting_series_change", args=[rows[0].pk])
    assert client.get(address).status_code == 200
    sent = sent_of(rows[0], starts="09.00", ends="10.00")
    # Without having been shown, nothing is changed even when that is asked for.
    shown = client.post(address, {**sent, "do": "change"})
    assert clocks(rows) == ["13.00"] * 4
    answers = [client.post(address, {**sent, **ticked(shown), "_once": KEY}) for _click in (1, 2)]
    assert {one["Location"] for one in answers} == {reverse("meeting", args=[rows[0].pk])}
    assert clocks(rows) == ["09.00"] * 4
    assert Event.objects.filter(event="forums.series.changed").count() == 1


def test_another_wish_and_a_changed_plan_are_shown_again(sample, client):
    rows = planned(sample)
    address = reverse("meeting_series_change", args=[rows[0].pk])
    shown = client.post(address, sent_of(rows[0], place="Sal 1"))
    client.post(address, {**sent_of(rows[0], place="Sal 2"), **ticked(shown)})
    change(sample, rows[1], place="Sal 9")
    answer = client.post(address, {**sent_of(rows[0], place="Sal 1"), **ticked(shown)})
    assert answer.context["form"].error_summary
    assert {one.place for one in fresh(rows)} == {"Sal 3", "Sal 9"}


def test_a_meeting_without_a_series_leads_back_to_it(sample, client):
    alone = sample.plan()
    for page in ("meeting_series_change", "meeting_series_end"):
        answer = client.get(reverse(page, args=[alone.pk]))
        assert answer["Location"] == reverse("meeting", args=[alone.pk])


def plan_form(client: Client, meeting: Meeting, **more: str) -> dict[str, Any]:
    """The plan page as it stands, to be sent."""
    form = client.get(reverse("meeting_plan", args=[meeting.pk])).context["plan"]
    sent: dict[str, Any] = {"version": form.version, "seen": form.seen}
    sent |= {"items-count": len(form.shown_rows)}
    for row in form.shown_rows:
        sent |= {row.add_prefix(name): str(row[name].value() or "") for name in row.fields}
    sent["called"] = [one.key for one in form.people if one.called]
    return {**sent, **sent_of(meeting), "do": "save", **more}


def test_the_plan_page_asks_and_leads_to_what_changes_with_all_else_saved(sample, client):
    rows = planned(sample)
    address = reverse("meeting_plan", args=[rows[0].pk])
    sent = plan_form(client, rows[0], starts="09.00", ends="10.00", scope="coming")
    shown = client.post(address, {**sent, "items-0-title": "Ny rubrik"})
    assert shown.status_code == 200
    assert "forums/meeting_series_change.html" in [one.name for one in shown.templates]
    assert rows[0].items.filter(title="Ny rubrik").exists()
    assert clocks(rows) == ["13.00"] * 4
    change_address = reverse("meeting_series_change", args=[rows[0].pk])
    client.post(change_address, {**sent_of(rows[0], starts="09.00", ends="10.00"), **ticked(shown)})
    assert clocks(rows) == ["09.00"] * 4


def test_just_this_meeting_is_what_the_plan_page_does_unless_asked(sample, client):
    rows = planned(sample)
    address = reverse("meeting_plan", args=[rows[0].pk])
    client.post(address, plan_form(client, rows[0], starts="09.00", ends="10.00", scope="this"))
    assert clocks(rows) == ["09.00", "13.00", "13.00", "13.00"]


@pytest.mark.parametrize("page", ["meeting_call", "meeting_call_again"])
def test_nobody_is_called_to_a_time_that_is_still_to_be_checked(sample, client, page):
    rows = planned(sample)
    if page == "meeting_call_again":
        meetings.call(meeting=rows[0], by=sample.anna, now=sample.now)
    OutgoingMail.objects.all().delete()
    sent = plan_form(client, rows[0], starts="09.00", ends="10.00", scope="coming")
    shown = client.post(reverse(page, args=[rows[0].pk]), sent)
    assert shown.context["rows"]
    assert not OutgoingMail.objects.exists()
    assert clocks(rows) == ["13.00"] * 4


def test_the_end_page_lists_what_is_cancelled_asks_why_and_cancels_it_once(sample, client):
    rows = planned(sample)
    address = reverse("meeting_series_end", args=[rows[1].pk])
    page = client.get(address)
    assert list(page.context["rows"]) == rows[1:]
    sent = {"seen": page.context["seen"], "_once": KEY}
    assert client.post(address, {**sent, "reason": ""}).status_code == 200
    assert [one.state for one in fresh(rows)] == ["planned"] * 4
    for _click in range(2):
        answer = client.post(address, {**sent, "reason": WHY})
        assert answer["Location"] == reverse("meeting", args=[rows[1].pk])
    assert [one.state for one in fresh(rows)] == ["planned", *["cancelled"] * 3]
    assert Event.objects.filter(event="forums.series.ended").count() == 1
