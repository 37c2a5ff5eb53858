"""The pages of the situational picture: the one in force, each version, and writing the next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.situation import pictures as kept
from coordination.situation import renewal
from coordination.situation.forms.pictures import PictureForm
from coordination.situation.models import PARTS, ActionPlan, Problem, SituationalPicture
from coordination.situation.texts import keeps_all
from coordination.ui.fields import row_key
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

from . import shown


def situation(request: HttpRequest) -> HttpResponse:
    """The picture that was published last; for those who write, the draft of the next one too."""
    return _show(request, kept.current())


def picture(request: HttpRequest, picture: int) -> HttpResponse:
    """One version: what it says, its problems, and what is missing while it is a draft."""
    governed: SituationalPicture = request.governed  # type: ignore[attr-defined]
    return _show(request, governed)


def _show(request: HttpRequest, picture: SituationalPicture | None) -> HttpResponse:
    versions = SituationalPicture.objects.visible_to(request.user).order_by("-number")
    written = [one for one in versions if one.is_draft]
    current = next((one for one in versions if not one.is_draft), None)
    context: dict[str, Any] = {
        "picture": picture,
        "versions": versions,
        "draft": next(iter(written), None),
        "current": current,
        "may_keep": keeps_all(request.user),
    }
    if picture is not None:
        context |= _of(request, picture, current)
    return render(request, "situation/picture.html", context)


def _of(
    request: HttpRequest, picture: SituationalPicture, current: SituationalPicture | None
) -> dict[str, Any]:
    """What stands on the page of one version."""
    problems = Problem.objects.visible_to(request.user).filter(picture=picture)
    own: set[int] = set()
    if picture.is_draft:
        writable = Problem.objects.visible_to(request.user, Permission.WRITE_SITUATION)
        own = set(writable.filter(picture=picture).values_list("pk", flat=True))
    due = renewal.picture_due(picture) if picture == current else None
    plans = ActionPlan.objects.visible_to(request.user).filter(picture=picture)
    return {
        "parts": [(part, heading, getattr(picture, part)) for part, heading in PARTS.items()],
        "problems": [
            (one, one.pk in own) for one in problems.prefetch_related("districts").order_by("pk")
        ],
        "missing": kept.missing(picture) if picture.is_draft else [],
        "may_write": policy.may(request.user, Permission.WRITE_SITUATION),
        "due": shown.picture_due(due, timezone.localdate()),
        "plan": plans.first(),
        "is_current": picture == current,
    }


def picture_begin(request: HttpRequest) -> HttpResponse:
    """Begins the next version, as a copy of the last."""

    def act() -> str:
        made = kept.begin(by=request.user)
        messages.success(
            request, _("Done. The draft is begun. Only coordinators read it until you publish.")
        )
        return reverse("picture", args=[made.pk])

    return once_or_say(request, act, back="situation")


def picture_change(request: HttpRequest, picture: int) -> HttpResponse:
    """The texts of a draft."""
    governed: SituationalPicture = request.governed  # type: ignore[attr-defined]
    if not governed.is_draft:
        return _locked(request, governed)
    initial = {name: getattr(governed, name) for name in kept.LABELS}
    form = PictureForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> str:
        kept.save(
            picture=governed,
            texts=form.cleaned_data,
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("The draft is saved. It is not published yet."))
        return reverse("picture", args=[governed.pk])

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {name: getattr(governed, name) for name in kept.LABELS}

    return answer(
        request,
        form=form,
        act=act,
        template="situation/picture_change.html",
        context={"picture": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
    )


def picture_publish(request: HttpRequest, picture: int) -> HttpResponse:
    """Publishes the draft that the sender has read."""
    governed: SituationalPicture = request.governed  # type: ignore[attr-defined]
    there = reverse("picture", args=[governed.pk])

    def act() -> str:
        edition = row_key(request.POST.get("edition", "")) or 0
        kept.publish(picture=governed, edition=edition, by=request.user)
        messages.success(request, _("Done. The situational picture is published and locked."))
        return there

    return once_or_say(request, act, back=there)


def _locked(request: HttpRequest, picture: SituationalPicture) -> HttpResponse:
    messages.error(request, str(kept.locked()))
    return redirect("picture", picture.pk)
