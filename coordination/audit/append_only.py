"""What the database itself does for the log: the triggers that keep it append-only, the lock that
keeps it one chain, and the row counter. All raw SQL of the log stands here, for both engines."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core import mail
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from coordination.audit.models import Zone

TABLE = "audit_event"
LOCK_TIMEOUT_MS = 5000
"""Longer than any honest append waits; short enough that a page fails instead of hanging."""
LOCK_SPACE = 0x61756469
"""First half of the advisory lock's key, so that no other lock of the portal can be the same."""

_SQLITE = {
    "audit_event_no_update": f"""CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    "audit_event_no_delete": f"""CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    # INSERT OR REPLACE removes the old row without firing the DELETE trigger.
    "audit_event_no_replace": """CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event
 WHERE id = NEW.id OR (zone = NEW.zone AND sequence = NEW.sequence))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
}

_POSTGRESQL_TRIGGER = "audit_event_append_only"
_POSTGRESQL_BODY = "BEGIN RAISE EXCEPTION 'the audit log is append-only'; END"
# One trigger per statement covers UPDATE, DELETE, TRUNCATE, MERGE and ON CONFLICT DO UPDATE.
# ALWAYS: a plain trigger sleeps when session_replication_role is set to replica.
_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql
 AS $${_POSTGRESQL_BODY}$$;
DROP TRIGGER IF EXISTS {_POSTGRESQL_TRIGGER} ON {TABLE};
CREATE TRIGGER {_POSTGRESQL_TRIGGER} BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}
 FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse();
ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {_POSTGRESQL_TRIGGER};
"""
_POSTGRESQL_STATE = """
SELECT t.tgenabled, t.tgtype, p.proname, p.prosrc
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE t.tgrelid = to_regclass(%s) AND t.tgname = %s
"""
# Bits of pg_trigger.tgtype: before 2, delete 8, update 16, truncate 32; per row (1) is off.
_POSTGRESQL_INTACT = ("A", 2 | 8 | 16 | 32, "audit_event_refuse", _POSTGRESQL_BODY)


Guarding = Callable[[BaseDatabaseWrapper], None]
_besides: list[tuple[Guarding, Guarding]] = []


def lift_with(*, install: Guarding, remove: Guarding) -> None:
    """Guards that an app above keeps on tables of its own, to be lifted with these: a database of
    tests is emptied between tests."""
    _besides.append((install, remove))


class LogBusy(Exception):
    """The log's lock was not free within `LOCK_TIMEOUT_MS`; the change must be tried again."""


class NotATestDatabase(Exception):
    """The guards of the log can be lifted in a test database only."""


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the guards that are absent, altered or disabled in this database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [TABLE],
            )
            found = dict(cursor.fetchall())
            return [name for name, sql in _SQLITE.items() if found.get(name) != sql]
        cursor.execute(_POSTGRESQL_STATE, [TABLE, _POSTGRESQL_TRIGGER])
        return [] if cursor.fetchall() == [_POSTGRESQL_INTACT] else [_POSTGRESQL_TRIGGER]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put back every guard that is missing or altered. Does nothing when there is no log table."""
    if TABLE not in connection.introspection.table_names():
        return
    absent = missing(connection)
    with connection.cursor() as cursor:
        for name in absent:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(_SQLITE[name])
            else:
                cursor.execute(_POSTGRESQL)


def is_test_database(connection: BaseDatabaseWrapper) -> bool:
    """Whether a test runner made this database, for this process.

    Both must hold: the process runs in Django's test environment (which sets `mail.outbox`), and
    the database has a name that the test runner gives. A server or a command has neither.
    """
    name = str(connection.settings_dict["NAME"])
    named_for_tests = re.search(r"(^|/)test_[^/]*$|mode=memory|^:memory:$", name) is not None
    return hasattr(mail, "outbox") and named_for_tests


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the guards inside the block, with them after it.

    Raises `NotATestDatabase` anywhere but in a test database, so no setting, flag or command can
    open the log of an installation.
    """
    if not is_test_database(connection):
        raise NotATestDatabase("The guards of the audit log are lifted in test databases only.")
    for _put_back, take_away in _besides:
        take_away(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {_POSTGRESQL_TRIGGER} ON {TABLE}")
    try:
        yield
    finally:
        install(connection)
        for put_back, _take_away in _besides:
            put_back(connection)


def lock(connection: BaseDatabaseWrapper, zone: Zone) -> None:
    """Hold the end of the zone's chain until the transaction is over. Raises `LogBusy`.

    SQLite needs nothing: its transactions begin IMMEDIATE, so this one is the single writer.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # Ends with the transaction; the append is its last act, so it hits nothing else.
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
        try:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, list(Zone).index(zone)]
            )
        except OperationalError as error:
            raise LogBusy("The audit log is busy. Try again.") from error


def last_row_id(connection: BaseDatabaseWrapper) -> int:
    """The highest id the database ever gave to a row of the log; deleting rows leaves it as it is.

    A copy restored from an earlier day has an earlier counter, which is how the two are told apart.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [TABLE])
        else:
            cursor.execute("SELECT last_value FROM audit_event_id_seq")
        row = cursor.fetchone()
    return row[0] if row else 0
