"""Two at once around a meeting that is cancelled: one wins, the other is told with a sentence, and
nothing that was postponed or written is lost or stands twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from coordination.jobs.models import OutgoingMail
from forums import (
    afterwards,
    agenda,
    cancelling,
    entries,
    finishing,
    meetings,
    proceedings,
    register,
)
from forums.models import AgendaItem, Decision, Forum, Meeting, MinutesVersion, Participation
from forums.refusals import WrongState

from .conftest import STANDING

WHY = "Ordföranden är sjuk"
CANCELLED = "Mötet är inställt och kan inte längre ändras."
BEGUN = "Mötet har börjat. För protokoll i stället."
TABLED = "Punkten står redan i ett senare mötes protokoll."
FINISHED = "Mötet är redan avslutat. Ändra i protokollet i stället."


def now_of(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def refusals(outcomes: list) -> list[str]:
    """What those who lost were told; anything but a sentence of the rules fails the test."""
    thrown = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, WrongState | meetings.PlanChanged) for one in thrown), outcomes
    return [str(one) for one in thrown]


def with_postponed(sample, *days: int) -> tuple[AgendaItem, list[Meeting]]:
    """An item that a meeting of a new forum postponed, and the meetings planned after it: the item
    stands on the first of them."""
    place = sample.council.seats.first().organisation
    forum = register.establish(
        name=f"Arbetsgrupp {Forum.objects.count()}",
        seats=[register.NewSeat(place, "chair", sample.anna)],
        standing_items=STANDING,
        by=sample.anna,
        on=sample.today - timedelta(days=30),
    )
    held = sample.running(forum)
    item = sample.item(held, "Lägesbild")
    proceedings.postpone_item(item=item, by=sample.anna)
    finish_off(sample, held)
    return item, [sample.plan(forum, days=one) for one in days]


def finish_off(sample, meeting: Meeting) -> None:
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    finishing.finish(meeting=meeting, by=sample.anna, choices=choices)


def on_plans(item: AgendaItem) -> list[int]:
    """Where the postponed item stands now, but for the meetings that came to nothing."""
    copies = AgendaItem.objects.filter(carried_from=item).exclude(meeting__state="cancelled")
    return sorted(copies.values_list("meeting", flat=True))


def taken_back(meeting: Meeting) -> int:
    """How many are mailed that the meeting is cancelled."""
    key = f"forums.call_cancelled:{meeting.pk}:"
    return OutgoingMail.objects.filter(key__startswith=key).count()


def numbered(meeting: Meeting) -> None:
    """The items of an agenda are numbered 1, 2, 3 and so on."""
    places = list(meeting.items.in_order().values_list("position", flat=True))
    assert places == list(range(1, len(places) + 1)), places


@pytest.fixture
def cancel(sample) -> Callable:
    return lambda meeting: cancelling.cancel(meeting=now_of(meeting), reason=WHY, by=sample.oskar)


def test_of_one_who_cancels_and_one_who_writes_one_wins_and_the_item_stands_once(
    sample, tries, cancel
):
    """Whoever opens the log writes a decision at once: it is kept, or the log never opened."""

    def make(sample):
        return with_postponed(sample, 14)

    def write(made):
        meeting = meetings.start_log(meeting=now_of(made[1][0]), by=sample.anna)
        item = meeting.items.in_order().first()
        return proceedings.add_decision(item=item, text="Vi börjar", by=sample.anna)

    def check(made, outcomes):
        item, (meeting,) = made
        meeting = now_of(meeting)
        told = refusals(outcomes)
        written = Decision.objects.filter(item__meeting=meeting).count()
        if meeting.state == "cancelled":
            assert (told, written, meeting.started_at) == ([CANCELLED], 0, None)
            assert on_plans(item) == []
            assert list(agenda.waiting(meeting.forum)) == [item]
        else:
            assert (told, written, meeting.cancelled_at) == ([BEGUN], 1, None)
            assert meeting.state == "in_progress"
            assert on_plans(item) == [meeting.pk]

    tries(make, lambda made: cancel(made[1][0]), write, check=check)


def test_of_one_who_cancels_and_one_who_records_the_meeting_afterwards_one_wins(
    sample, tries, cancel
):
    def make(sample):
        item, (meeting,) = with_postponed(sample, 14)
        back = timedelta(days=14, hours=12)
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=sample.now - back, ends_at=sample.now - back + timedelta(hours=1)
        )
        return item, [now_of(meeting)]

    def record(made):
        meeting = now_of(made[1][0])
        filled = afterwards.prefill(forum=meeting.forum, now=sample.now, meeting=meeting)
        return afterwards.register_afterwards(
            forum=meeting.forum,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            attendance=[
                afterwards.AttendanceRecord(one, Participation.Attendance.PRESENT)
                for one in filled.people
            ],
            items=[
                afterwards.ItemRecord(
                    one.title,
                    kind=one.kind,
                    is_follow_up=one.is_follow_up,
                    carried_from=one.carried_from,
                    outcome="done",
                )
                for one in filled.items
            ],
            meeting=meeting,
            another=True,
            by=sample.anna,
            now=sample.now,
        )

    def check(made, outcomes):
        item, (meeting,) = made
        meeting = now_of(meeting)
        told = refusals(outcomes)
        texts = MinutesVersion.objects.filter(meeting=meeting).count()
        if meeting.state == "cancelled":
            assert (told, texts) == ([CANCELLED], 0)
            assert list(agenda.waiting(meeting.forum)) == [item]
        else:
            assert (told, texts, meeting.cancelled_at) == ([FINISHED], 1, None)
            assert on_plans(item) == [meeting.pk]
            assert list(agenda.waiting(meeting.forum)) == []
        assert len(told) == 1

    tries(make, lambda made: cancel(made[1][0]), record, check=check)


def test_an_invitation_sent_while_the_meeting_is_cancelled_is_taken_back_or_never_sent(
    sample, tries, cancel
):
    def call(made):
        meetings.call(meeting=now_of(made), by=sample.anna)

    def check(made, outcomes):
        meeting, told = now_of(made), refusals(outcomes)
        assert meeting.state == "cancelled"
        reached = len(meetings.reached(meeting))
        assert reached > 0
        assert (told, taken_back(meeting)) in (([], reached), ([CANCELLED], 0))
        assert (meeting.called_at is None) == bool(told)

    tries(lambda sample: sample.plan(), lambda made: cancel(made), call, check=check)


def planned_again(meeting: Meeting, extra: str, by) -> Meeting:
    """The plan as its page would send it back, with one more item."""
    row = now_of(meeting)
    items = [agenda.PlannedItem(one.title, pk=one.pk) for one in row.items.in_order()]
    people = [
        agenda.Invited(organisation=one.organisation, pk=one.pk)
        for one in row.participations.in_order()
    ]
    return meetings.change(
        meeting=row,
        version=row.version,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place="Biblioteket",
        items=[*items, agenda.PlannedItem(extra)],
        invited=people,
        by=by,
    )


def test_a_plan_changed_while_the_meeting_before_it_is_cancelled_gets_the_item_once(
    sample, tries, cancel
):
    def change(made):
        planned_again(made[1][1], "Ny fråga", sample.anna)

    def check(made, outcomes):
        item, (_cancelled, following) = made
        refused = refusals(outcomes)
        assert not isinstance(outcomes[0], Exception)
        following = now_of(following)
        assert on_plans(item) == [following.pk]
        numbered(following)
        added = following.items.filter(title="Ny fråga").count()
        assert (added, len(refused)) in ((1, 0), (0, 1))

    tries(
        lambda sample: with_postponed(sample, 14, 28),
        lambda made: cancel(made[1][0]),
        change,
        check=check,
    )


def test_a_plan_changed_while_the_meeting_before_it_takes_its_item_keeps_its_order(sample, tries):
    """A meeting planned in between takes over the item; nobody waits for the other in a circle."""

    def make(sample):
        item, (later,) = with_postponed(sample, 28)
        return item, [sample.plan(later.forum, days=14, items=[]), later]

    def begin(made):
        meetings.start_log(meeting=now_of(made[1][0]), by=sample.anna)

    def change(made):
        planned_again(made[1][1], "Ny fråga", sample.anna)

    def check(made, outcomes):
        item, (between, later) = made
        refused = refusals(outcomes)
        assert not isinstance(outcomes[0], Exception)
        assert on_plans(item) == [between.pk]
        numbered(now_of(later))
        added = later.items.filter(title="Ny fråga").count()
        assert (added, len(refused)) in ((1, 0), (0, 1))

    tries(make, begin, change, check=check)


def test_two_meetings_in_a_row_cancelled_at_once_leave_the_item_on_the_third(sample, tries, cancel):
    def check(made, outcomes):
        item, (_first, _second, third) = made
        assert refusals(outcomes) == []
        assert on_plans(item) == [third.pk]
        numbered(now_of(third))

    tries(
        lambda sample: with_postponed(sample, 14, 28, 42),
        lambda made: cancel(made[1][0]),
        lambda made: cancel(made[1][1]),
        check=check,
    )


def test_of_two_who_cancel_one_does_and_the_other_is_told(sample, tries, cancel):
    def make(sample):
        meeting = sample.plan()
        meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
        return meeting

    def check(made, outcomes):
        meeting = now_of(made)
        assert refusals(outcomes) == [CANCELLED]
        assert taken_back(meeting) == len(meetings.reached(meeting)) > 0
        with pytest.raises(WrongState, match=CANCELLED):
            entries.hold(meeting)

    tries(make, lambda made: cancel(made), lambda made: cancel(made), check=check)


def test_of_one_who_takes_an_item_back_and_one_who_writes_in_its_copy_one_wins(sample, tries):
    """The item was postponed; while that is changed, the next meeting begins with it."""

    def take_back(made):
        proceedings.mark_handled(item=AgendaItem.objects.get(pk=made[0].pk), by=sample.oskar)

    def write(made):
        meeting = meetings.start_log(meeting=now_of(made[1][0]), by=sample.anna)
        copy = meeting.items.filter(carried_from=made[0]).first()
        if copy is not None:
            proceedings.save_item(item=copy, notes="Oroligt.", version=copy.version, by=sample.anna)

    def check(made, outcomes):
        item, (meeting,) = made
        told = refusals(outcomes)
        outcome = AgendaItem.objects.get(pk=item.pk).outcome
        notes = list(meeting.items.filter(carried_from=item).values_list("notes", flat=True))
        assert (told, outcome, notes) in (([], "done", []), ([TABLED], "postponed", ["Oroligt."]))
        numbered(meeting)

    tries(lambda sample: with_postponed(sample, 14), take_back, write, check=check)
