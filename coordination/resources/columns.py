"""What a row of activities that comes from a spreadsheet says: which columns there are, and what may
stand in each. Every fault is told at its own cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.refused import clean
from coordination.actors.columns import choices, folded, in_all_languages, names_of
from coordination.actors.models import District, PreventionLevel
from coordination.ui.amounts import KronorField, PercentField, PostsField, kronor
from coordination.ui.guard import find_identity_number
from coordination.ui.uploads import Unfit

from . import activities
from .models import Activity
from .pasted import MOST_ROWS, Line, as_row, lines_of
from .refusals import Refused

COLUMNS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "name": (activities.LABELS["name"], ("verksamhet", "aktivitet", "insats", "activity")),
    "level": (activities.LABELS["level"], ("nivå", "nivåer", "level")),
    "districts": (
        activities.LABELS["districts"],
        ("område", "områden", "bostadsområde", "bostadsområden", "area", "areas"),
    ),
    "fte": (
        activities.LABELS["fte"],
        ("årsarbetskraft", "åa", "åak", "årsarbetare", "tjänster", "fte", "posts"),
    ),
    "cost": (activities.LABELS["cost"], ("kostnad", "kostnader", "kronor", "kr", "belopp", "cost")),
    "calculated": (
        activities.LABELS["calculated"],
        ("beräknat", "beräknathur", "beräkning", "beräknad", "calculated"),
    ),
    "comment": (activities.LABELS["comment"], ("kommentarer", "anmärkning", "comments")),
    "ended": (activities.LABELS["ended"], ("upphört", "upphörtvarför", "avslutad", "ended")),
    "line": (gettext_lazy("Row key"), ("radnyckel", "nyckel", "key")),
}
"""By what it is called in the code: its heading, and what else people call it."""
THOUSANDS = (
    "tkr",
    "kostnadtkr",
    "kostnaditkr",
    "beloppitkr",
    "belopptkr",
    "ksek",
    "kostnadtusenkr",
)
"""A heading that says that the costs are in thousands of kronor."""
NEEDED = ("name", "level", "districts", "fte", "cost", "calculated")
UNHEADED = (*NEEDED, "comment", "ended")
"""The order of the columns where no row says what they are called."""
WHOLE = ("The whole municipality", "Hela kommunen", "kommunen", "hela", "alla", "samtliga")
NOTHING = ("", "-", "–", "—")
SEARCHED = 10
"""So many of the first rows are looked at for one that says what the columns are called."""

_SHARE = re.compile(r"(.+?)[\s:(]*?(\d[\d.,]*)\s*%\)?")
_TKR = re.compile(r"(\d{1,9})(?:,(\d{1,3})|\.(\d{1,2}))?", re.A)
_FAULT = re.compile(r"#[A-ZÅÄÖ/0]+[!?]?")
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[-/. ](?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)\w*",
    re.I,
)


@dataclass
class Said:
    """What a row says: its values by column, what is wrong by column, and its cells as they were."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class Sheet:
    """Rows that were read under one header."""

    rows: list[Said]
    ignored: list[str] = field(default_factory=list)
    """Headings of columns that nothing is known of."""
    places: dict[str, int] = field(default_factory=dict)

    @property
    def in_thousands(self) -> bool:
        return "thousands" in self.places


def read(lines: Sequence[Line]) -> Sheet:
    """What the rows say. Raises Unfit when the columns cannot be told, and for too many rows."""
    known = _headings()
    at = next((index for index, one in enumerate(lines[:SEARCHED]) if _is_header(one, known)), None)
    if at is None:
        places, ignored, rows = _unheaded(lines), [], list(lines)
    else:
        places, ignored = _headed(lines[at], known)
        rows = list(lines[at + 1 :])
    if not rows:
        raise Unfit(_("There are no rows below the headings."))
    if len(rows) > MOST_ROWS:
        raise Unfit(
            _("At most %(count)s rows can be read at a time. Share them in parts.")
            % {"count": MOST_ROWS}
        )
    reader = Reader(places)
    return Sheet([reader.row(one) for one in rows], ignored, places)


def with_costs(text: str, sheet: Sheet, costs: Mapping[int, Decimal]) -> str:
    """The text with other costs, in kronor by the number of the row."""
    place = sheet.places["thousands" if sheet.in_thousands else "cost"]
    rows: list[str] = []
    for line in lines_of(text):
        rows += [""] * (line.number - 1 - len(rows))
        cells = list(line.cells)
        if line.number in costs:
            cost = costs[line.number]
            cells[place] = _decimal(cost / 1000) if sheet.in_thousands else kronor(cost)
        rows.append(as_row(cells))
    return "\n".join(rows)


def _decimal(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _headings() -> dict[str, str]:
    known = dict.fromkeys(THOUSANDS, "thousands")
    for key, (heading, others) in COLUMNS.items():
        for name in (*others, *in_all_languages(heading)):
            known[folded(name)] = key
    return known


def _is_header(line: Line, known: dict[str, str]) -> bool:
    found = {known[folded(one)] for one in line.cells if folded(one) in known}
    return len(found) > 1 and "name" in found


def _headed(header: Line, known: dict[str, str]) -> tuple[dict[str, int], list[str]]:
    places: dict[str, int] = {}
    ignored = []
    for place, heading in enumerate(header.cells):
        key = known.get(folded(heading))
        if key is None:
            ignored += [heading[:40]] if heading and find_identity_number(heading) is None else []
        elif key in places:
            raise Unfit(
                _("The column %(column)s stands there twice. Remove one of them.")
                % {"column": heading}
            )
        else:
            places[key] = place
    if {"cost", "thousands"} <= places.keys():
        raise Unfit(_("There is a column in kr and one in tkr. Keep the one in kr."))
    there = places.keys() | ({"cost"} if "thousands" in places else set())
    missing = [key for key in NEEDED if key not in there]
    if missing:
        raise Unfit(
            _("These columns are missing: %(columns)s.")
            % {"columns": ", ".join(str(COLUMNS[key][0]) for key in missing)}
        )
    return places, ignored


def _unheaded(lines: Sequence[Line]) -> dict[str, int]:
    """Rows without headings, in the order of the template."""
    widest = max((len(one.cells) for one in lines), default=0)
    if widest < len(NEEDED):
        raise Unfit(
            _(
                "The columns cannot be told. Copy the cells in the spreadsheet together with the row of"
                " headings: %(columns)s."
            )
            % {"columns": ", ".join(str(COLUMNS[key][0]) for key in NEEDED)}
        )
    return {key: place for place, key in enumerate(UNHEADED) if place < widest}


class Reader:
    """Reads rows whose columns are known."""

    def __init__(self, places: dict[str, int]) -> None:
        self.places = places
        self.districts = {one.pk: one for one in District.objects.active(timezone.localdate())}
        self._words = {
            "level": choices(
                (code, names_of(code, label)) for code, label in PreventionLevel.Code.choices
            ),
            "calculated": choices(
                (code, [code, *in_all_languages(label)])
                for code, label in Activity.Calculated.choices
            ),
            "districts": choices((one.pk, [one.name]) for one in self.districts.values()),
        }

    def row(self, line: Line) -> Said:
        """What the row says, with each fault at its cell."""
        said = Said(line.number)
        for key, place in self.places.items():
            text = line.cells[place] if place < len(line.cells) else ""
            column = "cost" if key == "thousands" else key
            said.texts[column] = "" if text in NOTHING else text
        has_ended = bool(said.texts.get("ended"))
        for key in self.places:
            column = "cost" if key == "thousands" else key
            if has_ended and column in ("level", "districts", "calculated"):
                continue
            try:
                said.values[column] = self._value(key, said.texts[column], has_ended)
            except Refused as refusal:
                said.faults[column] = str(refusal)
            except ValidationError as error:
                said.faults[column] = error.messages[0]
        return said

    def _value(self, key: str, text: str, has_ended: bool) -> Any:
        if text.startswith("="):
            raise Refused(_("The cell holds a formula. Paste its value instead."))
        if _FAULT.fullmatch(text):
            raise Refused(_("The cell holds a fault, such as #N/A. Write its value instead."))
        if key in ("fte", "cost", "thousands"):
            return self._number(key, text, has_ended)
        if key == "districts":
            return self._places(text)
        if key in self._words:
            return self._one(key, text)
        if key == "line":
            return text
        limit = {"name": activities.NAME, "comment": activities.COMMENT}.get(key, activities.ENDED)
        needed = _("Enter the activity") if key == "name" else ""
        return clean(text, label=COLUMNS[key][0], limit=limit, field="", needed=needed)

    def _number(self, key: str, text: str, has_ended: bool) -> Decimal:
        if _DAY.fullmatch(text):
            raise Refused(_("The spreadsheet has made a date of it. Format the cell as a number."))
        if has_ended:
            if text.strip("0.,") not in ("", "kr"):
                raise Refused(_("What has ended has 0 posts and costs 0 kr."))
            return Decimal(0)
        if key == "fte":
            return PostsField().clean(text)  # type: ignore[no-any-return]
        if key == "cost":
            return KronorField().clean(text)  # type: ignore[no-any-return]
        return _thousands(text)

    def _one(self, key: str, text: str) -> Any:
        if not text:
            raise Refused(_("Choose one of the alternatives"))
        found = self._words[key].get(folded(text))
        if found is None:
            clean(text, label=COLUMNS[key][0], limit=1000, field="")
            raise Refused(_("“%(text)s” is not known.") % {"text": text[:60]})
        return found

    def _places(self, text: str) -> tuple[list[District], dict[int, int] | None]:
        """The districts, and in hundredths of a percent how they share when the cell says so."""
        if not text:
            raise Refused(_("Write the area, or The whole municipality."))
        plain = re.sub(r"\((?:lika delar|equal parts|lika)\)", "", text, flags=re.I).strip()
        if folded(plain) in {folded(one) for one in WHOLE}:
            return [], None
        keys, shares = [], {}
        for one in re.split(r"\s*[;\n]\s*|,(?!\d)\s*", plain):
            share = _SHARE.fullmatch(one)
            key = self._one("districts", share[1] if share else one)
            keys.append(key)
            if share:
                shares[key] = int(PercentField().clean(share[2]) * 100)
        if len(set(keys)) != len(keys):
            raise Refused(_("An area stands there twice."))
        if shares and (set(shares) != set(keys) or sum(shares.values()) != activities.WHOLE):
            raise Refused(_("The shares of the areas must together be 100 percent."))
        return [self.districts[key] for key in keys], shares or None


def _thousands(text: str) -> Decimal:
    """A cost in a column of thousands of kronor, in kronor. A point before three digits may divide
    thousands or be a decimal point: it is not guessed."""
    plain = re.sub(r"\s|tkr\.?$", "", text, flags=re.I)
    match = _TKR.fullmatch(plain)
    if match is None:
        raise Refused(_("Enter the cost in thousands of kronor, for example 787,5"))
    cost = Decimal(f"{match[1]}.{match[2] or match[3] or 0}") * 1000
    return KronorField().clean(kronor(cost))  # type: ignore[no-any-return]
