"""The doorbell of one machine: kombu's file broker, with messages that are whole or absent.

kombu 5.7 writes in place, so a reader in the same instant finds a message empty: 50 of 6 000 from
three writers, and each ends the worker with a JSON error. It also takes messages through the
system's temporary folder, where a killed worker leaves them. Here leftovers stay in the folder,
named as `files.sweep_orphans` expects; they were only bells, the job rows still hold the work.
"""

import fcntl
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

NAME = "portalfiles"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        # Ordered by the clock on the wall: the monotonic one starts anew with the machine.
        name = f"{time.time_ns():020}_{uuid.uuid4().hex}"
        _replace(folder / f"{name}.{queue}.msg", _text(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{name}.tmp"
            try:
                os.rename(folder / name, taken)
            except FileNotFoundError:
                # Another worker was first.
                continue
            payload = taken.read_text()
            taken.unlink()
            return loads(payload)  # type: ignore[no-untyped-call]
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (self.control_folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            bindings = self.get_table(exchange)  # type: ignore[no-untyped-call]
            if binding not in bindings:
                target = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
                _replace(target, _text([binding, *bindings]))


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES[NAME] = f"{__name__}:Transport"


def _text(value: Any) -> str:
    return str(dumps(value))  # type: ignore[no-untyped-call]


def _replace(target: Path, text: str) -> None:
    temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
    temporary.write_text(text)
    os.replace(temporary, target)


def make_folders(options: dict[str, Any]) -> None:
    """Make the broker's folders: it makes none itself, and cannot send to one that is missing."""
    for option in ("data_folder_in", "data_folder_out", "control_folder"):
        if option in options:
            os.makedirs(options[option], exist_ok=True)
