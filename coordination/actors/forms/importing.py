"""A list of actors that somebody hands in, and what its rows can be narrowed to."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import ActorImport, ImportedRow
from coordination.ui import tables
from coordination.ui.file_form import FileForm, file_field
from coordination.ui.lists import FilterForm


class ListForm(FileForm):
    """The file. It is looked into by the rules of lists, not here."""

    file = file_field(
        help_text=_("CSV or Excel (.xlsx), at most 20 MB. The first row says the columns."),
        accept=tables.ACCEPT,
    )


class ListFilter(FilterForm):
    """How far the list has come, and whose it is."""

    state = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *ActorImport.State.choices]
    )
    mine = forms.BooleanField(label=_("Only those I have handed in"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def narrow(self, queryset: QuerySet) -> QuerySet:
        if state := self.cleaned_data.get("state"):
            queryset = queryset.filter(state=state)
        if self.cleaned_data.get("mine"):
            queryset = queryset.filter(handed_in_by_id=self._user.pk)
        return queryset


class RowFilter(FilterForm):
    """What becomes of the row."""

    outcome = forms.ChoiceField(
        label=_("What becomes of the row"), choices=[("", _("All")), *ImportedRow.Outcome.choices]
    )

    def narrow(self, queryset: QuerySet) -> QuerySet:
        outcome = self.cleaned_data.get("outcome")
        return queryset.filter(outcome=outcome) if outcome else queryset
