"""What resource reports offer to the shared pages: a link, tasks, a guide, views of the board."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation
from coordination.frame import contributions
from coordination.frame.contributions import Guide, Link, Tab, Task
from coordination.ui.lists import codes_of
from coordination.writing import saved_views

from . import windows
from .forms.reports import BoardFilter
from .forms.requests import RequestFilter
from .models import Report, SentRequest, Version

contributions.link(
    Link(
        "resources",
        gettext_lazy("Resources"),
        "resources",
        lambda user: policy.may(user, Permission.READ_RESOURCES),
    )
)


def _figures(user: Any) -> bool:
    return policy.may(user, Permission.READ_RESOURCE_FIGURES)


contributions.tab(
    "resources",
    Tab(
        pgettext_lazy("tab", "Reports"),
        "resources",
        lambda user: policy.may(user, Permission.READ_RESOURCES),
    ),
)
contributions.tab("resources", Tab(pgettext_lazy("tab", "Summary"), "resources_summary", _figures))
# Who coordinates districts has no other page of the reports.
contributions.tab(
    "actors",
    Tab(
        gettext_lazy("Resources by area"),
        "resources_summary",
        lambda user: _figures(user) and not policy.may(user, Permission.READ_RESOURCES),
    ),
)


def _task(title: Any, url: str, context: str, **more: Any) -> Task:
    return Task(
        kind="resources",
        kind_name=_("Resource reports"),
        title=str(title),
        url=url,
        context=context,
        **more,
    )


@contributions.start_tasks
def reports_to_file(user: Any, now: datetime) -> Iterator[Task]:
    """For reporters: the year's report, until it is sent to be attested; and when it comes back."""
    window = windows.current()
    if window is None or not policy.may(user, Permission.REPORT_RESOURCES):
        return
    reports = {
        one.organisation_id: one
        for one in Report.objects.visible_to(user, Permission.REPORT_RESOURCES).filter(
            window=window
        )
    }
    own = Organisation.objects.held_by(user, ("reporter",)).filter(kind__in=windows.REPORTING)
    for place in own.order_by("name"):
        report = reports.get(place.pk)
        if report is None:
            if windows.is_open(window, now):
                title = _("File the resource report for %(year)s") % {"year": window.year}
                yield _task(title, reverse("resources"), place.name, due=window.last_day)
        elif report.is_writable:
            title = _("Finish the resource report for %(year)s")
            if report.state == Report.State.RETURNED:
                title = _("Complete the resource report for %(year)s")
            url = reverse("report", args=[report.pk])
            yield _task(title % {"year": window.year}, url, place.name, due=window.last_day)


# What waits for somebody in reports that are begun. Each says its place among them, and is asked for
# together with the others: the first page is everybody's, and most of them have none of it.


def _attesting(user: Any) -> QuerySet:
    """For managers: a report that waits for any of them."""
    seen = Report.objects.visible_to(user, Permission.ATTEST_RESOURCES)
    return _waiting("attest", seen.filter(state=Report.State.ATTESTING), "", at="sent_at")


def _invited(user: Any) -> QuerySet:
    """For colleagues who were invited to a report, while it is written."""
    own = Organisation.objects.held_by(user, ("reporter",)).values("pk")
    seen = Report.objects.visible_to(user, Permission.REPORT_RESOURCES)
    open_ = seen.filter(state__in=Report.WRITABLE).exclude(organisation__in=own)
    return _waiting("invited", open_, "", at="begun_at")


def _reviewing(user: Any) -> QuerySet:
    """For those who review: what was sent in and waits."""
    seen = Version.objects.visible_to(user).filter(state=Version.State.WAITING)
    return _waiting("review", seen, "report__", at="attested_at")


def _opinions(user: Any) -> QuerySet:
    """For the strategic function: what was asked for and has no opinion yet."""
    seen = SentRequest.objects.visible_to(user).filter(withdrawn_at=None, opinion="")
    return _waiting("opinion", seen, "report__", at="version__attested_at")


def _decisions(user: Any) -> QuerySet:
    """For the managers who decide: what the strategic function has given its opinion on."""
    seen = SentRequest.objects.visible_to(user, Permission.DECIDE_REQUESTS)
    open_ = seen.filter(withdrawn_at=None, decision="").exclude(opinion="")
    return _waiting("decision", open_, "report__", at="version__attested_at")


def _waiting(what: str, rows: QuerySet, report: str, *, at: str) -> QuerySet:
    names = ("organisation__name", "window__year", "window__last_day")
    return rows.order_by().values_list(
        Value(what), "pk", *(f"{report}{name}" for name in names), at
    )


@dataclass(frozen=True)
class Waits:
    """Something that waits: for whom (None: for anybody), how it is found, its page and its title, and
    a note where the last day says nothing."""

    permission: Permission | None
    find: Callable[[Any], QuerySet]
    page: str
    title: Any
    note: Any = ""


WAITING = {
    "invited": Waits(
        None, _invited, "report", gettext_lazy("Help with the resource report for %(year)s")
    ),
    "attest": Waits(
        Permission.ATTEST_RESOURCES,
        _attesting,
        "report_attest",
        gettext_lazy("Attest the resource report for %(year)s"),
    ),
    "review": Waits(
        Permission.REVIEW_RESOURCES,
        _reviewing,
        "report_version",
        gettext_lazy("Review the resource report for %(year)s"),
        gettext_lazy("Waits for review"),
    ),
    "opinion": Waits(
        Permission.REVIEW_RESOURCES,
        _opinions,
        "request_opinion",
        gettext_lazy("Give an opinion on a request for extra resources"),
        gettext_lazy("Waits for an opinion"),
    ),
    "decision": Waits(
        Permission.DECIDE_REQUESTS,
        _decisions,
        "request_decision",
        gettext_lazy("Decide on a request for extra resources"),
        gettext_lazy("Waits for a decision"),
    ),
}


@contributions.start_tasks
def reports_that_wait(user: Any, now: datetime) -> Iterator[Task]:
    """What waits for the person in reports that are begun."""
    first, *others = [
        kind.find(user)
        for kind in WAITING.values()
        if kind.permission is None or policy.may(user, kind.permission)
    ]
    rows = sorted(first.union(*others, all=True), key=itemgetter(-1, 1))
    for what, key, place, year, last_day, _at in rows:
        kind = WAITING[what]
        more = {"note": str(kind.note)} if kind.note else {"due": last_day}
        yield _task(kind.title % {"year": year}, reverse(kind.page, args=[key]), place, **more)


saved_views.offer(
    "resources",
    codes_of(BoardFilter, sort=("organisation", "kind", "changed", "status")),
    numbers=("year",),
)
saved_views.offer(
    "requests",
    codes_of(RequestFilter, sort=("what", "organisation", "year", "cost", "opinion", "decision")),
    numbers=("year",),
)
contributions.guide(
    Guide(
        title=gettext_lazy("File the resource report"),
        roles=("reporter",),
        steps=(
            gettext_lazy(
                "Open the row under To do now, and choose Copy last year's information or begin empty."
            ),
            gettext_lazy(
                "Open the parts in any order, change what is new, and save. Rows of part 1 can be brought from"
                " Excel."
            ),
            gettext_lazy("Choose Check the report, and send it to be attested."),
        ),
        note=gettext_lazy(
            "A manager of your organisation attests it. Until then you can take it back and change it."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Follow up the resource reports"),
        roles=("strategic_coordinator",),
        steps=(
            gettext_lazy("Resources shows where each organisation's report is, and what is late."),
            gettext_lazy(
                "Open one that is sent in: what has changed since last year stands first."
            ),
            gettext_lazy("Choose Approve, or write under the parts to complete and send it back."),
            gettext_lazy(
                "Summary shows what everything that is sent in comes to, as page and file."
            ),
        ),
        note=gettext_lazy("What is not sent in nobody outside the organisation can read."),
    )
)
