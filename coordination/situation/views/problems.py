"""The pages where the problems of a draft are written."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.situation import pictures
from coordination.situation import problems as kept
from coordination.situation.forms.pictures import SOME, WHOLE, ProblemForm
from coordination.situation.models import Problem, SituationalPicture
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say


def problem_new(request: HttpRequest, picture: int) -> HttpResponse:
    """One more problem of a draft."""
    governed: SituationalPicture = request.governed  # type: ignore[attr-defined]
    if not governed.is_draft:
        return _locked(request, governed)
    form = ProblemForm(request.POST if request.method == "POST" else None, by=request.user)

    def act() -> str:
        kept.add(picture=governed, values=form.values, districts=form.there, by=request.user)
        messages.success(request, _("Done. The problem is in the draft."))
        return reverse("picture", args=[governed.pk]) + "#problems"

    return answer(
        request,
        form=form,
        act=act,
        template="situation/problem_new.html",
        context={"picture": governed},
    )


def problem_change(request: HttpRequest, problem: int) -> HttpResponse:
    """Other words for a problem of a draft."""
    governed: Problem = request.governed  # type: ignore[attr-defined]
    if not governed.picture.is_draft:
        return _locked(request, governed.picture)
    texts = {name: getattr(governed, name) for name in kept.LABELS}
    initial = texts | {
        "risk": governed.risk,
        "scope": WHOLE if governed.whole_municipality else SOME,
        "districts": list(governed.districts.values_list("pk", flat=True)),
    }
    data = request.POST if request.method == "POST" else None
    form = ProblemForm(data, initial=initial, by=request.user, problem=governed)

    def act() -> str:
        kept.change(
            problem=governed,
            values=form.values,
            districts=form.there,
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The problem is changed."))
        return reverse("picture", args=[governed.picture_id]) + "#problems"

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {name: getattr(governed, name) for name in kept.LABELS}

    return answer(
        request,
        form=form,
        act=act,
        template="situation/problem_change.html",
        context={"problem": governed, "picture": governed.picture},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )


def problem_remove(request: HttpRequest, problem: int) -> HttpResponse:
    """Takes a problem out of the draft; Undo puts it back."""
    governed: Problem = request.governed  # type: ignore[attr-defined]
    there = reverse("picture", args=[governed.picture_id])

    def act() -> str:
        kept.remove(problem=governed, by=request.user)
        undo = reverse("problem_restore", args=[governed.pk])
        messages.success(request, _("Done. The problem is taken away."), extra_tags=f"undo {undo}")
        return there

    return once_or_say(request, act, back=there)


def problem_restore(request: HttpRequest, problem: int) -> HttpResponse:
    """Puts a problem back into the draft."""
    governed: Problem = request.governed  # type: ignore[attr-defined]
    there = reverse("picture", args=[governed.picture_id])

    def act() -> str:
        kept.restore(problem=governed, by=request.user)
        messages.success(request, _("Done. The problem is back in the draft."))
        return there

    return once_or_say(request, act, back=there)


def _locked(request: HttpRequest, picture: SituationalPicture) -> HttpResponse:
    messages.error(request, str(pictures.locked()))
    return redirect("picture", picture.pk)
