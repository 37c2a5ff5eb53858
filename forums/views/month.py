"""The meetings of one month as a calendar (P05): the same filters as the list, and as many rows."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from coordination.ui.lists import Column
from forums import holidays
from forums.forms.filters import MonthFilter
from forums.models import Meeting
from forums.month import Month

from . import meetings, status
from .meetings import may_plan_some

PER_PAGE = 300
"""Meetings shown of a month at once; who has more turns the page."""
COLUMNS = (
    Column(
        "date",
        gettext_lazy("Date"),
        order=("starts_at",),
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
)


@dataclass
class Day:
    """A cell of the calendar."""

    date: dt.date
    is_shown: bool
    """False for the days of other months in its first and last week."""
    is_today: bool
    holiday: Any
    rows: list[tuple[Meeting, status.Tag]] = field(default_factory=list)

    @property
    def weekday(self) -> str:
        return date_format(self.date, "l")


def meetings_month(request: HttpRequest) -> HttpResponse:
    """The meetings of a month that the person may see."""
    now = timezone.now()
    page = meetings.listed(
        request,
        Meeting.objects.visible_to(request.user),
        now,
        filters=MonthFilter,
        columns=COLUMNS,
        default="date",
        per_page=PER_PAGE,
    )
    month: Month = page.filters.chosen  # type: ignore[union-attr]
    today = timezone.localdate(now)
    weeks = _weeks(month, today)
    days = {day.date: day for week in weeks for day in week if day.is_shown}
    for meeting in sorted(page.rows, key=lambda one: (one.starts_at, one.pk)):
        days[meeting.day].rows.append((meeting, status.of_meeting(meeting, now)))
    context = {
        "list": page,
        "name": _name(month),
        "weeks": [(week[0].date.isocalendar().week, week) for week in weeks],
        "weekdays": [day.weekday for day in weeks[0]],
        "previous": _beside(page, month.previous),
        "next": _beside(page, month.next),
        "now": "" if today in month else page.address(month=Month.of(today)),
        "query": page.address(without=("month", None)).removeprefix("?"),
        "may_log_some": may_plan_some(request),
    }
    return render(request, "forums/meeting_month.html", context)


def _weeks(month: Month, today: dt.date) -> list[list[Day]]:
    names = holidays.named(month.year)
    return [
        [Day(day, day in month, day == today, names.get(day, "")) for day in week]
        for week in month.weeks()
    ]


def _name(month: Month) -> str:
    """november 2026"""
    return date_format(month.first, "F Y")


def _beside(page: Any, month: Month | None) -> dict[str, str] | None:
    return {"name": _name(month), "url": page.address(month=month)} if month else None
