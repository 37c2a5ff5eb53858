"""Two who write in the same item: no text is lost."""

import pytest

from .sending import NUMBER, autosave, send, typed, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict(anna, jonas, item):
    """Anna's page is older than what Jonas saved; she has a decision half written."""
    hers = typed(item, "next", notes="Annas text", decision="Annas beslut")
    send(jonas, item, notes="Jonas text")
    response = anna.post(url("log_item", item.meeting, item), hers)
    assert response.url == url("log_item_conflict", item.meeting, item)
    return response.url


def settle(client, item, address, keep, notes=""):
    item.refresh_from_db()
    return client.post(address, {"keep": keep, "version": item.version, "notes": notes})


def test_a_stale_form_leads_to_both_texts_and_adds_nothing(anna, item, conflict):
    page = anna.get(conflict).content.decode()
    assert "Annas text" in page
    assert "Jonas text" in page
    assert "Jonas Berg" in page
    assert not item.decisions.exists()


@pytest.mark.parametrize(
    "keep, result", [("mine", "Annas text"), ("theirs", "Jonas text"), ("merged", "Båda")]
)
def test_either_text_or_a_third_is_kept(anna, item, conflict, keep, result):
    response = settle(anna, item, conflict, keep, "Båda")
    item.refresh_from_db()
    assert item.notes == result
    assert ">\nAnnas beslut</textarea>" in anna.get(response.url).content.decode()
    assert anna.get(conflict).status_code == 302


def test_who_is_late_again_chooses_again(anna, jonas, item, conflict):
    item.refresh_from_db()
    stale = {"keep": "mine", "version": item.version, "notes": ""}
    send(jonas, item, notes="Ännu en text")
    page = anna.post(conflict, stale).content.decode()
    assert "Annas text" in page
    assert "Ännu en text" in page
    item.refresh_from_db()
    assert item.notes == "Ännu en text"


def test_a_text_that_waits_to_be_chosen_is_never_passed_by(anna, item, conflict):
    assert anna.get(url("log_item", item.meeting, item)).url == conflict


def test_two_long_texts_do_not_stand_in_each_others_way(anna, jonas, item):
    hers = typed(item, notes="a" * 3000)
    send(jonas, item, notes="b" * 3000)
    address = anna.post(url("log_item", item.meeting, item), hers).url
    both = f"{'a' * 3000}\n\n{'b' * 3000}"
    refused = settle(anna, item, address, "merged", both)
    assert refused.context["form"].errors.keys() == {"notes"}
    settle(anna, item, address, "mine", both)
    item.refresh_from_db()
    assert item.notes == "a" * 3000


def test_autosave_meets_the_conflict_too_and_keeps_the_text(anna, jonas, item):
    hers = typed(item, notes="Annas text")
    send(jonas, item, notes="Jonas text")
    reply = anna.post(url("log_item_autosave", item.meeting, item), hers)
    assert reply.status_code == 409
    assert "Annas text" in anna.get(reply.json()["url"]).content.decode()


def test_the_third_text_is_kept_while_it_is_put_together(anna, item, conflict):
    item.refresh_from_db()
    data = {"version": item.version, "notes": "Båda, halvt"}
    reply = anna.post(conflict, data, headers={"X-Autosave": "1"})
    assert (reply.status_code, reply.json()["message"][:6]) == (200, "Sparat")
    page = anna.get(conflict).content.decode()
    assert ">\nBåda, halvt</textarea>" in page
    assert "Annas text" in page
    reply = anna.post(conflict, data | {"notes": NUMBER}, headers={"X-Autosave": "1"})
    assert (reply.status_code, reply.json()["field"]) == (422, "id_notes")
    assert NUMBER not in anna.get(conflict).content.decode()
    item.refresh_from_db()
    assert item.notes == "Jonas text"


def test_a_text_that_waits_to_be_chosen_outlives_what_another_window_saves(anna, item, conflict):
    item.refresh_from_db()
    autosave(anna, item, notes="Från det andra fönstret")
    send(anna, item, "next", notes="Från det andra fönstret igen")
    assert "Annas text" in anna.get(conflict).content.decode()
