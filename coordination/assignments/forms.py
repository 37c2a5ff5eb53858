"""What is filled in about assignments and guidelines, and what their list can be narrowed to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.actors.models import Organisation
from coordination.ui import matching
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.file_form import FileForm
from coordination.ui.forms import PortalForm
from coordination.ui.lists import FilterForm, swedish

from . import assigning, guidelines, papers, updates
from .models import CLOSED, AssignmentOwner, Status

MINE = "me"
SOON = timedelta(days=92)


class AssignmentFilter(FilterForm):
    """Words, status, owner, deadline, and what needs somebody."""

    words = forms.CharField(label=_("Words in the assignment"), max_length=matching.MOST)
    status = forms.ChoiceField(
        label=pgettext_lazy("assignment", "Status"), choices=[("", _("All")), *Status.choices]
    )
    owner = forms.ChoiceField(label=_("Responsible"))
    deadline = forms.ChoiceField(
        label=_("Deadline"),
        choices=[
            ("", _("All")),
            ("passed", _("Has passed")),
            ("soon", _("Within three months")),
            ("none", _("No deadline")),
        ],
    )
    silent = forms.BooleanField(label=_("Only those without an update for 90 days"))
    management = forms.BooleanField(label=_("Only those where management needs to decide"))
    gone = forms.BooleanField(label=_("Only those whose organisation has ended"))
    ended = forms.BooleanField(label=_("Those that an earlier guideline ordered"))

    def __init__(
        self,
        *args: Any,
        user: Any,
        now: datetime,
        owners: Iterable[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._user, self._now = user, now
        self.fields["owner"].choices = [
            ("", _("All")),
            (MINE, _("My own organisation or function")),
            *((str(key), name) for key, name in owners),
        ]

    def narrow(self, queryset: QuerySet) -> QuerySet:
        chosen, today = self.cleaned_data, timezone.localdate(self._now)
        here = AssignmentOwner.objects.visible_to(self._user).filter(assignment=OuterRef("pk"))
        queryset = queryset.filter(ended_on__isnull=not chosen.get("ended"))
        if typed := chosen.get("words"):
            # Words too short to search for find nothing, so that the list never seems complete.
            wanted = matching.words(typed)
            queryset = queryset.filter(wanted.within("title")) if wanted else queryset.none()
        if status := chosen.get("status"):
            queryset = queryset.filter(status=status)
        if owner := chosen.get("owner"):
            named = (
                updates.own(self._user).filter(assignment=OuterRef("pk"))
                if owner == MINE
                else here.standing().filter(organisation_id=owner)
            )
            queryset = queryset.filter(Exists(named))
        match chosen.get("deadline"):
            case "passed":
                queryset = queryset.filter(due__lt=today).exclude(status__in=CLOSED)
            case "soon":
                queryset = queryset.filter(due__range=(today, today + SOON))
            case "none":
                queryset = queryset.filter(due=None)
        if chosen.get("silent"):
            queryset = queryset.filter(is_stale=True)
        if chosen.get("management"):
            wants = updates.wanted_of_management().filter(assignment=OuterRef("pk"))
            queryset = queryset.filter(Exists(wants))
        if chosen.get("gone"):
            queryset = assigning.with_gone_owner(queryset, today).filter(has_gone_owner=True)
        return queryset


def codes() -> dict[str, list[str]]:
    """What the list's address may say in each filter that names no row, and of its order."""
    fixed = {
        name: [str(value) for value, _label in getattr(field, "choices", [("on", "")])]
        for name, field in AssignmentFilter.base_fields.items()
        if name != "words"
    }
    orders = ("number", "title", "due", "updated")
    sort = [way + column for column in orders for way in ("", "-")]
    return {**fixed, "owner": [MINE], "sort": sort}


class UpdateForm(PortalForm):
    """How an owner's part stands, and what comes next."""

    status = forms.ChoiceField(
        label=pgettext_lazy("assignment", "Status"),
        choices=Status.choices,
        widget=forms.RadioSelect,
    )
    happened = GuardedText(
        label=_("What has happened?"),
        limit=updates.HAPPENED,
        multiline=True,
        rows=3,
        help_text=_(
            "Do not write names or ID numbers of people in individual cases. The notes can become"
            " a public document."
        ),
    )
    obstacle = GuardedText(
        label=_("Obstacles"), limit=updates.OBSTACLE, multiline=True, rows=2, required=False
    )
    next_step = GuardedText(label=_("Next step"), limit=updates.NEXT_STEP, required=False)
    next_on = DateField(label=_("When the next step is to be done"), required=False)
    decision_wanted = GuardedText(
        label=_("Does management need to decide something?"),
        limit=updates.DECISION,
        required=False,
        help_text=_("If so, write what. Managers see it on their start page."),
    )


class FileForAssignment(FileForm):
    """A file about an assignment, and what it is."""

    title = GuardedText(
        label=_("Title"),
        limit=papers.TITLE,
        help_text=_("What the document is. Everyone who reads the assignment sees it."),
        error_messages={"required": _("Enter what the document is")},
    )
    field_order = ("title", "file")


class AssignmentForm(PortalForm):
    """What an assignment is: its title, when it is to be done, how success shows, and whose it is."""

    title = GuardedText(label=_("Assignment"), limit=assigning.TITLE)
    due = DateField(label=_("To be done by"), required=False)
    measure = GuardedText(
        label=_("Measure of success"),
        limit=assigning.MEASURE,
        required=False,
        multiline=True,
        rows=2,
        help_text=_("How one sees that the assignment has succeeded."),
    )
    owners = forms.ModelMultipleChoiceField(
        label=_("Responsible"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them says how its part stands."),
        error_messages={"required": _("Choose who is responsible for the assignment")},
    )
    contributors = forms.ModelMultipleChoiceField(
        label=_("Contributing"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Organisation.objects.active(timezone.localdate())
        for name in ("owners", "contributors"):
            chosen = [one.pk for one in self.initial.get(name, ())]
            # One that has ended since it was chosen stays chosen.
            found = (active | Organisation.objects.filter(pk__in=chosen)).distinct()
            self.fields[name].queryset = found.order_by(swedish("name"))


class NewAssignmentForm(AssignmentForm):
    """A further assignment of the latest guideline, with the words that order it."""

    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=999)
    quote = GuardedText(
        label=_("The guideline's words"),
        limit=assigning.QUOTE,
        multiline=True,
        rows=4,
        help_text=_("Copy the words that order the assignment from the text of the guideline."),
    )

    field_order = ("number", "title", "quote", "due", "measure", "owners", "contributors")


class GuidelineForm(PortalForm):
    """A newer version of the guideline, as text."""

    title = GuardedText(label=_("Title"), limit=guidelines.TITLE)
    decided_by = GuardedText(label=_("Decided by"), limit=guidelines.DECIDED_BY)
    decided_on = DateField(label=_("Decided on"), past=True)
    in_force_from = DateField(label=_("Applies from"))
    text = GuardedText(
        label=_("Text"),
        limit=guidelines.LONGEST,
        multiline=True,
        rows=20,
        help_text=_("Paste the whole text. How headings are marked is said above."),
    )


class CarryForm(PortalForm):
    """The words with which a newer guideline orders an assignment of the one before it."""

    quote = GuardedText(
        label=_("The new guideline's words"),
        limit=assigning.QUOTE,
        multiline=True,
        rows=3,
        required=False,
        help_text=_("Needed when the assignment goes on. Copy them from the new text."),
    )

    mark_optional = False
