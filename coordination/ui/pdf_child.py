"""The processes that turn HTML into tagged PDF: the only importer of WeasyPrint.

`pdf.py` starts the press as a file of its own, without settings and without secrets. The press loads
WeasyPrint once, which takes longer than a document, and forks a child for each: the child is bound in
memory and processor time, and is gone with what it read when the document is made.

An order is one line with the length of a JSON document, and the document. The answer is one line of
JSON (`code`, `pages`, `peak` in bytes, `error`, `length`) and `length` bytes of PDF.
"""

import ctypes
import json
import os
import resource
import select
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

TOO_LARGE = 3
"""Exit code: the document needs more memory than it may have."""

LARGEST_FILE = 20 * 2**20
IDLE = 600
"""Seconds without an order after which the press gives its memory back."""


def limit(memory: int, seconds: int) -> None:
    """Bind this process; the kernel refuses memory above the limit and ends it above the time."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The packaged fonts are all that it writes, to its own temporary folder.
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))


def write_pdf(order: dict[str, Any]) -> tuple[int, bytes]:
    """The number of pages, and the document."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    packaged: dict[str, list[str]] = order["files"]

    class Closed(URLFetcher):
        """Serves the packaged files it was given, by name, and nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url not in packaged:
                raise ValueError("Only packaged files are served.")
            path, kind = packaged[url]
            try:
                body = Path(path).read_bytes()
            except OSError as error:
                raise FatalURLFetchingError("A packaged file is missing.") from error
            return URLFetcherResponse(url, body, {"Content-Type": kind})

    document = HTML(
        string=order["html"], base_url=order["base_url"], url_fetcher=Closed(allowed_protocols=())
    )
    pages = 0

    def finish(laid_out: Any, pdf: Any) -> None:
        nonlocal pages
        pages = len(laid_out.pages)
        scope_headers(pdf)

    content = document.write_pdf(pdf_variant=order["variant"], finisher=finish)
    return pages, content


def scope_headers(pdf: Any) -> None:
    """Say of each header cell whether it heads a column or a row, which WeasyPrint leaves out."""

    def parent(element: Any) -> Any:
        return pdf.objects[int(element["P"].split()[0])]

    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            in_head = parent(parent(element)).get("S") == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def carry_out(raw: bytes, answer: int) -> None:
    """In the child: make the document, write pages and PDF (or the fault's name), and end."""
    code = 1
    try:
        _die_with_press()
        order = json.loads(raw)
        os.chdir(order["folder"])
        os.environ["TMPDIR"] = tempfile.tempdir = order["folder"]
        limit(order["memory"], order["seconds"])
        pages, pdf = write_pdf(order)
        said, code = b"%d\n" % pages + pdf, 0
    except MemoryError:
        said, code = b"", TOO_LARGE
    except BaseException as error:  # WeasyPrint's fatal errors are no Exceptions
        # The kind alone: a message could hold what a person wrote.
        said = type(error).__name__.encode()
    try:
        with os.fdopen(answer, "wb") as out:
            out.write(said)
    finally:
        os._exit(code)


def _die_with_press() -> None:
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL, 0, 0, 0)


def one_document(raw: bytes) -> bytes:
    """In the press: have a child make the document; the whole answer."""
    there, here = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(there)
        carry_out(raw, here)
    os.close(here)
    with os.fdopen(there, "rb") as out:
        said = out.read()
    _pid, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    pages, _newline, pdf = said.partition(b"\n") if code == 0 else (b"0", b"", b"")
    head = {
        "code": code,
        "pages": int(pages),
        "peak": usage.ru_maxrss * 1024,
        "error": "" if code == 0 else said.decode(errors="replace")[:80],
        "length": len(pdf),
    }
    return json.dumps(head).encode() + b"\n" + pdf


def main() -> int:
    import weasyprint  # noqa: F401  loaded here, so that no child has to

    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([orders], [], [], IDLE)[0]:
        length = orders.readline()
        if not length:
            break
        answers.write(one_document(orders.read(int(length))))
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
