"""The forms of destruction: which cases, and why one is held back."""

import contextlib
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import units
from cases.models import Hold
from coordination.ui.forms import PortalForm


class Keys(forms.Field):
    """Keys of cases, as boxes send them; what is none is left out."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[UUID]:
        found = set()
        for one in value or ():
            with contextlib.suppress(ValueError):
                found.add(UUID(one))
        return sorted(found)


class ChosenForm(PortalForm):
    """Which of the cases on the list are meant. Whether they may be destroyed is asked when it is proposed."""

    cases = Keys(label=_("Cases"))


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
        queryset=units.every(),
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
