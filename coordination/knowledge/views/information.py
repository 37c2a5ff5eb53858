"""The page for the public, and the pages where coordinators write it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.knowledge import information as kept
from coordination.knowledge.forms.information import InformationForm
from coordination.knowledge.models import PARTS, InformationVersion
from coordination.knowledge.texts import WrongState
from coordination.ui.fields import row_key
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

from .tabs import tabs

EVENTS_SHOWN = 50


def public_information(request: HttpRequest) -> HttpResponse:
    """What the municipality does, whom to contact, what to do when one is worried: for anyone."""
    version = kept.published()
    context = {"version": version, "parts": parts_of(version)}
    return render(request, "knowledge/public.html", context)


def parts_of(version: InformationVersion | None) -> list[tuple[Any, str]]:
    """The headings of the page, each with its text."""
    return [(heading, getattr(version, part, "")) for part, heading in PARTS.items()]


def information(request: HttpRequest) -> HttpResponse:
    """The version that the public reads, the draft, and what has happened."""
    draft = kept.draft()
    context = {
        "tabs": tabs(request, "information"),
        "published": kept.published(),
        "due": kept.review_due(),
        "draft": draft,
        "parts": parts_of(draft),
        "changes": kept.history()[:EVENTS_SHOWN],
    }
    return render(request, "knowledge/information.html", context)


def information_change(request: HttpRequest) -> HttpResponse:
    """The texts of the draft; where there is none, of what is published."""
    data = request.POST if request.method == "POST" else None
    form = InformationForm(data, initial=_saved())

    def act() -> str:
        kept.save(
            texts=form.cleaned_data,
            draft=_draft_of(request),
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("The draft is saved. The public does not see it yet."))
        return reverse("information")

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/information_change.html",
        context={},
        version=_token,
        saved=_saved,
        drafts=True,
    )


def _saved() -> dict[str, str]:
    source = kept.draft() or kept.published()
    return {part: getattr(source, part, "") for part in PARTS}


def _token() -> str:
    """The draft's key and revision, as forms carry them; nothing where there is no draft."""
    draft = kept.draft()
    return f"{draft.pk}-{draft.revision}" if draft else ""


def _draft_of(request: HttpRequest) -> int | None:
    """The key of the draft that the sent form was opened with."""
    return row_key(request.POST.get("version", "").partition("-")[0])


def _read_draft(request: HttpRequest) -> InformationVersion:
    """The draft that the sender has read. Raises WrongState when it is no draft any longer."""
    draft = kept.draft()
    if draft is None or draft.pk != _draft_of(request):
        raise WrongState(_("There is no such draft any longer."))
    return draft


def information_publish(request: HttpRequest) -> HttpResponse:
    """Lets the public read the draft."""

    def act() -> str:
        kept.publish(draft=_read_draft(request), revision=revision_of(request), by=request.user)
        messages.success(request, _("Done. The public reads the new version."))
        return reverse("information")

    return once_or_say(request, act, back="information")


def information_discard(request: HttpRequest) -> HttpResponse:
    """Lays the draft aside; Undo makes a draft of it again."""

    def act() -> str:
        draft = _read_draft(request)
        kept.discard(draft=draft, revision=revision_of(request), by=request.user)
        undo = reverse("information_restore", args=[draft.pk])
        messages.success(request, _("Done. The draft is discarded."), extra_tags=f"undo {undo}")
        return reverse("information")

    return once_or_say(request, act, back="information")


def information_reviewed(request: HttpRequest) -> HttpResponse:
    """Says that what is published was looked through and still holds."""

    def act() -> str:
        version = kept.published()
        if version is None:
            raise WrongState(_("Nothing is published yet."))
        kept.review(version=version, by=request.user)
        messages.success(request, _("Done. The page says that it was reviewed today."))
        return reverse("information")

    return once_or_say(request, act, back="information")


def information_version(request: HttpRequest, version: int) -> HttpResponse:
    """One version, whatever became of it."""
    governed: InformationVersion = request.governed  # type: ignore[attr-defined]
    context = {
        "version": governed,
        "parts": parts_of(governed),
        "changes": kept.history(governed),
        "may_restore": governed.may_be_restored and kept.draft() is None,
    }
    return render(request, "knowledge/information_version.html", context)


def information_restore(request: HttpRequest, version: int) -> HttpResponse:
    """Makes a draft of an earlier version."""
    governed: InformationVersion = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        kept.restore(version=governed, by=request.user)
        messages.success(request, _("Done. The earlier version is a draft now."))
        return reverse("information")

    return once_or_say(request, act, back="information")
