"""What the list of cases is narrowed by, and what a case is looked for with."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import carrying, documenting
from cases.models import Stage
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm

ALL = ("", _("All"))
SHORTEST = 3
"""Characters of a name, or of a number, that one looks for."""


class CaseFilter(FilterForm):
    """Whose, stage, district, and what is to be followed up. Unless something is asked for, one's own."""

    show = forms.ChoiceField(
        label=pgettext_lazy("cases", "Show"),
        choices=[("", _("Mine")), ("all", _("All in my districts"))],
    )
    stage = forms.ChoiceField(
        label=pgettext_lazy("case", "Stage"),
        choices=[ALL, *((code, label) for code, label in Stage.choices if code != Stage.DESTROYED)],
    )
    district = forms.ChoiceField(label=_("Housing district"))
    due = forms.BooleanField(label=_("Follow-up is due"))

    def __init__(
        self, *args: Any, user: Any, districts: Iterable[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field: Any = self.fields["district"]
        field.choices = [ALL, *((str(key), label) for key, label in districts)]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if not chosen.get("show"):
            queryset = carrying.of(self.user, queryset)
        if stage := chosen.get("stage"):
            queryset = queryset.filter(stage=stage)
        if district := chosen.get("district"):
            queryset = queryset.filter(area__district=district)
        if chosen.get("due"):
            queryset = documenting.due(carrying.of(self.user, queryset), timezone.localdate())
        return queryset


class FindForm(PortalForm):
    """A number, or an exact name. It is sent in the form, never in the address."""

    words = forms.CharField(
        label=_("Case number or exact name"),
        min_length=SHORTEST,
        max_length=120,
        help_text=_("For example 2026-014, or first and last name. The search is logged."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Write a case number or a name"),
            "min_length": _("Write at least three characters"),
        },
    )
