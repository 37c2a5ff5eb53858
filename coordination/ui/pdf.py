"""Documents as tagged PDF: renders the template here and the pages in a bounded child process."""

import atexit
import json
import logging
import mimetypes
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coordination.ui.pdf_child import TOO_LARGE

logger = logging.getLogger(__name__)

VARIANTS = ("pdf/ua-1", "pdf/a-3a")
"""For reading with assistive technology, and for the archive."""

MEMORY = 1_500 * 2**20
"""Bytes of address space: a document of 2 000 table rows needs about a third."""
SECONDS = 90
"""Processor time, and half of the wall time: a document of 500 table rows needs about ten."""
MOST_HTML = 5_000_000
"""Characters of HTML: beyond this a document is no longer one that anybody reads."""

BASE_URL = "portal:/"
_CHILD = Path(__file__).with_name("pdf_child.py")
_PRINT_CSS = Path(__file__).with_name("print.css")


class PdfFailed(Exception):
    """The document could not be made; its text never holds what the document says."""


class PdfTooLarge(PdfFailed):
    """The document needs more memory or time than one document may have."""


@dataclass(frozen=True)
class Printed:
    """A finished document, how many pages it has, and the most memory its process held (bytes)."""

    content: bytes
    pages: int
    peak: int = 0


def render(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    language: str = "sv",
    variant: str = "pdf/ua-1",
) -> Printed:
    """The template as a tagged PDF, with its title and language, in one of `VARIANTS`.

    The template extends `pdf/base.html`. It may name packaged fonts, `print.css` and the logo, and
    nothing else is ever fetched: no address, no file, no data URL. Takes half a second, two the first
    time in a process and more for long documents, so it belongs in a job. Raises `PdfTooLarge` beyond the limits and
    `PdfFailed` for all else. Writes nothing.
    """
    if variant not in VARIANTS:
        raise ValueError(f"{variant!r} is not one of {VARIANTS}.")
    with translation.override(language):
        html = get_template(template).render(
            {
                **context,
                "title": title,
                "language": language,
                "municipality": settings.MUNICIPALITY_NAME,
                "page_number": _number("page-number"),
                "page_count": _number("page-count"),
            }
        )
    if len(html) > MOST_HTML:
        raise PdfTooLarge("The document is too long.")
    return _paginate(html, variant)


def _number(css: str) -> SafeString:
    return format_html('<span class="{}"></span>', css)


def _paginate(html: str, variant: str) -> Printed:
    order = {
        "html": html,
        "variant": variant,
        "base_url": BASE_URL,
        "files": packaged_files(),
        "memory": MEMORY,
        "seconds": SECONDS,
    }
    # The folder goes with the child, also when the child is killed.
    with tempfile.TemporaryDirectory(prefix="portal-pdf-") as folder:
        head, content = _press.make(json.dumps({**order, "folder": folder}).encode())
    code, kind = head["code"], head["error"]
    if code in (TOO_LARGE, -signal.SIGXCPU, -signal.SIGKILL):
        raise PdfTooLarge("The document needs more memory or time than one may have.")
    if code != 0 or not content.startswith(b"%PDF-"):
        logger.error("pdf child ended with %s (%s)", code, kind if kind.isidentifier() else "?")
        raise PdfFailed(f"The document could not be made (exit code {code}).")
    return Printed(content, head["pages"], head["peak"])


class _Press:
    """The process that has WeasyPrint loaded and forks a child for each document (`pdf_child`).

    Started by the first document, again when it has fallen, and never shared by two processes. It
    ends by itself when idle, and when this process is gone.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def make(self, order: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer's head and the PDF. Raises `PdfTooLarge` when it takes too long."""
        with self._one_at_a_time:
            for _attempt in range(2):
                press = self._standing()
                try:
                    return self._ask(press, order)
                except (BrokenPipeError, EOFError):
                    # It had gone idle, or was killed with its child: once more, with a new one.
                    self.end()
            raise PdfFailed("The document could not be made (no press).")

    def _standing(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._owner != os.getpid():
            self._process = None  # our parent's
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-B", str(_CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=tempfile.gettempdir(),
            )
            self._owner = os.getpid()
        return self._process

    def _ask(self, press: "subprocess.Popen[bytes]", order: bytes) -> tuple[dict[str, Any], bytes]:
        orders, answers = press.stdin, press.stdout
        if orders is None or answers is None:
            raise EOFError
        orders.write(b"%d\n" % len(order) + order)
        orders.flush()
        deadline = time.monotonic() + SECONDS * 2
        answer = bytearray()
        head: dict[str, Any] | None = None
        while head is None or len(answer) < head["length"]:
            if not select.select([answers], [], [], max(0, deadline - time.monotonic()))[0]:
                press.kill()
                self.end()
                raise PdfTooLarge("The document took too long.")
            read = os.read(answers.fileno(), 2**16)
            if not read:
                raise EOFError
            answer += read
            if head is None and b"\n" in answer:
                line, _newline, answer = answer.partition(b"\n")
                head = json.loads(line)
        return head, bytes(answer)

    def end(self) -> None:
        """Close the press of this process, if it has one."""
        press, self._process = self._process, None
        if press is None or self._owner != os.getpid():
            return
        for pipe in (press.stdin, press.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass  # what it did not read is of no use to anybody
        try:
            press.wait(timeout=1)
        except subprocess.TimeoutExpired:
            press.kill()
            press.wait()


_press = _Press()
atexit.register(_press.end)


def _environment() -> dict[str, str]:
    """No secret and no database address. With seed and date fixed, the same HTML gives the same
    bytes, so that a job that runs twice makes one and the same file."""
    kept = ("PATH", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
    }


@cache
def packaged_files() -> dict[str, list[str]]:
    """Every address a document may name, with the file behind it and its content type."""
    files = {BASE_URL + "print.css": [str(_PRINT_CSS), "text/css"]}
    for name in ("fonts/inter-latin.woff2",):
        if found := finders.find(name):
            files[BASE_URL + name] = [str(found), "font/woff2"]
    if found := finders.find(settings.MUNICIPALITY_LOGO):
        kind = mimetypes.guess_type(settings.MUNICIPALITY_LOGO)[0] or "application/octet-stream"
        files[BASE_URL + "logo"] = [str(found), kind]
    return files
