"""Pages of figures about meetings: each figure opens what it was counted from."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.ui.fields import row_key
from coordination.ui.lists import swedish_key
from forums import statistics
from forums.forms.filters import AGES
from forums.models import Forum
from forums.statistics import Attendance, Share

from .meetings import may_plan_some

ORGANISATION = "organisation"
WIDTH = 1000
"""Of the drawing in its own units: whole numbers read the same in every language."""


def meeting_statistics(request: HttpRequest) -> HttpResponse:
    """Who comes to the meetings of the forums one sees (G9), and how old the open actions are (G8)."""
    forums = Forum.objects.visible_to(request.user)
    seen = statistics.attendance(forums=forums, now=timezone.now())
    columns = sorted(seen.forums, key=lambda one: swedish_key(one.name))
    actions = statistics.open_actions(request.user)
    context = {
        "forums": columns,
        "rows": [
            (one, seen.share(one), [(forum, seen.share(one, forum)) for forum in columns])
            for one in _least_first(seen)
        ],
        "attendance_says": _attendance_says(seen),
        "meetings": len(seen.meetings),
        "bars": _bars(actions),
        "ages": AGES,
        "actions_say": _actions_say(actions),
        "may_log_some": may_plan_some(request),
    }
    return render(request, "forums/meeting_statistics.html", context)


def _least_first(seen: Attendance) -> list[Any]:
    def place(one: Any) -> tuple[float, str]:
        share = seen.share(one)
        return (share.came / share.of if share else 2, swedish_key(one.name))

    return sorted(seen.organisations, key=place)


def _attendance_says(seen: Attendance) -> str:
    """The finding, as a heading."""
    lowest = seen.lowest()
    if lowest is None:
        return _("No organisation has missed many meetings")
    organisation, share = lowest
    said = ngettext(
        "%(organisation)s has been at %(came)s of %(count)s meeting, and nobody has a smaller share",
        "%(organisation)s has been at %(came)s of %(count)s meetings, and nobody has a smaller share",
        share.of,
    )
    return said % {"organisation": organisation, "came": share.came, "count": share.of}


def _actions_say(actions: list[statistics.Ages]) -> str:
    """The finding, as a heading."""
    old, every = sum(one.old for one in actions), sum(one.all for one in actions)
    if not old:
        return _("No open action is older than 90 days")
    said = ngettext(
        "%(old)s of %(count)s open action is older than 90 days",
        "%(old)s of %(count)s open actions are older than 90 days",
        every,
    )
    return said % {"old": old, "count": every}


def _bars(actions: list[statistics.Ages]) -> list[dict[str, Any]]:
    """A row for each forum: its counts by age, and where each part of its bar stands."""
    longest = max((one.all for one in actions), default=1)
    rows = []
    for one in actions:
        parts, start = [], 0
        for age in AGES:
            count = getattr(one, age)
            width = count * WIDTH // longest
            parts.append({"age": age, "count": count, "x": start, "width": width})
            start += width
        rows.append({"forum": one, "parts": parts})
    return rows


def forum_attendance(request: HttpRequest, forum: int) -> HttpResponse:
    """The meetings of a year with the organisations that were there: all, or the one asked for."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    seen = statistics.attendance(forums=[governed], now=timezone.now())
    asked = row_key(request.GET.get(ORGANISATION, ""))
    every = _least_first(seen)
    chosen = [one for one in every if one.pk == asked]
    columns = chosen or every
    shares: list[Share | None] = [seen.share(one) for one in columns]
    context = {
        "forum": governed,
        "organisations": columns,
        "chosen": chosen[0] if chosen else None,
        "shares": list(zip(columns, shares, strict=True)),
        "rows": [
            (meeting, [(one, seen.came(one, meeting)) for one in columns])
            for meeting in seen.meetings
        ],
    }
    return render(request, "forums/forum_attendance.html", context)
