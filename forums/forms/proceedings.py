"""What can be typed on the pages of the live log."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.actors.models import Organisation
from coordination.ui.fields import DateField, GuardedText
from coordination.ui.forms import PortalForm
from forums import entries, finishing
from forums.models import Action, Answer, Meeting, Participation
from forums.owners import LONGEST

DueChoices = Sequence[tuple[str, str]]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


class QuickDate(forms.Field):
    """One of the proposed days, as ISO text. A proposal of yesterday's page is still a day."""

    def to_python(self, value: Any) -> date | None:
        try:
            return date.fromisoformat(value) if value else None
        except (TypeError, ValueError):
            return None


class ActionFields(PortalForm):
    """What is to be done, by whom, and when: a proposed day, or another that is typed."""

    mark_optional = False

    what = GuardedText(label=_("What"), limit=entries.ACTION_TEXT, required=False)
    who = GuardedText(
        label=_("Responsible"),
        limit=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"list": "people"}),
    )
    due = QuickDate(label=_("Due"), required=False)
    due_other = DateField(
        label=_("Another date"),
        required=False,
        help_text="",
        widget=forms.TextInput(attrs={"size": 14}),
    )

    def __init__(self, *args: Any, due_choices: DueChoices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].widget = forms.RadioSelect(choices=due_choices)
        # A counter at each short line would shout louder than the line.
        for name in ("what", "who"):
            self.fields[name].widget.attrs.pop("data-char-limit", None)

    @property
    def chosen_due(self) -> date | None:
        return self.cleaned_data.get("due_other") or self.cleaned_data.get("due")


class ItemForm(ActionFields):
    """Everything that can be typed on an item's page; every button sends it all."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    notes = GuardedText(
        label=_("Notes"),
        limit=entries.ITEM_NOTES,
        multiline=True,
        rows=4,
        required=False,
        help_text=_(
            "Do not write names or ID numbers of people in individual cases. The notes can become"
            " a public document."
        ),
    )
    decision = GuardedText(
        label=_("New decision"),
        limit=entries.DECISION_TEXT,
        multiline=True,
        rows=2,
        required=False,
    )
    report = forms.BooleanField(label=_("To be reported to management"), required=False)
    new_item = GuardedText(label=_("Add an item"), limit=entries.ITEM_TITLE, required=False)

    field_order = (
        "version",
        "new_item",
        "notes",
        "decision",
        "report",
        "what",
        "who",
        "due",
        "due_other",
    )
    PENDING = ("decision", "report", "what", "who", "due", "due_other", "new_item")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_item"].widget.attrs.pop("data-char-limit", None)
        self.fields["decision"].widget.attrs.pop("data-char-limit", None)

    @property
    def pending(self) -> dict[str, Any]:
        """What is typed and not yet a decision, an action or an item: kept as a draft. What is
        refused is left out."""
        cleaned = self.cleaned_data
        kept = {name: cleaned.get(name) for name in ("decision", "what", "who", "new_item")}
        if kept["decision"] or "decision" in self.errors:
            kept["report"] = cleaned.get("report")
        if kept["what"] or kept["who"] or self.errors.keys() & {"what", "who"}:
            kept |= {name: _iso(cleaned.get(name)) for name in ("due", "due_other")}
        return {name: value for name, value in kept.items() if value}


class CarriedForm(PortalForm):
    """A new date, or a reason, for one action from an earlier meeting."""

    mark_optional = False

    due = DateField(
        label=_("Another date"),
        required=False,
        help_text="",
        widget=forms.TextInput(attrs={"size": 14}),
    )
    reason = GuardedText(label=_("Reason"), limit=entries.REASON, required=False)

    def __init__(self, action: Action, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix=f"carried-{action.pk}", **kwargs)
        self.action = action
        self.fields["reason"].widget.attrs.pop("data-char-limit", None)

    @property
    def pending(self) -> dict[str, str]:
        """What is typed and not yet carried out: kept as a draft."""
        cleaned = self.cleaned_data
        kept = {"due": _iso(cleaned.get("due")), "reason": cleaned.get("reason", "")}
        return {name: value for name, value in kept.items() if value}


class DecisionForm(PortalForm):
    """Another wording of a decision."""

    text = GuardedText(
        label=_("Decision"), limit=entries.DECISION_TEXT, multiline=True, rows=4, required=False
    )
    report_to_management = forms.BooleanField(
        label=_("To be reported to management"), required=False
    )
    mark_optional = False


class ActionForm(ActionFields):
    """Another wording, owner or date of an action of this meeting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["due"]
        self.fields["due_other"].label = _("Due")


class ConflictForm(PortalForm):
    """Which of two texts stands, or a third made of both."""

    mark_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    keep = forms.ChoiceField(choices=[(one, one) for one in ("mine", "theirs", "merged")])
    notes = GuardedText(
        label=_("Or put the texts together"),
        limit=entries.ITEM_NOTES,
        multiline=True,
        rows=8,
        required=False,
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None and data.get("keep") != "merged":
            # Both texts stand in the field and may be too long together; nobody asked to save it.
            data = {**data.dict(), "notes": ""}
        super().__init__(data, **kwargs)


ATTENDANCE = [choice for choice in Participation.Attendance.choices if choice[0] != "unknown"]


class PresenceForm(PortalForm):
    """Whether one person came. `was` is what the page showed, so that only a change is carried out."""

    mark_optional = False

    attendance = forms.ChoiceField(choices=ATTENDANCE, widget=forms.RadioSelect, required=False)
    substitute = GuardedText(
        label=_("Name of the substitute"), limit=entries.PERSON_NAME, required=False
    )
    organisation = forms.TypedChoiceField(
        label=_("Organisation of the substitute"), coerce=int, empty_value=None, required=False
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        row: Participation,
        data: Any = None,
        *,
        organisations: Mapping[int, Organisation],
        typed: Mapping[str, Any] | None = None,
        answer: Answer | None = None,
        **kwargs: Any,
    ) -> None:
        """`organisations` by key are those to choose from; `typed` is what was chosen earlier and not
        yet recorded; `answer` is what the person said before the meeting."""
        now = "" if row.attendance == "unknown" else row.attendance
        came_from = row.attending_organisation.pk
        initial = {
            "attendance": now,
            "substitute": row.substitute_name,
            "organisation": came_from,
            "was": _said(now, row.substitute_name, came_from),
            **(typed or {}),
        }
        super().__init__(data, prefix=f"row-{row.pk}", initial=initial, **kwargs)
        self.row = row
        self.answer = answer
        self.organisations = organisations
        self.fields["organisation"].choices = [
            (key, str(one)) for key, one in organisations.items()
        ]
        self.fields["substitute"].widget.attrs.pop("data-char-limit", None)

    @property
    def is_changed(self) -> bool:
        """Whether this page changed it."""
        attendance, name, organisation = self.chosen
        return (
            bool(attendance) and _said(attendance, name, organisation) != self.cleaned_data["was"]
        )

    @property
    def is_recorded(self) -> bool:
        """Whether what is chosen stands there already."""
        row = self.row
        stands = (row.attendance, row.substitute_name, row.attending_organisation.pk)
        return stands == self.chosen

    @property
    def chosen(self) -> tuple[str, str, int]:
        """The choice, and when it is a substitute the name and the organisation they come from."""
        cleaned, own = self.cleaned_data, self.row.organisation_id
        if cleaned["attendance"] != "substitute":
            return cleaned["attendance"], "", own
        return "substitute", cleaned["substitute"], cleaned["organisation"] or own

    @property
    def pending(self) -> dict[str, Any]:
        """A substitute whose name is still to come: kept as a draft."""
        attendance, name, organisation = self.chosen
        if attendance != "substitute" or name:
            return {}
        return {"attendance": attendance, "organisation": organisation}


def _said(attendance: str, name: str, organisation: int) -> str:
    more = f"|{organisation}" if attendance == "substitute" else ""
    return f"{attendance}|{name}{more}"


class GuestForm(PortalForm):
    """Somebody who came without being called."""

    mark_optional = False

    name = GuardedText(label=_("Name"), limit=entries.PERSON_NAME, required=False)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Choose an organisation"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="guest", **kwargs)
        self.fields["name"].widget.attrs.pop("data-char-limit", None)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name", "pk")

    @property
    def pending(self) -> dict[str, Any]:
        """What is typed of a guest who is not added yet: kept as a draft."""
        organisation = self.cleaned_data.get("organisation")
        kept = {
            "name": self.cleaned_data.get("name", ""),
            "organisation": organisation.pk if organisation else None,
        }
        return {name: value for name, value in kept.items() if value}


class OutcomeForm(PortalForm):
    """What becomes of an item that nothing stands under."""

    mark_optional = False
    CHOICES = (
        ("postponed", _("Postpone to the next meeting")),
        ("struck", _("Strike")),
        ("done", _("Handled without notes")),
    )

    outcome = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)

    def __init__(self, item: Any, data: Any = None, *, is_standing: bool = False) -> None:
        # A standing item comes again by itself: to postpone it would place it there twice.
        initial = {"outcome": "done" if is_standing else "postponed"}
        super().__init__(data, prefix=f"item-{item.pk}", initial=initial)
        self.item = item
        self.fields["outcome"].label = f"{item.position}. {item.title}"


class FinishForm:
    """What stands in the way of finishing the meeting: items to settle here, and the rest."""

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        found = finishing.problems(meeting)
        standing = set(meeting.forum.standing_items.values_list("title", flat=True))
        self.is_bound = data is not None
        self.choices = [
            OutcomeForm(one.item, data, is_standing=one.item.title in standing)
            for one in found
            if one.code == "item"
        ]
        self.show(found)

    def is_valid(self) -> bool:
        return self.is_bound and forms.all_valid(self.choices)

    @property
    def chosen(self) -> dict[int, str]:
        """What becomes of each item, by its key."""
        return {one.item.pk: one.cleaned_data["outcome"] for one in self.choices}

    def show(self, found: Sequence[finishing.Problem]) -> None:
        """What has to be mended on other pages."""
        self.blocking = [one for one in found if one.code != "item"]
