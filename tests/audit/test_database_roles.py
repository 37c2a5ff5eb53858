"""Tampering as those whom the database knows: the role the portal runs as, and the owner of the
tables. Each way is refused, or found and named.

The roles are made as `deploy/postgres-roles.sh` makes them, inside the test's transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from coordination.audit import chain, verify
from coordination.audit.models import Event, Zone
from coordination.audit.verify import Fault
from tests.audit.conftest import digest_of, shift

pytestmark = pytest.mark.django_db

OWNER, RUNTIME = "portal_owner_here", "portal_runtime_here"
OPEN = "ALTER TABLE audit_event DISABLE TRIGGER USER"
SHUT = "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only"


@pytest.fixture
def roles(a_log) -> None:
    """Twenty events with two checkpoints, in tables that belong to the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE ROLE {OWNER}; CREATE ROLE {RUNTIME};
            GRANT USAGE, CREATE ON SCHEMA public TO {OWNER};
            GRANT USAGE ON SCHEMA public TO {RUNTIME};
            ALTER TABLE audit_event OWNER TO {OWNER};
            ALTER TABLE audit_person OWNER TO {OWNER};
            ALTER FUNCTION audit_event_refuse OWNER TO {OWNER};
            GRANT SELECT, INSERT, UPDATE, DELETE ON audit_event, audit_person TO {RUNTIME};
            GRANT USAGE, SELECT ON SEQUENCE audit_event_id_seq TO {RUNTIME};
            """
        )


@contextmanager
def acting_as(role: str) -> Iterator[Callable[[str], None]]:
    """Statements inside are carried out with what this role may do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield cursor.execute
        cursor.execute("RESET ROLE")


def carry_out(statements: list[str], role: str) -> None:
    with acting_as(role) as run:
        for statement in statements:
            run(statement)


def at(sequence: int) -> str:
    return f"WHERE zone = 'coordination' AND sequence = {sequence}"


COLUMNS = [field.name for field in Event._meta.fields if field.name not in {"id", "sequence"}]


def copied(sequence: int, to: int, **other: str) -> str:
    values = ", ".join(f"'{other[name]}'" if name in other else name for name in COLUMNS)
    names = ", ".join(COLUMNS)
    return (
        f"INSERT INTO audit_event (sequence, {names}) SELECT {to}, {values} FROM audit_event"
        f" {at(sequence)}"
    )


def inserted() -> list[str]:
    """A false row after the seventh, with a hash to match and linked to the row before."""
    false = Event.objects.get(zone="coordination", sequence=7)
    false.previous_hash, false.sequence, false.event = false.hash, 8, "x.y"
    other = {"event": "x.y", "previous_hash": false.previous_hash, "hash": digest_of(false)}
    return [*shift(8, 1), copied(7, 8, **other)]


def rewritten() -> list[str]:
    """The whole chain anew, with another first row."""
    previous, statements = chain.GENESIS, []
    for event in Event.objects.filter(zone="coordination").order_by("sequence"):
        event.event = "x.y" if event.sequence == 1 else event.event
        event.previous_hash = previous
        previous = digest_of(event)
        statements.append(
            f"UPDATE audit_event SET event = '{event.event}', hash = '{previous}',"
            f" previous_hash = '{event.previous_hash}' {at(event.sequence)}"
        )
    return statements


def older() -> list[str]:
    """The rows and the row counter as they stood after the tenth."""
    tenth = Event.objects.get(zone="coordination", sequence=10).pk
    return [
        "DELETE FROM audit_event WHERE sequence > 10",
        f"SELECT setval('audit_event_id_seq', {tenth})",
    ]


def just(*statements: str) -> Callable[[], list[str]]:
    return lambda: list(statements)


WAYS = {
    "update": (just(f"UPDATE audit_event SET event = 'x.y' {at(7)}"), (Fault.CHANGED, 7)),
    "delete one": (just(f"DELETE FROM audit_event {at(7)}"), (Fault.MISSING, 7)),
    "delete the last": (
        just("DELETE FROM audit_event WHERE sequence > 15"),
        (Fault.TRUNCATED, 16),
    ),
    "insert": (inserted, (Fault.INSERTED, 8)),
    "reorder": (
        just(
            f"UPDATE audit_event SET sequence = 1005 {at(9)}",
            "UPDATE audit_event SET sequence = sequence + 2001 WHERE sequence BETWEEN 5 AND 8",
            "UPDATE audit_event SET sequence = sequence - 2000 WHERE sequence > 2000",
            "UPDATE audit_event SET sequence = 5 WHERE sequence = 1005",
        ),
        (Fault.REORDERED, 5),
    ),
    "swap": (
        just(
            f"UPDATE audit_event SET sequence = 1000 {at(7)}",
            f"UPDATE audit_event SET sequence = 7 {at(12)}",
            f"UPDATE audit_event SET sequence = 12 {at(1000)}",
        ),
        (Fault.REORDERED, 7),
    ),
    "truncate": (just("TRUNCATE audit_event"), (Fault.TRUNCATED, 1)),
    "rewritten chain": (rewritten, (Fault.REWRITTEN, 1)),
    "older backup": (older, (Fault.OLDER_COPY, 11)),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_role_of_the_portal_is_refused(roles, way):
    make, _found = WAYS[way]
    statements = make()
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"):
        carry_out(statements, RUNTIME)
    assert verify.verify(Zone.COORDINATION).ok


@pytest.mark.parametrize("way", WAYS)
def test_the_owner_who_leaves_the_guard_is_refused(roles, way):
    make, _found = WAYS[way]
    statements = make()
    with pytest.raises(DatabaseError, match="append-only"):
        carry_out(statements, OWNER)
    assert verify.verify(Zone.COORDINATION).ok


@pytest.mark.parametrize("way", WAYS)
def test_the_owner_who_lifts_the_guard_and_puts_it_back_is_found(roles, way):
    make, found = WAYS[way]
    carry_out([OPEN, *make(), SHUT], OWNER)
    [finding, *_others] = verify.verify(Zone.COORDINATION).findings
    assert (finding.fault, finding.row) == found


@pytest.mark.parametrize(
    "statement",
    [
        OPEN,
        "DROP TRIGGER audit_event_append_only ON audit_event",
        "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN RETURN NEW; END$$",
    ],
)
def test_a_guard_is_lifted_by_the_owner_alone_and_that_is_found(roles, statement):
    with pytest.raises(DatabaseError), acting_as(RUNTIME) as run:
        run(statement)
    assert verify.verify(Zone.COORDINATION).ok
    with acting_as(OWNER) as run:
        run(statement)
    assert [one.fault for one in verify.verify(Zone.COORDINATION).findings] == [Fault.UNGUARDED]


@pytest.mark.parametrize("role", [OWNER, RUNTIME])
def test_neither_role_puts_the_guards_to_sleep_for_a_while(roles, role):
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(role) as run:
        run("SET LOCAL session_replication_role = replica")


@pytest.mark.parametrize("role", [OWNER, RUNTIME])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_person SET subject = '4711'",
        "UPDATE audit_person SET salt = repeat('a', 64)",
        "DELETE FROM audit_person",
    ],
)
def test_the_names_behind_the_log_are_not_exchanged_or_removed_unseen(roles, role, statement):
    with acting_as(role) as run:
        run(statement)
    assert {one.fault for one in verify.verify(Zone.COORDINATION).findings} == {Fault.PERSON}


def test_the_row_counter_is_set_back_by_the_owner_alone_and_that_is_found(roles):
    statement = "SELECT setval('audit_event_id_seq', 1)"
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(RUNTIME) as run:
        run(statement)
    with acting_as(OWNER) as run:
        run(statement)
    assert [one.fault for one in verify.verify(Zone.COORDINATION).findings] == [Fault.COUNTER]


def test_a_row_the_portal_adds_past_the_end_is_found(roles):
    with acting_as(RUNTIME) as run:
        run(copied(20, 30))
    [finding] = verify.verify(Zone.COORDINATION).findings
    assert (finding.fault, finding.row) == (Fault.MISSING, 21)
