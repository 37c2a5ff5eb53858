"""Actions from earlier meetings, followed up in the log."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from forums import actions, entries, owners

from .sending import NUMBER, autosave, queries, send, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def follow_up(sample, anna):
    """A running meeting whose follow-up has one action."""
    action = actions.create(
        forum=sample.council,
        text="Inventera föreningar",
        owners=owners.resolve("Jonas", forum=sample.council),
        due=sample.today + timedelta(days=3),
        by=sample.anna,
    )
    meeting = sample.running()
    return meeting.items.get(is_follow_up=True), action


def undo_on(client, item):
    """What the follow-up's Undo says that it takes back."""
    page = client.get(url("log_item", item.meeting, item)).content.decode()
    (undo,) = re.findall(r'value="(undo:[^"]+)"', page)
    return undo


def test_a_carried_action_is_done_with_one_click_and_undone_with_one(anna, follow_up):
    item, action = follow_up
    send(anna, item, f"done:{action.pk}", notes="Sagt om åtgärder")
    action.refresh_from_db()
    item.refresh_from_db()
    assert (action.state, item.notes) == ("done", "Sagt om åtgärder")
    send(anna, item, undo_on(anna, item))
    action.refresh_from_db()
    assert action.is_open


def test_a_carried_action_gets_a_proposed_date_with_one_click(anna, follow_up):
    item, action = follow_up
    day, before = item.meeting.day + timedelta(weeks=3), action.due
    assert (
        f"move:{action.pk}:{day}" in anna.get(url("log_item", item.meeting, item)).content.decode()
    )
    send(anna, item, f"move:{action.pk}:{day}")
    action.refresh_from_db()
    assert action.due == day
    undo = undo_on(anna, item)
    send(anna, item, undo)
    action.refresh_from_db()
    assert action.due == before
    refused = send(anna, item, undo)
    assert "Åtgärden har ändrats sedan dess" in refused.context["errors"][0].message


def test_undo_takes_back_nothing_but_what_the_page_showed(anna, sample, follow_up):
    item, action = follow_up
    actions.move(action=action, due=action.due + timedelta(days=1), by=sample.jonas)
    day = action.due
    send(anna, item, f"done:{action.pk}")
    undo = undo_on(anna, item)
    for act in (actions.reopen, partial(actions.strike, reason="Löst")):
        act(action=action, by=sample.jonas, meeting=item.meeting)
    send(anna, item, undo)
    action.refresh_from_db()
    assert (action.state, action.due) == ("struck", day)


def at(action, **fields):
    """What is typed at the action on the follow-up's page."""
    return {f"carried-{action.pk}-{name}": value for name, value in fields.items()}


def test_a_date_and_a_reason_at_a_carried_action_are_kept_as_they_are_typed(anna, follow_up):
    item, action = follow_up
    autosave(anna, item, **at(action, due="12 maj 2031", reason="Väntar på svar"))
    page = anna.get(url("log_item", item.meeting, item)).content.decode()
    assert 'value="2031-05-12"' in page
    assert 'value="Väntar på svar"' in page
    reply = autosave(anna, item, notes="Sagt", **at(action, due="12 maj 2031", reason=NUMBER))
    assert reply.json()["field"] == f"id_carried-{action.pk}-reason"
    item.refresh_from_db()
    assert item.notes == "Sagt"
    page = anna.get(url("log_item", item.meeting, item)).content.decode()
    assert 'value="Väntar på svar"' in page


@pytest.mark.parametrize("do", ["", "next", "finish", "item"])
def test_a_date_that_is_typed_is_set_by_every_button_that_leads_away(anna, follow_up, do):
    item, action = follow_up
    day = item.meeting.day + timedelta(weeks=5)
    autosave(anna, item, **at(action, due=day.isoformat()))
    send(anna, item, do, new_item="En till", **at(action, due=day.isoformat()))
    action.refresh_from_db()
    assert action.due == day
    page = anna.get(url("log_item", item.meeting, item)).context["carried"][0]
    assert page.form["due"].value() is None


@pytest.mark.parametrize("do", ["", "next", "finish"])
def test_a_reason_alone_asks_what_it_is_the_reason_for(anna, follow_up, do):
    item, action = follow_up
    refused = send(anna, item, do, notes="Sagt", **at(action, reason="Väntar på svar"))
    assert refused.context["errors"][0].field_id == f"id_carried-{action.pk}-reason"
    assert 'value="Väntar på svar"' in refused.content.decode()
    item.refresh_from_db()
    assert item.notes == ""


def test_a_second_date_without_reason_is_asked_for_it_on_the_way_to_the_next_item(
    anna, sample, follow_up
):
    item, action = follow_up
    actions.move(action=action, due=action.due + timedelta(days=1), by=sample.anna)
    refused = send(anna, item, "next", **at(action, due="2031-05-12"))
    assert refused.context["errors"][0].field_id == f"id_carried-{action.pk}-reason"


def test_an_answer_to_one_action_keeps_what_is_typed_at_another(anna, sample):
    one, other = (
        actions.create(
            forum=sample.council,
            text=text,
            owners=owners.resolve("Jonas", forum=sample.council),
            due=sample.today + timedelta(days=3),
            by=sample.anna,
        )
        for text in ("Ring", "Skriv")
    )
    item = sample.running().items.get(is_follow_up=True)
    send(anna, item, f"done:{one.pk}", **at(other, due="2031-05-12", reason="Väntar på svar"))
    page = anna.get(url("log_item", item.meeting, item)).content.decode()
    assert 'value="2031-05-12"' in page
    assert 'value="Väntar på svar"' in page
    other.refresh_from_db()
    assert other.due == sample.today + timedelta(days=3)


def test_a_carried_action_is_struck_with_its_reason_only(anna, follow_up):
    item, action = follow_up
    refused = send(anna, item, f"strike-action:{action.pk}")
    assert refused.context["errors"][0].field_id == f"id_carried-{action.pk}-reason"
    send(anna, item, f"strike-action:{action.pk}", **{f"carried-{action.pk}-reason": "Löst"})
    action.refresh_from_db()
    assert action.state == "struck"


def test_a_second_move_asks_for_a_reason_and_keeps_the_chosen_day(anna, sample, follow_up):
    item, action = follow_up
    actions.move(action=action, due=action.due + timedelta(days=1), by=sample.anna)
    day = item.meeting.day + timedelta(weeks=2)
    refused = send(anna, item, f"move:{action.pk}:{day}")
    assert refused.context["errors"][0].field_id == f"id_carried-{action.pk}-reason"
    assert f'value="{day}"' in refused.content.decode()


def test_an_action_moved_three_times_raises_the_question(anna, sample, follow_up):
    item, action = follow_up
    for days in (1, 2, 3):
        due = action.due + timedelta(days=days)
        actions.move(action=action, due=due, reason="Hann inte", by=sample.anna)
    rows = anna.get(url("log_item", item.meeting, item)).context["carried"]
    assert [(row.times_moved, row.often_moved) for row in rows] == [(3, True)]


def test_the_follow_up_asks_as_much_for_thirty_actions_as_for_one(sample, anna, follow_up):
    item, _action = follow_up
    few = queries(anna, url("log_item", item.meeting, item))
    for number in range(29):
        actions.create(
            forum=sample.council,
            text=f"Åtgärd {number}",
            owners=owners.resolve("Jonas", forum=sample.council),
            due=timezone.localdate() + timedelta(days=3),
            by=sample.anna,
        )
    entries.carry(item.meeting, sample.council.actions.open())
    assert queries(anna, url("log_item", item.meeting, item)) == few
