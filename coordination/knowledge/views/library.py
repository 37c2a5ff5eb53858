"""The pages of the library: the list, an entry, and what coordinators write."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import exports
from coordination.knowledge import library as kept
from coordination.knowledge import start_list
from coordination.knowledge.forms.library import EntryForm, LibraryFilter
from coordination.knowledge.models import Entry
from coordination.ui.lists import Column, ListPage, swedish
from coordination.writing import saved_views
from coordination.writing.editing import answer, revision_of
from coordination.writing.once import once_or_say

from .tabs import tabs

COLUMNS = (
    Column("title", gettext_lazy("Title"), order=(swedish("title"),)),
    Column("kind", gettext_lazy("Type"), order=("kind", swedish("title"))),
    Column("audience", gettext_lazy("Target group"), order=(swedish("audience"),)),
    Column("level", gettext_lazy("Level"), order=("level", swedish("title"))),
    Column("language", gettext_lazy("Language"), order=("language", swedish("title"))),
    Column(
        "reviewed",
        gettext_lazy("Reviewed"),
        order=("reviewed_on",),
        css="cell--date",
        up=gettext_lazy("earliest first"),
        down=gettext_lazy("latest first"),
    ),
)


def listed(request: HttpRequest) -> ListPage:
    """The entries that the address asks for."""
    rows = Entry.objects.visible_to(request.user)
    return ListPage(request, rows, columns=COLUMNS, default="title", filters=LibraryFilter)


def knowledge(request: HttpRequest) -> HttpResponse:
    """Every entry of the library."""
    context = {
        "list": listed(request),
        "tabs": tabs(request, "knowledge"),
        "views": saved_views.of(request.user, "knowledge"),
        "may_keep": policy.may(request.user, Permission.KEEP_KNOWLEDGE),
    }
    return render(request, "knowledge/library.html", context)


def knowledge_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The library as a file."""

    def cells(entry: Entry) -> tuple[Any, ...]:
        return (
            entry.title,
            entry.get_kind_display(),
            entry.audience,
            entry.get_level_display(),
            entry.get_language_display(),
            entry.source,
            entry.url,
            entry.reviewed_on,
            _("Archived") if entry.is_archived else _("In use"),
        )

    return exports.as_file(
        request,
        listed(request),
        what="knowledge",
        back=reverse("knowledge"),
        title=_("Library"),
        file_name=pgettext("file name", "library-%(day)s.%(format)s"),
        header=(
            _("Title"),
            _("Type"),
            _("Target group"),
            _("Level"),
            _("Language"),
            _("Source"),
            _("Address"),
            _("Reviewed"),
            _("Status"),
        ),
        cells=cells,
    )


def entry(request: HttpRequest, entry: int) -> HttpResponse:
    """One entry: what it is, where it is found, and whether it was of help."""
    governed: Entry = request.governed  # type: ignore[attr-defined]
    context = {
        "entry": governed,
        "may_keep": policy.may(request.user, Permission.KEEP_KNOWLEDGE),
        "own": kept.answer_of(entry=governed, user=request.user),
        "verdict": kept.verdict(governed),
        "least": kept.LEAST_ANSWERS,
    }
    return render(request, "knowledge/entry.html", context)


def entry_answer(request: HttpRequest, entry: int) -> HttpResponse:
    """Whether the entry was of help to this person."""
    governed: Entry = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        kept.answer(entry=governed, helped=request.POST.get("helped") == "yes", by=request.user)
        messages.success(request, _("Thank you. You can change your answer."))
        return reverse("entry", args=[governed.pk])

    return once_or_say(request, act, back="knowledge")


def entry_new(request: HttpRequest) -> HttpResponse:
    """One more entry."""
    form = EntryForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        made = kept.add(
            values=form.values, reviewed_on=form.cleaned_data["reviewed_on"], by=request.user
        )
        messages.success(request, _("Done. The entry stands in the library."))
        return reverse("entry", args=[made.pk])

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/entry_new.html",
        context={},
        drafts=True,
    )


def entry_change(request: HttpRequest, entry: int) -> HttpResponse:
    """Other words for an entry, or another day of review."""
    governed: Entry = request.governed  # type: ignore[attr-defined]
    names = (*kept.FIELDS, "reviewed_on")
    initial = {name: getattr(governed, name) for name in names}
    form = EntryForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> str:
        kept.change(
            entry=governed,
            values=form.values,
            reviewed_on=form.cleaned_data["reviewed_on"],
            revision=revision_of(request),
            by=request.user,
        )
        messages.success(request, _("Done. The entry is changed."))
        return reverse("entry", args=[governed.pk])

    def saved() -> dict[str, Any]:
        governed.refresh_from_db()
        return {name: getattr(governed, name) for name in names}

    return answer(
        request,
        form=form,
        act=act,
        template="knowledge/entry_change.html",
        context={"entry": governed},
        version=lambda: str(saved() and governed.revision),
        saved=saved,
        drafts=True,
    )


def entry_archive(request: HttpRequest, entry: int) -> HttpResponse:
    """Marks an entry as archived, or takes that back."""
    governed: Entry = request.governed  # type: ignore[attr-defined]

    def act() -> str:
        if request.POST.get("archive") == "no":
            kept.unarchive(entry=governed, by=request.user)
            messages.success(request, _("Done. The entry is in use."))
        else:
            kept.archive(entry=governed, by=request.user)
            messages.success(request, _("Done. The entry is archived."))
        return reverse("entry", args=[governed.pk])

    return once_or_say(request, act, back="knowledge")


def library_start(request: HttpRequest) -> HttpResponse:
    """Puts in what a library begins with."""

    def act() -> str:
        count = start_list.put_in(by=request.user)
        said = ngettext("Done. %(count)s entry added.", "Done. %(count)s entries added.", count)
        messages.success(request, said % {"count": count})
        return reverse("knowledge")

    return once_or_say(request, act, back="knowledge")
