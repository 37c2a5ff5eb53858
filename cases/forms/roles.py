"""What is filled in when somebody is named to carry a case, or steps aside from it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import CaseRole
from coordination.access.models import User
from coordination.ui.forms import PortalForm


class RoleForm(PortalForm):
    """Who carries the case from now on, or stands in for who does."""

    role = forms.ChoiceField(
        label=_("As what?"), choices=CaseRole.Role.choices, widget=forms.RadioSelect
    )
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = candidates


class ConflictForm(PortalForm):
    """That somebody means it."""

    sure = forms.BooleanField(
        label=_("I am biased in this case"),
        error_messages={"required": _("Tick the box if you are biased in this case")},
    )
