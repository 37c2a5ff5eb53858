"""What a file that somebody hands in must be: one of a few kinds, whole, and without anything that runs.

A closed list of kinds; the content is opened and must be of the kind that the name says. What this
refuses is what can be seen without a virus scanner: macros, scripts, locked and nested contents, what
unpacks to more than a machine bears, and files that are two kinds at once. The rest is for the
scanner (`scanner`), and for how a file is given back: never shown, only downloaded.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
"""As far as a scanner looks into a package (ClamAV's own limit, MaxScanSize)."""
MOST_PARTS = 2_000
LARGEST_XML = 4 * 1024 * 1024
"""Of the parts that are read here: lists of contents and of relations."""
LONGEST_NAME = 120


class Unfit(Exception):
    """The file cannot be taken. `text` says why, and what would help."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: the ending of its name, its media type, what people call it."""

    ending: str
    media_type: str
    name: str | Promise
    main: str = ""
    """Of an Office package: the media type of its main part."""


_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.ending: kind
    for kind in (
        Kind("pdf", "application/pdf", "PDF"),
        Kind("odt", f"{_OPEN}text", gettext_lazy("text document")),
        Kind("ods", f"{_OPEN}spreadsheet", gettext_lazy("spreadsheet")),
        Kind("odp", f"{_OPEN}presentation", gettext_lazy("presentation")),
        Kind(
            "docx",
            f"{_OFFICE}wordprocessingml.document",
            gettext_lazy("Word document"),
            main=f"{_OFFICE}wordprocessingml.document.main+xml",
        ),
        Kind(
            "xlsx",
            f"{_OFFICE}spreadsheetml.sheet",
            gettext_lazy("Excel workbook"),
            main=f"{_OFFICE}spreadsheetml.sheet.main+xml",
        ),
        Kind(
            "pptx",
            f"{_OFFICE}presentationml.presentation",
            gettext_lazy("PowerPoint presentation"),
            main=f"{_OFFICE}presentationml.presentation.main+xml",
        ),
    )
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)
"""For the file field of a form."""


def kind_of(content: bytes, name: str) -> Kind:
    """The kind of a file, by its content, which the ending of its name must fit.

    Raises Unfit with a sentence for whoever chose the file.
    """
    if not content:
        raise Unfit(_("The file is empty. Choose another file."))
    if len(content) > LARGEST:
        raise Unfit(too_large())
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = KINDS.get(ending)
    if kind is None:
        raise Unfit(
            _("Choose a PDF, or a document of OpenDocument or Office: %(endings)s.")
            % {"endings": ", ".join(KINDS)}
        )
    if kind.ending == "pdf":
        _check_pdf(content)
    else:
        _check_package(content, kind)
    return kind


def unpacked_size(content: bytes, kind: Kind) -> int:
    """What the parts of a package come to; of anything else its own size. For a file that is fit."""
    if kind.ending == "pdf":
        return len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return sum(part.file_size for part in package.infolist())


def too_large() -> str:
    return _("The file can be at most 20 MB. Make it smaller, or share it in parts.")


def other_kind(kind: Kind) -> Unfit:
    return Unfit(
        _(
            "The file is named .%(ending)s but is something else, or damaged. Save it anew and try again."
        )
        % {"ending": kind.ending}
    )


def clean_name(name: str) -> str:
    """The name that the file came with, to be kept as data: no folders, nothing unseen, not long."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(
        " " if unicodedata.category(one)[0] == "Z" else one
        for one in unicodedata.normalize("NFC", last[: 4 * LONGEST_NAME])
        if unicodedata.category(one)[0] != "C"
    )
    plain = " ".join(seen.split()).lstrip(".")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(plain) > LONGEST_NAME:
        plain = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return plain[:LONGEST_NAME]


# PDF ---------------------------------------------------------------------------------------------

_STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream", re.S)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Movie|Sound)"
    rb"(?![A-Za-z0-9])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")


def _check_pdf(content: bytes) -> None:
    """A PDF from its first byte to its last, and nothing in its objects that acts by itself.

    Objects may stand in packed streams, and names may be written with escapes: both are undone.
    """
    if not re.match(rb"%PDF-(1\.[0-7]|2\.0)[\r\n %]", content):
        raise other_kind(KINDS["pdf"])
    if b"%%EOF" not in content[-1024:] or b"startxref" not in content:
        raise other_kind(KINDS["pdf"])
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise other_kind(KINDS["pdf"])
    for objects in _pdf_objects(content):
        names = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), objects)
        if _LOCKED.search(names):
            raise Unfit(
                _(
                    "The PDF is locked, so it cannot be checked. Save it without a password and protection."
                )
            )
        if _ACTIVE.search(names):
            raise Unfit(
                _(
                    "The PDF holds a script, an attached file or a form that sends. Print it to a new PDF."
                )
            )


def _pdf_objects(content: bytes) -> Iterator[bytes]:
    """What is written outside of streams, then the objects that are packed in streams."""
    yield _STREAM.sub(b" ", content)
    left, before = LARGEST_UNPACKED, 0
    for found in _STREAM.finditer(content):
        told = _ESCAPED.sub(
            lambda escaped: bytes([int(escaped[1], 16)]),
            content[max(before, found.start() - 1024) : found.start()],
        )
        before = found.end()
        if not _OBJECTS.search(told):
            continue
        try:
            unpacked = zlib.decompressobj().decompress(found[1], left)
        except zlib.error:
            # Not packed, or packed in a way that only a program of its own kind reads.
            unpacked = found[1]
        left -= len(unpacked)
        if left <= 0:
            raise Unfit(too_much())
        yield unpacked


# Packages ----------------------------------------------------------------------------------------

_MACROS = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml|activeX/|macrosheets/|Basic/|Scripts/)"
    r"|\.(docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppsm|ppam|exe|dll|com|scr|bat|cmd|js|jse|vbs|vbe|wsf|ps1|jar|lnk|hta)$",
    re.I,
)
_ACTIVE_TYPES = re.compile(r"macroEnabled|vbaProject|macrosheet|activeX", re.I)
_FETCHED = ("attachedTemplate", "oleObject", "frame", "externalLinkPath", "subDocument")
"""Relations by which an Office program fetches or runs what stands elsewhere."""


def too_much() -> str:
    return _("The file unpacks to more than can be checked. Make it smaller, or save it as a PDF.")


def _with_macros() -> Unfit:
    return Unfit(_("The file holds macros or programs. Save it without them, or as a PDF."))


def _check_package(content: bytes, kind: Kind) -> None:
    """A zip from its first byte to its last, every part of it whole and bounded, of this kind."""
    try:
        _check_ends(content, kind)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_parts(parts, kind)
            for part in parts:
                _read_through(package, part)
            if kind.main:
                _check_office(package, kind)
            else:
                _check_open(package, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise other_kind(kind) from None


def _check_ends(content: bytes, kind: Kind) -> None:
    """Nothing stands before the first part or after the list of parts: no second kind hides there."""
    if not content.startswith(b"PK\x03\x04"):
        raise other_kind(kind)
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 != len(content):
        raise other_kind(kind)


def _check_parts(parts: list[zipfile.ZipInfo], kind: Kind) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unfit(too_much())
    if len({name.casefold() for name in names}) != len(names):
        raise other_kind(kind)
    for part in parts:
        if part.flag_bits & 1:
            raise Unfit(
                _("The file is locked, so it cannot be checked. Save it without a password.")
            )
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise other_kind(kind)
        steps = part.filename.split("/")
        if part.filename.startswith("/") or "\\" in part.filename or ".." in steps:
            raise other_kind(kind)
        if _MACROS.search(part.filename):
            raise _with_macros()


def _read_through(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpacks the part to its end, a piece at a time: what it says of its size and sum must be true."""
    with package.open(part) as unpacked:
        while unpacked.read(1 << 20):
            pass


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    part = package.getinfo(name)
    if part.file_size > LARGEST_XML:
        raise Unfit(too_much())
    return package.read(part)


def _xml(text: bytes) -> ElementTree.Element:
    """The tree of a part that is XML. Such parts declare no entities, which could grow without end."""
    if b"<!" in text.replace(b"<!--", b"").replace(b"<![CDATA[", b"") or b"\x00" in text:
        raise ValueError("declarations")
    try:
        return ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError("not XML") from error


def _check_open(package: zipfile.ZipFile, kind: Kind) -> None:
    """OpenDocument: the first part, unpacked, names the media type (ODF 1.2, part 3, 3.3)."""
    first = package.infolist()[0]
    if (first.filename, first.compress_type) != ("mimetype", zipfile.ZIP_STORED):
        raise other_kind(kind)
    if _read(package, "mimetype").strip() != kind.media_type.encode():
        raise other_kind(kind)
    names = set(package.namelist())
    if not {"content.xml", "META-INF/manifest.xml"} <= names:
        raise other_kind(kind)
    for entry in _xml(_read(package, "META-INF/manifest.xml")).iter():
        if entry.tag.endswith("}encryption-data"):
            raise Unfit(
                _("The file is locked, so it cannot be checked. Save it without a password.")
            )
        told = {key.rpartition("}")[2]: value for key, value in entry.attrib.items()}
        if told.get("full-path") == "/" and told.get("media-type") != kind.media_type:
            raise other_kind(kind)


def _check_office(package: zipfile.ZipFile, kind: Kind) -> None:
    """Office Open XML: the list of contents names the main part's media type, and nothing that runs."""
    names = set(package.namelist())
    if not {"[Content_Types].xml", "_rels/.rels"} <= names:
        raise other_kind(kind)
    types = [
        entry.attrib.get("ContentType", "")
        for entry in _xml(_read(package, "[Content_Types].xml")).iter()
    ]
    if any(_ACTIVE_TYPES.search(one) for one in types):
        raise _with_macros()
    if kind.main not in types:
        raise other_kind(kind)
    for name in sorted(names):
        if name.endswith(".rels"):
            _check_relations(_xml(_read(package, name)))


def _check_relations(relations: ElementTree.Element) -> None:
    for one in relations.iter():
        is_outside = one.attrib.get("TargetMode", "").lower() == "external"
        if is_outside and one.attrib.get("Type", "").rpartition("/")[2] in _FETCHED:
            raise Unfit(
                _("The file fetches content from elsewhere. Remove the link, or save it as a PDF.")
            )
