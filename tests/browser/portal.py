"""The whole portal in processes of its own, on a copy of one demo, started as bin/start starts it."""

import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds for anything that happens behind the pages, on a busy machine with two cores."""


def _load_start() -> ModuleType:
    """bin/start as a module: what it starts, and with which settings, is not written twice."""
    sys.path.insert(0, str(ROOT / "bin"))
    loader = importlib.machinery.SourceFileLoader("portal_start", str(ROOT / "bin" / "start"))
    spec = importlib.util.spec_from_loader("portal_start", loader)
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = writes
    return module


start = _load_start()


def until(done: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait for it to be true, and return it; fail with `what` when it does not come."""
    deadline = time.monotonic() + seconds
    while True:
        value = done()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


class Stage:
    """The process that arranges what a test begins with, and sees what a browser cannot."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        with log.open("ab") as output:
            # It ends by itself when nobody holds the other end of its input.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.stage"],
                cwd=ROOT,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.process.stdin.write(json.dumps({"call": name, **arguments}) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            assert "error" not in answer, answer["error"]
            return answer["value"]

        return call


class Portal:
    """One running portal and its data folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.data = start.Data(folder)
        self.port = port
        self.address = f"http://localhost:{port}"
        self.env = start.environment(self.data, self.address, demo=True)
        self.files = folder / "files"
        self.mail_folder = folder / "mail"
        self.services: list[Any] = []

    def build(self) -> None:
        """Make the data as a first start does: database, demo, static files."""
        self.data.make()
        self.data.make_secrets()
        # The keys are named in the environment from now on: before they were made there were none.
        self.env |= start.environment(self.data, self.address, demo=True)
        start.manage("migrate", self.data, self.env, "-c", start.PREPARE)
        start.collect_static(self.data, self.env)
        start.build_demo(self.data, self.env)
        stage = Stage(self.env, self.data.logs / "stage.log")
        stage.set_the_backlog_aside()
        stage.close()

    def start(self) -> None:
        self.services = start.services(self.data, self.port, self.env)
        self.web, self.worker = self.services
        self.stage = Stage(self.env, self.data.logs / "stage.log")
        until(lambda: start.health(self.port)[0] == 200, f"see {self.data.logs}")

    def stop(self) -> None:
        if hasattr(self, "stage"):
            self.stage.close()
        start.machine.end([service.process for service in self.services], patience=3)

    # Background work ---------------------------------------------------------------------------

    def kill_worker(self) -> None:
        """SIGKILL to the worker and everything it started."""
        try:
            os.killpg(self.worker.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.worker.process.wait()

    def start_worker(self) -> None:
        self.worker.start()

    def settle(self) -> None:
        """Wait until no job is left to do, and none has failed."""
        until(lambda: not self.stage.unfinished_jobs(), "jobs are left")
        assert self.stage.failed_jobs() == []

    # Mail and files ----------------------------------------------------------------------------

    def mail(self) -> "list[Letter]":
        return [Letter(file) for file in sorted(self.mail_folder.glob("*.eml"))]

    def invitations(self, forum: str) -> "list[Letter]":
        return [letter for letter in self.mail() if f": {forum}, " in letter.subject]

    def letters_to_owners(self, forum: str, day: str) -> "list[Letter]":
        return [letter for letter in self.mail() if f" från {forum}, {day}" in letter.subject]

    def stored(self) -> set[str]:
        """The names of all stored files; a half-written one would be among them."""
        return {file.name for file in self.files.rglob("*") if file.is_file()}


class Letter:
    """One mail that the portal has sent."""

    def __init__(self, file: Path) -> None:
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.to = message["To"].strip()
        self.subject = message["Subject"].strip()
        self.text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.attachments = list(message.iter_attachments())

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.strip()]

    @property
    def links(self) -> list[str]:
        return re.findall(r"https?://\S+", self.text)


def chromium() -> str:
    """Where Debian's Chromium is, the one without windows. The tests fail without it; they never skip."""
    named = os.environ.get("PORTAL_TEST_CHROMIUM") or shutil.which("chromium-headless-shell")
    assert named, "Chromium is not installed: apt-get install chromium-headless-shell"
    return named
