"""The pages of the guideline: its text in every version, and what a newer version means."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import Permission
from coordination.assignments import assigning, guidelines, linked
from coordination.assignments.forms import CarryForm, GuidelineForm
from coordination.assignments.models import Assignment, Guideline, Mandate, Passage
from coordination.ui.fields import row_key
from coordination.writing.once import once

END = "end"


def guideline(request: HttpRequest) -> HttpResponse:
    """The guideline that applies today."""
    return _show(request, guidelines.in_force())


def guideline_version(request: HttpRequest, guideline: int) -> HttpResponse:
    """One version, in force or not."""
    governed: Guideline = request.governed  # type: ignore[attr-defined]
    return _show(request, governed)


def _show(request: HttpRequest, shown: Guideline | None) -> HttpResponse:
    may_keep = policy.may(request.user, Permission.KEEP_ASSIGNMENTS)
    if shown is None:
        return render(request, "assignments/guideline_none.html", {"may_keep": may_keep})
    passages = Passage.objects.visible_to(request.user, Permission.USE_PORTAL).filter(
        guideline=shown
    )
    ordered: dict[int, list[Mandate]] = {}
    found = Mandate.objects.visible_to(request.user).filter(guideline=shown)
    for mandate in found.select_related("assignment").order_by("number"):
        ordered.setdefault(mandate.passage_id, []).append(mandate)
    parts = _parts(list(passages.select_related("level").order_by("position")), ordered)
    versions = Guideline.objects.visible_to(request.user, Permission.USE_PORTAL)
    context = {
        "guideline": shown,
        "parts": parts,
        "contents": [one["heading"] for one in parts if one["heading"].depth < 3],
        "versions": versions.order_by("-in_force_from"),
        "current": guidelines.in_force(),
        "may_keep": may_keep,
        "undecided": bool(may_keep and assigning.left_to_decide(shown))
        and shown == guidelines.latest(),
    }
    return render(request, "assignments/guideline.html", context)


def _parts(passages: list[Passage], ordered: dict[int, list[Mandate]]) -> list[dict[str, Any]]:
    """Each heading with what stands under it, and what each paragraph orders."""
    parts: list[dict[str, Any]] = []
    for one in passages:
        if one.kind == Passage.Kind.HEADING:
            parts.append({"heading": one, "paragraphs": []})
        else:
            parts[-1]["paragraphs"].append((one, ordered.get(one.pk, [])))
    return parts


def guideline_demands(request: HttpRequest) -> HttpResponse:
    """What the guideline asks for and orders of nobody, with how it can be followed."""
    current = guidelines.in_force()
    rows = [
        (one, guidelines.passage_with(current, one.words) if current else None)
        for one in linked.demands(request.user)
    ]
    context = {"guideline": current, "rows": rows}
    return render(request, "assignments/guideline_demands.html", context)


def guideline_new(request: HttpRequest) -> HttpResponse:
    """A newer version, pasted as text."""
    form = GuidelineForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        made = guidelines.establish(by=request.user, **form.cleaned_data)
        messages.success(request, _("The guideline is added."))
        if assigning.left_to_decide(made):
            return reverse("guideline_assignments", args=[made.pk])
        return reverse("guideline_version", args=[made.pk])

    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, "assignments/guideline_new.html", {"form": form})


def guideline_assignments(request: HttpRequest, guideline: int) -> HttpResponse:
    """For each assignment of earlier versions: does it go on under this one, or end with the last?"""
    governed: Guideline = request.governed  # type: ignore[attr-defined]
    there = reverse("guideline_assignments", args=[governed.pk])
    left = assigning.left_to_decide(governed) if governed == guidelines.latest() else []
    chosen = row_key(request.POST.get("assignment", ""))
    sent = next((one for one in left if one.pk == chosen), None)
    form = CarryForm(request.POST, auto_id=f"id_{chosen}_%s") if request.POST else None

    def act() -> str:
        _decide(request, governed, sent, form)
        return there

    if form is not None and form.is_valid():
        try:
            return redirect(once(request, act))
        except assigning.ChangedMeanwhile as refusal:
            messages.info(request, str(refusal))
            return redirect(there)
        except Refused as refusal:
            form.add_refusal(refusal)
    rows = [(one, form if form and one == sent else _carry_form(one, governed)) for one in left]
    context = {"guideline": governed, "rows": rows, "errors": form.error_summary if form else []}
    return render(request, "assignments/guideline_assignments.html", context)


def _decide(
    request: HttpRequest, guideline: Guideline, sent: Assignment | None, form: CarryForm | None
) -> None:
    if sent is None or form is None:
        raise assigning.decided()
    if request.POST.get("do") == END:
        assigning.end(assignment=sent, guideline=guideline, by=request.user)
        messages.success(request, _("The assignment ends with the earlier guideline."))
        return
    quote = form.cleaned_data["quote"]
    assigning.carry_over(assignment=sent, guideline=guideline, quote=quote, by=request.user)
    messages.success(request, _("The assignment goes on under the new guideline."))


def _carry_form(assignment: Assignment, guideline: Guideline) -> CarryForm:
    """With the words that ordered it before, where the new text still holds them."""
    last = assignment.mandates.order_by("-guideline__in_force_from").first()
    quote = last.quote if last and guidelines.passage_with(guideline, last.quote) else ""
    return CarryForm(initial={"quote": quote}, auto_id=f"id_{assignment.pk}_%s")
