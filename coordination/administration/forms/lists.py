"""What is filled in about organisations and housing districts."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actors.forms.days import EndForm, RenameForm
from coordination.actors.models import CityPart, Organisation
from coordination.administration.forms.short import ShortText
from coordination.ui.fields import DateField
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish

__all__ = ["DistrictForm", "EndForm", "OrganisationForm", "RenameForm"]

NAME = gettext_lazy("Name")


class OrganisationForm(PortalForm):
    """A new party in the work."""

    name = ShortText(label=NAME, limit=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Part of"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing else"),
    )
    valid_from = DateField(label=gettext_lazy("From and including"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["kind"].choices = [("", _("Choose")), *Organisation.Kind.choices]
        self.fields["parent"].queryset = (
            Organisation.objects.active(today)
            .filter(kind=Organisation.Kind.MUNICIPALITY)
            .order_by(swedish("name"))
        )
        self.initial.setdefault("valid_from", today)


class DistrictForm(PortalForm):
    """A new housing district."""

    name = ShortText(label=NAME, limit=80)
    city_part = ShortText(
        label=gettext_lazy("Part of the city"),
        limit=80,
        help_text=gettext_lazy("Small figures are shown by part of the city, never by district."),
    )
    has_partnership = forms.BooleanField(
        label=gettext_lazy("The partnership works in the district"), required=False
    )
    valid_from = DateField(label=gettext_lazy("From and including"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = CityPart.objects.order_by(swedish("name")).values_list("name", flat=True)
        self.city_parts = list(names)
        self.initial.setdefault("valid_from", timezone.localdate())
