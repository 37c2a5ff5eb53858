"""What is filled in about a contact, and what the log can be narrowed to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import District
from coordination.knowledge import contacts
from coordination.knowledge.contact_figures import HalfYear
from coordination.knowledge.models import Contact
from coordination.ui.fields import DATE_HINT, DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish


class ContactForm(PortalForm):
    """A contact: day and direction are filled in already."""

    on = DateField(label=_("Date"), past=True, help_text=DATE_HINT)
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Contact.Channel.choices, widget=forms.RadioSelect
    )
    direction = forms.ChoiceField(
        label=_("Direction"), choices=Contact.Direction.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("Type"), choices=Contact.Kind.choices, widget=forms.RadioSelect
    )
    outcome = GuardedText(
        label=_("What came of it?"),
        limit=contacts.LONGEST,
        multiline=True,
        rows=3,
        help_text=_(
            "Do not write names or ID numbers of people in individual cases. The notes can become a"
            " public document."
        ),
        error_messages={"required": _("Write what came of it")},
    )
    district = forms.ModelChoiceField(
        label=_("Housing district"),
        queryset=District.objects.none(),
        required=False,
        empty_label=_("Not said"),
        help_text=_("Only if the caller said so themself and it matters."),
    )
    minutes = forms.IntegerField(
        label=_("Time in minutes"),
        required=False,
        widget=forms.TextInput(attrs={"size": 5, "inputmode": "numeric"}),
        error_messages={"invalid": _("Enter the minutes as a number from 1 to 600")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        chosen = self.initial.get("district")
        districts = District.objects.active(today) | District.objects.filter(pk=chosen)
        self.fields["district"].queryset = districts.order_by(swedish("name"))
        self.initial.setdefault("on", today)
        self.initial.setdefault("direction", Contact.Direction.IN)


class ContactFilter(FilterForm):
    """Channel, direction, type and half-year. Not district: a count of one would tell of a caller."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("", _("All")), *Contact.Channel.choices]
    )
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("", _("All")), *Contact.Direction.choices]
    )
    kind = forms.ChoiceField(label=_("Type"), choices=[("", _("All")), *Contact.Kind.choices])
    period = forms.ChoiceField(
        label=_("Period"),
        choices=[("", _("All")), ("this", _("This half-year")), ("last", _("The last half-year"))],
    )

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        for name in ("channel", "direction", "kind"):
            if value := chosen.get(name):
                queryset = queryset.filter(**{name: value})
        if period := chosen.get("period"):
            half = HalfYear.of(timezone.localdate())
            half = half if period == "this" else half.before
            queryset = queryset.filter(on__range=(half.first, half.last))
        return queryset


class HalfYearForm(FilterForm):
    """Which half-year the figures are of, the latest unless the address says else."""

    half = forms.ChoiceField(label=_("Half-year"))

    def __init__(self, *args: Any, halves: Sequence[HalfYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["half"].choices = [(one.code, str(one)) for one in halves]
        self.halves = halves

    @property
    def chosen(self) -> HalfYear | None:
        """The one that the address names, or else the latest; None where there is none to see."""
        named = HalfYear.read(self.cleaned_data.get("half") or "") if self.is_valid() else None
        return named or next(iter(self.halves), None)


class RetentionForm(PortalForm):
    """How long contacts are kept, from a day on."""

    months = forms.TypedChoiceField(
        label=_("Keep contacts for"),
        coerce=int,
        choices=[
            (6, _("6 months")),
            (12, _("12 months")),
            (24, _("24 months")),
            (36, _("36 months")),
            (60, _("60 months")),
        ],
    )
    valid_from = DateField(label=_("From and including"))
    basis = GuardedText(
        label=_("Decision"),
        limit=200,
        help_text=_("For example the number of the decision, or the plan for documents."),
        error_messages={"required": _("Enter the decision that it follows from")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_from", timezone.localdate())
