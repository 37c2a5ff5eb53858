"""The board of those who follow the reports up: where each report is, and when they are due."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.frame import exports
from coordination.resources import board, windows
from coordination.resources.forms.reports import BoardFilter, WindowForm
from coordination.resources.models import Report, Window
from coordination.ui.fields import row_key
from coordination.ui.lists import Column, ListPage, swedish
from coordination.writing import saved_views
from coordination.writing.editing import answer, revision_of

COLUMNS = (
    Column("organisation", gettext_lazy("Organisation"), order=(swedish("name"),)),
    Column("kind", gettext_lazy("Kind"), order=("kind", swedish("name"))),
    Column("changed", gettext_lazy("Last activity"), order=("touched_at", swedish("name"))),
    Column("status", gettext_lazy("Status"), order=("standing", swedish("name"))),
)
TONES = {
    "": "neutral",
    "draft": "info",
    "attesting": "info",
    "submitted": "warning",
    "returned": "info",
    "approved": "plain",
}


def _window(request: HttpRequest) -> Window | None:
    """The year that the address asks for, else the latest."""
    year = row_key(request.GET.get("year", ""))
    asked = Window.objects.visible_to(request.user).filter(year=year).first() if year else None
    return asked or windows.current()


def _listed(request: HttpRequest, window: Window) -> ListPage:
    years = Window.objects.visible_to(request.user).order_by("-year").values_list("year", flat=True)
    return ListPage(
        request,
        board.rows(window),
        columns=COLUMNS,
        default="organisation",
        filters=partial(BoardFilter, years=list(years)),
    )


def standing(row: Any) -> str:
    """How far the report of a row has come, in words."""
    return str(Report.State(row.standing).label) if row.standing else _("Not begun")


def lateness(row: Any) -> str:
    """What there is to say of its last day: that it was sent in late, or how long there is left."""
    if row.standing in board.SENT:
        return _("Submitted after the last day") if row.sent_late else ""
    return board.left_of(row.last_day)


def page(request: HttpRequest) -> HttpResponse:
    """Every organisation that reports, and where its report is. Nothing of what is not sent."""
    window = _window(request)
    if window is None:
        return render(request, "resources/board_none.html")
    listed = _listed(request, window)
    context = {
        "list": listed,
        "window": window,
        "count": board.count(window),
        "left": board.days_left(window, timezone.localdate()),
        "rows": [(row, standing(row), TONES[row.standing], lateness(row)) for row in listed.rows],
        "views": saved_views.of(request.user, "resources"),
    }
    return render(request, "resources/board.html", context)


def resources_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The board as a file."""

    def cells(row: Any) -> tuple[Any, ...]:
        touched = timezone.localdate(row.touched_at) if row.touched_at else None
        return row.name, row.get_kind_display(), touched, standing(row), row.last_day, lateness(row)

    window = _window(request)
    if window is None:
        return render(request, "resources/board_none.html")
    return exports.as_file(
        request,
        _listed(request, window),
        what="resources",
        back=reverse("resources"),
        title=_("Resource reports"),
        file_name=pgettext("file name", "resource-reports-%(day)s.%(format)s"),
        header=(
            *(_("Organisation"), _("Kind"), _("Last activity"), _("Status"), _("Last day")),
            _("Time left"),
        ),
        cells=cells,
    )


def _rules(window: Window | None) -> dict[str, Any]:
    """What the form proposes of reminders and decisions: as in that year, else as the tables say."""
    of = window or Window()
    return {
        "reminds_at_opening": of.reminds_at_opening,
        "reminded": ", ".join(map(str, of.reminded)),
        "copied_from": of.copied_from,
        "decides": of.decides_id,
    }


def report_windows(request: HttpRequest) -> HttpResponse:
    """When the reports are due: the latest year's days, or those of a year that is asked for."""
    chosen = _window(request)
    new = request.GET.get("new") == "on" or chosen is None
    initial: dict[str, Any] = {}
    if new:
        initial = {"year": chosen.year + 1 if chosen else timezone.localdate().year}
    elif chosen:
        initial = {
            "year": chosen.year,
            "opens_on": chosen.opens_on,
            "last_day": chosen.last_day,
        }
    initial |= _rules(chosen)
    form = WindowForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["year"].disabled = not new

    def act() -> str:
        said = form.cleaned_data
        windows.decide(
            **{name: said[name] for name in ("year", "opens_on", "last_day")},
            rules={name: said[name] for name in windows.RULES},
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The days are saved."))
        return reverse("resources")

    def version() -> str:
        there = None if new else Window.objects.visible_to(request.user).get(pk=chosen.pk)
        return str(there.revision if there else 0)

    context = {
        "windows": Window.objects.visible_to(request.user).order_by("-year"),
        "chosen": chosen,
        "new": new,
    }
    return answer(
        request,
        form=form,
        act=act,
        template="resources/windows.html",
        context=context,
        version=version,
    )
