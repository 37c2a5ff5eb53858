"""What is filled in about a request for extra resources, and what their list can be narrowed to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.resources import requesting
from coordination.resources.models import SentRequest
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm

CHOOSE = {"required": _("Choose one of the alternatives")}


def _reason(label: Any) -> GuardedText:
    return GuardedText(
        label=label,
        limit=requesting.REASON,
        multiline=True,
        rows=4,
        error_messages={"required": _("Write why")},
    )


class OpinionForm(PortalForm):
    """What the strategic function says of a request, and why."""

    opinion = forms.ChoiceField(
        label=_("The opinion of the strategic function"),
        choices=[one for one in SentRequest.Opinion.choices if one[0]],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    opinion_why = _reason(_("Why?"))


class DecisionForm(PortalForm):
    """What management decides, why, and when that was."""

    decision = forms.ChoiceField(
        label=_("The decision of the management"),
        choices=[one for one in SentRequest.Decision.choices if one[0]],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    decision_why = GuardedText(
        label=_("Why?"),
        help_text=_("If it is approved in part, write which part."),
        limit=requesting.REASON,
        multiline=True,
        rows=4,
        error_messages={"required": _("Write why")},
    )
    on = DateField(label=_("Day of the decision"))


STATES = [
    ("opinion", pgettext_lazy("request", "Waits for an opinion")),
    ("decision", pgettext_lazy("request", "Waits for a decision")),
    *(one for one in SentRequest.Decision.choices if one[0]),
    ("withdrawn", pgettext_lazy("request", "Withdrawn")),
]


class RequestFilter(FilterForm):
    """Year, how far it has come, and what the strategic function says."""

    year = forms.ChoiceField(label=_("Year"))
    state = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *STATES])
    opinion = forms.ChoiceField(
        label=_("Opinion"),
        choices=[("", _("All")), *(one for one in SentRequest.Opinion.choices if one[0])],
    )

    def __init__(self, *args: Any, years: Sequence[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [
            ("", _("All years")),
            *((str(year), str(year)) for year in years),
        ]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if year := chosen.get("year"):
            queryset = queryset.filter(report__window__year=int(year))
        if opinion := chosen.get("opinion"):
            queryset = queryset.filter(opinion=opinion)
        if state := chosen.get("state"):
            queryset = queryset.filter(CONDITIONS.get(state, Q(decision=state)))
        return queryset


CONDITIONS = {
    "opinion": Q(withdrawn_at=None, opinion=""),
    "decision": Q(withdrawn_at=None, decision="") & ~Q(opinion=""),
    "withdrawn": Q(withdrawn_at__isnull=False),
}
