"""The pages of an actor's history: a new name, a last day, and what it goes into."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.access.refused import Refused
from coordination.actors import merging, organisations, register
from coordination.actors.forms.days import EndForm, MergeForm, RenameForm
from coordination.actors.models import Organisation
from coordination.frame import contributions
from coordination.writing.once import once, once_or_say


def actor_rename(request: HttpRequest, actor: int) -> HttpResponse:
    """A new name from a day; the earlier one is kept."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form = RenameForm(data, limit=register.NAME)

    def act() -> str:
        organisations.rename(by=request.user, place=governed, **form.cleaned_data)
        messages.success(request, _("Done. The new name is decided."))
        return reverse("actor", args=[governed.pk])

    return _decide(request, governed, form, act, "actors/actor_rename.html")


def actor_end(request: HttpRequest, actor: int) -> HttpResponse:
    """The last day of an actor; can be taken back."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]
    form = EndForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        organisations.end(by=request.user, place=governed, on=form.cleaned_data["valid_to"])
        undo = reverse("actor_resume", args=[governed.pk])
        messages.success(request, _("Done. It has a last day."), extra_tags=f"undo {undo}")
        return reverse("actor", args=[governed.pk])

    return _decide(request, governed, form, act, "actors/actor_end.html")


def actor_resume(request: HttpRequest, actor: int) -> HttpResponse:
    """Takes back that it ends."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        organisations.resume(by=request.user, place=governed)
        messages.success(request, _("Done. It no longer ends."))
        return reverse("actor", args=[governed.pk])

    return once_or_say(request, act, back=reverse("actor", args=[governed.pk]))


def _decide(
    request: HttpRequest, actor: Organisation, form: Any, act: Any, template: str
) -> HttpResponse:
    if form.is_valid():
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
    return render(request, template, {"actor": actor, "form": form})


def actor_merge(request: HttpRequest, actor: int) -> HttpResponse:
    """Says that the actor goes into another, once it was shown what follows from that and what not."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]
    sent = request.POST if request.method == "POST" else request.GET or None
    form = MergeForm(sent, gone=governed)

    def act() -> str:
        merging.merge(by=request.user, gone=governed, **form.cleaned_data)
        undo = reverse("actor_merge_undo", args=[governed.pk])
        messages.success(
            request, _("Done. The two are one line of history."), extra_tags=f"undo {undo}"
        )
        return reverse("actor", args=[form.cleaned_data["into"].pk])

    is_chosen = form.is_valid()
    if is_chosen and request.method == "POST":
        try:
            return redirect(once(request, act))
        except Refused as refusal:
            form.add_refusal(refusal)
            is_chosen = False
    context: dict[str, Any] = {"actor": governed, "form": form}
    if is_chosen:
        context |= {
            "into": form.cleaned_data["into"],
            "on": form.cleaned_data["on"],
            "holders": governed.memberships.values("user").distinct().count(),
            "contacts": governed.contacts.count(),
            "sections": contributions.sections_of("actor", request.user, governed),
        }
    template = "actors/actor_merge_confirm.html" if is_chosen else "actors/actor_merge.html"
    return render(request, template, context)


def actor_merge_undo(request: HttpRequest, actor: int) -> HttpResponse:
    """Takes back that the actor went into another."""
    governed: Organisation = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        merging.undo(by=request.user, gone=governed)
        messages.success(request, _("Done. It stands by itself again."))
        return reverse("actor", args=[governed.pk])

    return once_or_say(request, act, back=reverse("actor", args=[governed.pk]))
