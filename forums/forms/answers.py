"""Whether somebody who is called comes, and who comes instead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import Organisation
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from forums import entries
from forums.models import Answer


class AnswerForm(PortalForm):
    """One's answer: the button that was pressed says yes or no."""

    answer = forms.ChoiceField(choices=Answer.Kind.choices, widget=forms.HiddenInput)
    substitute = GuardedText(
        label=_("Name of the substitute"), limit=entries.PERSON_NAME, required=False
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation of the substitute"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("The same as mine"),
    )

    def __init__(self, *args: Any, said: Answer | None = None, **kwargs: Any) -> None:
        """`said` is what the person has answered already."""
        initial = (
            {"substitute": said.substitute_name, "organisation": said.substitute_organisation_id}
            if said
            else {}
        )
        super().__init__(*args, initial=initial, **kwargs)
        # A counter under one of two fields side by side would move it.
        self.fields["substitute"].widget.attrs.pop("data-char-limit", None)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name", "pk")

    @property
    def comes(self) -> bool:
        return self.cleaned_data["answer"] == Answer.Kind.YES
