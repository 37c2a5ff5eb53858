"""What is said on pages about decisions after their meeting: which belong together, which are done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.ui import matching
from coordination.ui.fields import row_key
from coordination.writing.once import once
from forums import agreed, assigned, decisions, matters
from forums.forms.matters import AgreementForm, AssignmentForm, CarriedOutForm, FindForm
from forums.models import Decision
from forums.refusals import Missing, Refused

TO = "med"


def decision_link(request: HttpRequest, decision: int) -> HttpResponse:
    """Earlier decisions to link this one to, found by words; each with a button."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    if not governed.item.meeting.has_minutes:
        raise Http404
    form = FindForm({"words": request.GET.get("words", "")})
    if request.method == "POST":
        return _link(request, governed)
    wanted = matching.words(form.cleaned_data["words"]) if form.is_valid() else None
    found = matters.offered(governed, request.user, wanted).select_related("item__meeting__forum")
    rows = list(found[: matters.MOST_OFFERED + 1])
    context = {
        "decision": governed,
        "form": form,
        "rows": rows[: matters.MOST_OFFERED],
        "more": len(rows) > matters.MOST_OFFERED,
        "most": matters.MOST_OFFERED,
        "errors": form.error_summary,
    }
    return render(request, "forums/decision_link.html", context)


def _link(request: HttpRequest, governed: Decision) -> HttpResponse:
    own = reverse("decision", args=[governed.pk])

    def act() -> str:
        key = row_key(request.POST.get("to") or request.GET.get(TO, ""))
        seen = decisions.seen_by(request.user).select_related("item__meeting")
        other = seen.filter(pk=key).first() if key else None
        if other is None:
            raise Missing(_("Choose one of the decisions in the list"))
        matters.link(decision=governed, to=other, by=request.user)
        return own

    undo = reverse("decision_unlink", args=[governed.pk])
    return _carry_out(request, act, own, _("The decisions are linked."), undo)


def decision_assignment(request: HttpRequest, decision: int) -> HttpResponse:
    """Says which assignment of the guideline the decision is about."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    if not governed.item.meeting.has_minutes or not assigned.may_say(request.user):
        raise Http404
    held = assigned.assignment_of(governed, request.user)
    data = request.POST if request.method == "POST" else None
    form = AssignmentForm(data, user=request.user, held=held)

    def act() -> str:
        chosen = form.cleaned_data["assignment"]
        assigned.assign(decision=governed, assignment=chosen, by=request.user)
        tied = _("The decision is tied to the assignment.")
        return tied if chosen else _("The decision is tied to no assignment.")

    return _tie(request, governed, form, act, "forums/decision_assignment.html")


def decision_agreement(request: HttpRequest, decision: int) -> HttpResponse:
    """Says which agreement the decision is about."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    if not governed.item.meeting.has_minutes or not agreed.may_say(request.user):
        raise Http404
    held = agreed.agreement_of(governed, request.user)
    data = request.POST if request.method == "POST" else None
    form = AgreementForm(data, user=request.user, held=held)

    def act() -> str:
        chosen = form.cleaned_data["agreement"]
        if chosen != held:
            # One that the person may not read stays where nothing else is chosen.
            agreed.agree(decision=governed, agreement=chosen, by=request.user)
        tied = _("The decision is tied to the agreement.")
        return tied if chosen else _("The decision is tied to no agreement.")

    return _tie(request, governed, form, act, "forums/decision_agreement.html")


def _tie(
    request: HttpRequest, decision: Decision, form: Any, act: Callable[[], str], template: str
) -> HttpResponse:
    """Carries out a valid form, says what came of it and goes back to the decision; else the page."""

    def say() -> str:
        messages.success(request, act())
        return reverse("decision", args=[decision.pk])

    if form.is_valid():
        try:
            return redirect(once(request, say))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, template, {"decision": decision, "form": form})


def decision_unlink(request: HttpRequest, decision: int) -> HttpResponse:
    """Takes the decision out of the matter; the others still belong together."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    own = reverse("decision", args=[governed.pk])
    with_it = matters.related(governed, request.user).order_by("pk").first()

    def act() -> str:
        matters.unlink(decision=governed, by=request.user)
        return own

    undo = f"{reverse('decision_link', args=[governed.pk])}?{TO}={with_it.pk}" if with_it else ""
    return _carry_out(request, act, own, _("The decision is no longer linked."), undo)


def decision_carried_out(request: HttpRequest, decision: int) -> HttpResponse:
    """Says that the decision is carried out, when, and what came of it."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    if not governed.item.meeting.has_minutes:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = CarriedOutForm(data, initial={"on": timezone.localdate()})

    def act() -> str:
        values = form.cleaned_data
        decisions.carry_out(
            decision=governed, on=values["on"], result=values["result"], by=request.user
        )
        return reverse("decision", args=[governed.pk])

    if form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            undo = reverse("decision_carried_out_undo", args=[governed.pk])
            said = _("The decision is marked as carried out.")
            messages.success(request, said, extra_tags=f"undo {undo}")
            return redirect(url)
    return render(request, "forums/decision_carried_out.html", {"decision": governed, "form": form})


def decision_carried_out_undo(request: HttpRequest, decision: int) -> HttpResponse:
    """Takes back that the decision is carried out."""
    governed: Decision = request.governed  # type: ignore[attr-defined]
    own = reverse("decision", args=[governed.pk])

    def act() -> str:
        decisions.not_carried_out(decision=governed, by=request.user)
        return own

    return _carry_out(request, act, own, _("The decision is no longer marked as carried out."))


def _carry_out(
    request: HttpRequest, act: Any, back: str, said: str, undo: str = ""
) -> HttpResponse:
    """Acts, says so and goes back; what is refused is said there too."""
    try:
        url = once(request, act)
    except Refused as refusal:
        messages.info(request, refusal.text)
        return redirect(back)
    messages.success(request, said, extra_tags=f"undo {undo}" if undo else "")
    return redirect(url)
