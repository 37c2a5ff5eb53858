"""bin/start as people meet it: real processes, a real port, and nothing left behind."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.distributed.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "bin" / "start"
PATIENCE = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Launcher:
    """One bin/start, with what it has said so far."""

    def __init__(self, data: Path, port: int, *options: str) -> None:
        self.data, self.port, self.said = data, port, []
        self.process = subprocess.Popen(
            [sys.executable, START, *options, "--data", data, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with self.process.stdout as lines:
            self.said.extend(lines)

    def wait_to_say(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not any(words in line for line in self.said):
            assert time.monotonic() < deadline, "".join(self.said)
            assert self.process.poll() is None or words in "".join(self.said), "".join(self.said)
            time.sleep(0.02)

    def children(self) -> list[int]:
        """Every process that works on this data, whoever its parent is now."""
        mark = f"PORTAL_DATA_DIR={self.data}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def wait_until_gone(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.children():
            assert time.monotonic() < deadline, "processes were left behind"
            time.sleep(0.05)

    def health(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as answer:
            return answer.status


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("start") / "data"


@pytest.fixture
def launch():
    launched = []

    def make(port: int | None = None, *, at: Path, options=("--no-demo",)) -> Launcher:
        launched.append(Launcher(at, port or free_port(), *options))
        return launched[-1]

    yield make
    # All of them first: several may work on the same data.
    for launcher in launched:
        launcher.process.kill()
        launcher.process.wait()
    for launcher in launched:
        launcher.wait_until_gone()


def stopped(launcher: Launcher) -> None:
    launcher.process.send_signal(signal.SIGINT)
    assert launcher.process.wait(PATIENCE) == 0


def entered(launcher: Launcher, username: str = "anna.ek") -> Visitor:
    """Somebody who has clicked a name on the sign-in page of the demo."""
    visitor = Visitor(f"http://localhost:{launcher.port}")
    assert username in visitor.get("/konto/login/").text
    answer = visitor.post("/demo/sign-in/", {"user": username})
    assert answer.status == 302, answer.text
    assert visitor.get("/").status == 200
    return visitor


def refused(*arguments: object, code: str = "", **options) -> str:
    """What bin/start says when it will not start: one sentence, no traceback, an exit code."""
    command = [sys.executable, *(["-c", code] if code else [START]), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, **options)
    assert done.returncode not in (0, None)
    sentence = done.stderr.strip()
    assert len(sentence.splitlines()) == 1, done.stderr
    assert sentence.endswith(".")
    return sentence


@pytest.fixture(scope="module")
def portal(data):
    """A portal that stays up for the tests that do not stop it."""
    running = Launcher(data, free_port(), "--no-demo")
    running.wait_to_say("http://localhost")
    yield running
    running.process.kill()
    running.process.wait()
    running.wait_until_gone()


def test_it_starts_and_says_where(portal):
    assert f"Portalen är igång: http://localhost:{portal.port}" in "".join(portal.said)
    assert portal.health() == 200
    assert len(portal.children()) >= 4  # gunicorn, its two workers, Celery


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /sok/?q=Kalle Persson 850709-9805 HTTP/1.1",
        "Kalle-Persson-850709-9805 / HTTP/1.1",
        "GET / HTTP/1.1\r\nKalle Persson: 850709-9805",
    ],
)
def test_the_log_tells_of_a_request_that_cannot_be_read_without_what_it_held(portal, request_line):
    log = portal.data / "log" / "web.log"
    before = log.read_text().count("A request could not be read")
    with socket.create_connection(("127.0.0.1", portal.port), timeout=10) as raw:
        raw.sendall(f"{request_line}\r\nHost: localhost\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")
    written = log.read_text()
    assert written.count("A request could not be read") == before + 1
    assert "Persson" not in written
    assert "9805" not in written


def test_the_image_starts_its_web_server_with_the_same_log():
    command = (ROOT / "Dockerfile").read_text().rpartition("CMD ")[2]
    assert '"--logger-class", "coordination.frame.weblog.Logger"' in command


def test_a_portal_that_nobody_can_enter_says_what_to_do_and_it_opens_the_door(portal):
    """The command it names, given in a shell of its own, makes links to the portal that runs."""
    said = "".join(portal.said)
    assert f"bin/manage --data {portal.data} first_administrators" in said
    manage = [sys.executable, ROOT / "bin" / "manage", "--data", portal.data]
    people = ["--person", "Eva", "Först", "eva.forst", "eva@example.org"]
    people += ["--person", "Adam", "Andra", "adam.andra", "adam@example.org"]
    command = [*manage, "first_administrators", "--organisation", "Nya kommun", *people]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=env)
    assert done.returncode == 0, done.stderr
    links = re.findall(rf"http://localhost:{portal.port}\S+", done.stdout)
    assert len(links) == 2
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(links[0], timeout=20) as page:
        assert "eva.forst" in page.read().decode()
    again = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=env)
    assert again.returncode == 1


def test_a_second_start_on_the_same_data_is_refused_with_the_address_of_the_first(portal):
    sentence = refused("--no-demo", "--data", portal.data, "--port", free_port())
    assert f"http://localhost:{portal.port}" in sentence
    assert portal.health() == 200


def test_what_it_writes_is_for_its_own_account_only(portal):
    assert portal.data.stat().st_mode & 0o077 == 0
    for file in portal.data.rglob("*"):
        if (portal.data / "static") not in file.parents:
            with contextlib.suppress(FileNotFoundError):
                assert file.stat().st_mode & 0o077 == 0, file


def test_a_process_that_falls_is_started_again_and_said_so(portal):
    (worker,) = [
        number
        for number in portal.children()
        if b"celery" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    os.kill(worker, signal.SIGKILL)
    portal.wait_to_say("startas igen")
    assert portal.health() == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_stops_all_of_it(launch, tmp_path, number):
    portal = launch(at=tmp_path / "data")
    portal.wait_to_say("http://localhost")
    portal.process.send_signal(number)
    assert portal.process.wait(PATIENCE) == 0
    assert portal.children() == []


def test_nothing_survives_the_launcher_and_the_next_start_keeps_the_data(launch, tmp_path):
    data = tmp_path / "data"
    portal = launch(at=data)
    portal.wait_to_say("http://localhost")
    key = (data / "secret-key").read_bytes()
    before = (data / "portal.sqlite3").stat().st_ino
    portal.process.kill()
    # At once, while the old processes may still be there.
    began = time.monotonic()
    again = launch(portal.port, at=data)
    again.wait_to_say("http://localhost")
    assert time.monotonic() - began < 20
    assert (data / "secret-key").read_bytes() == key
    assert (data / "portal.sqlite3").stat().st_ino == before
    again.process.kill()
    again.wait_until_gone()


def test_the_demo_is_built_entered_with_a_click_kept_and_built_anew(launch, tmp_path):
    data, port = tmp_path / "data", free_port()
    # Cut short in the middle of the first build: half a demo is thrown away.
    cut = launch(port, options=(), at=data)
    cut.wait_to_say("Bygger demon")
    time.sleep(1)
    cut.process.kill()
    cut.process.wait()
    began = time.monotonic()
    portal = launch(port, options=(), at=data)
    portal.wait_to_say("Portalen är igång")
    print(f"FIGURE demo: built and answering after {time.monotonic() - began:.0f} s")
    said = "".join(portal.said)
    assert "Bygger demon" in said
    assert re.search(r"(?m)^anna\.ek +Anna Ek +\S+", said)
    assert "Ingen kan logga in" not in said
    anna = entered(portal)
    assert 'lang="sv"' in anna.get("/").text
    anna.post("/sprak/", {"language": "en"})
    stopped(portal)

    again = launch(port, options=(), at=data)
    again.wait_to_say("Portalen är igång")
    assert "Bygger demon" not in "".join(again.said)
    assert 'lang="en"' in entered(again).get("/").text, "what was done is gone"
    stopped(again)

    anew = launch(port, options=["--reset-demo"], at=data)
    anew.wait_to_say("Portalen är igång")
    assert "Bygger demon" in "".join(anew.said)
    assert 'lang="sv"' in entered(anew).get("/").text
    stopped(anew)


FAULTS = {
    "a full disk": (
        "import errno, os\n"
        "def fsync(*_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "os.fsync = fsync",
        "Disken är full: frigör utrymme",
    ),
    "no right to write": (
        "import errno, os\n"
        "def open(place, *_): raise PermissionError(errno.EACCES, 'Permission denied', str(place))\n"
        "os.open = open",
        "får inte läsa eller skriva {data}/secret-key.new: ge det rätt",
    ),
    "no Pango, and no apt-get": (
        "import ctypes\n"
        "real = ctypes.CDLL\n"
        "def load(name, *a, **k):\n"
        "    if 'pango' in str(name): raise OSError('no ' + name)\n"
        "    return real(name, *a, **k)\n"
        "ctypes.CDLL = load",
        "Biblioteken som skriver PDF (Pango) saknas: installera",
    ),
}
"""What the machine is made to do, and what bin/start then says."""


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_machine_lacks_is_told_in_one_sentence_that_says_what_to_do(tmp_path, fault):
    harm, words = FAULTS[fault]
    data = tmp_path / "data"
    code = f"{harm}\nimport runpy, sys; sys.path.insert(0, {str(START.parent)!r})\n"
    arguments = ["--no-demo", "--data", str(data), "--port", str(free_port())]
    code += f"sys.argv[1:] = {arguments}; runpy.run_path({str(START)!r}, run_name='__main__')"
    (tmp_path / "programs").mkdir()
    env = {**os.environ, "PATH": str(tmp_path / "programs")}
    assert words.format(data=data) in refused(code=code, env=env)


def test_no_pango_and_no_right_to_install_it_is_told_with_the_line_to_run(tmp_path):
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 100\n")
    (tmp_path / "apt-get").chmod(0o755)
    harm, _words = FAULTS["no Pango, and no apt-get"]
    code = f"{harm}\nimport os, sys; os.geteuid = lambda: 1000; sys.path.insert(0, {str(START.parent)!r})\n"
    code += "import machine\n"
    code += "try: machine.require_pdf_libraries()\n"
    code += "except machine.Stop as stop: sys.exit(str(stop))"
    sentence = refused(code=code, env={**os.environ, "PATH": str(tmp_path)})
    assert "kör sudo apt-get install" in sentence
    assert "libpango-1.0-0" in sentence


def test_a_database_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "portal.sqlite3").mkdir()
    for name in ("secret-key", "field-key"):
        (tmp_path / name).write_text(f"{name} of at least thirty-two characters\n")
    sentence = refused("--no-demo", "--data", tmp_path, "--port", free_port())
    assert f"får inte skriva i datamappen {tmp_path}" in sentence
    assert "--data" in sentence


def test_a_taken_port_is_told_with_another_to_take(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = refused("--no-demo", "--data", tmp_path / "data", "--port", port)
    assert str(port) in sentence
    assert "--port" in sentence


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port):
    assert "--port" in refused("--port", port)


def test_an_unknown_option_points_to_the_help():
    assert "--help" in refused("--prot", "8001")


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    assert "--data" in refused("--no-demo", "--data", tmp_path / "data")


def test_an_old_python_is_told_which_one_is_needed(tmp_path):
    code = f"import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path({str(START)!r}, run_name='__main__')"
    env = {"PATH": str(tmp_path), "PYTHONPATH": str(START.parent)}
    assert "3.11" in refused(code=code, env=env)


def test_packages_that_cannot_be_fetched_are_told_in_one_sentence(tmp_path):
    """A fresh copy without .venv, on a machine that reaches no registry."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    env |= {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
    }
    command = [sys.executable, tmp_path / "bin" / "start", "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=env)
    assert done.returncode == 1
    assert re.fullmatch(r"Paketen kunde inte hämtas: .*\.\n", done.stderr)


def test_data_that_is_no_demo_is_never_thrown_away_as_one(tmp_path):
    database = tmp_path / "portal.sqlite3"
    database.write_bytes(b"what people have written")
    assert str(tmp_path) in refused("--reset-demo", "--data", tmp_path, "--port", free_port())
    assert database.read_bytes() == b"what people have written"
