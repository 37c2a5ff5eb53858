"""Tables that somebody hands in, CSV or the first sheet of a workbook, read a row at a time.

What makes a whole file unreadable is said in words (`Unfit`), with what would help. A formula is
never worked out: its cell is `FORMULA`, for whoever reads the row to refuse.
"""

import codecs
import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils.exceptions import InvalidFileException

from . import uploads
from .uploads import Unfit

ACCEPT = ".csv,.xlsx"
KINDS = ("csv", "xlsx")
MOST_COLUMNS = 60
LARGEST_PART = 16 * 1024 * 1024
"""Unpacked, of the parts of a workbook that are read as a whole: texts, styles. A sheet is read by rows."""
_PIECE = 1 << 16


class Mark(Enum):
    """A cell that holds no value of its own."""

    FORMULA = "formula"
    ERROR = "error"


FORMULA, ERROR = Mark.FORMULA, Mark.ERROR
Cell = str | int | float | bool | dt.date | Mark
"""Text is stripped; an empty cell is the empty text; a moment in a workbook is its day."""


@dataclass(frozen=True)
class Table:
    """An opened table: how it was read, its header, and its rows with their numbers."""

    read_as: str
    """The encoding, or the name of the sheet."""
    header: list[str]
    rows: Iterator[tuple[int, list[Cell], int]]
    """Number as a spreadsheet shows it, cells, and how much of the file has been read, in percent."""


def kind_of(content: bytes, name: str) -> str:
    """The kind of the file by its name, which its content must fit. Raises Unfit."""
    ending = name.rpartition(".")[2].lower()
    if ending not in KINDS:
        raise Unfit(_("Choose a CSV file or an Excel workbook with the ending .xlsx."))
    if not content:
        raise Unfit(_("The file is empty. Choose another file."))
    if len(content) > uploads.LARGEST:
        raise Unfit(uploads.too_large())
    if ending == "xlsx":
        uploads.kind_of(content, name)
        _check_workbook(content)
    return ending


@contextmanager
def opened(path: Path, kind: str) -> Iterator[Table]:
    """The table in the file, to be read while it is open. Raises Unfit when it has no header, or cannot
    be read."""
    with ExitStack() as open_files:
        yield (_opened_text if kind == "csv" else _opened_workbook)(path, open_files)


# CSV ---------------------------------------------------------------------------------------------

_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
_TWICE = re.compile("Ã[¥¤¶…„–\u0085\u0084\u0096]")
"""What å, ä and ö look like when they were saved as UTF-8 and read as something else."""


def _wrong_letters() -> Unfit:
    return Unfit(
        _("The letters å, ä and ö are broken in the file. Save it as CSV UTF-8 and try again.")
    )


def _encoding(path: Path) -> str:
    """What the file is encoded in: what its mark says, else UTF-8 if it can be, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise _wrong_letters()
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return _checked(path, encoding)
    if b"\0" in start:
        # Of Latin letters in UTF-16 every other byte is nothing.
        even, odd = start[::2].count(0), start[1::2].count(0)
        if max(even, odd) * 3 < len(start) or min(even, odd) * 10 > max(even, odd):
            raise Unfit(_("The file is no text. Save it as CSV UTF-8, or as an Excel workbook."))
        return _checked(path, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return _checked(path, "utf-8")
    except UnicodeError:
        return _checked(path, "cp1252")


def _checked(path: Path, encoding: str) -> str:
    """The encoding, when the whole file is written in it. Raises UnicodeError for UTF-8 alone, which
    may be Windows-1252 instead; else Unfit."""
    decoder = codecs.getincrementaldecoder(encoding)()
    tail = ""
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                text = tail + decoder.decode(piece)
                if "\ufffd" in text or _TWICE.search(text):
                    raise _wrong_letters()
                tail = text[-1:]
        decoder.decode(b"", final=True)
    except UnicodeError:
        if encoding == "utf-8":
            raise
        raise _wrong_letters() from None
    return encoding


def _opened_text(path: Path, open_files: ExitStack) -> Table:
    encoding = _encoding(path)
    size = path.stat().st_size
    raw = open_files.enter_context(path.open("rb"))
    text = open_files.enter_context(io.TextIOWrapper(raw, encoding=encoding, newline=""))
    delimiter, skipped = _delimiter(text)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter)
    rows = _csv_rows(reader, raw, size)
    header: list[str] = []
    for number, cells, _share in rows:
        if number > skipped and any(cells):
            header = [str(one) for one in cells]
            break
    if not header:
        raise Unfit(_("The file has no rows. The first row must say what the columns are called."))
    return Table(_NAMES[encoding], header, rows)


def _delimiter(text: io.TextIOWrapper) -> tuple[str, int]:
    """What divides the columns: what a first line `sep=;` says, or what stands most in the header; and
    how many lines say only that."""
    for line in text:
        said = re.fullmatch(r"sep=(.)\s*", line)
        if said:
            return said[1], 1
        if line.strip():
            plain = re.sub(r'"[^"]*"', "", line)
            return max(";,\t", key=plain.count), 0
    return ";", 0


def _csv_rows(reader: Any, raw: Any, size: int) -> Iterator[tuple[int, list[Cell], int]]:
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            said = _("Row %(number)s cannot be read. A quotation mark is probably missing.")
            raise Unfit(said % {"number": number}) from None
        cells: list[Cell] = [_text_cell(one) for one in row[:MOST_COLUMNS]]
        yield number, cells, min(100, raw.tell() * 100 // max(size, 1))


def _text_cell(text: str) -> Cell:
    text = text.strip()
    if text.startswith("="):
        return FORMULA
    return _unquoted(text)


def _unquoted(text: str) -> str:
    """Without the mark that we ourselves write, so that no spreadsheet takes a text for a formula."""
    return text[1:] if re.match("'[=+@|%-]", text) else text


# Workbooks -----------------------------------------------------------------------------------------

_ODD = (
    InvalidFileException,
    zipfile.BadZipFile,
    ElementTree.ParseError,
    AttributeError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
)
"""What the reader of workbooks raises for what no spreadsheet program writes."""
_UNREADABLE = gettext_lazy(
    "The workbook cannot be read. Open it in a spreadsheet program, save it anew and try again."
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


def _check_workbook(content: bytes) -> None:
    """No part declares entities, which could grow without end, and what is read as a whole is small."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for part in package.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/")
            if not part.filename.endswith((".xml", ".rels")):
                continue
            if not is_sheet and part.file_size > LARGEST_PART:
                raise Unfit(uploads.too_much())
            with package.open(part) as unpacked:
                before = b""
                while piece := unpacked.read(_PIECE):
                    joined = before + piece
                    if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined or b"\x00" in piece:
                        raise Unfit(_UNREADABLE)
                    before = piece[-16:]


def _opened_workbook(path: Path, open_files: ExitStack) -> Table:
    with warnings.catch_warnings():
        # About looks that the reader does not know.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
            open_files.callback(book.close)
            shown = [one for one in book.worksheets if one.sheet_state == "visible"]
        except _ODD:
            raise Unfit(_UNREADABLE) from None
    if not shown:
        raise Unfit(_("The workbook has no sheet that is shown."))
    sheet = shown[0]
    _refuse_merged(path, sheet)
    expected = sheet.max_row or 0
    sheet.reset_dimensions()
    rows = _sheet_rows(sheet, expected)
    header: list[str] = []
    for _number, cells, _share in rows:
        if any(one != "" for one in cells):
            header = [str(one) if not isinstance(one, Mark) else "" for one in cells]
            break
    if not header:
        raise Unfit(
            _("The sheet %(name)s is empty. The first sheet must hold the rows.")
            % {"name": sheet.title}
        )
    return Table(sheet.title, header, rows)


def _refuse_merged(path: Path, sheet: Any) -> None:
    """Cells that are merged belong to no single row."""
    found: list[str] = []
    with zipfile.ZipFile(path) as package, package.open(sheet._worksheet_path) as unpacked:
        before = b""
        while piece := unpacked.read(_PIECE):
            joined = before + piece
            found += [one.decode() for one in _MERGED.findall(joined) if one.decode() not in found]
            before = joined[-200:]
            if len(found) > 20:
                break
    if found:
        said = _("The sheet has merged cells: %(cells)s. Split them, and fill in each row.")
        raise Unfit(said % {"cells": ", ".join(found[:5])})


def _sheet_rows(sheet: Any, expected: int) -> Iterator[tuple[int, list[Cell], int]]:
    rows = sheet.iter_rows()
    number = 0
    while True:
        number += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                row = next(rows, None)
        except _ODD:
            raise Unfit(_UNREADABLE) from None
        if row is None:
            return
        share = min(99, number * 100 // expected) if expected > 1 else 0
        yield number, [_sheet_cell(one) for one in row[:MOST_COLUMNS]], share


def _sheet_cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return ERROR
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, (dt.date, bool, int, float)):
        return value
    if isinstance(value, (dt.time, dt.timedelta)):
        return str(value)
    return _unquoted(str(value).strip())
