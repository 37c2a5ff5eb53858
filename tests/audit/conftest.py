"""What the tests of the log share: people, a log to look at, and ways to break it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from coordination.audit import append_only, chain, checkpoints, log
from coordination.audit.models import Event

# SQLite knows no roles.
collect_ignore = [] if connection.vendor == "postgresql" else ["test_database_roles.py"]


@pytest.fixture(autouse=True)
def checkpoint_dir(settings, tmp_path: Path) -> Path:
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return settings.CHECKPOINT_DIR


@pytest.fixture
def anna(db):
    return get_user_model().objects.create(username="anna.ek")


@pytest.fixture
def bo(db):
    return get_user_model().objects.create(username="bo.lund")


@pytest.fixture
def write_events(anna) -> Callable[[int], None]:
    def write(count: int) -> None:
        for number in range(count):
            with transaction.atomic():
                log.record(
                    by=anna,
                    event="forums.meeting.changed",
                    on=anna,
                    fields=["title", "day"],
                    facts={"number": number, "day": "2026-05-12", "codes": ["a", "b"]},
                )

    return write


@pytest.fixture
def a_log(write_events) -> None:
    """Twenty events, with a checkpoint after the tenth and after the last."""
    write_events(10)
    checkpoints.write()
    write_events(10)
    checkpoints.write()


def tamper(*statements: str) -> None:
    """As the owner of the database, who can drop the guards and put them back."""
    with append_only.lifted(connection), transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def shift(first: int, by: int) -> tuple[str, str]:
    """Renumber every row from `first` on, around the unique constraint."""
    return (
        f"UPDATE audit_event SET sequence = sequence + 1000 WHERE sequence >= {first}",
        f"UPDATE audit_event SET sequence = sequence - {1000 - by} WHERE sequence >= 1000",
    )


def relink(first: int, **changes) -> None:
    """Write the chain anew from row `first`, with `changes` in that row: a whole, false chain."""
    previous = (
        Event.objects.filter(zone="coordination", sequence=first - 1)
        .values_list("hash", flat=True)
        .first()
        or chain.GENESIS
    )
    with append_only.lifted(connection):
        for event in Event.objects.filter(zone="coordination", sequence__gte=first).order_by(
            "sequence"
        ):
            for name, value in changes.items():
                setattr(event, name, value)
            changes = {}
            event.previous_hash = previous
            event.hash = previous = digest_of(event)
            event.save()


def digest_of(event: Event) -> str:
    names = [field.name for field in Event._meta.fields if field.name not in {"id", "hash"}]
    return chain.digest(**{name: getattr(event, name) for name in names})
