"""Locked means locked: no function, no page and no statement to the database changes adjusted text.

What was thought of stands here; `test_locked_walk.py` looks for everything that there is."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import pre_migrate
from django.test import Client
from django.utils import translation

from forums import (
    actions,
    adjusting,
    afterwards,
    entries,
    finishing,
    locked,
    minutes,
    proceedings,
)
from forums.models import (
    Action,
    AgendaItem,
    Decision,
    Meeting,
    MinutesVersion,
    Participation,
)
from forums.refusals import WrongState
from tests.structure.browsing import read

from .adjusting_hands import finished, sent
from .adjusting_hands import locked as locked_meeting

pytestmark = pytest.mark.django_db

SENTENCE = "Protokollet är låst och kan inte ändras. Du kan lägga till en rättelse."


@pytest.fixture
def meeting(sample):
    return locked_meeting(sample)


def text_of(meeting):
    """Everything that the minutes print, from the rows themselves, and the versions as they stand."""
    return minutes.snapshot(Meeting.objects.get(pk=meeting.pk)), list(
        meeting.minutes.order_by("pk").values_list("number", "content", "sha256")
    )


def test_recording_afterwards_does_not_reach_a_locked_meeting(sample, meeting):
    prefilled = afterwards.prefill(forum=meeting.forum, now=sample.now)
    assert prefilled.meeting is None
    with pytest.raises(WrongState):
        entries.hold(meeting)


def test_actions_live_on_and_the_minutes_say_what_was_adjusted(sample, meeting):
    before = text_of(meeting)[1]
    action = meeting.actions.get()
    actions.move(action=action, due=action.due + timedelta(days=7), by=sample.maria)
    actions.mark_done(action=action, by=sample.maria)
    assert text_of(meeting)[1] == before


STATEMENTS = (
    ("item", AgendaItem, {"notes": "Nytt"}),
    ("item", AgendaItem, {"title": "Nytt"}),
    ("item", AgendaItem, {"outcome": "struck"}),
    ("decision", Decision, {"text": "Nytt"}),
    ("decision", Decision, {"report_to_management": True}),
    ("action", Action, {"text": "Nytt"}),
    ("row", Participation, {"attendance": "absent"}),
    ("version", MinutesVersion, {"content": {}}),
    ("version", MinutesVersion, {"sha256": "0" * 64}),
    ("meeting", Meeting, {"place": "Annan"}),
    ("meeting", Meeting, {"state": "writing_up", "sent_at": None, "locked_at": None}),
)


def row_of(which, sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    return {
        "item": item,
        "decision": item.decisions.get(),
        "action": item.actions.get(),
        "row": meeting.participations.first(),
        "version": meeting.minutes.get(),
        "meeting": meeting,
    }[which]


@pytest.mark.parametrize(("which", "model", "change"), STATEMENTS)
def test_the_database_itself_refuses_to_change_what_is_locked(
    sample, meeting, which, model, change
):
    rows = model._base_manager.filter(pk=row_of(which, sample, meeting).pk)
    with pytest.raises(locked.REFUSAL, match=locked.MESSAGE), transaction.atomic():
        rows.update(**change)
    with pytest.raises(locked.REFUSAL, match=locked.MESSAGE), transaction.atomic():
        rows._raw_delete(rows.db)


def test_the_database_refuses_to_add_to_locked_minutes(sample, meeting):
    item = sample.item(meeting, "Lägesbild")
    decision, action = item.decisions.get(), item.actions.get()
    for row in (decision, action, meeting.participations.first(), item):
        row.pk = None
        row._state.adding = True
        if isinstance(row, Decision):
            row.number = 9
        if isinstance(row, Participation):
            row.user, row.seat, row.name = None, None, "Någon"
        with pytest.raises(locked.REFUSAL, match=locked.MESSAGE), transaction.atomic():
            row.save(force_insert=True)


def test_what_is_not_locked_is_changed_as_ever(sample):
    meeting = finished(sample)
    item = sample.item(meeting, "Lägesbild")
    assert AgendaItem.objects.filter(pk=item.pk).update(notes="Nytt")
    assert item.decisions.update(text="Nytt")


def test_a_migration_may_rebuild_a_table_and_the_guards_are_back_after_it(sample):
    """As Django tells of it: before migrations with what is planned, and after them."""
    config = apps.get_app_config("forums")
    told = {"sender": config, "app_config": config, "using": connection.alias}
    pre_migrate.send(plan=[], **told)
    assert locked.missing(connection) == []
    pre_migrate.send(plan=[("a migration", False)], **told)
    assert len(locked.missing(connection)) == (36 if connection.vendor == "sqlite" else 0)
    locked.install(connection)
    assert locked.missing(connection) == []


def test_the_guards_are_there_and_are_put_back(sample):
    assert locked.missing(connection) == []
    with locked.lifted(connection):
        assert len(locked.missing(connection)) == 36
    assert locked.missing(connection) == []


@pytest.mark.parametrize("state", ["locked", "awaiting"])
def test_no_page_that_writes_changes_the_text(sample, state):
    """The addresses that a keeper's old tab may still send to."""
    meeting = locked_meeting(sample) if state == "locked" else sent(sample).meeting
    item = sample.item(meeting, "Lägesbild")
    decision, action = item.decisions.get(), item.actions.get()
    before = text_of(meeting)
    client = Client()
    client.force_login(sample.oskar)
    base = f"/moten/{meeting.pk}"
    log = f"{base}/for-protokoll/{item.pk}"
    typed = {
        "notes": "Nytt",
        "version": item.version,
        "decision": "Nytt",
        "what": "Nytt",
        "who": "Maria",
        "due": str(meeting.day),
        "text": "Nytt",
        "was": proceedings.mark_of(decision),
        f"item-{item.pk}-notes": "Nytt",
        f"item-{item.pk}-version": item.version,
        f"item-{item.pk}-shown": "",
        f"decision-{decision.pk}-text": "Nytt",
        f"decision-{decision.pk}-was": proceedings.mark_of(decision),
        f"action-{action.pk}-text": "Nytt",
        f"action-{action.pk}-was": proceedings.mark_of(action),
    }
    for address in (
        f"{base}/for-protokoll/",
        *(f"{log}/{one}" for one in ("", "spara/", "konflikt/", "oppna/", "aterstall/")),
        f"{log}/beslut/{decision.pk}/",
        f"{log}/atgard/{action.pk}/",
        f"{base}/narvaro/",
        f"{base}/narvaro/spara/",
        f"{base}/avsluta/",
        f"{base}/planera/",
        f"{base}/kalla/",
        f"{base}/protokoll/ny/",
        f"{base}/protokoll/renskriv/",
        f"{base}/protokoll/renskriv/spara/",
    ):
        for do in ("", "decision", "action", "strike", "all", "finish", "done"):
            response = client.post(address, {**typed, "do": do})
            assert response.status_code < 500, (address, do)
            assert text_of(meeting) == before, (address, do)
    assert Meeting.objects.get(pk=meeting.pk).state == state


def test_a_tab_that_was_open_before_the_lock_is_told_and_keeps_what_was_typed(sample):
    meeting = finished(sample)
    client = Client(headers={"accept-language": "sv"})
    client.force_login(sample.oskar)
    address = f"/moten/{meeting.pk}/protokoll/renskriv/"
    form = next(one for one in read(client.get(address)).forms if "do" in dict(one.buttons))
    sending = sent(sample, meeting)
    for by in (sample.anna, sample.jonas):
        adjusting.adjust(meeting=meeting, sha256=sending.sha256, by=by)
    item = sample.item(meeting, "Lägesbild")
    page = client.post(address, form.filled(("do", ""), **{f"item-{item.pk}-notes": "Helt nytt."}))
    assert page.status_code == 200
    html = page.content.decode()
    assert SENTENCE in html
    assert "Helt nytt." in html


@pytest.mark.parametrize("state", ["locked", "awaiting"])
def test_a_postponed_item_is_not_taken_from_the_minutes_of_the_meeting_that_took_it_up(
    sample, state
):
    """The earlier meeting is still written up when the later one is sent or locked."""
    earlier = sample.running()
    item = sample.item(earlier, "Övrigt")
    proceedings.postpone_item(item=item, by=sample.anna)
    proceedings.mark_all_present(meeting=earlier, by=sample.anna)
    choices = {one.pk: "struck" for one in earlier.items.filter(outcome="open")}
    finishing.finish(meeting=earlier, by=sample.anna, choices=choices)
    meeting = locked_meeting(sample) if state == "locked" else sent(sample).meeting
    assert meeting.items.filter(carried_from=item).exists()
    before = text_of(meeting)
    with translation.override("sv"), pytest.raises(WrongState) as refused:
        proceedings.mark_handled(item=item, by=sample.oskar)
    assert str(refused.value) == "Punkten står redan i ett senare mötes protokoll."
    item.refresh_from_db()
    assert item.outcome == "postponed"
    assert text_of(meeting) == before
