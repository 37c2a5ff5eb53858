"""Starts real Celery workers as processes of their own, and kills them the way machines do."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_PATIENCE = 60
"""Seconds for a worker to be ready on a busy machine with two cores."""


PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Worker:
    """One worker with its scheduler, in a process group of its own."""

    def __init__(self, env: dict[str, str], *, processes: int = 0) -> None:
        self.env = env
        self.processes = processes
        """Of its pool; 0 means the solo pool of one machine."""
        self.main: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self, *, wait: bool = True) -> None:
        """Start the worker, and wait until it takes work."""
        pool = ["--pool", "prefork", "--concurrency", str(self.processes)]
        ready = Path(self.env["PORTAL_DATA_DIR"]) / f"worker-{random.getrandbits(64):x}.log"
        with ready.open("wb") as log:
            self.main = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "coordination", "worker"),
                    *(pool if self.processes else ["--pool", "solo"]),
                    *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
                    *("--hostname", f"{ready.stem}@test"),
                ],
                cwd=ROOT,
                env={**self.env, "PORTAL_EMBED_BEAT": "1", "PYTHONWARNINGS": "ignore"},
                stdout=log,
                stderr=log,
                start_new_session=True,
                # Also when the test run itself is killed.
                preexec_fn=_die_with_parent,
            )
        self.log = ready
        if wait:
            until(lambda: b"ready." in ready.read_bytes(), START_PATIENCE, f"see {ready}")

    def children(self) -> list[int]:
        assert self.main is not None
        listed = Path(f"/proc/{self.main.pid}/task/{self.main.pid}/children")
        return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []

    def kill_one(self) -> None:
        """SIGKILL to a process that carries out jobs: one of the pool, or a solo worker itself.

        A solo worker is started again, as its launcher would.
        """
        if not self.processes:
            self.kill()
            self.start(wait=False)
            return
        found = until(self.children, START_PATIENCE, f"a pool process, see {self.log}")
        try:
            os.kill(random.choice(found), signal.SIGKILL)
        except ProcessLookupError:
            return  # It had just died of an earlier kill.
        self.kills += 1

    def kill(self) -> None:
        """SIGKILL to the worker and everything it started."""
        if self.main is None:
            return
        try:
            os.killpg(self.main.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # It died before, which is what the tests are about.
        self.main.wait()
        self.main = None
        self.kills += 1

    def tend(self) -> None:
        """Start it again when it died, as its launcher does."""
        if not self.alive():
            self.kill()
            self.start(wait=False)

    def alive(self) -> bool:
        return self.main is not None and self.main.poll() is None


@contextmanager
def worker(env: dict[str, str], *, processes: int = 0, wait: bool = True) -> Iterator[Worker]:
    """A running worker; its whole process group is killed at the end, whatever happened."""
    running = Worker(env, processes=processes)
    running.start(wait=wait)
    try:
        yield running
    finally:
        running.kill()


def until(done: Callable[[], Any], seconds: float, what: str, pause: float = 0.1) -> Any:
    """Wait for it, and return it; fail with `what` when it does not come."""
    stop = time.monotonic() + seconds
    while not (value := done()):
        assert time.monotonic() < stop, f"not within {seconds} s: {what}"
        time.sleep(pause)
    return value
