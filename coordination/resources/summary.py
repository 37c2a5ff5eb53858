"""The summary of a year as it is read: tables by level, area and organisation, and what years differ."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.actors.forms.coverage import LEVELS as LEVEL_NAMES
from coordination.actors.models import District
from coordination.ui.lists import swedish_key

from . import board, windows
from .compiled import AREA, LEVEL, WHOLE, WHOSE, Narrow, Reach, Sent, Year, reach_of, sent
from .models import Report, Version, Window
from .snapshots import LEVELS, Sum

NOTHING = Sum()
WHOLE_CODE = "-"
"""How an address says the whole municipality, whose name in a report is nothing."""


@dataclass(frozen=True)
class Answer:
    """What a version that counts says beside its activities."""

    version: int
    organisation: int
    name: str
    state: str
    is_late: bool
    nothing: str
    enough: str
    why: str

    @property
    def state_name(self) -> str:
        return str(Version.State(self.state).label)

    @property
    def enough_name(self) -> str:
        return str(Report.Enough(self.enough).label)


@dataclass(frozen=True)
class Asked:
    """A request for extra resources, as the version that it stands in says it. `place` is which of that
    version's requests it is: with the version it names the request."""

    version: int
    place: int
    name: str
    what: str
    why: str
    fte: Decimal
    cost: Decimal
    from_day: date


@dataclass(frozen=True)
class Line:
    """Posts and money of something: in all and at each level, in the order of LEVELS."""

    key: Any
    name: str
    whole: Sum
    levels: tuple[Sum, ...]
    answer: Answer | None = None

    @property
    def code(self) -> str:
        """The area of the line as an address says it."""
        return self.key or WHOLE_CODE

    @property
    def by_level(self) -> list[tuple[str, Sum]]:
        return list(zip(LEVELS, self.levels, strict=True))


@dataclass(frozen=True)
class YearLine:
    """A year beside the one before it."""

    year: int
    reports: int
    line: Line
    before: Sum | None

    @property
    def change(self) -> Sum | None:
        if self.before is None:
            return None
        return Sum(self.line.whole.fte - self.before.fte, self.line.whole.cost - self.before.cost)


@dataclass(frozen=True)
class Missing:
    """An organisation that has not sent in the report of the year, and how far it has come."""

    name: str
    standing: str
    is_late: bool

    @property
    def standing_name(self) -> str:
        return str(Report.State(self.standing).label) if self.standing else _("Not begun")


@dataclass
class Summary:
    """The reports of a year for one reader. `narrow` says what of it is asked for: change it first."""

    user: Any
    window: Window
    reach: Reach
    read: Year
    answers: list[Answer]
    requests: list[Asked]
    narrow: Narrow = field(default_factory=Narrow)

    @cached_property
    def year(self) -> Year:
        return self.read.narrowed(self.narrow)

    @property
    def is_narrowed(self) -> bool:
        return self.narrow != Narrow()

    # What is asked for

    @property
    def reports(self) -> int:
        """How many reports it is the sum of."""
        return len(self.shown) if self.reach.names_organisations else self.read.reports

    @property
    def shown(self) -> list[Answer]:
        return [one for one in self.answers if self.narrow.organisation in (None, one.organisation)]

    @property
    def asked(self) -> list[Asked]:
        versions = {one.version for one in self.shown}
        return [one for one in self.requests if one.version in versions]

    @cached_property
    def areas_of_data(self) -> list[str]:
        return sorted({area for _who, area, _level in self.read.cells}, key=_area_order)

    # Tables

    @cached_property
    def whole(self) -> Line:
        return _line(None, _("In all"), self.year.by(LEVEL), ())

    @cached_property
    def organisations(self) -> list[Line]:
        found = self.year.by(WHOSE, LEVEL)
        return [
            _line(one.organisation, one.name, found, (one.organisation,), one) for one in self.shown
        ]

    @cached_property
    def areas(self) -> list[Line]:
        """Every area that is there or was reported; those where nobody works too."""
        found = self.year.by(AREA, LEVEL)
        names = {area for area, _level in found}
        if self.reach.names_organisations:
            names |= set(
                District.objects.active(timezone.localdate()).values_list("name", flat=True)
            )
        else:
            names |= self.reach.districts
        if self.narrow.area is not None:
            names &= {self.narrow.area}
        return [
            _line(name, area_name(name), found, (name,)) for name in sorted(names, key=_area_order)
        ]

    @cached_property
    def cells(self) -> list[tuple[Answer, Line]]:
        """Each organisation in each area where it has anything."""
        found = self.year.by(WHOSE, AREA, LEVEL)
        places: dict[int, set[str]] = {}
        for whose, area, _level in found:
            places.setdefault(whose, set()).add(area)
        return [
            (one, _line(area, area_name(area), found, (one.organisation, area)))
            for one in self.shown
            for area in sorted(places.get(one.organisation, ()), key=_area_order)
        ]

    # Years

    @cached_property
    def _every_year(self) -> dict[int, Year]:
        """The years before are read without areas, unless one is asked for: they are only compared."""
        found: dict[int, Year] = {self.window.year: self.year}
        others = Window.objects.filter(year__lt=self.window.year).values_list("year", flat=True)
        for one in sent(self.user, self.narrow, tuple(others)):
            year = found.setdefault(one.year, Year())
            year.add(one, self.narrow, self.reach, by_area=False)
        return found

    @cached_property
    def years(self) -> list[YearLine]:
        """This year and those before that have reports, the latest first, each beside the year before."""
        lines: list[YearLine] = []
        before: tuple[int, Sum] | None = None
        for number, year in sorted(self._every_year.items()):
            line = _line(number, str(number), year.by(LEVEL), ())
            last = before[1] if before and before[0] == number - 1 else None
            reports = self.reports if year is self.year else year.reports
            lines.append(YearLine(number, reports, line, last))
            before = (number, line.whole)
        return lines[::-1]

    @cached_property
    def moved(self) -> list[tuple[str, Sum, Sum]]:
        """Each organisation that has reported both years: its name, the year before, and this."""
        last = self._every_year.get(self.window.year - 1)
        if last is None:
            return []
        then, now = last.by(WHOSE), self.year.by(WHOSE)
        return [
            (one.name, then[one.organisation,], now.get((one.organisation,), NOTHING))
            for one in self.shown
            if (one.organisation,) in then
        ]

    # Answers

    @property
    def states(self) -> list[tuple[str, int]]:
        """How many of the reports that count stand where."""
        counts = dict.fromkeys(Version.State.values, 0)
        for one in self.shown:
            counts[one.state] += 1
        return [
            (str(Version.State(state).label), count) for state, count in counts.items() if count
        ]

    @property
    def approved(self) -> int:
        return sum(one.state == Version.State.APPROVED for one in self.shown)

    @property
    def enough(self) -> dict[str, int]:
        """How many answered what to whether the resources are enough; with nothing to report nobody asks."""
        counts = {"yes": 0, "partly": 0, "no": 0}
        for one in self.shown:
            if one.enough in counts:
                counts[one.enough] += 1
        return counts

    @property
    def short(self) -> list[Answer]:
        """Who answered no, then who answered partly."""
        found = [one for one in self.shown if one.enough in ("no", "partly")]
        return sorted(found, key=lambda one: one.enough != "no")

    @property
    def with_nothing(self) -> list[Answer]:
        return [one for one in self.shown if one.nothing]

    @cached_property
    def missing(self) -> list[Missing]:
        """Who is to report and has not sent anything in. For those who follow the reports up."""
        if not self.reach.is_all:
            return []
        rows = board.rows(self.window).filter(sent=None)
        if self.narrow.organisation is not None:
            rows = rows.filter(pk=self.narrow.organisation)
        late = windows.is_late(self.window, timezone.now())
        found = [
            Missing(name, standing, late) for name, standing in rows.values_list("name", "standing")
        ]
        return sorted(found, key=lambda one: swedish_key(one.name))


def of(user: Any, window: Window) -> Summary:
    """The summary of that year for this reader, who holds READ_RESOURCE_FIGURES."""
    reach, read = reach_of(user), Year()
    answers: list[Answer] = []
    requests: list[Asked] = []
    for one in sent(user, Narrow(), (window.year,)):
        read.add(one, Narrow(), reach)
        if reach.names_organisations:
            answers.append(_answer(one, with_texts=reach.is_all))
        if reach.is_all:
            requests += _asked(one)
    answers.sort(key=lambda one: (swedish_key(one.name), one.version))
    requests.sort(key=lambda one: (swedish_key(one.name), one.version, one.place))
    return Summary(user, window, reach, read, answers, requests)


def _answer(one: Sent, *, with_texts: bool) -> Answer:
    said = one.content
    return Answer(
        one.pk,
        one.organisation,
        one.name,
        one.state,
        one.is_late,
        said["nothing"] if with_texts else (said["nothing"] and _("Nothing to report")),
        said["enough"],
        said["enough_why"] if with_texts else "",
    )


def _asked(one: Sent) -> Iterator[Asked]:
    for place, row in enumerate(one.content["requests"]):
        yield Asked(
            one.pk,
            place,
            one.name,
            row["what"],
            row["why"],
            Decimal(row["fte"]),
            Decimal(row["cost"]),
            date.fromisoformat(row["from_day"]),
        )


def area_name(area: str) -> str:
    """The area in words."""
    return area if area != WHOLE else _("The whole municipality")


def _area_order(area: str) -> Any:
    """The whole municipality first, then by name."""
    return area != WHOLE, swedish_key(area)


def _line(
    key: Any,
    name: str,
    sums: dict[tuple[Any, ...], Sum],
    place: tuple[Any, ...],
    answer: Answer | None = None,
) -> Line:
    """The line of a place from sums by that place and level."""
    levels = tuple(sums.get((*place, level), NOTHING) for level in LEVELS)
    whole = Sum(
        sum((one.fte for one in levels), Decimal(0)), sum((one.cost for one in levels), Decimal(0))
    )
    return Line(key, name, whole, levels, answer)


def level_names() -> list[str]:
    """The levels in short words, in the order of `Line.levels`."""
    return [str(LEVEL_NAMES[level]) for level in LEVELS]


def level_heads() -> list[tuple[str, str]]:
    """The same with their codes."""
    return list(zip(LEVELS, level_names(), strict=True))
