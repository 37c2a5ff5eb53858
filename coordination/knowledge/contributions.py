"""What knowledge offers to the shared pages: links, tasks, search results, guides."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access import policy
from coordination.access.vocabulary import Permission
from coordination.frame import contributions, origins
from coordination.frame.contributions import Guide, Hit, Link, Task
from coordination.ui import dates
from coordination.ui.lists import FilterForm
from coordination.ui.matching import Words
from coordination.writing import saved_views

from . import information
from .forms.contacts import ContactFilter
from .forms.library import SEARCHED, LibraryFilter
from .forms.visits import SuggestionFilter, VisitFilter
from .models import Entry, Suggestion, Visit


@contributions.start_tasks
def information_to_review(user: Any, now: datetime) -> Iterator[Task]:
    """That the page for the public is to be looked through, once a year."""
    if not policy.may(user, Permission.INFORM_PUBLIC):
        return
    due = information.review_due()
    if due is not None and due - information.REMINDED <= timezone.localdate(now):
        yield Task(
            kind="information",
            kind_name=_("Information to the public"),
            title=_("Review the information to the public"),
            url=reverse("information"),
            due=due,
        )


contributions.link(
    Link(
        "knowledge",
        gettext_lazy("Knowledge"),
        "knowledge",
        lambda user: policy.may(user, Permission.USE_PORTAL),
    )
)


@contributions.search("knowledge", gettext_lazy("Knowledge"))
def find_entries(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Entries of the library, those in use first."""
    found = Entry.objects.visible_to(user).filter(wanted.within(*SEARCHED))
    for entry in found.order_by(F("archived_at").desc(nulls_first=True), "title")[:most]:
        yield Hit(
            title=entry.title,
            url=reverse("entry", args=[entry.pk]),
            marked=wanted.marked(entry.summary, entry.title, entry.source, entry.audience),
            context=_("Archived") if entry.is_archived else entry.get_kind_display(),
        )


@contributions.search("visits", gettext_lazy("Study visits and networks"))
def find_visits(user: Any, wanted: Words, most: int) -> Iterator[Hit]:
    """Reports of study visits, for those who may read them."""
    fields = ("title", "place", "prevent", "handle")
    found = Visit.objects.visible_to(user).filter(wanted.within(*fields))
    for visit in found.order_by("-on", "-pk")[:most]:
        yield Hit(
            title=visit.title,
            url=reverse("visit", args=[visit.pk]),
            marked=wanted.marked(visit.prevent, visit.handle, visit.title, visit.place),
            context=dates.day(visit.on),
        )


@origins.offers("suggestion")
def action_of_suggestion(user: Any, key: int) -> origins.Draft | None:
    """What an action of a proposal says, and who would do it."""
    seen = Suggestion.objects.visible_to(user).select_related("responsible")
    suggestion = seen.filter(pk=key).first()
    if suggestion is None:
        return None
    return origins.Draft(
        text=suggestion.text,
        owners=suggestion.responsible.name,
        label=suggestion.text,
        url=reverse("suggestion", args=[suggestion.pk]),
    )


def _codes(form: type[FilterForm], *sorts: str) -> dict[str, list[str]]:
    """What a list's address may say in each filter that names no row, and of its order."""
    fixed = {
        name: [str(value) for value, _label in getattr(field, "choices", [])]
        for name, field in form.base_fields.items()
    }
    return fixed | {"sort": [way + column for column in sorts for way in ("", "-")]}


saved_views.offer(
    "knowledge",
    _codes(LibraryFilter, "title", "kind", "audience", "level", "language", "reviewed"),
    numbers=(),
)
saved_views.offer("visits", _codes(VisitFilter, "title", "kind", "place", "date"), numbers=())
saved_views.offer(
    "suggestions",
    _codes(SuggestionFilter, "text", "responsible", "date", "status"),
    numbers=("responsible",),
)
saved_views.offer(
    "contacts", _codes(ContactFilter, "date", "channel", "direction", "kind"), numbers=()
)
contributions.guide(
    Guide(
        title=gettext_lazy("Log a contact with the helpline"),
        roles=("strategic_coordinator", "partnership_coordinator"),
        steps=(
            gettext_lazy("Open Knowledge, then Contact log, and choose New contact."),
            gettext_lazy("Choose channel and type, write what came of it, and save."),
        ),
        note=gettext_lazy(
            "Whoever calls is anonymous. The portal refuses identity numbers, telephone numbers,"
            " e-mail addresses and times of day. Names it cannot recognise: that is up to you."
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Bring home what others do"),
        roles=("strategic_coordinator", "partnership_coordinator"),
        steps=(
            gettext_lazy("Open Knowledge, then Study visits and networks. Choose New report."),
            gettext_lazy("Add what you propose. Each proposal has somebody who is responsible."),
            gettext_lazy(
                "Open a proposal and choose Make an action of this. Everything is filled in: save."
            ),
        ),
    )
)
contributions.guide(
    Guide(
        title=gettext_lazy("Tell the public"),
        roles=("strategic_coordinator",),
        steps=(
            gettext_lazy(
                "Open Knowledge, then Information to the public. Choose Change, write, and save. That is a draft:"
                " nobody outside reads it."
            ),
            gettext_lazy("Read the draft, and choose Publish."),
            gettext_lazy(
                "Once a year the start page asks for a review. Choose Nothing to change when all of"
                " it still holds."
            ),
        ),
        note=gettext_lazy("Every earlier version is kept. One press makes a new draft of it."),
    )
)
