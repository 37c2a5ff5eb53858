"""The guards: in place after every migration, for everyone, and liftable in test databases only."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from coordination.audit import append_only, log
from coordination.audit.models import Event, Zone

pytestmark = pytest.mark.django_db

REPLACE = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
        "REPLACE INTO audit_event (zone, sequence, at, event, actor, object_label, object_key,"
        " fields, facts, request_id, previous_hash, hash) SELECT zone, sequence, at, 'x.y', actor,"
        " object_label, object_key, fields, facts, request_id, previous_hash, hash"
        " FROM audit_event",
        "INSERT INTO audit_event SELECT * FROM audit_event WHERE true"
        " ON CONFLICT (id) DO UPDATE SET event = 'x.y'",
    ],
    "postgresql": [
        "INSERT INTO audit_event SELECT * FROM audit_event"
        " ON CONFLICT (id) DO UPDATE SET event = 'x.y'",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event CASCADE",
        "SET LOCAL session_replication_role = replica; DELETE FROM audit_event",
    ],
}


def test_no_row_can_be_changed_removed_or_replaced(a_log):
    before = list(Event.objects.order_by("id").values())
    for statement in [
        "UPDATE audit_event SET event = 'x.y' WHERE sequence = 7",
        "DELETE FROM audit_event WHERE sequence = 7",
        "DELETE FROM audit_event",
        *REPLACE[connection.vendor],
    ]:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert list(Event.objects.order_by("id").values()) == before


def test_the_guards_are_there_after_migrating():
    assert append_only.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_the_guards_come_back_with_the_migration_that_rebuilt_the_table():
    old = Event._meta.get_field("request_id")
    new = models.CharField(max_length=40, blank=True)
    new.set_attributes_from_name("request_id")
    new.model = Event
    with connection.schema_editor() as editor:
        editor.alter_field(Event, old, new)
    # The trap this guards against: SQLite rebuilds the table, and its triggers are gone.
    assert bool(append_only.missing(connection)) == (connection.vendor == "sqlite")
    with connection.schema_editor() as editor:
        editor.alter_field(Event, new, old)
    call_command("migrate", "audit", verbosity=0)
    assert append_only.missing(connection) == []


def test_a_guard_with_the_right_name_that_does_nothing_is_found():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_event_no_update")
            cursor.execute(
                "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event"
                " BEGIN SELECT 1; END"
            )
        else:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger"
                " LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
            )
    assert len(append_only.missing(connection)) == 1
    append_only.install(connection)
    assert append_only.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_test_database_can_be_emptied_between_tests_and_is_guarded_again(anna):
    with transaction.atomic():
        log.record(by=anna, event="forums.meeting.finished")
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    assert not log.events(zone=Zone.COORDINATION).exists()
    assert append_only.missing(connection) == []


@pytest.mark.parametrize("name", ["/srv/portal/var/portal.sqlite3", "portal", "contest_portal"])
def test_the_guards_of_an_installation_cannot_be_lifted(name):
    installation = connection.copy()
    installation.settings_dict["NAME"] = name
    with pytest.raises(append_only.NotATestDatabase), append_only.lifted(installation):
        pass


def test_a_process_that_runs_no_tests_can_neither_lift_the_guards_nor_flush(monkeypatch):
    monkeypatch.delattr(mail, "outbox")
    with pytest.raises(append_only.NotATestDatabase), append_only.lifted(connection):
        pass
    with pytest.raises(CommandError, match="audit log"):
        call_command("flush", verbosity=0, interactive=False)
    assert append_only.missing(connection) == []
