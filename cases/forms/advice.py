"""Asking for advice without saying whom it is about."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.advice import REACH, TEXT
from coordination.actors.models import Organisation
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm


class AdviceForm(PortalForm):
    """What somebody wants to talk about, and how they are reached. No field could tell who it is about."""

    text = GuardedText(
        label=_("What do you want to talk about?"),
        limit=TEXT,
        multiline=True,
        rows=6,
        help_text=_("Write no names, and nothing else that tells who it is about."),
        error_messages={"required": _("Write what you want to talk about")},
    )
    reach = GuardedText(
        label=_("How do you want to be contacted?"),
        limit=REACH,
        help_text=_("For example a telephone number and when you can answer."),
        error_messages={"required": _("Write how you want to be contacted")},
    )

    def __init__(self, *args: Any, workplaces: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workplaces = {str(one.pk): one for one in workplaces}
        if len(workplaces) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label=_("Where do you work?"),
                choices=[(key, one.name) for key, one in self.workplaces.items()],
                widget=forms.RadioSelect,
                initial=next(iter(self.workplaces)),
                error_messages={"required": _("Choose one of the alternatives")},
            )

    @property
    def place(self) -> Organisation:
        """Where who asks works, of a valid form."""
        chosen = self.cleaned_data.get("organisation") or next(iter(self.workplaces))
        return self.workplaces[chosen]
