"""How dates, times, periods, lateness and file sizes read, in the reader's language and local time."""

import calendar
import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import npgettext, pgettext

Moment = dt.date | dt.datetime


def local(value: dt.datetime) -> dt.datetime:
    """The moment on the municipality's clock (Europe/Stockholm unless the installation says else)."""
    return timezone.localtime(value, timezone.get_default_timezone()) if value.tzinfo else value


def _date(value: Moment) -> dt.date:
    return local(value).date() if isinstance(value, dt.datetime) else value


def day(value: Moment | None) -> str:
    """12 maj 2026."""
    return date_format(_date(value), "j F Y") if value else ""


def day_short(value: Moment | None) -> str:
    """12 maj."""
    return date_format(_date(value), "j F") if value else ""


def _time(value: dt.datetime | dt.time) -> dt.time:
    return local(value).time() if isinstance(value, dt.datetime) else value


def clock(value: dt.datetime | dt.time | None) -> str:
    """kl. 13.00."""
    if value is None:
        return ""
    return pgettext("clock", "at %(time)s") % {"time": hour(value)}


def hour(value: dt.datetime | dt.time) -> str:
    """13.00, without the word before it."""
    time = _time(value)
    return pgettext("clock", "%(hour)s:%(minute)s") % {
        "hour": f"{time.hour:02}",
        "minute": f"{time.minute:02}",
    }


def long_day(value: Moment | None) -> str:
    """tisdag 12 maj 2026."""
    return date_format(_date(value), "l j F Y") if value else ""


def period(start: dt.datetime | None, end: dt.datetime | None = None) -> str:
    """tisdag 21 april 2026 kl. 13.00–14.30; both days are named when they differ."""
    if start is None:
        return ""
    moment = f"{long_day(start)} {clock(start)}"
    if end is None:
        return moment
    if _date(start) == _date(end):
        return f"{moment}–{hour(end)}"
    return f"{moment} – {long_day(end)} {clock(end)}"


def late(due: Moment | int | None, form: str = "", *, on: dt.date | None = None) -> str:
    """3 dagar försenad, or nothing when the day is not past. `form="neuter"` gives *försenat*.

    `due` is the last day, or the number of days late; `on` is the day it is seen from (today).
    """
    if due is None:
        return ""
    days = due if isinstance(due, int) else ((on or timezone.localdate()) - _date(due)).days
    if days < 1:
        return ""
    if form == "neuter":
        text = npgettext("neuter", "%(count)s day late", "%(count)s days late", days)
    else:
        text = npgettext("common gender", "%(count)s day late", "%(count)s days late", days)
    return text % {"count": days}


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or earlier; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def filesize(size: int | None) -> str:
    """84 kB, 1,2 MB: thousands, with one decimal below ten."""
    value = float(size or 0)
    for unit in ("B", "kB", "MB", "GB"):
        # 999.5 would be rounded up to 1000 of the smaller unit.
        if value < 999.5 or unit == "GB":
            decimals = 1 if unit != "B" and value < 9.95 else 0
            shown = number_format(f"{value:.{decimals}f}".removesuffix(".0"))
            return f"{shown}\N{NO-BREAK SPACE}{unit}"
        value /= 1000
    raise AssertionError("unreachable")
