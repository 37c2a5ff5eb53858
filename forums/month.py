"""A month as a calendar shows it: its weeks, its moments, and the months beside it."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from .agenda import local

_FIRST, _LAST = 2000, 2100
"""Years that can be looked at."""
_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Month:
    """One month of the municipality's calendar; as text "2026-11"."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """The month written as "2026-11"; None for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return None
        year, number = map(int, found.groups())
        return cls(year, number) if _FIRST <= year <= _LAST and 1 <= number <= 12 else None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def previous(self) -> "Month | None":
        found = Month.of(self.first - dt.timedelta(days=1))
        return found if found.year >= _FIRST else None

    @property
    def next(self) -> "Month | None":
        found = Month.of(self.first + dt.timedelta(days=31))
        return found if found.year <= _LAST else None

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """The moment it begins and the moment the next one does, on the clock of the municipality."""
        after = (self.first + dt.timedelta(days=31)).replace(day=1)
        return local(self.first, dt.time()), local(after, dt.time())

    def weeks(self) -> list[list[dt.date]]:
        """Its weeks from Monday to Sunday, whole: the first and the last may hold other months' days."""
        return calendar.Calendar(firstweekday=0).monthdatescalendar(self.year, self.number)

    def __contains__(self, day: dt.date) -> bool:
        return (day.year, day.month) == (self.year, self.number)
