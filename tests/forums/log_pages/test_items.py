"""The way into the log, and what becomes of an item."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from forums import proceedings
from forums.models import Meeting

from .sending import queries, send, typed, url

pytestmark = pytest.mark.django_db


def test_the_log_is_started_with_one_click_and_leads_to_attendance(sample, anna):
    meeting = sample.plan(days=1)
    assert f'action="{url("log", meeting)}"' in anna.get(url("log", meeting)).content.decode()
    response = anna.post(url("log", meeting), {"sure": "1"})
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.IN_PROGRESS
    assert response.url == url("attendance", meeting)


def test_the_log_asks_before_it_starts_on_another_day(sample, anna):
    meeting = sample.plan(days=1)
    page = anna.post(url("log", meeting))
    meeting.refresh_from_db()
    assert page.status_code == 200
    assert 'name="sure"' in page.content.decode()
    assert meeting.state == Meeting.State.PLANNED


def test_starting_twice_is_one_start(sample, anna):
    meeting = sample.plan(days=1)
    anna.post(url("log", meeting), {"sure": "1"})
    started = Meeting.objects.get(pk=meeting.pk).started_at
    anna.post(url("log", meeting), {"sure": "1"})
    assert Meeting.objects.get(pk=meeting.pk).started_at == started


def test_an_open_log_leads_to_the_first_item_that_is_not_handled(sample, anna, meeting):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    first, second = meeting.items.in_order()[:2]
    proceedings.mark_handled(item=first, by=sample.anna)
    assert anna.get(url("log", meeting)).url == url("log_item", meeting, second)


def test_a_meeting_that_has_not_begun_has_no_item_pages(sample, anna):
    meeting = sample.plan(days=1)
    item = meeting.items.in_order().first()
    response = send(anna, item, notes="För tidigt")
    assert response.url == url("log", meeting)
    item.refresh_from_db()
    assert item.notes == ""


def test_a_member_who_may_not_log_finds_no_log(sample, meeting, item):
    client = Client()
    client.force_login(sample.gun)
    for address in (
        url("log", meeting),
        url("log_item", meeting, item),
        url("attendance", meeting),
        url("finish", meeting),
    ):
        assert client.get(address).status_code == 404
    assert send(client, item, notes="Nej").status_code == 404


def test_an_item_of_another_meeting_does_not_exist(sample, anna, meeting):
    other = sample.running(sample.other)
    strange = other.items.in_order().first()
    assert anna.get(url("log_item", meeting, strange)).status_code == 404
    assert anna.post(url("log_item_autosave", meeting, strange), {}).status_code == 404


def test_a_decision_and_an_action_of_another_item_do_not_exist(sample, anna, meeting, item):
    other = sample.running(sample.other).items.in_order().first()
    decision = proceedings.add_decision(item=other, text="Deras beslut", by=sample.anna)
    action = sample.action(other, "Deras åtgärd", "Sara")
    for do in (f"remove-decision:{decision.pk}", f"remove-action:{action.pk}", f"done:{action.pk}"):
        assert send(anna, item, do).status_code == 404
    assert anna.get(url("log_decision", meeting, item, decision)).status_code == 404
    assert anna.get(url("log_action", meeting, item, action)).status_code == 404
    action.refresh_from_db()
    assert action.is_open
    assert other.decisions.count() == 1


@pytest.mark.parametrize("do", ["nonsense", "done:x", "move:1:2026-99-99", "remove-decision:'"])
def test_a_button_that_does_not_exist_is_not_found(anna, item, do):
    assert send(anna, item, do).status_code == 404


def test_save_and_next_saves_notes_decision_and_action_and_leads_to_the_next_notes(
    sample, anna, meeting, item
):
    due = meeting.day + timedelta(weeks=2)
    response = send(
        anna,
        item,
        "next",
        notes="Lugnt läge.",
        decision="Vi fortsätter.",
        report="on",
        what="Ta fram schema",
        who="Maria",
        due=due.isoformat(),
    )
    after = meeting.items.get(position=item.position + 1)
    assert response.url == f"{url('log_item', meeting, after)}?fokus=anteckningar"
    item.refresh_from_db()
    assert (item.notes, item.outcome) == ("Lugnt läge.", "done")
    decision = item.decisions.get()
    assert (decision.text, decision.report_to_management) == ("Vi fortsätter.", True)
    action = item.actions.get()
    assert (action.text, action.owners_label, action.due) == ("Ta fram schema", "Maria Sten", due)
    assert "autofocus" in anna.get(response.url).content.decode()


def test_an_empty_item_that_is_passed_by_is_not_said_to_be_handled(anna, item):
    send(anna, item, "next")
    item.refresh_from_db()
    assert item.outcome == "open"


def test_an_item_is_added_last_and_opened(anna, meeting, item):
    response = send(anna, item, "item", new_item="Ny fråga", notes="Skrivet")
    last = meeting.items.in_order().last()
    assert last.title == "Ny fråga"
    assert response.url.startswith(url("log_item", meeting, last))
    item.refresh_from_db()
    assert item.notes == "Skrivet"


@pytest.mark.parametrize(
    "do, outcome", [("postpone", "postponed"), ("strike", "struck"), ("handled", "done")]
)
def test_what_becomes_of_an_item_is_said_with_one_click_and_can_be_undone(anna, item, do, outcome):
    response = send(anna, item, do, notes="Sagt")
    item.refresh_from_db()
    assert (item.outcome, item.notes) == (outcome, "Sagt")
    page = anna.get(response.url).content.decode()
    assert f'action="{url("log_item_reopen", item.meeting, item)}"' in page
    anna.post(url("log_item_reopen", item.meeting, item))
    item.refresh_from_db()
    assert item.outcome == "open"


def test_two_who_write_in_different_items_never_collide(sample, anna, jonas, meeting, item):
    other = sample.item(meeting, "Övrigt")
    first, second = typed(item, notes="Anna"), typed(other, notes="Jonas")
    anna.post(url("log_item", meeting, item), first)
    jonas.post(url("log_item", meeting, other), second)
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.notes, other.notes) == ("Anna", "Jonas")


def test_it_is_said_who_writes_where_right_now(anna, jonas, sample, meeting, item):
    send(jonas, item, notes="Jonas text")
    other = sample.item(meeting, "Övrigt")
    writers = anna.get(url("log_item", meeting, other)).context["writers"]
    assert writers == [{"name": "Jonas Berg", "position": item.position}]
    assert jonas.get(url("log_item", meeting, other)).context["writers"] == []


def test_an_items_page_asks_as_much_for_thirty_entries_as_for_one(sample, anna, meeting, item):
    def fill(count):
        for number in range(count):
            proceedings.add_decision(item=item, text=f"Beslut {number}", by=sample.anna)
            sample.action(item, f"Åtgärd {number}", "Maria")
            proceedings.add_item(meeting=meeting, title=f"Punkt {number}", by=sample.anna)

    fill(1)
    few = queries(anna, url("log_item", meeting, item))
    fill(29)
    assert queries(anna, url("log_item", meeting, item)) == few
    assert few <= 25


def test_an_unknown_meeting_has_no_log(anna):
    assert anna.get(reverse("log", args=[987654])).status_code == 404


@pytest.mark.parametrize("key", ["9" * 5000, "\u0663", "\u00b2", "", "x", "-1"])
@pytest.mark.parametrize(
    "do", ["edit-decision", "edit-action", "remove-decision", "remove-action", "done"]
)
def test_a_button_that_names_no_key_is_not_found(anna, item, do, key):
    assert send(anna, item, f"{do}:{key}").status_code == 404
