"""The next meeting: prefilled, refused where it cannot be, and called once."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from coordination.jobs.models import OutgoingMail
from forums import agenda, holidays, meetings, proceedings
from forums.models import Meeting
from forums.refusals import Missing, NotOfThisForum, Refused, WrongState


def change(meeting, **new):
    plan = {
        "version": meeting.version,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "place": meeting.place,
        "items": [
            agenda.PlannedItem(one.title, is_follow_up=one.is_follow_up, pk=one.pk)
            for one in meeting.items.in_order()
        ],
        "invited": [
            agenda.Invited(organisation=row.organisation, user=row.user, pk=row.pk)
            for row in meeting.participations.in_order()
        ],
        "by": meeting.planned_by,
    }
    return meetings.change(meeting=meeting, **{**plan, **new})


def test_the_next_meeting_has_the_previous_ones_weekday_time_and_place(sample):
    held = sample.plan(days=3, place="Biblioteket")
    meetings.start_log(meeting=held, by=sample.anna)
    following = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    assert following.place == "Biblioteket"
    assert timezone.localtime(following.starts_at).time().hour == 13
    assert following.day.weekday() == held.day.weekday()
    assert following.day >= held.day + timedelta(weeks=6)
    assert (following.ends_at - following.starts_at) == timedelta(minutes=90)


def test_the_meeting_after_one_that_ended_past_midnight_does_too(sample):
    starts_at = agenda.local(sample.today + timedelta(days=3), time(23, 30))
    ends_at = starts_at + timedelta(hours=1)
    held = sample.plan(days=3)
    Meeting.objects.filter(pk=held.pk).update(starts_at=starts_at, ends_at=ends_at)
    meetings.start_log(meeting=held, by=sample.anna)
    following = meetings.plan_next(forum=sample.council, by=sample.anna, now=sample.now)
    assert timezone.localtime(following.starts_at).time() == time(23, 30)
    assert following.ends_at - following.starts_at == timedelta(hours=1)


def test_a_proposed_day_is_never_a_holiday_nor_in_the_summer_nor_past(sample):
    for day in range(0, 720, 7):
        now = sample.now + timedelta(days=day)
        proposed = timezone.localtime(agenda.next_times(sample.council, now=now)[0]).date()
        assert proposed > timezone.localdate(now)
        assert not holidays.is_free(proposed)


def test_the_clock_on_the_wall_stays_when_summer_time_begins():
    before, after = (agenda.local(date(2027, 3, day), agenda.USUAL_START) for day in (24, 31))
    assert after.timestamp() - before.timestamp() == timedelta(days=7, hours=-1).total_seconds()
    assert timezone.localtime(before).hour == timezone.localtime(after).hour == 13


@pytest.mark.parametrize(
    "day",
    ["2026-04-03", "2026-04-06", "2026-05-14", "2026-06-19", "2026-10-31", "2026-12-24",
     "2027-03-26", "2027-05-06", "2026-07-15"],
)  # fmt: skip
def test_swedish_holidays_and_summer_weeks_are_free(day):
    assert holidays.is_free(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-04-07", "2026-05-15", "2026-06-18", "2026-08-11"])
def test_ordinary_days_are_not_free(day):
    assert not holidays.is_free(date.fromisoformat(day))


def test_only_one_meeting_lies_ahead(sample):
    first = meetings.plan_next(forum=sample.council, by=sample.anna)
    with pytest.raises(meetings.NextMeetingExists) as caught:
        meetings.plan_next(forum=sample.council, by=sample.oskar)
    assert caught.value.meeting == first


def test_a_meeting_cannot_end_before_it_starts_nor_lie_in_the_past(sample):
    start = sample.now + timedelta(days=2)
    with pytest.raises(meetings.TimeRefused) as caught:
        meetings.plan(
            forum=sample.council, starts_at=start, ends_at=start, by=sample.anna, now=sample.now
        )
    assert caught.value.field == "ends"
    with pytest.raises(meetings.TimeRefused) as caught:
        sample.plan(days=-1)
    assert caught.value.field == "date"


def test_a_plan_keeps_rows_it_names_and_drops_the_others(sample):
    meeting = sample.plan()
    opening, follow_up, _picture, other = meeting.items.in_order()
    place = meeting.participations.first().organisation
    changed = change(
        meeting,
        items=[
            agenda.PlannedItem("Uppföljning", is_follow_up=True, pk=follow_up.pk),
            agenda.PlannedItem("Nytt", kind="decision", presenter="Per", planned_minutes=20),
            agenda.PlannedItem(opening.title, pk=opening.pk),
        ],
        invited=[agenda.Invited(organisation=place, name="Karin Öst")],
    )
    assert [(one.position, one.title) for one in changed.items.in_order()] == [
        (1, "Uppföljning"),
        (2, "Nytt"),
        (3, opening.title),
    ]
    assert [row.label for row in changed.participations.all()] == ["Karin Öst"]
    assert not changed.items.filter(pk=other.pk).exists()


def test_a_stale_plan_is_refused_and_nothing_is_changed(sample):
    meeting = sample.plan()
    change(meeting, place="Biblioteket")
    with pytest.raises(meetings.PlanChanged):
        change(Meeting.objects.get(pk=meeting.pk), version=1, place="Stadshuset")
    meeting.refresh_from_db()
    assert meeting.place == "Biblioteket"


def test_the_same_person_twice_and_rows_of_another_meeting_are_refused(sample):
    meeting, foreign = sample.plan(), sample.plan(sample.other)
    place = meeting.participations.first().organisation
    twice = [agenda.Invited(organisation=place, user=sample.anna)] * 2
    with pytest.raises(Refused, match="Anna Ek"):
        change(meeting, invited=twice)
    item, row = foreign.items.first(), foreign.participations.first()
    with pytest.raises(NotOfThisForum):
        change(meeting, items=[agenda.PlannedItem("Min", pk=item.pk)])
    with pytest.raises(NotOfThisForum):
        change(meeting, invited=[agenda.Invited(organisation=place, pk=row.pk)])
    with pytest.raises(Missing):
        change(meeting, invited=[agenda.Invited(organisation=None, name="Karin Öst")])


def test_a_call_needs_items_participants_and_a_time_ahead(sample):
    empty = sample.plan(items=[])
    with pytest.raises(Missing) as caught:
        meetings.call(meeting=empty, by=sample.anna)
    assert caught.value.field == "items"
    alone = sample.plan(invited=[])
    with pytest.raises(Missing) as caught:
        meetings.call(meeting=alone, by=sample.anna)
    assert caught.value.field == "participants"
    late = sample.plan()
    with pytest.raises(meetings.TimeRefused):
        meetings.call(meeting=late, by=sample.anna, now=late.starts_at + timedelta(hours=1))
    assert not OutgoingMail.objects.exists()


def test_a_meeting_is_called_once(sample):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna)
    with pytest.raises(WrongState):
        meetings.call(meeting=Meeting.objects.get(pk=meeting.pk), by=sample.oskar)
    assert OutgoingMail.objects.filter(letter="forums.call").count() == 9


def test_a_called_meeting_that_moves_tells_everyone_and_one_that_does_not_tells_nobody(sample):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna)
    change(meeting)
    assert not OutgoingMail.objects.filter(letter="forums.call_changed").exists()
    change(meeting, place="Biblioteket")
    assert OutgoingMail.objects.filter(letter="forums.call_changed").count() == 9


def test_whoever_is_added_to_a_called_meeting_is_called_once(sample):
    meeting = sample.plan()
    place = meeting.participations.first().organisation
    meetings.call(meeting=meeting, by=sample.anna)

    def called(user):
        letters = OutgoingMail.objects.filter(user_id=user.pk).order_by("pk")
        return list(letters.values_list("letter", flat=True))

    def people(**more):
        rows = meeting.participations.in_order()
        return [
            *(
                agenda.Invited(organisation=one.organisation, user=one.user, pk=one.pk)
                for one in rows
            ),
            *(agenda.Invited(organisation=place, **one) for one in more.get("new", ())),
        ]

    change(meeting, invited=people(new=[{"user": sample.tove}, {"name": "Karin Öst"}]))
    assert called(sample.tove) == ["forums.call"]
    assert called(sample.gun) == ["forums.call"]
    change(meeting, invited=people())
    assert called(sample.tove) == ["forums.call"]
    # With a new place as well, whoever is new gets the invitation, and the others the change.
    change(meeting, place="Biblioteket", invited=people(new=[{"user": sample.ulla}]))
    assert called(sample.ulla) == ["forums.call"]
    assert called(sample.tove) == called(sample.gun) == ["forums.call", "forums.call_changed"]


def test_whoever_is_added_before_the_call_or_after_the_meeting_is_not_called(sample):
    meeting = sample.plan()
    place = meeting.participations.first().organisation
    change(meeting, invited=[agenda.Invited(organisation=place, user=sample.tove)])
    assert not OutgoingMail.objects.exists()
    meetings.call(meeting=meeting, by=sample.anna)
    sent = OutgoingMail.objects.count()
    late = meeting.ends_at + timedelta(hours=1)
    row = meeting.participations.get()
    people = [
        agenda.Invited(organisation=place, user=row.user, pk=row.pk),
        agenda.Invited(organisation=place, user=sample.ulla),
    ]
    change(meeting, invited=people, now=late)
    assert OutgoingMail.objects.count() == sent


def test_a_plan_cannot_be_changed_once_the_meeting_has_begun(sample):
    meeting = sample.running()
    with pytest.raises(WrongState):
        change(meeting, place="Biblioteket")


def test_people_are_told_of_meetings_ahead_and_keepers_of_logs_to_finish(sample):
    called, running = sample.plan(), sample.running(sample.other)
    now: datetime = sample.now
    assert list(meetings.upcoming_for(sample.gun, now)) == [called]
    assert list(meetings.upcoming_for(sample.ny, now)) == []
    assert list(Meeting.objects.filter(meetings.to_finish(now))) == [running]
    past = called.ends_at + timedelta(hours=1)
    assert set(Meeting.objects.filter(meetings.to_finish(past))) == {called, running}


def test_a_meeting_that_was_missed_is_no_next_meeting(sample):
    held = sample.running()
    missed = sample.plan(days=3)
    later = missed.ends_at + timedelta(hours=1)
    assert agenda.next_planned(held, now=sample.now) == missed
    assert agenda.next_planned(held, now=later) is None
    assert agenda.suggested_due(held, now=later) > missed.day
    following = sample.plan(days=9)
    assert agenda.suggested_due(held, now=later) == following.day


def test_a_suggested_date_is_the_next_meeting(sample):
    meeting = sample.running()
    proposed = agenda.suggested_due(meeting, now=sample.now)
    assert proposed == timezone.localdate(agenda.next_times(sample.council, now=sample.now)[0])
    later = sample.plan(days=30)
    assert agenda.suggested_due(meeting, now=sample.now) == later.day
    item = sample.item(meeting, "Lägesbild")
    assert proceedings.add_action(
        item=item, text="Ring", owners="Maria", due=later.day, by=sample.anna
    ).due == (later.day)
