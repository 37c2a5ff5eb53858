"""A meeting that is cancelled: who hears of it, what follows to the next, and when it is too late."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.audit.models import Event
from coordination.jobs.models import OutgoingMail
from forums import actions, agenda, cancelling, finishing, letters, meetings, proceedings
from forums.models import AgendaItem, Meeting
from forums.refusals import IdentityNumberInText, Missing, WrongState
from tests.racing import Race

WHY = "Ordföranden är sjuk"


def cancelled_mails() -> int:
    return OutgoingMail.objects.filter(letter="forums.call_cancelled").count()


def cancel(sample, meeting: Meeting, reason: str = WHY, **more) -> Meeting:
    return cancelling.cancel(meeting=meeting, reason=reason, by=sample.anna, **more)


def postponed(sample) -> AgendaItem:
    """An item that a finished meeting postponed."""
    meeting = sample.running()
    item = sample.item(meeting, "Lägesbild")
    proceedings.postpone_item(item=item, by=sample.anna)
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    finishing.finish(meeting=meeting, by=sample.anna, choices=choices)
    return item


def test_those_called_are_mailed_once_and_the_calendar_learns_it(sample):
    meeting = sample.plan()
    unreached = meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    cancel(sample, meeting)
    assert cancelled_mails() == meeting.participations.count() - len(unreached)
    assert (meeting.state, meeting.cancel_reason, meeting.call_sequence) == ("cancelled", WHY, 1)
    assert Event.objects.filter(event="forums.meeting.cancelled").count() == 1


def test_nobody_is_mailed_about_a_meeting_nobody_was_called_to(sample):
    meeting = cancel(sample, sample.plan())
    assert (cancelled_mails(), meeting.call_sequence) == (0, 0)


def test_nobody_is_mailed_about_a_meeting_whose_time_has_passed(sample):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    cancel(sample, meeting, now=meeting.ends_at + timedelta(hours=1))
    assert cancelled_mails() == 0


@pytest.mark.parametrize(
    ("reason", "refusal"), [("  ", Missing), ("Om 19121212-1212", IdentityNumberInText)]
)
def test_a_reason_is_needed_and_holds_no_identity_number(sample, reason, refusal):
    meeting = sample.plan()
    with pytest.raises(refusal):
        cancel(sample, meeting, reason)
    meeting.refresh_from_db()
    assert meeting.state == "planned"


def test_a_meeting_that_has_begun_or_is_cancelled_is_not_cancelled(sample):
    with pytest.raises(WrongState):
        cancel(sample, sample.running())
    meeting = cancel(sample, sample.plan())
    with pytest.raises(WrongState):
        cancel(sample, meeting, "Annat skäl")
    meeting.refresh_from_db()
    assert meeting.cancel_reason == WHY


def test_the_letter_says_which_meeting_and_leads_to_the_reason_that_somebody_wrote(sample):
    meeting = cancel(sample, sample.plan(), "kanariefågeln är sjuk")
    letter = letters.call_cancelled(user=sample.gun, ids={"meeting": meeting.pk})
    assert sample.council.name in letter.subject
    assert "kanarie" not in letter.subject + letter.body
    assert letter.url == reverse("meeting", args=[meeting.pk])
    client = Client()
    client.force_login(sample.gun)
    assert "kanariefågeln är sjuk" in client.get(letter.url).content.decode()


def test_the_letter_of_a_forum_about_individuals_says_neither_forum_nor_reason(sample):
    meeting = cancel(sample, sample.plan(sample.closed))
    letter = letters.call_cancelled(user=sample.maria, ids={"meeting": meeting.pk})
    said = f"{letter.subject} {letter.body} {letter.url}"
    assert sample.closed.name not in said
    assert WHY not in said


def test_an_invitation_still_waiting_to_be_mailed_is_not_sent(sample):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    cancel(sample, meeting)
    assert letters.call(user=sample.gun, ids={"meeting": meeting.pk}) is None


def test_what_was_postponed_goes_to_the_next_meeting_once(sample):
    item = postponed(sample)
    first = sample.plan(days=14)
    second = sample.plan(days=28)
    assert first.items.filter(carried_from=item).count() == 1
    version = second.version
    cancel(sample, first)
    second.refresh_from_db()
    assert second.items.filter(carried_from=item).count() == 1
    assert second.version == version + 1
    meetings.start_log(meeting=second, by=sample.anna)
    assert second.items.filter(carried_from=item).count() == 1


def test_what_was_postponed_waits_when_no_other_meeting_is_planned(sample):
    item = postponed(sample)
    cancel(sample, sample.plan(days=14))
    assert list(agenda.waiting(sample.council)) == [item]
    following = meetings.plan_next(forum=sample.council, by=sample.anna)
    assert following.items.filter(carried_from=item).count() == 1


def test_open_actions_are_followed_up_at_the_meeting_that_is_held(sample):
    meeting = sample.running()
    action = sample.action(sample.item(meeting, "Övrigt"), "Ring", "Maria")
    first, second = sample.plan(days=14), sample.plan(days=28)
    cancel(sample, first)
    meetings.start_log(meeting=second, by=sample.anna)
    assert [one.meeting_id for one in action.carried_to.all()] == [second.pk]
    actions.mark_done(action=action, by=sample.maria)


def test_of_one_who_cancels_and_one_who_begins_at_once_one_does_and_the_other_is_told(
    sample, race: Race
):
    meeting = sample.plan()
    race.in_file()

    def begin() -> str:
        mine = Meeting.objects.get(pk=meeting.pk)
        return meetings.start_log(meeting=mine, by=sample.anna).state

    def call_off() -> str:
        return cancel(sample, Meeting.objects.get(pk=meeting.pk)).state

    outcomes = race(begin, call_off)
    told = [one for one in outcomes if isinstance(one, WrongState)]
    done = [one for one in outcomes if isinstance(one, str)]
    assert (len(told), len(done)) == (1, 1), outcomes
    (state,) = race(lambda: Meeting.objects.get(pk=meeting.pk).state)
    assert state == done[0]


def test_of_those_who_cancel_at_once_one_does_and_the_mail_goes_once(sample, race: Race):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    reached = len(meetings.reached(meeting))
    race.in_file()
    outcomes = race(*[lambda: cancel(sample, Meeting.objects.get(pk=meeting.pk))] * 3)
    assert sum(isinstance(one, WrongState) for one in outcomes) == 2, outcomes
    (mails,) = race(cancelled_mails)
    assert mails == reached


def test_the_page_lists_who_is_mailed_asks_for_the_reason_and_then_shows_it(sample):
    meeting = sample.plan()
    meetings.call(meeting=meeting, by=sample.anna, now=sample.now)
    client = Client()
    client.force_login(sample.anna)
    address = reverse("meeting_cancel", args=[meeting.pk])
    assert "Maria Sten" in client.get(address).content.decode()
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 200
    answer = client.post(address, {"reason": WHY}, follow=True)
    assert WHY in answer.content.decode()
    assert reverse("meeting_new", args=[sample.council.pk]) in answer.content.decode()
    again = client.get(address)
    assert again["Location"] == reverse("meeting", args=[meeting.pk])


def test_the_list_finds_cancelled_meetings_and_no_others(sample):
    kept = sample.plan(days=14)
    meeting = cancel(sample, sample.plan(days=21))
    client = Client()
    client.force_login(sample.anna)
    page = client.get(reverse("meetings") + "?status=cancelled").content.decode()
    assert reverse("meeting", args=[meeting.pk]) in page
    assert reverse("meeting", args=[kept.pk]) not in page
    assert timezone.localtime(meeting.starts_at).strftime("%Y") in page
