"""The pages of one activity: written, asked about when a figure looks like a slip, ended."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.actors.models import District
from coordination.resources import activities, outliers
from coordination.resources.forms.activities import ActivityForm, EndForm, SplitForm, WhyForm
from coordination.resources.models import Activity, Report
from coordination.ui.amounts import equal_shares, kronor
from coordination.ui.lists import swedish
from coordination.writing.editing import answer, revision_of

CONFIRMED, CHANGE, EQUALLY = "confirmed", "change", "equally"
UNITS = {"thousands": Decimal(1000), "thousandfold": Decimal("0.001")}
"""The buttons that say that another unit was meant, and what that makes of the cost."""


def activity_new(request: HttpRequest, report: int) -> HttpResponse:
    """One more activity."""
    governed: Report = request.governed  # type: ignore[attr-defined]
    if request.method == "GET" and not governed.is_writable:
        return redirect("report", governed.pk)
    form = _form(request, {})
    part = governed.parts.get(number=1)

    def act(comment: str) -> str:
        values = form.cleaned_data | {"comment": comment}
        activities.add(
            report=governed,
            values=values,
            districts=values["districts"],
            by=request.user,
            confirmed=bool(comment) and CONFIRMED in request.POST,
        )
        messages.success(request, _("Done. The activity is added."))
        return reverse("report_part", args=[part.pk])

    context = {"report": governed, "part": part}
    name = form.cleaned_data.get("name") if form.is_valid() else None
    before = activities.before_named(governed, name) if name else None
    return _page(request, form, act, before, "resources/activity_new.html", context)


def activity(request: HttpRequest, activity: int) -> HttpResponse:
    """Other words or figures for an activity."""
    governed: Activity = request.governed  # type: ignore[attr-defined]
    if request.method == "GET" and not governed.report.is_writable:
        return redirect("report", governed.report_id)
    places = list(governed.districts.values_list("pk", flat=True))
    initial = {name: getattr(governed, name) for name in activities.FIELDS}
    form = _form(request, initial | {"districts": places})
    part = governed.report.parts.get(number=1)
    back = reverse("report_part", args=[part.pk])
    if request.GET.get("from") == "check":
        back = reverse("report_check", args=[governed.report_id])
    before = activities.before_of(governed)

    def act(comment: str) -> str:
        values = form.cleaned_data | {"comment": comment}
        activities.change(
            activity=governed,
            values=values,
            districts=values["districts"],
            revision=revision_of(request),
            by=request.user,
            confirmed=bool(comment) and CONFIRMED in request.POST,
        )
        messages.success(request, _("Done. The activity is changed."))
        return back

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {name: getattr(governed, name) for name in ("name", "fte", "cost", "comment")}

    context = {
        "activity": governed,
        "report": governed.report,
        "part": part,
        "back": back,
        "before": _decimals(before) if before else None,
    }
    return _page(
        request,
        form,
        act,
        before,
        "resources/activity.html",
        context,
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )


def _decimals(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "fte": Decimal(row["fte"]), "cost": Decimal(row["cost"])}


def _form(request: HttpRequest, initial: dict[str, Any]) -> ActivityForm:
    """The form as it was sent; with the cost in the other unit when that was meant."""
    if request.method != "POST":
        return ActivityForm(initial=initial)
    given: QueryDict = request.POST.copy()
    for unit in UNITS.keys() & given.keys():
        cost = ActivityForm(given).fields["cost"].clean(given.get("cost"))
        given["cost"] = kronor(cost * UNITS[unit])
    if CHANGE in given:
        written = {name: given[name] for name in given} | {"districts": given.getlist("districts")}
        return ActivityForm(initial=written)
    return ActivityForm(given, initial=initial)


def _page(
    request: HttpRequest,
    form: ActivityForm,
    act: Callable[[str], str],
    before: Mapping[str, Any] | None,
    template: str,
    context: dict[str, Any],
    **how: Any,
) -> HttpResponse:
    """The form; or, between it and saving, the question whether a figure is right (3.0.4: a question,
    not an error)."""
    if not form.is_valid():
        return answer(request, form=form, act=str, template=template, context=context, **how)
    values = form.cleaned_data
    questions = outliers.questions(fte=values["fte"], cost=values["cost"], before=before)
    why = WhyForm(request.POST if CONFIRMED in request.POST else None)
    if questions and not why.is_valid():
        asked = context | {
            "form": why,
            "row": form,
            "questions": questions,
            "version": request.POST.get("version", ""),
        }
        return render(request, "resources/activity_ask.html", asked)
    comment = why.cleaned_data["why"] if questions else values["comment"]
    return answer(
        request, form=form, act=lambda: act(comment), template=template, context=context, **how
    )


def activity_end(request: HttpRequest, activity: int) -> HttpResponse:
    """An activity has ended: its row stays, with nothing in it and the reason."""
    governed: Activity = request.governed  # type: ignore[attr-defined]
    if request.method == "GET" and not governed.report.is_writable:
        return redirect("report", governed.report_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    part = governed.report.parts.get(number=1)

    def act() -> str:
        activities.end(
            activity=governed,
            reason=form.cleaned_data["ended"],
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The activity is marked as ended."))
        return reverse("report_part", args=[part.pk])

    def version() -> str:
        governed.refresh_from_db()
        return str(governed.revision)

    context = {"activity": governed, "report": governed.report, "part": part}
    return answer(
        request,
        form=form,
        act=act,
        template="resources/activity_end.html",
        context=context,
        version=version,
    )


def activity_split(request: HttpRequest, activity: int) -> HttpResponse:
    """How the districts of an activity share it: as somebody says, or equally again."""
    governed: Activity = request.governed  # type: ignore[attr-defined]
    places = list(governed.districts.order_by(swedish("name")))
    part = governed.report.parts.get(number=1)
    back = reverse("report_part", args=[part.pk])
    if len(places) < 2 or (request.method == "GET" and not governed.report.is_writable):
        return redirect(back)
    equally = EQUALLY in request.POST
    form = SplitForm(
        request.POST if request.method == "POST" else None,
        places=[] if equally else places,
        initial=_shares(governed, places),
    )

    def act() -> str:
        activities.share_out(
            activity=governed,
            split=form.split,
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The activity is shared out."))
        return back

    def version() -> str:
        governed.refresh_from_db()
        return str(governed.revision)

    context = {"activity": governed, "report": governed.report, "part": part}
    return answer(
        request,
        form=form,
        act=act,
        template="resources/activity_split.html",
        context=context,
        version=version,
    )


def _shares(activity: Activity, places: Sequence[District]) -> dict[str, Decimal]:
    """What each has now, in percent."""
    equal = equal_shares(Decimal(100), len(places))
    kept = [Decimal(activity.split.get(str(one.pk), 0)) / 100 for one in places]
    found = kept if activity.split else equal
    return {f"{one.pk}-share": part for one, part in zip(places, found, strict=True)}
