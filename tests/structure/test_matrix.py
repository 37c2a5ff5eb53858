"""Everyone at every page: what is answered is what tests/access_matrix.csv says, written by hand."""

from collections.abc import Iterable
from dataclasses import replace
from zlib import crc32

import pytest
from django.conf import settings
from django.db import connection

from coordination.jobs import queue
from coordination.jobs.models import Job
from tests import LONG
from tests.conftest import WatchfulClient
from tests.structure import former, matrix
from tests.structure.module_world import undone
from tests.structure.pages import Samples, pages

pytestmark = pytest.mark.django_db

TABLE = matrix.rows()
CELLS = 21_000 if connection.vendor == "sqlite" else 5_000
"""So many cells are asked for about, always the same, and all of them in the long run: the matrix grows
with the portal, and what is answered hangs on no engine."""
LEAST = 20_000


@pytest.fixture(scope="module")
def samples(world, logged) -> Samples:
    """The world with its PDFs made, so that there is something to download; those who could once, and
    what was there once."""
    for job in Job.objects.filter(kind="forums.minutes_pdf"):
        assert queue.run(job.pk), Job.objects.get(pk=job.pk).last_error
    former.add_people(world)
    return Samples(world, logged, former.gone(world))


@pytest.fixture(scope="module")
def cast(samples) -> list[str]:
    """Everyone who can sign in: the cast, and two whose time is over."""
    return [*samples.world.people, matrix.EXPIRED, matrix.REVOKED]


@pytest.fixture(scope="module")
def clients(samples, cast) -> dict[str, WatchfulClient]:
    """Everyone signed in, one of them until the account was closed, and one client that is nobody."""
    usernames = [*cast, matrix.CLOSED, matrix.NOBODY]
    signed_in = {name: WatchfulClient(samples.world, name) for name in usernames}
    former.close(samples.world)
    return signed_in


@pytest.fixture(scope="module")
def cells_in_all(samples, cast) -> int:
    return sum(
        len(list(matrix.decided(TABLE, page, method, target, cast)))
        for page, parameters in pages().items()
        for method in matrix.METHODS
        for target in samples.targets(parameters, page)
    )


@pytest.fixture(scope="module")
def share(cells_in_all) -> float:
    """How much of the matrix is asked for."""
    return 1 if LONG else min(1, CELLS / cells_in_all)


def answer(client: WatchfulClient, method: str, address: str) -> int:
    """The status of one request. What it changes is taken back, signing out too."""
    if method == "GET":
        return client.get(address).status_code
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    key = session.value if session else ""
    with undone():
        status = client.post(address).status_code
    client.cookies.clear()
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return status


def cells_of(names: Iterable[str]) -> set[tuple[str, str]]:
    return {(page, method) for page in names for method in matrix.METHODS}


def rows_missing(names: Iterable[str], table: list[matrix.Row]) -> set[tuple[str, str]]:
    return cells_of(names) - {(row.page, row.method) for row in table}


def rows_stale(names: Iterable[str], table: list[matrix.Row]) -> set[tuple[str, str]]:
    return {(row.page, row.method) for row in table} - cells_of(names)


def test_every_page_and_method_has_rows_and_no_row_is_stale():
    assert rows_missing(pages(), TABLE) == set(), "write rows for these"
    assert rows_stale(pages(), TABLE) == set(), "these pages are gone: take their rows out"


def test_every_row_decides_something(samples, cast):
    used = set()
    for page, parameters in pages().items():
        for method in matrix.METHODS:
            for target in samples.targets(parameters, page):
                for _cell, row in matrix.decided(TABLE, page, method, target, cast):
                    used.add((row.line, target))
    unused = {(row.line, target) for row in TABLE for target in row.targets} - used
    assert unused == set()


def asked(
    name: str,
    table: list[matrix.Row],
    samples: Samples,
    cast: list[str],
    clients: dict[str, WatchfulClient],
    share: float = 1,
) -> tuple[int, list[str]]:
    """How many cells a page has, and each answer that the table does not give; that share of the
    cells is asked for."""
    wrong, cells = [], 0
    parameters = pages()[name]
    for target in samples.targets(parameters, name):
        address = samples.address(name, parameters, target)
        for method in matrix.METHODS:
            for cell, row in matrix.decided(table, name, method, target, cast):
                cells += 1
                if crc32(str(cell).encode()) >= share * 2**32:
                    continue
                status = answer(clients[cell.username], method, address)
                if not row.accepts(status):
                    wrong.append(f"{cell}: {status}, line {row.line} says {row.status}")
    return cells, wrong


@pytest.mark.parametrize("name", list(pages()))
def test_everyone_gets_the_answer_that_the_matrix_gives(samples, cast, clients, share, name):
    cells, wrong = asked(name, TABLE, samples, cast, clients, share)
    assert wrong == []
    assert cells >= 2 * len(clients)


def test_a_wrong_row_is_found(samples, cast, clients):
    """Told that the page about people does not exist for administrators, it finds that it does."""
    row = next(
        one for one in TABLE if (one.page, one.method, one.status) == ("people", "GET", "200")
    )
    others = [one for one in TABLE if one.page == "people" and one is not row]
    wrong_row = replace(row, status="404")
    _cells, wrong = asked("people", [wrong_row, *others], samples, cast, clients)
    assert sorted(wrong) == [
        f"GET people of - as {username}: 200, line {row.line} says 404"
        for username in ("stina.alm", "viktor.ros")
    ]


def test_a_page_without_a_row_and_a_row_without_a_page_are_found():
    assert rows_missing([*pages(), "new_page"], TABLE) == {
        ("new_page", "GET"),
        ("new_page", "POST"),
    }
    assert rows_stale(set(pages()) - {"people"}, TABLE) == {("people", "GET"), ("people", "POST")}


def test_the_matrix_is_large_enough_to_mean_something(cells_in_all, share, capsys):
    with capsys.disabled():
        print(
            f"\nFIGURE access matrix: {cells_in_all} cells, {len(pages())} pages, "
            f"{share:.0%} of them asked for"
        )
    assert cells_in_all >= LEAST
