"""The pages of operation: schedules, and work in the background that failed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.administration import jobs
from coordination.administration import schedules as periodic
from coordination.ui.lists import Column, ListPage
from coordination.writing.once import once_or_say

COLUMNS = (
    Column("what", gettext_lazy("What was to be done"), order=("kind", "-done_at")),
    Column("why", gettext_lazy("Why it failed"), order=("last_error", "-done_at")),
    Column(
        "when",
        gettext_lazy("When"),
        order=("done_at",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("attempts", gettext_lazy("Attempts"), order=("attempts",), css="cell--number"),
    Column("again", gettext_lazy("Act")),
)


def schedules(request: HttpRequest) -> HttpResponse:
    """Every kind of periodic work: what it does, when next, how it went."""
    work = periodic.all_work()
    response = render(request, "administration/schedules.html", {"work": work})
    if "vanta" in request.GET and any(one.moves for one in work):
        response["Refresh"] = "4"
    return response


def schedule_run(request: HttpRequest) -> HttpResponse:
    """Runs a kind of periodic work now."""

    def act() -> str:
        periodic.run_now(by=request.user, name=request.POST.get("work", ""))
        messages.info(request, _("It will start within ten seconds."))
        return reverse("schedules") + "?vanta"

    return once_or_say(request, act, back="schedules")


def operation(request: HttpRequest) -> HttpResponse:
    """How the portal's work goes, and the jobs that failed."""
    page = ListPage(request, jobs.failures(), columns=COLUMNS, default="-when")
    context = {
        "figures": jobs.figures(),
        "list": page,
        "rows": [jobs.told(job) for job in page.rows],
    }
    return render(request, "administration/operation.html", context)


def job_again(request: HttpRequest) -> HttpResponse:
    """Tries a failed job again, or all of them."""

    def act() -> str:
        if "all" in request.POST:
            count = jobs.try_all_again(by=request.user)
            said = ngettext("%(count)s job is due.", "%(count)s jobs are due.", count)
            messages.success(request, said % {"count": count})
        else:
            jobs.try_again(by=request.user, job=_number(request.POST.get("job", "")))
            messages.success(request, _("Done. The job is tried again."))
        return reverse("operation")

    return once_or_say(request, act, back="operation")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
