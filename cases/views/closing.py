"""Closing a case, answering that, opening it again, and looking again after it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import carrying, closing, earlier
from cases.forms.closing import CloseForm, LookAgainForm, NotAgreedForm, ReopenForm
from cases.models import Case, Closing, Goal, Stage
from coordination.writing.once import once_or_say

from .pages import carry_out, page_of


def case_close(request: HttpRequest, case: Any) -> HttpResponse:
    """Propose to close the case: why, with what result, and what would open it again."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    if request.method != "POST" and not closing.may_be_asked(governed):
        raise Http404
    others = earlier.of(governed.subject, by=request.user)
    refused = governed.closings.filter(state=Closing.State.REFUSED).order_by("asked_at").last()
    data = request.POST if request.method == "POST" else None
    form = CloseForm(data, initial=_said(refused), others=bool(others))
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: closing.ask(case=governed, by=request.user, **form.cleaned_data),
        done=_("Done. The case waits for a second person."),
        template="cases/closing_ask.html",
        context={
            "others": others,
            "refused": refused,
            "goals": governed.goals.filter(state=Goal.State.UNDER_WAY).order_by("made_at"),
            "has_second": carrying.others(governed, request.user).exists(),
        },
    )


def _said(refused: Closing | None) -> dict[str, str]:
    """What was proposed and not agreed on stands in the form again."""
    if refused is None:
        return {}
    said = {name: getattr(refused, name) for name in ("reason", "result", "informed", "reopen_if")}
    return said | {"earlier_said": refused.earlier}


def case_closing(request: HttpRequest, case: Any, asked: Any) -> HttpResponse:
    """What is proposed; sent by the second person, it closes the case."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    proposed = get_object_or_404(governed.closings.select_related("asked_by"), pk=asked)
    if request.method == "POST":

        def act() -> str:
            closing.agree(closing=proposed, by=request.user)
            messages.success(request, _("Done. The case is closed."))
            return page_of(governed)

        return once_or_say(request, act, back=reverse("case_closing", args=[case, asked]))
    context = {
        "case": governed,
        "closing": proposed,
        "waits": proposed.state == Closing.State.ASKED,
        "is_mine": proposed.asked_by_id == request.user.pk,
        "is_special": governed.stage == Stage.SPECIAL,
        "check_up_days": closing.check_up_days(timezone.localdate()),
    }
    return render(request, "cases/closing_agree.html", context)


def case_closing_refuse(request: HttpRequest, case: Any, asked: Any) -> HttpResponse:
    """The second person does not agree, and says why: the case stays open."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    proposed = get_object_or_404(governed.closings.select_related("asked_by"), pk=asked)
    form = NotAgreedForm(request.POST if request.method == "POST" else None)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: closing.refuse(closing=proposed, by=request.user, **form.cleaned_data),
        done=_("Done. The case stays open."),
        template="cases/closing_refuse.html",
        context={"closing": proposed},
    )


def case_reopen(request: HttpRequest, case: Any) -> HttpResponse:
    """Open a closed case again, within thirty days."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    until = closing.reopened_until(governed)
    if request.method != "POST" and (until is None or until < timezone.now()):
        raise Http404
    form = ReopenForm(request.POST if request.method == "POST" else None)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: closing.reopen(case=governed, by=request.user, **form.cleaned_data),
        done=_("Done. The case is open again."),
        template="cases/closing_reopen.html",
        context={"until": until, "closing": closing.last_agreed(governed)},
    )


def case_check_up(request: HttpRequest, case: Any, check_up: Any) -> HttpResponse:
    """Note how it goes for the person after the case."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    booked = get_object_or_404(governed.check_ups, pk=check_up)
    if request.method != "POST" and booked.done_at:
        raise Http404
    form = LookAgainForm(request.POST if request.method == "POST" else None)
    return carry_out(
        request,
        governed,
        form=form,
        do=lambda: closing.look_again(check_up=booked, by=request.user, **form.cleaned_data),
        done=_("Done. The check-up is noted."),
        template="cases/closing_check_up.html",
        context={"check_up": booked, "closing": closing.last_agreed(governed)},
    )
