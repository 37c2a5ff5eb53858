"""What the apps know of who works where: forums, assignments and the like, each a source of facts.

A source tells what organisations do, at which prevention levels and in which housing districts. The
frame knows neither organisations nor districts: they are keys here, and the page that puts the facts
together (`coordination.actors.coverage`) gives them names.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that some organisations do: what it is called, where it can be opened, and how far it
    reaches. It counts once in every cell that it reaches."""

    title: str
    url: str
    organisations: frozenset[int]
    districts: frozenset[int] = frozenset()
    """Without any it is for the whole municipality."""
    levels: frozenset[str] = frozenset()
    """Codes of prevention levels. Without any it does not say: then it counts where its organisations
    are registered."""
    last: date | None = None
    """The last day that something happened with it: a meeting, an update, a check."""
    count: int = 1
    """How many it stands for, where its address is a list of them."""


FindFacts = Callable[[Any, date], Iterable[Fact]]
"""Takes the user and the day. Gives only what the user may open, with the same few queries however
much there is."""


@dataclass(frozen=True)
class Source:
    """One kind of facts. `words` says how many: "2 forums"."""

    key: str
    words: Callable[[int], str]
    find: FindFacts


_sources: list[Source] = []


def offer(key: str, words: Callable[[int], str], find: FindFacts) -> None:
    """Offers facts of this kind. The kinds stand in the order in which the apps offer them."""
    _sources.append(Source(key, words, find))


def facts_for(user: Any, on: date) -> Iterator[tuple[Source, Fact]]:
    """Every fact that this user may open, with the source that it is from."""
    for one in _sources:
        for fact in one.find(user, on):
            yield one, fact
