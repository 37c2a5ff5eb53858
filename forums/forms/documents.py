"""A document that somebody hands in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from coordination.ui import uploads
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from forums import documents
from forums.models import AgendaItem, Meeting


class ItemField(forms.ModelChoiceField):
    def label_from_instance(self, item: AgendaItem) -> str:
        return f"{item.position}. {item.title}"


class DocumentForm(PortalForm):
    """Title, place and file. The file is looked into by the rules of documents, not here."""

    title = GuardedText(
        label=_("Title"),
        limit=documents.TITLE,
        help_text=_("What the document is. It stands on the agenda and in the minutes."),
    )
    item = ItemField(
        label=_("Belongs to"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=_("The whole meeting"),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, OpenDocument or Office, at most 20 MB. No information about individuals."
        ),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT, "data-largest": uploads.LARGEST}),
        error_messages={
            "required": _("Choose a file"),
            "missing": _("Choose a file"),
            "invalid": _("Choose a file"),
            "empty": _("The file is empty. Choose another file."),
        },
    )

    mark_optional = False

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.in_order()
        self.fields["title"].error_messages["required"] = _("Enter what the document is")

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > uploads.LARGEST:
            raise forms.ValidationError(uploads.too_large())
        return file

    @property
    def must_choose_again(self) -> bool:
        """Whether the file was right but something else was not: no browser keeps it."""
        return self.is_bound and bool(self.errors) and "file" not in self.errors
