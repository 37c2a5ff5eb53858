"""What a backup of the portal is: a folder with the database, the files, the checkpoints, and a list
of them with their hashes. Used by bin/backup and bin/restore; standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import tarfile
import time
from pathlib import Path

import engines
from machine import Stop

LIST = "backup.json"
VERSION = 2
"""In the first, rows of PostgreSQL were counted after the dump, while people went on writing."""
KEYS = {
    "PORTAL_SECRET_KEY": "secret-key",
    "PORTAL_SECRET_KEY_OLD": "secret-key-old",
    "PORTAL_FIELD_KEY": "field-key",
    "PORTAL_FIELD_KEY_OLD": "field-key-old",
    "PORTAL_CASE_KEY": "case-key",
    "PORTAL_CASE_KEY_OLD": "case-key-old",
}
"""What a restored portal cannot do without, and what is not in the backup unless asked for: the
variable, and the file that bin/start keeps it in."""
PARTS = {"files.tar": ("files", "mail"), "checkpoints.tar": ("checkpoints",)}
"""Archives made of the data folder. `checkpoints` may lie elsewhere (PORTAL_CHECKPOINT_DIR)."""


def fingerprint(secret: str) -> str:
    """Tells two keys apart without telling anything of either."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), b"portal backup", 200_000).hex()[:16]


def keys(data: Path) -> dict[str, str]:
    """The keys of this installation, from the environment, the files it names, or the data folder."""
    found = {}
    for name, kept in KEYS.items():
        file = os.environ.get(f"{name}_FILE", "")
        if not file and (data / kept).exists():
            file = str(data / kept)
        value = os.environ.get(name, "")
        if not value and file:
            try:
                value = Path(file).read_text().strip()
            except OSError as error:
                raise Stop(f"{name}_FILE går inte att läsa ({error.strerror}).") from None
        if value:
            found[name] = value
    return found


def sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# PostgreSQL --------------------------------------------------------------------------------------


def client(name: str) -> str:
    found = engines.program(name)
    if not found:
        raise Stop(f"{name} saknas: installera PostgreSQL:s klientprogram (postgresql-client).")
    return found


def reached(address: str) -> tuple[str, dict[str, str]]:
    """The address without its password, and an environment with it: it stands on no command line."""
    place, _, password = address.rpartition("@")[0].rpartition(":")
    env = dict(os.environ)
    if place.count("/") >= 2:
        # postgres://user:password@host: what comes after the last colon before the @.
        address = f"{place}@{address.rpartition('@')[2]}"
        env["PGPASSWORD"] = password
    return address, env


def postgresql(name: str, address: str, *arguments: object) -> str:
    """Run a client program on the database at `address`."""
    address, env = reached(address)
    command = [client(name), *map(str, arguments), "--dbname", address]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"{name} sade ingenting"])[-1]
        raise Stop(f"{name} gick inte: {last}")
    return done.stdout


PSQL = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def counting(names: list[str]) -> str:
    return " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)


def counted(rows: list[str]) -> dict[str, int]:
    return {name: int(count) for name, count in (row.split("|") for row in rows)}


def tables_of_postgresql(address: str) -> dict[str, int]:
    """How many rows each table holds."""
    names = postgresql("psql", address, *PSQL, "--command", TABLES).split()
    if not names:
        return {}
    return counted(postgresql("psql", address, *PSQL, "--command", counting(names)).split())


class Snapshot:
    """A moment of a database that is in use, held by a transaction: dumped and counted as one."""

    def __init__(self, address: str) -> None:
        self.address, env = reached(address)
        self.process = subprocess.Popen(
            [client("psql"), *PSQL, "--dbname", self.address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
        )

    def __enter__(self) -> Snapshot:
        self.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (self.name,) = self.ask("SELECT pg_export_snapshot()")
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, statement: str) -> list[str]:
        """The rows of the answer. Raises Stop when there is none."""
        rows = []
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{statement};\n\\echo .\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            if line == ".\n":
                return rows
            rows.append(line.strip())
        last = (self.process.stderr.read().strip().splitlines() or ["psql sade ingenting"])[-1]
        raise Stop(f"psql gick inte: {last}")

    def tables(self) -> dict[str, int]:
        """How many rows each table held at that moment."""
        names = self.ask(TABLES)
        return counted(self.ask(counting(names))) if names else {}


# SQLite ------------------------------------------------------------------------------------------


def copy_sqlite(source: Path, target: Path) -> None:
    """A whole copy of a database that may be in use."""
    used = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    with contextlib.closing(used), contextlib.closing(copy):
        used.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def tables_of_sqlite(database: Path) -> dict[str, int]:
    """How many rows each table holds. Raises Stop when the database is damaged."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        # The checks call functions that Django adds to its own connections.
        opened.execute("PRAGMA ignore_check_constraints=ON")
        if opened.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Stop(f"Databasen {database} är skadad.")
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = sorted(name for (name,) in opened.execute(listed))
        return {
            name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names
        }


# A backup ----------------------------------------------------------------------------------------


def make(target: Path, data: Path, address: str, *, with_keys: bool) -> dict:
    """Write the whole backup into the empty folder `target`; returns its list.

    The database first, then the files: a file that the database does not know yet does no harm.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise Stop(f"{target} är inte tom: en säkerhetskopia läggs i en egen mapp.")
    known = keys(data)
    if "PORTAL_SECRET_KEY" not in known:
        raise Stop(
            "PORTAL_SECRET_KEY saknas, och därmed det som kopian ska kunna kontrolleras med."
        )
    if address:
        database = target / "database.dump"
        with Snapshot(address) as moment:
            dump = ("--format=custom", f"--snapshot={moment.name}", "--file", database)
            postgresql("pg_dump", address, *dump)
            tables = moment.tables()
    else:
        if not (data / "portal.sqlite3").exists():
            raise Stop(f"Det finns ingen databas i {data}: ange portalens datamapp med --data.")
        database = target / "database.sqlite3"
        copy_sqlite(data / "portal.sqlite3", database)
        tables = tables_of_sqlite(database)
    for archive, names in PARTS.items():
        with tarfile.open(target / archive, "w") as tar:
            for name in names:
                if (folder := _folder(data, name)).exists():
                    tar.add(folder, arcname=name, filter=_whole)
    if with_keys:
        (target / "keys.json").write_text(json.dumps(known, indent=1))
    parts = sorted(file.name for file in target.iterdir())
    listed = {
        "version": VERSION,
        "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "engine": "postgresql" if address else "sqlite",
        "tables": tables,
        "parts": {name: sha256(target / name) for name in parts},
        "keys": {name: fingerprint(value) for name, value in known.items()},
    }
    (target / LIST).write_text(json.dumps(listed, indent=1, sort_keys=True))
    for part in [*parts, LIST]:
        with (target / part).open("rb") as written:
            os.fsync(written.fileno())
    return listed


def _folder(data: Path, name: str) -> Path:
    elsewhere = os.environ.get("PORTAL_CHECKPOINT_DIR", "")
    return Path(elsewhere) if name == "checkpoints" and elsewhere else data / name


def _whole(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leaves out what a job is writing right now; it is written again after a restore."""
    unfinished = entry.name.endswith((".tmp", ".part"))
    return None if unfinished else entry


def read(source: Path) -> dict:
    """The list of a backup whose every part is as it was written. Raises Stop otherwise."""
    try:
        listed = json.loads((source / LIST).read_text())
    except (OSError, ValueError):
        raise Stop(
            f"{source} är ingen säkerhetskopia: {LIST} saknas eller går inte att läsa."
        ) from None
    for name, digest in listed["parts"].items():
        if not (source / name).exists():
            raise Stop(f"Säkerhetskopian är inte hel: {name} saknas.")
        if sha256(source / name) != digest:
            raise Stop(f"Säkerhetskopian är ändrad eller skadad: {name} är inte som den skrevs.")
    return listed


def put_back(source: Path, data: Path, address: str, listed: dict) -> None:
    """Restore into an empty folder and an empty database; everything else is refused."""
    if (listed["engine"] == "postgresql") != bool(address):
        raise Stop(
            "Säkerhetskopian är av PostgreSQL: ange DATABASE_URL."
            if listed["engine"] == "postgresql"
            else "Säkerhetskopian är av SQLite: ta bort DATABASE_URL."
        )
    for name in ("portal.sqlite3", "files", "mail"):
        place = data / name
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            raise Stop(f"{data} är inte tom ({name}): återställ till en tom datamapp.")
    if address and tables_of_postgresql(address):
        raise Stop("Databasen är inte tom: återställ till en tom databas.")
    data.mkdir(parents=True, exist_ok=True)
    if (source / "keys.json").exists():
        here = keys(data)
        for name, value in json.loads((source / "keys.json").read_text()).items():
            if name not in here:
                (data / KEYS[name]).write_text(value + "\n")
    _require_keys(data, listed)
    for archive in PARTS:
        with tarfile.open(source / archive) as tar:
            for entry in tar.getmembers():
                top, _, below = entry.name.partition("/")
                entry.name = below or "."
                tar.extract(entry, _folder(data, top), filter="data")
    if address:
        postgresql("pg_restore", address, "--exit-on-error", source / "database.dump")
        restored = tables_of_postgresql(address)
    else:
        copy_sqlite(source / "database.sqlite3", data / "portal.sqlite3")
        restored = tables_of_sqlite(data / "portal.sqlite3")
    exact = listed["engine"] == "sqlite" or listed["version"] >= VERSION
    differs = sorted(
        name
        for name in listed["tables"].keys() | restored.keys()
        if name not in restored or (exact and listed["tables"].get(name) != restored[name])
    )
    if differs:
        raise Stop(f"Allt kom inte tillbaka: {', '.join(differs)} har ett annat antal rader.")


def _require_keys(data: Path, listed: dict) -> None:
    known = {name: fingerprint(value) for name, value in keys(data).items()}
    for name, mark in listed["keys"].items():
        # A key changed since the backup is still of use as the one before it.
        kind = name.removesuffix("_OLD")
        if mark not in (known.get(kind), known.get(f"{kind}_OLD")):
            raise Stop(
                f"{name} är inte den som kopian gjordes med: lägg tillbaka nyckeln (på en maskin som "
                f"{data / KEYS[name]}) och kör kommandot igen."
            )
