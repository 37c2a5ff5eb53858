"""The whole document on one page: a row for each text, which says what the page showed of it."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from forums import entries, proceedings
from forums.models import Action, AgendaItem, ChangeRequest, Decision


def shown(text: str) -> str:
    """A mark of a text, by which a row tells whether somebody has typed in it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Row(PortalForm):
    """One text of the document. `shown` marks what the page showed, so that a text that nobody has
    touched is never saved over what somebody else wrote meanwhile."""

    mark_optional = False
    kind, name = "", "text"

    shown = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, changed: Any, text: str, data: Any = None, **initial: Any) -> None:
        super().__init__(
            data,
            prefix=f"{self.kind}-{changed.pk}",
            initial={self.name: text, "shown": shown(text), **initial},
        )
        self.changed = changed
        self.fields[self.name].widget.attrs["spellcheck"] = "true"

    @property
    def typed(self) -> str:
        return self.cleaned_data.get(self.name, "")

    @property
    def is_touched(self) -> bool:
        """Whether something else stands in the field than the page showed."""
        return self.is_valid() and shown(self.typed) != self.cleaned_data.get("shown")

    @property
    def control(self) -> Any:
        return self[self.name]


class NotesRow(Row):
    """The notes of an item."""

    kind, name = "item", "notes"

    version = forms.IntegerField(widget=forms.HiddenInput)
    notes = GuardedText(
        label=_("Notes"), limit=entries.ITEM_NOTES, multiline=True, rows=4, required=False
    )

    def __init__(self, item: AgendaItem, data: Any = None) -> None:
        super().__init__(item, item.notes, data, version=item.version)


class DecisionRow(Row):
    """The wording of a decision."""

    kind = "decision"

    was = forms.CharField(widget=forms.HiddenInput, max_length=32)
    text = GuardedText(
        label=_("Decision"), limit=entries.DECISION_TEXT, multiline=True, rows=2, required=False
    )

    def __init__(self, decision: Decision, data: Any = None) -> None:
        super().__init__(decision, decision.text, data, was=proceedings.mark_of(decision))


class ActionRow(Row):
    """The wording of an action; who owns it and its day are changed on a page of their own."""

    kind = "action"

    was = forms.CharField(widget=forms.HiddenInput, max_length=32)
    text = GuardedText(label=_("Action"), limit=entries.ACTION_TEXT, required=False)

    def __init__(self, action: Action, data: Any = None) -> None:
        super().__init__(action, action.text, data, was=proceedings.mark_of(action))
        self.fields["text"].widget.attrs.pop("data-char-limit", None)


class RequestRow(PortalForm):
    """Whether a change that was asked for is done. `was` is what the page showed."""

    mark_optional = False

    settled = forms.BooleanField(label=_("Done"), required=False)
    was = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, request: ChangeRequest, data: Any = None) -> None:
        done = request.settled_at is not None
        super().__init__(
            data, prefix=f"request-{request.pk}", initial={"settled": done, "was": done}
        )
        self.request = request

    @property
    def is_touched(self) -> bool:
        cleaned = self.cleaned_data if self.is_valid() else {}
        return bool(cleaned) and cleaned["settled"] != cleaned["was"]
