"""The days of a series of meetings: its rhythm, and which of them are passed over and why."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import holidays

LONGEST = 18
"""Months from the first day to the last."""
LAST_OF_MONTH = 5
"""The number of a weekday that stands for the last one of its month."""


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("Every week")
    BIWEEKLY = "biweekly", _("Every other week")
    MONTHLY = "monthly", _("Every month, the same weekday")
    MONTHLY_LAST = "monthly_last", _("Every month, the last such weekday")


@dataclass(frozen=True)
class Day:
    """One day of the rhythm; `skipped` says why no meeting is proposed on it."""

    day: date
    skipped: str | Promise = ""


def days(
    *, rhythm: str, first: date, until: date, skip_holidays: bool = True, skip_summer: bool = True
) -> list[Day]:
    """Every day of the rhythm from the first to the last, the passed-over ones with their reason.

    A month that has no fifth such weekday is met on its last one, so no month is left out.
    """
    last = min(until, end_of(first))
    return [
        Day(day, _reason(day, skip_holidays=skip_holidays, skip_summer=skip_summer))
        for day in _rhythm(rhythm, first, last)
    ]


def end_of(first: date) -> date:
    """The last day that a series beginning then may reach."""
    year, month = divmod(first.year * 12 + first.month - 1 + LONGEST, 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def number_in_month(day: date) -> int:
    """1 for the first Tuesday of a month, 5 for one that comes after the fourth."""
    return (day.day - 1) // 7 + 1


def why_free(day: date) -> str | Promise:
    """Why nobody meets that day unless asked to; empty for a day like any other."""
    return _reason(day, skip_holidays=True, skip_summer=True)


def _rhythm(rhythm: str, first: date, last: date) -> Iterator[date]:
    if rhythm in (Rhythm.WEEKLY, Rhythm.BIWEEKLY):
        step = timedelta(weeks=1 if rhythm == Rhythm.WEEKLY else 2)
        day = first
        while day <= last:
            yield day
            day += step
        return
    number = LAST_OF_MONTH if rhythm == Rhythm.MONTHLY_LAST else number_in_month(first)
    month = date(first.year, first.month, 1)
    while month <= last:
        day = _weekday_of_month(month, first.weekday(), number)
        if first <= day <= last:
            yield day
        month = (month + timedelta(days=31)).replace(day=1)


def _weekday_of_month(month: date, weekday: int, number: int) -> date:
    day = month + timedelta(days=(weekday - month.weekday()) % 7, weeks=number - 1)
    while day.month != month.month:
        day -= timedelta(weeks=1)
    return day


def _reason(day: date, *, skip_holidays: bool, skip_summer: bool) -> str | Promise:
    if skip_holidays and day in holidays.of_year(day.year):
        return _("public holiday or its eve")
    if skip_summer and day.isocalendar().week in holidays.SUMMER_WEEKS:
        return _("weeks 27–32")
    return ""
