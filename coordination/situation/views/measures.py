"""The pages of measures: their list, one measure, and how it stands."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import exports
from coordination.situation import measures as kept
from coordination.situation import plans, renewal
from coordination.situation.forms.plans import MeasureFilter, MeasureForm, UpdateForm
from coordination.situation.models import ActionPlan, Measure
from coordination.situation.texts import keeps_all
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

from . import shown

_ORDER = Case(
    *(When(state=one, then=Value(place)) for place, one in enumerate(Measure.State.values)),
    output_field=IntegerField(),
)
COLUMNS = (
    Column("title", gettext_lazy("Measure"), order=(swedish("title"),)),
    Column("problem", gettext_lazy("Problem"), order=(swedish("problem__name"), "due")),
    Column("owner", gettext_lazy("Owner"), order=(swedish("owner__name"), "due")),
    Column(
        "level",
        gettext_lazy("Level"),
        order=("level__position", "due"),
        called=gettext_lazy("Prevention level"),
    ),
    Column(
        "due",
        gettext_lazy("To be done by"),
        order=("due",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("status", gettext_lazy("Status"), order=(_ORDER, "due")),
)


def measures(request: HttpRequest) -> HttpResponse:
    """The measures of the plan in force, or of another that the address asks for."""
    today, current = timezone.localdate(), plans.current()
    page = listed(request, current)
    drafts = ActionPlan.objects.visible_to(request.user).filter(state=ActionPlan.State.DRAFT)
    context = {
        "list": page,
        "lines": [shown.line(one, today) for one in page.rows],
        "plan": current,
        "draft": drafts.select_related("picture").order_by("-picture__number").first(),
        "due": shown.plan_due(renewal.plan_due(current), today) if current else None,
        "views": saved_views.of(request.user, "measures"),
        "may_add": policy.may(request.user, Permission.WRITE_SITUATION),
    }
    return render(request, "situation/measures.html", context)


def listed(request: HttpRequest, current: ActionPlan | None, *more: str) -> ListPage:
    """The measures that the address asks for, with `more` that is shown."""
    visible = Measure.objects.visible_to(request.user)
    owners = visible.order_by().values_list("owner", "owner__name").distinct()
    places = (
        visible.filter(problem__districts__isnull=False)
        .order_by()
        .values_list("problem__districts", "problem__districts__name")
        .distinct()
    )
    others = (
        ActionPlan.objects.visible_to(request.user)
        .exclude(pk=current.pk if current else None)
        .order_by("-picture__number")
        .values_list("pk", "picture__title", "state")
    )
    draft = _("%(title)s (draft)")
    other_plans = [
        (key, draft % {"title": title} if state == ActionPlan.State.DRAFT else title)
        for key, title, state in others
    ]
    return ListPage(
        request,
        visible.select_related("problem", "owner", "level").prefetch_related(*more),
        columns=COLUMNS,
        default="due",
        filters=partial(
            MeasureFilter,
            owners=_in_order(owners),
            districts=_in_order(places),
            other_plans=other_plans,
            shown=current,
        ),
    )


def _in_order(pairs: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(pairs, key=lambda one: swedish_key(one[1]))


def measures_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The measures as a file."""
    today = timezone.localdate()

    def cells(one: Measure) -> tuple[Any, ...]:
        said = shown.line(one, today)
        return (
            one.title,
            one.details,
            one.problem,
            one.problem.where,
            one.owner,
            one.level,
            one.due,
            one.indicator,
            said.state,
            said.late,
            one.added_on,
            one.added_why,
        )

    page = listed(request, plans.current(), "problem__districts")
    return exports.as_file(
        request,
        page,
        what="measures",
        back=reverse("measures"),
        title=_("Action plan"),
        file_name=pgettext("file name", "action-plan-%(day)s.%(format)s"),
        header=(
            _("Measure"),
            _("How it is to be done"),
            _("Problem"),
            _("Housing districts"),
            _("Owner"),
            _("Prevention level"),
            _("To be done by"),
            _("Indicator"),
            _("Status"),
            _("Late"),
            _("Added on"),
            _("Why it is added"),
        ),
        cells=cells,
    )


def measure(request: HttpRequest, measure: int) -> HttpResponse:
    """One measure: what it is, and how it has stood."""
    governed: Measure = request.governed  # type: ignore[attr-defined]
    plan = governed.plan
    own = policy.may(request.user, Permission.WRITE_SITUATION, governed)
    context = {
        "measure": governed,
        "plan": plan,
        "picture": plan.picture,
        "line": shown.line(governed, timezone.localdate()),
        "updates": kept.updates_of(governed),
        "sees_actors": policy.may(request.user, Permission.VIEW_ACTORS),
        "may_change": own and plan.is_draft,
        "may_update": own and not plan.is_draft and plan == plans.current(),
    }
    return render(request, "situation/measure.html", context)


def measure_new(request: HttpRequest, plan: int) -> HttpResponse:
    """One more measure; to a plan that is decided, with the reason."""
    governed: ActionPlan = request.governed  # type: ignore[attr-defined]
    there = reverse("plan", args=[governed.pk])
    if not governed.is_draft and governed != plans.current():
        messages.error(request, _("A newer plan is decided. Add the measure to that one."))
        return redirect(there)
    form = MeasureForm(
        request.POST if request.method == "POST" else None, by=request.user, plan=governed
    )

    def act() -> str:
        why = form.cleaned_data.get("why", "")
        kept.add(plan=governed, values=form.values, why=why, by=request.user)
        messages.success(request, _("Done. The measure is in the plan."))
        return there

    context = {
        "plan": governed,
        "picture": governed.picture,
        "may_keep": keeps_all(request.user),
        "has_problems": form.fields["problem"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return answer(
        request, form=form, act=act, template="situation/measure_new.html", context=context
    )


def measure_change(request: HttpRequest, measure: int) -> HttpResponse:
    """What a measure of a draft plan is."""
    governed: Measure = request.governed  # type: ignore[attr-defined]
    there = reverse("measure", args=[governed.pk])
    if not governed.plan.is_draft:
        messages.error(request, str(kept.decided()))
        return redirect(there)
    initial = {name: getattr(governed, name) for name in kept.FIELDS}
    data = request.POST if request.method == "POST" else None
    form = MeasureForm(data, initial=initial, by=request.user, plan=governed.plan, measure=governed)

    def act() -> str:
        kept.change(
            measure=governed,
            values=form.values,
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The measure is changed."))
        return there

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {name: getattr(governed, name) for name in kept.FIELDS}

    return answer(
        request,
        form=form,
        act=act,
        template="situation/measure_change.html",
        context={"measure": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )


def measure_update(request: HttpRequest, measure: int) -> HttpResponse:
    """How a measure stands, which is kept with what was said before."""
    governed: Measure = request.governed  # type: ignore[attr-defined]
    there = reverse("measure", args=[governed.pk])
    if governed.plan != plans.current():
        messages.error(request, _("Only measures of the plan in force are updated."))
        return redirect(there)
    data = request.POST if request.method == "POST" else None
    form = UpdateForm(data, initial={"state": governed.state})

    def act() -> str:
        kept.update(
            measure=governed,
            revision=revision_of(request),
            by=request.user,
            **form.cleaned_data,
        )
        messages.success(request, _("Done. The measure is updated."))
        return there

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        last = kept.updates_of(governed).first()
        return {"state": governed.get_state_display(), "note": last.note if last else ""}

    return answer(
        request,
        form=form,
        act=act,
        template="situation/measure_update.html",
        context={"measure": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )


def measure_remove(request: HttpRequest, measure: int) -> HttpResponse:
    """Takes a measure out of a draft plan; Undo puts it back."""
    governed: Measure = request.governed  # type: ignore[attr-defined]
    there = reverse("plan", args=[governed.plan_id])

    def act() -> str:
        kept.remove(measure=governed, by=request.user)
        undo = reverse("measure_restore", args=[governed.pk])
        messages.success(request, _("Done. The measure is taken away."), extra_tags=f"undo {undo}")
        return there

    return once_or_say(request, act, back=there)


def measure_restore(request: HttpRequest, measure: int) -> HttpResponse:
    """Puts a measure back into a draft plan."""
    governed: Measure = request.governed  # type: ignore[attr-defined]
    there = reverse("plan", args=[governed.plan_id])

    def act() -> str:
        kept.restore(measure=governed, by=request.user)
        messages.success(request, _("Done. The measure is back in the plan."))
        return there

    return once_or_say(request, act, back=there)
