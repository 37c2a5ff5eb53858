"""Reads tests/access_matrix.csv and says which row decides a cell. Nothing here asks the policy."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.world import CALLED, KEEPERS, READERS, TEXT_FORUMS

FILE = Path(__file__).parents[1] / "access_matrix.csv"
METHODS = ("GET", "POST")
MISSING = "missing"
"""An address of the right form to something that never existed."""
GONE = "gone"
"""The address of something that was there and was taken away. The rows about what never existed
decide about this too, for nobody may learn that it was."""
MIXED = "mixed"
"""A thing of one forum under the address of another's meeting."""
NO_OBJECT = "-"
"""The page is about no object."""
NOBODY = ""

OWNERS = {
    "bra": "oskar.lind",
    "vivalla": "per.holm",
    "oxhagen": "eva.strand",
    "sig": "per.holm",
    "special": "nils.frisk",
}
"""Who owns the action of the forum's held meeting."""
ADJUSTERS = {
    "bra": "anna.ek",
    "vivalla": "maria.sten",
    "oxhagen": "jonas.berg",
    "sig": "maria.sten",
    "special": "jonas.berg",
}
"""Who was asked to approve the minutes that wait."""
LEADERS = {
    "bra": "anna.ek oskar.lind",
    "vivalla": "maria.sten anna.ek oskar.lind",
    "oxhagen": "jonas.berg anna.ek oskar.lind",
    "sig": "maria.sten",
    "special": "jonas.berg",
}
"""Who says what the forum is and who sits in it: chair, secretary, and the strategic coordinators where
it may not handle individuals. Coordinators who only have its district keep it, and do not lead it."""
ONE = "one"
"""The one thing of its kind that the tests have where a page is not about a forum."""
NO_ROLE = "ny.person"

EXPIRED = "kim.utgången"
"""A reporter who kept every forum, with a seat that ran out yesterday."""
REVOKED = "kim.entledigad"
"""A strategic coordinator until yesterday; without a role since."""
CLOSED = "kim.avslutad"
"""A strategic coordinator with a seat in every forum, signed in when the account was closed."""
FORMER = (EXPIRED, REVOKED, CLOSED)

HOLDERS = {
    "reviewers": "bo.kvist ida.rask kaj.berg",
    "strategic": "anna.ek oskar.lind",
    "administrators": "stina.alm viktor.ros",
    # Who sees the register of actors: coordinators, reporters and managers.
    "actor_readers": (
        "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn leila.amiri per.holm sofia.dahl"
        f" ulla.vik gunnar.ask rolf.dahlin lars.nord {EXPIRED}"
    ),
    # Who reads legal bases and retention rules.
    "law_readers": "anna.ek oskar.lind bo.kvist ida.rask kaj.berg stina.alm viktor.ros",
    "coordinators": "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn",
    # Who keeps the actor of the tests, which works in Vivalla, and who only reads of it.
    "actor_keepers": "anna.ek oskar.lind maria.sten sara.nyman",
    "other_actor_readers": (
        "jonas.berg mats.orn leila.amiri per.holm sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord"
        f" {EXPIRED}"
    ),
    # Police, and who has a seat or nothing: they are not shown what is internal.
    "outsiders": "nils.frisk eva.strand gun.malm ny.person kim.entledigad",
    "forum_keepers": "anna.ek oskar.lind maria.sten jonas.berg sara.nyman",
    # Maria logged the contact.
    "contact_readers": "anna.ek oskar.lind maria.sten",
    # Who is told how many contacts there were.
    "figure_readers": (
        "anna.ek oskar.lind ulla.vik gunnar.ask rolf.dahlin lars.nord bo.kvist ida.rask kaj.berg"
    ),
    "bo": "bo.kvist",
    "anna": "anna.ek",
    "tove": "tove.lind",
    "assignment_readers": (
        "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn leila.amiri per.holm"
        " sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord kim.utgången"
    ),
    # Who reads the agreement with the police: coordinators, reporters, managers, reviewers, police.
    "agreement_readers": (
        "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn leila.amiri per.holm sofia.dahl"
        " ulla.vik gunnar.ask rolf.dahlin lars.nord bo.kvist ida.rask kaj.berg nils.frisk eva.strand"
        f" {EXPIRED}"
    ),
    "other_agreement_readers": (
        "maria.sten jonas.berg sara.nyman mats.orn leila.amiri per.holm sofia.dahl ulla.vik gunnar.ask"
        f" rolf.dahlin lars.nord bo.kvist ida.rask kaj.berg nils.frisk eva.strand {EXPIRED}"
    ),
    # Who reads of a draft, and does not keep it.
    "partnership": "maria.sten jonas.berg sara.nyman mats.orn",
    # Who reads published situational pictures and decided plans, and who writes of Vivalla in them.
    "situation_readers": (
        "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn leila.amiri per.holm"
        f" sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord bo.kvist ida.rask kaj.berg {EXPIRED}"
    ),
    "situation_writers": "anna.ek oskar.lind maria.sten sara.nyman",
    # Who reports or attests for an organisation; Leila and Ulla for the one of the tests.
    "reporters": f"leila.amiri per.holm sofia.dahl {EXPIRED}",
    "resource_readers": (
        "anna.ek oskar.lind leila.amiri per.holm sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord"
        f" bo.kvist ida.rask kaj.berg {EXPIRED}"
    ),
    # Who reads what the reports come to: all of it, what is approved, or their own districts.
    "resource_figure_readers": (
        "anna.ek oskar.lind maria.sten jonas.berg sara.nyman mats.orn ulla.vik gunnar.ask rolf.dahlin"
        " lars.nord"
    ),
    # Who lets colleagues in; who sees the list of requests; who reads that of Per's, and decides on it.
    "inviters": (
        f"leila.amiri per.holm sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord {EXPIRED}"
    ),
    "request_list_readers": (
        "anna.ek oskar.lind leila.amiri per.holm sofia.dahl ulla.vik gunnar.ask rolf.dahlin lars.nord"
        f" {EXPIRED}"
    ),
    "request_readers": "anna.ek oskar.lind per.holm gunnar.ask lars.nord",
    "lars": "lars.nord",
    # Who carries the case in Vivalla, and who coordinates the district besides.
    "maria": "maria.sten",
    "maria_and_sara": "maria.sten sara.nyman",
    "leila": "leila.amiri",
    "ulla": "ulla.vik",
    "leila_or_ulla": "leila.amiri ulla.vik",
    # Per's report is sent in: he, his manager, and who reviews it.
    "version_readers": "anna.ek oskar.lind per.holm gunnar.ask",
    "version_owners": "per.holm gunnar.ask",
    "thirteen": "anna.ek oskar.lind leila.amiri ulla.vik",
}
"""Groups that do not depend on a forum (`thirteen` says how assignment 13 stands); `not_reviewers` and its like are everybody else."""

OK = frozenset({200, 302, 303, 409, 422})
"""What `ok` means in the table: the page took the request and answered it, if only with what is
wrong in an empty form."""


@dataclass(frozen=True)
class Row:
    line: int
    page: str
    method: str
    targets: tuple[str, ...]
    who: tuple[str, ...]
    status: str

    def accepts(self, status: int) -> bool:
        return status in OK if self.status == "ok" else status == int(self.status)


@dataclass(frozen=True)
class Cell:
    page: str
    method: str
    target: str
    username: str

    def __str__(self) -> str:
        return f"{self.method} {self.page} of {self.target} as {self.username or 'nobody'}"


def rows() -> list[Row]:
    """The table. Lines that begin with # are headings for its readers."""
    lines = [(n, line) for n, line in enumerate(FILE.read_text().splitlines(), 1) if line]
    table = [(number, line) for number, line in lines if not line.startswith("#")]
    assert table[0][1] == "page,method,target,who,status"
    found = []
    for (number, _line), cells in zip(
        table[1:], csv.reader(line for _n, line in table[1:]), strict=True
    ):
        page, method, target, who, status = cells
        targets = tuple(
            key
            for word in target.split()
            for key in {"each": TEXT_FORUMS, MISSING: (MISSING, GONE)}.get(word, (word,))
        )
        found.append(Row(number, page, method, targets, tuple(who.split()), status))
    return found


def group(name: str, target: str, cast: Iterable[str]) -> set[str]:
    """The people of a group, who may depend on the forum that is asked for. Written by hand."""
    everyone = set(cast)
    if name == "nobody":
        return {NOBODY, CLOSED}
    if name == "no_role":
        return {NO_ROLE, REVOKED}
    if name == "with_role":
        return everyone - {NO_ROLE, REVOKED}
    if name == "everyone":
        return everyone
    if name in HOLDERS:
        return set(HOLDERS[name].split())
    if name.startswith("not_") and name.removeprefix("not_") in HOLDERS:
        return everyone - set(HOLDERS[name.removeprefix("not_")].split())
    keepers = set(KEEPERS[target].split())
    readers = set(READERS[target].split()) - keepers
    called = set(CALLED.get(target, "").split())
    owner = set(OWNERS[target].split()) - keepers
    adjuster = {ADJUSTERS[target]}
    leaders = set(LEADERS[target].split())
    return {
        "adjuster": adjuster,
        "not_adjuster": everyone - adjuster - {NO_ROLE, REVOKED},
        "leaders": leaders,
        "not_leaders": everyone - leaders - {NO_ROLE, REVOKED},
        "keepers": keepers,
        "readers": readers,
        "owner": owner,
        "other_readers": readers - owner,
        "called": called,
        "others": everyone - keepers - readers - called - {NO_ROLE, REVOKED},
    }[name]


def decided(
    table: list[Row], page: str, method: str, target: str, cast: Iterable[str]
) -> Iterator[tuple[Cell, Row]]:
    """Each person's cell and the one row that decides it; also of whoever is not signed in, and of the
    closed account, whose rows are the same. Raises when none does, or two."""
    deciding: dict[str, Row] = {}
    for row in table:
        if (row.page, row.method) != (page, method) or target not in row.targets:
            continue
        for name in row.who:
            for username in group(name, target, cast):
                earlier = deciding.setdefault(username, row)
                assert earlier is row, (
                    f"lines {earlier.line} and {row.line} both decide about"
                    f" {Cell(page, method, target, username)}"
                )
    for username in [*cast, NOBODY, CLOSED]:
        cell = Cell(page, method, target, username)
        assert username in deciding, f"no row decides about {cell}"
        yield cell, deciding[username]
