"""The pages of study visits, network meetings and the proposals that come of them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import exports, origins
from coordination.knowledge import visits as kept
from coordination.knowledge.forms.visits import (
    KeepSuggestionForm,
    SuggestionFilter,
    SuggestionForm,
    VisitFilter,
    VisitForm,
)
from coordination.knowledge.models import Suggestion, Visit
from coordination.ui.lists import Column, ListPage, swedish, swedish_key
from coordination.writing import saved_views
from coordination.writing.editing import answer, revision_of

from .tabs import tabs

VISITS = (
    Column("title", gettext_lazy("What it was"), order=(swedish("title"),)),
    Column("kind", gettext_lazy("Type"), order=("kind", "-on")),
    Column("place", gettext_lazy("Place"), order=(swedish("place"),)),
    Column(
        "date",
        gettext_lazy("Date"),
        order=("on",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
)
SUGGESTIONS = (
    Column("text", gettext_lazy("Proposal"), order=(swedish("text"),)),
    Column(
        "responsible",
        gettext_lazy("Responsible organisation"),
        order=(swedish("responsible__name"),),
    ),
    Column(
        "date",
        gettext_lazy("Last changed"),
        order=("changed_at",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
    Column("status", gettext_lazy("Status"), order=("state", "-changed_at")),
)
TONES = {"to_try": "neutral", "trying": "info"}
FIELDS = ("kind", "title", "place", "on", "participants", "prevent", "handle")


def tone(suggestion: Suggestion) -> str:
    """How the status of a proposal is shown; finished ones plainly."""
    return TONES.get(suggestion.state, "plain")


def visits_listed(request: HttpRequest) -> ListPage:
    """The visits that the address asks for."""
    rows = Visit.objects.visible_to(request.user)
    return ListPage(request, rows, columns=VISITS, default="-date", filters=VisitFilter)


def visits(request: HttpRequest) -> HttpResponse:
    """Every study visit and network meeting, the latest first."""
    context = {
        "list": visits_listed(request),
        "tabs": tabs(request, "visits"),
        "views": saved_views.of(request.user, "visits"),
        "may_keep": policy.may(request.user, Permission.KEEP_KNOWLEDGE),
    }
    return render(request, "knowledge/visits.html", context)


def visits_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The visits as a file."""

    def cells(visit: Visit) -> tuple[Any, ...]:
        return (
            visit.title,
            visit.get_kind_display(),
            visit.place,
            visit.on,
            visit.participants,
            visit.prevent,
            visit.handle,
        )

    labels = kept.LABELS
    return exports.as_file(
        request,
        visits_listed(request),
        what="visits",
        back=reverse("visits"),
        title=_("Study visits"),
        file_name=pgettext("file name", "study-visits-%(day)s.%(format)s"),
        header=(
            str(labels["title"]),
            _("Type"),
            str(labels["place"]),
            _("Date"),
            str(labels["participants"]),
            str(labels["prevent"]),
            str(labels["handle"]),
        ),
        cells=cells,
    )


def suggestions_listed(request: HttpRequest) -> ListPage:
    """The proposals that the address asks for."""
    rows = Suggestion.objects.visible_to(request.user)
    pairs = rows.order_by().values_list("responsible", "responsible__name").distinct()
    return ListPage(
        request,
        rows.select_related("visit", "responsible"),
        columns=SUGGESTIONS,
        default="-date",
        filters=partial(
            SuggestionFilter, organisations=sorted(pairs, key=lambda one: swedish_key(one[1]))
        ),
    )


def suggestions(request: HttpRequest) -> HttpResponse:
    """Every proposal that came of a visit, the latest changed first."""
    page = suggestions_listed(request)
    context = {
        "list": page,
        "rows": [(one, tone(one)) for one in page.rows],
        "tabs": tabs(request, "suggestions"),
        "views": saved_views.of(request.user, "suggestions"),
    }
    return render(request, "knowledge/suggestions.html", context)


def suggestions_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The proposals as a file."""

    def cells(one: Suggestion) -> tuple[Any, ...]:
        return one.text, one.responsible, one.visit, one.visit.on, one.get_state_display()

    return exports.as_file(
        request,
        suggestions_listed(request),
        what="suggestions",
        back=reverse("suggestions"),
        title=_("Proposals"),
        file_name=pgettext("file name", "proposals-%(day)s.%(format)s"),
        header=(
            _("Proposal"),
            _("Responsible organisation"),
            _("From"),
            _("Date"),
            _("Status"),
        ),
        cells=cells,
    )


def visit(request: HttpRequest, visit: int) -> HttpResponse:
    """One visit: what was learnt, and what is proposed because of it."""
    governed: Visit = request.governed  # type: ignore[attr-defined]
    own = governed.suggestions.select_related("responsible").order_by("pk")
    context = {
        "visit": governed,
        "organisations": governed.organisations.order_by(swedish("name")),
        "suggestions": [(one, tone(one)) for one in own],
        "may_keep": policy.may(request.user, Permission.KEEP_KNOWLEDGE),
    }
    return render(request, "knowledge/visit.html", context)


def visit_new(request: HttpRequest) -> HttpResponse:
    """A visit that has been made."""
    form = VisitForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        values = form.cleaned_data
        made = kept.note(values=values, organisations=values["organisations"], by=request.user)
        messages.success(
            request, _("Done. The report is saved. Add what you propose because of it.")
        )
        return reverse("visit", args=[made.pk])

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/visit_new.html",
        context={},
        drafts=True,
    )


def visit_change(request: HttpRequest, visit: int) -> HttpResponse:
    """Other words for a visit."""
    governed: Visit = request.governed  # type: ignore[attr-defined]
    places = list(governed.organisations.values_list("pk", flat=True))
    initial = {name: getattr(governed, name) for name in FIELDS} | {"organisations": places}
    form = VisitForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> str:
        values = form.cleaned_data
        kept.change(
            visit=governed,
            values=values,
            organisations=values["organisations"],
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The report is changed."))
        return reverse("visit", args=[governed.pk])

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {name: getattr(governed, name) for name in FIELDS if name != "kind"}

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/visit_change.html",
        context={"visit": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
        drafts=True,
    )


def suggestion_new(request: HttpRequest, visit: int) -> HttpResponse:
    """A proposal because of a visit."""
    governed: Visit = request.governed  # type: ignore[attr-defined]
    form = SuggestionForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        kept.suggest(visit=governed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done. The proposal is saved."))
        return reverse("visit", args=[governed.pk])

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/suggestion_new.html",
        context={"visit": governed},
    )


def suggestion(request: HttpRequest, suggestion: int) -> HttpResponse:
    """One proposal: how far it has come, and the actions that were made of it."""
    governed: Suggestion = request.governed  # type: ignore[attr-defined]
    context = {
        "suggestion": governed,
        "tone": tone(governed),
        "changes": kept.history(governed),
        "actions": origins.actions_of("suggestion", governed.pk, request.user),
        "make_url": origins.make_url("suggestion", governed.pk, request.user),
        "may_keep": policy.may(request.user, Permission.KEEP_KNOWLEDGE),
    }
    return render(request, "knowledge/suggestion.html", context)


def suggestion_change(request: HttpRequest, suggestion: int) -> HttpResponse:
    """What the proposal says, who is responsible, and how far it has come."""
    governed: Suggestion = request.governed  # type: ignore[attr-defined]
    initial = {
        "text": governed.text,
        "responsible": governed.responsible_id,
        "state": governed.state,
    }
    data = request.POST if request.method == "POST" else None
    form = KeepSuggestionForm(data, initial=initial, suggestion=governed)

    def act() -> str:
        kept.keep(
            suggestion=governed,
            revision=revision_of(request),
            by=request.user,
            **form.cleaned_data,
        )
        messages.success(request, _("Done. The proposal is changed."))
        return reverse("suggestion", args=[governed.pk])

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {"text": governed.text}

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/suggestion_change.html",
        context={"suggestion": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )
