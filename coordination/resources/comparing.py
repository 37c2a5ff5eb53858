"""The activities of a report beside those of the year before, with the words for what differs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from coordination.actors.models import PreventionLevel

from . import snapshots
from .models import Activity

NOTHING = Decimal(0)
WORDS = {
    "new": gettext_lazy("New"),
    "ended": pgettext_lazy("activity", "Ended"),
    "gone": gettext_lazy("Left out"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("Unchanged"),
}


@dataclass(frozen=True)
class Difference:
    """A row of one year beside the same of the year before."""

    kind: str
    """"new", "ended", "gone", "changed" or "same"."""
    now: Mapping[str, Any] | None
    before: Mapping[str, Any] | None
    key: int | None = None
    """Of the row itself, where it can be changed."""

    @property
    def name(self) -> str:
        return str(self._row["name"])

    @property
    def line(self) -> str:
        return str(self._row["line"])

    @property
    def fte(self) -> Decimal:
        return _figure(self.now, "fte")

    @property
    def cost(self) -> Decimal:
        return _figure(self.now, "cost")

    @property
    def fte_before(self) -> Decimal:
        return _figure(self.before, "fte")

    @property
    def cost_before(self) -> Decimal:
        return _figure(self.before, "cost")

    @property
    def is_same(self) -> bool:
        return self.kind == "same"

    @property
    def word(self) -> str:
        """What has happened, with the change of the cost in percent where that says something."""
        word = str(WORDS[self.kind])
        if self.kind != "changed" or not self.cost_before or self.cost == self.cost_before:
            return word
        percent = int(((self.cost - self.cost_before) * 100 / self.cost_before).to_integral_value())
        return f"{word} ({percent:+d}\N{NO-BREAK SPACE}%)".replace("-", "\N{MINUS SIGN}")

    @property
    def level_name(self) -> str:
        return str(PreventionLevel.Code(self._row["level"]).label)

    @property
    def area(self) -> str:
        return snapshots.area_of(self._row)

    @property
    def calculated_name(self) -> str:
        return str(Activity.Calculated(self._row["calculated"]).label)

    @property
    def _row(self) -> Mapping[str, Any]:
        return self.now or self.before or {}


COMPARED = ("name", "level", "districts", "calculated")


def differences(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Difference]:
    """Each activity beside last year's, by its line or, failing that, by its name; what went last."""
    then = [row for row in (before or {"activities": []})["activities"] if not row["ended"]]
    by_line = {row["line"]: row for row in then}
    by_name = {row["name"].casefold(): row for row in then}
    found, met = [], set()
    for row in now["activities"]:
        earlier = by_line.get(row["line"]) or by_name.get(row["name"].casefold())
        if earlier is not None:
            met.add(earlier["line"])
        found.append(Difference(_kind(row, earlier), row, earlier))
    gone = [row for row in then if row["line"] not in met]
    return found + [Difference("gone", None, row) for row in gone]


def _kind(row: Mapping[str, Any], earlier: Mapping[str, Any] | None) -> str:
    if row["ended"]:
        return "ended"
    if earlier is None:
        return "new"
    figures = all(Decimal(row[name]) == Decimal(earlier[name]) for name in ("fte", "cost"))
    words = all(row[name] == earlier[name] for name in COMPARED)
    split = snapshots.split_of(row) == snapshots.split_of(earlier)
    return "same" if figures and words and split else "changed"


def _figure(row: Mapping[str, Any] | None, name: str) -> Decimal:
    return Decimal(row[name]) if row else NOTHING


LARGE = Decimal("0.2")
"""A row whose posts or cost have changed by more than this part of last year's stands out."""


def is_large(row: Difference) -> bool:
    """Whether posts or cost have changed by more than a fifth; from nothing, whether there is any."""
    if row.kind != "changed":
        return False
    pairs = ((row.fte, row.fte_before), (row.cost, row.cost_before))
    return any(abs(now - then) > then * LARGE for now, then in pairs)


SHOWN: dict[str, Callable[[Difference], bool]] = {
    "changed": lambda row: not row.is_same,
    "large": is_large,
    "new": lambda row: row.kind == "new",
    "ended": lambda row: row.kind in ("ended", "gone"),
    "all": lambda row: True,
}
"""Which rows are shown, by what was chosen; the first unless something is."""
OF_PART: dict[int, tuple[str, ...]] = {
    2: ("enough", "enough_why"),
    3: ("needs", "key_functions"),
    4: ("assignments",),
    5: ("forums", "forums_note"),
    6: ("requests",),
}
"""What the parts say besides the activities, by number."""


def changed_parts(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[int]:
    """The parts from 2 on that do not say the same."""
    if before is None:
        return []
    return [
        number
        for number, names in OF_PART.items()
        if any(_plain(now[name]) != _plain(before[name]) for name in names)
    ]


def _plain(said: Any) -> Any:
    """Rows as lists, as JSON brings them back."""
    return list(said) if isinstance(said, tuple) else said


def is_unchanged(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    """Whether every activity is as it was last year, and there is at least one."""
    rows = differences(now, before)
    return before is not None and bool(rows) and all(row.is_same for row in rows)
