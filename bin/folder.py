"""The data folder of a portal on one machine, and the environment in which its programs run.

Used by bin/start and bin/manage; standard library only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import urllib.parse
from pathlib import Path

import copies
import machine
from machine import Stop

OURS = "PORTAL_STARTED_BY"
"""Carried by the children of bin/start and by nothing else that works on the same data."""


class Data:
    """The folder that holds everything the portal must not lose."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().resolve()
        self.database = self.folder / "portal.sqlite3"
        self.keys = {name: self.folder / kept for name, kept in copies.KEYS.items()}
        self.logs = self.folder / "log"
        self.static = self.folder / "static"
        self.address = self.folder / "address"
        self.demo_begun = self.folder / "demo-begun"
        self.demo_made = self.folder / "demo-made"

    def make(self) -> None:
        try:
            for name in ("files", "mail", "queue/messages", "queue/control", "checkpoints", "log"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".writable-{os.getpid()}"
            probe.write_text("ok")
            probe.unlink()
        except OSError as error:
            if error.errno in machine.FULL:
                raise Stop(machine.advice(error)) from None
            raise Stop(
                f"Det går inte att skriva i datamappen {self.folder} ({error.strerror}): välj en "
                "annan med --data."
            ) from None

    def make_secrets(self) -> None:
        """Makes the keys of a new portal, and a new one where the one before it is put aside."""
        for name in ("PORTAL_SECRET_KEY", "PORTAL_FIELD_KEY", "PORTAL_CASE_KEY"):
            key, before = self.keys[name], self.keys[f"{name}_OLD"]
            if key.exists():
                continue
            needed = self.database.exists() and not self.demo_made.exists()
            if name == "PORTAL_CASE_KEY":
                # A portal that is older than cases has never had this key, and misses none.
                needed = needed and self.holds_cases()
            if needed and not before.exists():
                raise Stop(
                    f"Nyckeln {key} saknas fast det finns en databas som behöver den: lägg tillbaka "
                    "nyckeln från där den förvaras och kör bin/start igen."
                )
            self.make_secret(key)

    def holds_cases(self) -> bool:
        """Whether the database has anything that only the key of cases opens."""
        address = f"{self.database.as_uri()}?mode=ro"
        there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        try:
            with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
                return any(
                    database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
                    for table in ("cases_case", "cases_handindraft")
                    if database.execute(there, (table,)).fetchone()
                )
        except sqlite3.OperationalError:
            raise self.closed() from None

    def closed(self) -> Stop:
        """What is said when the account may not use what stands in the folder."""
        return Stop(
            f"Portalen får inte skriva i datamappen {self.folder}: ge kontot som kör bin/start rätt "
            "till allt i den, eller välj en annan med --data."
        )

    def make_secret(self, key: Path) -> None:
        # Written whole under another name first: a start cut short must not leave half a key.
        unfinished = key.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(secrets.token_urlsafe(48) + "\n")
            f.flush()
            os.fsync(f.fileno())
        unfinished.rename(key)

    def drop_demo(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        for name in ("files", "mail", "queue", "checkpoints"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.demo_made.unlink(missing_ok=True)
        self.demo_begun.unlink(missing_ok=True)
        self.make()


def environment(data: Data, address: str, demo: bool) -> dict[str, str]:
    """What the portal's settings read, for a portal on this data alone that answers at the address."""
    # What another installation has set in this shell must not reach this one's database.
    others = {"DATABASE_URL", "REDIS_URL", "PYTHONPATH", "PYTHONHOME", *data.keys}
    others |= {f"{name}_FILE" for name in data.keys}
    ours = {name: value for name, value in os.environ.items() if name not in others}
    if not demo:
        # Behind a proxy of one's own the address is the proxy's. The demo stays on this machine.
        address = ours.get("PORTAL_BASE_URL") or address
    hosts = ["localhost", "127.0.0.1", "[::1]", urllib.parse.urlsplit(address).hostname or ""]
    ours.update(
        DJANGO_SETTINGS_MODULE="coordination.settings",
        PORTAL_DATA_DIR=str(data.folder),
        PORTAL_STATIC_ROOT=str(data.static),
        PORTAL_BASE_URL=address,
        PORTAL_ALLOWED_HOSTS=",".join(dict.fromkeys(hosts)),
        PORTAL_DEMO="1" if demo else "0",
        PORTAL_DEBUG="0",
        PYTHONUNBUFFERED="1",
    )
    ours |= {f"{name}_FILE": str(file) for name, file in data.keys.items() if file.exists()}
    if demo:
        # Nobody in the demo is real, so nothing has to be assessed first.
        ours.setdefault("PORTAL_CASES", "1")
        ours["PORTAL_CHECKPOINT_DIR"] = str(data.folder / "checkpoints")
    ours[OURS] = str(data.folder)
    return ours
