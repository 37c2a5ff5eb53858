"""Tables as files that open right in a Swedish spreadsheet, and in which no cell is a formula."""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from coordination.ui import dates

_STARTS = "=+-@|%"
"""What makes a spreadsheet read a cell as a formula or a command, also when written full-width."""
_WIDEST = 60
"""Characters: what is longer is wrapped."""


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_of(
    kind: Format, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, title: str
) -> bytes:
    """The table in the format asked for; `title` names the sheet of a workbook."""
    if kind is Format.CSV:
        return csv_file(header, rows)
    return xlsx_file(header, rows, title=title)


def csv_file(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with its mark, semicolons, every cell in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in [header, *rows]:
        writer.writerow([cell_text(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(header: Sequence[Any], rows: Iterable[Sequence[Any]], *, title: str) -> bytes:
    """A workbook with one sheet: the header stays in sight, days and numbers can be sorted, and who
    made it is not said."""
    table = [list(row) for row in rows]
    book = Workbook(write_only=True)
    book.properties.creator = ""
    sheet = book.create_sheet(_line(title)[:31])
    for column, name in enumerate(header, start=1):
        cells = [name, *(row[column - 1] for row in table)]
        width = min(_WIDEST, max(len(cell_text(one)) for one in cells))
        sheet.column_dimensions[get_column_letter(column)].width = width + 3
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(table) + 1}"
    sheet.append([_typed(sheet, name, bold=True) for name in header])
    for row in table:
        sheet.append([_typed(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Sheet:
    """A table of a workbook. Its rows are read once."""

    title: str
    header: Sequence[Any]
    rows: Iterable[Sequence[Any]]


def write_xlsx(out: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """A workbook with these sheets, however many rows: they are written as they come, none is kept.

    Columns are as wide as their heads ask for, since the rows are not known beforehand.
    """
    book = Workbook(write_only=True)
    book.properties.creator = ""
    for one in sheets:
        sheet = book.create_sheet(_line(one.title)[:31])
        for column, name in enumerate(one.header, start=1):
            width = min(_WIDEST, max(len(cell_text(name)), 14))
            sheet.column_dimensions[get_column_letter(column)].width = width + 3
        sheet.freeze_panes = "A2"
        sheet.append([_typed(sheet, name, bold=True) for name in one.header])
        for row in one.rows:
            sheet.append([_typed(sheet, value) for value in row])
    book.save(out)


def _typed(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A day, moment or number as such, everything else as text."""
    if isinstance(value, dt.datetime):
        cell = WriteOnlyCell(sheet, dates.local(value).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, dt.date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, (int, Decimal)):
        cell = WriteOnlyCell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, cell_text(value) or None)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def cell_text(value: Any) -> str:
    """The value as text on one line; what a spreadsheet would evaluate gets an apostrophe first."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, dt.datetime):
        return dates.local(value).strftime("%Y-%m-%d %H:%M")
    text = _line("" if value is None else str(value))
    return f"'{text}" if _first_seen(text) in _STARTS else text


def _line(text: str) -> str:
    """On one line, without the characters that a file must not hold."""
    line = " ".join(text.replace("\t", " ").splitlines())
    return "".join(one for one in line if unicodedata.category(one) not in {"Cc", "Cs"})


def _first_seen(text: str) -> str:
    """The first character that is not a space of any kind or invisible; a space when none is."""
    for character in unicodedata.normalize("NFKC", text):
        if unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            return character
    return " "
