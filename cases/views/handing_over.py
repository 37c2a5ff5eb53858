"""Handing a case over to the police or the Security Service, and what remains after it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import carrying, handing_over
from cases.forms.handing_over import HandoverForm
from cases.models import Case, Duty, Goal
from coordination.access.refused import Refused
from coordination.writing.once import FIELD, once_or_say

from .case import head
from .pages import carry_out

FORM = "cases/hand_over.html"
NOT_CARRIED = (FIELD, "csrfmiddlewaretoken", "sure", "change")
"""What the page that asks once more has of its own."""


def case_hand_over(request: HttpRequest, case: Any) -> HttpResponse:
    """Note that the case is handed over: filled in, looked at once more, and done."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    is_sent = request.method == "POST"
    if not is_sent and not handing_over.may_be_made(governed):
        raise Http404
    form = HandoverForm(request.POST if is_sent else None, case=governed)
    if is_sent and "sure" not in request.POST:
        if asked := _ask_once_more(request, governed, form):
            return asked
        return _filled_in(request, governed, form)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: handing_over.hand_over(case=governed, told=form.told(), by=request.user),
        done=_("Done. The case is handed over."),
        template=FORM,
        context=_around(governed, request.user),
        then=lambda: reverse("case_handover", args=[governed.pk]),
    )


def _filled_in(request: HttpRequest, case: Case, form: HandoverForm) -> HttpResponse:
    """The form again, with what is wrong or with what is to be changed."""
    return render(request, FORM, {"case": case, "form": form, **_around(case, request.user)})


def _around(case: Case, user: Any) -> dict[str, Any]:
    return {
        "goals": case.goals.filter(state=Goal.State.UNDER_WAY).count(),
        "has_second": carrying.others(case, user).exists(),
    }


def _ask_once_more(request: HttpRequest, case: Case, form: HandoverForm) -> HttpResponse | None:
    """What is about to happen; None where something is wrong, or is to be changed."""
    if not form.is_valid() or "change" in request.POST:
        return None
    told = form.told()
    try:
        handing_over.check(case, told)
    except Refused as refusal:
        form.add_refusal(refusal)
        return None
    held = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_CARRIED
        for value in values
    ]
    context = {"case": case, "form": form, "told": told, "held": held, "duties": _duties(told)}
    return render(request, "cases/hand_over_confirm.html", context)


def _duties(told: handing_over.Told) -> list[tuple[str, str]]:
    return [
        (str(Duty.Kind(kind).label), text) for kind, text in (told.duties or {}).items() if text
    ]


def case_handover(request: HttpRequest, case: Any) -> HttpResponse:
    """How the case was handed over, and what remains for the municipality."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    found = getattr(governed, "handover", None)
    if found is None:
        raise Http404
    context = {
        "handover": found,
        "duties": governed.duties.select_related("done_by").order_by("kind"),
        **head(request, governed),
    }
    return render(request, "cases/handover.html", context)


def case_duty_done(request: HttpRequest, case: Any, duty: Any) -> HttpResponse:
    """What remained is done."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    waits = get_object_or_404(governed.duties, pk=duty)
    there = reverse("case_handover", args=[governed.pk])

    def act() -> str:
        handing_over.duty_done(duty=waits, by=request.user)
        messages.success(request, _("Done. It is noted as done."))
        return there

    return once_or_say(request, act, back=there)
