"""The five short pages on which a case is handed in, each a form of its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import CaseArea, Consent, Subject
from coordination.actors.models import District, Organisation
from coordination.grounds.models import Sender
from coordination.ui import dates
from coordination.ui.fields import DATE_HINT, DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish

CONSENT_LASTS = 6
"""Months that a consent is proposed to last."""
YES_NO = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
CHOOSE = {"required": _("Choose one of the alternatives")}


def _radio(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE, **more
    )


class WayForm(PortalForm):
    """Before anything is written: is this the way at all?"""

    WAYS = [
        ("danger", _("There is danger to life or safety right now")),
        ("child", _("A child may be coming to harm")),
        ("advice", _("I want advice without saying whom it is about")),
        (
            "took_part",
            _("The person has taken part in violent extremism, for example travelled to a conflict"),
        ),
        ("case", _("I am worried about how somebody behaves and want Partnerskap to assess it")),
    ]
    way = _radio(_("What is it about?"), WAYS)


class HappenedForm(PortalForm):
    """What somebody did or said. Never what they think or believe (RF 2 kap. 3 §)."""

    mark_optional = frozenset({"before"})

    happened = GuardedText(
        label=_("What happened?"),
        limit=1500,
        multiline=True,
        rows=8,
        help_text=_(
            "Describe what the person did or said, when and where. Do not write what you think about "
            "the person's opinions or faith."
        ),
        error_messages={"required": _("Write what happened")},
    )
    when = GuardedText(
        label=_("When was it?"),
        limit=60,
        help_text=_("A day or a period, for example the last three weeks."),
        error_messages={"required": _("Write when it was")},
    )
    known_how = _radio(
        _("How do you know?"),
        [
            ("seen", _("I saw or heard it myself")),
            ("told_by_person", _("The person told me")),
            ("told_by_other", _("Somebody else told me")),
            ("other", pgettext_lazy("how it is known", "Other")),
        ],
    )
    before = _radio(
        _("Has it happened more than once?"),
        [*YES_NO, ("unknown", pgettext_lazy("answer", "I do not know"))],
        required=False,
    )
    about_behaviour = forms.BooleanField(
        label=_("The worry is about behaviour or events, not only about opinions or faith."),
        error_messages={
            "required": _(
                "Confirm that the worry is about behaviour or events. If it is about views or faith "
                "alone you cannot hand in the case."
            )
        },
    )


class WhoForm(PortalForm):
    """Whom it is about: a name and a year of birth, never an identity number."""

    mark_optional = frozenset({"place", "district", "guardian_told", "guardian_why"})

    given = GuardedText(
        label=_("First name"), limit=60, error_messages={"required": _("Write the first name")}
    )
    family = GuardedText(
        label=_("Last name"), limit=60, error_messages={"required": _("Write the last name")}
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        help_text=_("Four digits. Never write an identity number."),
        min_value=1920,
        widget=forms.TextInput(attrs={"size": 6, "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Enter the year of birth with four digits, e.g. 2009"),
        ),
    )
    protected = _radio(_("Does the person have protected identity?"), Subject.Protected.choices)
    district = forms.ModelChoiceField(
        label=_("Housing district"),
        queryset=District.objects.none(),
        required=False,
        empty_label=_("Choose"),
        help_text=_("Leave it empty where the identity is protected, or you do not know."),
    )
    place = GuardedText(
        label=_("School or other place of the day"),
        limit=80,
        required=False,
        help_text=_("Leave it empty where the identity is protected, or you do not know."),
    )
    guardian_told = _radio(
        _("If the person is under 18: is a guardian told?"), YES_NO, required=False
    )
    guardian_why = GuardedText(label=_("If not: why?"), limit=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        served = CaseArea.objects.active(today).values("district")
        field: Any = self.fields["district"]
        field.queryset = District.objects.filter(pk__in=served).order_by(swedish("name"))
        year: Any = self.fields["birth_year"]
        year.max_value = today.year

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(self.fields["birth_year"].error_messages["invalid"])
        return year

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("protected") == Subject.Protected.NO:
            if not said.get("district"):
                self.add_error("district", _("Choose the housing district"))
        else:
            # It would say where somebody lives. What was chosen is forgotten, not kept.
            said["district"], said["place"] = None, ""
        return said


class ConsentForm(PortalForm):
    """What the person knows, and what they have agreed to."""

    mark_optional = frozenset({"told_why", "given_on", "by_guardian", "covers", "until"})

    told = _radio(_("Does the person know that you hand in the case?"), YES_NO)
    told_why = GuardedText(label=_("If not: why?"), limit=200, required=False)
    consent = _radio(
        _("Is there consent to work together?"),
        [
            *Consent.Given.choices,
            ("no", pgettext_lazy("consent", "No")),
            ("not_asked", pgettext_lazy("consent", "Not asked")),
        ],
        help_text=_("Without consent another legal basis is needed. You choose it on the next page."),
    )
    given_on = DateField(label=_("Which day?"), required=False, past=True, help_text=DATE_HINT)
    by_guardian = forms.BooleanField(label=_("A guardian has agreed"), required=False)
    covers = forms.MultipleChoiceField(
        label=_("Who may work together?"),
        choices=[
            ("school", pgettext_lazy("consent covers", "School")),
            ("social", pgettext_lazy("consent covers", "Social services")),
            ("police", pgettext_lazy("consent covers", "The police")),
            ("leisure", pgettext_lazy("consent covers", "Leisure")),
            ("other", pgettext_lazy("consent covers", "Other")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = DateField(label=_("Until when?"), required=False, help_text=DATE_HINT)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("told") == "no" and not said.get("told_why"):
            self.add_error("told_why", _("Write why the person does not know"))
        if said.get("consent") in Consent.Given.values:
            self._needs(said)
        return said

    def _needs(self, said: Mapping[str, Any]) -> None:
        for name, text in (
            ("given_on", _("Enter the day of the consent")),
            ("covers", _("Choose whom the consent lets work together")),
            ("until", _("Enter until when the consent holds")),
        ):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, text)
        until, given = said.get("until"), said.get("given_on")
        if until and given and not given <= until <= dates.months_after(given, 24):
            self.add_error("until", _("Choose a day after the consent, two years ahead at most"))

    @staticmethod
    def proposed(today: date) -> dict[str, Any]:
        """What stands in the form before anybody has written in it."""
        return {"until": dates.months_after(today, CONSENT_LASTS)}


class BasisForm(PortalForm):
    """Where the writer works, and on what ground they may hand it in."""

    organisation = forms.ModelChoiceField(
        label=_("Where do you work?"),
        queryset=Organisation.objects.none(),
        error_messages=CHOOSE,
        empty_label=None,
    )
    sender = _radio(_("Which kind of activity is it?"), Sender.choices)

    def __init__(self, *args: Any, workplaces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = workplaces


PAGES: dict[int, type[PortalForm]] = {1: HappenedForm, 2: WhoForm, 3: ConsentForm}
