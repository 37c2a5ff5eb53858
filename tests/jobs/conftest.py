"""A broker of the test's own, so that nothing rings at a developer's worker."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coordination.celery import app
from coordination.jobs import broker, queue


@pytest.fixture(autouse=True)
def bells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[Any]]]:
    """What the doorbell sent since it was last asked: the arguments of each message."""
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    folders = {"data_folder_in": "messages", "data_folder_out": "messages", "control_folder": "c"}
    options = {option: str(tmp_path / "queue" / name) for option, name in folders.items()}
    broker.make_folders(options)
    standing = app.conf.broker_url, app.conf.broker_write_url, app.conf.broker_transport_options
    app.conf.broker_url = app.conf.broker_write_url = f"{broker.NAME}://localhost"
    app.conf.broker_transport_options = options

    def rung() -> list[Any]:
        sent = []
        for message in sorted(Path(options["data_folder_in"]).glob("*.msg")):
            args, kwargs, _embedded = json.loads(b64decode(json.loads(message.read_text())["body"]))
            sent.append([args, kwargs])
            message.unlink()
        return sent

    yield rung
    app.conf.broker_url, app.conf.broker_write_url, app.conf.broker_transport_options = standing
