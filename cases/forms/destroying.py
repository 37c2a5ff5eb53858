"""The forms of destruction: which cases, and why one is held back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import CaseUnit, Hold
from coordination.ui.forms import PortalForm


class ChosenForm(PortalForm):
    """Which of the cases on the list are meant."""

    cases = forms.TypedMultipleChoiceField(
        label=_("Cases"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cases: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cases"]
        field.choices = [(str(key), number) for key, number in cases]


class HoldForm(PortalForm):
    """Why a case is not to be destroyed for now."""

    number = forms.CharField(
        label=_("Case number"),
        max_length=12,
        help_text=_("For example 2026-014."),
        widget=forms.TextInput(attrs={"size": 10}),
        error_messages={"required": _("Write the case number")},
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=CaseUnit.objects.order_by("name"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose one of the alternatives")},
    )
    reason = forms.ChoiceField(
        label=_("Why is it held back?"),
        choices=Hold.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the alternatives")},
    )
