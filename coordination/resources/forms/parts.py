"""What is filled in in parts 2 to 6. Parts with rows show the rows there are and an empty one; a row
that is emptied goes away."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from coordination.assignments.models import AssignmentOwner, Status
from coordination.resources import parts
from coordination.resources.models import Report
from coordination.resources.prefill import Attended
from coordination.ui.amounts import KronorField, PostsField
from coordination.ui.fields import DateField, GuardedText, row_key
from coordination.ui.forms import PortalForm, ask_for

LABELS = parts.LABELS
MOST_ROWS = 30
COUNT = "count"


class EnoughForm(PortalForm):
    """Part 2."""

    mark_optional = False

    enough = forms.ChoiceField(
        label=LABELS["enough"],
        choices=[choice for choice in Report.Enough.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    enough_why = GuardedText(
        label=LABELS["enough_why"],
        limit=parts.WHY,
        multiline=True,
        required=False,
        help_text=_("Needed unless the answer is yes. Do not write names or ID numbers."),
    )


class RowsForm(PortalForm):
    """Repeated rows in one form: their fields are numbered, and an empty row says nothing."""

    mark_optional = False
    columns: tuple[str, ...] = ()

    def __init__(self, *args: Any, rows: Sequence[dict[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.get(COUNT, "") if self.is_bound else self.initial.get(COUNT, "")
        self.count = min(row_key(str(given)) or len(rows) + 1, MOST_ROWS)
        for index in range(self.count):
            for name in self.columns:
                field = self.field_of(name)
                field.required = False
                self.fields[f"{name}_{index}"] = field
            for name, value in (rows[index] if index < len(rows) else {}).items():
                self.initial.setdefault(f"{name}_{index}", value)

    def field_of(self, name: str) -> forms.Field:
        """A field of that column."""
        raise NotImplementedError

    @property
    def row_fields(self) -> Iterable[list[BoundField]]:
        """The fields row by row."""
        for index in range(self.count):
            yield [self[f"{name}_{index}"] for name in self.columns]

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or self.cleaned_data
        rows = []
        for index in range(self.count):
            names = {name: f"{name}_{index}" for name in self.columns}
            row = {name: kept.get(field) for name, field in names.items()}
            if all(value in (None, "") for value in row.values()) and not any(
                field in self.errors for field in names.values()
            ):
                continue
            for name, field in names.items():
                if row[name] in (None, "") and field not in self.errors:
                    self.add_error(field, _missing(self.fields[field]))
            rows.append(row)
        self.rows = rows
        return kept


def _missing(field: forms.Field) -> Any:
    said = field.error_messages.get("required")
    unsaid = forms.Field.default_error_messages["required"]
    return ask_for(field) if said == unsaid or not said else said


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"size": 6, "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Enter a whole number"),
            "min_value": _("The number must be 0 or more"),
            "max_value": _("The number is too large. Check it."),
        },
    )


class NeedsForm(RowsForm):
    """Part 3."""

    columns = ("group", "staff", "basic", "advanced", "priority")

    key_functions = GuardedText(
        label=LABELS["key_functions"],
        limit=parts.KEYS,
        multiline=True,
        rows=3,
        required=False,
        help_text=_("Functions, not names. For example teachers of introduction programmes."),
    )

    def field_of(self, name: str) -> forms.Field:
        if name == "group":
            return GuardedText(label=LABELS[name], limit=parts.GROUP)
        if name == "priority":
            return forms.TypedChoiceField(
                label=LABELS[name],
                choices=[("", _("Choose")), (1, "1"), (2, "2"), (3, "3")],
                coerce=int,
                empty_value=None,
            )
        return _count(LABELS[name])


class RequestsForm(RowsForm):
    """Part 6."""

    columns = ("what", "why", "fte", "cost", "from_day")

    def field_of(self, name: str) -> forms.Field:
        made: dict[str, forms.Field] = {
            "what": GuardedText(label=LABELS["what"], limit=parts.WHAT),
            "why": GuardedText(label=LABELS["why"], limit=parts.WHY, multiline=True, rows=3),
            "fte": PostsField(label=LABELS["fte"]),
            "cost": KronorField(label=LABELS["cost"]),
            "from_day": DateField(label=LABELS["from_day"]),
        }
        return made[name]


class AssignmentsForm(PortalForm):
    """Part 4: status and a sentence for each assignment that the organisation answers for."""

    def __init__(
        self, *args: Any, owners: Sequence[tuple[AssignmentOwner, str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owners = [owner for owner, _status, _sentence in owners]
        for owner, status, sentence in owners:
            self.fields[f"status_{owner.pk}"] = forms.ChoiceField(
                label=_("Status"), choices=Status.choices, initial=status
            )
            self.fields[f"sentence_{owner.pk}"] = GuardedText(
                label=LABELS["sentence"],
                limit=parts.SENTENCE,
                multiline=True,
                rows=2,
                initial=sentence,
                error_messages={"required": _("Write in a sentence how it stands")},
            )

    @property
    def rows(self) -> list[tuple[AssignmentOwner, BoundField, BoundField]]:
        """Each assignment with its two fields."""
        return [
            (owner, self[f"status_{owner.pk}"], self[f"sentence_{owner.pk}"])
            for owner in self.owners
        ]

    @property
    def said(self) -> dict[int, tuple[str, str]]:
        """What is said, by the owner's key."""
        kept = self.cleaned_data
        return {
            owner.pk: (kept[f"status_{owner.pk}"], kept[f"sentence_{owner.pk}"])
            for owner in self.owners
        }


class ForumsForm(PortalForm):
    """Part 5: whether what the minutes say is right."""

    mark_optional = frozenset({"forums_note"})

    def __init__(
        self,
        *args: Any,
        attended: Sequence[Attended],
        said: dict[str, tuple[bool, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.attended = attended
        for index, one in enumerate(attended):
            agrees, comment = said.get(one.forum, (None, ""))
            self.fields[f"agrees_{index}"] = forms.TypedChoiceField(
                label=_("Is it right?"),
                choices=[("yes", _("It is right")), ("no", _("It is not right"))],
                coerce=lambda value: value == "yes",
                widget=forms.RadioSelect,
                initial="" if agrees is None else "yes" if agrees else "no",
            )
            self.fields[f"comment_{index}"] = GuardedText(
                label=_("What is not right?"),
                limit=parts.COMMENT,
                required=False,
                initial=comment,
            )
        self.fields["forums_note"] = GuardedText(
            label=LABELS["forums_note"], limit=parts.NOTE, multiline=True, rows=3, required=False
        )

    @property
    def rows(self) -> list[tuple[Attended, BoundField, BoundField]]:
        """Each forum with its two fields."""
        return [
            (one, self[f"agrees_{index}"], self[f"comment_{index}"])
            for index, one in enumerate(self.attended)
        ]

    @property
    def said(self) -> list[dict[str, Any]]:
        """What is said of each forum, beside what was shown."""
        kept = self.cleaned_data
        return [
            {
                "forum": one.forum,
                "held": one.held,
                "attended": one.attended,
                "agrees": kept[f"agrees_{index}"],
                "comment": kept[f"comment_{index}"],
            }
            for index, one in enumerate(self.attended)
        ]
