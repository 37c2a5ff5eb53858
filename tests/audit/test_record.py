"""Recording: in the change's transaction, without narrative, with hidden names."""

import contextlib
import re
import time
from datetime import UTC, datetime
from threading import Event as Signal
from threading import Thread

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from coordination.audit import append_only, chain, checkpoints, log, verify
from coordination.audit.models import Event, Person, Zone
from tests.audit.conftest import tamper

pytestmark = pytest.mark.django_db


def record(**changes) -> None:
    with transaction.atomic():
        log.record(**{"by": None, "event": "forums.meeting.finished"} | changes)


def test_an_event_holds_what_was_done_and_by_whom(anna):
    at = datetime(2026, 5, 12, 10, tzinfo=UTC)
    with log.in_request("request-1"):
        record(by=anna, on=anna, fields=["title"], facts={"items": 3}, at=at)
    event = log.events(zone=Zone.COORDINATION).get()
    assert (event.sequence, event.event, event.at) == (1, "forums.meeting.finished", at)
    assert (event.fields, event.facts, event.request_id) == (["title"], {"items": 3}, "request-1")
    assert event.previous_hash == chain.GENESIS
    assert log.people([event.actor]) == {event.actor: str(anna.pk)}


def test_a_person_stands_in_the_log_as_a_commitment_wherever_they_appear(anna):
    record(by=anna, on=anna)
    event = log.events(zone=Zone.COORDINATION).get()
    assert event.actor == event.object_key
    assert len(event.actor) == 64
    assert event.object_label == get_user_model()._meta.label_lower


def test_the_portal_and_an_unknown_visitor_are_told_apart():
    record(by=None)
    record(by=AnonymousUser())
    actors = [event.actor for event in log.events(zone=Zone.COORDINATION)]
    assert actors == [log.ANONYMOUS, log.SYSTEM]


def test_each_zone_counts_for_itself(anna):
    record(by=anna)
    record(by=anna)
    record(by=anna, zone=Zone.CASES)
    assert [event.sequence for event in log.events(zone=Zone.COORDINATION)] == [2, 1]
    assert [event.sequence for event in log.events(zone=Zone.CASES)] == [1]


def test_events_can_be_asked_for_by_person_and_by_object(anna, bo):
    record(by=anna, on=bo)
    record(by=bo)
    assert log.events(zone=Zone.COORDINATION, by=anna).count() == 1
    assert log.events(zone=Zone.COORDINATION, on=bo).get().sequence == 1
    assert not log.events(zone=Zone.COORDINATION, on=anna).exists()


def test_recording_outside_a_transaction_is_refused(anna):
    with pytest.raises(log.NotInTransaction):
        log.record(by=anna, event="forums.meeting.finished")
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused_in_service_too(anna):
    with pytest.raises(log.NotInTransaction):
        log.record(by=anna, event="forums.meeting.finished")


@pytest.mark.django_db(transaction=True)
def test_a_read_is_recorded_in_a_short_transaction_of_its_own(anna):
    log.record_access(by=anna, event="cases.case.read", zone=Zone.CASES)
    assert log.events(zone=Zone.CASES).get().event == "cases.case.read"
    with pytest.raises(RuntimeError), transaction.atomic():
        log.record_access(by=anna, event="cases.case.read", zone=Zone.CASES)


def test_a_change_is_rolled_back_when_the_log_cannot_be_written(anna):
    def change() -> None:
        with transaction.atomic():
            connection.cursor().execute("ALTER TABLE audit_event RENAME TO audit_event_elsewhere")
            get_user_model().objects.filter(pk=anna.pk).update(first_name="Changed")
            log.record(by=anna, event="access.user.changed")

    with pytest.raises(DatabaseError):
        change()
    anna.refresh_from_db()
    assert anna.first_name == ""


def test_a_change_is_rolled_back_even_when_the_failure_is_swallowed(anna):
    with transaction.atomic():
        get_user_model().objects.filter(pk=anna.pk).update(first_name="Changed")
        try:
            log.record(by=anna, event="no dots")
        except log.Unfit:
            pass
    anna.refresh_from_db()
    assert anna.first_name == ""


def test_an_event_is_rolled_back_with_its_change(anna):
    with transaction.atomic():
        log.record(by=anna, event="access.user.changed")
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def written_to(queries) -> list[str]:
    """The tables that were written to, in order."""
    found = [re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', q["sql"]) for q in queries]
    return [match[1] for match in found if match]


def test_an_event_is_appended_last_whatever_is_written_after_it(anna):
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        with transaction.atomic():
            log.record(by=anna, event="access.user.changed")
            assert not Event.objects.exists(), "appended before the outermost transaction ends"
        get_user_model().objects.filter(pk=anna.pk).update(first_name="Changed")
        log.record(by=anna, event="access.user.closed")
    assert written_to(queries) == ["access_user", "audit_person", "audit_event", "audit_event"]
    told = Event.objects.order_by("sequence").values_list("event", flat=True)
    assert list(told) == ["access.user.changed", "access.user.closed"]
    assert verify.verify(Zone.COORDINATION).ok


def test_an_event_goes_with_the_part_of_the_transaction_that_is_rolled_back(anna):
    with transaction.atomic():
        log.record(by=anna, event="access.user.changed")
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            log.record(by=anna, event="access.user.closed")
            raise ZeroDivisionError
    assert Event.objects.get().event == "access.user.changed"


def test_one_transaction_may_write_to_both_chains(anna, bo):
    with transaction.atomic():
        record(by=anna, zone=Zone.CASES)
        record(by=bo)
        record(by=anna)
    assert Event.objects.filter(zone=Zone.COORDINATION).count() == 2
    assert Event.objects.filter(zone=Zone.CASES).count() == 1
    assert verify.verify(Zone.COORDINATION).ok
    assert verify.verify(Zone.CASES).ok


def test_an_event_tells_of_an_object_that_is_gone_when_it_is_appended(anna, bo):
    number = bo.pk
    with transaction.atomic():
        log.record(by=anna, event="access.user.removed", on=bo)
        bo.delete()
    assert log.people([Event.objects.get().object_key]).popitem()[1] == str(number)


@pytest.mark.parametrize(
    "unfit",
    [
        {"event": "Finished a meeting"},
        {"event": "finished"},
        {"event": "a." + "b" * 79},
        {"fields": ["Anna Ek flyttade"]},
        {"fields": "title"},
        {"facts": {"text": "She told the group that"}},
        {"facts": {"code": "x" * 65}},
        {"facts": {"share": 0.5}},
        {"facts": {"nested": {"a": 1}}},
        {"facts": {"a name with spaces": 1}},
        {"facts": {"null": "a\x00b"}},
        {"at": datetime(2026, 5, 12)},  # noqa: DTZ001
    ],
)
def test_narrative_and_whatever_is_not_a_plain_fact_is_refused(unfit):
    with pytest.raises(log.Unfit):
        record(**unfit)


def test_an_object_must_be_saved_before_it_is_logged():
    with pytest.raises(log.Unfit):
        record(on=get_user_model()(username="unsaved"))


def test_every_event_of_a_request_carries_its_id_and_the_next_request_does_not():
    with log.in_request("one"):
        record()
        record()
    record()
    assert [e.request_id for e in log.events(zone=Zone.COORDINATION)] == ["", "one", "one"]


def test_a_destroyed_person_leaves_a_valid_chain_and_no_way_back(anna, bo):
    record(by=bo)
    record(by=anna, on=bo)
    checkpoints.write()
    known_as = log.events(zone=Zone.COORDINATION, by=bo).get().actor

    log.forget(by=anna, person=bo)

    assert log.people([known_as]) == {}
    assert not Person.objects.filter(subject=str(bo.pk)).exists()
    assert not log.events(zone=Zone.COORDINATION, by=bo).exists()
    assert verify.verify(Zone.COORDINATION).ok
    newest = log.events(zone=Zone.COORDINATION).first()
    assert (newest.event, newest.object_key) == (log.PERSON_FORGOTTEN, known_as)


def test_forgetting_someone_the_log_never_met_records_nothing(anna, bo):
    log.forget(by=anna, person=bo)
    assert not Event.objects.exists()


def test_a_forgotten_person_who_acts_again_is_someone_new(anna, bo):
    record(by=bo)
    log.forget(by=anna, person=bo)
    record(by=bo)
    first, *_, last = log.events(zone=Zone.COORDINATION).reverse()
    assert first.actor != last.actor
    assert verify.verify(Zone.COORDINATION).ok


def test_the_queries_of_one_append_are_few(anna, django_assert_num_queries):
    record(by=anna)
    # Savepoint and release, the person, the end of the chain, the row; PostgreSQL's lock besides.
    with django_assert_num_queries(5 + (2 if connection.vendor == "postgresql" else 0)):
        record(by=anna)


@pytest.mark.django_db(transaction=True)
def test_a_busy_log_fails_soon_instead_of_hanging_the_page(anna, monkeypatch):
    if connection.vendor == "sqlite":
        # The single writer needs no lock of ours, as long as every transaction begins as one.
        assert connection.transaction_mode == "IMMEDIATE"
        return
    monkeypatch.setattr(append_only, "LOCK_TIMEOUT_MS", 100)
    held, done = Signal(), Signal()

    def hold() -> None:
        with transaction.atomic():
            append_only.lock(connections["default"], Zone.COORDINATION)
            held.set()
            done.wait(10)
        connections.close_all()

    holder = Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        began = time.monotonic()
        with pytest.raises(log.LogBusy):
            record(by=anna)
        assert time.monotonic() - began < 5
        record(by=anna, zone=Zone.CASES)
    finally:
        done.set()
        holder.join()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_event (zone, sequence, at, event, actor, object_label, object_key,"
        " fields, facts, request_id, previous_hash, hash) SELECT 'elsewhere', 99, at, event, actor,"
        " object_label, object_key, fields, facts, request_id, previous_hash, hash"
        " FROM audit_event",
        "UPDATE audit_event SET sequence = 0",
        "UPDATE audit_event SET actor = ''",
        "UPDATE audit_event SET object_key = ''",
    ],
)
def test_the_table_refuses_rows_that_cannot_be(anna, statement):
    record(by=anna, on=anna)
    with pytest.raises(DatabaseError, match=r"(?i)check"), transaction.atomic():
        tamper(statement)
