"""What is filled in about an entry of the library, and what the list can be narrowed to."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.knowledge.library import LABELS, NEEDED
from coordination.knowledge.models import Entry
from coordination.ui import matching
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm


def _text(name: str, *, required: bool = True, **more: Any) -> GuardedText:
    limit = Entry._meta.get_field(name).max_length or 0
    messages = {"required": NEEDED[name]} if name in NEEDED else {}
    return GuardedText(
        label=LABELS[name], limit=limit, required=required, error_messages=messages, **more
    )


class EntryForm(PortalForm):
    """An entry, new or changed."""

    title = _text("title")
    kind = forms.ChoiceField(label=_("Type"), choices=[("", _("Choose")), *Entry.Kind.choices])
    audience = _text("audience")
    level = forms.ChoiceField(label=_("Prevention level"), choices=Entry.Level.choices)
    language = forms.ChoiceField(label=_("Language"), choices=Entry.Language.choices)
    source = _text("source", help_text=_("Who has made it, and the year."))
    url = _text("url", required=False, help_text=_("Begins with https://"))
    summary = _text("summary", required=False, multiline=True, rows=4)
    reviewed_on = DateField(
        label=_("Reviewed"),
        required=False,
        past=True,
        help_text=_("When somebody last saw that it still holds. Write the date like 2026-05-12."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("reviewed_on", timezone.localdate())

    @property
    def values(self) -> dict[str, Any]:
        """What the library keeps of an entry, without the day of its review."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reviewed_on"}


SEARCHED = ("title", "source", "audience", "summary")
IN_USE, ARCHIVED = "in_use", "archived"


class LibraryFilter(FilterForm):
    """Words, type, level, language, and whether it is archived."""

    words = forms.CharField(label=_("Search words"), max_length=matching.MOST)
    kind = forms.ChoiceField(label=_("Type"), choices=[("", _("All")), *Entry.Kind.choices])
    level = forms.ChoiceField(
        label=_("Prevention level"), choices=[("", _("All")), *Entry.Level.choices]
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("All")), *Entry.Language.choices]
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("All")), (IN_USE, _("In use")), (ARCHIVED, _("Archived"))],
    )

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            found = wanted and queryset.filter(wanted.within(*SEARCHED))
            queryset = found if found is not None else queryset.none()
        for name in ("kind", "level", "language"):
            if value := chosen.get(name):
                queryset = queryset.filter(**{name: value})
        if status := chosen.get("status"):
            queryset = queryset.filter(archived_at__isnull=status == IN_USE)
        return queryset
