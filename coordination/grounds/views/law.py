"""One legal basis or retention rule: its versions, and what is done with them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.grounds import keeping, standing
from coordination.grounds.forms import EndForm, NewBasisForm, ReviewForm, StrikeForm
from coordination.grounds.standing import Standing
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer, revision_of

from .shown import BASIS, Kind, kind_of, owner_of, sections_of, shown


def page(request: HttpRequest, law: int) -> HttpResponse:
    """What is in force, what is to come, what waits for a review, and every version there has been."""
    governed: Any = request.governed  # type: ignore[attr-defined]
    kind, today = kind_of(governed), timezone.localdate()
    versions = list(governed.versions.select_related("noted_by", "settled_by").order_by("-number"))
    sections = sections_of(kind, versions, today)
    context = _around(governed) | {
        "sections": sections,
        "is_missing": Standing.IN_FORCE not in [one.key for one in sections],
        "history": [shown(one, today) for one in versions],
        "new_url": reverse(f"{kind.prefix}_version_new", args=[governed.pk]),
        "may_keep": policy.may(request.user, Permission.KEEP_GROUNDS),
    }
    return render(request, "grounds/law.html", context)


def legal_basis_new(request: HttpRequest) -> HttpResponse:
    """A legal basis that is not in the list yet, for somebody to review."""
    form = NewBasisForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        said = dict(form.cleaned_data)
        made = keeping.register(name=said.pop("name"), values=said, by=request.user)
        messages.success(request, _("Done. It waits for a review."))
        return reverse(BASIS.page, args=[made.pk])

    return answer(request, form=form, act=act, template="grounds/legal_basis_new.html", context={})


def version_new(request: HttpRequest, law: int) -> HttpResponse:
    """Another version, written from the one that waits, or else from the one that a reader asks for."""
    governed: Any = request.governed  # type: ignore[attr-defined]
    kind, today = kind_of(governed), timezone.localdate()
    versions = list(governed.versions.order_by("-number"))
    waits = next((one for one in versions if one.is_unreviewed), None)
    data = request.POST if request.method == "POST" else None
    form = kind.form(
        data, initial=kind.filled_in(waits or standing.current(versions, today), today)
    )

    def act() -> str:
        kind.add(governed, form.cleaned_data, seen=revision_of(request), by=request.user)
        messages.success(request, _("Done. The version waits for a review."))
        return reverse(kind.page, args=[governed.pk])

    def saved() -> dict[str, Any]:
        said = kind.filled_in(governed.versions.latest("number"), today)
        return {name: said[name] for name in kind.texts}

    return answer(
        request,
        form=form,
        act=act,
        template=f"grounds/{kind.prefix}_version_new.html",
        context=_around(governed) | {"waits": waits},
        version=lambda: str(governed.versions.latest("number").number),
        saved=saved,
    )


def version_review(request: HttpRequest, version: int) -> HttpResponse:
    """Note who has found a version right."""
    governed: Any = request.governed  # type: ignore[attr-defined]
    if not governed.is_unreviewed:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)

    def act(kind: Kind) -> None:
        on = form.cleaned_data["reviewed_on"]
        kind.rules.review(version=governed, who=form.who, on=on, by=request.user)

    return _settled(request, form, act, "review", _("Done. The review is noted."))


def version_strike(request: HttpRequest, version: int) -> HttpResponse:
    """Nobody is to rest on a version any longer."""
    governed: Any = request.governed  # type: ignore[attr-defined]
    if standing.of_version(governed, timezone.localdate()) not in standing.OPEN:
        raise Http404
    form = StrikeForm(request.POST if request.method == "POST" else None)

    def act(kind: Kind) -> None:
        kind.rules.strike(version=governed, why=form.cleaned_data["why"], by=request.user)

    return _settled(request, form, act, "strike", _("Done. The version is struck."))


def version_end(request: HttpRequest, version: int) -> HttpResponse:
    """The last day of a reviewed version."""
    governed: Any = request.governed  # type: ignore[attr-defined]
    how = standing.of_version(governed, timezone.localdate())
    if how not in (Standing.IN_FORCE, Standing.COMING):
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)

    def act(kind: Kind) -> None:
        on = form.cleaned_data["valid_to"]
        kind.rules.end(version=governed, on=on, by=request.user)

    return _settled(request, form, act, "end", _("Done. The version has a last day."))


def _settled(
    request: HttpRequest, form: PortalForm, settle: Any, page_name: str, done: str
) -> HttpResponse:
    """Does one thing with one version, which stands above the form in full, compared with what holds."""
    governed: Any = request.governed  # type: ignore[attr-defined]
    law, kind = owner_of(governed), kind_of(governed)

    def act() -> str:
        settle(kind)
        messages.success(request, done)
        return reverse(kind.page, args=[law.pk])

    today = timezone.localdate()
    said = shown(governed, today, against=standing.in_force_beside(governed, law, today))
    return answer(
        request,
        form=form,
        act=act,
        template=f"grounds/version_{page_name}.html",
        context=_around(law) | {"shown": said, "version_number": governed.number},
    )


def _around(law: Any) -> dict[str, Any]:
    """What a page under that of a legal basis or retention rule needs to lead back."""
    kind = kind_of(law)
    return {
        "law": law,
        "called": kind.called % {"law": law},
        "kind": kind,
        "list_url": reverse(kind.list),
        "back": reverse(kind.page, args=[law.pk]),
    }
