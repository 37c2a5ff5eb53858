"""What is typed into the long forms of actors, knowledge and assignments outlives a closed tab."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from coordination.actors.models import Organisation
from coordination.assignments.models import AssignmentOwner, StatusUpdate
from coordination.knowledge import library
from coordination.knowledge.models import Contact, Entry, Visit
from coordination.writing.models import Draft
from tests.structure.browsing import Form, read

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

NUMBER = "19" + "121212" + "-1212"
FORMS = {
    "actor_new": "name",
    "actor_change": "contacts-0-name",
    "entry_new": "summary",
    "entry_change": "summary",
    "visit_new": "prevent",
    "visit_change": "prevent",
    "information_change": "what_we_do",
    "assignment_update": "happened",
}
"""Each long form, and one of its texts."""


@pytest.fixture
def addresses(world) -> dict[str, str]:
    about = {
        "actor_change": Organisation.objects.get(name="Föreningen Grannkraft"),
        "entry_change": Entry.objects.earliest("pk"),
        "visit_change": Visit.objects.earliest("pk"),
        "assignment_update": AssignmentOwner.objects.get(assignment__number=13),
    }
    return {name: reverse(name, args=[about[name].pk] if name in about else []) for name in FORMS}


def signed_in(world, username: str = "anna.ek") -> Client:
    client = Client()
    client.force_login(world.person(username))
    return client


def form_of(client: Client, address: str, name: str) -> Form:
    found = read(client.get(address)).forms
    return next(one for one in found if FORMS[name] in one.texts)


def autosave(client: Client, address: str, data: dict):
    return client.post(address, data, headers={"X-Autosave": "1"})


def test_a_half_written_form_stands_there_again_and_only_for_its_writer(world, addresses):
    for name, address in addresses.items():
        anna, text = signed_in(world), FORMS[name]
        sent = form_of(anna, address, name).filled(**{text: "Halvskrivet"})
        assert autosave(anna, address, sent).status_code == 200, name
        again = form_of(signed_in(world), address, name)
        assert again.values[text] == ["Halvskrivet"], name
        other = form_of(signed_in(world, "oskar.lind"), address, name)
        assert other.values[text] != ["Halvskrivet"], name
        anna.post(address, {"do": "discard"})
        assert not Draft.objects.exists(), name


def test_a_draft_holds_no_text_that_the_form_refuses(world, addresses):
    for name, address in addresses.items():
        anna, text = signed_in(world), FORMS[name]
        form = form_of(anna, address, name)
        autosave(anna, address, form.filled(**{text: "Först"}))
        for wrong in (f"Om {NUMBER}", "x" * 2001):
            answer = autosave(anna, address, form.filled(**{text: wrong, "okänt": NUMBER}))
            assert answer.status_code == 422, name
            assert f'id="{answer.json()["field"]}"' in anna.get(address).content.decode()
            kept = Draft.objects.get(place=f"form:{address}").data
            assert kept[text] == ["Först"], name
            assert "okänt" not in kept


def test_saving_throws_the_draft_away_and_an_autosave_that_was_on_its_way_keeps_nothing(
    world, addresses
):
    leila, address = signed_in(world, "leila.amiri"), addresses["assignment_update"]
    form = form_of(leila, address, "assignment_update")
    sent = form.filled(happened="Klart nu", _once=str(uuid.uuid4()))
    autosave(leila, address, sent)
    assert leila.post(address, sent).status_code == 302
    assert StatusUpdate.objects.latest("pk").happened == "Klart nu"
    assert not Draft.objects.exists()
    autosave(leila, address, sent)
    assert not Draft.objects.exists()


def test_a_draft_from_before_somebody_elses_save_is_no_way_to_save_over_it(world, addresses):
    anna, address = signed_in(world), addresses["entry_change"]
    autosave(anna, address, form_of(anna, address, "entry_change").filled(summary="Annas"))
    entry = Entry.objects.earliest("pk")
    library.change(
        entry=entry,
        values={name: getattr(entry, name) for name in library.FIELDS} | {"summary": "Oskars"},
        reviewed_on=None,
        revision=entry.revision,
        by=world.person("oskar.lind"),
    )
    page = anna.post(address, form_of(anna, address, "entry_change").filled())
    assert page.status_code == 200
    assert "Oskars" in page.content.decode()
    assert Entry.objects.get(pk=entry.pk).summary == "Oskars"


def test_typing_and_taking_it_back_leaves_no_draft(world, addresses):
    anna, address = signed_in(world), addresses["visit_change"]
    form = form_of(anna, address, "visit_change")
    autosave(anna, address, form.filled(prevent="Nytt"))
    autosave(anna, address, form.filled())
    assert not Draft.objects.exists()


def test_the_contact_log_keeps_nothing_of_what_is_typed(world):
    anna, contact = signed_in(world), Contact.objects.earliest("pk")
    for address in (reverse("contact_new"), reverse("contact_change", args=[contact.pk])):
        assert "data-autosave" not in anna.get(address).content.decode()
        autosave(anna, address, {"outcome": "Ringde från Vivalla"})
    assert not Draft.objects.exists()
