"""What is filled in when a consent is noted, or withdrawn."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import consents, words
from cases.models import Consent
from coordination.ui import dates
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm


class ConsentForm(PortalForm):
    """How a consent was given, when, to whom, and until when."""

    given = forms.ChoiceField(
        label=_("How was it given?"), choices=Consent.Given.choices, widget=forms.RadioSelect
    )
    on = DateField(label=_("The day it was given"), past=True)
    by_guardian = forms.BooleanField(label=_("A guardian gave it too"), required=False)
    covers = forms.MultipleChoiceField(
        label=_("Whom does it let work together?"),
        choices=words.COVERS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose whom the consent lets work together")},
    )
    until = DateField(
        label=_("Until when?"),
        help_text=_("Six months is usual, twelve the most. Write it like this: 2026-05-12"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        proposed = {"on": today, "until": dates.months_after(today, consents.USUALLY)}
        kwargs["initial"] = proposed | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class WithdrawForm(PortalForm):
    """When the person withdrew it, and how."""

    on = DateField(label=_("The day it was withdrawn"), past=True)
    said = GuardedText(
        label=_("How was it said?"),
        limit=consents.WITHDRAWN,
        multiline=True,
        rows=3,
        help_text=_("Write how, by whom and to whom. No reason is needed to withdraw a consent."),
        error_messages={"required": _("Write how it was said, and to whom")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
