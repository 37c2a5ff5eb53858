"""What a summary can be narrowed to, and which file of it is asked for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.actors.forms.coverage import LEVELS
from coordination.resources.compiled import WHOLE, Narrow
from coordination.resources.summary import WHOLE_CODE, Summary, area_name
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm

ALL = ("", _("All"))


class SummaryFilter(FilterForm):
    """Year, organisation, level and area."""

    year = forms.ChoiceField(label=_("Year"))
    organisation = forms.ChoiceField(label=_("Organisation"))
    level = forms.ChoiceField(label=_("Prevention level"), choices=[ALL, *LEVELS.items()])
    area = forms.ChoiceField(label=_("Area"))

    def __init__(self, *args: Any, summary: Summary, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("The latest")), *((str(y), str(y)) for y in years)]
        if summary.reach.names_organisations:
            named = [(str(one.organisation), one.name) for one in summary.answers]
            self.fields["organisation"].choices = [ALL, *named]
        else:
            del self.fields["organisation"]
        areas = [(one or WHOLE_CODE, area_name(one)) for one in summary.areas_of_data]
        self.fields["area"].choices = [ALL, *areas]

    @property
    def asked(self) -> Narrow:
        """What is asked for; what is not there is not."""
        self.is_valid()
        said = self.cleaned_data
        area, organisation = said.get("area"), said.get("organisation")
        return Narrow(
            organisation=int(organisation) if organisation else None,
            level=said.get("level") or None,
            area=(WHOLE if area == WHOLE_CODE else area) if area else None,
        )


class CompilationForm(PortalForm):
    """Which file."""

    kind = forms.ChoiceField(choices=[("summary", ""), ("rows", "")], widget=forms.HiddenInput)
