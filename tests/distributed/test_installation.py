"""The distributed installation, step by step as docs/operations.md says, without Docker: three workers,
two web servers, one proxy. Runs in `bin/test --long`, and against PostgreSQL alone."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.distributed.installation import ROOT, Installation, engines, image_command, until
from tests.distributed.oracle import Writers, check, settled
from tests.distributed.visitor import Answer, Visitor

WRITES = 12


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("installed"), webs=2, workers=3)
    try:
        made.install()
        made.start()
        yield made
    finally:
        made.stop()


def test_people_reach_the_portal_through_the_proxy_over_tls_alone(installed: Installation) -> None:
    visitor = installed.visitor()
    page = visitor.get("/konto/login/")
    assert page.status == 200
    assert "max-age=63072000" in page.headers["Strict-Transport-Security"]
    assert visitor.sign_in(installed.made["reader"], installed.made["password"]).status == 302
    assert {"__Host-sessionid", "__Host-csrftoken"} <= set(visitor.cookies)
    minutes = visitor.get(installed.made["minutes"])
    assert minutes.status == 200
    assert minutes.body.startswith(b"%PDF")


ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""As tests/access/test_headers.py asks of every answer of the portal itself."""


def guarded(answer: Answer) -> Answer:
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Content-Security-Policy"].count("default-src 'none'") == 1
    assert "Server" not in answer.headers
    return answer


def test_answers_that_the_portal_never_saw_are_guarded_and_say_what_to_do(
    installed: Installation,
) -> None:
    visitor = installed.visitor()
    page = guarded(visitor.get("/konto/login/"))
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]

    # Refused by the proxy.
    large = guarded(visitor.announce("/konto/login/", 3_000_000))
    assert large.status == 413
    assert "Det du skickade är för stort." in large.text
    assert large.headers["Cache-Control"] == "no-store"
    larger = guarded(visitor.announce("/moten/1/underlag/nytt/", 22_000_000))
    assert larger.status == 413

    # Where documents are handed in, the portal itself says that one is too large.
    assert guarded(visitor.announce("/moten/1/underlag/nytt/", 21_900_000)).status == 302

    # Refused by the web server, before the portal.
    long = guarded(visitor.get("/" + "x" * 5_000))
    assert long.status == 414

    # Nobody is there to answer.
    for name in installed.webs:
        installed.services[name].kill()
    gone = guarded(visitor.get("/konto/login/"))
    assert gone.status == 502
    assert "Portalen svarar inte just nu." in gone.text
    for answer in (page, large, larger, long, gone):
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000;")
    installed.tend()
    until(lambda: all(installed.healthy() for _ in range(4)), "both web servers answer")


def test_without_tls_there_is_nothing_but_the_way_to_it(installed: Installation) -> None:
    plain = Visitor(f"http://localhost:{installed.plain_port}")
    answer = guarded(plain.get("/moten/?q=1"))
    assert answer.status == 301
    assert answer.location == f"{installed.address}/moten/?q=1"


def test_work_is_done_by_any_worker_and_asked_of_any_web_server(installed: Installation) -> None:
    writers = Writers(installed, 1)
    for _ in range(WRITES):
        writers.one()
    until(
        lambda: installed.stage("outcome")["open_jobs"] == 0, "every job done", 120, installed.tend
    )
    check(installed, writers.log, installed.stage("outcome"))
    logs = {name: (installed.logs / f"{name}.log").read_text() for name in installed.workers}
    busy = [name for name, text in logs.items() if "coordination.jobs.tasks" in text]
    assert len(busy) == 3
    print(f"FIGURE distributed: 2 web servers, {len(busy)} workers, 1 proxy: {WRITES} meetings")


def test_one_web_server_may_be_lost(installed: Installation) -> None:
    first, *_rest = installed.webs
    installed.services[first].kill()
    answers = [installed.healthy() for _ in range(6)]
    assert any(answers)
    installed.tend()
    until(lambda: all(installed.healthy() for _ in range(4)), "both web servers answer")


def test_the_portal_at_work_owns_nothing_and_cannot_lift_the_guards(
    installed: Installation,
) -> None:
    connection = psycopg2.connect(installed.database("runtime"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in (
            "ALTER TABLE audit_event DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_event_append_only ON audit_event",
            "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'",
            "SET session_replication_role = replica",
            "CREATE TABLE mine (x int)",
            "TRUNCATE audit_event",
            "DELETE FROM audit_event",
            "UPDATE audit_event SET actor = 'x'",
        ):
            with pytest.raises(psycopg2.Error):
                cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'portal_runtime'::regrole")
        assert cursor.fetchone() == (0,)
    connection.close()


def test_an_upgrade_runs_beside_people_and_changes_nothing_when_nothing_is_new(
    installed: Installation,
) -> None:
    installed.migrate()
    assert installed.healthy()


def test_it_comes_back_on_another_server_from_its_backup(
    installed: Installation, tmp_path: Path
) -> None:
    """As the owner role on both sides, with the roles made first, as on a new machine."""
    settled(installed)
    made = installed.made | installed.stage("factor")
    backup, data = tmp_path / "backup", tmp_path / "data"
    installed.run(ROOT / "bin" / "backup", backup, DATABASE_URL=installed.database("owner"))
    assert not re.search(installed.env["PORTAL_SECRET_KEY"], (backup / "backup.json").read_text())
    place = Path(installed._place.name) / "other"
    place.mkdir()
    other = engines.postgresql_in(place, installed.logs / "other.log")
    other.start()
    try:
        installed.make_roles(other)
        owner = installed.database("owner").replace(
            f":{installed.postgresql.port}/", f":{other.port}/"
        )
        said = installed.run(
            ROOT / "bin" / "restore",
            backup,
            DATABASE_URL=owner,
            PORTAL_DATA_DIR=str(data),
            PORTAL_CHECKPOINT_DIR=str(tmp_path / "checkpoints"),
        )
        assert "rows as written" in said
        runtime = owner.replace(f"portal_owner:{installed.passwords['owner']}", "portal_runtime")
        there = {
            "DATABASE_URL": runtime,
            "REDIS_URL": installed.env["REDIS_URL"].replace("/0", "/1"),
            "PORTAL_DATA_DIR": str(data),
            "PORTAL_CHECKPOINT_DIR": str(tmp_path / "checkpoints"),
        }
        assert "WRONG" not in installed.manage("verify_audit", **there)
        installed.manage("open_restored", "--all", **there)
        assert_lets_in(installed, made, there)
    finally:
        other.stop()


def assert_lets_in(installed: Installation, made: dict[str, str], there: dict[str, str]) -> None:
    """The restored portal answers; its reader signs in with an app's code and opens the minutes."""
    port = engines.machine.free_port()
    address = f"http://localhost:{port}"
    web = [sys.executable, "-m", *image_command()]
    web[web.index("--bind") + 1] = f"127.0.0.1:{port}"
    # The proxy is tried above.
    env = installed.env | there | {"PORTAL_BASE_URL": address, "PORTAL_PROXIES": "0"}
    visitor = Visitor(address)

    def answers() -> bool:
        try:
            return visitor.get("/hjalp/").status == 200
        except OSError:
            return False

    log = installed.logs / "restored.log"
    server = engines.Server("restored", web, log, answers, cwd=ROOT, env=env)
    server.start()
    try:
        assert visitor.sign_in(made["reader"], made["password"], made["secret"]).status == 302
        minutes = visitor.get(made["minutes"])
        assert minutes.status == 200
        assert minutes.body.startswith(b"%PDF")
    finally:
        server.stop()


def test_the_proxys_own_file_is_one_that_it_reads() -> None:
    done = subprocess.run(
        [engines.program("caddy"), "adapt", "--config", ROOT / "deploy" / "Caddyfile"],
        capture_output=True,
        text=True,
        env={"PORTAL_HOST": "portal.example.org", "HOME": "/tmp"},
    )
    assert done.returncode == 0, done.stderr
    assert "portal.example.org" in done.stdout
