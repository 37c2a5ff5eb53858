"""Search: what the person may open and nothing else, in Swedish, in few questions."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.access import policy
from coordination.frame import search
from coordination.ui import matching
from forums import actions
from forums.models import AgendaItem, Decision, Forum
from forums.owners import Owner
from tests import LONG
from tests import world as the_world

pytestmark = pytest.mark.django_db


def searched(client, words):
    return client.get("/sok/", {"q": words}).content.decode()


def hits(client, words):
    """Of each group, the titles."""
    answer = client.get("/sok/", {"q": words}).context["answer"]
    return {group.key: [hit.title for hit in group.hits] for group in answer.results}


SEARCHERS = ["anna.ek", "maria.sten", "nils.frisk", "ulla.vik", "gun.malm"]


@pytest.mark.parametrize("username", SEARCHERS)
def test_nobody_finds_a_text_that_is_not_theirs_and_everybody_their_own(
    world, signed_in_as, username
):
    person, foreign = world.person(username), world.foreign_to(username)
    policy.remember(person)
    # Of each person every third; together they ask for all. In the long run each asks for all.
    step = 1 if LONG else 3
    for word in sorted(world.canaries)[SEARCHERS.index(username) % step :: step]:
        # Without its first letter, as the page is asked below.
        if word in foreign:
            assert search.find(person, word[1:]).results == [], word
    # And what the page makes of it: it repeats what was typed, and that is no leak.
    client = signed_in_as(username)
    for word in sorted(world.canaries)[::10]:
        assert bool(hits(client, word[1:])) == bool(search.find(person, word[1:]).results), word


def test_a_reader_finds_items_decisions_actions_and_forums(world, signed_in_as):
    client = signed_in_as("anna.ek")
    held = world.held[the_world.BRA]
    item = held.items.exclude(notes="").first()
    assert any(item.title in title for title in hits(client, item.notes)["meetings"])
    decision = Decision.objects.filter(item__meeting=held).first()
    assert decision.mark in hits(client, decision.text)["decisions"][0]
    action = held.actions.first()
    assert hits(client, action.text)["actions"] == [action.text]
    forum = world.forums[the_world.BRA]
    assert hits(client, forum.purpose)["forums"] == [forum.name]


def test_notes_are_found_when_the_minutes_are_made_and_not_while_they_are_written(
    world, signed_in_as
):
    meeting = the_world.begin(world, the_world.BRA)
    AgendaItem.objects.filter(meeting=meeting).update(notes="hemligt halvfärdigt")
    assert hits(signed_in_as("gun.malm"), "halvfärdigt") == {}


def test_a_forbidden_text_and_a_text_that_is_nowhere_give_the_same_page(world, signed_in_as):
    client = signed_in_as("gun.malm")
    theirs = min(world.foreign_to("gun.malm"))[1:]
    nowhere = theirs[:-2] + "xx"
    # The pages say how many seconds of the session are left.
    with time_machine.travel(timezone.now(), tick=False):
        forbidden = client.get("/sok/", {"q": theirs}).content.decode().replace(theirs, "")
        missing = client.get("/sok/", {"q": nowhere}).content.decode().replace(nowhere, "")
    tokens = r'name="csrfmiddlewaretoken" value="[^"]*"'
    assert re.sub(tokens, "", forbidden) == re.sub(tokens, "", missing)


def test_capitals_and_swedish_letters_are_found_in_either_case(world, signed_in_as):
    Forum.objects.filter(pk=world.forums[the_world.BRA].pk).update(purpose="Ålder och ÖVERSYN")
    client = signed_in_as("anna.ek")
    for typed in ("ålder", "ÅLDER", "översyn ålder", "  Översyn "):
        assert "forums" in hits(client, typed), typed


def test_a_wildcard_is_a_character_like_others(world, signed_in_as):
    assert hits(signed_in_as("anna.ek"), "%%%") == {}
    assert hits(signed_in_as("anna.ek"), "___") == {}


def test_what_was_found_is_marked_and_nothing_in_it_is_run(world, signed_in_as):
    Forum.objects.filter(pk=world.forums[the_world.BRA].pk).update(purpose="<b>Tryggare</b> torg")
    page = searched(signed_in_as("anna.ek"), "tryggare")
    assert "&lt;b&gt;<mark>Tryggare</mark>&lt;/b&gt; torg" in page
    page = searched(signed_in_as("anna.ek"), "<script>alert(1)</script>")
    assert "<script>alert" not in page


@pytest.mark.parametrize("typed", ["ab", "  a  ", "å"])
def test_two_characters_are_too_few(world, signed_in_as, typed):
    page = searched(signed_in_as("anna.ek"), typed)
    assert "minst 3 tecken" in page or "at least 3 characters" in page


def test_help_is_found_too(world, signed_in_as):
    assert "help" in hits(signed_in_as("ulla.vik"), "portal")


def test_the_words_stand_in_no_title(world, signed_in_as):
    page = searched(signed_in_as("anna.ek"), "Tryggaretorg")
    assert "Tryggaretorg" not in page.split("</title>")[0]


def test_many_hits_are_cut_at_ten_and_the_page_asks_the_same_few_questions(world, signed_in_as):
    client = signed_in_as("anna.ek")
    forum, by = world.forums[the_world.BRA], world.person("anna.ek")

    def asked(words):
        with CaptureQueriesContext(connection) as queries:
            client.get("/sok/", {"q": words})
        return len(queries)

    client.get("/sok/", {"q": "värmning"})
    one = world.held[the_world.BRA].actions.first().text
    few = asked(one)
    for number in range(30):
        actions.create(
            forum=forum,
            text=f"Granskatrygghet {number}",
            owners=[Owner(user=by)],
            due=timezone.localdate() + timedelta(days=9),
            by=by,
        )
    many = asked("Granskatrygghet")
    assert few == many <= 18
    page = client.get("/sok/", {"q": "Granskatrygghet"})
    [group] = page.context["answer"].results
    assert (group.count, group.more) == (10, True)


def test_the_lookup_folds_on_this_engine(world):
    user = get_user_model().objects.get(username="anna.ek")
    type(user).objects.filter(pk=user.pk).update(last_name="ÅÄÖ-Ek")
    assert type(user).objects.filter(last_name__finds="åäö").exists()
    assert not type(user).objects.filter(last_name__finds="aao").exists()


def test_a_long_text_is_cut_round_the_words():
    found = matching.words("torget")
    parts = found.marked(f"{'ord ' * 100}på torget i dag {'mer ' * 100}")
    assert parts[0] == ("… ", False)
    assert ("torget", True) in parts
    assert parts[-1] == (" …", False)
    assert len("".join(text for text, _found in parts)) < 220
