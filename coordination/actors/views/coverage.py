"""The pages of the common thread: every level by district, one level by actor, and what is behind a cell."""

from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from coordination.actors.coverage import WHOLE, Coverage
from coordination.actors.forms.coverage import (
    COLUMNS,
    LEVELS,
    BehindFilter,
    MatrixFilter,
    PlaceFilter,
)
from coordination.actors.models import District, Organisation
from coordination.frame import exports
from coordination.ui.lists import Column, ListPage, PageLink, swedish, swedish_key
from coordination.writing import saved_views

PLACES = (
    Column("district", gettext_lazy("Housing district"), order=(swedish("name"),)),
    Column("part", gettext_lazy("Part of the city"), order=(swedish("city_part__name"), "name")),
)
ACTORS = (
    Column("actor", gettext_lazy("Actor"), order=(swedish("name"),)),
    Column("kind", gettext_lazy("Kind"), order=("kind", swedish("name"))),
)
NAMED = 8
"""Names in a sentence: the list has them all."""


def coverage(request: HttpRequest) -> HttpResponse:
    """Each district with how many actors work there at each level, and where nobody does."""
    page, found = _by_district(request)
    totals = {level: found.totals(level) for level in LEVELS}
    context = {
        "list": page,
        "levels": list(LEVELS.items()),
        "rows": [
            (one, [(key, name, totals[key][one.pk]) for key, name in LEVELS.items()])
            for one in page.rows
        ],
        "whole": [(key, name, totals[key][WHOLE]) for key, name in LEVELS.items()],
        "views": saved_views.of(request.user, "coverage"),
    }
    return render(request, "actors/coverage.html", context)


def _by_district(request: HttpRequest) -> tuple[ListPage, Coverage]:
    found = Coverage(request.user, timezone.localdate())
    page = ListPage(
        request,
        District.objects.active(found.on).select_related("city_part"),
        columns=PLACES,
        default="district",
        filters=partial(PlaceFilter, coverage=found),
    )
    return page, found


def coverage_export(request: HttpRequest) -> FileResponse | HttpResponse:
    """The districts as a file, in the words of the page."""
    page, found = _by_district(request)
    totals = [found.totals(level) for level in LEVELS]
    return exports.as_file(
        request,
        page,
        what="coverage",
        back=reverse("coverage"),
        title=_("The common thread"),
        file_name=pgettext("file name", "common-thread-%(day)s.%(format)s"),
        header=(_("Housing district"), _("Part of the city"), *map(str, LEVELS.values())),
        cells=lambda one: (one.name, one.city_part.name, *(by[one.pk].words for by in totals)),
    )


def coverage_matrix(request: HttpRequest) -> HttpResponse:
    """One level: what each actor does in each district, nine districts at a time."""
    page, found = _by_actor(request)
    form: Any = page.filters
    level, districts = form.chosen_level, form.districts
    last = max(1, -(-len(districts) // COLUMNS))
    part = min(max(form.cleaned_data.get("columns") or 1, 1), last)
    shown = districts[(part - 1) * COLUMNS : part * COLUMNS]
    columns = [(WHOLE, _("Whole municipality")), *((one.pk, one.name) for one in shown)]
    totals, rows = found.totals(level), found.rows(level)
    context = {
        "list": page,
        "level": level,
        "level_name": LEVELS[level],
        "levels": list(LEVELS.items()),
        "columns": [(key, name, totals[key]) for key, name in columns],
        "rows": [
            (one, [(key, name, rows.get(one.pk, {}).get(key)) for key, name in columns])
            for one in page.rows
        ],
        "parts": _parts(page, districts, part) if last > 1 else [],
        "gaps": _gaps(found, level),
        "only_gaps": _narrower(page, "holes", "on"),
        "dormant": _dormant(found, level),
        "only_dormant": _narrower(page, "shows", MatrixFilter.DORMANT),
        "views": saved_views.of(request.user, "coverage_matrix"),
    }
    return render(request, "actors/coverage_matrix.html", context)


def _by_actor(request: HttpRequest) -> tuple[ListPage, Coverage]:
    found = Coverage(request.user, timezone.localdate())
    page = ListPage(
        request,
        Organisation.objects.visible_to(request.user).active(found.on),
        columns=ACTORS[:1],
        default="actor",
        filters=partial(MatrixFilter, coverage=found),
    )
    return page, found


def _narrower(page: ListPage, name: str, value: str) -> str:
    """The list with this filter besides; empty where it has it already."""
    given: Any = page.filters
    has_it = given.cleaned_data.get(name) in (True, value)
    return "" if has_it else page.address(**{name: value})


def _parts(page: ListPage, districts: list[District], part: int) -> list[PageLink]:
    """The ways to the other districts, each named by its first and last."""
    links = []
    for number, start in enumerate(range(0, len(districts), COLUMNS), start=1):
        some = districts[start : start + COLUMNS]
        label = some[0].name if len(some) == 1 else f"{some[0].name} – {some[-1].name}"
        url = page.address(columns=number, page=page.number or 1)
        links.append(PageLink(label=label, url=url, current=number == part))
    return links


def _gaps(found: Coverage, level: str) -> str:
    """In how many districts nobody works, and which, as far as a sentence holds them."""
    names = sorted((found.districts[key].name for key in found.holes(level)), key=swedish_key)
    if not names:
        return ""
    named, more = ", ".join(names[:NAMED]), len(names) - NAMED
    if more > 0:
        named = _("%(named)s and %(count)s more") % {"named": named, "count": more}
    said = _("Nobody works at this level in %(some)s of %(every)s housing districts: %(named)s.")
    return said % {"some": len(names), "every": len(found.districts), "named": named}


def _dormant(found: Coverage, level: str) -> str:
    count = len(found.dormant(level))
    said = ngettext(
        "%(count)s actor has been dormant for twelve months.",
        "%(count)s actors have been dormant for twelve months.",
        count,
    )
    return said % {"count": count} if count else ""


def coverage_matrix_export(request: HttpRequest) -> FileResponse | HttpResponse:
    """The actors as a file, with every district that was asked for."""
    page, found = _by_actor(request)
    form: Any = page.filters
    rows, districts = found.rows(form.chosen_level), form.districts
    keys = [WHOLE, *(one.pk for one in districts)]

    def cells(actor: Organisation) -> list[str]:
        row = rows.get(actor.pk, {})
        words = [row[key].said if key in row else "" for key in keys]
        return [actor.name, actor.get_kind_display(), *words]

    return exports.as_file(
        request,
        page,
        what="coverage_matrix",
        back=reverse("coverage_matrix"),
        title=str(LEVELS[form.chosen_level]),
        file_name=pgettext("file name", "common-thread-%(day)s.%(format)s"),
        header=(_("Actor"), _("Kind"), _("Whole municipality"), *(one.name for one in districts)),
        cells=cells,
    )


def coverage_behind(request: HttpRequest) -> HttpResponse:
    """What is behind a cell: each actor there, and what it does, with links to what can be opened."""
    found = Coverage(request.user, timezone.localdate())
    page = ListPage(
        request,
        Organisation.objects.visible_to(request.user).active(found.on),
        columns=ACTORS,
        default="actor",
        filters=partial(BehindFilter, coverage=found),
    )
    form: Any = page.filters
    level, place = form.chosen_level, form.place
    rows = found.rows(level)
    context = {
        "list": page,
        "level": level,
        "level_name": LEVELS[level],
        "levels": list(LEVELS.items()),
        "place": found.districts.get(place),
        "one": bool(form.cleaned_data.get("actor")),
        "rows": [(actor, rows[actor.pk][place]) for actor in page.rows],
        "total": found.totals(level)[place],
        "whole": found.totals(level)[WHOLE],
    }
    return render(request, "actors/coverage_behind.html", context)
