"""What the database itself does for minutes: triggers that refuse to change what was adjusted, and the
content of every version. The rules stand in `entries.hold`; this is the wire behind them.

The log has its own guards (`coordination.audit.append_only`), made in the same way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from coordination.audit.append_only import NotATestDatabase, is_test_database

MESSAGE = "the minutes are locked: append a correction instead"
REFUSAL = DatabaseError
"""What the engines raise for it, each a class of its own below this one."""


@dataclass(frozen=True)
class Guard:
    """A table whose rows are fixed once their meeting is locked.

    `meeting` finds the meeting of a row, written with {row}; `columns` are those that are fixed. No
    row is removed or added either.
    """

    table: str
    meeting: str
    columns: tuple[str, ...]

    def locked(self, row: str) -> str:
        meeting = self.meeting.format(row=row)
        return f"(SELECT state FROM forums_meeting WHERE id = {meeting}) = 'locked'"  # noqa: S608


_BY_SENDING = "(SELECT meeting_id FROM forums_sending WHERE id = {row}.sending_id)"

GUARDS = (
    Guard(
        "forums_agendaitem",
        "{row}.meeting_id",
        (
            "meeting_id",
            "position",
            "title",
            "kind",
            "presenter",
            "notes",
            "outcome",
            "is_follow_up",
        ),
    ),
    Guard(
        "forums_decision",
        "(SELECT meeting_id FROM forums_agendaitem WHERE id = {row}.item_id)",
        ("item_id", "number", "text", "report_to_management", "decided_by_id", "decided_at"),
    ),
    Guard(
        "forums_action",
        "{row}.meeting_id",
        ("forum_id", "meeting_id", "item_id", "text", "created_by_id", "created_at"),
    ),
    Guard(
        "forums_actionchange",
        "{row}.meeting_id",
        ("action_id", "meeting_id", "kind", "old_due", "new_due", "reason", "by_id", "at"),
    ),
    Guard("forums_carriedaction", "{row}.meeting_id", ("meeting_id", "action_id", "due_then")),
    Guard(
        "forums_participation",
        "{row}.meeting_id",
        (
            "meeting_id",
            "seat_id",
            "user_id",
            "name",
            "organisation_id",
            "function",
            "attendance",
            "substitute_name",
            "substitute_organisation_id",
            "is_guest",
        ),
    ),
    Guard(
        "forums_document",
        "{row}.meeting_id",
        (
            "meeting_id",
            "item_id",
            "number",
            "title",
            "original_name",
            "kind",
            "file",
            "size",
            "sha256",
            "added_by_id",
            "added_at",
            "removed_by_id",
            "removed_at",
        ),
    ),
    Guard(
        "forums_sending",
        "{row}.meeting_id",
        (
            "meeting_id",
            "version_id",
            "sha256",
            "due",
            "state",
            "sent_by_id",
            "sent_at",
            "ended_by_id",
            "ended_at",
        ),
    ),
    Guard(
        "forums_adjuster",
        _BY_SENDING,
        ("sending_id", "user_id", "seat_id", "is_chair", "adjusted_at", "adjusted_sha256"),
    ),
    Guard(
        "forums_changerequest",
        _BY_SENDING,
        (
            "sending_id",
            "item_id",
            "text",
            "asked_by_id",
            "asked_at",
            "settled_by_id",
            "settled_at",
        ),
    ),
)
"""What the minutes say, and how they were adjusted. What becomes of an action afterwards, its day and
its owners, goes on."""

FIXED = {
    "forums_minutesversion": ("meeting_id", "number", "content", "sha256", "made_by_id", "made_at"),
    "forums_correction": ("meeting_id", "version_id", "number", "text", "made_by_id", "made_at"),
}
"""Never changed once they are there, whatever the meeting's state; a PDF may be printed anew."""
MEETING = (
    "state",
    "forum_id",
    "starts_at",
    "ends_at",
    "place",
    "started_by_id",
    "started_at",
    "finished_by_id",
    "finished_at",
    "sent_by_id",
    "sent_at",
    "locked_by_id",
    "locked_at",
)


def _rules() -> Iterator[tuple[str, str, str, str]]:
    """Each trigger as its table, its name, what it fires on and when it refuses; NEW and OLD are rows,
    and `<>!` stands for "differs, also from nothing"."""
    for guard in GUARDS:
        name = f"{guard.table}_locked"
        differs = " OR ".join(f"NEW.{one} <>! OLD.{one}" for one in guard.columns)
        either = f"({guard.locked('OLD')} OR {guard.locked('NEW')})"
        yield guard.table, f"{name}_update", "UPDATE", f"({differs}) AND {either}"
        yield guard.table, f"{name}_delete", "DELETE", guard.locked("OLD")
        yield guard.table, f"{name}_insert", "INSERT", guard.locked("NEW")
    for table, columns in FIXED.items():
        differs = " OR ".join(f"NEW.{one} <>! OLD.{one}" for one in columns)
        yield table, f"{table}_fixed_update", "UPDATE", differs
        yield table, f"{table}_fixed_delete", "DELETE", "1 = 1"
    differs = " OR ".join(f"NEW.{one} <>! OLD.{one}" for one in MEETING)
    locked = f"OLD.state = 'locked' AND ({differs})"
    yield "forums_meeting", "forums_meeting_locked_update", "UPDATE", locked
    yield "forums_meeting", "forums_meeting_locked_delete", "DELETE", "OLD.state = 'locked'"


def _sqlite() -> dict[str, tuple[str, str]]:
    """By name, the table and the statement."""
    return {
        name: (
            table,
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when.replace('<>!', 'IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        )
        for table, name, event, when in _rules()
    }


def _postgresql() -> dict[str, tuple[str, str]]:
    # A WHEN with a query is not allowed there, so the function asks: its body is the condition.
    return {
        name: (
            table,
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {when.replace('<>!', 'IS DISTINCT FROM')} THEN RAISE EXCEPTION '{MESSAGE}'; END IF;"
            f" RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$;"
            f" DROP TRIGGER IF EXISTS {name} ON {table};"
            f" CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}();"
            f" ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        )
        for table, name, event, when in _rules()
    }


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the guards that are absent, altered or disabled in this database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = dict(cursor.fetchall())
            return [name for name, (_table, sql) in _sqlite().items() if found.get(name) != sql]
        cursor.execute(
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgenabled = 'A'"
        )
        kept = dict(cursor.fetchall())
        return [
            name
            for name, (_table, sql) in _postgresql().items()
            if kept.get(name) is None or kept[name] not in sql
        ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put back every guard that is missing or altered. Does nothing before the tables are there."""
    if not {table for table, *_rest in _rules()} <= set(connection.introspection.table_names()):
        return
    rules = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for name in missing(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(rules[name][1])


def make_way(connection: BaseDatabaseWrapper) -> None:
    """Take the guards away before migrations run on SQLite; `install` puts them back after the last.

    SQLite alters a table by making it anew under another name, and refuses to while a trigger looks
    at a table that is not there for that moment.
    """
    if connection.vendor == "sqlite":
        _drop(connection)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the guards away. Raises `NotATestDatabase` anywhere but in a test database."""
    if not is_test_database(connection):
        raise NotATestDatabase("The guards of minutes are lifted in test databases only.")
    _drop(connection)


def _drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table, name, *_rest in _rules():
            on = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the guards inside the block, with them after it; in a test database only."""
    _settle(connection)
    remove(connection)
    try:
        yield
    finally:
        _settle(connection)
        install(connection)


def _settle(connection: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL make the checks it has put off: it alters no table that still waits for one."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
