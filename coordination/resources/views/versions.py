"""A version as it was sent in: read beside last year's, and settled by those who review."""

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.jobs import files
from coordination.resources import beside, comparing, receipts, reviewing, snapshots
from coordination.resources.forms.reports import RemarksForm, ReopenForm
from coordination.resources.models import PARTS, Remark, Report, Version
from coordination.ui.fields import row_key
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say

TONES = {"waiting": "info", "returned": "warning", "approved": "plain", "reopened": "neutral"}


def _governed(request: HttpRequest) -> Version:
    seen = Version.objects.visible_to(request.user).select_related(
        "report__window", "filed_by", "attested_by", "settled_by"
    )
    return seen.get(pk=request.governed.pk)  # type: ignore[attr-defined]


def _before(request: HttpRequest, version: Version) -> Version | None:
    """Last year's, of those that the reader may see."""
    last = snapshots.last_year(version.report)
    seen = Version.objects.visible_to(request.user)
    return seen.filter(pk=last.pk).first() if last else None


def report_version(request: HttpRequest, version: int) -> HttpResponse:
    """What was sent in. Who reviews approves it, returns it with comments, or opens it again."""
    one = _governed(request)
    chosen = request.POST.get("do", "")
    form = _form(request, one, chosen)
    last = _before(request, one)
    rows = comparing.differences(one.content, last.content if last else None)
    show = _show(request)
    may_review = policy.may(request.user, Permission.REVIEW_RESOURCES)
    remarks = list(one.remarks.select_related("made_by").order_by("part"))
    context = {
        "version": None,
        "sent": one,
        "tone": TONES[one.state],
        "shown": receipts.document(one.content),
        "differences": [row for row in rows if last is None or comparing.SHOWN[show](row)],
        "same": sum(row.is_same for row in rows),
        "show": show,
        "shows": _shows(rows) if last else [],
        "last": last,
        "unchanged": comparing.is_unchanged(one.content, last.content if last else None),
        "inline": _inline(one, form if may_review else None, remarks),
        "others": Version.objects.visible_to(request.user)
        .filter(report=one.report_id)
        .order_by("number"),
        "may_review": may_review,
        "may_undo": may_review and reviewing.may_undo(one),
        "may_list": policy.may(request.user, Permission.READ_RESOURCES),
        "is_own": Report.objects.visible_to(request.user).filter(pk=one.report_id).exists(),
    }
    act = _act(request, one, form, chosen)
    return answer(request, form=form, act=act, template="resources/version.html", context=context)


SHOWS = {
    "changed": gettext_lazy("Changed rows"),
    "large": gettext_lazy("Changed by more than a fifth"),
    "new": pgettext_lazy("activities", "New"),
    "ended": pgettext_lazy("activities", "Ended"),
    "all": gettext_lazy("All rows"),
}


def _show(request: HttpRequest) -> str:
    """Which rows the address asks for: those that have changed unless it says else."""
    asked = "all" if "all" in request.GET else request.GET.get("show", "")
    return asked if asked in SHOWS else "changed"


def _shows(rows: list[comparing.Difference]) -> list[tuple[str, Any, int]]:
    """What may be chosen, with how many rows each shows."""
    return [(code, name, sum(map(comparing.SHOWN[code], rows))) for code, name in SHOWS.items()]


def _inline(one: Version, form: PortalForm | None, remarks: list[Remark]) -> dict[str, Any]:
    """By part ("p1" and so on) the comment that is made and the field to write one in."""
    said = {remark.part: remark for remark in remarks}
    writes = isinstance(form, RemarksForm) and one.state == Version.State.WAITING
    return {
        f"p{number}": {
            "remark": said.get(number),
            "field": form[f"remark_{number}"] if writes else None,
        }
        for number in PARTS
    }


def _form(request: HttpRequest, one: Version, chosen: str) -> PortalForm:
    data = request.POST if request.method == "POST" else None
    if chosen == "approve":
        return PortalForm(data)
    is_settled = one.state == Version.State.APPROVED or chosen == "reopen"
    return ReopenForm(data) if is_settled else RemarksForm(data)


def _act(request: HttpRequest, one: Version, form: Any, chosen: str) -> Callable[[], str]:
    def act() -> str:
        if chosen == "approve":
            reviewing.approve(version=one, by=request.user)
            undo = reverse("report_approval_undo", args=[one.pk])
            said = _("Done. The report is approved.")
            messages.success(request, said, extra_tags=f"undo {undo}")
        elif isinstance(form, ReopenForm):
            reviewing.reopen(version=one, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Done. The report is opened again."))
        else:
            reviewing.return_(version=one, remarks=form.remarks, by=request.user)
            messages.success(request, _("Done. The report is sent back with your comments."))
        return reverse("report_version", args=[one.pk])

    return act


def report_approval_undo(request: HttpRequest, version: int) -> HttpResponse:
    """Takes back that the report was approved, for ten minutes."""
    one = _governed(request)
    back = reverse("report_version", args=[one.pk])

    def act() -> str:
        reviewing.undo_approval(version=one, by=request.user)
        messages.success(request, _("Done. The report waits for review again."))
        return back

    return once_or_say(request, act, back=back)


def report_compare(request: HttpRequest, version: int) -> HttpResponse:
    """A version beside any other of the same organisation's; first the one that came before it."""
    one = _governed(request)
    seen = Version.objects.visible_to(request.user).select_related("report__window")
    others = list(
        seen.filter(report__organisation=one.report.organisation_id)
        .exclude(pk=one.pk)
        .order_by("-report__window__year", "-number")
    )
    asked = request.GET.get("with", "")
    if asked:
        other = next((each for each in others if each.pk == row_key(asked)), None)
        if other is None:
            raise Http404
    else:
        place = (one.report.window.year, one.number)
        earlier = (each for each in others if (each.report.window.year, each.number) < place)
        other = next(earlier, others[0] if others else None)
    rows, same = beside.rows(one.content, other.content) if other else ([], 0)
    context = {
        "sent": one,
        "other": other,
        "others": others,
        "differences": rows,
        "same": same,
        "parts": beside.parts(one.content, other.content) if other else [],
        "may_list": policy.may(request.user, Permission.READ_RESOURCES),
    }
    return render(request, "resources/compare.html", context)


def report_pdf(request: HttpRequest, version: int) -> HttpResponse | FileResponse:
    """The receipt to keep. While it is being made: back to the page that says so."""
    one = _governed(request)
    if not one.has_file:
        return redirect("report_version", one.pk)
    try:
        content = io.BytesIO(files.path(one.file).read_bytes())
    except FileNotFoundError:
        raise Http404 from None
    name = _("resource-report-%(year)s-v%(number)s.pdf") % {
        "year": one.report.window.year,
        "number": one.number,
    }
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
