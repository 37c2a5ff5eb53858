"""Whom a report is opened to, and until when."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import DateField
from coordination.ui.forms import PortalForm


class InviteForm(PortalForm):
    """A colleague, and a last day."""

    user = forms.ModelChoiceField(
        label=_("Colleague"),
        queryset=None,
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person"), "invalid_choice": _("Choose a person")},
    )
    valid_to = DateField(label=_("Last day"))

    def __init__(self, *args: Any, colleagues: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues.order_by("first_name", "last_name", "pk")
