"""The pages of action points: the list, what may be done with one, and the start page's rows."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from coordination.frame import start
from forums import actions
from forums.models import Action, Meeting
from forums.owners import Owner

pytestmark = pytest.mark.any_engine


@pytest.fixture(autouse=True)
def in_english(sample) -> None:
    for person in sample.people.values():
        person.language = "en"
        person.save(update_fields=["language"])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make(sample, text: str = "Ta fram schema", days: int = 7, owner=None, forum=None) -> Action:
    made = actions.create(
        forum=forum or sample.council,
        text=text,
        owners=[Owner(user=owner or sample.maria)],
        due=sample.today,
        by=sample.anna,
        now=sample.now,
    )
    Action.objects.filter(pk=made.pk).update(due=sample.today + dt.timedelta(days=days))
    made.refresh_from_db()
    return made


def test_an_owner_is_done_in_one_step_and_takes_it_back(sample):
    """T06: the row of the start page has the button."""
    action = make(sample, owner=sample.gun)
    gun = signed_in(sample.gun)
    home = gun.get("/").content.decode()
    done = reverse("action_done", args=[action.pk])
    assert f'action="{done}"' in home
    said = gun.post(done, HTTP_REFERER="http://testserver/", follow=True)
    action.refresh_from_db()
    assert action.state == Action.State.DONE
    assert said.redirect_chain == [("/", 302)]
    undo = reverse("action_reopen", args=[action.pk])
    assert f'action="{undo}"' in said.content.decode()
    assert gun.post(undo).url == reverse("action", args=[action.pk])
    action.refresh_from_db()
    assert action.is_open


def test_a_foreign_address_is_never_gone_back_to(sample):
    action = make(sample)
    sent = signed_in(sample.anna).post(
        reverse("action_done", args=[action.pk]), HTTP_REFERER="https://elsewhere.example/"
    )
    assert sent.url == reverse("action", args=[action.pk])


def test_done_twice_says_so(sample):
    action = make(sample)
    anna = signed_in(sample.anna)
    url = reverse("action_done", args=[action.pk])
    anna.post(url)
    again = anna.post(url, follow=True)
    assert b"The action is already marked as done." in again.content
    assert action.changes.filter(kind="done").count() == 1


def test_a_new_date_by_choice_then_with_a_reason_and_undone(sample):
    action = make(sample)
    anna = signed_in(sample.anna)
    url = reverse("action_move", args=[action.pk])
    first = sample.today + dt.timedelta(weeks=2)
    anna.post(url, {"quick": first.isoformat(), "due": action.due.isoformat(), "reason": ""})
    action.refresh_from_db()
    assert action.due == first
    later = (first + dt.timedelta(days=3)).isoformat()
    asked = anna.post(url, {"due": later, "reason": ""}).content.decode()
    assert asked.count("Enter why the date is moved again") == 2
    assert later in asked
    anna.post(url, {"due": later, "reason": "Väntar på besked."})
    action.refresh_from_db()
    assert action.due.isoformat() == later
    story = anna.get(reverse("action", args=[action.pk])).content.decode()
    assert "Väntar på besked." in story
    (undo,) = re.findall(r'action="(/atgarder/\d+/nytt-datum/angra/[^"]*)"', story)
    anna.post(undo)
    action.refresh_from_db()
    assert action.due == first
    again = anna.post(undo, follow=True).content.decode()
    assert "There is no new date to take back." in again
    action.refresh_from_db()
    assert action.due == first


def test_a_date_that_has_passed_is_not_proposed_again(sample):
    action = make(sample)
    anna = signed_in(sample.anna)
    url = reverse("action_move", args=[action.pk])
    assert f'value="{action.due.isoformat()}"' in anna.get(url).content.decode()
    passed = sample.today - dt.timedelta(days=4)
    Action.objects.filter(pk=action.pk).update(due=passed)
    page = anna.get(url).content.decode()
    assert f'value="{passed.isoformat()}"' not in page


def test_an_earlier_date_than_today_is_refused(sample):
    action = make(sample)
    page = signed_in(sample.anna).post(
        reverse("action_move", args=[action.pk]), {"due": "2020-01-01", "reason": ""}
    )
    assert page.content.decode().count("The date must be today or later") == 2


def test_striking_needs_a_reason_without_identity_numbers(sample):
    action = make(sample)
    anna = signed_in(sample.anna)
    url = reverse("action_strike", args=[action.pk])
    assert b"Enter why the action is struck" in anna.post(url, {"reason": ""}).content
    number = "19" + "121212" + "-1212"
    guarded = anna.post(url, {"reason": f"Gäller {number}"}).content.decode()
    assert "The text seems to contain a personal identity number." in guarded
    assert f"Gäller {number}" in guarded
    anna.post(url, {"reason": "Löst på annat sätt."})
    action.refresh_from_db()
    assert action.state == Action.State.STRUCK


def test_who_may_do_what(sample):
    action = make(sample, owner=sample.gun)
    urls = {
        name: reverse(name, args=[action.pk])
        for name in ("action", "action_done", "action_move", "action_strike")
    }
    reader, owner, outsider = (signed_in(user) for user in (sample.nils, sample.gun, sample.tove))
    assert reader.get(urls["action"]).status_code == 200
    assert b"Mark as done" not in reader.get(urls["action"]).content
    assert reader.post(urls["action_done"]).status_code == 403
    assert b"Mark as done" not in reader.get(reverse("actions")).content
    assert owner.get(urls["action_move"]).status_code == 200
    assert owner.get(urls["action_strike"]).status_code == 404
    assert {outsider.get(urls[name]).status_code for name in ("action", "action_move")} == {404}
    assert outsider.post(urls["action_done"]).status_code == 404


def test_the_owner_undoes_nothing_that_the_keeper_did(sample):
    action = make(sample, owner=sample.gun)
    anna, gun = signed_in(sample.anna), signed_in(sample.gun)
    chosen = sample.today + dt.timedelta(weeks=2)
    actions.move(action=action, due=chosen, by=sample.anna)
    undo = reverse("action_move_undo", args=[action.pk])
    move = action.changes.in_order().last().pk
    said = gun.post(f"{undo}?flytt={move}", follow=True).content.decode()
    assert "Somebody else chose the new date." in said
    actions.strike(action=action, reason="Löst", by=sample.anna)
    shown, again = (reverse(name, args=[action.pk]) for name in ("action", "action_reopen"))
    assert b"Open again" not in gun.get(shown).content
    assert b"Open again" in anna.get(shown).content
    assert (
        "Ask the forum&#x27;s chair or secretary" in gun.post(again, follow=True).content.decode()
    )
    action.refresh_from_db()
    assert (action.state, action.due) == (Action.State.STRUCK, chosen)


def test_filters_and_order(sample):
    late = make(sample, "Försenad", days=-3)
    mine = make(sample, "Min", days=4, owner=sample.anna)
    done = make(sample, "Gjord", days=-9)
    actions.mark_done(action=done, by=sample.anna)
    elsewhere = make(sample, "Annat forum", days=2, forum=sample.other)
    anna = signed_in(sample.anna)

    def rows(**asked) -> list[Action]:
        return anna.get(reverse("actions"), asked).context["list"].rows

    assert rows() == [late, elsewhere, mine, done]
    assert rows(owner="me", status="open") == [mine]
    assert rows(overdue="on") == [late]
    assert rows(forum=sample.other.pk) == [elsewhere]
    assert rows(owner=sample.maria.pk, status="done") == [done]
    page = anna.get(reverse("actions")).content
    assert b"3 days late" in page
    assert b"Sorted by last day, open actions first, earliest date first" in page


def test_an_empty_list_says_so(sample):
    assert b"No open actions." in signed_in(sample.anna).get(reverse("actions")).content


def test_the_start_page_says_what_waits(sample):
    meeting = sample.plan(days=12)
    make(sample, owner=sample.anna, days=-2)
    tasks = start.tasks(sample.anna, sample.now)
    # Besides that nobody has checked the actors yet.
    forums = [(row.kind, row.overdue) for row in tasks if row.kind != "actors"]
    assert forums == [("action", True), ("call", False)]
    over = sample.plan(sample.other, days=2)
    Meeting.objects.filter(pk=over.pk).update(
        starts_at=sample.now - dt.timedelta(hours=3), ends_at=sample.now - dt.timedelta(hours=2)
    )
    assert "minutes" in [row.kind for row in start.tasks(sample.sara, sample.now)]
    assert [row.url for row in start.upcoming(sample.gun, sample.now)] == [
        reverse("meeting", args=[meeting.pk])
    ]


@pytest.mark.parametrize(
    "referer",
    [
        "foo",
        "http://[",
        "http://testserver",
        "http://testserver//elsewhere.example/",
        "//testserver/",
        "ftp://testserver/",
        "http://testserver@elsewhere.example/",
        "http://testserver/" + "x" * 900,
    ],
)
def test_what_is_no_page_of_the_portal_is_not_gone_back_to(sample, referer):
    action = make(sample, owner=sample.gun)
    sent = signed_in(sample.gun).post(
        reverse("action_done", args=[action.pk]),
        {"_once": "7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f"},
        HTTP_REFERER=referer,
    )
    assert sent.status_code == 302
    assert sent.url == reverse("action", args=[action.pk])


def test_the_page_of_the_portal_is_gone_back_to_with_its_filters(sample):
    action = make(sample)
    sent = signed_in(sample.anna).post(
        reverse("action_done", args=[action.pk]),
        HTTP_REFERER="http://testserver/atgarder/?sort=-due#rows",
    )
    assert sent.url == "/atgarder/?sort=-due"


def test_an_owner_from_outside_is_not_told_when_the_forum_meets(sample):
    sample.plan(sample.council, days=7)
    action = make(sample, owner=sample.ulla)
    address = reverse("action_move", args=[action.pk])
    told = dict(signed_in(sample.anna).get(address).context["quick"])
    assert "Next meeting" in told
    assert "Next meeting" not in dict(signed_in(sample.ulla).get(address).context["quick"])
