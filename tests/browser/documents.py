"""Reads minutes as their readers do: the page, the PDF and its tags. And dates as they are written."""

import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pypdf

from tests.browser import bra_meeting as bra

MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti"),
    *("september", "oktober", "november", "december"),
)


def today() -> date:
    """The day in the municipality, where the portal's clock is."""
    return datetime.now(ZoneInfo("Europe/Stockholm")).date()


def long_day(day: str | date) -> str:
    """12 maj 2026."""
    day = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def one_line(text: str) -> str:
    """The words in order, however they are broken into lines."""
    return " ".join(text.replace("\N{SOFT HYPHEN}", "").replace("\N{NO-BREAK SPACE}", " ").split())


def pdf_text(content: bytes) -> str:
    document = pypdf.PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in document.pages)
    # A line may end at a hyphen that the word has anyway.
    return one_line(text.replace("-\n", "-"))


def assert_tagged(content: bytes, title: str) -> None:
    """PDF/UA's marks: a structure tree, a title that is shown, a language, real headings and tables."""
    with pikepdf.open(io.BytesIO(content)) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith("sv")
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert title in str(document.docinfo["/Title"])
        with document.open_metadata() as metadata:
            assert title in metadata["dc:title"]
            assert metadata["pdfuaid:part"] == "1"
        kinds = set(_kinds(root.StructTreeRoot))
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= kinds, kinds


def _kinds(element: Any) -> Iterable[str]:
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield str(child.S)
            yield from _kinds(child)


def assert_holds_the_council(text: str, dues: dict[str, str]) -> None:
    """The minutes' text has everything that the notes say must stand in them.

    `dues` gives each action its date, old and new ones.
    """
    text = one_line(text)
    place = 0
    for mark, decision in bra.DECISIONS:
        assert mark in text[place:], mark
        assert decision in text[place:], decision
        place = text.index(decision, place)
    for action in bra.ACTIONS:
        rest = text[text.index(action.what) :]
        # The owner and the date stand beside the action, in whatever order.
        near = rest[: len(action.what) + 120]
        for owner in action.owners:
            assert owner in near, (owner, near)
        assert long_day(dues[action.what]) in near, (action.what, dues[action.what], near)
    for words in (bra.DONE, bra.MOVED, bra.STRUCK, bra.WHY, bra.ABSENT, bra.SUBSTITUTE):
        assert words in text, words
    assert long_day(dues[bra.MOVED]) in text
    _assert_attendance(text)
    for item in bra.ITEMS:
        assert item.title in text, item.title
        assert item.notes in text, item.notes
    _assert_postponed(text)
    assert "Ska rapporteras till ledningen" in text


def _assert_attendance(text: str) -> None:
    """Each organisation with its people, row by row, and nobody else."""
    table = text[
        text.index("Organisation Deltagare Närvaro") : text.index(f"1. {bra.ITEMS[0].title}")
    ]
    rows = 0
    for organisation, people in bra.attendance().items():
        orders = [" ".join([organisation, *order]) for order in permutations(people)]
        assert [block for block in orders if block in table], (organisation, people, table)
        rows += len(people)
    assert len(re.findall(r"\b(Närvarande|Frånvarande|Deltar digitalt)\b", table)) == rows, table


def _assert_postponed(text: str) -> None:
    """The item says so under its own notes, no other item does, and it alone stands in the list."""
    number, item = next((n, one) for n, one in enumerate(bra.ITEMS, 1) if one.postponed)
    said = f"{number}. {item.title} {item.notes} Punkten bordlades till nästa möte."
    assert said in text, said
    assert text.count("Punkten bordlades till nästa möte.") == 1
    listed = re.findall(r"Bordlagt till nästa möte (.*?) Åtgärder ", text)
    assert len(listed) == 1, text
    assert listed[0].lstrip("• ") == f"{number}. {item.title}", listed
