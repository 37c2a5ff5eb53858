"""The data folder of one machine: its keys, and what its programs are told."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))

import folder  # noqa: E402
from machine import Stop  # noqa: E402


@pytest.fixture
def data(tmp_path: Path) -> folder.Data:
    made = folder.Data(tmp_path / "data")
    made.make()
    return made


def kept(data: folder.Data) -> dict[str, str]:
    return {name: file.read_text() for name, file in data.keys.items() if file.exists()}


def test_a_new_portal_gets_its_keys_and_keeps_them(data):
    data.make_secrets()
    first = kept(data)
    assert set(first) == {"PORTAL_SECRET_KEY", "PORTAL_FIELD_KEY", "PORTAL_CASE_KEY"}
    assert len(set(first.values())) == 3
    data.database.touch()
    data.make_secrets()
    assert kept(data) == first


@pytest.mark.parametrize("name", ["PORTAL_SECRET_KEY", "PORTAL_FIELD_KEY"])
def test_a_key_that_a_database_needs_is_never_made_anew_by_itself(data, name):
    data.make_secrets()
    data.database.touch()
    data.keys[name].unlink()
    with pytest.raises(Stop, match=str(data.keys[name])):
        data.make_secrets()
    assert not data.keys[name].exists()


@pytest.mark.parametrize("table", ["cases_case", "cases_handindraft"])
def test_the_key_of_cases_is_made_for_a_portal_without_cases_and_never_for_one_that_has_some(
    data, table
):
    data.make_secrets()
    key = data.keys["PORTAL_CASE_KEY"]
    key.unlink()
    with contextlib.closing(sqlite3.connect(data.database)) as database:
        database.execute(f"CREATE TABLE {table} (id)")
        database.commit()
        data.make_secrets()
        assert key.exists()
        key.unlink()
        database.execute(f"INSERT INTO {table} VALUES (1)")
        database.commit()
        with pytest.raises(Stop, match=str(key)):
            data.make_secrets()
        assert not key.exists()
        # Put aside for another, it is followed by a new one.
        data.keys["PORTAL_CASE_KEY_OLD"].write_text("the one before")
        data.make_secrets()
    assert key.exists()


def test_a_key_put_aside_is_followed_by_a_new_one_and_both_are_passed_on(data, monkeypatch):
    for name in ("DATABASE_URL", "PORTAL_SECRET_KEY", "PORTAL_FIELD_KEY_OLD_FILE"):
        monkeypatch.setenv(name, "another installation's")
    data.make_secrets()
    data.database.touch()
    secret, old = data.keys["PORTAL_SECRET_KEY"], data.keys["PORTAL_SECRET_KEY_OLD"]
    before = secret.read_text()
    secret.rename(old)
    data.make_secrets()
    assert old.read_text() == before != secret.read_text()
    told = folder.environment(data, "http://localhost:8000", demo=False)
    assert told["PORTAL_SECRET_KEY_FILE"] == str(secret)
    assert told["PORTAL_SECRET_KEY_OLD_FILE"] == str(old)
    assert "another installation's" not in told.values()
    assert "PORTAL_FIELD_KEY_OLD_FILE" not in told


def manage(*words: object) -> subprocess.CompletedProcess:
    command = [sys.executable, ROOT / "bin" / "manage", *map(str, words)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.run(command, capture_output=True, text=True, env=env)


def test_a_command_knows_where_the_portal_that_runs_behind_a_proxy_is_reached(data):
    data.make_secrets()
    data.database.touch()
    asks = ("shell", "-c", "from django.conf import settings; print(settings.BASE_URL)")
    for address in ("https://portal.example.org", "http://localhost:8765"):
        data.address.write_text(address)
        assert address in manage("--data", data.folder, *asks).stdout


def test_a_command_for_a_portal_that_is_not_there_is_told_in_one_sentence(tmp_path):
    for words in (["--data", tmp_path, "verify_audit"], ["--date", tmp_path], ["--data"]):
        done = manage(*words)
        assert done.returncode == 1
        assert done.stderr.strip().endswith(".")
        assert len(done.stderr.strip().splitlines()) == 1
    assert "bin/manage" in manage("--help").stdout
