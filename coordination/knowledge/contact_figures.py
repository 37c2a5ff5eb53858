"""How many contacts a half-year had, for those who follow the log and for those who only read of it.

A small figure could tell of a caller, so a breakdown is shown whole or not at all: what is hidden beside
others that are shown could be worked out (the guideline's helpline promises to be anonymous). Who reads
the rows sees every channel, type and month; places are held to the rule for them too, since they print.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.dates import MONTHS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors.models import CityPart, District
from coordination.ui.lists import swedish_key

from .contacts import kept_for, months_before
from .models import Contact

LEAST = 5
"""A breakdown is told when every group of it is none or at least so many."""
SETTLED = timedelta(days=31)
"""So long after its end a half-year is open to those who do not read the log: what is logged late must
not show as one more."""
HALVES = 6


@dataclass(frozen=True)
class HalfYear:
    """January to June, or July to December."""

    year: int
    second: bool

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        return cls(day.year, day.month > 6)

    @classmethod
    def read(cls, text: str) -> "HalfYear | None":
        match = re.fullmatch(r"(20\d\d)-([12])", text)
        return cls(int(match[1]), match[2] == "2") if match else None

    @property
    def code(self) -> str:
        return f"{self.year}-{2 if self.second else 1}"

    @property
    def first(self) -> date:
        return date(self.year, 7 if self.second else 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31) if self.second else date(self.year, 6, 30)

    @property
    def before(self) -> "HalfYear":
        return HalfYear(self.year, False) if self.second else HalfYear(self.year - 1, True)

    def __str__(self) -> str:
        said = _("July to December %(year)s") if self.second else _("January to June %(year)s")
        return said % {"year": self.year}


@dataclass(frozen=True)
class Breakdown:
    """The contacts by one thing at a time; no rows where a group is too small to be told of."""

    heading: str
    rows: list[tuple[str, int]] | None
    coarse: bool = False
    """Whether a finer one would have told of too few."""


@dataclass(frozen=True)
class Figures:
    total: int | None
    """None for one to four, where the reader does not read the log."""
    breakdowns: list[Breakdown]


def halves(user: Any, today: date) -> list[HalfYear]:
    """Those whose figures the person may see, the latest first.

    For whoever reads the log this one and those before it. For others those that are over and settled,
    and of which no contact has been erased: a figure that changes from day to day tells of each one.
    """
    found = [HalfYear.of(today)]
    while len(found) < HALVES:
        found.append(found[-1].before)
    if _reads_rows(user):
        return found
    rule = kept_for(today)
    oldest = months_before(today, rule.months) if rule else date.min
    return [one for one in found if one.last + SETTLED < today and one.first >= oldest]


def of(user: Any, half: HalfYear, today: date) -> Figures:
    """What the person may be told of a half-year; nothing of one that is not theirs to see."""
    rows = Contact.objects.filter(on__range=(half.first, half.last)).order_by()
    if half not in halves(user, today):
        rows = rows.none()
    whole = _reads_rows(user)
    total = rows.count()
    return Figures(
        total=total if whole or total == 0 or total >= LEAST else None,
        breakdowns=[
            _by_month(rows, half, whole=whole),
            _by_choice(rows, "channel", _("Channel"), whole=whole),
            _by_choice(rows, "kind", _("Type"), whole=whole),
            _by_place(rows),
        ],
    )


def _reads_rows(user: Any) -> bool:
    return Permission.READ_CONTACTS in policy.permissions_of(user)


def _may_be_shown(counts: Mapping[Any, int]) -> bool:
    return all(count == 0 or count >= LEAST for count in counts.values())


def _counted(rows: Any, by: Any) -> dict[Any, int]:
    return dict(rows.values_list(by).annotate(count=Count("pk")))


def _by_choice(rows: Any, field: str, heading: str, *, whole: bool) -> Breakdown:
    counts = _counted(rows, field)
    named = [
        (str(label), counts.get(value, 0))
        for value, label in Contact._meta.get_field(field).flatchoices
    ]
    return Breakdown(heading, named if whole or _may_be_shown(counts) else None)


def _by_month(rows: Any, half: HalfYear, *, whole: bool) -> Breakdown:
    """By month, else by quarter."""
    counts = {one.month: count for one, count in _counted(rows, TruncMonth("on")).items()}
    months = range(half.first.month, half.last.month + 1)
    if whole or _may_be_shown(counts):
        named = [(capfirst(str(MONTHS[one])), counts.get(one, 0)) for one in months]
        return Breakdown(_("Month"), named)
    quarters = [(months[start], months[start + 2]) for start in (0, 3)]
    sums = {
        pair: sum(counts.get(one, 0) for one in range(pair[0], pair[1] + 1)) for pair in quarters
    }
    if not _may_be_shown(sums):
        return Breakdown(_("Month"), None)
    said = _("%(first_month)s to %(last_month)s")
    return Breakdown(
        _("Quarter"),
        [
            (
                said
                % {"first_month": capfirst(str(MONTHS[first])), "last_month": str(MONTHS[last])},
                sums[first, last],
            )
            for first, last in quarters
        ],
        coarse=True,
    )


def _by_place(rows: Any) -> Breakdown:
    """By district, else by part of the city."""
    by_district = _counted(rows, "district")
    if _may_be_shown(by_district):
        names = dict(District.objects.values_list("pk", "name"))
        return Breakdown(_("Housing district"), _named(by_district, names))
    parts = dict(District.objects.values_list("pk", "city_part"))
    by_part: dict[int | None, int] = {}
    for district, count in by_district.items():
        part = parts.get(district)
        by_part[part] = by_part.get(part, 0) + count
    if not _may_be_shown(by_part):
        return Breakdown(_("Housing district"), None)
    names = dict(CityPart.objects.values_list("pk", "name"))
    return Breakdown(_("Part of the city"), _named(by_part, names), coarse=True)


def _named(counts: Mapping[int | None, int], names: Mapping[int, str]) -> list[tuple[str, int]]:
    named = [(names[key], count) for key, count in counts.items() if key is not None]
    named.sort(key=lambda row: swedish_key(row[0]))
    return [*named, *((_("No district"), counts[key]) for key in counts if key is None)]
