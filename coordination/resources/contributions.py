"""What resource reports offer to the shared pages: a link, tasks, a guide, views of the board."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

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
from .models.declared import invited_to

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


@contributions.start_tasks
def reports_invited_to(user: Any, now: datetime) -> Iterator[Task]:
    """For colleagues who were invited to a report, while it is written."""
    own = Organisation.objects.held_by(user, ("reporter",)).values("pk")
    open_ = Report.objects.filter(state__in=Report.WRITABLE, pk__in=invited_to(user))
    for one in open_.exclude(organisation__in=own).select_related("window", "organisation"):
        title = _("Help with the resource report for %(year)s") % {"year": one.year}
        url = reverse("report", args=[one.pk])
        yield _task(title, url, one.organisation.name, due=one.window.last_day)


@contributions.start_tasks
def requests_to_give_an_opinion_on(user: Any, now: datetime) -> Iterator[Task]:
    """For the strategic function: what was asked for and has no opinion yet."""
    if not policy.may(user, Permission.REVIEW_RESOURCES):
        return
    waiting = SentRequest.objects.visible_to(user).filter(withdrawn_at=None, opinion="")
    for one in waiting.select_related("report__organisation").order_by("pk"):
        title = _("Give an opinion on a request for extra resources")
        url = reverse("request_opinion", args=[one.pk])
        yield _task(title, url, one.report.organisation.name, note=_("Waits for an opinion"))


@contributions.start_tasks
def requests_to_decide(user: Any, now: datetime) -> Iterator[Task]:
    """For the managers who decide: what the strategic function has given its opinion on."""
    if not policy.may(user, Permission.DECIDE_REQUESTS):
        return
    waiting = SentRequest.objects.visible_to(user, Permission.DECIDE_REQUESTS).filter(
        withdrawn_at=None, decision=""
    )
    for one in waiting.exclude(opinion="").select_related("report__organisation").order_by("pk"):
        title = _("Decide on a request for extra resources")
        url = reverse("request_decision", args=[one.pk])
        yield _task(title, url, one.report.organisation.name, note=_("Waits for a decision"))


@contributions.start_tasks
def reports_to_attest(user: Any, now: datetime) -> Iterator[Task]:
    """For managers: a report that waits for any of them."""
    if not policy.may(user, Permission.ATTEST_RESOURCES):
        return
    waiting = Report.objects.visible_to(user, Permission.ATTEST_RESOURCES).filter(
        state=Report.State.ATTESTING
    )
    for one in waiting.select_related("window", "organisation").order_by("sent_at"):
        title = _("Attest the resource report for %(year)s") % {"year": one.year}
        url = reverse("report_attest", args=[one.pk])
        yield _task(title, url, one.organisation.name, due=one.window.last_day)


@contributions.start_tasks
def reports_to_review(user: Any, now: datetime) -> Iterator[Task]:
    """For those who review: what was sent in and waits."""
    if not policy.may(user, Permission.REVIEW_RESOURCES):
        return
    waiting = Version.objects.visible_to(user).filter(state=Version.State.WAITING)
    for one in waiting.select_related("report__window", "report__organisation").order_by(
        "attested_at"
    ):
        title = _("Review the resource report for %(year)s") % {"year": one.report.year}
        url = reverse("report_version", args=[one.pk])
        yield _task(title, url, one.report.organisation.name, note=_("Waits for review"))


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
