"""Another wording of a decision or an action, and who was faster."""

from datetime import timedelta
from functools import partial

import pytest

from coordination.ui import dates
from coordination.writing import drafts
from forums import actions, proceedings
from forums.models import Action, Decision
from forums.refusals import WrongState

from .sending import KEY, NUMBER, send, url

pytestmark = pytest.mark.django_db


def entry(changed, **fields):
    """What the page that changes a decision or an action sends."""
    return {"was": proceedings.mark_of(changed), **fields}


def test_change_saves_what_is_typed_before_it_leads_away(anna, sample, item):
    decision = proceedings.add_decision(item=item, text="Ett", by=sample.anna)
    response = send(anna, item, f"edit-decision:{decision.pk}", notes="Sparat", what="Halvt")
    assert response.url == url("log_decision", item.meeting, item, decision)
    item.refresh_from_db()
    assert item.notes == "Sparat"
    anna.post(response.url, entry(decision, text="Två", report_to_management="on"))
    decision.refresh_from_db()
    assert (decision.text, decision.report_to_management) == ("Två", True)
    assert 'value="Halvt"' in anna.get(url("log_item", item.meeting, item)).content.decode()


def test_an_action_is_changed_on_its_own_page(anna, sample, item):
    action = sample.action(item, "Boka", "Nils")
    address = url("log_action", item.meeting, item, action)
    assert 'value="Nils Frisk"' in anna.get(address).content.decode()
    refused = anna.post(address, entry(action, what="Boka lokal", who="Zoltan", due_other=""))
    assert refused.context["form"].errors.keys() == {"who"}
    day = item.meeting.day + timedelta(days=3)
    anna.post(address, entry(action, what="Boka lokal", who="Gun", due_other=str(day)))
    action.refresh_from_db()
    assert (action.text, action.owners_label, action.due) == ("Boka lokal", "Gun Malm", day)


@pytest.fixture
def entries_of(sample, meeting, item):
    """A decision and an action, the page of each, what Anna types there, and how Jonas is faster."""
    decision = proceedings.add_decision(item=item, text="Ja", by=sample.anna)
    action = sample.action(item, "Ring", "Nils")
    moved = action.due + timedelta(days=1)

    def decide_otherwise():
        proceedings.change_decision(
            decision=decision,
            text="Jonas text",
            report_to_management=True,
            was=proceedings.mark_of(decision),
            by=sample.jonas,
        )

    def move():
        actions.move(action=action, due=moved, by=sample.jonas)

    return {
        "decision": (
            decision,
            url("log_decision", meeting, item, decision),
            entry(decision, text="Annas text"),
            decide_otherwise,
            ("Annas text", "Jonas text"),
        ),
        "action": (
            action,
            url("log_action", meeting, item, action),
            entry(action, what="Ring nu", who="Gun", due_other=str(meeting.day)),
            move,
            ("Ring nu", dates.day(moved)),
        ),
    }


def stands(changed):
    changed.refresh_from_db()
    if isinstance(changed, Action):
        return changed.text, changed.owners_label, changed.due
    return changed.text, changed.report_to_management


both_kinds = pytest.mark.parametrize("kind", ["decision", "action"])


@both_kinds
def test_a_decision_or_an_action_that_changed_meanwhile_offers_both(anna, entries_of, kind):
    changed, address, typed, interfere, texts = entries_of[kind]
    interfere()
    before = stands(changed)
    page = anna.post(address, typed, follow=True).content.decode()
    assert stands(changed) == before
    for text in (*texts, "Jonas Berg har ändrat samma text", "Text av Jonas Berg"):
        assert text in page
    # Both are still there after the browser was closed, and nothing passes them by.
    assert texts[0] in anna.get(address).content.decode()


@both_kinds
@pytest.mark.parametrize("keep", ["mine", "theirs", "merged"])
def test_either_wording_or_a_third_is_kept(anna, entries_of, kind, keep):
    changed, address, typed, interfere, _texts = entries_of[kind]
    interfere()
    theirs = stands(changed)
    anna.post(address, typed)
    third = {"text": "Båda", "what": "Ring båda", "who": "Gun", "due_other": typed.get("due_other")}
    third = {name: value for name, value in third.items() if value}
    done = anna.post(address, entry(changed, keep=keep, third="1", **third))
    assert done.url.startswith("/moten/")
    wanted = {
        "mine": {"decision": "Annas text", "action": "Ring nu"}[kind],
        "theirs": theirs[0],
        "merged": {"decision": "Båda", "action": "Ring båda"}[kind],
    }
    assert stands(changed)[0] == wanted[keep]
    assert (stands(changed) == theirs) == (keep == "theirs")
    assert "två versioner" not in anna.get(address).content.decode()


@both_kinds
def test_who_is_late_again_with_an_entry_chooses_again(anna, sample, entries_of, kind):
    changed, address, typed, interfere, texts = entries_of[kind]
    interfere()
    anna.post(address, typed)
    stale = entry(changed, keep="mine", third="1")
    if kind == "action":
        actions.move(
            action=changed, due=changed.due + timedelta(days=1), reason="Väntar", by=sample.jonas
        )
    else:
        interfere = proceedings.change_decision
        was = proceedings.mark_of(changed)
        interfere(
            decision=changed, text="Nej", report_to_management=False, was=was, by=sample.jonas
        )
    before = stands(changed)
    page = anna.post(address, stale, follow=True).content.decode()
    assert texts[0] in page
    assert stands(changed) == before


@both_kinds
def test_another_wording_is_kept_as_it_is_typed_and_thrown_away_by_cancel(
    anna, jonas, entries_of, kind
):
    changed, address, typed, _interfere, texts = entries_of[kind]
    before = stands(changed)
    reply = anna.post(address, typed, headers={"X-Autosave": "1"})
    assert reply.status_code == 200
    assert stands(changed) == before
    assert texts[0] in anna.get(address).content.decode()
    assert texts[0] not in jonas.get(address).content.decode()
    name = "text" if kind == "decision" else "what"
    reply = anna.post(address, typed | {name: NUMBER}, headers={"X-Autosave": "1"})
    assert (reply.status_code, reply.json()["field"]) == (422, f"id_{name}")
    page = anna.get(address).content.decode()
    assert texts[0] in page
    assert NUMBER not in page
    anna.post(address, typed | {"keep": "theirs"})
    assert texts[0] not in anna.get(address).content.decode()
    assert stands(changed) == before


@both_kinds
@pytest.mark.parametrize("forged", [NUMBER, "x" * 200_000, "0" * 33, f"{'0' * 32}\n"])
def test_no_forged_mark_is_kept_with_another_wording(anna, sample, entries_of, kind, forged):
    changed, address, typed, _interfere, texts = entries_of[kind]
    before = stands(changed)
    anna.post(address, typed | {"was": forged}, headers={"X-Autosave": "1"})
    draft = drafts.of(user=sample.anna, place=f"log-{kind}:{changed.pk}")
    assert draft.data["was"] == ""
    # Nothing is saved over what stands there by a form that does not say what it showed.
    assert texts[0] in anna.post(address, typed | {"was": forged}, follow=True).content.decode()
    assert stands(changed) == before
    assert drafts.of(user=sample.anna, place=draft.place).data["was"] == ""


@both_kinds
def test_the_third_wording_is_kept_while_it_is_put_together(anna, entries_of, kind):
    changed, address, typed, interfere, texts = entries_of[kind]
    interfere()
    anna.post(address, typed)
    name = "text" if kind == "decision" else "what"
    third = entry(changed, third="1", **{name: "Båda, halvt"})
    anna.post(address, third, headers={"X-Autosave": "1"})
    page = anna.get(address).content.decode()
    assert "Båda, halvt" in page
    assert texts[0] in page


@both_kinds
def test_what_was_removed_meanwhile_is_said_to_be_gone(sample, entries_of, kind):
    changed, *_rest = entries_of[kind]
    was = proceedings.mark_of(changed)
    if kind == "decision":
        act = partial(proceedings.change_decision, decision=changed, report_to_management=False)
        proceedings.remove_decision(decision=Decision.objects.get(pk=changed.pk), by=sample.jonas)
    else:
        act = partial(proceedings.change_action, action=changed, owners="Gun", due=None)
        proceedings.remove_action(action=Action.objects.get(pk=changed.pk), by=sample.jonas)
    with pytest.raises(WrongState):
        act(text="Ja", was=was, by=sample.anna)


def test_a_date_corrected_after_its_owner_moved_it_is_told_as_that_move(sample, item):
    action = sample.action(item, "Ring", "Nils")
    first, moved = action.due, action.due + timedelta(days=5)
    actions.move(action=action, due=moved, by=sample.nils)
    right = moved + timedelta(days=1)
    proceedings.change_action(
        action=action,
        text="Ring",
        owners="Nils",
        due=right,
        was=proceedings.mark_of(action),
        by=sample.anna,
    )
    story = [(one.kind, one.new_due) for one in action.changes.in_order()]
    assert story == [("created", first), ("moved", right)]


@both_kinds
def test_an_autosave_of_another_wording_that_arrives_late_brings_nothing_back(
    anna, sample, entries_of, kind
):
    changed, address, typed, _interfere, _texts = entries_of[kind]
    typed["_once"] = KEY
    name = "text" if kind == "decision" else "what"
    anna.post(address, typed)
    before = stands(changed)
    half = typed | {name: "Halvt skriv"}
    for late in (half, half | {"third": "1"}):
        reply = anna.post(address, late, headers={"X-Autosave": "1"})
        assert (reply.status_code, "url" in reply.json()) == (409, False)
    assert drafts.of(user=sample.anna, place=f"log-{kind}:{changed.pk}") is None
    assert stands(changed) == before
    assert "två versioner" not in anna.get(address).content.decode()
