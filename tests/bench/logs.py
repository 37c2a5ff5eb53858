"""The audit log: how many events a second it takes, and how many rows a second it verifies."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from coordination.access.models import User
from coordination.audit import log, verify
from coordination.audit.models import Zone
from tests.bench import load
from tests.bench.figures import Figure

ROWS_A_SECOND = 50_000
WRITERS = 8


def _appended(who: User, events: int, writers: int) -> float:
    """Events a second, so many written by each of so many threads with a connection of its own."""

    def write() -> None:
        try:
            for number in range(events // writers):
                log.record_access(
                    by=who, event="bench.read", facts={"page": number}, zone=Zone.COORDINATION
                )
        finally:
            connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(writers) as threads:
        for done in [threads.submit(write) for _ in range(writers)]:
            done.result()
    return events / (time.perf_counter() - began)


def measure(appends: int, rows: int) -> None:
    who = User.objects.first()
    for writers, told in ((1, "one writer"), (WRITERS, f"{WRITERS} writers at once")):
        Figure(
            "Log",
            f"appends, {told}",
            f"{_appended(who, appends, writers):.0f} a second",
            f"{appends} events, each a transaction on disk",
        ).say()
    load.events(rows)
    began = time.perf_counter()
    verdict = verify.verify(Zone.CASES)
    speed = verdict.rows / (time.perf_counter() - began)
    assert verdict.ok
    assert verdict.rows >= rows
    Figure(
        "Log",
        "verification",
        f"{speed:,.0f} rows a second".replace(",", " "),
        f"{verdict.rows} rows",
        f"≥ {ROWS_A_SECOND:,} rows a second".replace(",", " "),
        speed >= ROWS_A_SECOND,
        "verify in two processes, each half of the chain",
    ).say()
