"""A series of meetings as a form: its rhythm, then the days it gives, each to be taken or left out."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import DateField, GuardedText, TimeField
from forums import entries, series
from forums.models import Forum
from forums.refusals import Refused
from forums.series_dates import Day, Rhythm

from .meetings import FromTo, ShortForm


class SeriesForm(ShortForm, FromTo):
    """How often, from when to when, at what time and where."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    first = DateField(
        label=_("First day"),
        help_text=_("It decides the weekday. Write the date like this: 2026-05-12"),
    )
    until = DateField(label=_("Last day"), help_text=_("At most 18 months after the first day."))
    starts = TimeField(label=_("Starts"))
    ends = TimeField(label=_("Ends"))
    place = GuardedText(label=_("Place"), limit=entries.PLACE, required=False)
    skip_holidays = forms.BooleanField(label=_("Skip public holidays"), required=False)
    skip_summer = forms.BooleanField(label=_("Skip weeks 27–32"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, until = values.get("first"), values.get("until")
        if first and until:
            try:
                series.check_span(first, until)
            except Refused as refusal:
                self.add_refusal(refusal)
        return values

    def days(self, forum: Forum) -> list[Day]:
        """The days of a valid form."""
        names = ("rhythm", "first", "until", "skip_holidays", "skip_summer")
        return series.propose(forum=forum, **{name: self.cleaned_data[name] for name in names})

    @property
    def rule(self) -> str:
        """What the days of a valid form follow from: another rule needs another look at them."""
        names = ("rhythm", "first", "until", "skip_holidays", "skip_summer")
        return " ".join(str(self.cleaned_data[name]) for name in names)

    def chosen(self, days: list[Day]) -> list[date]:
        """The days that were ticked, of those that are there."""
        ticked = set(self.data.getlist("days"))  # type: ignore[union-attr]
        return [one.day for one in days if one.day.isoformat() in ticked]
