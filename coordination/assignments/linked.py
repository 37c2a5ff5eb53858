"""What apps above show on the pages of this one: what is linked to an assignment (decisions and their
actions, later sessions and reports), and how what the guideline asks for without ordering it of anybody
can be followed. Each asks the policy itself, and gives nothing of what the person may not see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from coordination.frame import contributions

from .models import Assignment


@dataclass(frozen=True)
class Row:
    """Something that is linked: what it is called, where it is, and what there is to say beside it."""

    title: str
    url: str
    context: str = ""
    state: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with what is linked under it."""

    key: str
    heading: Any
    empty: Any
    rows: list[Row] = field(default_factory=list)


Source = Callable[[Assignment, Any], Iterable[Section]]
_sources: list[Source] = []


def offer(source: Source) -> Source:
    """Registers what gives sections for an assignment and a person."""
    _sources.append(source)
    return source


def sections(assignment: Assignment, user: Any) -> list[Section]:
    """Every section, in the order the apps stand; first those of neighbours, who know of the page
    alone and offer through `frame.contributions`."""
    beside = [
        Section(one.key, one.heading, one.empty, [_row(row) for row in one.rows])
        for one in contributions.sections_of("assignment", user, assignment)
    ]
    return beside + [section for source in _sources for section in source(assignment, user)]


def _row(linked: contributions.Linked) -> Row:
    return Row(linked.title, linked.url, linked.context)


@dataclass(frozen=True)
class Demand:
    """Something that the guideline asks for and that is nobody's assignment."""

    key: str
    heading: Any
    words: str
    """Some of the guideline's own words, by which the passage is found."""
    rows: list[Row] = field(default_factory=list)


DemandSource = Callable[[Any], Iterable[Demand]]
_demand_sources: list[DemandSource] = []


def demand(source: DemandSource) -> DemandSource:
    """Registers what gives demands, with how they can be followed, for a person."""
    _demand_sources.append(source)
    return source


def demands(user: Any) -> list[Demand]:
    """Every demand, in the order the apps stand."""
    return [one for source in _demand_sources for one in source(user)]
