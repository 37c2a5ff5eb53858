"""The virus scanner: clamd, asked by its own protocol. What it does not clear is not taken.

`PORTAL_CLAMD` says where it answers. Without it nothing can be uploaded, unless the installation says
with `PORTAL_UPLOADS_UNSCANNED` that it takes files unscanned (resolution 7): the demo does so, and the
deploy check refuses it.
"""

import logging
import socket
import struct
import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from .uploads import Unfit

logger = logging.getLogger(__name__)

PIECE = 1 << 16
LONGEST_ANSWER = 1_000
PATIENCE = 60.0
"""Seconds for the whole of it: a person waits."""


class Verdict(StrEnum):
    CLEAN = "clean"
    UNSCANNED = "unscanned"
    """The installation takes files without a scanner."""


class Infected(Unfit):
    """The scanner knows something harmful in the file."""

    def __init__(self) -> None:
        super().__init__(
            _("The virus scanner stopped the file. Do not open it, and contact the support.")
        )


class NotScanned(Unfit):
    """No scanner has cleared the file, so it is not taken."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The file could not be checked for viruses, so it is not saved. Try again in a while."
            )
        )


def scan(content: bytes, *, unpacked: int = 0) -> Verdict:
    """CLEAN when the scanner has read all of it and found nothing.

    Raises Infected, and NotScanned whenever there is any doubt: no scanner, no answer, another answer,
    or more than the scanner reads, about which clamd says "OK" too. `unpacked` is what the file's
    parts come to.
    """
    if not settings.CLAMD:
        if settings.UPLOADS_UNSCANNED:
            return Verdict.UNSCANNED
        logger.error("A file was refused: PORTAL_CLAMD is not set.")
        raise NotScanned()
    if len(content) > settings.CLAMD_LARGEST or unpacked > settings.CLAMD_LARGEST_UNPACKED:
        logger.error("A file was refused: it is larger than the scanner reads.")
        raise NotScanned()
    try:
        answer = _ask(content)
    except OSError as error:
        logger.error("A file was refused: the virus scanner failed (%s).", type(error).__name__)
        raise NotScanned() from None
    if answer == "stream: OK":
        return Verdict.CLEAN
    # Limits that were met are told as a finding (AlertExceedsMax), but are none.
    if answer.endswith(" FOUND") and "Heuristics.Limits.Exceeded" not in answer:
        logger.warning("The virus scanner stopped a file.")
        raise Infected()
    logger.error("A file was refused: the virus scanner could not read it.")
    raise NotScanned()


def _ask(content: bytes) -> str:
    """clamd's answer to INSTREAM: pieces with their length before them, and an empty one to end."""
    until = time.monotonic() + PATIENCE
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        try:
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                connection.settimeout(_left(until))
                connection.sendall(struct.pack("!L", len(piece)) + piece)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            # It stops reading when it has had too much; then it has said so.
            pass
        return "".join(_answer(connection, until))


def _answer(connection: socket.socket, until: float) -> Iterator[str]:
    had = 0
    while had < LONGEST_ANSWER:
        connection.settimeout(_left(until))
        received = connection.recv(LONGEST_ANSWER)
        text, end, _rest = received.partition(b"\0")
        yield text.decode("ascii", "replace")
        if end:
            return
        if not received:
            raise ConnectionAbortedError("no whole answer")
        had += len(received)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner took too long")
    return left


def _connected() -> socket.socket:
    place = urlsplit(settings.CLAMD)
    if place.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(place.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((place.hostname or "", place.port or 3310), PATIENCE)


@checks.register(checks.Tags.security, deploy=True)
def no_unscanned_uploads_where_deployed(
    app_configs: Any, **kwargs: Any
) -> list[checks.CheckMessage]:
    """ui.E001: an installation takes no files without a scanner (resolution 7)."""
    if settings.UPLOADS_UNSCANNED:
        return [
            checks.Error(
                "PORTAL_UPLOADS_UNSCANNED must be off in an installation.",
                hint="Set PORTAL_CLAMD to where clamd answers. Without it nothing can be uploaded.",
                id="ui.E001",
            )
        ]
    return []
