"""What the mails of meetings say, and what they never say."""

from datetime import timedelta

import pytest
from django.utils import translation

from coordination.jobs.models import OutgoingMail
from forums import actions, finishing, letters, meetings, proceedings
from forums.models import Action
from forums.owners import Owner


def finished(sample, forum, texts, owners="Maria"):
    meeting = sample.running(forum)
    item = sample.item(meeting, "Övrigt")
    for text in texts:
        sample.action(item, text, owners)
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    return finishing.finish(meeting=meeting, by=sample.anna, choices=choices)


def own(version, user):
    return letters.own_actions(user=user, ids={"version": version.pk})


def test_an_owner_reads_their_own_actions_and_nobody_elses(sample):
    meeting = sample.running()
    item = sample.item(meeting, "Övrigt")
    sample.action(item, "Ta fram schema", "Maria")
    sample.action(item, "Boka föreläsare", "Nils")
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    choices = {one.pk: "struck" for one in meeting.items.filter(outcome="open")}
    version = finishing.finish(meeting=meeting, by=sample.anna, choices=choices)
    letter = own(version, sample.maria)
    assert "Ta fram schema" in letter.body
    assert "Boka föreläsare" not in letter.body
    assert sample.council.name in letter.subject
    action = Action.objects.get(text="Ta fram schema")
    assert letter.url == f"/atgarder/{action.pk}/"


def test_many_actions_fit_in_six_lines_and_link_to_the_list(sample):
    version = finished(sample, sample.council, [f"Uppgift {number}" for number in range(9)])
    letter = own(version, sample.maria)
    assert len(letter.body.splitlines()) == 6
    assert "5" in letter.body.splitlines()[-1]
    assert letter.url == "/atgarder/"


def test_nothing_is_sent_for_actions_that_are_done_before_the_mail_goes(sample):
    version = finished(sample, sample.council, ["Ta fram schema"])
    Action.objects.update(state="done", closed_by=sample.maria, closed_at=sample.now)
    assert own(version, sample.maria) is None


def test_a_forum_that_may_handle_individuals_is_not_named_and_nothing_of_it_is_told(sample):
    version = finished(sample, sample.closed, ["Kontakta skolan"])
    letter = own(version, sample.maria)
    planned = sample.plan(sample.closed, place="Rum 4")
    call = letters.call(user=sample.maria, ids={"meeting": planned.pk})
    changed = letters.call_changed(user=sample.maria, ids={"meeting": planned.pk})
    for told in (letter, call, changed):
        said = f"{told.subject} {told.body} {told.url}"
        assert sample.closed.name not in said
        assert "Kontakta skolan" not in said


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_call_says_what_when_and_where(sample, language):
    meeting = sample.plan(place="Rådhuset, sal 3")
    with translation.override(language):
        letter = letters.call(user=sample.gun, ids={"meeting": meeting.pk})
    assert sample.council.name in letter.subject
    assert str(meeting.day.year) in letter.subject
    assert "Rådhuset, sal 3" in letter.body
    assert "13" in letter.body
    assert letter.url == f"/moten/{meeting.pk}/"


def test_no_call_is_sent_for_a_meeting_that_was_held_meanwhile(sample):
    meeting = finished(sample, sample.council, ["Ring"]).meeting
    assert letters.call(user=sample.gun, ids={"meeting": meeting.pk}) is None


def test_a_new_place_is_said_to_be_new(sample):
    meeting = sample.plan()
    letter = letters.call_changed(user=sample.gun, ids={"meeting": meeting.pk})
    again = letters.call(user=sample.gun, ids={"meeting": meeting.pk})
    assert letter.subject != again.subject
    assert meetings.upcoming_for(sample.gun, sample.now + timedelta(days=1)).exists()


def given(action):
    return OutgoingMail.objects.filter(letter="forums.action_given", ids={"action": action.pk})


def test_whoever_is_given_an_action_outside_a_meeting_is_told_and_nobody_else(sample):
    by_hand = {"due": sample.today + timedelta(days=9), "by": sample.anna}
    both = [Owner(user=sample.maria), Owner(user=sample.anna)]
    action = actions.create(forum=sample.council, text="Boka lokal", owners=both, **by_hand)
    assert [one.user_id for one in given(action)] == [sample.maria.pk]
    letter = letters.action_given(user=sample.maria, ids={"action": action.pk})
    assert sample.council.name in letter.subject
    assert "Boka lokal" in letter.body
    actions.give_to(action=action, owners=[Owner(user=sample.per)], by=sample.anna)
    assert {one.user_id for one in given(action)} == {sample.maria.pk, sample.per.pk}
    # No longer hers to do.
    assert letters.action_given(user=sample.maria, ids={"action": action.pk}) is None


def test_a_given_action_of_a_forum_about_individuals_is_not_told_and_neither_is_the_forum(sample):
    action = actions.create(
        forum=sample.closed,
        text="Kontakta skolan",
        owners=[Owner(user=sample.nils)],
        due=sample.today + timedelta(days=9),
        by=sample.maria,
    )
    letter = letters.action_given(user=sample.nils, ids={"action": action.pk})
    assert sample.closed.name not in letter.subject + letter.body
    assert "skolan" not in letter.subject + letter.body


def test_an_action_of_a_meeting_is_told_with_its_minutes_and_not_before(sample):
    meeting = sample.running()
    action = sample.action(sample.item(meeting, "Övrigt"), "Ta fram schema", "Maria")
    actions.give_to(action=action, owners=[Owner(user=sample.per)], by=sample.anna)
    assert not given(action).exists()
