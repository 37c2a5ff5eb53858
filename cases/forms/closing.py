"""What is filled in when a case is closed, agreed on, opened again, or looked at after it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Closing
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm


class CloseForm(PortalForm):
    """Why the case is to be closed, and with what result."""

    reason = forms.ChoiceField(
        label=_("Why is it to be closed?"),
        choices=Closing.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the case is to be closed")},
    )
    result = GuardedText(
        label=_("Result"),
        limit=500,
        multiline=True,
        help_text=_("What has changed for the person. The journal stands in the ordinary system."),
        error_messages={"required": _("Write what came of it")},
    )
    informed = GuardedText(
        label=_("Is the person informed?"),
        limit=200,
        multiline=True,
        rows=2,
        help_text=_("Write when and how, or why not."),
        error_messages={"required": _("Write whether the person is informed")},
    )
    reopen_if = GuardedText(
        label=_("What would make us open it again?"),
        limit=300,
        multiline=True,
        rows=3,
        help_text=_("Events that can be seen, such as absence from school again."),
        error_messages={"required": _("Write what would make you open it again")},
    )
    earlier_said = GuardedText(
        label=_("What do the other worries say?"),
        limit=500,
        multiline=True,
        help_text=_("There are other cases that may be about the same person."),
        error_messages={
            "required": _("There are earlier worries. Write what they say together with this one.")
        },
    )

    def __init__(self, *args: Any, others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not others:
            del self.fields["earlier_said"]

    def add_refusal(self, refusal: Exception, field: str | None = None) -> None:
        """What the rule calls the statement on other worries has another name here."""
        named = field or getattr(refusal, "field", None)
        super().add_refusal(refusal, "earlier_said" if named == "earlier" else named)


class NotAgreedForm(PortalForm):
    """Why the second person does not agree."""

    why = GuardedText(
        label=_("Why should the case stay open?"),
        limit=300,
        multiline=True,
        rows=3,
        error_messages={"required": _("Write why the case should stay open")},
    )


class ReopenForm(PortalForm):
    """Why a closed case is opened again."""

    why = GuardedText(
        label=_("Why is the case opened again?"),
        limit=500,
        multiline=True,
        help_text=_("It becomes a note in the case."),
        error_messages={"required": _("Write why the case is opened again")},
    )


class LookAgainForm(PortalForm):
    """How it goes for the person after the case."""

    text = GuardedText(
        label=_("How does it go?"),
        limit=300,
        multiline=True,
        help_text=_("What you have seen or been told since the case was closed."),
        error_messages={"required": _("Write how it goes")},
    )
