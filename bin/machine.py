"""What bin/start and bin/test need of the machine: Python, locked packages, system packages, servers.

Only the standard library, and read by any Python 3: it must work before anything is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")

PDF_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
PDF_PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz0b",
    "libharfbuzz-subset0",
    "libfontconfig1",
    "libglib2.0-0",
)


class Stop(Exception):
    """Nothing more can be done; the text is one sentence that says what the reader can do."""


class Interrupted(BaseException):
    """Somebody asked us to stop: Ctrl-C, a closed terminal or `kill`."""


FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


def advice(error: OSError) -> str:
    """One sentence on what to do about a file that cannot be read or written."""
    if error.errno in FULL:
        return "Disken är full: frigör utrymme och kör kommandot igen."
    place = error.filename or "en fil"
    if error.errno in CLOSED:
        return (
            f"Kontot som kör kommandot får inte läsa eller skriva {place}: ge det rätt till det, eller "
            "kör kommandot som ett annat konto."
        )
    return f"Det gick inte med {place} ({error.strerror}): rätta det och kör kommandot igen."


def say(text: str = "") -> None:
    """Write one line at once. A reader who has gone away is no reason to fall."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")


def stop_on_signals() -> None:
    """From here on Ctrl-C, `kill` and a closed terminal raise Interrupted."""

    def interrupt(number: int, frame: object) -> None:
        raise Interrupted(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def require_python() -> None:
    """Go on with Python 3.11 or newer: this one, or another one on the machine. Otherwise Stop."""
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    found = ".".join(str(part) for part in sys.version_info[:2])
    raise Stop(
        f"Portalen behöver Python 3.11 eller nyare, men här finns {found}: installera en nyare "
        "Python och kör kommandot igen."
    )


# Child processes ---------------------------------------------------------------------------------


def _die_with_parent() -> None:
    """Linux ends this child when its parent is gone, however the parent ended."""
    if sys.platform != "linux":
        return
    parent_death_signal = 1
    ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM, 0, 0, 0)
    if os.getppid() == 1:
        os._exit(1)


def launch(command: Sequence[object], **options) -> subprocess.Popen:
    """Start a program as leader of its own process group, ended when we end."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent,
        **options,
    )


def group_lives(process: subprocess.Popen) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end(processes: Sequence[subprocess.Popen], patience: float = 10) -> None:
    """Ask each process to end, wait, and kill what is left of its group."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(group_lives(process) for process in processes):
        time.sleep(0.05)
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _carriers(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def clear_leftovers(mark: str) -> int:
    """Kill every process whose environment carries `mark` ("NAME=value"); returns how many."""
    killed: set[int] = set()
    deadline = time.monotonic() + 10
    left = _carriers(mark)
    while left and time.monotonic() < deadline:
        for number in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        killed.update(left)
        time.sleep(0.05)
        left = _carriers(mark)
    return len(killed)


def run(command: Sequence[object], log: Path, **options) -> str:
    """Run a program to its end and return what it wrote, also kept in `log`.

    Raises subprocess.CalledProcessError (with the output) when it fails. Ends the program and its
    children when we are interrupted.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w+") as output:
        process = launch(command, stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            code = process.wait()
        except BaseException:
            end([process], patience=3)
            raise
        output.seek(0)
        written = output.read()
    if code:
        raise subprocess.CalledProcessError(code, [str(part) for part in command], written)
    return written


# What has to be there ----------------------------------------------------------------------------


def require_disk(folder: Path, megabytes: int) -> None:
    """Stop unless so much is free where `folder` is, or will be."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise Stop(
            f"Det är ont om diskutrymme: {free} MB är lediga där {folder} ligger och minst "
            f"{megabytes} MB behövs, så frigör utrymme och kör kommandot igen."
        )


def _stamp(requirements: Path) -> str:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info[0]}.{sys.version_info[1]}\n"


def _usable_environment() -> bool:
    if not PYTHON.exists() or (VENV / "installing").exists():
        return False
    probe = f"import sys, pip; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode == 0


def _why_pip_failed(output: str, log: Path) -> str:
    if "No space left on device" in output:
        return "Disken är full: frigör minst 500 MB och kör kommandot igen."
    offline = ("NewConnectionError", "Failed to establish", "name resolution", "Max retries")
    offline += ("Connection refused", "ConnectTimeout", "ProxyError", "No matching distribution")
    if any(sign in output for sign in offline):
        return (
            "Paketen kunde inte hämtas: kontrollera att datorn når PyPI (eller att pip är "
            f"inställt på er egen spegel) och kör kommandot igen; pips egna ord står i {log}."
        )
    return f"Paketen kunde inte installeras: pips egna ord om varför står i {log}."


def require_packages(requirements: Path, log: Path) -> None:
    """.venv holds exactly what `requirements` locks; does nothing when it already does."""
    mark = VENV / f"{requirements.stem}.installed"
    # The locked file itself is the lock: two starts at once must not install into one folder.
    with requirements.open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        usable = _usable_environment()
        if usable and mark.exists() and mark.read_text() == _stamp(requirements):
            return
        require_disk(VENV, 600)
        try:
            if not usable:
                say("Skapar Pythonmiljön .venv …")
                _make_environment(log)
            say(f"Installerar de låsta paketen i {requirements.name} (en minut första gången) …")
            (VENV / "installing").touch()
            pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            run([*pip, "--require-hashes", "-r", requirements], log, cwd=ROOT)
            mark.write_text(_stamp(requirements))
            (VENV / "installing").unlink()
        except subprocess.CalledProcessError as error:
            raise Stop(_why_pip_failed(error.output, log)) from None
        except OSError as error:
            raise Stop(advice(error)) from None


def _make_environment(log: Path) -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        require_apt(["python3-venv"], "Pythons modul venv")
    run([sys.executable, "-m", "venv", VENV], log)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        may = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL)
        if may.returncode == 0:
            return ["sudo", "-n"]
    return None


def require_apt(packages: Sequence[str], what: str) -> None:
    """Install Debian packages where we may; otherwise Stop with the line to run.

    What the machine has stays as it is: an upgrade would change a server under its users.
    """
    line = "apt-get install -y --no-install-recommends --no-upgrade " + " ".join(packages)
    prefix = _as_root()
    if shutil.which("apt-get") is None:
        raise Stop(f"{what} saknas: installera motsvarigheten till {', '.join(packages)} först.")
    if prefix is None:
        raise Stop(f"{what} saknas: kör sudo {line} och sedan det här kommandot igen.")
    say(f"Installerar: {what[0].lower()}{what[1:]} …")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    for arguments in (["update"], line.split()[1:]):
        command = [*prefix, "apt-get", *wait, "-q", *arguments]
        done = subprocess.run(
            command, env=quiet, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["apt-get sade ingenting"])[-1]
        raise Stop(f"{what} gick inte att installera ({last}): kör sudo {line} för hand.")


def _library_loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def require_pdf_libraries() -> None:
    """The system libraries WeasyPrint draws with can be loaded."""
    if sys.platform == "darwin":
        if ctypes.util.find_library("pango-1.0") is None:
            raise Stop("Pango, som skriver PDF, saknas: kör brew install pango och starta igen.")
        return
    if all(_library_loads(name) for name in PDF_LIBRARIES):
        return
    require_apt(PDF_PACKAGES, "Biblioteken som skriver PDF (Pango)")
    if not all(_library_loads(name) for name in PDF_LIBRARIES):
        raise Stop(
            "Pango är installerat men går inte att läsa in: kör apt-get install --reinstall "
            + " ".join(PDF_PACKAGES)
            + " och sedan det här kommandot igen."
        )


# Ports and folders -------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def only_one(lock: Path, refusal: str) -> Iterator[None]:
    """Hold `lock` while the block runs; Stop with `refusal` when someone else holds it."""
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(refusal) from None
        yield
