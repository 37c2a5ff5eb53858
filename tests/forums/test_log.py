"""Keeping the log: two writers, wrong states, numbers of decisions, attendance."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.audit import log
from coordination.audit.log import Zone
from forums import actions, cancelling, finishing, meetings, proceedings
from forums.models import AgendaItem, Meeting
from forums.refusals import Missing, NotOfThisForum, Refused, WrongState


@pytest.fixture
def meeting(sample):
    return sample.running()


@pytest.fixture
def item(sample, meeting):
    return sample.item(meeting, "Lägesbild")


def save(item, notes, version, by, **more):
    return proceedings.save_item(
        item=AgendaItem.objects.get(pk=item.pk), notes=notes, version=version, by=by, **more
    )


def test_the_same_item_offers_both_texts_when_two_write_in_it(sample, item):
    save(item, "Annas text", 1, sample.anna)
    with pytest.raises(proceedings.Conflict) as caught:
        save(item, "Oskars text", 1, sample.oskar)
    conflict = caught.value
    assert (conflict.theirs, conflict.mine, conflict.who) == (
        "Annas text",
        "Oskars text",
        sample.anna,
    )
    assert "Anna Ek" in str(conflict)
    kept = save(item, "Oskars text", conflict.version, sample.oskar)
    assert kept.notes == "Oskars text"


def test_different_items_never_collide(sample, meeting, item):
    other = sample.item(meeting, "Övrigt")
    save(item, "Annas text", 1, sample.anna)
    save(other, "Oskars text", 1, sample.oskar)
    assert [one.notes for one in meeting.items.in_order()][2:] == ["Annas text", "Oskars text"]


def test_a_save_sent_again_is_no_conflict_and_leaves_no_trace(sample, item):
    save(item, "Annas text", 1, sample.anna)
    before = log.events(zone=Zone.COORDINATION, on=item).count()
    again = save(item, "Annas text\r\n", 1, sample.anna)
    assert again.version == 2
    assert log.events(zone=Zone.COORDINATION, on=item).count() == before


def test_a_save_may_mark_the_item_as_handled(sample, item):
    assert save(item, "Lugnt", 1, sample.anna).outcome == "open"
    assert save(item, "Lugnt", 2, sample.anna, handled=True).outcome == "done"
    proceedings.postpone_item(item=item, by=sample.anna)
    assert save(item, "Lugnt ännu", 2, sample.anna, handled=True).outcome == "postponed"


def test_nothing_is_logged_before_the_meeting_begins_or_when_it_is_cancelled(sample):
    meeting = sample.plan()
    with pytest.raises(WrongState):
        proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    with pytest.raises(WrongState):
        save(meeting.items.first(), "För tidigt", 1, sample.anna)
    cancelling.cancel(meeting=meeting, reason="Sjukdom", by=sample.anna)
    with pytest.raises(WrongState):
        meetings.start_log(meeting=meeting, by=sample.anna)


def test_opening_the_log_twice_is_one_start(sample):
    meeting = sample.plan()
    first = meetings.start_log(meeting=meeting, by=sample.anna).started_at
    again = meetings.start_log(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.oskar)
    assert (again.started_at, again.started_by) == (first, sample.anna)


def test_decisions_are_numbered_within_their_item_without_gaps(sample, item):
    by = sample.anna
    made = [proceedings.add_decision(item=item, text=text, by=by) for text in ("a", "b", "c")]
    proceedings.remove_decision(decision=made[1], by=by)
    assert [(one.mark, one.text) for one in item.decisions.in_order()] == [
        ("3:1", "a"),
        ("3:2", "c"),
    ]


def test_a_removed_decision_leaves_the_others_their_printed_numbers(sample, meeting, item):
    by = sample.anna
    made = [proceedings.add_decision(item=item, text=text, by=by) for text in ("a", "b", "c")]
    finish(sample, meeting)
    proceedings.remove_decision(decision=made[1], by=by)
    assert [one.mark for one in item.decisions.in_order()] == ["3:1", "3:3"]


def finish(sample, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    return finishing.finish(meeting=meeting, by=sample.anna, choices=choices)


def test_all_present_leaves_the_exceptions_already_made(sample, meeting):
    row = meeting.participations.get(user=sample.sofia)
    proceedings.set_attendance(participation=row, attendance="absent", by=sample.anna)
    assert proceedings.mark_all_present(meeting=meeting, by=sample.anna) == 10
    row.refresh_from_db()
    assert row.attendance == "absent"


def test_a_substitute_needs_a_name_and_loses_it_when_the_participant_comes(sample, meeting):
    row = meeting.participations.get(user=sample.sofia)
    with pytest.raises(Missing):
        proceedings.set_attendance(participation=row, attendance="substitute", by=sample.anna)
    proceedings.set_attendance(
        participation=row, attendance="substitute", substitute_name="Karin Öst", by=sample.anna
    )
    proceedings.set_attendance(participation=row, attendance="digital", by=sample.anna)
    row.refresh_from_db()
    assert (row.attendance, row.substitute_name) == ("digital", "")
    with pytest.raises(Refused):
        proceedings.set_attendance(participation=row, attendance="asleep", by=sample.anna)


def test_a_guest_is_present_and_only_guests_can_be_taken_off_the_list(sample, meeting):
    place = meeting.participations.first().organisation
    guest = proceedings.add_guest(
        meeting=meeting, organisation=place, name="Karin Öst", by=sample.anna
    )
    assert (guest.attendance, guest.is_guest) == ("present", True)
    with pytest.raises(Missing):
        proceedings.add_guest(meeting=meeting, organisation=None, name="Bo", by=sample.anna)
    with pytest.raises(Refused):
        proceedings.add_guest(
            meeting=meeting, organisation=place, user=sample.sofia, by=sample.anna
        )
    proceedings.remove_guest(participation=guest, by=sample.anna)
    with pytest.raises(WrongState):
        proceedings.remove_guest(
            participation=meeting.participations.get(user=sample.sofia), by=sample.anna
        )
    assert meeting.participations.count() == 11


def test_an_action_of_another_forum_cannot_be_reported_here(sample, item):
    action = sample.action(item, "Ring", "Maria")
    elsewhere = sample.running(sample.other)
    with pytest.raises(NotOfThisForum):
        actions.mark_done(action=action, meeting=elsewhere, by=sample.anna)


def test_each_act_leaves_one_event_that_says_who(sample, item):
    decision = proceedings.add_decision(item=item, text="Vi börjar", by=sample.oskar)
    events = list(log.events(zone=Zone.COORDINATION, by=sample.oskar))
    assert [event.event for event in events] == ["forums.decision.added"]
    assert events[0].object_key == str(decision.pk)
    assert "Vi börjar" not in str(events[0].facts)


def test_who_and_when_of_an_edit_are_kept_together(sample, item):
    saved = save(item, "Lugnt", 1, sample.oskar, now=timezone.now() - timedelta(minutes=1))
    assert saved.edited_by == sample.oskar
    assert saved.edited_at is not None
