"""No text field of any page takes a personal identity number (V20), and lists of names offer only
those who are called, members and colleagues (V23)."""

import html
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from coordination.access.models import User
from coordination.actors.models import Organisation
from coordination.writing import drafts
from forums import actions, owners
from forums.models import Action, Participation, Seat
from tests import LONG
from tests.structure.browsing import Form, read
from tests.structure.module_world import undone
from tests.structure.pages import Samples, pages

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

NUMBER = "811228-9874"
TEXT = f"Vi talade om {NUMBER} igen"
SENTENCE = "personnummer"
"""A word of M071, in Swedish."""

DATES_AND_NUMBERS = {
    "code",
    "copied_from",
    "cost",
    "date",
    "day",
    "decided_on",
    "due",
    "due_other",
    "ends",
    "first",
    "follow_up_on",
    "given_on",
    "fte",
    "from_age",
    "email",
    "in_force_from",
    "minutes",
    "interval_weeks",
    "last_day",
    "length",
    "next_on",
    "on",
    "opens_on",
    "reminded",
    "reviewed_on",
    "share",
    "signed_on",
    "starts",
    "under_age",
    "until",
    "user",
    "usual_end",
    "usual_start",
    "year",
    "valid_from",
    "valid_to",
}
"""The last part of names of fields that take a day, a time, a number or a choice: a text is refused
there with a sentence of their own."""


@pytest.fixture(scope="module")
def samples(world, logged) -> Samples:
    return Samples(world, logged)


def keeper(world, username: str = "anna.ek") -> Client:
    client = Client()
    client.force_login(world.person(username))
    return client


def forms_of(samples: Samples, username: str, read_before: set[str]) -> list[tuple[str, str, Form]]:
    """Every form that changes something, on every page of one forum and on those about no forum:
    (page, address, form). But for the long run, not on those that somebody has read before: others
    are shown the same fields there, or fewer."""
    client, found = keeper(samples.world, username), []
    for name, parameters in pages().items():
        for target in ("bra", "-", "one"):
            if target not in samples.targets(parameters, name) or name.startswith("account"):
                continue
            address = samples.address(name, parameters, target)
            if address in read_before and not LONG:
                continue
            response = client.get(address)
            if response.status_code == 200:
                read_before.add(address)
                found += [
                    (name, form.action or address, form)
                    for form in read(response).forms
                    if form.method == "post" and form.texts
                ]
    return found


class Writes:
    """Everything that statements other than questions were given to write: it is watched, for to read
    every table after each of some hundred sendings takes longer than the sendings."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, *rest: Any) -> Any:
        """Wraps the execution of every statement."""
        if not sql.lstrip().upper().startswith("SELECT"):
            values = itertools.chain.from_iterable(params) if many else params or ()
            self.given += [sql, *map(str, values)]
        return execute(sql, params, many, *rest)

    def __contains__(self, text: str) -> bool:
        return any(text in one for one in self.given)


@contextmanager
def watched() -> Iterator[Writes]:
    """What is written inside, and taken back afterwards."""
    writes = Writes()
    with undone(), connection.execute_wrapper(writes):
        yield writes


def unguarded(client: Client, name: str, address: str, form: Form) -> tuple[int, list[str]]:
    """How often the form was sent with a number in one of its texts, and what was wrong with it."""
    tried, wrong = 0, []
    for text_field in sorted(set(form.texts)):
        refused = text_field.rsplit("-", 1)[-1] in DATES_AND_NUMBERS
        for button in dict.fromkeys(form.buttons or [("", "")]):
            if button[1].startswith(("remove", "edit")):
                continue
            tried += 1
            with watched() as written:
                response = client.post(address, form.filled(button, **{text_field: TEXT}))
                page = response.content.decode()
                if NUMBER in written:
                    wrong.append(f"{name}: {text_field} was stored by {button}")
                if NUMBER in response.get("Location", ""):
                    wrong.append(f"{name}: {text_field} stands in an address")
                if SENTENCE in page:
                    refused = True
                    if html.escape(TEXT) not in page:
                        wrong.append(f"{name}: {text_field} was lost")
                    break
        if not refused:
            wrong.append(f"{name}: {text_field} does not say why")
    return tried, wrong


def test_v20_no_text_field_of_any_page_takes_an_identity_number(samples, capsys):
    tried, wrong, walked, read_before = 0, [], set(), set()
    for username in ("anna.ek", "leila.amiri", "stina.alm", "bo.kvist", "tove.lind"):
        client = keeper(samples.world, username)
        for name, address, form in forms_of(samples, username, read_before):
            fields = (name, *sorted(set(form.texts)))
            if fields not in walked:
                walked.add(fields)
                times, found = unguarded(client, name, address, form)
                tried, wrong = tried + times, wrong + found
    assert not wrong, "\n".join(sorted(wrong))
    with capsys.disabled():
        print(f"\nFIGURE identity numbers: 0 stored in {tried} sendings")
    assert tried > 50


def test_a_number_that_is_written_is_seen_and_one_that_is_looked_for_is_not(samples):
    anna = samples.world.person("anna.ek")
    with watched() as written:
        assert not User.objects.filter(first_name=NUMBER).exists()
        assert NUMBER not in written
        drafts.keep(user=anna, place="prov", data={"text": TEXT})
        assert NUMBER in written
    with watched() as written:
        User.objects.bulk_update([User(pk=anna.pk, first_name=NUMBER)], ["first_name"])
        assert NUMBER in written


def test_v20_an_autosave_keeps_no_identity_number(samples):
    client = keeper(samples.world)
    addresses = {
        "log_item_autosave": "log_item",
        "attendance_autosave": "attendance",
        "meeting_afterwards_draft": "meeting_afterwards",
        "minutes_edit_autosave": "minutes_edit",
    }
    for autosave, shown in addresses.items():
        address = samples.address(autosave, pages()[autosave], "bra")
        page = read(client.get(samples.address(shown, pages()[shown], "bra")))
        for form in page.forms:
            for text_field in form.texts:
                with watched() as written:
                    response = client.post(address, form.filled(**{text_field: TEXT}))
                    assert NUMBER not in written, f"{autosave}: {text_field}"
                    assert NUMBER not in json.dumps(dict(response.items()))


def test_every_autosave_is_tried():
    known = {
        "log_item_autosave",
        "attendance_autosave",
        "meeting_afterwards_draft",
        "minutes_edit_autosave",
    }
    found = {name for name in pages() if "autosave" in name or "draft" in name}
    assert found == known


# V23 ---------------------------------------------------------------------------------------------


def test_v23_lists_of_names_offer_members_the_called_and_colleagues_only(samples):
    world = samples.world
    known = {str(person) for person in world.people.values()}
    known |= set(Organisation.objects.values_list("name", flat=True))
    offered_somewhere = 0
    for key in ("bra", "vivalla", "sig"):
        forum = world.forums[key]
        here = known | {seat.label for seat in Seat.objects.filter(forum=forum)}
        here |= {one.label for one in Participation.objects.filter(meeting__forum=forum)}
        client = Client()
        client.force_login(forum.seats.get(role="chair").user)
        for name, parameters in pages().items():
            if not parameters:
                continue
            offered = set(read(client.get(samples.address(name, parameters, key))).offered)
            offered_somewhere += len(offered)
            assert offered - here == set(), f"{name} of {key} offers others"
    assert offered_somewhere > 20


def test_v23_a_name_that_was_only_written_somewhere_is_never_offered(samples):
    world = samples.world
    anna, forum = world.person("anna.ek"), world.forums["bra"]
    meeting = samples.logged["bra"]
    actions.create(
        forum=forum,
        text="Ring Kim Påhitt",
        owners=owners.resolve("Kim Påhitt, Socialförvaltningen", forum=forum),
        due=meeting.day,
        by=anna,
    )
    assert Action.objects.filter(owners__name="Kim Påhitt").exists()
    client = keeper(world)
    for name in ("log_item", "log_action", "meeting_plan", "attendance", "meeting_afterwards"):
        page = read(client.get(samples.address(name, pages()[name], "bra")))
        assert not [one for one in page.offered if "Kim" in one], name


def test_v23_people_of_another_forum_without_an_account_are_not_offered(samples):
    world = samples.world
    foreign = [word for word, key in world.canaries.items() if key in ("sig", "special")]
    client = keeper(world)
    for name in ("log_item", "log_action", "meeting_plan", "attendance", "meeting_afterwards"):
        offered = " ".join(read(client.get(samples.address(name, pages()[name], "bra"))).offered)
        assert not [word for word in foreign if word in offered], name
