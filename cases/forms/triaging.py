"""The form of the preliminary assessment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases import triage
from cases.models import Triage
from coordination.access.models import User
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm

CHOOSE = {"required": _("Choose one of the alternatives")}


class TriageForm(PortalForm):
    """What becomes of the case, why, on which level, and who carries it."""

    mark_optional = False

    outcome = forms.ChoiceField(
        label=_("What becomes of the case?"),
        choices=Triage.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    where_to = GuardedText(
        label=_("Where to?"),
        limit=200,
        required=False,
        help_text=_(
            "Needed when you refer it, or when a report of concern is to be made: which activity, or who"
            " makes the report and when."
        ),
    )
    level = forms.ChoiceField(
        label=_("Prevention level"),
        choices=Triage.Level.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "General is for everybody, specific for groups at risk, individual for one person."
        ),
        error_messages=CHOOSE,
    )
    reason = GuardedText(
        label=_("Why?"),
        limit=triage.REASON,
        multiline=True,
        rows=4,
        error_messages={"required": _("Write why")},
    )
    earlier_said = GuardedText(
        label=_("What do the earlier worries say?"),
        limit=triage.REASON,
        multiline=True,
        rows=3,
        required=False,
        help_text=_("Needed where there are earlier worries and the case is not opened."),
    )
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("case", "Responsible"),
        queryset=User.objects.none(),
        empty_label=None,
        help_text=_("Whoever carries the case if it is opened."),
    )

    def __init__(self, *args: Any, people: Any, has_earlier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = people
        if not has_earlier:
            del self.fields["earlier_said"]

    def add_refusal(self, refusal: Exception, field: str | None = None) -> None:
        """What the rules call by other names has its own here."""
        named = field or getattr(refusal, "field", None)
        super().add_refusal(refusal, {"earlier": "earlier_said", "user": "owner"}.get(named, named))
