"""What is filled in about an action point: a new one, a new date, who is responsible, or why it is struck."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import DATE_EXPECTED, DateField, GuardedText
from coordination.ui.forms import PortalForm
from forums import actions as acts
from forums import entries
from forums.models import Forum
from forums.owners import LONGEST


class NewForm(PortalForm):
    """A new action: what, who and when. What is missing is said with the action's own words."""

    mark_optional = False

    text = GuardedText(label=_("What is to be done"), limit=entries.ACTION_TEXT)
    owners = GuardedText(
        label=_("Responsible"),
        limit=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"list": "people"}),
        help_text=_(
            "Write a name from the list, or a name and an organisation with a comma between them."
            " Put a semicolon between several people."
        ),
    )
    due = DateField(label=_("Due"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = _("Enter what is to be done")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        text = values.get("text")
        for name, of_action, unnamed in (
            ("owners", acts.no_owner, _("Enter who is responsible")),
            ("due", acts.no_due, DATE_EXPECTED),
        ):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, of_action(text).text if text else unnamed)
        return values


class OfSomethingForm(NewForm):
    """An action that is made of something else: the same, and which forum keeps it."""

    forum_key = forms.ChoiceField(label=_("Forum"))

    field_order = ("text", "owners", "due", "forum_key")

    def __init__(self, *args: Any, forums: Sequence[Forum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._forums = {str(one.pk): one for one in forums}
        self.fields["forum_key"].choices = [(key, one.name) for key, one in self._forums.items()]
        self.initial["forum_key"] = str(self.initial.get("forum", ""))
        self.fields["owners"].widget = forms.TextInput()

    @property
    def forum(self) -> Forum:
        """The forum that was chosen."""
        return self._forums[self.cleaned_data["forum_key"]]


class MoveForm(PortalForm):
    """A new date; the reason is asked for from the second time on."""

    due = DateField(label=_("New date"))
    reason = GuardedText(
        label=_("Why the date is moved"),
        limit=entries.REASON,
        multiline=True,
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, explain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if explain:
            # Asked for by the act itself, so that a form that arrives twice is known again first.
            self.mark_optional = False


class GiveForm(PortalForm):
    """Who is responsible from now on, as names with a semicolon or "och" between them."""

    owners = GuardedText(
        label=_("Responsible"),
        limit=LONGEST,
        widget=forms.TextInput(attrs={"list": "people"}),
        help_text=_(
            "Write a name from the list, or a name and an organisation with a comma between them."
            " Put a semicolon between several people."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owners"].error_messages["required"] = _("Enter who is responsible")


class StrikeForm(PortalForm):
    """Why the action is not to be done after all."""

    reason = GuardedText(
        label=_("Why the action is struck"),
        limit=entries.REASON,
        multiline=True,
        rows=3,
        help_text=_("Everyone in the forum can read the reason."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Enter why the action is struck")


class DoneForm(PortalForm):
    """What there is to say about an action that is done."""

    comment = GuardedText(
        label=_("Comment"), limit=entries.REASON, multiline=True, rows=2, required=False
    )
