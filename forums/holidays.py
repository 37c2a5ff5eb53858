"""Working days, and the days on which no meeting is proposed: Swedish public holidays, their eves, and
the summer weeks."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

SUMMER_WEEKS = range(27, 33)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _weekday_from(start: date, weekday: int) -> date:
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def named(year: int) -> dict[date, Any]:
    """The public holidays of a year (lag 1989:253) and the eves that are kept as such, by name."""
    sunday = easter(year)
    midsummer = _weekday_from(date(year, 6, 20), 5)
    return {
        date(year, 1, 1): _("New Year's Day"),
        date(year, 1, 6): _("Epiphany"),
        sunday - timedelta(days=2): _("Good Friday"),
        sunday - timedelta(days=1): _("Easter Eve"),
        sunday: _("Easter Sunday"),
        sunday + timedelta(days=1): _("Easter Monday"),
        sunday + timedelta(days=39): _("Ascension Day"),
        sunday + timedelta(days=49): _("Whit Sunday"),
        date(year, 5, 1): _("May Day"),
        date(year, 6, 6): _("National Day"),
        midsummer - timedelta(days=1): _("Midsummer Eve"),
        midsummer: _("Midsummer Day"),
        _weekday_from(date(year, 10, 31), 5): _("All Saints' Day"),
        date(year, 12, 24): _("Christmas Eve"),
        date(year, 12, 25): _("Christmas Day"),
        date(year, 12, 26): _("Boxing Day"),
        date(year, 12, 31): _("New Year's Eve"),
    }


def of_year(year: int) -> frozenset[date]:
    """The days of `named`."""
    return frozenset(named(year))


def is_free(day: date) -> bool:
    """Whether the day is a holiday, or in the summer weeks 27–32 when few are at work."""
    return day in of_year(day.year) or day.isocalendar().week in SUMMER_WEEKS


def is_working_day(day: date) -> bool:
    """Whether people are at work: Monday to Friday, and no holiday or eve of one."""
    return day.weekday() < 5 and day not in of_year(day.year)


def working_days_after(day: date, count: int) -> date:
    """The day that lies that many working days after the day."""
    for _each in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day
