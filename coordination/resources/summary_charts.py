"""The charts of a summary (G1 to G5). Each answers one question, and its heading is the answer."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.ui import amounts, charts
from coordination.ui.charts import Chart, Row

from .compiled import WHOLE
from .models import Report
from .summary import Summary, YearLine, level_names

MOST_ROWS = 20
"""Names in a chart; the rest stand together under one, and each by itself in the tables."""


def of(summary: Summary) -> list[Chart]:
    """Those that its reader gets, as far as there is anything to draw."""
    if not summary.reach.names_organisations:
        return [areas(summary)] if summary.areas else []
    found = []
    if summary.reach.is_all:
        found.append(standing(summary))
    if summary.shown:
        found += [posts(summary), money(summary)]
    if summary.moved:
        found.append(moved(summary))
    if summary.reach.is_all and summary.areas:
        found.append(areas(summary))
    if sum(summary.enough.values()):
        found.append(enough(summary))
    return found


def standing(summary: Summary) -> Chart:
    """G1: are the reports on their way in?"""
    counts = [Row(name, (count,)) for name, count in summary.states]
    begun: dict[str, int] = {}
    for one in summary.missing:
        begun[one.standing_name] = begun.get(one.standing_name, 0) + 1
    counts += [Row(name, (count,)) for name, count in begun.items()]
    sent = len(summary.shown)
    finding = ngettext(
        "%(sent)s of %(count)s report is sent in, %(approved)s approved",
        "%(sent)s of %(count)s reports are sent in, %(approved)s approved",
        sent + len(summary.missing),
    ) % {
        "sent": sent,
        "count": sent + len(summary.missing),
        "approved": summary.approved,
    }
    return charts.stack(
        finding=finding,
        about=_("The number of reports by status."),
        first=_("Status"),
        counted=_("Reports"),
        rows=counts,
        say=str,
    )


def posts(summary: Summary) -> Chart:
    """G2, posts: where do the resources go?"""
    largest = max(summary.organisations, key=lambda one: one.whole.fte)
    finding = _("Most full-time equivalents: %(name)s, %(part)s of %(whole)s") % {
        "name": largest.name,
        "part": amounts.posts(largest.whole.fte),
        "whole": amounts.posts(summary.whole.whole.fte),
    }
    about = _("Full-time equivalents by organisation and prevention level.")
    return _by_organisation(summary, "fte", finding, about, amounts.posts)


def money(summary: Summary) -> Chart:
    """G2, money."""
    largest = max(summary.organisations, key=lambda one: one.whole.cost)
    finding = _("Highest cost: %(name)s, %(part)s of %(whole)s kr") % {
        "name": largest.name,
        "part": amounts.kronor(largest.whole.cost),
        "whole": amounts.kronor(summary.whole.whole.cost),
    }
    about = _("Cost in kronor by organisation and prevention level.")
    return _by_organisation(summary, "cost", finding, about, amounts.kronor)


def _by_organisation(
    summary: Summary, figure: str, finding: str, about: str, say: charts.Say
) -> Chart:
    lines = sorted(summary.organisations, key=lambda one: -getattr(one.whole, figure))
    rows = [Row(one.name, [getattr(level, figure) for level in one.levels]) for one in lines]
    return charts.bars(
        finding=finding,
        about=about,
        first=_("Organisation"),
        series=level_names(),
        rows=_few(rows),
        say=say,
    )


def moved(summary: Summary) -> Chart:
    """G3: what has changed since last year?"""
    year = summary.window.year
    rows = sorted(summary.moved, key=lambda one: -abs(one[2].fte - one[1].fte))
    change = sum((now.fte - then.fte for _name, then, now in rows), Decimal(0))
    finding = _("%(change)s full-time equivalents since %(year)s") % {
        "change": signed(change),
        "year": year - 1,
    }
    if not change:
        finding = _("As many full-time equivalents as in %(year)s") % {"year": year - 1}
    about = _(
        "Full-time equivalents of the organisations that have reported both years: an open ring is"
        " %(before)s, a full dot %(after)s."
    ) % {"before": year - 1, "after": year}
    return charts.change(
        finding=finding,
        about=about,
        first=_("Organisation"),
        before=str(year - 1),
        after=str(year),
        rows=_few([Row(name, (then.fte, now.fte)) for name, then, now in rows]),
        say=amounts.posts,
        say_change=signed,
    )


def areas(summary: Summary) -> Chart:
    """G4: which areas lack work at a level?"""
    lines = summary.areas
    places = [one for one in lines if one.key != WHOLE]
    holes = sum(any(not level.fte for level in one.levels) for one in places)
    finding = ngettext(
        "%(holes)s of %(count)s area lacks full-time equivalents at some level",
        "%(holes)s of %(count)s areas lack full-time equivalents at some level",
        len(places),
    ) % {"holes": holes, "count": len(places)}
    return charts.heat(
        finding=finding,
        about=_("Full-time equivalents by area and prevention level. A dashed frame: none."),
        first=_("Area"),
        series=level_names(),
        rows=[Row(one.name, [level.fte for level in one.levels]) for one in lines],
        say=amounts.posts,
    )


def enough(summary: Summary) -> Chart:
    """G5: are the resources enough?"""
    counts = summary.enough
    finding = ngettext(
        "%(short)s of %(count)s organisation lacks resources for the assignment",
        "%(short)s of %(count)s organisations lack resources for the assignment",
        sum(counts.values()),
    ) % {"short": counts["no"] + counts["partly"], "count": sum(counts.values())}
    return charts.bars(
        finding=finding,
        about=_("Answers to whether the resources are enough for the assignment."),
        first=_("Answer"),
        series=[_("Organisations")],
        rows=[Row(str(Report.Enough(code).label), (count,)) for code, count in counts.items()],
        say=str,
    )


def changes(summary: Summary) -> list[tuple[YearLine, tuple[str, str] | None]]:
    """Each year with what differs from the year before, in words."""
    return [
        (one, (signed(one.change.fte), signed_kronor(one.change.cost)) if one.change else None)
        for one in summary.years
    ]


def signed(value: Any) -> str:
    """+1,5, −2 or 0."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return sign + amounts.posts(abs(value))


def signed_kronor(value: Any) -> str:
    """The same of kronor."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return sign + amounts.kronor(abs(value))


def _few(rows: Sequence[Row]) -> list[Row]:
    """The first ones by name, and what the others come to together: the sum stays the whole."""
    if len(rows) <= MOST_ROWS + 1:
        return list(rows)
    rest = rows[MOST_ROWS:]
    name = _("%(count)s others") % {"count": len(rest)}
    together = [
        sum(values, Decimal(0)) for values in zip(*(row.values for row in rest), strict=True)
    ]
    return [*rows[:MOST_ROWS], Row(name, together)]
