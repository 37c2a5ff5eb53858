"""Decisions and actions under an item: added, refused, removed and put back."""

from datetime import timedelta

import pytest

from forums import finishing, proceedings

from .sending import KEY, NUMBER, send, typed, url

pytestmark = pytest.mark.django_db


def test_another_date_that_is_typed_wins_over_the_proposed_one(sample, anna, meeting, item):
    day = meeting.day + timedelta(days=9)
    send(
        anna,
        item,
        "action",
        what="Ringa",
        who="Per",
        due=meeting.day.isoformat(),
        due_other=str(day),
    )
    assert item.actions.get().due == day


def test_adding_a_decision_keeps_the_half_written_action(anna, item):
    response = send(anna, item, "decision", decision="Ett", what="Boka", who="Nils")
    assert response.url.endswith("fokus=beslut")
    assert (item.decisions.count(), item.actions.count()) == (1, 0)
    page = anna.get(response.url).content.decode()
    assert 'value="Boka"' in page
    assert 'value="Nils"' in page
    assert ">\nEtt</textarea>" not in page


def test_adding_an_action_keeps_the_half_written_decision(anna, item):
    response = send(anna, item, "action", decision="Halvt", what="Boka", who="Nils")
    assert (item.decisions.count(), item.actions.count()) == (0, 1)
    page = anna.get(response.url).content.decode()
    assert ">\nHalvt</textarea>" in page
    assert 'value="Boka"' not in page


def test_a_double_click_adds_once(anna, item):
    data = typed(item, "decision", decision="En gång", _once="7b0d2c9e-5f0a-4f0b-9f5e-0a1b2c3d4e5f")
    anna.post(url("log_item", item.meeting, item), data)
    anna.post(url("log_item", item.meeting, item), data)
    assert item.decisions.count() == 1


def test_an_unknown_owner_is_refused_at_the_field_and_nothing_is_lost(anna, item):
    response = send(
        anna, item, "next", notes="Kvar", decision="Kvar också", what="Boka", who="Zoltan"
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "Zoltan" in response.context["errors"][0].message
    assert response.context["errors"][0].field_id == "id_who"
    assert ">\nKvar</textarea>" in page
    assert ">\nKvar också</textarea>" in page
    item.refresh_from_db()
    assert (item.notes, item.decisions.count(), item.actions.count()) == ("", 0, 0)


def test_an_owner_without_an_action_asks_for_what_is_to_be_done(anna, item):
    response = send(anna, item, "next", who="Nils")
    assert [error.field_id for error in response.context["errors"]] == ["id_what"]


@pytest.mark.parametrize(
    "name, length", [("notes", 4001), ("decision", 601), ("what", 201), ("new_item", 121)]
)
def test_a_text_that_is_too_long_is_refused_and_stays(anna, item, name, length):
    response = send(anna, item, "next", **{name: "x" * length})
    assert len(response.context["errors"]) == 1
    assert str(length - 1) in response.context["errors"][0].message
    assert "x" * length in response.content.decode()


@pytest.mark.parametrize("name", ["notes", "decision", "what", "who", "new_item"])
def test_v20_an_identity_number_is_refused_and_stays_in_the_form(anna, item, name):
    response = send(anna, item, "next", **{name: f"Om {NUMBER}"})
    assert response.status_code == 200
    assert response.context["errors"][0].field_id == f"id_{name}"
    assert NUMBER in response.content.decode()
    item.refresh_from_db()
    assert item.notes == ""


def test_a_removed_decision_can_be_put_back(anna, sample, item):
    decision = proceedings.add_decision(
        item=item, text="Vi fortsätter.", report_to_management=True, by=sample.anna
    )
    send(anna, item, f"remove-decision:{decision.pk}")
    assert not item.decisions.exists()
    anna.post(url("log_restore", item.meeting, item))
    anna.post(url("log_restore", item.meeting, item))
    assert [(one.text, one.report_to_management) for one in item.decisions.all()] == [
        ("Vi fortsätter.", True)
    ]


def test_undo_of_a_removal_that_arrives_twice_adds_once(anna, sample, item):
    decision = proceedings.add_decision(item=item, text="Ja", by=sample.anna)
    removed = send(anna, item, f"remove-decision:{decision.pk}")
    restore = url("log_restore", item.meeting, item)
    for _time in range(2):
        assert anna.post(restore, {"_once": KEY}).url == removed.url
    send(anna, item, f"remove-decision:{item.decisions.get().pk}")
    anna.post(restore, {"_once": KEY})
    assert not item.decisions.exists()


def test_a_removed_action_can_be_put_back_with_its_owners(anna, sample, item):
    action = sample.action(item, "Beskriva metoden", "Per och Jonas")
    send(anna, item, f"remove-action:{action.pk}")
    assert not item.actions.exists()
    anna.post(url("log_restore", item.meeting, item))
    assert item.actions.get().owners_label == "Per Holm, Jonas Berg"


def test_v23_the_names_offered_are_the_called_and_the_members(anna, sample, item):
    page = anna.get(url("log_item", item.meeting, item)).content.decode()
    offered = page[page.index("<datalist") : page.index("</datalist>")]
    assert "Maria Sten" in offered
    assert "Sara Nyman" not in offered


def test_the_page_says_when_the_owner_of_a_new_action_is_mailed(sample, anna, meeting, item):
    """While the meeting goes on when it is finished, and afterwards with the next version."""
    when_finished = "när mötet är avslutat"
    when_made_again = "när du skapar en ny version av protokollet"
    page = anna.get(url("log_item", meeting, item)).content.decode()
    assert (when_finished in page, when_made_again in page) == (True, False)
    unhandled = {one.pk: "struck" for one in meeting.items.all()}
    proceedings.mark_all_present(meeting=meeting, by=sample.anna)
    finishing.finish(meeting=meeting, by=sample.anna, choices=unhandled)
    page = anna.get(url("log_item", meeting, item)).content.decode()
    assert (when_finished in page, when_made_again in page) == (False, True)
