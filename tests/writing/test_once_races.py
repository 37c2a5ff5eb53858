"""The same form twice at the same moment: one act, and both senders led to its outcome."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import RequestFactory

from coordination.actors.models import CityPart
from coordination.writing.models import Submission
from coordination.writing.once import once

ROUNDS = 10
SENDERS = 4


@pytest.fixture
def in_threads(transactional_db, tmp_path: Path) -> Iterator[Callable]:
    """Runs a call in threads with connections of their own: to the test database of PostgreSQL, or
    to a file with the settings in use, because SQLite's test database is in memory, where the locks
    are others."""
    before = connections.settings["default"]
    if connection.vendor == "sqlite":
        connections.settings["default"] = {**before, "NAME": str(tmp_path / "portal.sqlite3")}

    def call(act: Callable, arguments) -> list:
        def act_and_close(argument):
            try:
                return act(argument)
            finally:
                connections["default"].close()

        with ThreadPoolExecutor(SENDERS) as pool:
            return list(pool.map(act_and_close, arguments))

    def make_tables(_) -> None:
        with connections["default"].schema_editor() as editor:
            for model in (get_user_model(), CityPart, Submission):
                editor.create_model(model)

    if connection.vendor == "sqlite":
        call(make_tables, [None])
    yield call
    connections.settings["default"] = before


def test_the_same_form_from_several_tabs_at_the_same_moment_is_one_act(in_threads):
    def sender(_) -> object:
        return get_user_model().objects.create(username="anna.ek")

    (anna,) = in_threads(sender, [None])
    for number in range(ROUNDS):
        key, together = str(uuid.uuid4()), threading.Barrier(SENDERS)
        done: list[int] = []

        def act(number: int = number, done: list[int] = done) -> str:
            done.append(1)
            CityPart.objects.create(name=f"Del {number}.{len(done)}")
            return f"/del/{number}/{len(done)}/"

        def send(_, key: str = key, together: threading.Barrier = together, act=act) -> str:
            request = RequestFactory().post("/", {"_once": key})
            request.user = anna
            together.wait(timeout=20)
            return once(request, act)

        outcomes = in_threads(send, range(SENDERS))
        assert len(set(outcomes)) == 1, "they were led to different places"

    def count(_) -> tuple[int, int]:
        return CityPart.objects.count(), Submission.objects.count()

    assert in_threads(count, [None]) == [(ROUNDS, ROUNDS)]
