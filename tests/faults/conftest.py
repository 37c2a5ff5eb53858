"""One real database, file folder and broker that test and worker processes share."""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.db.utils import load_backend

from coordination.celery import app
from coordination.jobs import broker, files, queue
from coordination.jobs.models import Job, OutgoingMail
from tests.faults.workers import ROOT, Worker, until

"""Full numbers instead of a sample."""


@dataclass
class Place:
    """Where test and workers meet."""

    env: dict[str, str]
    data: Path
    user: Any = None

    def ledger(self) -> list[str]:
        file = self.data / "ledger"
        return file.read_text().splitlines() if file.exists() else []

    def deaths(self) -> int:
        return sum(line.startswith("killed ") for line in self.ledger())

    def files(self) -> list[str]:
        return sorted(path.name for path in settings.FILES_DIR.glob("*"))

    def mails(self) -> list[Path]:
        return sorted(settings.MAIL_DIR.glob("*"))

    def report(self, number: int, **ids: int | str) -> Job:
        """A job acknowledged to its client: the transaction has committed when this returns."""
        with transaction.atomic():
            return queue.enqueue(
                kind="faults.report",
                ids={"name": files.new_name(".txt"), "to": self.user.pk, **ids},
                key=f"report-{self.data.name}-{number}-{uuid.uuid4().hex}",
            )

    def empty_broker(self) -> None:
        with app.connection_for_write() as connection:
            connection.default_channel.queue_purge("celery")

    def all_done(self, seconds: float, tended: Worker | None = None) -> None:
        """Wait until no job is open, by what workers, schedulers and launchers do alone."""

        def done() -> bool:
            if tended:
                tended.tend()
            return not Job.objects.exclude(state=Job.State.DONE).exists()

        until(done, seconds, "every job done", pause=0.5)


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], dict]]:
    """A migrated database, made once: its connection settings, and the workers' environment."""
    folder = tmp_path_factory.mktemp("faults")
    configured = {**connections.settings["default"]}
    env = {
        **os.environ,
        "PORTAL_SECRET_KEY": settings.SECRET_KEY,
        "PORTAL_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "PYTHONPATH": str(ROOT),
    }
    name = f"faults_{uuid.uuid4().hex[:12]}"
    if settings.DATABASE_URL:
        configured["NAME"] = name
        env["DATABASE_URL"] = _with_database(settings.DATABASE_URL, name)
        _on_server(f'CREATE DATABASE "{name}"')
    else:
        configured["NAME"] = folder / "portal.sqlite3"
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--skip-checks"],
        env=env,
        cwd=ROOT,
        check=True,
    )
    yield env, configured
    if settings.DATABASE_URL:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')
    shutil.rmtree(folder, ignore_errors=True)


def _with_database(url: str, name: str) -> str:
    address, _, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")


def _on_server(statement: str) -> None:
    connection = psycopg2.connect(_with_database(settings.DATABASE_URL, "postgres"))
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


@pytest.fixture
def place(
    _built: tuple[dict[str, str], dict], django_db_blocker: Any, settings: Any
) -> Iterator[Place]:
    env, configured = _built
    data = Path(tempfile.mkdtemp(prefix="place", dir=env["PORTAL_DATA_DIR"]))
    if not settings.DATABASE_URL:
        (data / "portal.sqlite3").symlink_to(configured["NAME"])
        configured = {**configured, "NAME": data / "portal.sqlite3"}
    settings.FILES_DIR, settings.MAIL_DIR = data / "files", data / "mail"
    settings.QUEUE_DIR = data / "queue"
    before = dict(app.conf.broker_transport_options)
    if not settings.REDIS_URL:
        app.conf.broker_transport_options = {
            **before,
            "data_folder_in": str(data / "queue/messages"),
            "data_folder_out": str(data / "queue/messages"),
            "control_folder": str(data / "queue/control"),
        }
        broker.make_folders(app.conf.broker_transport_options)
    standing = connections["default"]
    with django_db_blocker.unblock():
        connections["default"] = load_backend(configured["ENGINE"]).DatabaseWrapper(
            configured, "default"
        )
        try:
            here = Place({**env, "PORTAL_DATA_DIR": str(data)}, data)
            _clear()
            here.user = get_user_model().objects.create_user(
                f"reader-{data.name}", "reader@example.org"
            )
            here.empty_broker()
            yield here
        finally:
            connections["default"].close()
            connections["default"] = standing
            app.conf.broker_transport_options = before


def _clear() -> None:
    OutgoingMail.objects.all().delete()
    Job.objects.all().delete()
