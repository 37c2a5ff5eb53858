"""Every kind of process of an installation is killed while people write and jobs run.

The oracle is the visitors' own log of what was acknowledged to them (tests/distributed/oracle.py).
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import LONG
from tests.distributed.installation import Ground, Installation, OneMachine, until
from tests.distributed.oracle import Writers, check, settled

SEED = 20261124
KILLS = 300 if LONG else 0
"""A sample kills one of each kind."""
WRITERS = 3 if LONG else 2
ABSENT = 180 if LONG else 10
"""Seconds that people work without Redis."""
KINDS = {
    "one machine": {"web process", "web server", "worker"},
    "distributed": {
        *("web process", "web server", "worker process", "worker", "scheduler"),
        *("Redis", "PostgreSQL process", "PostgreSQL", "proxy"),
    },
}


def distributed(folder: Path) -> Installation:
    """Small, unless the numbers are full."""
    return Installation(
        folder, **({"webs": 2, "workers": 3} if LONG else {"webs": 1, "workers": 1})
    )


@contextmanager
def standing(made: Ground) -> Iterator[Ground]:
    try:
        made.install()
        made.start()
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_killed_nothing_is_lost_doubled_or_half_written(
    tmp_path: Path, kind: str
) -> None:
    made = distributed(tmp_path) if kind == "distributed" else OneMachine(tmp_path)
    with standing(made) as ground:
        killed = _kill_while_people_write(ground)
    assert set(killed) == KINDS[kind], "something was never killed"


def _kill_while_people_write(ground: Ground) -> Counter[str]:
    chance = random.Random(SEED)
    random.seed(SEED)
    writers = Writers(ground, WRITERS)
    writers.one()
    killed: Counter[str] = Counter()
    victims = list(ground.victims().items())
    wanted = max(KILLS, len(victims))
    writers.start()
    began = time.monotonic()
    try:
        while killed.total() < wanted:
            time.sleep(chance.uniform(0, 0.8))
            # Each kind in turn, so that a sample meets as many as it can.
            name, kill = victims[killed.total() % len(victims)]
            if kill():
                killed[name] += 1
            ground.tend()
            before = len(writers.log.called)
            until(
                lambda before=before: writers.progressed(before),
                f"people can write again after {name} was killed",
                120,
                ground.tend,
            )
    finally:
        writers.end()
    took = time.monotonic() - began
    until(ground.healthy, "the portal answers", tend=ground.tend)
    outcome = settled(ground)
    check(ground, writers.log, outcome)
    log = writers.log
    print(
        f"FIGURE installation killed: {killed.total()} kills in {took:.0f} s "
        f"({', '.join(f'{name} {count}' for name, count in sorted(killed.items()))}); "
        f"{len(log.planned) + len(log.called)} acknowledged writes, {log.unanswered} tries without an "
        f"answer, {sum(meeting['mails'] for meeting in outcome['meetings'])} mails: "
        "0 lost, 0 doubled, 0 half-written"
    )
    return killed


def test_without_redis_for_minutes_and_with_an_emptied_one_people_work_on(tmp_path: Path) -> None:
    """The doorbell is gone while people write and sign in, and has forgotten all when it is back."""
    with standing(distributed(tmp_path)) as ground:
        assert isinstance(ground, Installation)
        writers = Writers(ground, WRITERS)
        ground.redis.kill()
        writers.start()
        began, signed_in = time.monotonic(), 0
        try:
            while time.monotonic() - began < ABSENT:
                made = ground.made
                answer = ground.visitor().sign_in(made["reader"], made["password"])
                assert answer.status == 302, f"signing in without Redis answered {answer.status}"
                signed_in += 1
                time.sleep(1)
        finally:
            writers.end()
        log = writers.log
        assert len(log.called) > 1
        assert (log.unanswered, log.refused) == (0, []), "somebody was shown an error"
        ground.redis.start()
        ground.redis.empty()
        # Not settled by hand: whoever waits for the portal waits no longer than this.
        outcome = until(
            lambda: (found := ground.stage("outcome")) and found["open_jobs"] == 0 and found,
            "every job done after Redis came back",
            120 + ABSENT,
            ground.tend,
        )
        check(ground, log, outcome)
        print(
            f"FIGURE Redis absent {ABSENT} s, then emptied: {len(log.planned) + len(log.called)} "
            f"writes and {signed_in} sign-ins acknowledged, 0 errors shown, "
            f"{sum(meeting['mails'] for meeting in outcome['meetings'])} mails, 0 jobs lost"
        )
