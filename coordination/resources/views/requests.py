"""The pages of requests for extra resources: all of them, one of them, an opinion, a decision."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import exports
from coordination.resources import requesting
from coordination.resources.forms.requests import DecisionForm, OpinionForm, RequestFilter
from coordination.resources.models import SentRequest, Version, Window
from coordination.ui.lists import Column, ListPage, swedish
from coordination.writing import saved_views
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

PLACE = "report__organisation__name"
COLUMNS = (
    Column("what", gettext_lazy("What is needed?"), order=(swedish("what"), "pk")),
    Column("organisation", gettext_lazy("Organisation"), order=(swedish(PLACE), "pk")),
    Column("year", gettext_lazy("Year"), order=("report__window__year", "pk")),
    Column("cost", gettext_lazy("Cost, kr"), order=("cost", "pk"), css="cell--number"),
    Column("opinion", gettext_lazy("Opinion"), order=("opinion", "pk")),
    Column("decision", gettext_lazy("Decision"), order=("decision", "pk")),
)


def _seen(request: HttpRequest) -> Any:
    return SentRequest.objects.visible_to(request.user).select_related(
        "report__window", "report__organisation", "opinion_by", "decided_by", "version"
    )


def _listed(request: HttpRequest) -> ListPage:
    years = Window.objects.visible_to(request.user).order_by("-year").values_list("year", flat=True)
    return ListPage(
        request,
        _seen(request),
        columns=COLUMNS,
        default="-year",
        filters=partial(RequestFilter, years=list(years)),
    )


def standing(one: SentRequest) -> tuple[str, str]:
    """How far the request has come, in words, and the tone of that."""
    if one.withdrawn_at:
        return pgettext("request", "Withdrawn"), "plain"
    if one.decision:
        return str(one.get_decision_display()), "plain"
    if one.opinion:
        return pgettext("request", "Waits for a decision"), "info"
    return pgettext("request", "Waits for an opinion"), "warning"


def requests(request: HttpRequest) -> HttpResponse:
    """What was asked for, by whom, and what came of it; an organisation sees its own."""
    listed = _listed(request)
    context = {
        "list": listed,
        "rows": [(one, *standing(one)) for one in listed.rows],
        "views": saved_views.of(request.user, "requests"),
        "may_review": policy.may(request.user, Permission.REVIEW_RESOURCES),
    }
    return render(request, "resources/requests.html", context)


def requests_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The list as a file."""

    def cells(one: SentRequest) -> tuple[Any, ...]:
        return (
            one.report.window.year,
            one.report.organisation.name,
            one.what,
            one.why,
            one.fte,
            one.cost,
            one.from_day,
            one.get_opinion_display() if one.opinion else "",
            one.opinion_why,
            standing(one)[0],
            one.decision_why,
            one.decided_on,
            str(one.decided_by) if one.decided_by else "",
        )

    return exports.as_file(
        request,
        _listed(request),
        what="requests",
        back=reverse("requests"),
        title=_("Requests for extra resources"),
        file_name=pgettext("file name", "requests-%(day)s.%(format)s"),
        header=(
            _("Year"),
            _("Organisation"),
            _("What is needed?"),
            _("Why is it needed?"),
            _("Full-time equivalents"),
            _("Cost (kr)"),
            _("From when?"),
            _("Opinion"),
            _("Why this opinion"),
            _("Status"),
            _("Why this decision"),
            _("Day of the decision"),
            _("Decided by"),
        ),
        cells=cells,
    )


def _governed(request: HttpRequest) -> SentRequest:
    found: SentRequest = _seen(request).get(pk=request.governed.pk)  # type: ignore[attr-defined]
    return found


def _may(request: HttpRequest, permission: Permission, one: SentRequest) -> bool:
    return SentRequest.objects.visible_to(request.user, permission).filter(pk=one.pk).exists()


def _context(request: HttpRequest, one: SentRequest) -> dict[str, Any]:
    text, tone = standing(one)
    return {
        "one": one,
        "text": text,
        "tone": tone,
        "version_link": Version.objects.visible_to(request.user).filter(pk=one.version_id).exists(),
    }


def request_(request: HttpRequest, asked: int) -> HttpResponse:
    """One request: what is asked for, the opinion and the decision, each with who and why."""
    one = _governed(request)
    standing_ = one.withdrawn_at is None and not one.decision
    context = _context(request, one) | {
        "deciders": requesting.deciders(one) if one.waits_for_decision else [],
        "may_give": standing_ and _may(request, Permission.REVIEW_RESOURCES, one),
        "may_decide": one.waits_for_decision and _may(request, Permission.DECIDE_REQUESTS, one),
        "may_undo": requesting.may_undo(one, request.user),
    }
    return render(request, "resources/request.html", context)


def request_opinion(request: HttpRequest, asked: int) -> HttpResponse:
    """The strategic function says what it thinks, and why."""
    one = _governed(request)
    back = reverse("request", args=[one.pk])
    if request.method == "GET" and (one.decision or one.withdrawn_at):
        return redirect(back)
    initial = {"opinion": one.opinion, "opinion_why": one.opinion_why}
    form = OpinionForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> str:
        requesting.give_opinion(
            request=one,
            opinion=form.cleaned_data["opinion"],
            why=form.cleaned_data["opinion_why"],
            revision=revision_of(request),
            by=request.user,
        )
        undo = reverse("request_undo", args=[one.pk])
        messages.success(request, _("Done. The opinion is given."), extra_tags=f"undo {undo}")
        return back

    def saved() -> dict[str, Any]:
        fresh = _governed(request)
        opinion = str(fresh.get_opinion_display()) if fresh.opinion else ""
        return {"opinion": opinion, "opinion_why": fresh.opinion_why}

    return answer(
        request,
        form=form,
        act=act,
        template="resources/request_opinion.html",
        context=_context(request, one),
        version=lambda: str(_governed(request).revision),
        saved=saved,
    )


def request_decision(request: HttpRequest, asked: int) -> HttpResponse:
    """Management decides."""
    one = _governed(request)
    back = reverse("request", args=[one.pk])
    if request.method == "GET" and not one.waits_for_decision:
        return redirect(back)
    form = DecisionForm(
        request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()}
    )

    def act() -> str:
        requesting.decide(
            request=one,
            decision=form.cleaned_data["decision"],
            why=form.cleaned_data["decision_why"],
            on=form.cleaned_data["on"],
            revision=revision_of(request),
            by=request.user,
        )
        undo = reverse("request_undo", args=[one.pk])
        messages.success(request, _("Done. The decision is saved."), extra_tags=f"undo {undo}")
        return back

    return answer(
        request,
        form=form,
        act=act,
        template="resources/request_decision.html",
        context=_context(request, one),
        version=lambda: str(_governed(request).revision),
    )


def request_undo(request: HttpRequest, asked: int) -> HttpResponse:
    """Takes back what the person has just said of it."""
    one = _governed(request)
    back = reverse("request", args=[one.pk])

    def act() -> str:
        requesting.undo(request=one, by=request.user)
        messages.success(request, _("Done. It is taken back."))
        return back

    return once_or_say(request, act, back=back)
