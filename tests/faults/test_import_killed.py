"""A long list of actors: read within bounds, nothing of it half in the register, and nobody waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.db.utils import load_backend

from coordination.actors import importing, organisations
from coordination.actors.models import ActorImport, ContactFunction, District, Organisation
from tests import LONG
from tests.actors.lists import long_xlsx, many
from tests.faults.app import IMPORT_STEPS
from tests.faults.conftest import Place
from tests.faults.workers import Worker, until, worker

ROWS, FAULTY = (20_000, 500) if LONG else (400, 10)
PATIENCE = 900 if LONG else 90
LONGEST_WAIT = 2.0
"""Seconds that somebody else's writing may wait."""
MOST_MEMORY = 100
"""MB that a worker may grow by, from its start to the end of the list."""


@pytest.fixture(autouse=True)
def unscanned(settings: Any) -> None:
    settings.UPLOADS_UNSCANNED = True


def handed_in(place: Place, mark: str) -> ActorImport:
    for name in ("Vivalla", "Oxhagen", "Varberga"):
        if not District.objects.filter(name=name).exists():
            organisations.add_district(by=None, name=name, city_part="Väster")
    content = long_xlsx(many(ROWS, FAULTY, mark))
    with importing.checked_file(content, "lista.xlsx") as (kind, file):
        return importing.hand_in(by=place.user, kind=kind, file=file, language="sv")


def in_register(mark: str) -> tuple[int, int, int]:
    """How many actors of the list, their contacts and their districts there are."""
    actors = Organisation.objects.filter(name__startswith=mark)
    links = Organisation.districts.through.objects.filter(organisation__in=actors.values("pk"))
    contacts = ContactFunction.objects.filter(organisation__in=actors.values("pk"))
    return actors.count(), contacts.count(), links.count()


def waited_for(made: ActorImport, state: str, tended: Worker, look: Callable[[], None]) -> None:
    def done() -> bool:
        tended.tend()
        look()
        made.refresh_from_db()
        return made.state == state

    until(done, PATIENCE, f"the list {state}", pause=0.2)


def test_a_list_whose_worker_is_killed_at_each_step_is_in_the_register_whole(place: Place) -> None:
    mark = f"{place.data.name} "
    (place.data / "imports-die").touch()
    made = handed_in(place, mark)
    seen: set[tuple[int, int, int]] = set()

    def look() -> None:
        with transaction.atomic():
            seen.add(in_register(mark))

    with worker(place.env) as running:
        waited_for(made, "ready", running, look)
        assert seen == {(0, 0, 0)}
        assert (made.added, made.refused) == (ROWS - FAULTY, FAULTY)
        assert made.rows.count() == ROWS
        importing.apply(by=place.user, of=made)
        waited_for(made, "applied", running, look)
        whole = in_register(mark)
        seen.add(whole)
        assert whole[:2] == (ROWS - FAULTY, ROWS - FAULTY)
        assert seen == {(0, 0, 0), whole}, "part of the list was seen in the register"
        (place.data / "imports-die").unlink()
        importing.undo(by=place.user, of=made)
        waited_for(made, "undone", running, look)
    assert in_register(mark) == (0, 0, 0)
    assert place.deaths() == len(IMPORT_STEPS)
    print(
        f"FIGURE list of {ROWS} rows, {FAULTY} faulty: killed at {place.deaths()} steps,"
        " read in whole, undone whole"
    )


class Writing(threading.Thread):
    """Somebody else, who writes all the time and notes how long each writing took."""

    def __init__(self, user: Any) -> None:
        super().__init__(daemon=True)
        self.user, self.over, self.waits = user, threading.Event(), [0.0]
        self.database = connections["default"].settings_dict

    def run(self) -> None:
        # A thread would connect to the database of the other tests by itself.
        engine = load_backend(self.database["ENGINE"])
        connections["default"] = engine.DatabaseWrapper(self.database, "default")
        rows = get_user_model().objects.filter(pk=self.user.pk)
        while not self.over.is_set():
            begun = time.monotonic()
            with transaction.atomic():
                rows.update(first_name=str(begun))
            self.waits.append(time.monotonic() - begun)
            time.sleep(0.02)
        connections["default"].close()


@contextmanager
def writing(user: Any) -> Iterator[Writing]:
    somebody = Writing(user)
    somebody.start()
    try:
        yield somebody
    finally:
        somebody.over.set()
        somebody.join(30)


def memory(pid: int, what: str) -> int:
    """MB that the process has, or has had at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(what))


def test_a_long_list_takes_little_memory_and_nobody_else_waits_for_it(place: Place) -> None:
    mark = f"{place.data.name} lång "
    made = handed_in(place, mark)
    began = time.monotonic()
    with worker(place.env) as running, writing(place.user) as somebody:
        assert running.main is not None
        before = memory(running.main.pid, "VmRSS")
        waited_for(made, "ready", running, lambda: None)
        checked = time.monotonic() - began
        importing.apply(by=place.user, of=made)
        waited_for(made, "applied", running, lambda: None)
        grown = memory(running.main.pid, "VmHWM") - before
    assert in_register(mark)[0] == ROWS - FAULTY
    longest = max(somebody.waits)
    print(
        f"FIGURE list of {ROWS} rows, {FAULTY} faulty: checked in {checked:.0f} s, the worker grew by"
        f" {grown} MB, {len(somebody.waits)} writings meanwhile waited at most {longest:.2f} s"
    )
    assert len(somebody.waits) > 20
    assert longest < LONGEST_WAIT
    assert grown < MOST_MEMORY
