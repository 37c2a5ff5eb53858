"""How a model says who may see it: `access = Access(…)` or `access = Open(…)`, as a class attribute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q

from .vocabulary import Permission

CONDITIONAL = frozenset({Permission.READ_APPROVED, Permission.TRIAGE_CASE})
"""Held on an anchor for some of what lies under it only: on the objects of a model that says which, in
`Access.when`, and on no other."""


@dataclass(frozen=True)
class Seated:
    """A path to a user that counts only while the membership beside it is in force.

    `user` and `membership` are paths through the same rows; a row without a membership (a guest)
    counts always.
    """

    user: str
    membership: str


@dataclass(frozen=True)
class Timed:
    """A path to a user that counts from one moment to another, and stops by itself.

    `held` is the path to rows with `begins_at` and `ends_at`; without both it has not begun. `most` is how
    long it counts, whatever the row says: what is written in a row cannot make it longer.
    """

    user: str
    held: str
    most: timedelta


@dataclass(frozen=True)
class Access:
    """Objects inherit along one path from an anchor, and may besides belong to named people.

    `anchor` is the path of foreign keys to the anchor ("meeting__forum"; "pk" on the anchor itself).
    `people` gives, for a permission, the paths to users who hold it on the object by themselves
    ("owners__user"; `Seated` where that ends with a membership, `Timed` where with a minute). `when`
    gives, for a permission, what an object must be like besides (see CONDITIONAL). `barred` is the path
    to users who hold nothing on the object, whatever else lets them. Object check and list filter are
    both made from this one declaration.
    """

    anchor: str
    view: Permission
    people: Mapping[Permission, tuple[str | Seated | Timed, ...]] = field(default_factory=dict)
    when: Mapping[Permission, Q] = field(default_factory=dict)
    barred: str = ""
    holder: str = ""
    """A role without which nobody holds anything on the object: whoever is named in it stays named, and
    is shut out when the role ends."""

    def limit(self, permission: Permission) -> Q:
        """What an object must be like for anybody to hold the permission on it."""
        nothing = Q(pk__in=()) if permission in CONDITIONAL else Q()
        return self.when.get(permission, nothing)


@dataclass(frozen=True)
class Open:
    """Not governed by an anchor, and why that is right."""

    why: str
