"""What is filled in about legal bases and retention rules, and what their lists can be narrowed to."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.ui.fields import DATE_HINT, DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm

from . import keeping, retention, versions
from .models import Event, Outcome, Purpose, Receiver, Sender, Unit
from .models.versions import REVIEWER, WHY
from .standing import Standing

ALL = ("", _("All"))
OLDEST = 120


def _days() -> tuple[DateField, DateField]:
    return (
        DateField(
            label=keeping.LABELS["valid_from"],
            past=True,
            help_text=_("The day from which the law says so. A day that has passed is fine."),
            error_messages={"required": _("Enter the day from which it is in force.")},
        ),
        DateField(
            label=keeping.LABELS["valid_to"],
            required=False,
            help_text=_("Leave it empty when no end is decided."),
        ),
    )


def _several(name: str, choices: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=keeping.LABELS[name],
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


def _lines(name: str, help_text: Any) -> GuardedText:
    most, longest = keeping.LISTED[name]
    return GuardedText(
        label=keeping.LABELS[name],
        limit=most * longest,
        multiline=True,
        required=False,
        help_text=help_text,
    )


def _age(name: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=keeping.LABELS[name],
        required=False,
        min_value=1,
        max_value=OLDEST,
        help_text=_("Years. Leave it empty when age does not decide."),
        error_messages={"invalid": _("Enter the age as a number, e.g. 21")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
    )


def _need(name: str) -> forms.BooleanField:
    return forms.BooleanField(label=keeping.LABELS[name], required=False)


class BasisForm(PortalForm):
    """What a version of a legal basis says."""

    mark_optional = frozenset({"valid_to", "authorities", "from_age", "under_age", "conditions"})

    paragraph = GuardedText(
        label=keeping.LABELS["paragraph"],
        limit=120,
        help_text=_("For example 10 kap. 18 a § OSL."),
        error_messages={"required": _("Enter the paragraph and the act")},
    )
    plain = GuardedText(
        label=keeping.LABELS["plain"],
        limit=300,
        multiline=True,
        rows=3,
        help_text=_("What it lets somebody do, so that a colleague who is no lawyer understands."),
        error_messages={"required": _("Enter what it lets somebody do, in plain language")},
    )
    senders = _several("senders", Sender.choices, _("Choose none for any activity."))
    receivers = _several("receivers", Receiver.choices, _("Choose none for any receiver."))
    purposes = _several("purposes", Purpose.choices, _("Choose none for any purpose."))
    authorities = _lines("authorities", _("One board on each line. Leave it empty for any board."))
    from_age, under_age = _age("from_age"), _age("under_age")
    needs_consent = _need("needs_consent")
    needs_suspicion = _need("needs_suspicion")
    needs_balance = _need("needs_balance")
    conditions = _lines(
        "conditions",
        _("One on each line, as a sentence to agree to. Each one is ticked at every decision."),
    )
    valid_from, valid_to = _days()


class NewBasisForm(BasisForm):
    """A legal basis that is not in the list yet."""

    name = GuardedText(
        label=_("Name"),
        limit=keeping.NAME,
        help_text=_("Short, as it stands in lists."),
        error_messages={"required": _("Enter what the legal basis is called")},
    )

    field_order = ("name",)


class RetentionForm(PortalForm):
    """What a version of a retention rule says."""

    mark_optional = frozenset({"valid_to"})

    outcome = forms.ChoiceField(
        label=retention.LABELS["outcome"], choices=Outcome.choices, widget=forms.RadioSelect
    )
    length = forms.IntegerField(
        label=retention.LABELS["length"],
        required=False,
        min_value=1,
        max_value=retention.LONGEST,
        help_text=_("A number. Leave it empty for what is kept."),
        error_messages={"invalid": _("Enter a number, e.g. 5")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
    )
    unit = forms.ChoiceField(
        label=retention.LABELS["unit"],
        choices=[("", _("Does not apply")), *Unit.choices],
        required=False,
        help_text=_("For a time that passes. An age is in years."),
    )
    event = forms.ChoiceField(
        label=retention.LABELS["event"],
        choices=[("", _("Does not apply")), *Event.choices],
        required=False,
    )
    by_next_year = forms.BooleanField(
        label=_("Destruction is finished at the latest in the following calendar year"),
        required=False,
    )
    source = GuardedText(
        label=retention.LABELS["source"],
        limit=160,
        help_text=_("For example 16 kap. 1 § socialtjänstlagen, or the plan and its number."),
        error_messages={"required": _("Enter the law or the decision")},
    )
    plain = GuardedText(
        label=retention.LABELS["plain"],
        limit=300,
        multiline=True,
        rows=3,
        error_messages={"required": _("Enter what the rule says, in plain language")},
    )
    valid_from, valid_to = _days()


class ReviewForm(PortalForm):
    """Who found the version right, in which function, and when."""

    name = GuardedText(
        label=_("Who has reviewed it?"),
        limit=REVIEWER // 2 - 1,
        help_text=_("First and last name. The person need not have an account."),
        error_messages={"required": _("Enter the name of the person who has reviewed it")},
    )
    function = GuardedText(
        label=_("In which function?"),
        limit=REVIEWER // 2 - 1,
        help_text=_("For example municipal lawyer or municipal archivist."),
        error_messages={"required": _("Enter the function of the person who has reviewed it")},
    )
    reviewed_on = DateField(label=_("When?"), past=True, help_text=DATE_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"reviewed_on": timezone.localdate()})
        super().__init__(*args, **kwargs)

    @property
    def who(self) -> str:
        """Name and function, as one line."""
        return f"{self.cleaned_data['name']}, {self.cleaned_data['function']}"


class StrikeForm(PortalForm):
    """Why nobody is to rest on the version."""

    why = GuardedText(
        label=_("Why?"),
        limit=WHY,
        multiline=True,
        rows=3,
        error_messages={"required": _("Enter why nobody is to rest on it")},
    )


class EndForm(PortalForm):
    """The last day of a version."""

    valid_to = DateField(
        label=_("Last day in force"),
        help_text=_("Today or later. Strike the version to stop it at once."),
        error_messages={"required": _("Enter the last day")},
    )


class LawFilter(FilterForm):
    """How something stands, and what is to be looked at."""

    status = forms.ChoiceField(label=_("Status"), choices=[ALL, *Standing.choices])
    look = forms.BooleanField(label=_("Not looked at for twelve months"))

    def narrow(self, queryset: QuerySet) -> QuerySet:
        status = self.cleaned_data.get("status")
        if status == Standing.UNREVIEWED:
            # What holds may have a version that waits: it is looked for by who is to review it.
            queryset = queryset.filter(waits=True)
        elif status:
            queryset = queryset.filter(standing=status)
        if self.cleaned_data.get("look"):
            relation = queryset.model._meta.get_field("versions")
            found = versions.to_look_at(relation.related_model, timezone.localdate())
            queryset = queryset.filter(pk__in=found.values(relation.field.name))
        return queryset
