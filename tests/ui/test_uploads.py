"""Files that are handed in: every kind that is taken, and every way of being something else."""

import io
import random
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from django.utils import translation

from coordination.ui import pdf, uploads
from tests import papers

OLE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def refused(content: bytes, name: str) -> str:
    with pytest.raises(uploads.Unfit) as refusal:
        uploads.kind_of(content, name)
    return str(refusal.value)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("ending", uploads.KINDS)
def test_each_kind_is_taken_whatever_the_case_of_its_ending(ending):
    content = papers.document(ending)
    assert uploads.kind_of(content, f"Underlag.{ending}").ending == ending
    assert uploads.kind_of(content, f"UNDERLAG.{ending.upper()}").ending == ending


@pytest.mark.parametrize("ending", uploads.KINDS)
@pytest.mark.parametrize("other", uploads.KINDS)
def test_a_kind_under_the_name_of_another_is_refused(ending, other):
    if ending != other:
        assert "is something else" in refused(papers.document(ending), f"x.{other}")


@pytest.mark.parametrize(
    "name",
    ["x", "", "pdf", "x.exe", "x.pdf.exe", "x.docm", "x.xlsm", "x.pptm", "x.html", "x.svg", "x.zip",
     "x.doc", "x.pdf ", "x.pdf\u202e", "x.pdf/", "x."],
)  # fmt: skip
def test_an_ending_that_is_not_on_the_list_is_refused(name):
    assert "Choose a PDF" in refused(papers.pdf(), name)


def test_an_empty_file_and_one_that_is_too_large_are_refused():
    assert "empty" in refused(b"", "x.pdf")
    assert "at most 20 MB" in refused(b"%PDF-1.7" + b" " * uploads.LARGEST, "x.pdf")


# PDF ---------------------------------------------------------------------------------------------


def packed(objects: bytes) -> bytes:
    inside = zlib.compress(objects)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(inside)
    return head + b"\nstream\n" + inside + b"\nendstream"


@pytest.mark.parametrize(
    "more",
    [
        b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        b"<< /S /J#61vaScript /J#53 (x) >>",
        b"<< /S /Launch /F (cmd.exe) >>",
        b"<< /Names [(a) 1 0 R] /EmbeddedFiles 2 0 R >>",
        b"<</S/GoToE/T 1 0 R>>",
        b"<< /S /SubmitForm /F (http://example.org) >>",
        b"<< /Subtype /RichMedia >>",
        b"<< /XFA 1 0 R >>",
        packed(b"9 0 << /S /JavaScript /JS (x) >>"),
        packed(b"9 0 << /S /L#61unch >>"),
        packed(b"9 0 << /S /Launch >>").replace(b"/ObjStm", b"/Obj#53tm"),
    ],
)
def test_a_pdf_with_something_that_acts_by_itself_is_refused(more):
    assert "script" in refused(papers.pdf(more=more), "x.pdf")


@pytest.mark.parametrize("more", [b"", b"<< /JSON (x) /Launched 1 /Encrypted 0 /XFAB 2 >>"])
def test_a_pdf_that_only_looks_a_little_like_it_is_taken(more):
    assert uploads.kind_of(papers.pdf("/JavaScript is only said", more=more), "x.pdf")


def test_a_locked_pdf_is_refused_because_nobody_could_look_into_it():
    assert "locked" in refused(papers.pdf(trailer=b"/Encrypt 9 0 R "), "x.pdf")


def test_a_pdf_made_by_the_portal_itself_is_taken(db):
    made = pdf.render("pdf/base.html", {}, title="Prov", language="sv")
    assert uploads.kind_of(made.content, "x.pdf").ending == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + papers.pdf(),
        b"\n" + papers.pdf(),
        b"<html><script>alert(1)</script>" + papers.pdf(),
        papers.pdf()[:200],
        papers.pdf() + b" " * 2000,
        papers.pdf() + papers.document("docx"),
        b"%PDF-9.9\n" + papers.pdf()[9:],
        b"%PDF-1.7",
        b"MZ" + b"\x00" * 200,
    ],
    ids=["gif", "line", "html", "cut", "tail", "zip", "version", "head", "exe"],
)
def test_a_pdf_that_is_not_whole_or_something_else_besides_is_refused(content):
    assert "is something else" in refused(content, "x.pdf")


def test_objects_that_unpack_without_end_are_refused():
    bomb = packed(b"\x00" * (uploads.LARGEST_UNPACKED + 1))
    assert "unpacks to more" in refused(papers.pdf(more=bomb), "x.pdf")


# Packages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "part"),
    [
        ("docx", "word/vbaProject.bin"),
        ("docx", "word/VBAPROJECT.BIN"),
        ("xlsx", "xl/macrosheets/sheet1.xml"),
        ("pptx", "ppt/activeX/activeX1.xml"),
        ("docx", "word/embeddings/inner.docm"),
        ("docx", "word/embeddings/run.exe"),
        ("odt", "Basic/Standard/Module1.xml"),
        ("ods", "Scripts/python/x.py"),
    ],
)
def test_a_package_with_macros_or_programs_is_refused(ending, part):
    assert "macros" in refused(papers.document(ending, {part: b"x"}), f"x.{ending}")


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-office.vbaProject",
        "application/vnd.ms-excel.macrosheet+xml",
    ],
)
def test_an_office_package_that_says_it_has_macros_is_refused(kind):
    own = f"{papers.KINDS['docx']}.main+xml"
    only, both = papers.types(kind), papers.types(own, kind)
    for told in (only, both):
        assert "macros" in refused(papers.document("docx", {"[Content_Types].xml": told}), "x.docx")


@pytest.mark.parametrize("what", ["attachedTemplate", "oleObject", "frame", "externalLinkPath"])
def test_an_office_package_that_fetches_something_is_refused(what):
    told = papers.relations(
        f'<Relationship Id="r" Type="{OLE}{what}" Target="http://example.org/x" TargetMode="External"/>'
    )
    part = {"word/_rels/settings.xml.rels": told}
    assert "fetches content" in refused(papers.document("docx", part), "x.docx")


def test_an_ordinary_link_is_none_of_that():
    told = papers.relations(
        f'<Relationship Id="r" Type="{OLE}hyperlink" Target="http://x.se" TargetMode="External"/>'
    )
    part = {"word/_rels/document.xml.rels": told}
    assert uploads.kind_of(papers.document("docx", part), "x.docx")


@pytest.mark.parametrize(
    "name", ["../x.xml", "a/../../x.xml", "/etc/passwd", "a\\b.xml"]
)  # fmt: skip
def test_a_part_whose_name_leads_elsewhere_is_refused(name):
    assert "is something else" in refused(papers.document("docx", {name: "x"}), "x.docx")


def test_two_parts_of_one_name_are_refused():
    content = papers.document("docx", {"A.xml": "1", "a.xml": "2"})
    assert "is something else" in refused(content, "x.docx")


def test_a_bomb_is_refused_before_it_is_unpacked():
    content = papers.document("docx", {"bomb.xml": b"\x00" * (uploads.LARGEST_UNPACKED + 1)})
    assert len(content) < 1_000_000
    assert "unpacks to more" in refused(content, "x.docx")


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = papers.document("docx", {"bomb.xml": b"\x00" * 10_000_000})
    lying = content.replace((10_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    assert "is something else" in refused(lying, "x.docx")


def test_more_parts_than_any_document_has_are_refused():
    parts = {f"p{number}.xml": "" for number in range(uploads.MOST_PARTS)}
    assert "unpacks to more" in refused(papers.document("docx", parts), "x.docx")


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><Types>&a;</Types>'
    content = papers.document("docx", {"[Content_Types].xml": bomb})
    assert "is something else" in refused(content, "x.docx")
    wide = bomb.encode("utf-16")
    assert refused(papers.document("docx", {"[Content_Types].xml": wide}), "x.docx")


@pytest.mark.parametrize("ending", [one for one in uploads.KINDS if one != "pdf"])
def test_a_package_with_something_before_or_after_it_is_refused(ending):
    content = papers.document(ending)
    for wrong in (
        b"x" + content,
        content + b"x",
        papers.pdf() + content,
        content[:-5],
        content[5:],
    ):
        assert "is something else" in refused(wrong, f"x.{ending}")


def test_a_package_with_a_comment_is_refused():
    made = io.BytesIO(papers.document("docx"))
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = b"<script>"
    assert "is something else" in refused(made.getvalue(), "x.docx")


@pytest.mark.parametrize(
    "parts",
    [
        {"mimetype": "application/zip"},
        {"mimetype": papers.KINDS["ods"]},
        {"META-INF/manifest.xml": "<m/"},
        {"META-INF/manifest.xml": '<m full-path="/" media-type="text/html"/>'},
    ],
)
def test_an_open_document_whose_parts_disagree_is_refused(parts):
    assert "is something else" in refused(papers.document("odt", parts), "x.odt")


def test_an_open_document_that_packs_its_first_part_is_refused():
    parts = {"mimetype": papers.KINDS["odt"], "content.xml": "", "META-INF/manifest.xml": "<m/>"}
    assert "is something else" in refused(papers.package(parts, stored=()), "x.odt")


def test_a_locked_open_document_is_refused():
    locked = (
        '<m:manifest xmlns:m="urn:x"><m:file-entry m:full-path="content.xml">'
        "<m:encryption-data/></m:file-entry></m:manifest>"
    )
    content = papers.document("odt", {"META-INF/manifest.xml": locked})
    assert "locked" in refused(content, "x.odt")


def test_a_locked_package_is_refused():
    content = bytearray(papers.document("docx"))
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        at = content.find(mark) + (8 if mark == b"PK\x01\x02" else 6)
        content[at] |= 1
    assert "locked" in refused(bytes(content), "x.docx")


def test_files_damaged_at_random_are_taken_or_refused_and_never_more():
    chance = random.Random(8106)
    for ending in uploads.KINDS:
        content = papers.document(ending)
        for _turn in range(60):
            damaged = bytearray(content)
            for _byte in range(chance.choice((1, 3, 20))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                uploads.kind_of(bytes(damaged[: chance.choice((len(damaged), 100))]), f"x.{ending}")
            except uploads.Unfit:
                continue


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Underlag.pdf", "Underlag.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\plan.docx", "plan.docx"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("rad\nbrytning\x00.pdf", "radbrytning.pdf"),
        ("  .htaccess ", "htaccess"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("a\u00a0b\u2003c.pdf", "a b c.pdf"),
        ("A\u030angstro\u0308m.pdf", "Ångström.pdf"),
        ("", ""),
    ],
)
def test_the_name_is_kept_as_data_and_nothing_else(name, kept):
    assert uploads.clean_name(name) == kept
