"""A version as it was sent in: read beside last year's, and settled by those who review."""

import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.jobs import files
from coordination.resources import comparing, receipts, reviewing, snapshots
from coordination.resources.forms.reports import RemarksForm, ReopenForm
from coordination.resources.models import PARTS, Version
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer

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
    context = {
        "version": None,
        "sent": one,
        "tone": TONES[one.state],
        "shown": receipts.document(one.content),
        "differences": rows if "all" in request.GET else [row for row in rows if not row.is_same],
        "same": sum(row.is_same for row in rows),
        "all": "all" in request.GET,
        "last": last,
        "unchanged": comparing.is_unchanged(one.content, last.content if last else None),
        "remarks": list(one.remarks.select_related("made_by").order_by("part")),
        "parts": PARTS,
        "others": Version.objects.visible_to(request.user)
        .filter(report=one.report_id)
        .order_by("number"),
        "may_review": policy.may(request.user, Permission.REVIEW_RESOURCES),
        "is_own": policy.may(request.user, Permission.VIEW_OWN_REPORT),
    }
    act = _act(request, one, form, chosen)
    return answer(request, form=form, act=act, template="resources/version.html", context=context)


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
            messages.success(request, _("Done. The report is approved."))
        elif isinstance(form, ReopenForm):
            reviewing.reopen(version=one, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Done. The report is opened again."))
        else:
            reviewing.return_(version=one, remarks=form.remarks, by=request.user)
            messages.success(request, _("Done. The report is sent back with your comments."))
        return reverse("report_version", args=[one.pk])

    return act


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
