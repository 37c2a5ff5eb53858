"""A workbook that somebody fills in and hands back: one sheet of rows, what may stand in each column,
and a sheet that tells how."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from .spreadsheet import cell_text

LONGEST_TITLE = 31


@dataclass(frozen=True)
class Column:
    """A column of the sheet: its heading, and what the spreadsheet program lets people write there."""

    heading: str
    width: int
    choices: Sequence[str] = ()
    is_open: bool = False
    """Whether something else than the choices may be written, several of them for example."""
    number: str = ""
    """For numbers, how they are shown: `0.00` or `#,##0`."""
    most: Decimal | None = None
    wrong: str = ""
    """What the program says when something else is written."""
    is_hidden: bool = False


def filled_in(
    *,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    room: int,
    told: tuple[str, Sequence[str]],
    allowed: str,
) -> bytes:
    """The workbook with those rows, and room for `room` in all. `told` is the sheet with how to fill it
    in, its title and its sentences; `allowed` names the sheet with the choices."""
    book = Workbook()
    book.properties.creator = ""
    sheet = book.active
    sheet.title = title[:LONGEST_TITLE]
    sheet.append([one.heading for one in columns])
    for row in rows:
        sheet.append([_value(one) for one in row])
    for cells in sheet.iter_rows(min_row=1, max_row=max(room, len(rows)) + 1, max_col=len(columns)):
        for column, cell in zip(columns, cells, strict=True):
            _dress(cell, column)
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet(told[0][:LONGEST_TITLE]), told[1])
    choices = book.create_sheet(allowed[:LONGEST_TITLE])
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].hidden = column.is_hidden
        if rule := _rule(column, choices):
            rule.add(f"{letter}2:{letter}{room + 1}")
            sheet.add_data_validation(rule)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _value(value: Any) -> Any:
    """A number as such; everything else as text that is no formula."""
    return value if isinstance(value, (int, Decimal)) else cell_text(value) or None


def _dress(cell: Any, column: Column) -> None:
    if cell.row == 1:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if column.number and cell.row > 1:
        cell.number_format = column.number


def _explain(sheet: Any, sentences: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = 100
    for number, sentence in enumerate(sentences, start=1):
        cell = sheet.cell(row=number, column=1, value=cell_text(sentence))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True)


def _rule(column: Column, choices: Any) -> DataValidation | None:
    """What the spreadsheet program lets people write, which the portal asks for again."""
    if column.choices:
        place = choices.max_column + (1 if choices["A1"].value else 0)
        for row, value in enumerate([column.heading, *column.choices], start=1):
            choices.cell(row=row, column=place, value=cell_text(value))
        letter = get_column_letter(place)
        choices.column_dimensions[letter].width = 40
        last = len(column.choices) + 1
        where = f"{quote_sheetname(choices.title)}!${letter}$2:${letter}${last}"
        rule = DataValidation(type="list", formula1=where, allow_blank=True)
        rule.showErrorMessage = not column.is_open
    elif column.most is not None:
        kind = "decimal" if "." in column.number else "whole"
        rule = DataValidation(
            type=kind, operator="between", formula1="0", formula2=str(column.most), allow_blank=True
        )
        rule.showErrorMessage = True
    else:
        return None
    rule.error = column.wrong[:255]
    rule.errorTitle = column.heading[:32]
    return rule
