"""The common thread: who works at which prevention level in which housing district, and where nobody
does (guideline, the gap around the forums; lag (2023:196) 10 §).

What an app tells of (`coordination.frame.coverage`) is put into cells of level, district and actor. What
is for the whole municipality has a cell of its own: it does not fill the gap of a district. Everything
is counted for one person, from what that person may open: a cell holds exactly what its page lists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.frame import coverage as facts
from coordination.frame.coverage import Fact, Source

from .merging import LONGEST_LINE
from .models import District, Organisation, Succession

REGISTERED = "registered"
"""The source that says where an actor is registered: only such a place can be dormant."""
QUIET_FOR = timedelta(days=365)
WHOLE = 0
"""Stands for the whole municipality where a district's key would stand."""


@dataclass(frozen=True)
class Cell:
    """What one actor does at one level in one district; the same cell in each where it is the same."""

    on: date
    found: tuple[tuple[Source, Fact], ...]

    @cached_property
    def last(self) -> date | None:
        """The last day that something happened with any of it."""
        return max((fact.last for _source, fact in self.found if fact.last), default=None)

    @cached_property
    def is_dormant(self) -> bool:
        """Whether the actor is registered here, and nothing has happened for twelve months: no
        meeting, no update, no check."""
        registered = any(source.key == REGISTERED for source, _fact in self.found)
        return registered and (self.last is None or self.last < self.on - QUIET_FOR)

    @property
    def parts(self) -> list[str]:
        """Registered; 2 forums; 1 assignment."""
        counts: dict[str, int] = {}
        for source, fact in self.found:
            counts[source.key] = counts.get(source.key, 0) + fact.count
        words = {source.key: source.words for source, _fact in self.found}
        said = [words[key](count) for key, count in counts.items()]
        return [said[0][:1].upper() + said[0][1:], *said[1:]]

    @property
    def words(self) -> str:
        """Its parts in one line."""
        return ", ".join(self.parts)

    @property
    def listed(self) -> list[tuple[str, Fact]]:
        """All that is behind it, each with what it is in words."""
        return [(source.words(fact.count), fact) for source, fact in self.found]

    @property
    def said(self) -> str:
        """Its words, and that it is dormant: for a file, which has no tags."""
        return _("%(words)s (dormant)") % {"words": self.words} if self.is_dormant else self.words


@dataclass(slots=True)
class Total:
    """How many actors work at a level in a district, and how many of them are dormant."""

    actors: int = 0
    dormant: int = 0

    @property
    def is_hole(self) -> bool:
        """Nobody works here."""
        return not self.actors

    @property
    def sleeps(self) -> bool:
        """Actors are registered here, and all are dormant."""
        return bool(self.actors) and self.actors == self.dormant

    @property
    def parts(self) -> list[str]:
        """Nobody; or 4 actors, and 1 dormant."""
        if self.is_hole:
            return [_("Nobody")]
        actors = ngettext("%(count)s actor", "%(count)s actors", self.actors)
        said = [actors % {"count": self.actors}]
        if self.dormant:
            said.append(_("%(count)s dormant") % {"count": self.dormant})
        return said

    @property
    def words(self) -> str:
        """Its parts in one line."""
        return ", ".join(self.parts)


Row = dict[int, Cell]
"""The cells of one actor that hold something, by district."""


class Coverage:
    """What one person may see of the coverage on one day. Asks the same few queries at any size."""

    def __init__(self, user: Any, on: date) -> None:
        self.on = on
        self.districts = {one.pk: one for one in District.objects.active(on)}
        self._of: dict[int, list[tuple[Source, Fact]]] = {}
        self._declared: dict[int, set[str]] = {}
        self._rows: dict[str, dict[int, Row]] = {}
        self._totals: dict[str, dict[int, Total]] = {}
        visible = Organisation.objects.visible_to(user).active(on)  # type: ignore[attr-defined]
        shown = set(visible.values_list("pk", flat=True))
        into = dict(Succession.objects.filter(on__lte=on).values_list("gone", "into"))
        for source, fact in facts.facts_for(user, on):
            for actor in _today(fact.organisations, into) & shown:
                self._of.setdefault(actor, []).append((source, fact))
                if source.key == REGISTERED:
                    self._declared.setdefault(actor, set()).update(fact.levels)

    def rows(self, level: str) -> dict[int, Row]:
        """The actors that do something at the level, with their cells."""
        if level not in self._rows:
            found = {actor: self._row(actor, level) for actor in self._of}
            self._rows[level] = {actor: row for actor, row in found.items() if row}
        return self._rows[level]

    def _row(self, actor: int, level: str) -> Row:
        is_declared = level in self._declared.get(actor, ())
        reached: dict[int, tuple[int, ...]] = {}
        for number, (_source, fact) in enumerate(self._of[actor]):
            if level in fact.levels or (not fact.levels and is_declared):
                for district in self._reach(fact):
                    reached[district] = (*reached.get(district, ()), number)
        alike = {
            numbers: Cell(self.on, tuple(self._of[actor][number] for number in numbers))
            for numbers in set(reached.values())
        }
        return {district: alike[numbers] for district, numbers in reached.items()}

    def _reach(self, fact: Fact) -> Iterable[int]:
        return fact.districts & self.districts.keys() if fact.districts else (WHOLE,)

    def dormant(self, level: str) -> set[int]:
        """The actors that are dormant at the level, somewhere."""
        return {
            actor
            for actor, row in self.rows(level).items()
            if any(cell.is_dormant for cell in row.values())
        }

    def totals(self, level: str) -> dict[int, Total]:
        """By district, and for the whole municipality: each has one."""
        if level not in self._totals:
            found = {key: Total() for key in (WHOLE, *self.districts)}
            for row in self.rows(level).values():
                for district, cell in row.items():
                    found[district].actors += 1
                    found[district].dormant += cell.is_dormant
            self._totals[level] = found
        return self._totals[level]

    def holes(self, level: str) -> set[int]:
        """The districts in which nobody works at the level."""
        totals = self.totals(level).items()
        return {key for key, total in totals if key != WHOLE and total.is_hole}


def _today(organisations: Iterable[int], into: dict[int, int]) -> set[int]:
    """The organisations that stand in the place of these."""
    found = set()
    for one in organisations:
        for _step in range(LONGEST_LINE):
            one = into.get(one, one)
        found.add(one)
    return found


def registered(user: Any, on: date) -> Iterator[Fact]:
    """Where each actor is registered to work, and when somebody last said that this is right."""
    actors = Organisation.objects.visible_to(user).active(on)  # type: ignore[attr-defined]
    known = actors.order_by("pk").values_list("pk", "checked_on")
    levels = _linked(Organisation.levels.through, "preventionlevel__code")
    districts = _linked(Organisation.districts.through, "district_id")
    for pk, checked_on in known:
        if pk in levels:
            yield Fact(
                title=_("What the register says"),
                url=reverse("actor", args=[pk]),
                organisations=frozenset((pk,)),
                districts=frozenset(districts.get(pk, ())),
                levels=frozenset(levels[pk]),
                last=checked_on,
            )


def _linked(through: Any, column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for actor, value in through.objects.values_list("organisation_id", column):
        found.setdefault(actor, []).append(value)
    return found
