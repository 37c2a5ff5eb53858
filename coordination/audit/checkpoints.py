"""Signed statements of where the log ended, kept outside the database.

A chain cannot tell that its last rows are gone, nor that all of it was written anew. A checkpoint
can. Each is a file of its own, `<month>/<time>.json`, because a file that is never written to again
can be copied to another machine or to write-once storage as it appears, and a crash can only cost
the one being written. Whoever holds the database but not SECRET_KEY cannot make one. After a change
of that key, `resign` signs the files anew; what they say stays as it was.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import force_bytes

from coordination.audit import chain
from coordination.audit.models import Event, Zone

_LABEL = b"coordination.audit.checkpoints 1"
"""Makes the signing key differ from every other key derived from SECRET_KEY."""


class Contradicted(Exception):
    """The log no longer holds what the newest checkpoint says; a new one would cover that up."""


class Forged(Exception):
    """A checkpoint file that cannot be read, or that this portal did not sign."""


@dataclass(frozen=True)
class End:
    """Where a zone ended: number of rows, hash of the last, and its id (0 when there is none)."""

    count: int
    head: str
    row: int


@dataclass(frozen=True)
class Checkpoint:
    at: datetime
    zones: dict[str, End]


def write(now: datetime | None = None) -> Checkpoint:
    """Sign where every zone ends now and keep it, durably and whole or not at all.

    Raises `Contradicted` when the log does not hold what the newest checkpoint says. Health then
    shows an old checkpoint until someone has looked (docs/operations.md).
    """
    before = newest()
    if before is not None:
        for zone, end in before.zones.items():
            if not holds(zone, end):
                raise Contradicted(
                    f"The log of {zone} is not the one that the checkpoint of "
                    f"{before.at:%Y-%m-%d %H:%M:%S} UTC saw. Run verify_audit."
                )
    checkpoint = Checkpoint(
        at=(now or timezone.now()).astimezone(UTC),
        zones={zone.value: _end(zone) for zone in Zone},
    )
    _keep(checkpoint)
    return checkpoint


def last() -> datetime | None:
    """When the newest valid checkpoint was written, or None."""
    checkpoint = newest()
    return checkpoint.at if checkpoint else None


def newest() -> Checkpoint | None:
    """The newest checkpoint with a valid signature, or None."""
    # A month's folder at a time: pages ask for this, and there are fifty thousand files a year.
    for month in sorted(Path(settings.CHECKPOINT_DIR).glob("[0-9]*"), reverse=True):
        for file in sorted(month.glob("[0-9]*.json"), reverse=True):
            try:
                return read(file)
            except Forged:
                continue
    return None


def files() -> list[Path]:
    """Every checkpoint file, oldest first."""
    return sorted(Path(settings.CHECKPOINT_DIR).glob("[0-9]*/[0-9]*.json"))


def read(file: Path) -> Checkpoint:
    """The checkpoint in the file. Raises `Forged`."""
    try:
        document, _current = _opened(file)
        return Checkpoint(
            at=datetime.fromisoformat(document["at"]),
            zones={zone: End(**end) for zone, end in document["zones"].items()},
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Forged(f"The checkpoint {file.name} cannot be read.") from error


def _opened(file: Path) -> tuple[dict[str, Any], bool]:
    """What the file says, and whether the current key signed it. Raises `Forged`."""
    document = json.loads(file.read_bytes())
    signature = document.pop("signature")
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        if hmac.compare_digest(signature, _sign(document, key)):
            return document, key == settings.SECRET_KEY
    raise Forged(f"The checkpoint {file.name} is not signed by this portal.")


def resign() -> int:
    """Signs with the current key what the one before it signed; returns how many.

    Can be stopped and run again. A file that no key of ours signed stays as it is, so that
    `verify_audit` goes on telling of it.
    """
    count = 0
    for file in files():
        try:
            read(file)
        except Forged:
            continue
        document, current = _opened(file)
        if not current:
            _put(file, document)
            count += 1
    return count


def every() -> Iterator[Checkpoint | Forged]:
    """Every checkpoint, oldest first, or what is wrong with its file."""
    for file in files():
        try:
            yield read(file)
        except Forged as forged:
            yield forged


def holds(zone: str, end: End) -> bool:
    """Whether the row at this end of the log is still the same row."""
    if end.count == 0:
        return True
    return Event.objects.filter(zone=zone, sequence=end.count, hash=end.head).exists()


def _end(zone: Zone) -> End:
    row = (
        Event.objects.filter(zone=zone)
        .order_by("-sequence")
        .values_list("sequence", "hash", "id")
        .first()
    )
    return End(*row) if row else End(0, chain.GENESIS, 0)


def _document(checkpoint: Checkpoint) -> dict[str, object]:
    return {
        "version": 1,
        "at": checkpoint.at.isoformat(timespec="microseconds"),
        "zones": {
            zone: {"count": end.count, "head": end.head, "row": end.row}
            for zone, end in checkpoint.zones.items()
        },
    }


def _sign(document: dict[str, object], secret: str | bytes) -> str:
    key = hmac.digest(force_bytes(secret), _LABEL, hashlib.sha256)
    form = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, form.encode(), hashlib.sha256).hexdigest()


def _keep(checkpoint: Checkpoint) -> None:
    root = Path(settings.CHECKPOINT_DIR)
    folder = root / f"{checkpoint.at:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    # The random end keeps two writers at the same moment apart.
    name = f"{checkpoint.at:%Y-%m-%dT%H-%M-%S.%f}-{secrets.token_hex(4)}"
    _put(folder / f"{name}.json", _document(checkpoint))
    _sync(root)


def _put(place: Path, document: dict[str, Any]) -> None:
    """Signs the document and writes it there, durably and whole or not at all."""
    signed = {**document, "signature": _sign(document, settings.SECRET_KEY)}
    temporary = place.parent / f".{place.stem}.part"
    with temporary.open("w") as file:
        json.dump(signed, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(place)
    _sync(place.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
