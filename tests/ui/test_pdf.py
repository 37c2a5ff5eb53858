"""Documents: tagged, named, in one language, and made of nothing but what the portal packs."""

import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.test import override_settings
from pypdf import PdfReader

from coordination.ui import pdf

pytestmark = pytest.mark.any_engine

TEMPLATES = Path(__file__).with_name("templates")
SECRET = "the-bytes-of-another-file-7c1f"


@pytest.fixture(autouse=True)
def with_test_templates():
    engines = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    with override_settings(TEMPLATES=engines):
        yield


def render(rows=("ett", "två"), text="Rad ett\nrad två & <tre>", **kwargs):
    return printed(rows, text, **kwargs).content


def printed(rows, text, **kwargs):
    return pdf.render(
        "ui_test/document.html",
        {"rows": rows, "text": text, "version": 2, "content_hash": "ab" * 32},
        title="Protokoll för provet",
        **kwargs,
    )


@pytest.fixture(scope="module")
def document():
    engines = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    with override_settings(TEMPLATES=engines):
        return render(rows=[f"rad {n}" for n in range(40)])


def elements(opened, kind):
    found = [
        thing
        for thing in opened.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == kind
    ]
    assert found, f"no {kind}"
    return found


def text_of(data: bytes) -> str:
    shown = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    )
    return shown.stdout.decode()


def test_a_document_is_tagged_and_says_title_and_language(document):
    with pikepdf.open(io.BytesIO(document)) as opened:
        root = opened.Root
        assert "/StructTreeRoot" in root
        assert root.Lang == "sv"
        assert root.MarkInfo.Marked is True
        assert root.ViewerPreferences.DisplayDocTitle is True
        metadata = root.Metadata.read_bytes().decode()
        assert re.search(r'pdfuaid:part="1"', metadata)
        assert "Protokoll för provet" in metadata
        assert opened.docinfo["/Title"] == "Protokoll för provet"


def test_headings_lists_and_tables_are_tagged_as_such(document):
    with pikepdf.open(io.BytesIO(document)) as opened:
        for kind in ("/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/Caption"):
            elements(opened, kind)
        scopes = {str(cell.A.Scope) for cell in elements(opened, "/TH")}
        assert scopes == {"/Column", "/Row"}
        assert all("/Headers" in cell.A for cell in elements(opened, "/TD"))
        assert not [
            thing
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary)
            and thing.get("/S") == "/Figure"
            and "/Alt" not in thing
        ]


def test_a_document_knows_how_many_pages_it_has():
    made = printed(rows=[f"rad {n}" for n in range(40)], text="x")
    assert made.pages == 2
    assert len(PdfReader(io.BytesIO(made.content)).pages) == 2


def test_the_name_of_a_table_stands_on_the_page_of_its_first_row():
    """However many lines stand above it on the page."""
    made = pdf.render(
        "ui_test/captions.html",
        {"sections": [range(lines) for lines in range(20, 36)], "version": 1, "content_hash": "ab"},
        title="Protokoll för provet",
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages]
    named = [page.rpartition("Namnet på tabellen")[2] for page in pages if "Namnet" in page]
    assert len(named) == 16
    assert all("Första raden a" in after for after in named)


def test_a_document_has_bookmarks_and_page_numbers_and_its_hash_on_every_page(document):
    reader = PdfReader(io.BytesIO(document))
    flat = str([getattr(mark, "title", mark) for mark in reader.outline])
    assert "Protokoll för provet" in flat
    assert len(reader.pages) == 2
    for number, page in enumerate(reader.pages, start=1):
        shown = " ".join(page.extract_text().split())
        assert re.search(rf"(Sida|Page) {number} (av|of) 2", shown)
        assert "ab" * 6 in shown
        assert "ab" * 7 not in shown
        assert "Protokoll för provet" in shown


def test_the_text_can_be_read_as_it_was_written(document):
    shown = text_of(document)
    assert "rad två & <tre>" in shown
    assert "åäö ÅÄÖ é –" in shown


def test_the_portals_own_typeface_is_embedded(document):
    with pikepdf.open(io.BytesIO(document)) as opened:
        fonts = [
            thing
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert all("Inter" in str(font.FontName) for font in fonts)


def test_the_same_document_gives_the_same_bytes():
    assert render() == render()


def test_a_document_follows_its_readers_language_and_not_the_servers():
    with pikepdf.open(io.BytesIO(render(language="en"))) as opened:
        assert opened.Root.Lang == "en"
    assert "Page 1 of 1" in text_of(render(language="en"))


def test_the_archive_variant_says_that_it_is_one():
    with pikepdf.open(io.BytesIO(render(variant="pdf/a-3a"))) as opened:
        metadata = opened.Root.Metadata.read_bytes().decode()
        assert 'pdfaid:part="3"' in metadata
        assert 'pdfaid:conformance="A"' in metadata
    with pytest.raises(ValueError, match="pdf/x"):
        render(variant="pdf/x")


@contextmanager
def listening():
    """A server that counts who comes; yields its address and the list of visits."""
    visits = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    ended = threading.Event()

    def serve():
        while not ended.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            visits.append(client.recv(200))
            client.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}", visits
    finally:
        ended.set()
        thread.join()
        server.close()


def payloads(host: str, secret: Path) -> list[str]:
    own = Path(settings.BASE_DIR) / "coordination" / "settings.py"
    addresses = [
        f"http://{host}/x", f"https://{host}/x", f"ftp://{host}/x", f"//{host}/x", f"HTTP://{host}/x",
        f"file://{secret}", f"file:{secret}", str(secret), f"portal:/../../..{secret}",
        f"portal:/print.css/../../../../..{secret}", f"file://localhost{secret}", f"file://{own}",
        f"portal://{host}/x", "data:text/plain,outside", f"jar:file:{secret}!/", f" http://{host}/x",
        f"h\nttp://{host}/x", "file:///dev/zero", "file:///proc/self/environ", f"\\\\{host}\\x",
    ]  # fmt: skip
    shapes = [
        '<img src="{}">',
        '<img srcset="{} 2x" src="{}">',
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<a rel="attachment" href="{}">x</a>',
        "<style>@import url('{}');</style>",
        "<style>@font-face {{font-family: Inter; src: url('{}')}} body {{background: url('{}')}}</style>",
        "<p style=\"background: url('{}'); content: url('{}')\">x</p>",
        '<object data="{}"></object><embed src="{}"><iframe src="{}"></iframe>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<image xlink:href="{}" href="{}" width="9" height="9"/><use href="{}#a"/></svg>',
        '<base href="{}"><img src="x">',
        '<script src="{}"></script>',
        '<meta http-equiv="refresh" content="0;url={}">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "{}">]>&a;',
    ]
    return [
        shape.replace("{{", "{").replace("}}", "}").replace("{}", address)
        for shape in shapes
        for address in addresses
    ]


@pytest.mark.parametrize("raw", [False, True], ids=["escaped", "as markup"])
def test_nothing_outside_is_ever_fetched_whatever_the_text_says(raw, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    os.environ["UI_TEST_SECRET"] = SECRET
    try:
        with listening() as (host, visits):
            texts = payloads(host, secret)
            template = "raw" if raw else "document"
            made = pdf.render(
                f"ui_test/{template}.html",
                {"rows": texts, "text": "\n\n".join(texts)},
                title=texts[0],
            ).content
        assert visits == []
    finally:
        del os.environ["UI_TEST_SECRET"]
    assert SECRET.encode() not in made
    assert SECRET not in text_of(made)
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert not opened.attachments
        for thing in opened.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    content = thing.read_bytes()
                except pikepdf.PdfError:
                    content = thing.read_raw_bytes()
                assert SECRET.encode() not in content
                assert b"SECRET_KEY" not in content


def test_the_listener_of_that_test_would_have_noticed():
    with listening() as (host, visits):
        name, port = host.split(":")
        with socket.create_connection((name, int(port))) as client:
            client.sendall(b"GET /")
            client.recv(10)
    assert visits


def test_the_child_gets_no_secret_and_no_address(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://x")
    assert not {"PORTAL_SECRET_KEY", "DATABASE_URL"} & set(pdf._environment())


@pytest.mark.parametrize(
    "name, value", [("MEMORY", 180 * 2**20), ("SECONDS", 1), ("MOST_HTML", 1_000)]
)
def test_a_document_beyond_the_limits_is_refused_by_name(name, value, monkeypatch):
    monkeypatch.setattr(pdf, name, value)
    with pytest.raises(pdf.PdfTooLarge):
        render(rows=["x" * 50] * 3_000)


def test_a_failure_says_nothing_of_what_the_document_says(monkeypatch, caplog):
    missing = {
        address: ["/nowhere/at/all", kind] for address, (_, kind) in pdf.packaged_files().items()
    }
    monkeypatch.setattr(pdf, "packaged_files", lambda: missing)
    with pytest.raises(pdf.PdfFailed) as failure:
        render(text="Skyddat namn")
    assert not isinstance(failure.value, pdf.PdfTooLarge)
    assert "Skyddat" not in str(failure.value) + caplog.text
    assert "FatalURLFetchingError" in caplog.text


def test_a_press_that_was_killed_is_started_again():
    before = render()
    pdf._press._process.kill()
    assert render() == before


def test_each_document_has_a_process_of_its_own_and_tells_how_much_memory_it_took():
    made = printed(("ett",), "text")
    assert 20 * 2**20 < made.peak < 300 * 2**20
    listed = Path(f"/proc/{pdf._press._process.pid}/task/{pdf._press._process.pid}/children")
    assert listed.read_text() == ""


def test_the_press_ends_with_the_process_that_started_it():
    script = """
import django; django.setup()
from coordination.ui import pdf
print(pdf._press._standing().pid, flush=True)
import os, signal; os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    press = Path(f"/proc/{int(done.stdout)}/cmdline")
    deadline = time.monotonic() + 30
    while press.exists() and b"pdf_child" in press.read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_one_module_alone_imports_the_engine():
    importers = {
        str(path.relative_to(settings.BASE_DIR))
        for top in ("coordination", "forums", "training", "cases")
        for path in (Path(settings.BASE_DIR) / top).rglob("*.py")
        if re.search(r"^\s*(import|from) weasyprint", path.read_text(), re.MULTILINE)
    }
    assert importers == {"coordination/ui/pdf_child.py"}
