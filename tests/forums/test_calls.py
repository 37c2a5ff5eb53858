"""What those called are told: the call, what changes, and that the meeting is cancelled."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from coordination.jobs.models import OutgoingMail
from forums import agenda, calls, letters, meetings
from forums.models import Call, Meeting
from forums.refusals import WrongState
from tests.forums.test_planning import change


@pytest.fixture
def called(sample) -> Meeting:
    meeting = sample.plan(place="Rådhuset, sal 3")
    meetings.call(meeting=meeting, by=sample.anna)
    return meeting


def kinds(meeting) -> list[tuple[int, str]]:
    return list(meeting.calls.order_by("number").values_list("number", "kind"))


def sent(letter: str) -> int:
    return OutgoingMail.objects.filter(letter=letter).count()


def titled(meeting, *titles):
    """The plan's items, and these as well."""
    existing = [
        agenda.PlannedItem(one.title, is_follow_up=one.is_follow_up, pk=one.pk)
        for one in meeting.items.in_order()
    ]
    return [*existing, *map(agenda.PlannedItem, titles)]


def test_a_new_time_and_place_are_told_beside_the_old(sample, called):
    change(
        called,
        place="Biblioteket",
        starts_at=called.starts_at + timedelta(days=1),
        ends_at=called.ends_at + timedelta(days=1),
    )
    assert kinds(called) == [(1, "call"), (2, "change")]
    with translation.override("sv"):
        letter = letters.call_changed(user=sample.gun, ids={"meeting": called.pk, "call": 2})
    assert "Ny plats: Biblioteket. Förut: Rådhuset, sal 3." in letter.body
    assert "Ny tid: " in letter.body
    assert len(letter.body.splitlines()) <= 6


def test_an_agenda_that_changes_is_told_when_somebody_says_so_and_once(sample, called):
    change(called, items=titled(called, "Skolstarten"))
    assert sent("forums.call_changed") == 0
    with translation.override("sv"):
        assert calls.changes(called) == ["Nytt på dagordningen: Skolstarten"]
    meetings.call_again(meeting=called, by=sample.anna)
    assert sent("forums.call_changed") == 9
    assert calls.changes(called) == []
    with pytest.raises(meetings.NothingToTell):
        meetings.call_again(meeting=called, by=sample.oskar)
    assert sent("forums.call_changed") == 9
    with translation.override("sv"):
        letter = letters.call_changed(user=sample.gun, ids={"meeting": called.pk, "call": 2})
    assert "Dagordningen är ändrad." in letter.body
    assert "Skolstarten" not in letter.body


def test_a_meeting_that_is_not_called_has_nothing_to_tell(sample):
    meeting = sample.plan()
    assert calls.changes(meeting) == []
    with pytest.raises(WrongState):
        meetings.call_again(meeting=meeting, by=sample.anna)


def test_a_call_is_numbered_once(sample, called):
    assert Call.objects.get(meeting=called).titles == [one.title for one in called.items.in_order()]


def called_without(meeting: Meeting, user) -> list[agenda.Invited]:
    return [
        agenda.Invited(organisation=row.organisation, user=row.user, pk=row.pk)
        for row in meeting.participations.in_order()
        if row.user != user
    ]


def withdrawals(user) -> int:
    return OutgoingMail.objects.filter(letter="forums.call_withdrawn", user_id=user.pk).count()


def test_whoever_is_taken_off_is_told_and_their_calendar_forgets_the_meeting(sample, called):
    change(called, invited=called_without(called, sample.gun))
    called.refresh_from_db()
    assert (sent("forums.call_withdrawn"), withdrawals(sample.gun)) == (1, 1)
    assert called.call_sequence == 1, "else the calendar keeps what it has"
    with translation.override("sv"):
        letter = letters.call_withdrawn(user=sample.gun, ids={"meeting": called.pk, "call": 1})
    assert letter.subject.startswith(f"Inte längre kallad: {sample.council.name}, ")
    assert "Du är inte längre kallad" in letter.body
    assert letter.url == ""
    file = letter.attachment.text.replace("\r\n ", "")
    assert letter.attachment.parameters == {"method": "CANCEL"}
    assert "METHOD:CANCEL" in file
    assert "STATUS:CANCELLED" in file
    assert "SEQUENCE:1" in file
    assert f"/moten/{called.pk}/" not in file
    assert sent("forums.call_changed") == 0, "nothing has changed for the others"


def test_whoever_is_called_again_is_not_told_that_they_are_not(sample, called):
    organisation = called.participations.get(user=sample.gun).organisation
    change(called, invited=called_without(called, sample.gun))
    called.refresh_from_db()
    again = agenda.Invited(organisation=organisation, user=sample.gun)
    change(called, invited=[*called_without(called, "nobody"), again])
    called.refresh_from_db()
    assert called.call_sequence == 2, "a call is taken for newer than what withdrew the former"
    assert letters.call_withdrawn(user=sample.gun, ids={"meeting": called.pk, "call": 1}) is None
    change(called, invited=called_without(called, sample.gun))
    assert withdrawals(sample.gun) == 2
    assert (
        letters.call_withdrawn(user=sample.gun, ids={"meeting": called.pk, "call": 1}) is not None
    )


def test_a_row_made_anew_for_the_same_person_withdraws_nothing(sample, called):
    organisation = called.participations.get(user=sample.gun).organisation
    anew = agenda.Invited(organisation=organisation, user=sample.gun)
    change(called, invited=[*called_without(called, sample.gun), anew])
    assert sent("forums.call_withdrawn") == 0


def test_nobody_is_told_of_a_plan_that_nobody_was_called_to(sample):
    meeting = sample.plan()
    change(meeting, invited=called_without(meeting, sample.gun))
    assert sent("forums.call_withdrawn") == 0


def test_a_forum_about_individuals_is_not_named_to_whoever_is_taken_off(sample):
    meeting = sample.plan(forum=sample.closed)
    person = meeting.participations.exclude(user=None).first().user
    meetings.call(meeting=meeting, by=sample.maria)
    change(meeting, by=sample.maria, invited=called_without(meeting, person))
    with translation.override("sv"):
        letter = letters.call_withdrawn(user=person, ids={"meeting": meeting.pk, "call": 1})
    said = f"{letter.subject}\n{letter.body}\n{letter.attachment.text}"
    assert sample.closed.name not in said
    assert "Inte längre kallad: samverkansmöte" in letter.subject


def test_whoever_is_taken_off_a_meeting_that_moves_is_not_told_where_to(sample, called):
    day = called.starts_at
    change(
        called,
        place="Hemlig lokal",
        starts_at=day + timedelta(days=3),
        ends_at=called.ends_at + timedelta(days=3),
        invited=called_without(called, sample.gun),
    )
    (post,) = OutgoingMail.objects.filter(letter="forums.call_withdrawn")
    letter = letters.call_withdrawn(user=sample.gun, ids=post.ids)
    file = letter.attachment.text
    assert "Hemlig lokal" not in f"{letter.body}{file}"
    assert "Rådhuset, sal 3" in letter.body
    assert f"DTSTART;TZID=Europe/Stockholm:{timezone.localtime(day):%Y%m%dT%H%M%S}" in file
