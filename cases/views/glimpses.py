"""Opening a case in an emergency, letting somebody do so, and reviewing that it was done."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import glimpses
from cases.forms.glimpses import GlimpseForm, NumberedGlimpseForm, ReviewForm
from cases.models import Case, Glimpse
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say

from .case import head
from .pages import carry_out

MOST = 100
"""So many of the latest stand in the list to review."""


def case_glimpse(request: HttpRequest, case: Any) -> HttpResponse:
    """Open the case to read it for an hour, with a reason."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    if request.method != "POST" and not glimpses.may_ask(governed, request.user):
        raise Http404
    form = GlimpseForm(request.POST if request.method == "POST" else None)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: glimpses.ask(case=governed, by=request.user, **form.cleaned_data),
        done=_("Done. You can read the case for an hour. Who carries it is told."),
        template="cases/glimpse.html",
    )


def case_glimpse_end(request: HttpRequest, case: Any) -> HttpResponse:
    """Done before the hour is over."""
    governed: Case = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        found = glimpses.live(governed, request.user)
        if found is not None:
            glimpses.end(glimpse=found, by=request.user)
        messages.success(request, _("Done. The case is closed to you again."))
        return reverse("cases")

    return once_or_say(request, act, back=reverse("cases"))


def case_glimpses(request: HttpRequest, case: Any) -> HttpResponse:
    """Who has opened the case in an emergency, and why: for those who carry it."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    found = governed.glimpses.select_related("user", "approved_by").order_by("-asked_at", "pk")
    context = {"glimpses": found[:MOST], "now": timezone.now(), **head(request, governed)}
    return render(request, "cases/glimpses.html", context)


def glimpse_by_number(request: HttpRequest) -> HttpResponse:
    """Ask to open a case of a protected identity, which stands in no list, by its number."""
    form = NumberedGlimpseForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        glimpses.ask_by_number(by=request.user, **form.cleaned_data)
        messages.success(
            request, _("Done. If your unit has such a case, those who can answer are told.")
        )
        return reverse("cases")

    template = "cases/glimpse_by_number.html"
    return answer(request, form=form, act=act, template=template, context={})


def glimpse_approve(request: HttpRequest, glimpse: Any) -> HttpResponse:
    """Let somebody open a protected identity for an hour."""
    asked = get_object_or_404(Glimpse.objects.select_related("case", "user"), pk=glimpse)
    if not glimpses.may_approve(asked, request.user):
        raise Http404
    if request.method == "POST":

        def act() -> str:
            glimpses.approve(glimpse=asked, by=request.user)
            messages.success(request, _("Done. The case is open to them for an hour."))
            return reverse("cases")

        return once_or_say(request, act, back=reverse("glimpse_approve", args=[asked.pk]))
    context = {"glimpse": asked, "waits": glimpses.waits(asked)}
    return render(request, "cases/glimpse_approve.html", context)


def glimpse_list(request: HttpRequest) -> HttpResponse:
    """Who has opened a case in an emergency, for those who review it."""
    rows = glimpses.to_review(request.user).select_related("user", "approved_by", "reviewed_by")
    context = {"rows": rows[:MOST], "most": MOST, "now": timezone.now()}
    return render(request, "cases/glimpse_list.html", context)


def glimpse_review(request: HttpRequest, glimpse: Any) -> HttpResponse:
    """Say whether it was in order."""
    found = glimpses.to_review(request.user).select_related("user", "approved_by", "reviewed_by")
    one = get_object_or_404(found, pk=glimpse)
    form = ReviewForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        glimpses.review(glimpse=one, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The review is noted."))
        return reverse("glimpse_list")

    context = {
        "glimpse": one,
        "pages": glimpses.pages_opened(one),
        "waits": not one.verdict and glimpses.is_over(one),
    }
    return answer(
        request, form=form, act=act, template="cases/glimpse_review.html", context=context
    )
