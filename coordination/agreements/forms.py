"""What is filled in about an agreement, and what the list can be narrowed to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.ui import matching
from coordination.ui.fields import DATE_HINT, DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish

from . import keeping
from .models import Agreement, Standing, ahead

ALL = ("", _("All"))
SEARCHED = ("name", "purposes", "areas", "problems", "causes", "goals", "paragraph")
"""Where words are searched for."""


def found_by(wanted: matching.Words) -> Q:
    """Agreements with the words in what they say, or in a pledge."""
    return wanted.within(*SEARCHED, "pledges__text")


def _text(name: str, **more: Any) -> GuardedText:
    field = Agreement._meta.get_field(name)
    more.setdefault("multiline", name not in keeping.ONE_LINE)
    more.setdefault("required", False)
    return GuardedText(label=keeping.LABELS[name], limit=field.max_length or 0, **more)


def _many(label: Any, help_text: Any = "") -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=label,
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class AgreementForm(PortalForm):
    """What an agreement says. A draft needs a name, and the answer about violent extremism."""

    mark_optional = frozenset(
        {"districts", "levels", "problems", "causes", "goals", "pledges", "follow_up_on"}
        | {"documented", "followed_up", "paragraph"}
    )

    name = _text(
        "name",
        required=True,
        error_messages={"required": _("Enter what the agreement is called")},
        help_text=_("For example Cooperation with the police 2026–2028."),
    )
    parties = _many(keeping.NAMES["parties"], _("Two at least. The police read what they sign."))
    valid_from = DateField(label=keeping.NAMES["valid_from"], required=False, past=True)
    valid_to = DateField(label=keeping.NAMES["valid_to"], required=False, help_text=DATE_HINT)
    purposes = _text("purposes", help_text=_("Why the parties cooperate."))
    areas = _text("areas", help_text=_("What the parties cooperate about."))
    problems = _text("problems", help_text=_("Problems and places, not people."))
    causes = _text("causes")
    goals = _text("goals", help_text=_("What is to be different, by how much, and by when."))
    documented = _text("documented", rows=3)
    followed_up = _text("followed_up", rows=3, help_text=_("How often, by whom, and where."))
    extremism = forms.ChoiceField(
        label=keeping.NAMES["extremism"],
        choices=Agreement.Extremism.choices,
        widget=forms.RadioSelect,
    )
    paragraph = _text("paragraph", help_text=_("Copy the words of the agreement."))
    pledges = GuardedText(
        label=keeping.NAMES["pledges"],
        limit=keeping.MOST_PLEDGES * keeping.PLEDGE,
        multiline=True,
        required=False,
        help_text=_("One pledge on each line."),
    )
    districts = _many(
        keeping.NAMES["districts"],
        _("Choose none for an agreement about the whole municipality."),
    )
    levels = _many(keeping.NAMES["levels"])
    signed_for_municipality = _text(
        "signed_for_municipality",
        help_text=_("Function and name, for example Chair of the executive board Kim Ek."),
    )
    signed_for_others = _text(
        "signed_for_others",
        help_text=_("Function and name, for example Head of the local police area Kim Ek."),
    )
    signed_on = DateField(label=keeping.NAMES["signed_on"], required=False, past=True)
    follow_up_on = DateField(label=keeping.NAMES["follow_up_on"], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        for name, model in (("parties", Organisation), ("districts", District)):
            # Those that have ended since they were chosen stay chosen.
            chosen = model.objects.filter(pk__in=self.initial.get(name, ()))
            offered = (model.objects.active(today) | chosen).order_by(swedish("name"))
            self.fields[name].queryset = offered
        self.fields["levels"].queryset = PreventionLevel.objects.order_by("position")


class EndForm(PortalForm):
    """When the agreement ended before its last day, and why."""

    on = DateField(label=_("The day it ended"), past=True)
    reason = GuardedText(
        label=_("Why it ended"),
        limit=keeping.REASON,
        multiline=True,
        rows=3,
        error_messages={"required": _("Enter why the agreement ended")},
    )


class AgreementFilter(FilterForm):
    """Words, standing, party, district, whether extremism is included, and what expires."""

    words = forms.CharField(label=_("Search words"), max_length=matching.MOST)
    status = forms.ChoiceField(label=_("Status"), choices=[ALL, *Standing.choices])
    party = forms.ChoiceField(label=_("Party"))
    district = forms.ChoiceField(label=_("Housing district"))
    extremism = forms.ChoiceField(
        label=_("Violent extremism"), choices=[ALL, *Agreement.Extremism.choices]
    )
    expiring = forms.BooleanField(label=_("Expires within six months"))

    def __init__(
        self,
        *args: Any,
        parties: Iterable[tuple[int, str]] = (),
        districts: Iterable[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (("party", parties), ("district", districts)):
            self.fields[name].choices = [ALL, *((str(key), label) for key, label in found)]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, today = self.cleaned_data, timezone.localdate()
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            kept = queryset.filter(found_by(wanted)) if wanted else queryset.none()
            queryset = queryset.filter(pk__in=kept.values("pk"))
        if status := chosen.get("status"):
            queryset = queryset.filter(standing=status)
        if party := chosen.get("party"):
            queryset = queryset.filter(parties=party)
        if district := chosen.get("district"):
            queryset = queryset.filter(districts=district)
        if extremism := chosen.get("extremism"):
            queryset = queryset.filter(extremism=extremism)
        if chosen.get("expiring"):
            queryset = queryset.in_force(today).filter(valid_to__lte=ahead(today, 6))
        return queryset
