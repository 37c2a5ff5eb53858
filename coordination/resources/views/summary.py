"""The summary of a year: its page, its file, and the activities behind a figure."""

import io
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coordination.access.vocabulary import Permission
from coordination.actors.forms.coverage import LEVELS as LEVEL_NAMES
from coordination.frame import exports
from coordination.resources import compiled, summary, summary_charts
from coordination.resources.forms.summary import SummaryFilter
from coordination.resources.models import Version, Window
from coordination.resources.snapshots import Sum
from coordination.resources.summary import Summary
from coordination.ui.fields import row_key
from coordination.ui.lists import Chip, ListPage
from coordination.ui.spreadsheet import CONTENT_TYPES, Format, Sheet, csv_file, write_xlsx

MOST_CELLS = 200
"""Rows by organisation and area on a page: beyond them one chooses a filter, or takes the file."""
MOST_BEHIND = 200


@dataclass
class Narrowing:
    """The filters in use, for the components that lists have."""

    request: HttpRequest
    filters: SummaryFilter
    showing: str

    @cached_property
    def chips(self) -> list[Chip]:
        found = []
        for name, field in self.filters.fields.items():
            if value := self.filters.cleaned_data.get(name):
                said = {"label": field.label, "value": dict(field.choices)[value]}
                found.append(Chip(_("%(label)s: %(value)s") % said, self._without(name)))
        return found

    def _without(self, *names: str) -> str:
        left = self.request.GET.copy()
        for name in names:
            left.pop(name, None)
        return f"?{left.urlencode()}"

    @property
    def clear_url(self) -> str:
        return self._without(*self.filters.fields) if self.chips else ""

    @property
    def view_query(self) -> str:
        said = self.request.GET.copy()
        for name in set(said) - set(self.filters.fields):
            del said[name]
        return said.urlencode()


def _window(request: HttpRequest) -> Window | None:
    """The year that the address asks for, else the latest."""
    seen = Window.objects.visible_to(request.user, Permission.READ_RESOURCE_FIGURES)
    year = row_key(request.GET.get("year", ""))
    asked = seen.filter(year=year).first() if year else None
    return asked or seen.order_by("-year").first()


def _asked(request: HttpRequest, window: Window) -> tuple[Summary, SummaryFilter]:
    found = summary.of(request.user, window)
    seen = Window.objects.visible_to(request.user, Permission.READ_RESOURCE_FIGURES)
    years = list(seen.order_by("-year").values_list("year", flat=True))
    form = SummaryFilter(data=request.GET, summary=found, years=years)
    found.narrow = form.asked
    return found, form


def resources_summary(request: HttpRequest) -> HttpResponse:
    """What the reports of a year come to: only versions that were sent in, never a draft."""
    window = _window(request)
    if window is None:
        return render(request, "resources/summary_none.html")
    found, form = _asked(request, window)
    cells = found.cells if found.reach.names_organisations else []
    showing = ngettext("From %(count)s report", "From %(count)s reports", found.reports)
    context = {
        "summary": found,
        "window": window,
        "list": Narrowing(request, form, showing % {"count": found.reports}),
        "charts": summary_charts.of(found),
        "levels": summary.level_heads(),
        "cells": cells[:MOST_CELLS],
        "cells_in_all": len(cells),
        "opens": _opens(request, found),
        "changes": summary_charts.changes(found),
    }
    return render(request, "resources/summary.html", context)


def _opens(request: HttpRequest, found: Summary) -> set[int]:
    """The versions that the reader may open."""
    if not found.reach.names_organisations:
        return set()
    seen = Version.objects.visible_to(request.user).filter(report__window=found.window)
    return set(seen.values_list("pk", flat=True))


def resources_behind(request: HttpRequest) -> HttpResponse:
    """The activities that a figure of the summary is the sum of, each with the report it stands in."""
    window = _window(request)
    if window is None:
        return render(request, "resources/summary_none.html")
    found, form = _asked(request, window)
    rows = list(islice(compiled.behind(request.user, found.narrow, window.year), MOST_BEHIND + 1))
    context = {
        "summary": found,
        "window": window,
        "chosen": ListPage.filter_words(form),
        "rows": [
            (one, LEVEL_NAMES[one.level], [summary.area_name(area) for area in one.areas or [""]])
            for one in rows[:MOST_BEHIND]
        ],
        "more": len(rows) > MOST_BEHIND,
        "most": MOST_BEHIND,
    }
    return render(request, "resources/summary_behind.html", context)


def resources_summary_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The summary as a file: a row for each level in each area of each organisation; in a workbook
    what was answered and asked for too."""
    window = _window(request)
    if window is None:
        return render(request, "resources/summary_none.html")
    found, form = _asked(request, window)
    if form.errors:
        messages.error(request, _("The filters of the address cannot be used. Choose them anew."))
        return redirect(reverse("resources_summary"))
    asked = request.GET.get(exports.FORMAT, "")
    kind = Format(asked) if asked in set(Format) else Format.CSV
    sheets = _sheets(found)
    rows = sum(len(one.rows) for one in sheets)  # type: ignore[arg-type]
    out = io.BytesIO()
    if kind is Format.CSV:
        out.write(csv_file(sheets[0].header, sheets[0].rows))
    else:
        write_xlsx(out, sheets)
    out.seek(0)
    exports.handed_out(what="resources_summary", format=kind.value, rows=rows, by=request.user)
    name = pgettext("file name", "resource-summary-%(day)s.%(format)s")
    return FileResponse(
        out,
        as_attachment=True,
        filename=name % {"day": timezone.localdate().isoformat(), "format": kind},
        content_type=CONTENT_TYPES[kind],
    )


def _sheets(found: Summary) -> list[Sheet]:
    year, whose = found.window.year, found.reach.names_organisations
    figures = [_("Full-time equivalents"), _("Cost, kr")]
    if not whose:
        rows = [
            [year, line.name, str(LEVEL_NAMES[level]), part.fte, part.cost]
            for line in found.areas
            for level, part in line.by_level
        ]
        return [Sheet(_("Areas"), [_("Year"), _("Area"), _("Level"), *figures], rows)]
    rows = [
        [year, one.name, one.state_name, line.name, str(LEVEL_NAMES[level]), part.fte, part.cost]
        for one, line in found.cells
        for level, part in line.by_level
        if part != Sum()
    ]
    head = [_("Year"), _("Organisation"), _("Status"), _("Area"), _("Level"), *figures]
    return [Sheet(_("Resources"), head, rows), *_answers(found)]


def _answers(found: Summary) -> list[Sheet]:
    year = found.window.year
    said = [
        [year, one.name, one.state_name, one.enough_name, one.why, one.nothing]
        for one in found.shown
    ]
    head = [
        _("Year"),
        _("Organisation"),
        _("Status"),
        _("Are the resources enough?"),
        _("Why"),
        _("Nothing to report"),
    ]
    sheets = [Sheet(_("Answers"), head, said)]
    if found.reach.is_all:
        asked = [
            [year, one.name, one.what, one.why, one.fte, one.cost, one.from_day]
            for one in found.asked
        ]
        head = [_("Year"), _("Organisation"), _("What is needed?"), _("Why is it needed?")]
        more = [_("Full-time equivalents"), _("Cost, kr"), pgettext("from a day on", "From")]
        sheets.append(Sheet(_("Requests"), [*head, *more], asked))
        left = [
            [year, one.name, one.standing_name, _("Late") if one.is_late else _("Not passed yet")]
            for one in found.missing
        ]
        head = [_("Year"), _("Organisation"), _("Status"), _("Last day")]
        sheets.append(Sheet(_("Not sent in"), head, left))
    return sheets
