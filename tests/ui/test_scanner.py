"""The virus scanner: a real clamd with one signature of its own, and peers that misbehave."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import checks

from coordination.ui import scanner
from tests import papers

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
PATIENCE = 60


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a clamd answers that knows the EICAR test file and reads at most a megabyte of a file."""
    if not Path(CLAMD).exists():
        pytest.fail("clamd is missing: install clamav-daemon (bin/test does).")
    # A socket's path has at most 107 bytes.
    folder = Path(tmp_path_factory.mktemp("c"))
    (folder / "db").mkdir()
    signature = papers.EICAR.encode().hex()
    (folder / "db" / "own.ndb").write_text(f"Own.Eicar:0:*:{signature}\n")
    place = folder / "s"
    (folder / "conf").write_text(
        f"LocalSocket {place}\nDatabaseDirectory {folder / 'db'}\nForeground yes\n"
        "StreamMaxLength 2M\nMaxFileSize 1M\nAlertExceedsMax yes\n"
    )
    process = subprocess.Popen(
        [CLAMD, f"--config-file={folder / 'conf'}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + PATIENCE
        while not place.exists():
            assert process.poll() is None, "clamd did not start"
            assert time.monotonic() < until, "clamd does not answer"
            time.sleep(0.05)
        yield f"unix://{place}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def real(clamd, settings) -> None:
    settings.CLAMD, settings.UPLOADS_UNSCANNED = clamd, False


def test_a_clean_file_is_cleared(real):
    assert scanner.scan(papers.pdf()) is scanner.Verdict.CLEAN
    assert scanner.scan(b"x" * 900_000) is scanner.Verdict.CLEAN


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_what_the_scanner_knows_is_found_inside_a_package_too(real, ending):
    with pytest.raises(scanner.Infected):
        scanner.scan(papers.EICAR.encode())
    with pytest.raises(scanner.Infected):
        scanner.scan(papers.document(ending, {"media/x.txt": papers.EICAR}))


@pytest.mark.parametrize("size", [1_500_000, 3_000_000, 20_000_000])
def test_more_than_the_scanner_reads_is_not_cleared(real, size):
    """Above MaxFileSize clamd would say OK without AlertExceedsMax; above StreamMaxLength it stops."""
    with pytest.raises(scanner.NotScanned):
        scanner.scan(b"x" * size)


def test_more_than_the_portal_believes_it_reads_is_not_even_asked(real, settings):
    settings.CLAMD_LARGEST, settings.CLAMD_LARGEST_UNPACKED = 1000, 5000
    assert scanner.scan(b"x" * 1000, unpacked=5000) is scanner.Verdict.CLEAN
    for size, unpacked in ((1001, 0), (10, 5001)):
        with pytest.raises(scanner.NotScanned):
            scanner.scan(b"x" * size, unpacked=unpacked)


# Peers that misbehave ----------------------------------------------------------------------------


@pytest.fixture
def peer(settings) -> Iterator[Callable]:
    """Somebody who answers at the scanner's address in another way."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    settings.UPLOADS_UNSCANNED = False
    threads = []

    def answer(act: Callable[[socket.socket], object]) -> None:
        def serve() -> None:
            connection, _place = listening.accept()
            with connection:
                act(connection)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()

    yield answer
    for thread in threads:
        thread.join()
    listening.close()


def read(connection: socket.socket) -> bytes:
    """All that the portal sends, to the piece that ends it."""
    had = b""
    while not had.endswith(b"\0\0\0\0"):
        had += connection.recv(1 << 20)
    return had


def test_the_protocol_is_spoken_as_it_is_written(peer):
    heard = []

    def act(connection: socket.socket) -> None:
        heard.append(read(connection))
        connection.sendall(b"stream: ")
        connection.sendall(b"OK\0")

    peer(act)
    assert scanner.scan(b"hej") is scanner.Verdict.CLEAN
    assert heard == [b"zINSTREAM\0" + b"\0\0\0\x03hej" + b"\0\0\0\0"]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"stream: OK",
        b"OK\0",
        b"stream: OK and more\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
        b"\xff\xfe\0",
        b"HTTP/1.1 200 OK\r\n\r\n\0",
        b"x" * 100_000,
    ],
)
def test_any_other_answer_clears_nothing(peer, said):
    peer(lambda connection: (read(connection), connection.sendall(said)))
    with pytest.raises(scanner.NotScanned):
        scanner.scan(b"hej")


def test_a_scanner_that_hangs_up_clears_nothing(peer):
    peer(lambda connection: connection.recv(4))
    with pytest.raises(scanner.NotScanned):
        scanner.scan(b"x" * 5_000_000)


def test_a_scanner_that_never_answers_clears_nothing(peer, monkeypatch):
    monkeypatch.setattr(scanner, "PATIENCE", 0.2)
    over = threading.Event()
    peer(lambda connection: (read(connection), over.wait(PATIENCE)))
    with pytest.raises(scanner.NotScanned):
        scanner.scan(b"hej")
    over.set()


@pytest.mark.parametrize("place", ["", "tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
def test_without_a_scanner_nothing_is_cleared(settings, place):
    settings.CLAMD, settings.UPLOADS_UNSCANNED = place, False
    with pytest.raises(scanner.NotScanned):
        scanner.scan(b"hej")


def test_unscanned_files_are_taken_where_the_installation_says_so_and_has_no_scanner(settings):
    settings.CLAMD, settings.UPLOADS_UNSCANNED = "", True
    assert scanner.scan(b"hej") is scanner.Verdict.UNSCANNED
    settings.CLAMD = "tcp://127.0.0.1:1"
    with pytest.raises(scanner.NotScanned):
        scanner.scan(b"hej")


def test_the_deploy_check_refuses_unscanned_uploads(settings):
    def said() -> list[str]:
        found = checks.run_checks(tags=["security"], include_deployment_checks=True)
        return [one.id for one in found if one.id == "ui.E001"]

    settings.UPLOADS_UNSCANNED = True
    assert said() == ["ui.E001"]
    settings.UPLOADS_UNSCANNED = False
    assert said() == []
