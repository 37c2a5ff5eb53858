"""What is filled in when a case is opened in an emergency, and when that is reviewed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import glimpses
from cases.models import Glimpse
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm


class GlimpseForm(PortalForm):
    """Which case must be opened now, and why."""

    number = GuardedText(
        label=_("Number of the case"),
        limit=16,
        help_text=_("For example 2026-014."),
        error_messages={"required": _("Enter the number of the case, such as 2026-014")},
    )
    ground = forms.ChoiceField(
        label=_("What has happened?"),
        choices=Glimpse.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what has happened")},
    )
    reason = GuardedText(
        label=_("Why can it not wait?"),
        limit=glimpses.REASON,
        multiline=True,
        rows=3,
        help_text=_("Those who carry the case read it."),
        error_messages={"required": _("Write why it cannot wait")},
    )


class ReviewForm(PortalForm):
    """Whether it was in order."""

    verdict = forms.ChoiceField(
        label=_("Was it in order?"),
        choices=[one for one in Glimpse.Verdict.choices if one[0]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it was in order")},
    )
    remark = GuardedText(
        label=_("Remark"),
        limit=glimpses.REASON,
        multiline=True,
        rows=3,
        required=False,
        help_text=_("Needed where it is to be looked into. Write nothing about the person."),
    )
