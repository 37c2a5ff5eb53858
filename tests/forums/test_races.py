"""Two at once, in threads with connections of their own: one succeeds, the other is told."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from coordination.audit import log
from coordination.jobs.models import OutgoingMail
from forums import actions, afterwards, agenda, entries, finishing, meetings, proceedings
from forums.models import Action, ActionChange, AgendaItem, Decision, Meeting, MinutesVersion
from forums.refusals import WrongState
from tests.racing import Race

AT_ONCE = 4


@pytest.fixture
def race(race: Race, sample) -> Callable:
    """Runs one act several times at once."""

    def run(act: Callable[[], object], times: int = AT_ONCE) -> list:
        return race(*[act] * times)

    run.in_file = race.in_file
    return run


def count(race, queryset) -> int:
    """Counted where the threads wrote."""
    (number,) = race(queryset.all().count, 1)
    return number


def test_of_those_who_finish_a_meeting_at_once_one_does(sample, race):
    meeting = sample.running()
    sample.action(sample.item(meeting, "Övrigt"), "Ring", "Maria")
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    for item in meeting.items.all():
        proceedings.mark_handled(item=item, by=sample.anna)
    race.in_file()
    outcomes = race(
        lambda: finishing.finish(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.anna)
    )
    assert sorted(type(one).__name__ for one in outcomes) == (
        ["MinutesVersion"] + ["WrongState"] * (AT_ONCE - 1)
    )
    assert count(race, MinutesVersion.objects) == 1
    assert count(race, OutgoingMail.objects.filter(letter="forums.own_actions")) == 1


def test_of_those_who_save_an_item_at_once_one_does_and_the_others_get_both_texts(sample, race):
    item = sample.item(sample.running(), "Lägesbild")
    race.in_file()
    names = iter(range(AT_ONCE))

    def save() -> AgendaItem:
        return proceedings.save_item(
            item=AgendaItem.objects.get(pk=item.pk),
            notes=f"Text {next(names)}",
            version=1,
            by=sample.anna,
        )

    outcomes = race(save)
    kept = [one for one in outcomes if isinstance(one, AgendaItem)]
    conflicts = [one for one in outcomes if isinstance(one, proceedings.Conflict)]
    assert (len(kept), len(conflicts)) == (1, AT_ONCE - 1)
    assert {one.theirs for one in conflicts} == {kept[0].notes}


def test_of_those_who_change_a_decision_at_once_one_does_and_the_others_are_told(sample, race):
    item = sample.item(sample.running(), "Lägesbild")
    decision = proceedings.add_decision(item=item, text="Ja", by=sample.anna)
    was, names = proceedings.mark_of(decision), iter(range(AT_ONCE))
    race.in_file()
    outcomes = race(
        lambda: proceedings.change_decision(
            decision=Decision.objects.get(pk=decision.pk),
            text=f"Text {next(names)}",
            report_to_management=False,
            was=was,
            by=sample.anna,
        )
    )
    assert sum(isinstance(one, proceedings.Outdated) for one in outcomes) == AT_ONCE - 1, outcomes


def test_a_date_that_the_owner_moves_at_the_same_moment_is_never_written_over(sample, race):
    action = sample.action(sample.item(sample.running(), "Lägesbild"), "Ring", "Maria")
    was, moved = proceedings.mark_of(action), action.due + timedelta(days=3)
    race.in_file()

    def change() -> None:
        proceedings.change_action(
            action=Action.objects.get(pk=action.pk),
            text="Ring nu",
            owners="Maria",
            due=action.due,
            was=was,
            by=sample.anna,
        )

    def move() -> None:
        actions.move(action=Action.objects.get(pk=action.pk), due=moved, by=sample.maria)

    acts = iter((change, move))
    outcomes = race(lambda: next(acts)(), 2)
    thrown = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, proceedings.Outdated) for one in thrown), outcomes
    (due,) = race(lambda: Action.objects.get(pk=action.pk).due, 1)
    assert due == moved


def test_an_action_marked_done_at_once_is_done_once(sample, race):
    action = sample.action(sample.item(sample.running(), "Lägesbild"), "Ring", "Maria")
    race.in_file()
    outcomes = race(
        lambda: actions.mark_done(action=Action.objects.get(pk=action.pk), by=sample.maria)
    )
    assert sum(isinstance(one, entries.AlreadyClosed) for one in outcomes) == AT_ONCE - 1
    assert count(race, ActionChange.objects.filter(kind="done")) == 1


def test_of_those_who_move_an_action_at_once_one_does_without_a_reason(sample, race):
    action = sample.action(sample.item(sample.running(), "Lägesbild"), "Ring", "Maria")
    race.in_file()
    days = iter(range(1, 1 + AT_ONCE))

    def move() -> None:
        due = action.due + timedelta(days=next(days))
        actions.move(action=Action.objects.get(pk=action.pk), due=due, by=sample.maria)

    outcomes = race(move)
    refused = (entries.MovedMeanwhile, entries.ReasonNeeded)
    assert sum(isinstance(one, refused) for one in outcomes) == AT_ONCE - 1, outcomes
    assert count(race, ActionChange.objects.filter(kind="moved")) == 1


def test_of_those_who_take_back_a_new_date_at_once_one_does(sample, race):
    action = sample.action(sample.item(sample.running(), "Lägesbild"), "Ring", "Maria")
    for days in (1, 2):
        due = action.due + timedelta(days=days)
        actions.move(action=action, due=due, reason="Väntar", by=sample.maria)
    move = action.changes.in_order().last().pk
    race.in_file()
    outcomes = race(
        lambda: actions.undo_move(
            action=Action.objects.get(pk=action.pk), move=move, by=sample.maria
        )
    )
    assert sum(isinstance(one, WrongState) for one in outcomes) == AT_ONCE - 1, outcomes
    assert count(race, ActionChange.objects.filter(kind="moved")) == 1


def posting(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("held", ["meeting", "action"])
def test_a_page_of_the_log_waits_for_nobody_with_the_audit_log_in_hand(sample, race, held):
    """Somebody else holds the meeting, or the second action, and then appends to the log of what was
    done. If the page had appended first, the two would wait for each other until one is thrown out."""
    earlier = sample.item(sample.running(), "Övrigt")
    first, second = (sample.action(earlier, text, "Maria") for text in ("Ring", "Skriv"))
    meeting = sample.running()
    entries.carry(meeting, Action.objects.filter(meeting=earlier.meeting))
    due = first.due + timedelta(days=1)
    actions.move(action=first, due=due, meeting=meeting, by=sample.anna)
    page = reverse("log_item", args=[meeting.pk, sample.item(meeting, "Uppföljning").pk])
    typed = {"version": 1, "notes": "Sagt", "decision": "Ja"}
    if held == "meeting":
        typed["do"] = f"undo:{first.pk}:{first.changes.get(kind='moved').pk}"
    else:
        typed |= {f"carried-{one.pk}-due": due.isoformat() for one in (first, second)}
    client = posting(sample.anna)
    race.in_file()
    holding = Event()

    def hold_and_append() -> None:
        with transaction.atomic():
            if held == "meeting":
                entries.hold(Meeting.objects.get(pk=meeting.pk))
            else:
                Action.objects.filter(pk=second.pk).update(state="open")
            holding.set()
            time.sleep(1)
            log.record(by=sample.maria, event="forums.action.given", on=second)

    def send() -> int:
        holding.wait()
        return client.post(page, typed).status_code

    acts = iter((hold_and_append, send))
    outcomes = race(lambda: next(acts)(), 2)
    assert sorted(outcomes, key=str) == [302, None]


def test_undo_of_a_removal_sent_at_once_adds_once(sample, race):
    item = sample.item(sample.running(), "Lägesbild")
    decision = proceedings.add_decision(item=item, text="Ja", by=sample.anna)
    clients = [posting(sample.anna) for _number in range(AT_ONCE)]
    page = reverse("log_item", args=[item.meeting_id, item.pk])
    clients[0].post(page, {"version": 1, "notes": "", "do": f"remove-decision:{decision.pk}"})
    race.in_file()
    waiting = iter(clients)
    restore = reverse("log_restore", args=[item.meeting_id, item.pk])
    outcomes = race(lambda: next(waiting).post(restore))
    assert [one.status_code for one in outcomes] == [302] * AT_ONCE
    assert count(race, Decision.objects) == 1


def test_two_who_create_the_next_meeting_at_once_get_the_same(sample, race):
    race.in_file()
    outcomes = race(lambda: meetings.plan_next(forum=sample.council, by=sample.anna))
    made = [one for one in outcomes if isinstance(one, Meeting)]
    told = [one.meeting for one in outcomes if isinstance(one, meetings.NextMeetingExists)]
    assert len(made) == 1
    assert told == made * (AT_ONCE - 1)


def test_decisions_made_at_once_get_numbers_of_their_own(sample, race):
    item = sample.item(sample.running(), "Lägesbild")
    race.in_file()
    outcomes = race(
        lambda: proceedings.add_decision(
            item=AgendaItem.objects.get(pk=item.pk), text="Vi börjar", by=sample.anna
        )
    )
    assert sorted(one.number for one in outcomes) == list(range(1, AT_ONCE + 1))
    assert count(race, Decision.objects) == AT_ONCE


def test_a_note_saved_while_the_meeting_is_finished_is_in_the_minutes_or_refused(sample, race):
    meeting = sample.running()
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    for item in meeting.items.all():
        proceedings.mark_handled(item=item, by=sample.anna)
    item = sample.item(meeting, "Lägesbild")
    race.in_file()
    turns = iter((True, False))

    def act() -> object:
        if next(turns):
            return finishing.finish(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.anna)
        return proceedings.save_item(
            item=AgendaItem.objects.get(pk=item.pk), notes="Sent", version=1, by=sample.oskar
        )

    outcomes = race(act, 2)
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    (version,) = [one for one in outcomes if isinstance(one, MinutesVersion)]
    (saved,) = [one for one in outcomes if isinstance(one, AgendaItem)]
    printed = version.content["items"][2]["notes"]
    assert saved.notes == "Sent"
    assert printed in ("Sent", "")
    assert saved.edited_at - timedelta(seconds=60) < version.made_at


def test_starting_at_once_is_one_start(sample, race):
    meeting = sample.plan(days=1)
    race.in_file()
    outcomes = race(
        lambda: meetings.start_log(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.anna)
    )
    assert not [one for one in outcomes if isinstance(one, WrongState)]
    assert len({one.started_at for one in outcomes}) == 1


@pytest.fixture
def meanwhile(race) -> Callable:
    """One act holds its transaction open while another is tried; returns what the other gave.

    The first lets go once the other is done, or when a second has shown that it waits.
    """

    def run(first: Callable[[], object], other: Callable[[], object]) -> object:
        race.in_file()
        begun, done = Event(), Event()
        turns = iter((True, False))

        def act() -> object:
            if next(turns):
                with transaction.atomic():
                    first()
                    begun.set()
                    done.wait(1)
                return None
            begun.wait(5)
            try:
                return other()
            finally:
                done.set()

        outcomes = race(act, 2)
        refused = [one for one in outcomes if isinstance(one, Exception)]
        assert not refused, refused
        return next((one for one in outcomes if one is not None), None)

    return run


def to_be_finished(sample, title: str = "Övrigt") -> tuple[Meeting, AgendaItem]:
    """A meeting in progress of which only that item is left, and the item."""
    meeting = sample.running()
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    for item in meeting.items.exclude(title=title):
        proceedings.mark_handled(item=item, by=sample.anna)
    return meeting, sample.item(meeting, title)


def finish(sample, meeting: Meeting, item: AgendaItem) -> Callable[[], object]:
    return lambda: finishing.finish(
        meeting=Meeting.objects.get(pk=meeting.pk), by=sample.anna, choices={item.pk: "postponed"}
    )


def at(race, queryset, *names: str) -> list:
    """Read where the threads wrote."""
    ((rows,),) = [race(lambda: list(queryset.all().values_list(*names)), 1)]
    return rows


def test_the_next_meeting_planned_while_one_is_finished_gets_what_is_postponed(
    sample, race, meanwhile
):
    meeting, item = to_be_finished(sample)
    following = meanwhile(
        finish(sample, meeting, item),
        lambda: meetings.plan_next(forum=sample.council, by=sample.oskar),
    )
    copies = AgendaItem.objects.filter(carried_from=item)
    assert at(race, copies, "meeting") == [(following.pk,)]


def test_a_meeting_finished_while_the_next_is_planned_puts_its_items_there(sample, race, meanwhile):
    meeting, item = to_be_finished(sample)
    days = sample.now + timedelta(days=30)
    meanwhile(
        lambda: meetings.plan(
            forum=sample.council, starts_at=days, ends_at=days + timedelta(hours=1), by=sample.oskar
        ),
        finish(sample, meeting, item),
    )
    assert count(race, AgendaItem.objects.filter(carried_from=item)) == 1


def test_a_plan_changed_while_a_meeting_is_finished_counts_both_changes(sample, race, meanwhile):
    meeting, item = to_be_finished(sample)
    following = sample.plan(days=20)

    def change() -> None:
        row = Meeting.objects.get(pk=following.pk)
        items = [agenda.PlannedItem(one.title, pk=one.pk) for one in row.items.in_order()]
        people = [
            agenda.Invited(organisation=one.organisation, pk=one.pk)
            for one in row.participations.in_order()
        ]
        meetings.change(
            meeting=row,
            version=row.version,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place="Biblioteket",
            items=[*items, agenda.PlannedItem("Nytt")],
            invited=people,
            by=sample.oskar,
        )

    meanwhile(change, finish(sample, meeting, item))
    assert at(race, Meeting.objects.filter(pk=following.pk), "version", "place") == [
        (3, "Biblioteket")
    ]
    rows = at(race, AgendaItem.objects.filter(meeting=following).in_order(), "position", "title")
    assert rows[-2:] == [(5, "Nytt"), (6, "Övrigt")]


def test_a_meeting_that_begins_while_another_is_finished_gets_nothing_more(sample, race, meanwhile):
    meeting, item = to_be_finished(sample)
    following = sample.plan(days=20)
    meanwhile(
        lambda: meetings.start_log(meeting=Meeting.objects.get(pk=following.pk), by=sample.oskar),
        finish(sample, meeting, item),
    )
    assert count(race, AgendaItem.objects.filter(carried_from=item)) == 0
    assert at(race, Meeting.objects.filter(pk=following.pk), "version") == [(1,)]
    (waiting,) = race(lambda: list(agenda.waiting(sample.council)), 1)
    assert waiting == [item]


def test_new_minutes_made_while_the_next_meeting_is_planned_lose_no_item(sample, race, meanwhile):
    meeting, item = to_be_finished(sample)
    proceedings.mark_handled(item=item, by=sample.anna)
    finishing.finish(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.anna)

    def make() -> None:
        AgendaItem.objects.filter(pk=item.pk).update(outcome="postponed")
        finishing.make_new_version(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.anna)

    following = meanwhile(make, lambda: meetings.plan_next(forum=sample.council, by=sample.oskar))
    copies = AgendaItem.objects.filter(carried_from=item)
    assert at(race, copies, "meeting") == [(following.pk,)]


def test_a_meeting_registered_by_two_at_once_is_registered_once(sample, race):
    held = sample.now - timedelta(days=1)
    people = agenda.people_for(sample.council, on=sample.today)
    race.in_file()
    outcomes = race(
        lambda: afterwards.register_afterwards(
            forum=sample.council,
            starts_at=held,
            ends_at=held + timedelta(hours=1),
            attendance=[afterwards.AttendanceRecord(one, "present") for one in people],
            items=[afterwards.ItemRecord("Läget", notes="Lugnt")],
            by=sample.anna,
        )
    )
    assert sorted(type(one).__name__ for one in outcomes) == (
        ["HeldAlready"] * (AT_ONCE - 1) + ["MinutesVersion"]
    )
    assert count(race, Meeting.objects) == 1
