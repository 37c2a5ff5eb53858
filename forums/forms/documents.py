"""A document that somebody hands in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import GuardedText
from coordination.ui.file_form import FileForm
from forums import documents
from forums.models import AgendaItem, Meeting


class ItemField(forms.ModelChoiceField):
    def label_from_instance(self, item: AgendaItem) -> str:
        return f"{item.position}. {item.title}"


class DocumentForm(FileForm):
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
    field_order = ("title", "item", "file")

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.in_order()
        self.fields["title"].error_messages["required"] = _("Enter what the document is")
