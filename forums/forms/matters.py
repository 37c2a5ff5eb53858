"""What is filled in about a decision after its meeting: that it is carried out, and words to find
another by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.agreements.models import Agreement
from coordination.assignments.models import Assignment
from coordination.ui import matching
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish
from forums import decisions


class FindForm(PortalForm):
    """Words in the decision to link to, its item or its forum."""

    mark_optional = False

    words = forms.CharField(label=_("Words in the decision"), max_length=matching.MOST)

    def clean_words(self) -> str:
        typed: str = self.cleaned_data["words"]
        if typed and matching.words(typed) is None:
            raise forms.ValidationError(_("Type at least 3 characters to search"))
        return typed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False


class AssignmentForm(PortalForm):
    """The assignment of the guideline that the decision is about, or none."""

    assignment = forms.ModelChoiceField(
        label=_("Assignment"),
        queryset=Assignment.objects.none(),
        required=False,
        empty_label=_("No assignment"),
    )

    mark_optional = False

    def __init__(self, *args: Any, user: Any, held: Assignment | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"assignment": held}, **kwargs)
        visible = Assignment.objects.visible_to(user)
        # One that has ended since it was chosen stays chosen.
        chosen = visible.filter(pk=held.pk) if held else visible.none()
        self.fields["assignment"].queryset = (visible.standing() | chosen).order_by("number", "pk")


class AgreementForm(PortalForm):
    """The agreement that the decision is about, or none."""

    agreement = forms.ModelChoiceField(
        label=_("Agreement"),
        queryset=Agreement.objects.none(),
        required=False,
        empty_label=_("No agreement"),
    )

    mark_optional = False

    def __init__(self, *args: Any, user: Any, held: Agreement | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"agreement": held}, **kwargs)
        visible = Agreement.objects.visible_to(user)
        self.fields["agreement"].queryset = visible.order_by(swedish("name"), "pk")


class CarriedOutForm(PortalForm):
    """Since when the decision is carried out, and what came of it."""

    on = DateField(label=_("Carried out on"), past=True)
    result = GuardedText(
        label=_("What the decision led to"),
        limit=decisions.RESULT,
        multiline=True,
        rows=3,
        help_text=_("One or two sentences. Everyone who may read the decision can read them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].error_messages["required"] = _("Enter what came of the decision")
