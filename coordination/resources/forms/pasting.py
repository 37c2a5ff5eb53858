"""Rows from a spreadsheet: the text they are brought in, the file, and what is said of rows asked about."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from coordination.resources import activities, pasted
from coordination.resources.columns import COLUMNS
from coordination.resources.taking_in import Choice, Decision, Outcome, Row
from coordination.ui import tables
from coordination.ui.fields import GuardedText
from coordination.ui.file_form import FileForm, file_field
from coordination.ui.forms import PortalForm
from coordination.ui.guard import refuse_identity_numbers

CHOICES = [
    (Choice.REPLACE, _("The same activity: the figures here take the place of the old ones")),
    (Choice.ADD, _("Another activity: add it beside the old one")),
    (Choice.LEAVE, _("Leave the row out")),
]
SHOWN = 20
"""So many faults stand in the summary; all of them stand at their cells."""


class RowsField(forms.CharField):
    """What is copied from a spreadsheet: tabs and line breaks are kept, and nothing is taken away.

    It is not stored. What is stored of it are its cells, each guarded as the field of the form is.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            strip=False,
            max_length=pasted.LONGEST,
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
            **kwargs,
        )


class PasteForm(PortalForm):
    """The text, and for each row that is asked about what is said of it."""

    mark_optional = False

    rows = RowsField(
        label=_("Rows from the spreadsheet"),
        help_text=_(
            "Mark the cells in Excel, together with the row of headings, copy them, and paste them here."
        ),
        error_messages={"required": _("Paste the rows from the spreadsheet")},
    )

    @property
    def text(self) -> str:
        """The rows as they were sent, whatever is wrong with them."""
        return str(self.data.get("rows", "")).replace("\r\n", "\n")

    def show(self, rows: Sequence[Row]) -> None:
        """Adds what is to be said of the rows that were read, with what was said already."""
        self.judged = rows
        self.data = self.data.copy()
        for row in rows:
            if row.questions and row.values.get("comment"):
                self.data.setdefault(f"why_{row.number}", row.values["comment"])
            if row.outcome is Outcome.DOUBLE:
                self.fields[f"choice_{row.number}"] = forms.ChoiceField(
                    label=_("Is it the same activity?"),
                    choices=CHOICES,
                    widget=forms.RadioSelect,
                    error_messages={"required": _("Choose what to do with the row")},
                )
            if row.questions:
                self.fields[f"why_{row.number}"] = GuardedText(
                    label=_("Why is it right?"),
                    limit=activities.COMMENT,
                    required=False,
                    error_messages={"required": _("Write in a few words why it is right")},
                )

    def refuse_numbers(self) -> None:
        """Says of a text whose cells could not be told apart that it holds somebody's identity number."""
        try:
            refuse_identity_numbers(self.text)
        except forms.ValidationError as error:
            self.add_error("rows", error)

    def refuse_faults(self) -> None:
        """Puts every fault of the rows into the summary, with row and column, up to a number of them."""
        faults = [
            _("Row %(number)s, %(column)s: %(fault)s")
            % {"number": row.number, "column": COLUMNS[key][0], "fault": fault}
            for row in self.judged
            for key, fault in row.said.faults.items()
        ]
        for fault in faults[:SHOWN]:
            self.add_error("rows", fault)
        if len(faults) > SHOWN:
            self.add_error(
                "rows", _("And %(count)s more, in the table.") % {"count": len(faults) - SHOWN}
            )

    def decided(self) -> dict[int, Decision]:
        """What is said of the rows, by their number; errors are on the form."""
        found = {}
        for row in self.judged:
            choice, why = f"choice_{row.number}", f"why_{row.number}"
            chosen = Choice(self.cleaned_data.get(choice) or Choice.REPLACE)
            said = self.cleaned_data.get(why, "")
            if why in self.fields and not said and chosen is not Choice.LEAVE:
                self.add_error(why, self.fields[why].error_messages["required"])
            found[row.number] = Decision(chosen, said)
        return found

    @property
    def asked(self) -> list[tuple[Row, BoundField | None, BoundField | None]]:
        """Each row that is asked about, with its fields."""
        return [
            (row, self._bound(f"choice_{row.number}"), self._bound(f"why_{row.number}"))
            for row in self.judged
            if row.questions or row.outcome is Outcome.DOUBLE
        ]

    def _bound(self, name: str) -> BoundField | None:
        return self[name] if name in self.fields else None


class SheetForm(FileForm):
    """A workbook or a CSV file. What it holds is looked into where it is read."""

    file = file_field(
        help_text=_("Excel (.xlsx) or CSV, at most 20 MB. The first sheet is read."),
        accept=tables.ACCEPT,
    )
