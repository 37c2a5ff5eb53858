"""What the reports come to together. Read from versions that were sent in, and from nothing else.

Of each report the latest version that the reader gets counts, whatever has been said of it since; a
report that was never sent in has none, so no figure of a draft can be here. Posts and money are added
in whole hundredths, a row for several areas shared as `snapshots.totals` shares it, so the parts are
together exactly the whole.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors.models import District
from coordination.ui.amounts import CENT, equal_cents, shared_cents

from .models import Version
from .snapshots import Sum, split_of

CHUNK = 25
"""Versions held at once: a report of forty rows is some ten thousand characters."""
EVERY = "*"
"""In place of an area where areas are not told apart."""
WHOLE = ""
"""The area of a row that is for the whole municipality."""


@dataclass(frozen=True)
class Reach:
    """What of the summaries somebody gets."""

    key: str
    """"all": every latest version, with texts and what lies behind. "approved": figures of approved
    ones. "districts": approved ones' figures for the person's own districts, of no organisation."""
    districts: frozenset[str] = frozenset()

    @property
    def is_all(self) -> bool:
        return self.key == "all"

    @property
    def names_organisations(self) -> bool:
        return self.key != "districts"

    @property
    def code(self) -> str:
        """The reach written down, to see whether it is still the same."""
        return ":".join([self.key, *sorted(self.districts)])


def reach_of(user: Any) -> Reach:
    """For those who hold READ_RESOURCE_FIGURES: the widest that one of their roles gives."""
    if policy.may(user, Permission.REVIEW_RESOURCES):
        return Reach("all")
    if "manager" in policy.roles_of(user):
        return Reach("approved")
    own = District.objects.kept_by(user).values_list("name", flat=True)
    return Reach("districts", frozenset(own))


def latest(user: Any) -> Any:
    """The versions that count for this reader, one a report at most."""
    seen = Version.objects.visible_to(user, Permission.READ_RESOURCE_FIGURES)
    later = Version.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    # Of a report the approved version is the latest, or none is: it is in force.
    return seen.filter(~Exists(later)) if reach_of(user).is_all else seen


@dataclass(frozen=True)
class Narrow:
    """What of a summary is asked for; None asks for all."""

    organisation: int | None = None
    level: str | None = None
    area: str | None = None

    def has(self, area: str, level: str) -> bool:
        return self.area in (None, area) and self.level in (None, level)


@dataclass(frozen=True)
class Sent:
    """A version that counts: whose, what came of it, and what it says beside its activities."""

    pk: int
    organisation: int
    name: str
    """The organisation's name as it was when the report was sent in."""
    year: int
    state: str
    is_late: bool
    content: dict[str, Any]


def sent(user: Any, narrow: Narrow, years: tuple[int, ...] | None = None) -> Iterator[Sent]:
    """The versions that count, a few at a time, by year and organisation."""
    found = latest(user).annotate(year=F("report__window__year"), whose=F("report__organisation"))
    if years is not None:
        found = found.filter(year__in=years)
    if narrow.organisation is not None:
        found = found.filter(whose=narrow.organisation)
    columns = ("pk", "whose", "year", "state", "is_late", "content")
    ordered = found.order_by("year", "report__organisation__name", "pk")
    for pk, whose, year, state, is_late, content in ordered.values_list(*columns).iterator(
        chunk_size=CHUNK
    ):
        yield Sent(pk, whose, content["organisation"], year, state, is_late, content)


@dataclass
class Cents:
    """Posts and money in whole hundredths, while they are added."""

    fte: int = 0
    cost: int = 0

    def add(self, fte: int, cost: int) -> None:
        self.fte += fte
        self.cost += cost

    @property
    def sum(self) -> Sum:
        return Sum(self.fte * CENT, self.cost * CENT)


Cell = tuple[int, str, str]
"""Organisation, area, level."""


@dataclass
class Year:
    """What the reports of a year come to, by organisation, area and level."""

    cells: dict[Cell, Cents] = field(default_factory=lambda: defaultdict(Cents))
    reports: int = 0

    def add(self, one: Sent, narrow: Narrow, reach: Reach, *, by_area: bool = True) -> None:
        """Counts the activities of a version in; without areas its rows need not be shared."""
        self.reports += 1
        shares = by_area or narrow.area is not None or not reach.names_organisations
        for row in one.content["activities"]:
            level = row["level"]
            if narrow.level not in (None, level):
                continue
            if not shares:
                self.cells[one.organisation, EVERY, level].add(
                    cents(row["fte"]), cents(row["cost"])
                )
                continue
            for area, fte, cost in shared(row):
                if narrow.has(area, level) and _within(area, reach):
                    place = area if by_area else EVERY
                    self.cells[one.organisation, place, level].add(fte, cost)

    def narrowed(self, narrow: Narrow) -> "Year":
        """What of it is asked for."""
        kept = {
            (whose, area, level): one
            for (whose, area, level), one in self.cells.items()
            if narrow.organisation in (None, whose) and narrow.has(area, level)
        }
        return Year(kept, self.reports)

    @property
    def whole(self) -> Sum:
        return self.by().get((), Sum())

    def by(self, *places: int) -> dict[tuple[Any, ...], Sum]:
        """The sums by some of the parts of a cell, named by their places (`WHOSE`, `AREA`, `LEVEL`)."""
        found: dict[tuple[Any, ...], Cents] = defaultdict(Cents)
        for cell, one in self.cells.items():
            found[tuple(cell[place] for place in places)].add(one.fte, one.cost)
        return {key: one.sum for key, one in found.items()}


WHOSE, AREA, LEVEL = 0, 1, 2


def _within(area: str, reach: Reach) -> bool:
    return reach.names_organisations or area in reach.districts


def shared(row: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Each area of a frozen activity with its share of posts and money, in hundredths."""
    fte, cost = cents(row["fte"]), cents(row["cost"])
    places = row["districts"] or [WHOLE]
    if len(places) == 1:
        yield places[0], fte, cost
        return
    if split := split_of(row):
        weights = [split.get(name, 0) for name in places]
        parts = shared_cents(fte, weights), shared_cents(cost, weights)
    else:
        parts = equal_cents(fte, len(places)), equal_cents(cost, len(places))
    yield from zip(places, *parts, strict=True)


def cents(text: str) -> int:
    """A frozen amount in hundredths. Raises ValueError for what is finer."""
    if text[-3:-2] == ".":
        return int(text[:-3] + text[-2:])
    whole, _point, rest = text.partition(".")
    if len(rest.rstrip("0")) > 2:
        raise ValueError("Only hundredths are added.")
    return int(whole) * 100 + int((rest + "00")[:2])


@dataclass(frozen=True)
class Behind:
    """An activity, and how much of it belongs to a figure."""

    version: int
    name: str
    activity: str
    level: str
    areas: tuple[str, ...]
    part: Sum
    whole: Sum


def behind(user: Any, narrow: Narrow, year: int) -> Iterator[Behind]:
    """The activities that a figure of that year is the sum of."""
    reach = reach_of(user)
    for one in sent(user, narrow, (year,)):
        for row in one.content["activities"]:
            part = Cents()
            for area, fte, cost in shared(row):
                if narrow.has(area, row["level"]) and _within(area, reach):
                    part.add(fte, cost)
            if part.fte or part.cost:
                whole = Sum(Decimal(row["fte"]), Decimal(row["cost"]))
                areas = tuple(row["districts"])
                yield Behind(one.pk, one.name, row["name"], row["level"], areas, part.sum, whole)
