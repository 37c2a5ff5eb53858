"""The five short pages on which a case is handed in, each a form of its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from cases import consents, crossing, units, words
from cases.crossing import Crossing, Ground
from cases.handing_in import Agreed, From, Person, Told
from cases.models import Consent, Subject
from coordination.access.refused import Refused
from coordination.actors.models import District, Organisation
from coordination.grounds import offering
from coordination.grounds.models import BasisVersion, Sender
from coordination.grounds.offering import Offer
from coordination.ui import dates
from coordination.ui.fields import DATE_HINT, DateField, GuardedText, row_key
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish

ADULT = 18
CONSENT_LASTS = 6
"""Months that a consent is proposed to last."""
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
            _(
                "The person has taken part in violent extremism, for example travelled to a conflict"
            ),
        ),
        ("school_attack", _("I am worried about an attack on a school")),
        ("classified", _("The information is about the security of Sweden")),
        ("case", _("I am worried about how somebody behaves and want Partnerskap to assess it")),
    ]
    way = _radio(_("What is it about?"), WAYS)


class HappenedForm(PortalForm):
    """What somebody did or said. Never what they think or believe (RF 2 kap. 3 §)."""

    mark_optional = False

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
    known_how = _radio(_("How do you know?"), words.KNOWN_HOW)
    before = _radio(_("Has it happened more than once?"), words.BEFORE)
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

    mark_optional = frozenset({"place"})

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
        help_text=_(
            "Leave it empty if the identity is or may be protected. If you do not know where the person"
            " lives, choose the district of the school."
        ),
    )
    place = GuardedText(
        label=_("School or other place of the day"),
        limit=80,
        required=False,
        help_text=_("Leave it empty if the identity is or may be protected."),
    )
    guardian_told = _radio(
        _("If the person is under 18: is a guardian told?"), words.YES_NO, required=False
    )
    guardian_why = GuardedText(label=_("If no guardian is told: why?"), limit=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["district"]
        field.queryset = units.served(timezone.localdate()).order_by(swedish("name"))

    def clean_birth_year(self) -> int:
        year: int = self.cleaned_data["birth_year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError(self.fields["birth_year"].error_messages["invalid"])
        return year

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("protected") != Subject.Protected.NO:
            # It would say where somebody lives. What was chosen is forgotten, not kept.
            said["district"], said["place"] = None, ""
        elif not said.get("district") and "district" not in self.errors:
            self.add_error(
                "district",
                _(
                    "Choose the housing district. If you do not know where the person lives, choose the"
                    " district of the school."
                ),
            )
        self._ask_for_guardian(said)
        return said

    def _ask_for_guardian(self, said: Mapping[str, Any]) -> None:
        year = said.get("birth_year")
        if year and timezone.localdate().year - year < ADULT and not said.get("guardian_told"):
            self.add_error("guardian_told", _("Say whether a guardian is told"))
        if said.get("guardian_told") == "no" and not said.get("guardian_why", "?"):
            self.add_error("guardian_why", _("Write why no guardian is told"))

    def person(self) -> Person:
        """Whom it is about, of a valid form."""
        said = self.cleaned_data
        names = ("given", "family", "birth_year", "protected", "district", "place")
        return Person(**{name: said[name] for name in names})


class ConsentForm(PortalForm):
    """What the person knows, and what they have agreed to."""

    mark_optional = False

    told = _radio(_("Does the person know that you hand in the case?"), words.YES_NO)
    told_why = GuardedText(label=_("If the person does not know: why?"), limit=200, required=False)
    consent = _radio(
        _("Is there consent to work together?"),
        [
            *Consent.Given.choices,
            ("no", pgettext_lazy("consent", "No")),
            ("not_asked", pgettext_lazy("consent", "Not asked")),
        ],
        help_text=_(
            "Without consent another legal basis is needed. You choose it on the next page."
        ),
    )
    given_on = DateField(
        label=_("Which day was the consent given?"), required=False, past=True, help_text=DATE_HINT
    )
    by_guardian = forms.BooleanField(label=_("A guardian has agreed"), required=False)
    covers = forms.MultipleChoiceField(
        label=_("Who may work together?"),
        choices=words.COVERS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = DateField(
        label=_("Until when does the consent hold?"), required=False, help_text=DATE_HINT
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("told") == "no" and not said.get("told_why", "?"):
            self.add_error("told_why", _("Write why the person does not know"))
        if said.get("consent") in Consent.Given.values:
            self._needs(said)
        else:
            said |= {"given_on": None, "by_guardian": False, "covers": [], "until": None}
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
        if given and given > timezone.localdate():
            self.add_error("given_on", _("The day it was given cannot be ahead"))
            return
        if until and given and not given <= until <= dates.months_after(given, consents.LONGEST):
            self.add_error(
                "until", _("Choose a day after the consent was given, twelve months ahead at most")
            )

    def agreed(self) -> Agreed | None:
        """The consent that there is, of a valid form."""
        said = self.cleaned_data
        if said["consent"] not in Consent.Given.values:
            return None
        return Agreed(
            given=said["consent"],
            on=said["given_on"],
            covers=tuple(said["covers"]),
            until=said["until"],
            by_guardian=said["by_guardian"],
        )

    @staticmethod
    def proposed(today: date) -> dict[str, Any]:
        """What stands in the form before anybody has written in it."""
        return {"until": dates.months_after(today, CONSENT_LASTS)}


UNSURE = "unsure"


class _AnyBasis(forms.ChoiceField):
    """Takes a basis that is not offered too, so that the rules can say why not."""

    def valid_value(self, value: Any) -> bool:
        return True


class BasisForm(PortalForm):
    """Where the writer works, and on what ground they may hand it in.

    What is asked follows from `way`, which says how it reaches the board from a place: nothing more where
    no secrecy boundary is crossed or a consent covers the board, else a legal basis and its conditions.
    """

    mark_optional = False

    def __init__(
        self,
        *args: Any,
        workplaces: Sequence[Organisation],
        way: Callable[[From], Crossing],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ground: Ground | None = None
        self.unsure = False
        self.place = self._place(workplaces)
        self._ask_where(workplaces)
        self.way = way(From(self.place, self._sender()))
        if self.way.needs_basis:
            self._ask_basis(crossing.offers(self.way))

    def _given(self, name: str) -> str:
        return str((self.data if self.is_bound else self.initial).get(name) or "")

    def _place(self, workplaces: Sequence[Organisation]) -> Organisation:
        chosen = self._given("organisation")
        return next((one for one in workplaces if str(one.pk) == chosen), workplaces[0])

    def _sender(self) -> str:
        chosen = self._given("sender")
        return chosen if chosen in Sender.values else crossing.sender_of(self.place)

    def _ask_where(self, workplaces: Sequence[Organisation]) -> None:
        if len(workplaces) > 1:
            choices = [(str(one.pk), one.name) for one in workplaces]
            self.fields["organisation"] = _radio(_("Where do you work?"), choices)
            self.initial.setdefault("organisation", str(self.place.pk))
        self.fields["sender"] = _radio(
            _("Which kind of activity is it?"),
            # The police do not hand in cases; they have ways of their own.
            [one for one in Sender.choices if one[0] != Sender.POLICE],
        )
        self.initial.setdefault("sender", crossing.sender_of(self.place))

    def _ask_basis(self, offers: Sequence[Offer]) -> None:
        choices = [(str(one.version.pk), basis_words(one.version)) for one in offers]
        self.fields["basis"] = _AnyBasis(
            label=_("What lets you hand it in?"),
            choices=[*choices, (UNSURE, _("I am unsure – help me"))],
            widget=forms.RadioSelect,
            required=False,
        )
        for one in offers:
            if one.asks:
                self.fields[f"conditions_{one.version.pk}"] = forms.MultipleChoiceField(
                    label=_("Conditions of: %(name)s") % {"name": one.version.basis.name},
                    choices=[(ask, offering.question(one.version, ask)) for ask in one.asks],
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                    help_text=_("Tick all of them, if you have chosen this basis."),
                )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.unsure = said.get("basis") == UNSURE
        if not self.unsure and not self.errors:
            try:
                self.ground = crossing.settle(self.way, basis=self.basis, confirmed=self.confirmed)
            except Refused as refusal:
                self._refuse(refusal)
        # What was ticked under a basis that was not chosen is not kept.
        kept = f"conditions_{said.get('basis')}"
        for name in [one for one in said if one.startswith("conditions_") and one != kept]:
            said[name] = []
        return said

    def _refuse(self, refusal: Refused) -> None:
        of_it = f"conditions_{self.cleaned_data.get('basis')}"
        at = of_it if refusal.field == "conditions" and of_it in self.fields else None
        self.add_refusal(refusal, at)

    @property
    def basis(self) -> BasisVersion | None:
        """The version that was chosen."""
        key = row_key(self.cleaned_data.get("basis") or "")
        return crossing.version(key) if key else None

    @property
    def confirmed(self) -> frozenset[str]:
        """What was ticked under the chosen basis."""
        return frozenset(
            self.cleaned_data.get(f"conditions_{self.cleaned_data.get('basis')}") or ()
        )

    def sent_from(self) -> From:
        """Where it is handed in from, and on what, of a valid form."""
        return From(self.place, self.cleaned_data["sender"], self.basis, self.confirmed)


def basis_words(version: BasisVersion) -> str:
    """A legal basis as it stands among the alternatives."""
    return f"{version.basis.name} ({version.paragraph}). {version.plain}"


def told_by(happened: HappenedForm, who: WhoForm, known: ConsentForm) -> Told:
    """What is told of the worry, of three valid forms. An answer is kept as its code, with what was
    written to it after that (`words.said`)."""

    def answer(form: PortalForm, name: str, why: str) -> str:
        return " ".join(filter(None, (form.cleaned_data[name], form.cleaned_data[why])))

    return Told(
        happened=happened.cleaned_data["happened"],
        when=happened.cleaned_data["when"],
        known_how=happened.cleaned_data["known_how"],
        before=happened.cleaned_data["before"],
        guardian=answer(who, "guardian_told", "guardian_why"),
        told=answer(known, "told", "told_why"),
    )


def answered(form: PortalForm, name: str) -> str:
    """What was answered in a field, as people read it: the words of a choice, a day, a name."""
    value = form.cleaned_data.get(name)
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return pgettext("answer", "Yes") if value else ""
    if isinstance(field, forms.MultipleChoiceField):
        words = dict(field.choices)  # type: ignore[arg-type]
        return ", ".join(str(words[one]) for one in value or ())
    if isinstance(field, forms.ModelChoiceField):
        return str(value or "")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, "")) if value else ""  # type: ignore[arg-type]
    return dates.day(value) if isinstance(value, date) else str(value or "")
