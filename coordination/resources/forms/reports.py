"""What is filled in about a report as a whole, and what the board can be narrowed to."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import Organisation
from coordination.resources import filling, reviewing, sending
from coordination.resources.models import PARTS, Remark, Report
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm


class NothingForm(PortalForm):
    """Why there is nothing to report."""

    reason = GuardedText(
        label=_("Why is there nothing to report?"),
        limit=filling.NOTHING,
        multiline=True,
        rows=3,
        error_messages={"required": _("Write why there is nothing to report")},
    )


class SendForm(PortalForm):
    """That what was copied is checked, and the answers to the reviewer's comments."""

    def __init__(
        self,
        *args: Any,
        unchecked: int,
        year: int,
        remarks: Sequence[Remark],
        again: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for one in remarks:
            self.fields[f"answer_{one.pk}"] = GuardedText(
                label=_("Your answer"),
                limit=sending.ANSWER,
                multiline=True,
                rows=3,
                error_messages={"required": _("Answer the comment")},
            )
        if again:
            needed = _("Write in a sentence why it is the same for the second year running")
            self.fields["unchanged_why"] = GuardedText(
                label=_("Why is it the same as last year?"),
                help_text=_("The activities are unchanged for the second year running."),
                limit=sending.UNCHANGED,
                error_messages={"required": needed},
            )
        if unchecked:
            label = _("I have checked the information from %(year)s") % {"year": year - 1}
            said = _("Check the information from last year, and tick the box")
            self.fields["checked"] = forms.BooleanField(
                label=label, error_messages={"required": said}
            )
        self.remarks = remarks

    @property
    def answers(self) -> list[tuple[Remark, Any]]:
        """Each comment with the field of its answer."""
        return [(one, self[f"answer_{one.pk}"]) for one in self.remarks]

    @property
    def given(self) -> dict[int, str]:
        """The answers by the comment's key."""
        return {one.pk: self.cleaned_data[f"answer_{one.pk}"] for one in self.remarks}


class SendBackForm(PortalForm):
    """What a manager wants changed."""

    said = GuardedText(
        label=_("What needs to be changed?"),
        limit=sending.SAID,
        multiline=True,
        rows=3,
        error_messages={"required": _("Write what needs to be changed")},
    )


REMARKS = "remarks"
"""The id of the form that the comments belong to."""


class RemarksForm(PortalForm):
    """What the reviewer wants completed, part by part."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in PARTS.items():
            self.fields[f"remark_{number}"] = GuardedText(
                label=_("Comment on part %(number)s, %(name)s") % {"number": number, "name": name},
                limit=reviewing.REMARK,
                multiline=True,
                rows=2,
                required=False,
            )
            # Each stands at its part, outside the form's element.
            self.fields[f"remark_{number}"].widget.attrs["form"] = REMARKS

    @property
    def remarks(self) -> dict[int, str]:
        """What is wanted, by the number of the part."""
        return {number: self.cleaned_data[f"remark_{number}"] for number in PARTS}


class ReopenForm(PortalForm):
    """Why an approved report is opened again."""

    reason = GuardedText(
        label=_("Why is it opened again?"),
        limit=reviewing.REMARK,
        multiline=True,
        rows=3,
        error_messages={"required": _("Write why it is opened again")},
    )


FURTHEST = 90
A_DAY = _("Enter days as whole numbers from -90 to 90")


class WindowForm(PortalForm):
    """The days of a year's reports."""

    year = forms.IntegerField(
        label=_("The year that is reported"),
        min_value=2000,
        max_value=2199,
        widget=forms.TextInput(attrs={"size": 6, "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Enter a year, e.g. 2025"),
            "min_value": _("Enter a year, e.g. 2025"),
            "max_value": _("Enter a year, e.g. 2025"),
        },
    )
    opens_on = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))
    reminds_at_opening = forms.BooleanField(
        label=_("Remind on the first day, that reports can be filed"), required=False
    )
    reminded = forms.CharField(
        label=_("Remind who misses on these days, counted from the last day"),
        help_text=_("Before it with a minus sign, with commas between: -14, -3, 1, 7."),
        required=False,
    )
    copied_from = forms.IntegerField(
        label=_("From which day on do the managers get the reminder too?"),
        help_text=_("7 means: from a week after the last day."),
        min_value=-FURTHEST,
        max_value=FURTHEST,
        widget=forms.TextInput(attrs={"size": 6}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), A_DAY),
    )
    decides = forms.ModelChoiceField(
        label=_("Whose managers decide on requests for extra resources?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Not decided"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Organisation.objects.active(timezone.localdate())
        self.fields["decides"].queryset = active.filter(
            kind__in=(Organisation.Kind.MUNICIPALITY, Organisation.Kind.ADMINISTRATION)
        ).order_by("name")

    def clean_reminded(self) -> list[int]:
        """The days as numbers, in order, each once."""
        written = self.cleaned_data["reminded"].replace("\N{MINUS SIGN}", "-")
        found = set()
        for one in filter(None, (part.strip() for part in written.split(","))):
            if not re.fullmatch(r"[+-]?[0-9]{1,3}", one) or abs(int(one)) > FURTHEST:
                raise forms.ValidationError(A_DAY)
            found.add(int(one))
        return sorted(found)


STANDINGS = [
    ("not_begun", _("Not begun")),
    *Report.State.choices,
    ("late", _("Late")),
]


class BoardFilter(FilterForm):
    """Year, how far the report has come, and the kind of organisation."""

    year = forms.ChoiceField(label=_("Year"))
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *STANDINGS])
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("", _("All")),
            (Organisation.Kind.ADMINISTRATION, _("Administration")),
            (Organisation.Kind.COMPANY, _("Municipal company")),
        ],
    )

    def __init__(self, *args: Any, years: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [
            ("", _("The latest")),
            *((str(year), str(year)) for year in years),
        ]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if kind := chosen.get("kind"):
            queryset = queryset.filter(kind=kind)
        status = chosen.get("status")
        if status == "not_begun":
            queryset = queryset.filter(standing="")
        elif status == "late":
            late = queryset.filter(last_day__lt=timezone.localdate())
            queryset = late.exclude(standing__in=("submitted", "approved"))
        elif status:
            queryset = queryset.filter(standing=status)
        return queryset
