"""What the pages of the common thread can be narrowed to, and where in them one is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.actors.coverage import WHOLE, Coverage
from coordination.actors.models import CityPart, District, Organisation, PreventionLevel
from coordination.ui.lists import FilterForm, swedish

ALL = ("", _("All"))
LEVELS: dict[str, str | Promise] = {
    PreventionLevel.Code.GENERAL.value: pgettext_lazy("prevention level", "General"),
    PreventionLevel.Code.SPECIFIC.value: pgettext_lazy("prevention level", "Specific"),
    PreventionLevel.Code.INDIVIDUAL.value: pgettext_lazy("prevention level", "Individual"),
}
FIRST = PreventionLevel.Code.GENERAL.value
ANY = "any"
COLUMNS = 9
"""Districts side by side: more are read on their own pages."""


def _hidden_number() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)


def _city_parts() -> list[tuple[str, Any]]:
    rows = CityPart.objects.order_by(swedish("name")).values_list("pk", "name")
    return [ALL, *((str(pk), name) for pk, name in rows)]


class PlaceFilter(FilterForm):
    """Which districts: those of a part of the city, and those where nobody works."""

    city_part = forms.ChoiceField(label=_("Part of the city"))
    hole = forms.ChoiceField(
        label=_("Nobody works"),
        choices=[ALL, (ANY, _("At one of the levels")), *LEVELS.items()],
    )

    def __init__(self, *args: Any, coverage: Coverage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coverage = coverage
        self.fields["city_part"].choices = _city_parts()

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if part := chosen.get("city_part"):
            queryset = queryset.filter(city_part=part)
        if hole := chosen.get("hole"):
            levels = LEVELS if hole == ANY else (hole,)
            holes = set().union(*(self._coverage.holes(level) for level in levels))
            queryset = queryset.filter(pk__in=holes)
        return queryset


class _AtLevel(FilterForm):
    """A page about one level, which the address says."""

    level = forms.ChoiceField(choices=list(LEVELS.items()), widget=forms.HiddenInput)

    def __init__(self, *args: Any, coverage: Coverage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coverage = coverage

    @property
    def chosen_level(self) -> str:
        """The level that the address says, or else the first."""
        return self.cleaned_data.get("level") or FIRST


class MatrixFilter(_AtLevel):
    """Which actors, and which districts beside them."""

    SOMETHING, NOTHING, DORMANT, EVERY = "", "nothing", "dormant", "every"

    shows = forms.ChoiceField(
        label=_("Actors"),
        choices=[
            (SOMETHING, _("With something at the level")),
            (NOTHING, _("With nothing at the level")),
            (DORMANT, _("Dormant")),
            (EVERY, _("All")),
        ],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[ALL, *Organisation.Kind.choices])
    city_part = forms.ChoiceField(label=_("Part of the city"))
    holes = forms.BooleanField(label=_("Only housing districts where nobody works"))
    columns = _hidden_number()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city_part"].choices = _city_parts()

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, level = self.cleaned_data, self.chosen_level
        match chosen.get("shows"):
            case self.NOTHING:
                queryset = queryset.exclude(pk__in=self._coverage.rows(level).keys())
            case self.DORMANT:
                queryset = queryset.filter(pk__in=self._coverage.dormant(level))
            case self.EVERY:
                pass
            case _:
                queryset = queryset.filter(pk__in=self._coverage.rows(level).keys())
        if kind := chosen.get("kind"):
            queryset = queryset.filter(kind=kind)
        return queryset

    @property
    def districts(self) -> list[District]:
        """Every district that was asked for, in order."""
        chosen = self.cleaned_data
        found = District.objects.active(self._coverage.on).order_by(swedish("name"))
        if part := chosen.get("city_part"):
            found = found.filter(city_part=part)
        holes = self._coverage.holes(self.chosen_level) if chosen.get("holes") else None
        return [one for one in found if holes is None or one.pk in holes]


class BehindFilter(_AtLevel):
    """One cell: a district (or the whole municipality), and one actor or all."""

    district = _hidden_number()
    actor = _hidden_number()

    @property
    def place(self) -> int:
        """The district that the address says; the whole municipality for one that is not there."""
        district = self.cleaned_data.get("district") or WHOLE
        return district if district in self._coverage.districts else WHOLE

    def narrow(self, queryset: QuerySet) -> QuerySet:
        rows = self._coverage.rows(self.chosen_level)
        here = [actor for actor, row in rows.items() if self.place in row]
        if actor := self.cleaned_data.get("actor"):
            here = [actor] if actor in here else []
        return queryset.filter(pk__in=here)
