"""How a measure, and what is due, read on a page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from coordination.actors.models import PreventionLevel
from coordination.situation import renewal
from coordination.situation.models import Measure
from coordination.ui import dates

TONES = {
    Measure.State.NOT_BEGUN: "neutral",
    Measure.State.UNDER_WAY: "info",
    Measure.State.DONE: "plain",
    Measure.State.DROPPED: "ended",
}

LEVELS = {
    PreventionLevel.Code.GENERAL: pgettext_lazy("level", "General"),
    PreventionLevel.Code.SPECIFIC: pgettext_lazy("level", "Specific"),
    PreventionLevel.Code.INDIVIDUAL: pgettext_lazy("level", "Individual"),
}
"""The prevention levels in a word, for columns."""


@dataclass(frozen=True)
class Line:
    """A measure as lists show it."""

    measure: Measure
    state: Any
    tone: str
    late: str
    level: Any


def line(measure: Measure, on: date) -> Line:
    """The measure with its status in words, and how late it is on that day."""
    state = Measure.State(measure.state)
    late = dates.late(measure.due, on=on) if measure.is_late(on) else ""
    level = LEVELS[PreventionLevel.Code(measure.level.code)]
    return Line(measure, state.label, TONES[state], late, level)


@dataclass(frozen=True)
class Due:
    """A sentence on by when something is to be done again, and the tone it is said in."""

    text: str
    tone: str


def picture_due(due: date | None, on: date) -> Due | None:
    """That the picture is to be renewed."""
    return _due(
        due,
        on,
        ahead=_("To be renewed by %(day)s at the latest."),
        passed=_("Should have been renewed by %(day)s."),
    )


def plan_due(due: date | None, on: date) -> Due | None:
    """That the plan is to be followed up."""
    return _due(
        due,
        on,
        ahead=_("To be followed up by %(day)s at the latest."),
        passed=_("Should have been followed up by %(day)s."),
    )


def _due(due: date | None, on: date, *, ahead: str, passed: str) -> Due | None:
    if due is None:
        return None
    text = (passed if due < on else ahead) % {"day": dates.day(due)}
    tone = "warning" if renewal.reminded_from(due) <= on else "info"
    return Due(text, tone)
