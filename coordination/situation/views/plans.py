"""The pages of an action plan as a whole: what it says, that it is decided, and its follow-up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.situation import plans as kept
from coordination.situation import renewal
from coordination.situation.forms.plans import DecideForm, FollowUpForm
from coordination.situation.models import ActionPlan, Measure, Problem, SituationalPicture
from coordination.situation.texts import keeps_all
from coordination.ui.fields import row_key
from coordination.writing.editing import answer
from coordination.writing.once import once_or_say

from . import shown

TONES = {"draft": "warning", "decided": "success", "followed_up": "success"}


def plan(request: HttpRequest, plan: int) -> HttpResponse:
    """One plan as a document: its measures under the problems that they are about."""
    governed: ActionPlan = request.governed  # type: ignore[attr-defined]
    today, current = timezone.localdate(), kept.current()
    due = renewal.plan_due(governed) if governed == current else None
    context: dict[str, Any] = {
        "plan": governed,
        "picture": governed.picture,
        "tone": TONES[governed.state],
        "groups": _groups(request, governed),
        "follow_ups": governed.follow_ups.select_related("by").order_by("-on", "-pk"),
        "plans": ActionPlan.objects.visible_to(request.user)
        .select_related("picture")
        .order_by("-picture__number"),
        "due": shown.plan_due(due, today),
        "in_force": governed == current,
        "may_add": policy.may(request.user, Permission.WRITE_SITUATION)
        and (governed.is_draft or governed == current),
        "may_keep": keeps_all(request.user),
    }
    return render(request, "situation/plan.html", context)


def _groups(request: HttpRequest, plan: ActionPlan) -> list[tuple[Problem, list[shown.Line]]]:
    """Each problem with its measures, and that it has none."""
    today = timezone.localdate()
    measures = Measure.objects.visible_to(request.user).filter(plan=plan)
    under: dict[int, list[shown.Line]] = {}
    for one in measures.select_related("owner", "level").order_by("due", "pk"):
        under.setdefault(one.problem_id, []).append(shown.line(one, today))
    problems = Problem.objects.visible_to(request.user).filter(picture=plan.picture_id)
    return [
        (one, under.get(one.pk, []))
        for one in problems.prefetch_related("districts").order_by("pk")
    ]


def plan_begin(request: HttpRequest, picture: int) -> HttpResponse:
    """Begins the plan of a published picture."""
    governed: SituationalPicture = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        made = kept.begin(picture=governed, by=request.user)
        messages.success(request, _("Done. The plan is begun. Add its measures."))
        return reverse("plan", args=[made.pk])

    return once_or_say(request, act, back=reverse("picture", args=[governed.pk]))


def plan_decide(request: HttpRequest, plan: int) -> HttpResponse:
    """That a body has decided the plan, which locks its measures."""
    governed: ActionPlan = request.governed  # type: ignore[attr-defined]
    there = reverse("plan", args=[governed.pk])
    if not governed.is_draft:
        messages.error(request, _("The plan is decided already."))
        return redirect(there)
    form = DecideForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        edition = row_key(request.POST.get("edition", "")) or 0
        kept.decide(plan=governed, edition=edition, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The plan is decided, and its measures are locked."))
        return there

    context = {"plan": governed, "picture": governed.picture}
    return answer(
        request, form=form, act=act, template="situation/plan_decide.html", context=context
    )


def plan_follow_up(request: HttpRequest, plan: int) -> HttpResponse:
    """That the whole plan was followed up, and what came of it."""
    governed: ActionPlan = request.governed  # type: ignore[attr-defined]
    there = reverse("plan", args=[governed.pk])
    if governed != kept.current():
        messages.error(request, _("Only the plan in force is followed up."))
        return redirect(there)
    form = FollowUpForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        kept.follow_up(plan=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The follow-up is saved."))
        return there + "#follow-up"

    context = {"plan": governed, "picture": governed.picture}
    return answer(
        request, form=form, act=act, template="situation/plan_follow_up.html", context=context
    )
