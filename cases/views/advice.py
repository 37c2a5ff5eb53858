"""Asking for advice without naming anybody, and the unit's list of those who have asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import advice
from cases.forms.advice import AdviceForm
from cases.models import AdviceRequest
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say

from .handing_in import workplaces

OF_BASIS = "grund"
"""In the address of the page, when who asks is unsure of what lets them hand in a case."""


def ask(request: HttpRequest) -> HttpResponse:
    """What somebody wants to talk about, without saying whom it concerns."""
    user: Any = request.user
    form = AdviceForm(
        request.POST if request.method == "POST" else None,
        workplaces=workplaces(user),
        initial={"reach": user.email, "text": _proposed(request)},
    )

    def act() -> str:
        said = form.cleaned_data
        advice.ask(text=said["text"], reach=said["reach"], organisation=form.place, by=user)
        return reverse("hand_in_advice_sent")

    context = {"keeps_draft": request.GET.get("om") == OF_BASIS}
    return answer(
        request, form=form, act=act, template="cases/hand_in_advice.html", context=context
    )


def _proposed(request: HttpRequest) -> str:
    if request.GET.get("om") != OF_BASIS:
        return ""
    return _("I am unsure what lets me hand in a case. Help me with the legal basis.")


def sent(request: HttpRequest) -> HttpResponse:
    """That the question was sent, and what happens now."""
    return render(request, "cases/hand_in_advice_sent.html")


def asked(request: HttpRequest) -> HttpResponse:
    """Those who have asked the person's unit, first those whom nobody has contacted."""
    found = AdviceRequest.objects.visible_to(request.user)
    found = found.select_related("organisation", "answered_by", "unit")
    context = {
        "waiting": found.filter(answered_at=None).order_by("made_at"),
        "answered": found.exclude(answered_at=None).order_by("-answered_at"),
    }
    return render(request, "cases/advice.html", context)


def contacted(request: HttpRequest, advice_request: Any) -> HttpResponse:
    """Who asked has been contacted."""
    one: AdviceRequest = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        if advice.answer(request=one, by=request.user):
            messages.success(request, _("Done. The request is noted as contacted."))
        else:
            messages.info(request, _("Somebody else had noted it already."))
        return reverse("advice")

    return once_or_say(request, act, back=reverse("advice"))
