"""What is kept while somebody writes."""

import pytest
from django.test import Client

from coordination.writing import drafts
from forums import finishing, proceedings

from .sending import KEY, NUMBER, autosave, send, typed, url

pytestmark = pytest.mark.django_db


def test_autosave_keeps_notes_by_version_and_the_half_written_as_a_draft(anna, item):
    reply = autosave(anna, item, notes="Skrivs", decision="Halvt", what="Också", due="2026-01-01")
    assert reply.status_code == 200
    item.refresh_from_db()
    assert (item.notes, reply.json()["version"]) == ("Skrivs", item.version)
    assert item.decisions.count() == 0
    page = anna.get(url("log_item", item.meeting, item)).content.decode()
    assert ">\nHalvt</textarea>" in page
    assert 'value="Också"' in page


def test_a_draft_is_its_writers_alone(anna, jonas, item):
    autosave(anna, item, notes="Skrivs", decision="Halvt")
    assert "Halvt" not in jonas.get(url("log_item", item.meeting, item)).content.decode()


def test_autosave_says_that_a_text_cannot_be_saved_and_keeps_nothing_of_it(sample, anna, item):
    for name in ("notes", "decision"):
        reply = autosave(anna, item, **{name: f"Om {NUMBER}"})
        assert reply.status_code == 422
        assert reply.json()["field"] == f"id_{name}"
        assert reply.json()["message"]
        assert NUMBER not in reply.content.decode()
    item.refresh_from_db()
    assert item.notes == ""
    draft = drafts.of(user=sample.anna, place=f"log-item:{item.pk}")
    assert NUMBER not in str(draft.data)


def test_a_field_that_is_refused_keeps_nothing_else_from_being_saved(anna, item):
    autosave(anna, item, decision="Rådet beslutar")
    for name, wrong in (("decision", f"Rådet beslutar om {NUMBER}"), ("due_other", "snart")):
        said = {"notes": f"Sagt före {name}", "what": "Ring", name: wrong}
        reply = autosave(anna, item, **{"decision": "Rådet beslutar"} | said)
        version = item.version
        assert (reply.status_code, reply.json()["field"]) == (422, f"id_{name}")
        item.refresh_from_db()
        assert (item.notes, reply.json()["version"]) == (said["notes"], version + 1)
    page = anna.get(url("log_item", item.meeting, item)).content.decode()
    assert ">\nRådet beslutar</textarea>" in page
    assert 'value="Ring"' in page


def test_an_autosave_that_arrives_after_its_form_is_no_conflict_and_brings_nothing_back(
    sample, anna, item
):
    late = typed(item, notes="Skri", decision="Rådet beslutar", _once=KEY)
    send(anna, item, "decision", notes="Skrivet", decision="Rådet beslutar", _once=KEY)
    reply = anna.post(url("log_item_autosave", item.meeting, item), late)
    assert (reply.status_code, "url" in reply.json()) == (409, False)
    item.refresh_from_db()
    assert item.notes == "Skrivet"
    draft = drafts.of(user=sample.anna, place=f"log-item:{item.pk}")
    assert draft is None or not {"notes", "decision"} & draft.data.keys()


def test_space_after_half_written_notes_is_their_writers_and_not_in_the_notes(anna, jonas, item):
    autosave(anna, item, notes="Del ett.\r\n ")
    item.refresh_from_db()
    assert item.notes == "Del ett."
    page = url("log_item", item.meeting, item)
    assert ">\nDel ett.\n </textarea>" in anna.get(page).content.decode()
    assert ">\nDel ett.</textarea>" in jonas.get(page).content.decode()
    item.refresh_from_db()
    send(anna, item, "next", notes="Del ett.")
    assert ">\nDel ett.</textarea>" in anna.get(page).content.decode()


def test_autosave_after_the_meeting_was_finished_elsewhere_still_saves(sample, anna, meeting, item):
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    unhandled = {one.pk: "done" for one in meeting.items.all()}
    finishing.finish(meeting=meeting, by=sample.jonas, choices=unhandled)
    assert autosave(anna, item, notes="Renskrivet").status_code == 200


def test_autosave_of_somebody_signed_out_is_refused_without_a_page(item):
    assert autosave(Client(), item, notes="Vem?").status_code == 401


def test_a_submit_that_meets_its_own_autosave_is_no_conflict(anna, item):
    before = typed(item, "next", notes="Längre text", _once=KEY)
    autosave(anna, item, notes="Läng", _once=KEY)
    response = anna.post(url("log_item", item.meeting, item), before)
    item.refresh_from_db()
    assert item.notes == "Längre text"
    assert "konflikt" not in response.url


@pytest.mark.parametrize("key", ["811218-9876 Kalle", "\x00", "x" * 300])
def test_autosave_keeps_no_forged_key_of_the_form(sample, anna, item, key):
    assert autosave(anna, item, notes="Skrivs", decision="Halvt", _once=key).status_code == 200
    draft = drafts.of(user=sample.anna, place=f"log-item:{item.pk}")
    assert draft.data["decision"] == "Halvt"
    assert draft.data["saved"][0] == ""
