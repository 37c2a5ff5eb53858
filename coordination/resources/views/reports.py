"""The pages of an organisation's own report: where it is, what is left, and the way to be attested."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation
from coordination.resources import (
    comparing,
    filling,
    inviting,
    receipts,
    sending,
    snapshots,
    telling,
    windows,
)
from coordination.resources.board import left_in_words
from coordination.resources.forms.reports import NothingForm, SendBackForm, SendForm
from coordination.resources.models import Part, Report, Version, Window
from coordination.ui.fields import row_key
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say

from . import board

TONES = {
    "draft": "info",
    "attesting": "info",
    "submitted": "info",
    "returned": "warning",
    "approved": "plain",
}


@dataclass(frozen=True)
class Own:
    """An organisation of the person's and its report of the year, if it is begun."""

    organisation: Organisation
    report: Report | None
    has_last: bool


def resources(request: HttpRequest) -> HttpResponse:
    """The board for those who follow the reports up; for others their own reports."""
    if policy.may(request.user, Permission.REVIEW_RESOURCES):
        return board.page(request)
    window = windows.current()
    sent = (
        Version.objects.visible_to(request.user)
        .select_related("report__window")
        .order_by("-report__window__year", "report__organisation__name", "-number")
    )
    context = {
        "window": window,
        "open": window is not None and windows.is_open(window, timezone.now()),
        "left": left_in_words(window) if window else "",
        "own": _own(request, window) if window else [],
        "versions": sent[:50],
        "may_invite": policy.may(request.user, Permission.INVITE_TO_REPORT),
        "may_report": policy.may(request.user, Permission.REPORT_RESOURCES),
        "tones": TONES,
    }
    return render(request, "resources/own.html", context)


def _own(request: HttpRequest, window: Window) -> list[Own]:
    """Every organisation that the person reports or attests for."""
    held = Organisation.objects.held_by(request.user, ("reporter", "manager"))
    places = held.filter(kind__in=windows.REPORTING).order_by("name")
    reports = {
        one.organisation_id: one
        for one in Report.objects.visible_to(request.user).filter(window=window)
    }
    last = set(
        Version.objects.visible_to(request.user)
        .filter(report__window__year=window.year - 1)
        .values_list("report__organisation", flat=True)
    )
    return [Own(one, reports.get(one.pk), one.pk in last) for one in places]


def report_begin(request: HttpRequest) -> HttpResponse:
    """Begins the report of one of the person's own organisations, perhaps with last year's figures."""
    window = windows.current()
    own = Organisation.objects.held_by(request.user, ("reporter",))
    key = row_key(request.POST.get("organisation", ""))
    if key is None:
        return redirect("resources")
    organisation = own.filter(pk=key, kind__in=windows.REPORTING).first()
    if organisation is None or window is None:
        raise Http404
    copy = "copy" in request.POST

    def act() -> str:
        begun = filling.begin(window=window, organisation=organisation, by=request.user, copy=copy)
        return reverse("report", args=[begun.pk])

    return once_or_say(request, act, back=reverse("resources"))


def _governed(request: HttpRequest) -> Report:
    seen = Report.objects.visible_to(request.user).select_related(
        "window", "organisation", "begun_by", "sent_by", "touched_by"
    )
    return seen.get(pk=request.governed.pk)  # type: ignore[attr-defined]


def report(request: HttpRequest, report: int) -> HttpResponse:
    """The task list of a report: its parts, who has begun what, and the next step."""
    one = _governed(request)
    parts = list(one.parts.select_related("changed_by").order_by("number"))
    remarks = {remark.part for remark in sending.open_remarks(one)}
    needed = [part for part in parts if not part.is_optional]
    versions = one.versions.select_related("attested_by").order_by("-number")
    may = {
        permission: Report.objects.visible_to(request.user, permission).filter(pk=one.pk).exists()
        for permission in (
            Permission.REPORT_RESOURCES,
            Permission.ATTEST_RESOURCES,
            Permission.INVITE_TO_REPORT,
        )
    }
    last = snapshots.last_year(one)
    context = {
        "report": one,
        "tone": TONES[one.state],
        "left": left_in_words(one.window),
        "parts": [(part, part.number in remarks) for part in parts],
        "done": sum(
            part.state == Part.State.DONE and part.is_checked and part.number not in remarks
            for part in needed
        ),
        "of": len(needed),
        "versions": versions,
        "last": Version.objects.visible_to(request.user).filter(pk=last.pk).first()
        if last
        else None,
        "invited": inviting.of(one),
        "may_list": policy.may(request.user, Permission.READ_RESOURCES),
        "may_invite": may[Permission.INVITE_TO_REPORT] and one.state != Report.State.APPROVED,
        "managers": telling.people(one, Permission.ATTEST_RESOURCES),
        "may_write": may[Permission.REPORT_RESOURCES] and one.is_writable,
        "may_take_back": may[Permission.REPORT_RESOURCES] and one.state == "attesting",
        "may_attest": may[Permission.ATTEST_RESOURCES] and one.state == "attesting",
    }
    return render(request, "resources/report.html", context)


def report_nothing(request: HttpRequest, report: int) -> HttpResponse:
    """That there is nothing to report, and why; or that there is after all."""
    one = _governed(request)
    back = reverse("report", args=[one.pk])
    if request.method == "POST" and "after_all" in request.POST:
        return once_or_say(request, lambda: _after_all(one, request, back), back=back)
    if request.method == "GET" and not one.is_writable:
        return redirect("report", one.pk)
    form = NothingForm(
        request.POST if request.method == "POST" else None, initial={"reason": one.nothing}
    )

    def act() -> str:
        filling.report_nothing(report=one, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Done. Check the report and send it to be attested."))
        return back

    return answer(
        request,
        form=form,
        act=act,
        template="resources/report_nothing.html",
        context={"report": one},
    )


def _after_all(one: Report, request: HttpRequest, back: str) -> str:
    filling.report_after_all(report=one, by=request.user)
    messages.success(request, _("Done. What you wrote before is still here."))
    return back


def _shown(one: Report) -> dict[str, Any]:
    """What a report says now beside what was sent in last year."""
    content = snapshots.snapshot(one)
    before = snapshots.years_before(one)
    last = before[0] if before else None
    return {
        "again": sending.is_unchanged_again(content, before) and not one.nothing,
        "shown": receipts.document(content),
        "differences": comparing.differences(content, last.content if last else None),
        "last": last,
        "sha256": snapshots.fingerprint(content),
    }


def report_check(request: HttpRequest, report: int) -> HttpResponse:
    """All of the report beside last year's, and the way to the manager. While it waits there, what was
    sent can be read."""
    one = _governed(request)
    if request.method == "GET" and one.state == Report.State.ATTESTING:
        return render(request, "resources/report_waiting.html", _shown(one) | {"report": one})
    if not one.is_writable:
        return redirect("report", one.pk)
    shown = _shown(one)
    keys = dict(one.activities.filter(ended="").values_list("line", "pk"))
    shown["differences"] = [replace(row, key=keys.get(row.line)) for row in shown["differences"]]
    form = SendForm(
        request.POST if request.method == "POST" else None,
        again=shown["again"],
        initial={"unchanged_why": one.unchanged_why},
        unchecked=sending.unchecked(one),
        year=one.year,
        remarks=sending.open_remarks(one),
    )

    def act() -> str:
        sending.send(
            report=one,
            by=request.user,
            checked=bool(form.cleaned_data.get("checked")),
            answers=form.given,
            unchanged_why=form.cleaned_data.get("unchanged_why", ""),
        )
        messages.success(request, _("Done. The report is sent to be attested."))
        return reverse("report", args=[one.pk])

    context = shown | {
        "report": one,
        "missing": sending.missing(one),
        "managers": telling.people(one, Permission.ATTEST_RESOURCES),
    }
    return answer(
        request, form=form, act=act, template="resources/report_check.html", context=context
    )


def report_take_back(request: HttpRequest, report: int) -> HttpResponse:
    """The organisation writes on."""
    one = _governed(request)
    back = reverse("report", args=[one.pk])

    def act() -> str:
        sending.take_back(report=one, by=request.user)
        messages.success(request, _("Done. You can change the report again."))
        return back

    return once_or_say(request, act, back=back)


def report_attest(request: HttpRequest, report: int) -> HttpResponse:
    """A manager reads the report and attests it, or says what needs to be changed."""
    one = _governed(request)
    if request.method != "POST" and one.state != Report.State.ATTESTING:
        return redirect("report", one.pk)
    back = "back" in request.POST
    form: PortalForm = SendBackForm(request.POST if back else None)
    sure = PortalForm(request.POST if request.method == "POST" else None)

    def send_back() -> str:
        sending.send_back(report=one, said=form.cleaned_data["said"], by=request.user)
        messages.success(request, _("Done. The report is sent back."))
        return reverse("report", args=[one.pk])

    def attest() -> str:
        version = sending.attest(report=one, sha256=request.POST.get("sha256", ""), by=request.user)
        messages.success(request, _("Done. The report is attested and sent in."))
        return reverse("report_version", args=[version.pk])

    context = _shown(one) | {"report": one, "back_form": form, "left": left_in_words(one.window)}
    template = "resources/report_attest.html"
    if back or request.method != "POST":
        return answer(request, form=form, act=send_back, template=template, context=context)
    return answer(request, form=sure, act=attest, template=template, context=context)
