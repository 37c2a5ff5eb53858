"""Grants: the rows derived from memberships, one table an anchor, rebuilt as a whole.

The apps that own an anchor register how its grants are derived. Nothing else writes a grant.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.auth.models import Permission as PermissionRow
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise

from .models import Absence
from .policy import grants_of
from .vocabulary import Permission


@dataclass(frozen=True)
class Due:
    """What one person should hold on one anchor, and through which day (None: until further notice)."""

    user_id: int
    object_id: int
    permission: Permission
    until: date | None = None
    deputised: bool = False
    """Whether who stands in for an absent person holds it too."""


@dataclass(frozen=True)
class Gives:
    """What a role gives on objects, and on which of them, in words for the role matrix."""

    role: str
    permissions: tuple[Permission, ...]
    where: str | Promise


Derivation = Callable[[date], Iterable[Due]]
_derivations: dict[type[models.Model], Derivation] = {}
_gives: list[Gives] = []


def derives(
    anchor: type[models.Model], derivation: Derivation, gives: Iterable[Gives] = ()
) -> None:
    """Registers how the grants on an anchor follow from memberships on a given day.

    `gives` is the table that the derivation reads its permissions from, told to people.
    """
    _derivations[anchor] = derivation
    _gives.extend(gives)


def given_by(role: str) -> list[Gives]:
    """What the role gives on objects, from every app that owns an anchor."""
    return [entry for entry in _gives if entry.role == role]


def due(anchor: type[models.Model], on: date) -> dict[tuple[int, int, str], date | None]:
    """What should be held: (user, object, permission) → last day. The longest reason wins."""
    held: dict[tuple[int, int, str], date | None] = {}
    own = list(_derivations[anchor](on))
    for grant in [*own, *_by_deputy(own, on)]:
        key = (grant.user_id, grant.object_id, grant.permission.value)
        if key in held:
            earlier = held[key]
            until = None if earlier is None or grant.until is None else max(earlier, grant.until)
        else:
            until = grant.until
        held[key] = until
    return held


def _by_deputy(own: list[Due], on: date) -> Iterator[Due]:
    """What people hold for those they stand in for, through the last day of the absence."""
    away: dict[int, list[tuple[int, date]]] = {}
    absences = Absence.objects.active(on).filter(user__is_active=True, deputy__is_active=True)
    for user_id, deputy_id, last in absences.values_list("user_id", "deputy_id", "valid_to"):
        away.setdefault(user_id, []).append((deputy_id, last))
    for grant in own:
        if grant.deputised:
            for deputy_id, last in away.get(grant.user_id, ()):
                until = last if grant.until is None else min(last, grant.until)
                yield replace(grant, user_id=deputy_id, until=until)


def standing(anchor: type[models.Model]) -> dict[tuple[int, int, str], date | None]:
    """What the grant table holds now, in the shape of `due`."""
    rows = grants_of(anchor)._default_manager.values_list(
        "user_id", "content_object_id", "permission__codename", "valid_until"
    )
    return {(user, obj, codename): until for user, obj, codename, until in rows}


def differences(on: date | None = None) -> list[str]:
    """Where grants and memberships disagree, a line each; empty when all is well."""
    on = on or timezone.localdate()
    lines = []
    for anchor in _derivations:
        wanted, found = due(anchor, on), standing(anchor)
        for key in sorted(wanted.keys() | found.keys()):
            if key not in found:
                lines.append(f"{anchor._meta.label}: {key} is missing")
            elif key not in wanted:
                lines.append(f"{anchor._meta.label}: {key} has no membership behind it")
            elif wanted[key] != found[key]:
                lines.append(f"{anchor._meta.label}: {key} ends {found[key]}, not {wanted[key]}")
    return lines


def rebuild(*anchors: type[models.Model], on: date | None = None) -> int:
    """Makes the grant tables say what the memberships say. Returns how many rows changed.

    Called at the end of every domain function that changes a membership or what it is held at, in
    the same transaction, and every hour for memberships whose first day has come.
    """
    on = on or timezone.localdate()
    changed = 0
    for anchor in anchors or tuple(_derivations):
        with transaction.atomic():
            changed += _rebuild(anchor, on)
    return changed


def _rebuild(anchor: type[models.Model], on: date) -> int:
    table = grants_of(anchor)
    wanted, found = due(anchor, on), standing(anchor)
    rows = {
        row.codename: row.pk
        for row in PermissionRow.objects.filter(
            content_type=ContentType.objects.get_for_model(anchor)
        )
    }
    gone = [key for key in found if key not in wanted or wanted[key] != found[key]]
    for user_id, object_id, codename in gone:
        table._default_manager.filter(
            user_id=user_id, content_object_id=object_id, permission_id=rows[codename]
        ).delete()
    new = [key for key in wanted if key not in found or wanted[key] != found[key]]
    table._default_manager.bulk_create(
        table(
            user_id=user_id,
            content_object_id=object_id,
            permission_id=rows[codename],
            valid_until=wanted[user_id, object_id, codename],
        )
        for user_id, object_id, codename in new
    )
    return len(set(gone) | set(new))
