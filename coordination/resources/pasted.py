"""Rows that somebody brings from a spreadsheet, as one text: pasted, or read out of a file.

A file becomes the same text that copying its cells would have given, so that both are read, shown,
mended and checked as one thing. The file itself is not kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from coordination.ui import scanner, tables, uploads
from coordination.ui.tables import Cell, Mark
from coordination.ui.uploads import Unfit

MOST_ROWS = 60
"""Of one report's activities: the largest administration has some thirty."""
MOST_LINES = 1_000
"""Empty ones and those above the header among them."""
LONGEST = 60_000
LARGEST_UNPACKED = 8 * 1024 * 1024
"""What a workbook may unpack to: it is read while somebody waits. The template unpacks to 40 kB."""
FORMULA, ERROR = "=…", "#FEL!"
"""What stands for a formula and for a fault of the spreadsheet, which copied cells show as such."""

_QUOTED = re.compile(r'"((?:[^"]|""){0,2000}+)"(?=\t|\n|\Z)')
_PLAIN = re.compile(r"[^\t\n]*+")


@dataclass(frozen=True)
class Line:
    """A row with its number, as a spreadsheet counts."""

    number: int
    cells: list[str]

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)


def lines_of(text: str) -> list[Line]:
    """The text as rows of cells, the empty ones left out. Raises Unfit for one that is too long."""
    if len(text) > LONGEST:
        raise Unfit(_too_many())
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, at, number = [], 0, 0
    while at < len(plain):
        number += 1
        if number > MOST_LINES:
            raise Unfit(_too_many())
        cells, at = _cells(plain, at)
        line = Line(number, cells)
        if not line.is_empty:
            lines.append(line)
    return lines


def _too_many() -> str:
    return _("At most %(count)s rows can be read at a time. Share them in parts.") % {
        "count": MOST_ROWS
    }


def _cells(text: str, at: int) -> tuple[list[str], int]:
    """The cells of the row that begins there, and where the next row begins. A cell of several lines
    stands in quotation marks; other quotation marks belong to what was written."""
    cells = []
    while True:
        quoted = _QUOTED.match(text, at)
        if quoted and re.search(r"[\n\t]", quoted[1]):
            cell, at = quoted[1].replace('""', '"'), quoted.end()
        else:
            plain = _PLAIN.match(text, at)
            cell, at = (plain[0], plain.end()) if plain else ("", at)
        cells.append(" ".join(cell.split()))
        if at >= len(text):
            return cells, at
        at += 1
        if text[at - 1] == "\n":
            return cells, at


def text_of(path: Path, content: bytes, name: str) -> str:
    """The first sheet of a workbook, or a CSV file, as the text that copying it would have given.

    The file is looked into and scanned first. Raises Unfit, with a sentence for whoever chose it.
    """
    kind = tables.kind_of(content, name)
    size = len(content)
    if kind == "xlsx":
        size = uploads.unpacked_size(content, uploads.KINDS["xlsx"])
        if size > LARGEST_UNPACKED:
            raise Unfit(_too_many())
    scanner.scan(content, unpacked=size)
    with tables.opened(path, kind) as table:
        rows = _rows(table)
    return "\n".join(rows)


def _rows(table: tables.Table) -> list[str]:
    """Header and rows, with the empty rows between them so that their numbers stay."""
    rows, size = [], 0
    first = 0
    for number, cells, _share in table.rows:
        if not first:
            # What stands above the header says nothing, but counts.
            first = number - 1
            rows = [""] * (first - 1) + [as_row(table.header)]
        if number > MOST_LINES:
            raise Unfit(_too_many())
        if not any(one != "" for one in cells):
            continue
        rows += [""] * (number - 1 - len(rows))
        rows.append(as_row(cells))
        size += len(rows[-1]) + 1
        if size > LONGEST:
            raise Unfit(_too_many())
    if not size:
        raise Unfit(_("The file has no rows below its header."))
    return rows


def as_row(cells: Iterable[Cell]) -> str:
    """A row of the text."""
    return "\t".join(_as_text(one) for one in cells).rstrip("\t")


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return FORMULA if cell is Mark.FORMULA else ERROR
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (int, float)):
        # As many digits as a spreadsheet keeps: the rest is noise of how it reckons.
        return f"{cell:.15g}".replace(".", ",")
    return " ".join(str(cell).split())
