"""Facts that apps above offer to a report: to how many meetings of which forums an organisation came."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from coordination.actors.models import Organisation


@dataclass(frozen=True)
class Attended:
    """How many meetings a forum held in a year, and at how many the organisation was."""

    forum: str
    held: int
    attended: int


Source = Callable[[Organisation, int], Iterable[Attended]]
_sources: list[Source] = []


def attendance(source: Source) -> Source:
    """Offers what the minutes say of an organisation and a year. Forums that may handle individuals
    are left out: that they met is not for everyone at the organisation."""
    _sources.append(source)
    return source


def attended(organisation: Organisation, year: int) -> list[Attended]:
    """What every app offers, in the order of the forums' names."""
    found = [one for source in _sources for one in source(organisation, year)]
    return sorted(found, key=lambda one: one.forum)
