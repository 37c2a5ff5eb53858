"""A backup is whole or refused, holds no key unless asked, and comes back on bare ground."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests import LONG

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "bin"
sys.path.insert(0, str(BIN))

import engines  # noqa: E402

KEY = "0123456789abcdefghijklmnopqrstuvwxyz0123"


def run(command: str, *arguments: object, **env: str) -> subprocess.CompletedProcess:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PORTAL_") and name not in ("DATABASE_URL", "REDIS_URL")
    }
    return subprocess.run(
        [sys.executable, BIN / command, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**clean, "PORTAL_SECRET_KEY": KEY, **env},
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a small database and what lies beside it."""
    folder = tmp_path / "data"
    for name in ("files", "mail", "checkpoints/2026-11"):
        (folder / name).mkdir(parents=True)
    database = sqlite3.connect(folder / "portal.sqlite3")
    with database:
        database.execute("CREATE TABLE word (text)")
        database.executemany("INSERT INTO word VALUES (?)", [("ett",), ("två",)])
    database.close()
    (folder / "files" / "a.pdf").write_bytes(b"%PDF-1")
    (folder / "files" / ".b.tmp").write_bytes(b"half")
    for name in ("secret-key", "field-key"):
        (folder / name).write_text(f"{name} that lies in the folder, of enough characters\n")
    return folder


@pytest.fixture
def backup(data: Path, tmp_path: Path) -> Path:
    done = run("backup", tmp_path / "backup", "--data", data)
    assert done.returncode == 0, done.stderr
    return tmp_path / "backup"


def test_a_backup_holds_database_files_and_checkpoints_and_says_what_it_holds(backup: Path) -> None:
    listed = json.loads((backup / "backup.json").read_text())
    assert listed["tables"] == {"word": 2}
    assert set(listed["parts"]) == {"database.sqlite3", "files.tar", "checkpoints.tar"}
    with tarfile.open(backup / "files.tar") as tar:
        names = tar.getnames()
    assert "files/a.pdf" in names
    assert not [name for name in names if name.endswith(".tmp")]


def test_a_backup_names_the_keys_and_holds_none_unless_asked(
    backup: Path, data: Path, tmp_path: Path
) -> None:
    listed = json.loads((backup / "backup.json").read_text())
    assert set(listed["keys"]) == {"PORTAL_SECRET_KEY", "PORTAL_FIELD_KEY"}
    everything = b"".join(file.read_bytes() for file in backup.iterdir())
    assert KEY.encode() not in everything
    assert b"lies in the folder" not in everything
    assert run("backup", tmp_path / "all", "--data", data, "--with-keys").returncode == 0
    assert json.loads((tmp_path / "all" / "keys.json").read_text()) == {
        "PORTAL_SECRET_KEY": KEY,
        "PORTAL_FIELD_KEY": "field-key that lies in the folder, of enough characters",
    }


def test_a_backup_is_readable_by_its_owner_alone(backup: Path) -> None:
    assert all(file.stat().st_mode & 0o077 == 0 for file in [backup, *backup.iterdir()])


HARMS = [
    "changed",
    "gone",
    "no list",
    "another key",
    "another field key",
    "no field key",
    "not empty",
]


def bare(data: Path, tmp_path: Path) -> Path:
    """A place to restore to, with the keys put back."""
    place = tmp_path / "bare"
    place.mkdir(exist_ok=True)
    for name in ("secret-key", "field-key"):
        shutil.copy(data / name, place)
    return place


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_not_whole_is_not_restored(
    backup: Path, data: Path, tmp_path: Path, harm: str
) -> None:
    place = data if harm == "not empty" else bare(data, tmp_path)
    if harm == "changed":
        with (backup / "files.tar").open("ab") as file:
            file.write(b"x")
    elif harm == "gone":
        (backup / "database.sqlite3").unlink()
    elif harm == "no list":
        (backup / "backup.json").unlink()
    elif harm == "another field key":
        (place / "field-key").write_text("a field key, but not the one that sealed\n")
    elif harm == "no field key":
        (place / "field-key").unlink()
    key = "another key, also of forty characters...." if harm == "another key" else KEY
    done = run("restore", backup, "--data", place, PORTAL_SECRET_KEY=key)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert harm == "not empty" or not (place / "portal.sqlite3").exists()
    assert "field key" not in harm or "field-key" in done.stderr


def put_back(backup: Path, place: Path, address: str = "") -> dict:
    """What bin/restore does before it verifies the log, which these tables have none of."""
    code = (
        "import copies, json, pathlib, sys; source, data = map(pathlib.Path, sys.argv[1:3]);"
        "copies.put_back(source, data, sys.argv[3], copies.read(source));"
        "print(json.dumps(copies.keys(data)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, backup, place, address],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(BIN), "PATH": os.environ["PATH"]}
        | ({"PORTAL_SECRET_KEY": KEY} if address else {}),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_backup_with_keys_puts_both_back_on_bare_ground(data: Path, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "all", "--data", data, "--with-keys").returncode == 0
    found = put_back(tmp_path / "all", tmp_path / "bare")
    assert found == json.loads((tmp_path / "all" / "keys.json").read_text())
    assert len(found) == 2
    assert (tmp_path / "bare" / "field-key").exists()


def test_a_backup_made_before_a_key_was_changed_needs_the_old_one_beside_the_new(
    backup: Path, data: Path, tmp_path: Path
) -> None:
    place = bare(data, tmp_path)
    (place / "secret-key").write_text("the new key, of at least so many characters\n")
    assert run("restore", backup, "--data", place, PORTAL_SECRET_KEY="").returncode == 1
    (place / "secret-key-old").write_text(KEY + "\n")
    assert "PORTAL_SECRET_KEY_OLD" in put_back(backup, place)


def test_a_backup_needs_a_folder_of_its_own_and_a_database(data: Path, tmp_path: Path) -> None:
    assert run("backup", data, "--data", data).returncode == 1
    shutil.rmtree(data)
    assert "--data" in run("backup", tmp_path / "backup", "--data", data).stderr


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL of these tests' own, without the name of a database."""
    with engines.postgresql() as address:
        yield address.rpartition("/")[0]


@pytest.fixture
def two_databases(server: str) -> Iterator[list[str]]:
    """Their addresses; the first has a table."""
    names = ["backup_a", "backup_b"]
    with on(f"{server}/postgres") as cursor:
        for name in names:
            cursor.execute(f"CREATE DATABASE {name}")
    try:
        with on(f"{server}/{names[0]}") as cursor:
            cursor.execute("CREATE TABLE word (text text)")
            cursor.execute("INSERT INTO word SELECT 'x' FROM generate_series(1, 1000)")
        yield [f"{server}/{name}" for name in names]
    finally:
        with on(f"{server}/postgres") as cursor:
            for name in names:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def on(address: str) -> Iterator[Any]:
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def test_rows_are_those_of_the_moment_that_was_dumped_while_people_write(
    two_databases: list[str], tmp_path: Path
) -> None:
    busy, empty = two_databases
    (tmp_path / "data").mkdir()
    over = threading.Event()

    def write() -> None:
        with on(busy) as cursor:
            while not over.is_set():
                cursor.execute("INSERT INTO word VALUES ('y')")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = run("backup", tmp_path / "b", "--data", tmp_path / "data", DATABASE_URL=busy)
    finally:
        over.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    counted = json.loads((tmp_path / "b" / "backup.json").read_text())["tables"]["word"]
    assert counted > 1000
    with on(busy) as cursor:
        cursor.execute("SELECT count(*) FROM word")
        assert cursor.fetchone()[0] > counted
    put_back(tmp_path / "b", tmp_path / "bare", empty)


def test_a_row_that_did_not_come_back_to_postgresql_is_told(
    two_databases: list[str], tmp_path: Path
) -> None:
    lost, empty = two_databases
    (tmp_path / "data").mkdir()
    run("backup", tmp_path / "b", "--data", tmp_path / "data", DATABASE_URL=lost)
    listed = json.loads((tmp_path / "b" / "backup.json").read_text())
    listed["tables"]["word"] += 1
    (tmp_path / "b" / "backup.json").write_text(json.dumps(listed))
    done = run("restore", tmp_path / "b", "--data", tmp_path / "bare", DATABASE_URL=empty)
    assert done.returncode == 1
    assert "word har ett annat antal rader" in done.stderr


def test_a_lost_portal_comes_back_with_its_people_its_log_and_its_documents() -> None:
    """On SQLite in the ordinary run; with the full numbers on PostgreSQL too."""
    done = run("drill", *([] if LONG else ["--sqlite"]))
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("FIGURE drill on") == (2 if LONG else 1)
