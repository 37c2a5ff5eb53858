"""Writes checked rows into the register, and out of it again, as few statements over many rows.

The caller holds the transaction and has made sure that the register is as it was when the rows were
checked. The statements are prepared before it begins: the database of a single machine has one writer,
and nobody is to wait for ours (docs/decisions/0014). Actors are named by their names, which are unique
and have not changed since.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from .models import ImportedRow, Organisation

_WITH_PARENT = (Organisation.Kind.ADMINISTRATION, Organisation.Kind.COMPANY)

# Written out one by one: nothing in a statement comes from anywhere else than this page.
_ADD = (
    "INSERT INTO actors_organisation (name, kind, notes, valid_from, version, parent_id)"
    " VALUES (%s, %s, %s, %s, 1, %s)"
)
_REMOVE = "DELETE FROM actors_organisation WHERE name = %s"
_NOTES = "UPDATE actors_organisation SET notes = %s WHERE name = %s"
_VERSION = "UPDATE actors_organisation SET version = version + 1 WHERE name = %s"
_ADD_CONTACT = (
    "INSERT INTO actors_contactfunction (organisation_id, position, function, name, phone, email)"
    " VALUES ((SELECT id FROM actors_organisation WHERE name = %s), %s, %s, %s, %s, %s)"
)
_CHANGE_CONTACT = (
    "UPDATE actors_contactfunction SET function = %s, name = %s, phone = %s, email = %s"
    " WHERE organisation_id = (SELECT id FROM actors_organisation WHERE name = %s)"
    " AND position = %s"
)
_REMOVE_CONTACT = (
    "DELETE FROM actors_contactfunction"
    " WHERE organisation_id = (SELECT id FROM actors_organisation WHERE name = %s)"
    " AND position = %s"
)
_LINK = {
    "districts": (
        "INSERT INTO actors_organisation_districts (organisation_id, district_id)"
        " VALUES ((SELECT id FROM actors_organisation WHERE name = %s), %s)"
    ),
    "levels": (
        "INSERT INTO actors_organisation_levels (organisation_id, preventionlevel_id)"
        " VALUES ((SELECT id FROM actors_organisation WHERE name = %s), %s)"
    ),
    "areas": (
        "INSERT INTO actors_organisation_areas (organisation_id, areaofwork_id)"
        " VALUES ((SELECT id FROM actors_organisation WHERE name = %s), %s)"
    ),
}
_UNLINK = {
    "districts": (
        "DELETE FROM actors_organisation_districts"
        " WHERE organisation_id = (SELECT id FROM actors_organisation WHERE name = %s)"
    ),
    "levels": (
        "DELETE FROM actors_organisation_levels"
        " WHERE organisation_id = (SELECT id FROM actors_organisation WHERE name = %s)"
    ),
    "areas": (
        "DELETE FROM actors_organisation_areas"
        " WHERE organisation_id = (SELECT id FROM actors_organisation WHERE name = %s)"
    ),
}

Statements = list[tuple[str, list[tuple[Any, ...]]]]


@dataclass
class Changes:
    """The statements that read rows in, and those that take them back, each with its rows."""

    forth: Statements = field(default_factory=list)
    back: Statements = field(default_factory=list)


def changes_of(rows: Iterable[Any]) -> Changes:
    """What the rows change, prepared. Reads and does not write."""
    forth, back = _Book(), _Book()
    parents = list(
        Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).values_list(
            "pk", flat=True
        )[:2]
    )
    parent = parents[0] if len(parents) == 1 else None
    touched: dict[str, None] = {}
    changing = (ImportedRow.Outcome.ADD, ImportedRow.Outcome.CHANGE)
    wanted = rows.filter(outcome__in=changing).order_by("number")  # type: ignore[attr-defined]
    for outcome, name, after, before in wanted.values_list(
        "outcome", "name", "after", "before"
    ).iterator(chunk_size=1000):
        if outcome == ImportedRow.Outcome.ADD:
            _new(forth, back, name, after, parent)
        else:
            touched[name] = None
            _changed(forth, name, after, before)
            _changed(back, name, before, after)
    for book in (forth, back):
        for name in touched:
            book.note(_VERSION, name)
    return Changes(forth.statements(_ORDER), back.statements(_BACK))


class _Book:
    """Rows of each statement."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {}

    def note(self, statement: str, *values: Any) -> None:
        self.rows.setdefault(statement, []).append(values)

    def statements(self, order: Iterable[str]) -> Statements:
        return [(one, self.rows[one]) for one in order if one in self.rows]


def _new(forth: _Book, back: _Book, name: str, after: dict[str, Any], parent: int | None) -> None:
    actor, contact = after.get("actor"), after.get("contact")
    if actor:
        above = parent if actor["kind"] in _WITH_PARENT else None
        forth.note(_ADD, name, actor["kind"], actor["notes"], actor["valid_from"], above)
        back.note(_REMOVE, name)
        for which in _LINK:
            back.note(_UNLINK[which], name)
            for key in actor[which]:
                forth.note(_LINK[which], name, key)
    if contact:
        _contact(forth, name, contact)
        back.note(_REMOVE_CONTACT, name, contact["position"])


def _changed(book: _Book, name: str, after: dict[str, Any], before: dict[str, Any]) -> None:
    """From what was before to what is to be; told with the two exchanged it is the way back."""
    actor = after.get("actor", {})
    if "notes" in actor:
        book.note(_NOTES, actor["notes"], name)
    for which in _LINK:
        if which in actor:
            book.note(_UNLINK[which], name)
            for key in actor[which]:
                book.note(_LINK[which], name, key)
    contact, earlier = after.get("contact"), before.get("contact")
    if contact and earlier:
        book.note(
            _CHANGE_CONTACT,
            *(contact[part] for part in ("function", "name", "phone", "email")),
            name,
            contact["position"],
        )
    elif contact:
        _contact(book, name, contact)
    elif earlier:
        book.note(_REMOVE_CONTACT, name, earlier["position"])


def _contact(book: _Book, name: str, contact: dict[str, Any]) -> None:
    parts = (contact[part] for part in ("position", "function", "name", "phone", "email"))
    book.note(_ADD_CONTACT, name, *parts)


_ORDER = (
    _ADD,
    *_UNLINK.values(),
    *_LINK.values(),
    _REMOVE_CONTACT,
    _CHANGE_CONTACT,
    _ADD_CONTACT,
    _NOTES,
    _VERSION,
)
_BACK = (
    *_UNLINK.values(),
    *_LINK.values(),
    _REMOVE_CONTACT,
    _CHANGE_CONTACT,
    _ADD_CONTACT,
    _NOTES,
    _REMOVE,
    _VERSION,
)


def read_in(changes: Changes) -> None:
    """Writes the rows into the register, in the caller's transaction."""
    _carry_out(changes.forth)


def take_back(changes: Changes) -> None:
    """Makes the register as it was before the rows, in the caller's transaction."""
    _carry_out(changes.back)


def _carry_out(statements: Statements) -> None:
    with connection.cursor() as cursor:
        for statement, rows in statements:
            cursor.executemany(statement, rows)
