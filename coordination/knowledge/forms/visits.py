"""What is filled in about a study visit and its proposals, and what the lists can be narrowed to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import Organisation
from coordination.knowledge import visits
from coordination.knowledge.models import Suggestion, Visit
from coordination.ui import matching
from coordination.ui.fields import DATE_HINT, DateField, GuardedText
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish


def _text(name: str, **more: Any) -> GuardedText:
    limit = Visit._meta.get_field(name).max_length or 0
    messages = {"required": visits.NEEDED[name]} if name in visits.NEEDED else {}
    return GuardedText(label=visits.LABELS[name], limit=limit, error_messages=messages, **more)


def _organisations(besides: Iterable[int] = ()) -> QuerySet[Organisation]:
    """Those that can be chosen today, and those that are chosen already."""
    now = Organisation.objects.active(timezone.localdate())
    return (now | Organisation.objects.filter(pk__in=list(besides))).order_by(swedish("name"))


class VisitForm(PortalForm):
    """A visit that has been made, new or changed."""

    mark_optional = frozenset({"organisations"})

    kind = forms.ChoiceField(label=_("Type"), choices=Visit.Kind.choices, widget=forms.RadioSelect)
    title = _text("title", help_text=_("For example Study visit in Aarhus."))
    place = _text("place")
    on = DateField(label=_("Date"), past=True, help_text=DATE_HINT)
    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those who were visited, or who take part in the network."),
    )
    participants = _text(
        "participants",
        help_text=_(
            "Write functions, for example two preschool teachers. Names only of the municipality's"
            " own staff."
        ),
    )
    prevent = _text("prevent", multiline=True, rows=6, required=False)
    handle = _text(
        "handle",
        multiline=True,
        rows=6,
        required=False,
        help_text=_(
            "Do not write names or ID numbers of people in individual cases. The notes can become a"
            " public document."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = _organisations(self.initial.get("organisations", ()))
        self.fields["organisations"].queryset = others.filter(kind__in=Organisation.EXTERNAL)
        self.initial.setdefault("kind", Visit.Kind.VISIT)
        self.initial.setdefault("on", timezone.localdate())


class SuggestionForm(PortalForm):
    """A proposal because of a visit."""

    text = GuardedText(
        label=_("What is proposed"),
        limit=visits.SUGGESTION_TEXT,
        error_messages={"required": _("Enter what is proposed")},
    )
    responsible = forms.ModelChoiceField(
        label=_("Responsible organisation"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.initial.get("responsible")
        self.fields["responsible"].queryset = _organisations([chosen] if chosen else [])


class KeepSuggestionForm(SuggestionForm):
    """The same, with how far it has come."""

    state = forms.ChoiceField(label=_("Status"))
    comment = GuardedText(label=_("Comment"), limit=visits.NOTE, required=False)

    def __init__(self, *args: Any, suggestion: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Suggestion.State(suggestion.state)
        self.fields["state"].choices = [
            (state.value, state.label) for state in (now, *Suggestion.FOLLOWS[now])
        ]


class VisitFilter(FilterForm):
    """Words, and whether it was a visit or a meeting of a network."""

    words = forms.CharField(label=_("Search words"), max_length=matching.MOST)
    kind = forms.ChoiceField(label=_("Type"), choices=[("", _("All")), *Visit.Kind.choices])

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            fields = ("title", "place", "participants", "prevent", "handle")
            queryset = queryset.filter(wanted.within(*fields)) if wanted else queryset.none()
        if kind := chosen.get("kind"):
            queryset = queryset.filter(kind=kind)
        return queryset


class SuggestionFilter(FilterForm):
    """Status, and who is responsible."""

    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *Suggestion.State.choices]
    )
    responsible = forms.ChoiceField(label=_("Responsible organisation"))

    def __init__(
        self, *args: Any, organisations: Iterable[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].choices = [
            ("", _("All")),
            *((str(key), name) for key, name in organisations),
        ]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen = self.cleaned_data
        if status := chosen.get("status"):
            queryset = queryset.filter(state=status)
        if responsible := chosen.get("responsible"):
            queryset = queryset.filter(responsible_id=responsible)
        return queryset
