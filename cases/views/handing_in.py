"""Handing in a case: the way in, five short pages, the last of which checks the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import elsewhere, handing_in
from cases.crossing import Crossing
from cases.forms.handing_in import (
    BasisForm,
    ConsentForm,
    HappenedForm,
    WayForm,
    WhoForm,
    answered,
    told_by,
)
from cases.handing_in import From
from cases.models import HandInDraft, Submission
from cases.refusals import NoUnit
from coordination.access.refused import Refused
from coordination.actors.models import Organisation
from coordination.ui.forms import PortalForm
from coordination.writing.editing import answer, revision_of

CHECK = "hand_in_check"


@dataclass(frozen=True)
class Page:
    """One of the pages that something is written on."""

    url_name: str
    title: str | Promise
    number: int


PAGES = (
    Page("hand_in_happened", gettext_lazy("What have you seen or heard?"), 1),
    Page("hand_in_who", gettext_lazy("Whom is it about?"), 2),
    Page("hand_in_consent", gettext_lazy("Information and consent"), 3),
    Page("hand_in_basis", gettext_lazy("May you hand in the information?"), 4),
)


# The way in ------------------------------------------------------------------------------------------


def hand_in(request: HttpRequest) -> HttpResponse:
    """Before anything is written: which way is it? Most of them do not lead to a case."""
    form = WayForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        way = form.cleaned_data["way"]
        if way == "case":
            return _begun(request, Submission.Category.BEHAVIOUR)
        if way == "advice":
            return reverse("hand_in_advice")
        return reverse(f"hand_in_stop_{way}")

    drafts = HandInDraft.objects.visible_to(request.user).defer("content").order_by("-changed_at")
    context = {"drafts": drafts}
    return answer(request, form=form, act=act, template="cases/hand_in.html", context=context)


def _begun(request: HttpRequest, category: str) -> str:
    draft = handing_in.begin(by=request.user, category=category)
    return reverse(PAGES[0].url_name, args=[draft.pk])


def _stop(request: HttpRequest, way: str) -> HttpResponse:
    context = {"way": way, "cards": elsewhere.cards(way)}
    return render(request, "cases/hand_in_stop.html", context)


def stop_danger(request: HttpRequest) -> HttpResponse:
    """Danger now: ring, and write afterwards."""
    return _stop(request, "danger")


def stop_child(request: HttpRequest) -> HttpResponse:
    """A child may come to harm: a report of concern is a duty, and this is none (SoL 19 kap. 1 §)."""
    return _stop(request, "child")


def stop_took_part(request: HttpRequest) -> HttpResponse:
    """Somebody took part in violent extremism: the police and the Security Service come first."""
    return _stop(request, "took_part")


def stop_classified(request: HttpRequest) -> HttpResponse:
    """Security-classified information does not belong here (säkerhetsskyddslagen 2 kap. 5 §, REQ-8)."""
    return _stop(request, "classified")


def stop_school_attack(request: HttpRequest) -> HttpResponse:
    """Worry about an attack on a school has contacts of its own; a case may be handed in besides."""
    form = PortalForm(request.POST if request.method == "POST" else None)
    context = {"way": "school_attack", "cards": elsewhere.cards("school_attack")}

    def act() -> str:
        return _begun(request, Submission.Category.SCHOOL_ATTACK)

    return answer(request, form=form, act=act, template="cases/hand_in_stop.html", context=context)


# The pages of a draft --------------------------------------------------------------------------------


def happened(request: HttpRequest, draft: Any) -> HttpResponse:
    """What somebody did or said."""
    return _page(request, PAGES[0], HappenedForm(_sent(request), initial=_typed(request)))


def who(request: HttpRequest, draft: Any) -> HttpResponse:
    """Whom it is about."""
    form = WhoForm(_sent(request), initial=_typed(request))
    if form.is_bound and form.is_valid():
        try:
            handing_in.receiving_board(form.person(), timezone.localdate())
        except Refused as refusal:
            form.add_refusal(refusal)
    return _page(request, PAGES[1], form)


def consent(request: HttpRequest, draft: Any) -> HttpResponse:
    """What the person knows and has agreed to."""
    proposed = ConsentForm.proposed(timezone.localdate())
    return _page(request, PAGES[2], ConsentForm(_sent(request), initial=proposed | _typed(request)))


def basis(request: HttpRequest, draft: Any) -> HttpResponse:
    """Whether it crosses a secrecy boundary, and what lets it."""
    whole = Whole(_typed(request), request.user)
    if whole.lacks and whole.lacks[0].number < PAGES[3].number:
        return redirect(whole.lacks[0].url_name, request.governed.pk)  # type: ignore[attr-defined]
    form = whole.basis(_sent(request), initial=whole.typed)

    def after() -> str:
        return f"{reverse('hand_in_advice')}?om=grund" if form.unsure else ""

    return _page(request, PAGES[3], form, after=after)


def _page(
    request: HttpRequest, page: Page, form: PortalForm, after: Any = lambda: ""
) -> HttpResponse:
    """A page of the draft: what it says is kept, and it leads on to the next."""
    one: HandInDraft = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        values = {name: _plain(value) for name, value in form.cleaned_data.items()}
        handing_in.keep(draft=one, values=values, revision=revision_of(request), by=request.user)
        names = [*(known.url_name for known in PAGES), CHECK]
        return after() or reverse(names[page.number], args=[one.pk])

    context = {"handed": one, "page": page, "back": _before(one, page)}
    return answer(
        request,
        form=form,
        act=act,
        template=f"cases/{page.url_name}.html",
        context=context,
        version=lambda: _version(request),
        saved=lambda: _differs(request, form),
    )


def _before(one: HandInDraft, page: Page) -> str:
    if page.number == 1:
        return reverse("hand_in")
    return reverse(PAGES[page.number - 2].url_name, args=[one.pk])


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _fresh(request: HttpRequest) -> HandInDraft | None:
    key = request.governed.pk  # type: ignore[attr-defined]
    return HandInDraft.objects.visible_to(request.user).filter(pk=key).first()


def _version(request: HttpRequest) -> str:
    found = _fresh(request)
    return str(found.revision) if found else ""


def _typed(request: HttpRequest) -> dict[str, Any]:
    return handing_in.typed(request.governed)  # type: ignore[attr-defined]


def _plain(value: Any) -> Any:
    """A value as a draft keeps it."""
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def _differs(request: HttpRequest, form: PortalForm) -> Mapping[str, Any]:
    """What another tab has saved of this page and what stands here says otherwise, as people read it."""
    found = _fresh(request)
    saved = handing_in.typed(found) if found else {}
    mine = dict(form.cleaned_data)
    others = [
        name for name in form.fields if name in saved and saved[name] != _plain(mine.get(name))
    ]
    form.cleaned_data |= {name: saved[name] for name in others}
    texts = {name: answered(form, name) or "–" for name in others}
    form.cleaned_data |= mine
    return texts


# The whole -------------------------------------------------------------------------------------------


class Whole:
    """Everything that was typed in a draft, as the forms of its pages: each as if it were sent now."""

    def __init__(self, typed: Mapping[str, Any], by: Any) -> None:
        self.typed, self.by = dict(typed), by
        self.happened = HappenedForm(self.typed)
        self.who = WhoForm(self.typed)
        self.consent = ConsentForm(self.typed)
        self.last: BasisForm | None = None
        ready = [form.is_valid() for form in (self.happened, self.who, self.consent)]
        self.lacks = [page for page, is_valid in zip(PAGES, ready, strict=False) if not is_valid]
        if not self.lacks:
            self._follow()

    def _follow(self) -> None:
        """The fourth page; whose units and boards may be others by now than when the second was sent."""
        try:
            self.last = self.basis(self.typed)
        except NoUnit:
            self.lacks = [PAGES[1]]
            return
        if not self.last.is_valid() or self.last.unsure:
            self.lacks = [PAGES[3]]

    def basis(self, data: Any, **more: Any) -> BasisForm:
        """The form of the fourth page, which follows from what the others say."""
        places = workplaces(self.by)
        return BasisForm(data, workplaces=places, way=self._way, **more)

    def _way(self, sent_from: From) -> Crossing:
        return handing_in.way(
            person=self.who.person(),
            sent_from=sent_from,
            consent=self.consent.agreed(),
            on=timezone.localdate(),
        )

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Each page as it is checked: what was asked and what was answered."""
        forms = (self.happened, self.who, self.consent, self.last)
        found = [
            {"page": page, "lacks": page in self.lacks, "rows": _rows(form) if form else []}
            for page, form in zip(PAGES, forms, strict=True)
        ]
        if self.last is not None and "organisation" not in self.last.fields:
            found[-1]["rows"].insert(0, _row(_("Where do you work?"), self.last.place.name))
        return found


def _rows(form: PortalForm) -> list[dict[str, Any]]:
    texts = {name: answered(form, name) for name in form.fields if name in form.cleaned_data}
    return [_row(form.fields[name].label, text) for name, text in texts.items() if text]


def _row(label: Any, value: str) -> dict[str, Any]:
    return {"label": label, "value": value}


def workplaces(by: Any) -> list[Organisation]:
    """Where the person hands in from; one who hands in from nowhere has no such page."""
    found = handing_in.workplaces(by, timezone.localdate()).prefetch_related("areas")
    places = list(found.order_by("name"))
    if not places:
        raise Http404
    return places


def check(request: HttpRequest, draft: Any) -> HttpResponse:
    """Everything that was written, and the button that hands it in, once."""
    one: HandInDraft = request.governed  # type: ignore[attr-defined]
    whole = Whole(handing_in.typed(one), request.user)
    form = PortalForm(_sent(request))
    if form.is_bound and whole.lacks:
        form.add_error(None, _("Something is missing. Change the pages that say so."))

    def act() -> str:
        one.revision = revision_of(request)
        return reverse("hand_in_receipt", args=[_hand_in(one, whole).pk])

    context = {"handed": one, "whole": whole, "back": _before(one, Page(CHECK, "", 5))}
    return answer(
        request,
        form=form,
        act=act,
        template="cases/hand_in_check.html",
        context=context,
        version=lambda: _version(request),
    )


def _hand_in(one: HandInDraft, whole: Whole) -> Submission:
    if whole.last is None:
        raise Http404
    return handing_in.hand_in(
        person=whole.who.person(),
        told=told_by(whole.happened, whole.who, whole.consent),
        sent_from=whole.last.sent_from(),
        about_behaviour=whole.happened.cleaned_data["about_behaviour"],
        consent=whole.consent.agreed(),
        category=whole.typed["category"],
        draft=one,
        by=whole.by,
    )


def drop(request: HttpRequest, draft: Any) -> HttpResponse:
    """Throws a draft away. Nothing of it is left."""
    one: HandInDraft = request.governed  # type: ignore[attr-defined]
    form = PortalForm(_sent(request))

    def act() -> str:
        handing_in.throw_away(draft=one, by=request.user)
        messages.success(request, _("Done. The draft is destroyed."))
        return reverse("hand_in")

    context = {
        "handed": one,
        "heading": _("Throw the draft away?"),
        "consequence": _("Nothing of what you have written is left. It cannot be undone."),
        "submit_label": _("Throw away"),
        "cancel_url": reverse("hand_in"),
        "danger": True,
    }
    return answer(request, form=form, act=act, template="cases/hand_in_drop.html", context=context)
