"""What is written in a case by those who carry it: assessment and plan, follow-up, notes."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import beside, consents, documenting, history, words
from cases.forms.documenting import AssessmentForm, FollowUpForm, GoalForm, JournalForm, NoteForm
from cases.models import Assessment, Case, Goal, Stage
from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

from .case import head


def case_of(request: HttpRequest) -> Case:
    """The case that the page is about."""
    governed: Case = request.governed  # type: ignore[attr-defined]
    return governed


def open_case_of(request: HttpRequest) -> Case:
    """The case, for a page that is a form alone: it is there while something can be written in the case.
    What is sent after that is refused beside what was typed."""
    governed = case_of(request)
    if request.method != "POST" and governed.stage not in documenting.OPEN:
        raise Http404
    return governed


def may_write(request: HttpRequest, case: Case) -> bool:
    """Whether this person can write in the case as it is now."""
    is_open = case.stage in documenting.OPEN
    return is_open and policy.may(request.user, Permission.KEEP_CASE, case)


def sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def consent_shown(case: Case, until: date | None) -> dict[str, Any]:
    """When the consent ends, and whether that is before the next follow-up."""
    consent, today = consents.last(case), timezone.localdate()
    return {
        "consent": consent,
        "consent_covers": words.covered(consent.covers) if consent else "",
        "consent_has_ended": consent is not None and consent.until < today,
        "consent_ends_before": consent is not None
        and until is not None
        and today <= consent.until < until,
    }


# Assessment and plan -------------------------------------------------------------------------------


def plan(request: HttpRequest, case: UUID) -> HttpResponse:
    """The last assessment beside an earlier one, and the plan that follows from it."""
    governed = case_of(request)
    assessments = list(governed.assessments.select_related("made_by").order_by("-number"))
    shown = _beside(assessments, request.GET.get("beside", ""))
    goals = list(governed.goals.order_by("state", "follow_up_on", "made_at"))
    under_way = [one for one in goals if one.state == Goal.State.UNDER_WAY]
    writes = may_write(request, governed)
    context = {
        **head(request, governed),
        "assessments": assessments,
        "shown": shown,
        "columns": beside.names(shown),
        "parts": beside.parts(shown),
        "goals": under_way,
        "ended": [one for one in goals if one.state != Goal.State.UNDER_WAY],
        "today": timezone.localdate(),
        "may_write": writes,
        "may_add": writes and assessments and len(under_way) < documenting.MOST_GOALS,
        "most": documenting.MOST_GOALS,
        "may_begin": writes and governed.stage == Stage.INQUIRY and under_way,
        **consent_shown(governed, max((one.follow_up_on for one in under_way), default=None)),
    }
    return render(request, "cases/plan.html", context)


def _beside(assessments: list[Assessment], number: str) -> list[Assessment]:
    """The last one, and beside it the one that was asked for, else the one before."""
    earlier = [one for one in assessments[1:] if str(one.number) == number]
    return [*assessments[:1], *(earlier or assessments[1:2])]


def assessment_new(request: HttpRequest, case: UUID) -> HttpResponse:
    """Assesses the needs anew, from what the assessment before said."""
    governed = open_case_of(request)
    today = timezone.localdate()
    last = governed.assessments.order_by("-number").first()
    form = AssessmentForm(
        sent(request),
        factors=documenting.asked_by(today),
        last=last,
        of_a_child=documenting.may_be_a_child(governed.subject, today),
    )

    def act() -> str:
        documenting.assess(
            case=governed, after=revision_of(request), by=request.user, **form.values()
        )
        messages.success(request, _("Done. The assessment is saved."))
        return reverse("case_plan", args=[governed.pk])

    return answer(
        request,
        form=form,
        act=act,
        template="cases/plan_assess.html",
        context={"case": governed, "last": last},
        version=lambda: str(documenting.last_number(governed)),
        saved=lambda: _texts_of_last(governed, form),
    )


def _texts_of_last(case: Case, form: AssessmentForm) -> dict[str, Any]:
    """What was saved meanwhile, in the fields that the form has."""
    again = AssessmentForm(
        factors=form.factors,
        last=case.assessments.order_by("-number").first(),
        of_a_child="childs_best" in form.fields,
    )
    return {name: again.initial.get(name) for name in form.fields}


def goal_new(request: HttpRequest, case: UUID) -> HttpResponse:
    """Adds a goal to the plan."""
    governed = open_case_of(request)
    form = GoalForm(sent(request))

    def act() -> str:
        documenting.add_goal(case=governed, by=request.user, **form.values())
        messages.success(request, _("Done. The goal is added to the plan."))
        return reverse("case_plan", args=[governed.pk])

    return answer(
        request, form=form, act=act, template="cases/plan_goal.html", context={"case": governed}
    )


def journal(request: HttpRequest, case: UUID) -> HttpResponse:
    """Says what the case is called in the ordinary system."""
    governed = open_case_of(request)
    form = JournalForm(sent(request), initial={"number": governed.journal})

    def act() -> str:
        documenting.say_journal(case=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The number is saved."))
        return reverse("case_plan", args=[governed.pk])

    return answer(
        request, form=form, act=act, template="cases/journal.html", context={"case": governed}
    )


def plan_begin(request: HttpRequest, case: UUID) -> HttpResponse:
    """That what was planned begins."""
    governed = case_of(request)
    back = reverse("case_plan", args=[governed.pk])

    def act() -> str:
        documenting.begin_interventions(case=governed, by=request.user)
        messages.success(request, _("Done. The interventions are under way."))
        return back

    return once_or_say(request, act, back=back)


# Follow-up -----------------------------------------------------------------------------------------


def follow_up(request: HttpRequest, case: UUID) -> HttpResponse:
    """How the goals stand, all on one page, and how they stood before."""
    governed = case_of(request)
    consent = consents.last(governed)
    form = FollowUpForm(sent(request), goals=_asked_about(request, governed), consent=consent)

    def act() -> str:
        documenting.follow_up_plan(
            case=governed, seen=revision_of(request), by=request.user, **form.values()
        )
        messages.success(request, _("Done. The follow-up is saved."))
        return reverse("case_plan", args=[governed.pk])

    context = {
        **head(request, governed),
        "may_write": may_write(request, governed) or form.is_bound,
        "today": timezone.localdate(),
        "before": _followed_up(governed),
        **consent_shown(governed, form.proposed),
    }
    return answer(
        request,
        form=form,
        act=act,
        template="cases/follow_up.html",
        context=context,
        version=lambda: str(documenting.times_followed_up(governed)),
    )


def _asked_about(request: HttpRequest, case: Case) -> Any:
    """The goals under way, and those that what was sent is about: one that has ended meanwhile keeps
    what was typed of it."""
    asked = Q(state=Goal.State.UNDER_WAY)
    sent_of = [name[: -len("-standing")] for name in request.POST if name.endswith("-standing")]
    for key in sent_of[: documenting.MOST_GOALS]:
        try:
            asked |= Q(pk=UUID(key))
        except ValueError:
            continue
    return case.goals.filter(asked).order_by("follow_up_on", "made_at")


def _followed_up(case: Case) -> Any:
    followed = case.follow_ups.select_related("goal", "made_by")
    return followed.order_by("-held_on", "-made_at")


# Events --------------------------------------------------------------------------------------------


def events(request: HttpRequest, case: UUID) -> HttpResponse:
    """What has happened in the case, and a form for a note, or for an objection of the person's."""
    governed = case_of(request)
    form = NoteForm(sent(request))

    def act() -> str:
        documenting.note(case=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The note is saved."))
        return reverse("case_events", args=[governed.pk])

    context = {
        **head(request, governed),
        "may_write": may_write(request, governed) or form.is_bound,
        "happened": history.of(governed),
    }
    return answer(request, form=form, act=act, template="cases/notes.html", context=context)
