"""Actions that are made of something outside this app: where they are made, and which there are."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.frame import origins
from coordination.ui.lists import swedish
from coordination.writing.once import once
from forums import actions as acts
from forums import owners
from forums.forms.actions import OfSomethingForm
from forums.models import Action
from forums.refusals import Refused

from . import status
from .forum import kept_by

PAGES = {"suggestion": "suggestion_action_new"}
"""By kind of thing, the name of the address where an action is made of it."""
USUAL = timedelta(days=90)
"""So long an action has, unless somebody says else."""


def make_url(user: Any, kind: str, key: int) -> str:
    """Where the person makes an action of the thing: nowhere when they keep no forum."""
    return reverse(PAGES[kind], args=[key]) if kind in PAGES and kept_by(user).exists() else ""


def made_of(user: Any, kind: str, key: int) -> Iterator[origins.MadeAction]:
    """The actions that were made of the thing, of those that the person may see."""
    seen = Action.objects.visible_to(user).filter(origin_kind=kind, origin_key=key)
    today = timezone.localdate()
    for action in seen.select_related("forum").order_by("pk"):
        said = f"{action.forum} · {status.of_action(action, today).text}"
        yield origins.MadeAction(action.text, reverse("action", args=[action.pk]), said)


origins.makes(make_url, made_of)


def suggestion_action_new(request: HttpRequest, suggestion: int) -> HttpResponse:
    """An action of a proposal that came of a study visit."""
    return _new(request, "suggestion", suggestion)


def _new(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Everything is filled in already: what, who, when, and the forum that one used last."""
    draft = origins.draft(kind, key, request.user)
    forums = list(kept_by(request.user).order_by(swedish("name")))
    usual = acts.usual_forum(request.user, forums)
    if draft is None or usual is None:
        raise Http404
    form = OfSomethingForm(
        request.POST if request.method == "POST" else None,
        forums=forums,
        initial={
            "forum": usual.pk,
            "text": draft.text,
            "owners": draft.owners,
            "due": timezone.localdate() + USUAL,
        },
    )

    def act() -> str:
        values = form.cleaned_data
        made = acts.create(
            forum=form.forum,
            text=values["text"],
            owners=owners.resolve(values["owners"], forum=form.forum),
            due=values["due"],
            origin=(kind, key),
            by=request.user,
        )
        return reverse("action", args=[made.pk])

    if form.is_valid():
        try:
            url = once(request, act)
        except Refused as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("The action is saved."))
            return redirect(url)
    context = {"draft": draft, "form": form}
    return render(request, "forums/action_of_something.html", context)
