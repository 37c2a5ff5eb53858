"""Rows from a spreadsheet on their way into part 1: what would become of each, and all of them at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coordination.actors.columns import folded_name

from . import activities, filling, outliers
from .columns import Said
from .models import Activity, Part, Report, area_in_words
from .refusals import Missing, Question


class Outcome(StrEnum):
    """What would become of a row."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    SAME = "same"
    DOUBLE = "double"
    """The report has a row of that name, and somebody must say whether it is the same activity."""
    FAULTY = "faulty"


WORDS = {
    Outcome.ADD: gettext_lazy("Is added"),
    Outcome.CHANGE: gettext_lazy("Is changed"),
    Outcome.END: pgettext_lazy("activity", "Ended"),
    Outcome.SAME: gettext_lazy("Is there already"),
    Outcome.DOUBLE: gettext_lazy("Must be answered"),
    Outcome.FAULTY: gettext_lazy("Must be corrected"),
}


class Choice(StrEnum):
    """What is done with a double."""

    REPLACE = "replace"
    ADD = "add"
    LEAVE = "leave"


COMPARED = ("name", "level", "fte", "cost", "calculated", "comment")


@dataclass
class Row:
    """A row with what would become of it."""

    said: Said
    outcome: Outcome
    there: Activity | None = None
    """The report's own row that it is about."""
    questions: list[Question] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.said.number

    @property
    def values(self) -> dict[str, Any]:
        return self.said.values

    @property
    def word(self) -> str:
        """What would become of it."""
        return str(WORDS[self.outcome])

    @property
    def area(self) -> str:
        """Where, in words, with shares when the cell says them."""
        if "districts" not in self.values:
            return self.there.area if self.there else ""
        places, split = self.values["districts"]
        names = {one.pk: one.name for one in places}
        shares = {names[key]: part for key, part in (split or {}).items()}
        return area_in_words(sorted(names.values()), shares)


@dataclass(frozen=True)
class Decision:
    """What somebody says of a row that was asked about."""

    choice: Choice = Choice.REPLACE
    why: str = ""
    """Why the figures are right that look like a slip."""


NOTHING_SAID = Decision()


def judged(report: Report, rows: Iterable[Said]) -> list[Row]:
    """What would become of each row. Nothing is written."""
    there = list(report.activities.select_related("report").prefetch_related("districts"))
    last = activities.last_years(report)
    met: set[int] = set()
    read = list(rows)
    named = {folded_name(said.values["name"]) for said in read if not said.faults}
    # What no row of those that are brought names is perhaps what one of them nearly names.
    unnamed = [one for one in there if folded_name(one.name) not in named]
    found = [_judged(said, there, unnamed, met, last) for said in read]
    _refuse_twice(found)
    return found


def _judged(
    said: Said,
    there: Sequence[Activity],
    unnamed: Sequence[Activity],
    met: set[int],
    last: Sequence[Mapping[str, Any]],
) -> Row:
    if said.faults:
        return Row(said, Outcome.FAULTY)
    own, certain = _own(said, [one for one in there if one.pk not in met])
    if own is None and not said.values.get("ended"):
        own = _nearly(said.values["name"], [one for one in unnamed if one.pk not in met])
    if own is not None:
        met.add(own.pk)
    if said.values.get("ended"):
        return _ended(said, own)
    outcome = Outcome.ADD
    if own is not None:
        outcome = Outcome.CHANGE if certain else Outcome.DOUBLE
        if _is_same(own, said.values):
            return Row(said, Outcome.SAME, own)
    before = activities.before_in(last, own.line if own else "", said.values["name"])
    asked = outliers.questions(fte=said.values["fte"], cost=said.values["cost"], before=before)
    return Row(said, outcome, own, asked)


def _own(said: Said, there: Sequence[Activity]) -> tuple[Activity | None, bool]:
    """The report's row that it is about, and whether that is certain: its key says so. A name alone
    may be another activity's."""
    key = said.values.get("line", "")
    keyed = next((one for one in there if key and one.line == key), None)
    if keyed is not None:
        return keyed, True
    named = [one for one in there if folded_name(one.name) == folded_name(said.values["name"])]
    alike = [one for one in named if one.level == said.values.get("level")]
    return next(iter(alike + named), None), False


NEAR = 0.9
"""How alike two names are, of 1, that may be the same activity."""


def _nearly(name: str, there: Sequence[Activity]) -> Activity | None:
    """The row whose name is the same but for a mark, a space or a slip of the hand. Numbers are no
    slip: what is for years 7 to 9 is not what is for years 4 to 6."""
    written, numbers = _letters(name), re.findall(r"[0-9]+", name)
    for one in there:
        alike = SequenceMatcher(None, written, _letters(one.name), autojunk=False).ratio()
        if alike >= NEAR and re.findall(r"[0-9]+", one.name) == numbers:
            return one
    return None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", folded_name(name))


def _ended(said: Said, own: Activity | None) -> Row:
    if own is None:
        said.faults["ended"] = _("The report has no activity of that name that could have ended.")
        return Row(said, Outcome.FAULTY)
    outcome = Outcome.SAME if own.ended == said.values["ended"] else Outcome.END
    return Row(said, outcome, own)


def _is_same(own: Activity, values: Mapping[str, Any]) -> bool:
    places, split = values["districts"]
    if own.ended or any(getattr(own, name) != values[name] for name in COMPARED if name in values):
        return False
    kept = {int(key): part for key, part in own.split.items()}
    return {one.pk for one in own.districts.all()} == {one.pk for one in places} and (
        split is None or split == kept
    )


def _refuse_twice(rows: Sequence[Row]) -> None:
    """A second row about the same activity in what was brought."""
    first: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if row.outcome is Outcome.FAULTY or row.values.get("ended"):
            continue
        what = (folded_name(row.values["name"]), row.values["level"], row.area)
        number = first.setdefault(what, row.number)
        if number != row.number:
            text = _("Row %(number)s is about the same activity. Remove one of them.")
            row.said.faults["name"] = text % {"number": number}
            row.outcome = Outcome.FAULTY


def take_in(
    *,
    part: Part,
    rows: Sequence[Row],
    decisions: Mapping[int, Decision],
    revision: int,
    by: Any,
    now: datetime | None = None,
) -> int:
    """Writes all the rows, or none. Returns how many were added, changed or ended.

    `decisions` are what is said of the rows that were asked about, by their number. Raises Missing for
    a faulty row, ChangedMeanwhile when somebody has written in the part since `revision`, Ask for a
    figure that looks like a slip and is not explained, and WrongState when the report is sent.
    """
    now = now or timezone.now()
    if any(row.outcome is Outcome.FAULTY for row in rows):
        raise Missing(_("Some rows cannot be read. Nothing is saved."), field="rows")
    with transaction.atomic():
        filling.touch(part.report, by=by, now=now)
        state = Part.objects.get(pk=part.pk).state
        if state == Part.State.NOT_BEGUN:
            state = Part.State.UNDER_WAY
        checked = part.is_checked
        filling.claim(part, revision=revision, state=state, by=by, now=now)
        Part.objects.filter(pk=part.pk).update(is_checked=checked)
        return sum(
            _take(part.report, row, decisions.get(row.number, NOTHING_SAID), by, now)
            for row in rows
        )


def _take(report: Report, row: Row, said: Decision, by: Any, now: datetime) -> bool:
    """Whether the row led to anything."""
    if row.outcome is Outcome.SAME:
        return False
    if row.outcome is Outcome.DOUBLE and said.choice is Choice.LEAVE:
        return False
    if row.outcome is Outcome.END and row.there is not None:
        activities.end(
            activity=row.there,
            reason=row.values["ended"],
            revision=row.there.revision,
            by=by,
            now=now,
        )
        return True
    how: dict[str, Any] = {"confirmed": bool(said.why), "by": by, "now": now}
    beside = row.outcome is Outcome.DOUBLE and said.choice is Choice.ADD
    values, places, split = _written(
        row, said, "" if beside or not row.there else row.there.comment
    )
    if row.there is None or beside:
        activities.add(report=report, values=values, districts=places, split=split, **how)
    else:
        activities.change(
            activity=row.there,
            values=values,
            districts=places,
            split=split,
            revision=row.there.revision,
            **how,
        )
    return True


def _written(row: Row, said: Decision, comment: str) -> tuple[dict[str, Any], Any, Any]:
    """The values as they are to be kept, with what was said of them; the comment that is there stays
    when no column holds comments."""
    places, split = row.values["districts"]
    values = {name: row.values.get(name, comment) for name in activities.FIELDS}
    if said.why:
        values["comment"] = said.why
    return values, places, split
