"""The file store: files whole or absent, one for each name, under names nobody can guess.

What a job makes is named, and the name stored in a row, before the work begins: run again after a
crash, the job replaces its own file instead of leaving a second one. What a person hands in is written
before its row; a crash between leaves a file that no row claims, and `sweep_unclaimed` takes it.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}(\.[a-z0-9]{1,8})?")
_LEFTOVER = ".tmp"
ORPHAN_AGE = timedelta(hours=1)
"""Older than any write lasts."""


UNCLAIMED_AGE = timedelta(hours=6)
"""Longer than any request lasts between writing a file and its row."""
CLAIMED_AT_ONCE = 500


def new_name(suffix: str = "", *, family: str = "") -> str:
    """A name to store in a row, such as `new_name(".pdf")`: 192 bits. `family` begins the names of
    files that are swept together."""
    return family + secrets.token_urlsafe(24) + suffix


def path(name: str) -> Path:
    """Where the file of that name stands. Raises `ValueError` for a name not of our making."""
    if not _NAME.fullmatch(name):
        raise ValueError("A stored file is named by letters, digits, - and _, with a short ending.")
    return Path(settings.FILES_DIR) / name


def publish(content: bytes, name: str) -> Path:
    """Make the file whole under its name, replacing an earlier one; returns its path.

    After any crash the name holds the former content or the new, never part of it. Durable when it
    returns. Raises `ValueError` for a name not of our making, `OSError` when it cannot be written.
    """
    target = path(name)
    write_whole(content, target)
    return target


@contextmanager
def publishing(name: str) -> Iterator[IO[bytes]]:
    """A file to write into, which stands under its name when the block ends well: for what is too
    large to be held. Promises what `publish` does."""
    with _whole(path(name)) as file:
        yield file


def remove(name: str) -> None:
    """Take the file away; does nothing when there is none."""
    path(name).unlink(missing_ok=True)


def write_whole(content: bytes, target: Path) -> None:
    """Write a temporary file beside the target, force it to disk, then rename it over the target."""
    with _whole(target) as file:
        file.write(content)


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Its own name for each writer: two who believe to hold the same job must not mix their bytes.
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=_LEFTOVER)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep_orphans(*, now: datetime | None = None, age: timedelta = ORPHAN_AGE) -> int:
    """Remove temporary files that a killed writer left behind; returns how many.

    Only those older than `age`, since a younger one may be in the making.
    """
    limit = ((now or timezone.now()) - age).timestamp()
    removed = 0
    for folder in (settings.FILES_DIR, settings.MAIL_DIR, settings.QUEUE_DIR / "messages"):
        for leftover in Path(folder).glob(f".*{_LEFTOVER}"):
            try:
                if leftover.stat().st_mtime <= limit:
                    leftover.unlink()
                    removed += 1
            except FileNotFoundError:
                # Its writer finished, or another sweep was first.
                continue
    return removed


def _batches(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def sweep_unclaimed(
    *,
    family: str,
    claimed: Callable[[list[str]], set[str]],
    now: datetime | None = None,
    age: timedelta = UNCLAIMED_AGE,
) -> int:
    """Remove the files of a family that no row claims and that are older than `age`; returns how many.

    `claimed` is given names and returns those that rows have.
    """
    limit = ((now or timezone.now()) - age).timestamp()
    old = [
        file.name
        for file in Path(settings.FILES_DIR).glob(f"{family}*")
        if _NAME.fullmatch(file.name) and file.stat().st_mtime <= limit
    ]
    removed = 0
    for names in _batches(old, CLAIMED_AT_ONCE):
        for name in set(names) - claimed(names):
            remove(name)
            removed += 1
    return removed
