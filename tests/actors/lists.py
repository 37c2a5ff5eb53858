"""Lists of actors to hand in, as people make them in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import openpyxl

HEADER = ("Namn", "Typ", "Bostadsområde", "Nivå", "Funktion", "Kontakt", "Telefon", "E-post")


def csv_of(
    rows: Iterable[Sequence[Any]], encoding: str = "utf-8-sig", delimiter: str = ";"
) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(rows: Iterable[Sequence[Any]], **sheet: Any) -> bytes:
    """`merged`: cells to merge; `title` and `hidden`: of sheets that stand before it."""
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(list(row))
    for cells in sheet.get("merged", ()):
        page.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def long_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of any length, written as it comes."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Aktörer")
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def many(count: int, faulty: int, mark: str = "") -> Iterator[Sequence[Any]]:
    """The header and so many rows, of which so many, evenly spread, are faulty. `mark` begins the names."""
    yield HEADER
    every = count // faulty if faulty else count + 1
    districts = ("Vivalla", "Oxhagen", "Varberga, Vivalla", "")
    for number in range(1, count + 1):
        wrong = faulty and number % every == 0
        yield (
            f"{mark}Förening nummer {number:05}",
            "Klubb" if wrong else "Förening",
            districts[number % 4],
            "Generell",
            "Ordförande",
            f"Kim Efternamn {number:05}",
            f"019-{number % 90 + 10} {number % 80 + 10} {number % 70 + 10}",
            f"kontakt{number:05}@example.org",
        )
