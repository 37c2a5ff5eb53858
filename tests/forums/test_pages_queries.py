"""What each list page of the forums asks of the database: one number, with one row and with thirty."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.actors import demo as cast
from forums import actions, entries, register
from forums.models import Action, Forum, Meeting
from forums.owners import Owner
from tests.bench import forums as bench
from tests.forums.conftest import STANDING, organisation

QUERIES = {
    "actions": 11,
    "decisions": 9,
    "forum": 18,
    "forum_actions": 10,
    "forum_attendance": 8,
    "forum_decisions": 9,
    "forum_meetings": 10,
    "forum_members": 8,
    "forums": 8,
    "meeting_afterwards_choose": 6,
    "meeting_new_choose": 6,
    "meeting_statistics": 10,
    "meetings": 10,
    "meetings_month": 9,
    "outside_forums": 5,
    "start": 27,
}


def fill(sample, rows: int) -> None:
    """So many forums, meetings, items and actions, all Anna's to keep."""
    place = organisation(cast.OFFICE)
    for number in range(rows):
        register.establish(
            name=f"Arbetsgrupp {number:02}",
            seats=[register.NewSeat(place, "chair", sample.anna)],
            standing_items=STANDING,
            by=sample.anna,
            on=sample.today,
        )
        register.give_seat(
            forum=sample.council,
            seat=register.NewSeat(place, function=f"Funktion {number}"),
            by=sample.anna,
        )
        meeting, past = sample.plan(days=number + 1), sample.plan(days=number + 100)
        back = dt.timedelta(days=200)
        Meeting.objects.filter(pk=past.pk).update(
            starts_at=past.starts_at - back, ends_at=past.ends_at - back
        )
        made = actions.create(
            forum=sample.council,
            text=f"Åtgärd {number}",
            owners=[Owner(user=sample.anna)],
            due=sample.today,
            by=sample.anna,
            now=sample.now,
        )
        Action.objects.filter(pk=made.pk).update(meeting=meeting)
        entries.add_decision(
            meeting.items.in_order().first(),
            text=f"Beslut {number}",
            report_to_management=False,
            by=sample.anna,
            now=sample.now,
        )


def cost(client: Client, address: str) -> int:
    """How many queries the page makes; asked for twice, as the session is written once a minute."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_page_costs_the_same_at_any_length(sample, rows):
    fill(sample, rows)
    keys = {name: [sample.council.pk] for name in QUERIES if name.startswith("forum_")}
    keys["forum"] = [sample.council.pk]
    anna = Client()
    anna.force_login(sample.anna)
    addresses = {name: reverse(name, args=keys.get(name, [])) for name in QUERIES}
    found = {name: cost(anna, address) for name, address in addresses.items()}
    assert found == QUERIES
    assert anna.get(addresses["forums"]).content.decode().count("Arbetsgrupp") >= rows
    assert anna.get(addresses["actions"]).content.decode().count("Åtgärd") >= min(rows, 25)
    assert anna.get(addresses["decisions"]).content.decode().count("Beslut ") >= min(rows, 25)
    assert Forum.objects.count() == rows + 3


def test_the_pages_of_a_forum_cost_the_same_after_five_meetings_and_after_five_hundred(sample):
    costs = {}
    for count in (bench.FEW, bench.MANY):
        forum, reader = bench.fill(count)
        client = Client()
        client.force_login(reader)
        costs[count] = {
            name: cost(client, address) for name, address in bench.pages_of(forum).items()
        }
    assert costs[bench.MANY] == costs[bench.FEW]
    assert Action.objects.count() == (bench.FEW + bench.MANY) * bench.ACTIONS
