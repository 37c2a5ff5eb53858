"""The lists of legal bases and of retention rules: how each stands today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.grounds import retention, standing, versions
from coordination.grounds.forms import LawFilter
from coordination.grounds.models import LegalBasis, RetentionRule
from coordination.grounds.standing import Standing
from coordination.ui import dates
from coordination.ui.lists import Column, ListPage, swedish

from .shown import state_of, words_of

STATUS = Column(
    "status",
    gettext_lazy("Status"),
    order=("rank", "place"),
    up=gettext_lazy("what is in force first"),
    down=gettext_lazy("what is struck first"),
)
REVIEWED = Column("reviewed", gettext_lazy("Reviewed"), css="cell--date")
BASES = (
    Column("name", gettext_lazy("Legal basis"), order=(swedish("name"),)),
    Column("from", gettext_lazy("From")),
    Column("to", gettext_lazy("To")),
    REVIEWED,
    STATUS,
)
RULES = (
    Column("name", gettext_lazy("Record"), order=("place",)),
    Column("time", gettext_lazy("How long")),
    Column("source", gettext_lazy("Law or decision")),
    REVIEWED,
    STATUS,
)


@dataclass(frozen=True)
class Line:
    """One row: what it is, the version to show, and how it stands."""

    law: Any
    version: Any
    state: dict[str, str]
    waits: bool
    """A version waits for a review beside the one that is shown."""
    old: bool
    """What holds was reviewed more than a year ago."""


def legal_bases(request: HttpRequest) -> HttpResponse:
    """Every legal basis, in force or not."""

    def cells(version: Any) -> dict[str, Any]:
        return {
            "senders": words_of("senders", version.senders),
            "receivers": words_of("receivers", version.receivers),
        }

    page = _listed(request, LegalBasis, BASES)
    return _render(request, page, "grounds/legal_bases.html", cells)


def retention_rules(request: HttpRequest) -> HttpResponse:
    """How long each kind of record is kept."""
    page = _listed(request, RetentionRule, RULES)
    return _render(
        request,
        page,
        "grounds/retention_rules.html",
        lambda version: {"time": retention.in_words(version)},
    )


def _listed(request: HttpRequest, model: Any, columns: tuple[Column, ...]) -> ListPage:
    found = standing.annotated(model, timezone.localdate())
    return ListPage(request, found, columns=columns, default="status", filters=LawFilter)


def _render(request: HttpRequest, page: ListPage, template: str, cells: Any) -> HttpResponse:
    today = timezone.localdate()
    lines = [_line(one, today) for one in page.rows]
    context = {
        "list": page,
        "rows": [(line, cells(line.version)) for line in lines],
        "may_keep": policy.may(request.user, Permission.KEEP_GROUNDS),
    }
    return render(request, template, context)


def _line(law: Any, today: date) -> Line:
    version = standing.current(list(law.versions.all()), today)
    since = dates.months_after(today, -versions.STALE_MONTHS)
    holds = version.holds(today)
    return Line(
        law=law,
        version=version,
        state=state_of(law.standing),
        waits=law.waits and law.standing != Standing.UNREVIEWED,
        old=holds and version.reviewed_on < since,
    )
