"""Form fields that read dates, times and text the way people write them."""

import calendar
import datetime as dt
import re
import unicodedata
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.ui import dates
from coordination.ui.guard import refuse_identity_numbers

DATE_HINT = _("Write the date like this: 2026-05-12")
DATE_EXPECTED = _("Enter a date, e.g. 2026-05-12")
DATE_MISSING = _("That date does not exist. Check day and month.")
TIME_EXPECTED = _("Enter a time, e.g. 13.00")
TIME_MISSING = _("That time does not exist. Check hours and minutes.")
TOO_LONG = _("%(field)s can be at most %(count)s characters. Remove %(excess)s.")
UNREADABLE = _("The text contains a character that cannot be saved. Write the text again.")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "mars march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "måndag mån monday mon",
            "tisdag tis tuesday tue",
            "onsdag ons wednesday wed",
            "torsdag tors tor thursday thu",
            "fredag fre friday fri",
            "lördag lör saturday sat",
            "söndag sön sunday sun",
        )
    )
    for name in names.split()
}
_COUNTS = {
    name: number
    for number, names in (
        (1, "en ett a an one"),
        (2, "två two"),
        (3, "tre three"),
        (4, "fyra four"),
        (5, "fem five"),
        (6, "sex six"),
        (7, "sju seven"),
        (8, "åtta eight"),
        (9, "nio nine"),
        (10, "tio ten"),
        (11, "elva eleven"),
        (12, "tolv twelve"),
    )
    for name in names.split()
}
_UNITS = {
    name: unit
    for unit, names in (
        ("day", "dag dagar day days"),
        ("week", "vecka veckor week weeks"),
        ("month", "månad månader month months"),
        ("year", "år year years"),
    )
    for name in names.split()
}
_NEAR_DAYS = {
    "i dag": 0,
    "idag": 0,
    "today": 0,
    "i morgon": 1,
    "imorgon": 1,
    "i morron": 1,
    "tomorrow": 1,
    "i övermorgon": 2,
    "övermorgon": 2,
    "i går": -1,
    "igår": -1,
    "yesterday": -1,
    "i förrgår": -2,
    "förrgår": -2,
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = re.compile(
    rf"(?:på |on )?({'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})\.?,? +(?:den +)?"
)
_WEEKDAY_ALONE = re.compile(
    rf"(?:på |on )?(?:nästa |next )?({'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})\.?"
)
_COUNT = rf"(\d{{1,3}}|{'|'.join(_COUNTS)})"
_UNIT = rf"({'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_AHEAD = re.compile(rf"(?:om|in) +{_COUNT} +{_UNIT}")
_BACK = re.compile(
    rf"(?:för +{_COUNT} +{_UNIT} +sen|för +{_COUNT} +{_UNIT} +sedan|{_COUNT} +{_UNIT} +ago)"
)
_WRITTEN = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(
        rf"(?:den +)?(?P<day>\d{{1,2}})(?::?[ae])?\.? *(?P<name>{_MONTH})\.?(?:,? +(?P<year>\d{{4}}))?"
    ),
    re.compile(rf"(?P<name>{_MONTH})\.? +(?P<day>\d{{1,2}})(?:,? +(?P<year>\d{{4}}))?"),
    re.compile(r"(?P<day>\d{1,2}) ?/ ?(?P<month>\d{1,2})(?:[-/ ]+(?P<year>\d{4}))?"),
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LONGEST_WRITTEN = 60
"""No date and no time is written longer; normalising what somebody pasted here could take hours."""


SLIP = dt.timedelta(days=92)
"""Three months: who writes 30/11 on 23 November of a meeting that was held has slipped, and does not
mean last year."""


_ROW_KEY = re.compile("[0-9]{1,18}")


def row_key(text: str) -> int | None:
    """The key or count that a page sends as plain digits; None for anything else.

    Digits of other scripts are none, nor is a number no column holds.
    """
    return int(text) if _ROW_KEY.fullmatch(text) else None


class NoSuchDate(ValueError):
    """The text is written as a date, but no such day is in the calendar."""


def read_date(text: str, *, today: dt.date, past: bool = False) -> dt.date:
    """The day that a person means: 2026-05-12, 20260512, 12 maj, 12/5, om 2 veckor, i morgon.

    Without a year it is the next such day, or with `past` the latest one; but a day that is on the
    wrong side of today by less than `SLIP` stays there, so that the form can say so, instead of
    landing a year away. A weekday alone ("fredag", "nästa fredag") is the next one (with `past` the
    latest); before a date it must be the right one. Raises `NoSuchDate` for a day that does
    not exist and plain `ValueError` for what is not written as a date.
    """
    text = text.strip()
    if len(text) > _LONGEST_WRITTEN:
        raise ValueError("not written as a date")
    words = " ".join(unicodedata.normalize("NFKC", text).replace("\u2013", "-").casefold().split())
    if words in _NEAR_DAYS:
        return today + dt.timedelta(days=_NEAR_DAYS[words])
    for shape, sign in ((_AHEAD, 1), (_BACK, -1)):
        if match := shape.fullmatch(words):
            count, unit = (part for part in match.groups() if part)
            return _moved(today, sign * _counted(count), _UNITS[unit])
    if match := _WEEKDAY_ALONE.fullmatch(words):
        ahead = (_WEEKDAYS[match[1]] - today.weekday() - 1) % 7 + 1
        return today + dt.timedelta(days=ahead - 7 if past and ahead < 7 else 0 if past else ahead)
    weekday = _WEEKDAY.match(words)
    if weekday:
        words = words[weekday.end() :]
    for shape in _WRITTEN:
        if match := shape.fullmatch(words):
            found = _written(match.groupdict(), today, past)
            if weekday and found.weekday() != _WEEKDAYS[weekday[1]]:
                raise NoSuchDate
            return found
    raise ValueError("not written as a date")


def _counted(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTS[word]


def _moved(day: dt.date, count: int, unit: str) -> dt.date:
    if unit in {"day", "week"}:
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NoSuchDate
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _written(parts: dict[str, str | None], today: dt.date, past: bool) -> dt.date:
    month = _MONTHS[parts["name"]] if parts.get("name") else int(parts["month"] or 0)
    day = int(parts["day"] or 0)
    if parts.get("year"):
        year = int(parts["year"] or 0)
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise NoSuchDate
        return _date(year, month, day)
    # 29 February may be up to eight years away.
    for distance in range(-1, 9):
        try:
            found = dt.date(today.year + (-distance if past else distance), month, day)
        except ValueError:
            continue
        if found <= today + SLIP if past else found >= today - SLIP:
            return found
    raise NoSuchDate


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise NoSuchDate from None


class DateField(forms.Field):
    """A day in one text field, read by `read_date`; shown again as 2026-05-12.

    `past=True` reads a date without year as the latest one up to today.
    """

    default_error_messages = {
        "required": DATE_EXPECTED,
        "invalid": DATE_EXPECTED,
        "missing": DATE_MISSING,
    }

    def __init__(self, *, past: bool = False, **kwargs: Any) -> None:
        self.past = past
        kwargs.setdefault("help_text", DATE_HINT)
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 16}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return dates.local(value).date()
        if isinstance(value, dt.date):
            return value
        if not str(value).strip():
            return None
        try:
            return read_date(str(value), today=timezone.localdate(), past=self.past)
        except NoSuchDate:
            raise ValidationError(self.error_messages["missing"], code="missing") from None
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return dates.local(value).date().isoformat()
        return value.isoformat() if isinstance(value, dt.date) else value


_CLOCK = re.compile(r"(?:kl(?:ockan|\.)? *|at +)?(\d{1,2})(?: ?[.:,] ?(\d{2})|(\d{2}))?")


class TimeField(forms.Field):
    """A time of day in one text field: 13.00, 13:00, 1300 or 13; shown again as 13.00."""

    default_error_messages = {
        "required": TIME_EXPECTED,
        "invalid": TIME_EXPECTED,
        "missing": TIME_MISSING,
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 8}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return dates.local(value).time()
        if isinstance(value, dt.time):
            return value
        text = str(value).strip()
        if not text:
            return None
        match = None
        if len(text) <= _LONGEST_WRITTEN:
            text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
            match = _CLOCK.fullmatch(text)
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return dt.time(int(match[1]), int(match[2] or match[3] or 0))
        except ValueError:
            raise ValidationError(self.error_messages["missing"], code="missing") from None

    def prepare_value(self, value: Any) -> Any:
        return dates.hour(value) if isinstance(value, (dt.time, dt.datetime)) else value


_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MOST_MARKS = 30
# What turns the signs around it on a screen: in a name, the words of the page as well.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSAVABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class GuardedText(forms.CharField):
    """Text of a coordination page: normalised, of limited length, without identity numbers.

    What the person typed stays in the form, however long: the browser gets the limit as
    `data-char-limit` for a counter, never as `maxlength`, which would cut a pasted text silently.
    `guard=False` is for the few texts that stand on the walled side.
    """

    def __init__(
        self,
        *,
        limit: int,
        multiline: bool = False,
        rows: int = 4,
        guard: bool = True,
        **kwargs: Any,
    ) -> None:
        self.limit, self.multiline, self.guard = limit, multiline, guard
        attrs = {"data-char-limit": limit}
        kwargs.setdefault(
            "widget",
            forms.Textarea(attrs={"rows": rows, "cols": False}) if multiline else forms.TextInput(),
        )
        super().__init__(**kwargs)
        self.widget.attrs.update(attrs)

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return self.empty_value
        text = _LINE_ENDS.sub("\n", str(value))
        text = text.strip() if self.strip else text
        # Normalising and guarding come after: neither is for megabytes.
        if len(text) > max(4 * self.limit, 200):
            self._refuse_length(text)
        if not self.multiline:
            text = " ".join(filter(None, (line.strip() for line in text.split("\n"))))
        if _has_marks_in_heaps(text):
            raise ValidationError(UNREADABLE, code="unreadable")
        text = unicodedata.normalize("NFC", text)
        return text or self.empty_value

    def run_validators(self, value: str) -> None:
        if value in self.empty_values:
            return
        if _UNSAVABLE.search(value) or (not self.multiline and _DIRECTIONS.search(value)):
            raise ValidationError(UNREADABLE, code="unreadable")
        super().run_validators(value)
        if len(value) > self.limit:
            self._refuse_length(value)
        if self.guard:
            refuse_identity_numbers(value)

    def _refuse_length(self, text: str) -> NoReturn:
        excess = len(text) - self.limit
        raise ValidationError(
            TOO_LONG,
            code="too_long",
            params={"field": self.label, "count": self.limit, "excess": excess},
        )


def _has_marks_in_heaps(text: str) -> bool:
    """Whether a character carries more marks than any language writes (Unicode's stream-safe 30):
    sorting a heap of them takes time by the square of its height."""
    if text.isascii():
        return False
    height = 0
    for character in text:
        height = height + 1 if unicodedata.combining(character) else 0
        if height > _MOST_MARKS:
            return True
    return False
