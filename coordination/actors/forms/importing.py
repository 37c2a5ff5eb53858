"""A list of actors that somebody hands in, and what its rows can be narrowed to."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import ImportedRow
from coordination.ui import tables, uploads
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm


class ListForm(PortalForm):
    """The file. It is looked into by the rules of lists, not here."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), at most 20 MB. The first row says the columns."),
        widget=forms.FileInput(attrs={"accept": tables.ACCEPT, "data-largest": uploads.LARGEST}),
        error_messages={
            "required": _("Choose a file"),
            "missing": _("Choose a file"),
            "invalid": _("Choose a file"),
            "empty": _("The file is empty. Choose another file."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > uploads.LARGEST:
            raise forms.ValidationError(uploads.too_large())
        return file


class RowFilter(FilterForm):
    """What becomes of the row."""

    outcome = forms.ChoiceField(
        label=_("What becomes of the row"), choices=[("", _("All")), *ImportedRow.Outcome.choices]
    )

    def narrow(self, queryset: QuerySet) -> QuerySet:
        outcome = self.cleaned_data.get("outcome")
        return queryset.filter(outcome=outcome) if outcome else queryset
