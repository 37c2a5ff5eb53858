"""The start page's three blocks: what to do now, what is coming, what changed last."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.ui import dates

from . import contributions
from .contributions import Action, Change, Task, Upcoming

SHOWN = 7
SOON = timedelta(days=7)
HORIZON = timedelta(days=14)
CHANGES = 5


@dataclass(frozen=True)
class Row:
    """A task as the page shows it."""

    title: str
    url: str
    context: str
    kind: str
    kind_name: str
    date_label: str
    overdue: bool
    action: Action | None
    group: str


def tasks(user: Any, now: datetime) -> list[Row]:
    """Everything the person has to do: overdue first, then by date, then what has no date."""
    today = timezone.localdate(now)
    found = [task for source in contributions.task_sources for task in source(user, now)]
    found.sort(key=lambda task: (task.due is None, task.due or today, task.title))
    return [_row(task, today) for task in found]


def _row(task: Task, today: date) -> Row:
    overdue = task.due is not None and task.due < today
    if task.due is None:
        label, group = task.note, _("Without a date")
    elif overdue:
        label, group = dates.late(task.due, today), _("Overdue")
    elif task.due <= today + SOON:
        label, group = _label(task.due, today), _("This week")
    else:
        label, group = _label(task.due, today), _("Later")
    return Row(
        title=task.title,
        url=task.url,
        context=task.context,
        kind=task.kind,
        kind_name=task.kind_name,
        date_label=label,
        overdue=overdue,
        action=task.action,
        group=group,
    )


def _label(due: date, today: date) -> str:
    if due == today:
        return _("Today")
    if due == today + timedelta(days=1):
        return _("Tomorrow")
    return _("Last day %(date)s") % {"date": dates.day_short(due)}


def upcoming(user: Any, now: datetime) -> list[Upcoming]:
    """What happens in the next fourteen days, soonest first."""
    rows = [row for source in contributions.upcoming_sources for row in source(user, now)]
    last = timezone.localdate(now) + HORIZON
    return sorted(
        (row for row in rows if timezone.localdate(row.at) <= last), key=lambda row: row.at
    )


def changes(user: Any) -> list[Change]:
    """What was changed last, newest first, each thing once."""
    rows = [row for source in contributions.change_sources for row in source(user, CHANGES)]
    latest: dict[str, Change] = {}
    for row in sorted(rows, key=lambda row: row.at, reverse=True):
        latest.setdefault(row.url, row)
    return list(latest.values())[:CHANGES]


def greeting(now: datetime) -> str:
    """Good morning, good day or good evening, by the local clock."""
    hour = timezone.localtime(now).hour
    if 5 <= hour < 10:
        return _("Good morning")
    if 10 <= hour < 18:
        return _("Good day")
    return _("Good evening")
