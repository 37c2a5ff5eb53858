"""What is filled in about one activity, and why it has ended."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import District, PreventionLevel
from coordination.resources import activities
from coordination.resources.models import Activity
from coordination.ui.amounts import KronorField, PercentField, PostsField
from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import swedish

LABELS = activities.LABELS


class ActivityForm(PortalForm):
    """An activity, new or changed."""

    mark_optional = frozenset({"comment"})

    name = GuardedText(label=LABELS["name"], limit=activities.NAME)
    level = forms.ChoiceField(
        label=LABELS["level"], choices=PreventionLevel.Code.choices, widget=forms.RadioSelect
    )
    districts = forms.ModelMultipleChoiceField(
        label=LABELS["districts"],
        queryset=District.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Choose none when it is for the whole municipality. Several share posts and cost equally, until"
            " you share them yourself."
        ),
    )
    fte = PostsField(label=LABELS["fte"], help_text=_("For example 1.5"))
    cost = KronorField(
        label=LABELS["cost"], help_text=_("Whole kronor, not thousands. For example 787 500")
    )
    calculated = forms.ChoiceField(
        label=LABELS["calculated"], choices=Activity.Calculated.choices, widget=forms.RadioSelect
    )
    comment = GuardedText(label=LABELS["comment"], limit=activities.COMMENT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.initial.get("districts", ())
        now = District.objects.active(timezone.localdate())
        places = now | District.objects.filter(pk__in=list(chosen))
        self.fields["districts"].queryset = places.order_by(swedish("name"))


class WhyForm(PortalForm):
    """Why a figure that looks like a slip is right."""

    why = GuardedText(
        label=_("Why is it right?"),
        limit=activities.COMMENT,
        error_messages={"required": _("Write in a few words why it is right")},
    )


class SplitForm(PortalForm):
    """How much of an activity each of its districts has, in percent."""

    def __init__(self, *args: Any, places: Sequence[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        for place in places:
            self.fields[f"{place.pk}-share"] = PercentField(
                label=_("%(area)s, percent") % {"area": place.name}
            )

    @property
    def split(self) -> dict[int, int]:
        """Hundredths of a percent by the key of the district."""
        return {one.pk: int(self.cleaned_data[f"{one.pk}-share"] * 100) for one in self.places}


class EndForm(PortalForm):
    """That an activity has ended, and why."""

    ended = GuardedText(
        label=LABELS["ended"],
        limit=activities.ENDED,
        error_messages={"required": _("Write why it has ended")},
    )
