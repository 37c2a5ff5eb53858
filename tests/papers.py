"""Files to hand in, made when they are needed: right ones of every kind, and wrong ones in every way."""

import io
import zipfile
from collections.abc import Mapping

OPEN = "application/vnd.oasis.opendocument."
OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "odt": f"{OPEN}text",
    "ods": f"{OPEN}spreadsheet",
    "odp": f"{OPEN}presentation",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "pptx": f"{OFFICE}presentationml.presentation",
}
EICAR = (
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$"  # in two, so that no scanner stops at this file
    + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
)


def pdf(text: str = "Underlag", more: bytes = b"", trailer: bytes = b"") -> bytes:
    """A small whole PDF with one page. `more` is put among its objects."""
    shown = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *([more] if more else []),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    root = b"<< /Size %d /Root 1 0 R %s>>" % (len(objects) + 1, trailer)
    return out + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (root, start)


def package(parts: Mapping[str, bytes | str], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, kind)
    return made.getvalue()


def document(ending: str, more: Mapping[str, bytes | str] | None = None) -> bytes:
    """A small whole document of that kind; `more` adds parts or replaces them."""
    if ending == "pdf":
        return pdf()
    kind = KINDS[ending]
    if kind.startswith(OPEN):
        parts: dict[str, bytes | str] = {
            "mimetype": kind,
            "content.xml": "<office/>",
            "META-INF/manifest.xml": (
                '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
            ),
        }
    else:
        parts = {
            "[Content_Types].xml": types(f"{kind}.main+xml"),
            "_rels/.rels": relations(""),
            "main/document.xml": "<document/>",
        }
    return package({**parts, **(more or {})})


def types(*kinds: str) -> str:
    overrides = "".join(
        f'<Override PartName="/p{n}" ContentType="{k}"/>' for n, k in enumerate(kinds)
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f"{overrides}</Types>"
    )


def relations(inside: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inside}</Relationships>"
    )
