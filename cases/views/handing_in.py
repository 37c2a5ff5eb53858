"""Handing in a case: the way in, five short pages, a check, and a receipt."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import handing_in
from cases.forms.handing_in import PAGES, BasisForm, ConsentForm, WayForm
from cases.handing_in import Agreed, Person, Told
from cases.models import Consent, HandInDraft, Submission
from coordination.actors.models import District, Organisation
from coordination.access import policy
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

LAST = 5
STOPS = ("danger", "child", "took_part")


def hand_in(request: HttpRequest) -> HttpResponse:
    """Before anything is written: five ways, of which one leads to a case."""
    form = WayForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.cleaned_data["way"] in STOPS:
        return render(request, "cases/hand_in_stop.html", {"way": form.cleaned_data["way"]})

    def act() -> str:
        draft = handing_in.begin(by=request.user)
        return reverse("hand_in_page", args=[draft.pk, 1])

    context = {"drafts": HandInDraft.objects.visible_to(request.user).order_by("-changed_at")}
    return answer(request, form=form, act=act, template="cases/hand_in.html", context=context)


def hand_in_page(request: HttpRequest, draft: Any, page: int) -> HttpResponse:
    """One of the pages of a draft. What it says is kept when it leads on."""
    one = _governed(request)
    if page == LAST:
        return hand_in_check(request, one)
    typed = handing_in.typed(one)
    form = _form(request, page, typed)
    if form is None:
        raise Http404

    def act() -> str:
        values = {name: _plain(value) for name, value in form.cleaned_data.items()}
        handing_in.keep(draft=one, values=values, revision=revision_of(request), by=request.user)
        return reverse("hand_in_page", args=[one.pk, page + 1])

    def saved() -> Mapping[str, Any]:
        return handing_in.typed(_governed(request))

    return answer(
        request,
        form=form,
        act=act,
        template=f"cases/hand_in_{page}.html",
        context={"draft_of_case": one, "page": page, "last": LAST, "until": one.expires_at},
        version=lambda: str(_governed(request).revision),
        saved=saved,
    )


def hand_in_check(request: HttpRequest, one: HandInDraft) -> HttpResponse:
    """Everything that was written, and the button that hands it in, once."""
    typed = handing_in.typed(one)
    form = PortalForm(request.POST if request.method == "POST" else None)
    lacks = [page for page in PAGES if not _form_of(page, typed).is_valid()]

    def act() -> str:
        made = _hand_in(one, typed, request.user)
        messages.success(request, _("Done. The case is handed in."))
        return reverse("hand_in_receipt", args=[made.pk])

    context = {"draft_of_case": one, "typed": typed, "lacks": lacks, "page": LAST, "last": LAST}
    return answer(request, form=form, act=act, template="cases/hand_in_check.html", context=context)


def hand_in_drop(request: HttpRequest, draft: Any) -> HttpResponse:
    """Throws a draft away. Nothing of it is left."""
    one = _governed(request)

    def act() -> str:
        handing_in.throw_away(draft=one, by=request.user)
        messages.success(request, _("Done. The draft is destroyed."))
        return reverse("hand_in")

    return once_or_say(request, act, back=reverse("hand_in"))


def _governed(request: HttpRequest) -> HandInDraft:
    found: HandInDraft = HandInDraft.objects.visible_to(request.user).get(
        pk=request.governed.pk  # type: ignore[attr-defined]
    )
    return found


def _form(request: HttpRequest, page: int, typed: Mapping[str, Any]) -> PortalForm | None:
    made = PAGES.get(page)
    if made is None:
        return None
    proposed = ConsentForm.proposed(timezone.localdate()) if page == 3 else {}
    return made(request.POST if request.method == "POST" else None, initial=proposed | dict(typed))


def _form_of(page: int, typed: Mapping[str, Any]) -> PortalForm:
    """The page's form as if what was typed were sent now."""
    return PAGES[page](dict(typed))


def _plain(value: Any) -> Any:
    """A value as a draft keeps it."""
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def _hand_in(one: HandInDraft, typed: Mapping[str, Any], by: Any) -> Submission:
    forms = {page: _form_of(page, typed) for page in PAGES}
    if not all(form.is_valid() for form in forms.values()):
        raise Http404
    happened, who, known = (forms[page].cleaned_data for page in (1, 2, 3))
    place: Any = who["district"]
    return handing_in.hand_in(
        person=Person(
            given=who["given"],
            family=who["family"],
            birth_year=who["birth_year"],
            protected=who["protected"],
            district=place if isinstance(place, District) else None,
            place=who["place"],
        ),
        told=Told(
            happened=happened["happened"],
            when=happened["when"],
            known_how=happened["known_how"],
            before=happened["before"],
            guardian=" ".join(filter(None, (who["guardian_told"], who["guardian_why"]))),
            told=" ".join(filter(None, (known["told"], known["told_why"]))),
        ),
        organisation=_workplaces(by).first() or _workplaces(by).get(),
        about_behaviour=happened["about_behaviour"],
        consent=_agreed(known),
        draft=one,
        by=by,
    )


def _workplaces(by: Any) -> Any:
    roles = policy.roles_of(by)
    return Organisation.objects.held_by(by, tuple(roles)).order_by("name")


def _agreed(known: Mapping[str, Any]) -> Agreed | None:
    if known["consent"] not in Consent.Given.values:
        return None
    return Agreed(
        given=known["consent"],
        on=known["given_on"],
        covers=tuple(known["covers"]),
        until=known["until"],
        by_guardian=known["by_guardian"],
    )


__all__ = ["BasisForm", "hand_in", "hand_in_drop", "hand_in_page"]
