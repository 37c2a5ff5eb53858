"""Finishing a meeting: its checks, its minutes, what is carried on, and who is mailed."""

from datetime import timedelta

import pytest

from coordination.jobs.models import Job, OutgoingMail
from forums import actions, afterwards, agenda, finishing, meetings, minutes, proceedings
from forums.models import Meeting, MinutesVersion
from forums.refusals import WrongState


@pytest.fixture
def meeting(sample):
    return sample.running()


def settle(sample, meeting):
    """Attendance, and every item handled."""
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    for item in meeting.items.filter(outcome="open"):
        proceedings.mark_handled(item=item, by=sample.anna)


def finish(sample, meeting, **more):
    return finishing.finish(meeting=meeting, by=sample.anna, **more)


def mails(letter="forums.own_actions"):
    return OutgoingMail.objects.filter(letter=letter)


def test_everything_that_is_missing_is_said_at_once(sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    proceedings.add_action(item=item, text="Ring", owners="", due=None, by=sample.anna)
    with pytest.raises(finishing.CannotFinish) as caught:
        finish(sample, meeting)
    assert [one.code for one in caught.value.problems] == [
        "attendance",
        "item",
        "owner",
        "due",
        "item",
    ]
    assert [item.title for item in caught.value.unhandled] == [
        "Öppnande, val av justerare",
        "Övrigt",
    ]
    assert "Ring" in caught.value.problems[2].text
    meeting.refresh_from_db()
    assert meeting.state == "in_progress"


def test_one_person_without_attendance_stops_it(sample, meeting):
    settle(sample, meeting)
    row = meeting.participations.first()
    proceedings.set_attendance(participation=row, attendance="unknown", by=sample.anna)
    with pytest.raises(finishing.CannotFinish):
        finish(sample, meeting)


def test_choices_settle_items_that_nothing_stands_under_and_no_others(sample, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    first, _follow_up, picture, other = meeting.items.in_order()
    proceedings.save_item(item=picture, notes="Lugnt", version=1, by=sample.anna)
    finish(
        sample,
        meeting,
        choices={first.pk: "done", picture.pk: "struck", other.pk: "postponed"},
    )
    assert [item.outcome for item in meeting.items.in_order()] == [
        "done",
        "done",
        "done",
        "postponed",
    ]


def test_a_meeting_is_finished_once(sample, meeting):
    settle(sample, meeting)
    sample.action(sample.item(meeting, "Övrigt"), "Ring", "Maria")
    finish(sample, meeting)
    with pytest.raises(WrongState):
        finish(sample, Meeting.objects.get(pk=meeting.pk))
    assert MinutesVersion.objects.count() == 1
    assert mails().count() == 1
    assert Job.objects.filter(kind="forums.minutes_pdf").count() == 1


def test_each_owner_with_an_account_gets_one_mail_however_many_actions(sample, meeting):
    item = sample.item(meeting, "Övrigt")
    for text, who in (("a", "Maria"), ("b", "Maria och Per"), ("c", "Polisen")):
        sample.action(item, text, who)
    settle(sample, meeting)
    finish(sample, meeting)
    assert {row.user_id for row in mails()} == {sample.maria.pk, sample.per.pk}
    assert mails().count() == 2


def test_a_later_version_tells_only_those_with_something_new(sample, meeting):
    item = sample.item(meeting, "Övrigt")
    sample.action(item, "a", "Maria")
    settle(sample, meeting)
    first = finish(sample, meeting)
    with pytest.raises(finishing.NothingChanged):
        finishing.make_new_version(meeting=meeting, by=sample.anna)
    added = sample.action(item, "b", "Per och Maria")
    second = finishing.make_new_version(meeting=meeting, by=sample.anna)
    assert second.number == 2
    assert [row.user_id for row in mails().order_by("pk") if row.ids["version"] == second.pk] == (
        sorted([sample.per.pk, sample.maria.pk])
    )
    assert len(minutes.document(first)["actions"]) == 1
    assert set(added.owners.values_list("told_in", flat=True)) == {second.pk}
    with pytest.raises(WrongState):
        proceedings.remove_action(action=added, by=sample.anna)


def test_frozen_minutes_do_not_change_with_what_happens_later(sample, meeting):
    item = sample.item(meeting, "Övrigt")
    action = sample.action(item, "Ring", "Maria")
    due = action.due
    proceedings.save_item(item=item, notes="Som det var", version=1, by=sample.anna)
    settle(sample, meeting)
    version = finish(sample, meeting)
    proceedings.save_item(item=item, notes="Som det blev", version=item.version, by=sample.anna)
    actions.move(action=action, due=due.replace(year=due.year + 1), by=sample.maria)
    version.refresh_from_db()
    assert version.content["items"][3]["notes"] == "Som det var"
    assert version.sha256 == minutes.fingerprint(version.content)
    later = finishing.make_new_version(meeting=meeting, by=sample.anna)
    assert later.content["items"][3]["actions"][0]["due"] == due.isoformat()


def test_a_postponed_item_stands_on_the_next_agenda_once(sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    proceedings.postpone_item(item=item, by=sample.anna)
    settle(sample, meeting)
    finish(sample, meeting)
    following = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    carried = following.items.filter(carried_from__isnull=False)
    assert [one.title for one in carried] == ["Lägesbild"]
    assert not agenda.waiting(sample.council).exists()


def test_what_is_postponed_reaches_a_meeting_that_was_planned_before(sample, meeting):
    following = sample.plan(days=40)
    item = sample.item(meeting, "Lägesbild")
    proceedings.postpone_item(item=item, by=sample.anna)
    settle(sample, meeting)
    finish(sample, meeting)
    assert following.items.filter(carried_from=item).count() == 1
    proceedings.reopen_item(item=item, by=sample.anna)
    assert not following.items.filter(carried_from=item).exists()
    assert [one.position for one in following.items.in_order()] == [1, 2, 3, 4]


def test_an_item_postponed_again_and_again_is_never_lost_nor_doubled(sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    proceedings.postpone_item(item=item, by=sample.anna)
    for _time in range(3):
        settle(sample, meeting)
        finish(sample, meeting)
        planned = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
        carried = planned.items.get(carried_from__isnull=False)
        assert carried.carried_from.meeting == meeting
        meeting = meetings.start_log(meeting=planned, by=sample.anna, now=sample.now)
        proceedings.postpone_item(item=carried, by=sample.anna)


def test_open_actions_follow_to_each_meeting_with_the_date_they_have(sample, meeting):
    action = sample.action(sample.item(meeting, "Övrigt"), "Ring", "Maria")
    settle(sample, meeting)
    finish(sample, meeting)
    planned = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    begun = meetings.start_log(meeting=planned, by=sample.anna, now=sample.now)
    (row,) = begun.carried.all()
    assert (row.action, row.due_then) == (action, action.due)


def test_a_forum_without_a_follow_up_item_gets_one_when_actions_are_open(sample, meeting):
    sample.action(sample.item(meeting, "Övrigt"), "Ring", "Maria")
    settle(sample, meeting)
    finish(sample, meeting)
    bare = sample.plan(items=[agenda.PlannedItem("Läget")])
    begun = meetings.start_log(meeting=bare, by=sample.anna, now=sample.now)
    assert begun.items.filter(is_follow_up=True).count() == 1


def test_registering_afterwards_leaves_out_untouched_standing_items(sample):
    start = afterwards.prefill(forum=sample.council, now=sample.now)
    items = [*start.items[:-1], afterwards.ItemRecord("Övrigt", notes="Lugnt")]
    version = afterwards.register_afterwards(
        forum=sample.council,
        starts_at=sample.now.replace(microsecond=0) - agenda.timedelta(hours=3),
        ends_at=sample.now.replace(microsecond=0) - agenda.timedelta(hours=2),
        attendance=[afterwards.AttendanceRecord(one, "present") for one in start.people],
        items=items,
        by=sample.anna,
        now=sample.now,
    )
    assert [one["title"] for one in version.content["items"]] == [
        "Uppföljning av åtgärder",
        "Övrigt",
    ]


def test_a_planned_meeting_can_be_registered_afterwards_and_none_that_lies_ahead(sample):
    meeting = sample.plan(days=1)
    now = meeting.ends_at + agenda.timedelta(hours=1)
    start = afterwards.prefill(forum=sample.council, now=now, meeting=meeting)
    facts = {
        "forum": sample.council,
        "starts_at": start.starts_at,
        "ends_at": start.ends_at,
        "attendance": [afterwards.AttendanceRecord(one, "present") for one in start.people],
        "items": [afterwards.ItemRecord("Läget", notes="Lugnt")],
        "meeting": meeting,
        "by": sample.anna,
    }
    with pytest.raises(afterwards.NotHeldYet):
        afterwards.register_afterwards(**facts, now=sample.now)
    version = afterwards.register_afterwards(**facts, now=now)
    assert version.meeting == meeting
    assert Meeting.objects.count() == 1


def test_registering_afterwards_without_attendance_owner_or_date_writes_nothing(sample):
    start = afterwards.prefill(forum=sample.council, now=sample.now)
    with pytest.raises(finishing.CannotFinish) as caught:
        afterwards.register_afterwards(
            forum=sample.council,
            starts_at=sample.now - agenda.timedelta(hours=3),
            ends_at=sample.now - agenda.timedelta(hours=2),
            attendance=[afterwards.AttendanceRecord(one, "unknown") for one in start.people],
            items=[
                afterwards.ItemRecord("Läget", actions=[afterwards.ActionRecord("Ring", "", None)])
            ],
            by=sample.anna,
            now=sample.now,
        )
    assert {one.code for one in caught.value.problems} == {"attendance", "owner", "due"}
    assert not Meeting.objects.exists()


def postpone(sample, meeting, item=None, now=None):
    """The meeting finished, with that item postponed: its last one unless another is given."""
    item = item or meeting.items.in_order().last()
    proceedings.postpone_item(item=item, by=sample.anna)
    settle(sample, meeting)
    finish(sample, meeting, now=now or sample.now)
    item.refresh_from_db()
    return item


def copies_of(item):
    return list(item.carried_to.values_list("meeting", flat=True))


def test_what_is_postponed_is_never_put_on_a_plan_whose_time_has_passed(sample, meeting):
    missed = sample.plan(days=3)
    late = missed.ends_at + timedelta(days=1)
    item = postpone(sample, meeting, now=late)
    assert copies_of(item) == []
    following = meetings.plan_next(forum=sample.council, by=sample.anna, now=late)
    assert copies_of(item) == [following.pk]


def test_what_stood_on_a_plan_that_nobody_held_waits_again(sample, meeting):
    missed = sample.plan(days=3)
    item = postpone(sample, meeting)
    assert copies_of(item) == [missed.pk]
    assert item not in agenda.waiting(sample.council, now=sample.now)
    late = missed.ends_at + timedelta(days=1)
    following = meetings.plan_next(forum=sample.council, by=sample.anna, now=late)
    assert sorted(copies_of(item)) == [missed.pk, following.pk]
    # If the missed meeting is recorded after all, and the item postponed again, it waits once.
    meetings.start_log(meeting=missed, by=sample.anna, now=late)
    again = missed.items.get(carried_from=item)
    postpone(sample, missed, again, now=late)
    assert copies_of(again) == []
    assert again not in agenda.waiting(sample.council, now=late)


def test_a_plan_that_gets_a_postponed_item_counts_as_changed(sample, meeting):
    following = sample.plan(days=9)
    postpone(sample, meeting)
    following.refresh_from_db()
    assert following.version == 2
    positions = list(following.items.values_list("position", flat=True))
    assert len(set(positions)) == len(positions)
