"""Servers for one run: PostgreSQL, Redis and whatever else must stand, thrown away afterwards.

Each can be killed and started again on the same data and the same port, as machines do to them.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import machine
from machine import ROOT, Stop

RESULTS = ROOT / "test-results"
PATIENCE = 60
"""Seconds a server may take to answer on a busy machine with two cores."""

QUIET = ("log_error_verbosity=terse", "log_min_error_statement=panic")
"""As in production: what people write must not reach the server's log when a statement fails."""
HASTY = ("fsync=off", "full_page_writes=off", "autovacuum=off")
"""For tests that kill processes, never the machine. Between two tests every table is empty: whoever counted
its rows then would have the next one's joins planned for a row or none, and take minutes over them."""


def program(*names: str) -> str | None:
    """The first of the programs that the machine has; PostgreSQL's lie outside the path on Debian."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parts[4]))
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, newest)])
    for name in names:
        found = shutil.which(name, path=places)
        if found:
            return found
    return None


def require_postgresql() -> None:
    """PostgreSQL is on the machine, or is put there. Otherwise Stop."""
    if not (program("initdb") and program("postgres")):
        machine.require_apt(["postgresql"], "PostgreSQL")


def humble_user(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: the account it runs under there, who now owns `folder`."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            os.chown(folder, account.pw_uid, account.pw_gid)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise Stop("PostgreSQL cannot run as root, and there is neither a user postgres nor nobody.")


class Server:
    """One process that must stand, in a group of its own: started, killed, started again."""

    def __init__(
        self,
        name: str,
        command: Sequence[object],
        log: Path,
        ready: Callable[[], bool] = lambda: True,
        **options: object,
    ) -> None:
        self.name, self.command, self.log, self.ready = name, command, log, ready
        self.options = options
        self.process: subprocess.Popen | None = None

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it answers. Raises Stop when it does not."""
        with self.log.open("a") as output:
            self.process = machine.launch(
                self.command, stdout=output, stderr=subprocess.STDOUT, **self.options
            )
        if wait:
            self.wait()

    def wait(self) -> None:
        """Wait until it answers; one that falls while starting is started again, as Docker would."""
        deadline = time.monotonic() + PATIENCE
        while not self.ready():
            if time.monotonic() > deadline:
                raise Stop(f"{self.name} did not start: what it said stands in {self.log}.")
            time.sleep(0.1)
            if not self.stands():
                time.sleep(0.2)
                self.start(wait=False)

    def stands(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL to it and everything in its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, number: int = signal.SIGTERM, patience: float = 5) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
            machine.end([self.process], patience=patience)


def postgresql_in(folder: Path, log: Path, settings: Sequence[str] = QUIET + HASTY) -> PostgreSQL:
    """A new, empty PostgreSQL in `folder`, not started; the superuser is `portal`."""
    as_user = humble_user(folder)
    make = [program("initdb"), "-D", folder / "data", "-U", "portal", "-A", "trust"]
    make += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    try:
        machine.run(make, log, cwd=folder, **as_user)
    except subprocess.CalledProcessError:
        raise Stop(f"PostgreSQL could not be set up: what it said stands in {log}.") from None
    return PostgreSQL(folder, log, settings, as_user)


class PostgreSQL(Server):
    """PostgreSQL on a free port."""

    def __init__(
        self, folder: Path, log: Path, settings: Sequence[str], as_user: dict[str, object]
    ) -> None:
        self.port = machine.free_port()
        serve = [program("postgres"), "-D", folder / "data", "-p", self.port, "-k", folder]
        for setting in ("listen_addresses=127.0.0.1", "max_connections=100", *settings):
            serve += ["-c", setting]
        ask = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        super().__init__(
            "PostgreSQL",
            serve,
            log,
            lambda: subprocess.run(ask).returncode == 0,
            cwd=folder,
            **as_user,
        )

    def address(self, database: str = "postgres", user: str = "portal") -> str:
        return f"postgres://{user}@127.0.0.1:{self.port}/{database}"

    def stop(self, number: int = signal.SIGQUIT, patience: float = 5) -> None:
        # Its own word for an immediate end; the folder goes anyway.
        super().stop(number, patience)


class Redis(Server):
    """Redis on a free port, keeping what it is told in `folder`."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.port = machine.free_port()
        serve = [program("redis-server"), "--port", self.port, "--bind", "127.0.0.1"]
        serve += ["--dir", folder, "--save", "", "--appendonly", "yes"]
        serve += ["--maxmemory-policy", "noeviction"]
        ask = [program("redis-cli"), "-p", str(self.port), "ping"]

        def answers() -> bool:
            return subprocess.run(ask, capture_output=True).stdout.strip() == b"PONG"

        super().__init__("Redis", serve, log, answers)

    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def empty(self) -> None:
        """Let it forget everything."""
        subprocess.run([program("redis-cli"), "-p", str(self.port), "flushall"], check=True)


@contextlib.contextmanager
def postgresql(settings: Sequence[str] = QUIET + HASTY) -> Iterator[str]:
    """A throwaway PostgreSQL on a free port; its address."""
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True) as name:
        server = postgresql_in(Path(name), RESULTS / "postgresql.log", settings)
        try:
            server.start()
            yield server.address()
        finally:
            server.stop()


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A throwaway Redis on a free port; its address."""
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as name:
        server = Redis(Path(name), RESULTS / "redis.log")
        try:
            server.start()
            yield server.address()
        finally:
            server.stop()
