"""What is filled in about an action plan and its measures, and what their list can be narrowed to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from coordination.access.models import User
from coordination.access.vocabulary import Permission
from coordination.actors.models import Organisation, PreventionLevel
from coordination.situation import measures, plans
from coordination.situation.models import ActionPlan, Measure, Problem
from coordination.ui import matching
from coordination.ui.fields import DATE_HINT, DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish

from .pictures import NOBODY

SEARCHED = ("title", "details", "indicator")


class DecideForm(PortalForm):
    """That a body has decided the plan."""

    decided_by = GuardedText(
        label=_("Decided by"),
        limit=plans.DECIDED_BY,
        help_text=_("For example Kommunstyrelsen."),
        error_messages={"required": _("Enter who decided the plan, for example Kommunstyrelsen")},
    )
    decided_on = DateField(label=_("Decided on"), past=True)
    valid_to = DateField(label=_("Valid until"))


class FollowUpForm(PortalForm):
    """That the whole plan was followed up, and what came of it."""

    on = DateField(label=_("Date"), past=True, help_text=DATE_HINT)
    text = GuardedText(
        label=_("What came of it"),
        limit=plans.FOLLOW_UP,
        multiline=True,
        rows=8,
        help_text=format_lazy(
            "{} {}", _("What the measures led to, and what that means for the next plan."), NOBODY
        ),
        error_messages={"required": _("Write what came of the follow-up")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


def _text(name: str, **more: Any) -> GuardedText:
    messages = {"required": measures.NEEDED[name]} if name in measures.NEEDED else {}
    return GuardedText(
        label=measures.LABELS[name],
        limit=Measure._meta.get_field(name).max_length or 0,
        error_messages=messages,
        **more,
    )


def _choice(name: str, label: Any, model: Any, **more: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        queryset=model.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": measures.CHOSEN[name]},
        **more,
    )


class MeasureForm(PortalForm):
    """A measure, new or changed. Added to a plan that is decided it needs a reason."""

    title = _text("title", help_text=NOBODY)
    problem = _choice(
        "problem", _("Problem"), Problem, help_text=_("Which problem of the picture it is about.")
    )
    details = _text("details", multiline=True, rows=4, required=False)
    owner = _choice(
        "owner", _("Owner"), Organisation, help_text=_("Which organisation answers for it.")
    )
    responsible = forms.ModelChoiceField(
        label=_("Responsible person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody named"),
    )
    level = _choice("level", _("Prevention level"), PreventionLevel)
    due = DateField(label=_("To be done by"), error_messages={"required": measures.CHOSEN["due"]})
    indicator = _text(
        "indicator",
        multiline=True,
        rows=2,
        help_text=_(
            "How one sees that it has worked, for example a figure and where it is taken from."
        ),
    )
    why = GuardedText(
        label=_("Why it is added"),
        limit=measures.WHY,
        multiline=True,
        rows=2,
        help_text=_("The plan is decided. The reason and today's date are shown with the measure."),
        error_messages={"required": _("Write why the measure is added after the decision")},
    )

    def __init__(
        self,
        *args: Any,
        by: Any,
        plan: ActionPlan,
        measure: Measure | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        today, fields = timezone.localdate(), self.fields
        offered: dict[str, QuerySet] = {
            "problem": Problem.objects.visible_to(by, Permission.WRITE_SITUATION)
            .filter(picture=plan.picture_id)
            .order_by("pk"),
            "owner": measures.owners_to_choose(
                today, measure.owner_id if measure else None
            ).order_by(swedish("name")),
            "responsible": measures.people_to_choose(measure.responsible_id if measure else None),
            "level": PreventionLevel.objects.order_by("position"),
        }
        for name, queryset in offered.items():
            fields[name].queryset = queryset  # type: ignore[attr-defined]
        if plan.is_draft:
            del fields["why"]

    @property
    def values(self) -> dict[str, Any]:
        """What a measure is, without why it was added."""
        return {name: self.cleaned_data[name] for name in measures.FIELDS}


class UpdateForm(PortalForm):
    """How a measure stands."""

    state = forms.ChoiceField(
        label=_("Status"), choices=Measure.State.choices, widget=forms.RadioSelect
    )
    note = GuardedText(
        label=_("What has happened"),
        limit=measures.NOTE,
        multiline=True,
        rows=4,
        required=False,
        help_text=format_lazy(
            "{} {}", _("What the indicator shows, or why it is dropped."), NOBODY
        ),
    )


class MeasureFilter(FilterForm):
    """Words, status, level, owner, district, what is late; and another plan than the one in force."""

    words = forms.CharField(label=_("Search words"), max_length=matching.MOST)
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Measure.State.choices])
    late = forms.BooleanField(label=_("Only late ones"))
    level = forms.ChoiceField(
        label=_("Prevention level"), choices=[("", _("All")), *PreventionLevel.Code.choices]
    )
    owner = forms.ChoiceField(label=_("Owner"))
    district = forms.ChoiceField(label=_("Housing district"))
    plan = forms.ChoiceField(label=_("Action plan"))

    def __init__(
        self,
        *args: Any,
        owners: Iterable[tuple[int, str]] = (),
        districts: Iterable[tuple[int, str]] = (),
        other_plans: Iterable[tuple[int, str]] = (),
        shown: ActionPlan | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._shown = shown
        for name, first, rows in (
            ("owner", _("All"), owners),
            ("district", _("All"), districts),
            ("plan", _("The one in force"), other_plans),
        ):
            self.fields[name].choices = [("", first), *((str(key), label) for key, label in rows)]  # type: ignore[attr-defined]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        queryset = queryset.filter(plan=chosen.get("plan") or self._shown)
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            queryset = queryset.filter(wanted.within(*SEARCHED)) if wanted else queryset.none()
        if status := chosen.get("status"):
            queryset = queryset.filter(state=status)
        if chosen.get("late"):
            queryset = queryset.late(timezone.localdate())  # type: ignore[attr-defined]
        if level := chosen.get("level"):
            queryset = queryset.filter(level__code=level)
        if owner := chosen.get("owner"):
            queryset = queryset.filter(owner=owner)
        if district := chosen.get("district"):
            queryset = queryset.filter(
                Q(problem__whole_municipality=True) | Q(problem__districts=district)
            )
        return queryset
