"""Many writers at once: one chain, without forks and without gaps."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction

from coordination.audit import append_only, log, verify
from coordination.audit.models import Event, Person, Zone

WRITERS = 8
EACH = 25


@pytest.fixture
def in_threads(transactional_db, tmp_path: Path) -> Iterator[Callable]:
    """Runs calls in threads with connections of their own to one database.

    On PostgreSQL that is the test database. SQLite's is in memory, where threads share a cache and
    the locks are others than those of a file; the threads get a file with the settings in use.
    """
    before = connections.settings["default"]
    if connection.vendor == "sqlite":
        file = {**before, "NAME": str(tmp_path / "test_portal.sqlite3")}
        connections.settings["default"] = file

    def call(act: Callable, *arguments) -> list:
        def act_and_close(argument):
            try:
                return act(argument)
            finally:
                connections["default"].close()

        with ThreadPoolExecutor(WRITERS) as pool:
            return list(pool.map(act_and_close, *arguments))

    def make_tables(_) -> None:
        mine = connections["default"]
        with mine.schema_editor() as editor:
            for model in (Event, Person):
                editor.create_model(model)
        append_only.install(mine)

    if connection.vendor == "sqlite":
        call(make_tables, [None])
    yield call
    connections.settings["default"] = before


def test_writers_at_the_same_time_make_one_chain_without_forks(in_threads):
    people = [get_user_model()(pk=1000 + number) for number in range(4)]

    def write(number: int) -> None:
        for step in range(EACH):
            if step % 5 == 0:
                log.record_access(by=people[step % 4], event="cases.case.read", zone=Zone.CASES)
            elif step % 5 == 1:
                with transaction.atomic():
                    log.record(by=people[number % 4], event="forums.meeting.changed")
                    transaction.set_rollback(True)
            else:
                with transaction.atomic():
                    log.record(by=people[number % 4], event="forums.meeting.changed")

    def look(zone: Zone):
        rows = Event.objects.filter(zone=zone)
        return (
            verify.verify(zone),
            rows.count(),
            rows.values("previous_hash").distinct().count(),
            Person.objects.count(),
        )

    in_threads(write, range(WRITERS))
    coordination, cases = in_threads(look, [Zone.COORDINATION, Zone.CASES])

    kept = WRITERS * EACH // 5
    assert coordination[0].ok, coordination[0].findings
    assert cases[0].ok, cases[0].findings
    assert coordination[1:] == (3 * kept, 3 * kept, 4)
    assert cases[1:] == (kept, kept, 4)
