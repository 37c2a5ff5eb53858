"""No text field of any page takes a personal identity number (V20), and lists of names offer only
those who are called, members and colleagues (V23)."""

import html
import json

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from coordination.actors.models import Organisation
from forums import actions, owners
from forums.models import Action, Participation, Seat
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
    "cost",
    "date",
    "day",
    "decided_on",
    "due",
    "due_other",
    "ends",
    "first",
    "follow_up_on",
    "fte",
    "email",
    "in_force_from",
    "minutes",
    "interval_weeks",
    "last_day",
    "next_on",
    "on",
    "opens_on",
    "reviewed_on",
    "share",
    "signed_on",
    "starts",
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


def forms_of(samples: Samples, username: str) -> list[tuple[str, str, Form]]:
    """Every form that changes something, on every page of one forum and on those about no forum:
    (page, address, form)."""
    client, found = keeper(samples.world, username), []
    for name, parameters in pages().items():
        for target in ("bra", "-", "one"):
            if target not in samples.targets(parameters, name) or name.startswith("account"):
                continue
            address = samples.address(name, parameters, target)
            response = client.get(address)
            if response.status_code == 200:
                found += [
                    (name, form.action or address, form)
                    for form in read(response).forms
                    if form.method == "post" and form.texts
                ]
    return found


def stored() -> str:
    """Everything that any text column of our tables holds."""
    texts = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in ("coordination", "forums", "training", "cases"):
            continue
        columns = [
            field.name
            for field in model._meta.local_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        if columns:
            texts += list(model._base_manager.values_list(*columns))
    return json.dumps(texts, default=str, ensure_ascii=False)


def unguarded(client: Client, name: str, address: str, form: Form) -> tuple[int, list[str]]:
    """How often the form was sent with a number in one of its texts, and what was wrong with it."""
    tried, wrong = 0, []
    for text_field in sorted(set(form.texts)):
        refused = text_field.rsplit("-", 1)[-1] in DATES_AND_NUMBERS
        for button in dict.fromkeys(form.buttons or [("", "")]):
            if button[1].startswith(("remove", "edit")):
                continue
            tried += 1
            with undone():
                response = client.post(address, form.filled(button, **{text_field: TEXT}))
                page = response.content.decode()
                if NUMBER in stored():
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
    tried, wrong, walked = 0, [], set()
    for username in ("anna.ek", "leila.amiri", "stina.alm", "bo.kvist", "tove.lind"):
        client = keeper(samples.world, username)
        for name, address, form in forms_of(samples, username):
            fields = (name, *sorted(set(form.texts)))
            if fields not in walked:
                walked.add(fields)
                times, found = unguarded(client, name, address, form)
                tried, wrong = tried + times, wrong + found
    assert not wrong, "\n".join(sorted(wrong))
    with capsys.disabled():
        print(f"\nFIGURE identity numbers: 0 stored in {tried} sendings")
    assert tried > 50


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
                with undone():
                    response = client.post(address, form.filled(**{text_field: TEXT}))
                    assert NUMBER not in stored(), f"{autosave}: {text_field}"
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
