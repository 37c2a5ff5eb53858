"""Opening a case in an emergency, letting somebody do so, and reviewing that it was done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import glimpses
from cases.forms.glimpses import GlimpseForm, ReviewForm
from cases.models import Case, Glimpse
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say

from .case import head
from .pages import page_of

MOST = 100
"""So many of the latest stand in the list to review."""


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


def glimpse_new(request: HttpRequest) -> HttpResponse:
    """Open a case by its number to read it for an hour. Of a protected identity, ask to."""
    form = GlimpseForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        made = glimpses.ask(by=request.user, **form.cleaned_data)
        if made is not None and made.begins_at:
            messages.success(
                request, _("Done. You can read the case for an hour. Who carries it is told.")
            )
            return page_of(made.case)
        messages.success(
            request, _("Done. If your unit has such a case, those who can answer are told.")
        )
        return reverse("cases")

    return answer(request, form=form, act=act, template="cases/glimpse_new.html", context={})


def glimpse_approve(request: HttpRequest, glimpse: Any) -> HttpResponse:
    """Let somebody open a protected identity for an hour."""
    asked: Glimpse = request.governed  # type: ignore[attr-defined]
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
    one: Glimpse = request.governed  # type: ignore[attr-defined]
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
