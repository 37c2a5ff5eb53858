"""The page that plans a series of meetings (P06)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from coordination.writing.once import once
from forums import agenda, series
from forums.forms.series import SeriesForm
from forums.models import Forum
from forums.refusals import Refused
from forums.series_dates import Day


@dataclass(frozen=True)
class Row:
    """A proposed day, and whether it is ticked."""

    one: Day
    ticked: bool


def meeting_series(request: HttpRequest, forum: int) -> HttpResponse:
    """Asks for the rhythm, shows its days to choose among, and plans the meetings chosen."""
    governed: Forum = request.governed  # type: ignore[attr-defined]
    form = SeriesForm(
        request.POST if request.method == "POST" else None, initial=_initial(governed)
    )
    rows: list[Row] = []
    if form.is_valid():
        days = form.days(governed)
        # Days are only planned as they were last seen.
        seen = request.POST.get("rule") == form.rule
        ticked = form.chosen(days) if seen else [one.day for one in days if not one.skipped]
        rows = [Row(one, one.day in ticked) for one in days]
        if seen and request.POST.get("do") == "plan":
            try:
                return redirect(_planned(request, governed, form, ticked))
            except Refused as refusal:
                form.add_refusal(refusal)
    context = {
        "form": form,
        "forum": governed,
        "rows": rows,
        "rule": form.rule if rows else "",
        "shown": bool(rows) or (form.is_bound and form.is_valid()),
    }
    return render(request, "forums/meeting_series.html", context)


def _planned(request: HttpRequest, forum: Forum, form: SeriesForm, chosen: list) -> str:
    values = form.cleaned_data

    def act() -> str:
        series.plan_series(
            forum=forum,
            chosen=chosen,
            by=request.user,
            **{
                name: values[name]
                for name in ("rhythm", "first", "until", "starts", "ends", "place")
            },
        )
        said = ngettext(
            "%(count)s meeting is planned.", "%(count)s meetings are planned.", len(chosen)
        )
        messages.success(request, said % {"count": len(chosen)})
        return f"{reverse('meetings')}?forum={forum.pk}&period=ahead&sort=date"

    return once(request, act)


def _initial(forum: Forum) -> dict[str, object]:
    starts_at, ends_at = agenda.next_times(forum, now=timezone.now())
    weeks = {1: "weekly", 2: "biweekly"}
    return {
        "rhythm": weeks.get(forum.interval_weeks, "monthly"),
        "first": starts_at,
        "starts": starts_at,
        "ends": ends_at,
        "place": forum.usual_place,
        "skip_holidays": True,
        "skip_summer": True,
    }
