"""The one policy, asked three ways: may this user act on this object; which objects; which users.

Everything is answered from the declaration on the model (`access = Access(…)`) and from grants that
are derived from memberships. Superuser and staff flags, and permissions given without an object,
count for nothing.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from .declaration import Access, Open, Seated, Timed
from .models import Absence, Grant, Membership, User
from .vocabulary import DEPUTISED, ROLES, Permission

__all__ = [
    "Access",
    "GovernedQuerySet",
    "Open",
    "ends_at",
    "may",
    "permissions_of",
    "roles_of",
    "who_may",
]

MANY_ANCHORS = 100
"""Up to so many anchors a list of ids is fastest; above it a correlated EXISTS is
(measured at 100 000 rows on both engines: at most 42 ms; docs/decisions/0002)."""
MANY_GRANTS = 500
"""So many grants of every permission are fetched at once and kept for the request."""


class UndeclaredAccess(Exception):
    """A model without an access declaration was asked for: a fault in the program, never an answer."""


class GovernedQuerySet(models.QuerySet):
    """The query set of every model behind an anchor. Each list starts with `visible_to`."""

    def visible_to(self, user: Any, permission: Permission | None = None) -> Self:
        """The objects on which the user holds the permission (default: the model's own view one)."""
        access = declared(self.model)
        if not user.is_authenticated or not user.is_active:
            return self.none()
        permission = permission or access.view
        if access.holder and access.holder not in roles_of(user):
            return self.none()
        condition, listed = _through_anchor(self.model, access, user, permission)
        for path in access.people.get(permission, ()):
            named = (
                self.model._base_manager.filter(_leads_to(path, user.pk)).order_by().values("pk")
            )
            if listed:
                # Joined by OR, PostgreSQL would read the whole table; each half uses an index.
                anchored = self.model._base_manager.filter(condition).order_by().values("pk")
                condition, listed = Q(pk__in=anchored.union(named)), False
            else:
                condition = Q(pk__in=named) if condition is None else condition | Q(pk__in=named)
        if condition is None:
            return self.none()
        found = self.filter(condition, access.limit(permission))
        if access.barred:
            shut_out = self.model._base_manager.filter(**{access.barred: user.pk})
            found = found.exclude(pk__in=shut_out.order_by().values("pk"))
        return found


def declared(model: type[models.Model]) -> Access:
    """The model's access declaration; raises UndeclaredAccess where there is none to ask."""
    access = getattr(model, "access", None)
    if not isinstance(access, Access):
        raise UndeclaredAccess(f"{model._meta.label} declares no anchor.")
    return access


def anchor_of(model: type[models.Model]) -> type[models.Model]:
    """The anchor model that objects of this model inherit from."""
    current = model
    path = declared(model).anchor
    for step in [] if path == "pk" else path.split("__"):
        current = current._meta.get_field(step).related_model  # type: ignore[assignment]
    return current


def grants_of(anchor: type[models.Model]) -> Any:
    """The direct-foreign-key grant table of an anchor: a model made from `Grant`, which itself has
    no anchor for the type checker to know."""
    for model in apps.get_models():
        if not issubclass(model, Grant):
            continue
        fields = {field.name: field.related_model for field in model._meta.get_fields()}
        if fields.get("content_object") is anchor:
            return model
    raise UndeclaredAccess(f"{anchor._meta.label} has no grant table.")


def living(grants: models.QuerySet, on: date | None = None) -> models.QuerySet:
    """Only the grants whose last day has not passed."""
    return grants.filter(Q(valid_until=None) | Q(valid_until__gte=on or timezone.localdate()))


def _through_anchor(
    model: type[models.Model], access: Access, user: Any, permission: Permission
) -> tuple[Q | None, bool]:
    """Which rows the user's grants let through, and whether it is a list of ids that says so."""
    anchor = anchor_of(model)
    grants = living(grants_of(anchor)._default_manager.filter(user_id=user.pk))
    first = _first_grants(user, anchor, grants, permission)
    if not first:
        return None, False
    column = "pk" if access.anchor == "pk" else f"{access.anchor}_id"
    if len(first) <= MANY_ANCHORS:
        return Q(**{f"{column}__in": [anchor_id for _permission, anchor_id in first]}), True
    # By number, not by name: behind a join PostgreSQL guesses a hundredth of the grants there are.
    numbers = {permission_id for permission_id, _anchor in first}
    granted = grants.filter(permission_id__in=numbers, content_object_id=OuterRef(column))
    return Q(Exists(granted)), False


def _first_grants(
    user: Any, anchor: type[models.Model], grants: models.QuerySet, permission: Permission
) -> list[tuple[int, int]]:
    """The user's grants on that kind of anchor: all, or one more than make a list.

    In a request, those of every permission are fetched together the first time, and kept; who has too
    many for that is asked about one permission at a time.
    """
    kept: dict[tuple[type[models.Model], Permission], list[tuple[int, int]]] | None
    kept = getattr(user, "_grants_in_request", None)
    if kept is not None and not any(known is anchor for known, _permission in kept):
        rows = grants.values_list("permission__codename", "permission_id", "content_object_id")
        every = list(rows[: MANY_GRANTS + 1])
        if len(every) <= MANY_GRANTS:
            kept |= {(anchor, one): [] for one in Permission}
            for codename, number, anchor_id in every:
                # A member of a StrEnum is its text: what is no permission any longer is nobody's.
                kept.setdefault((anchor, codename), []).append((number, anchor_id))
    if kept is not None and (anchor, permission) in kept:
        return kept[anchor, permission]
    first = list(
        grants.filter(permission__codename=permission.value).values_list(
            "permission_id", "content_object_id"
        )[: MANY_ANCHORS + 1]
    )
    if kept is not None:
        kept[anchor, permission] = first
    return first


def _user_of(path: str | Seated | Timed) -> str:
    return path if isinstance(path, str) else path.user


def _leads_to(path: str | Seated | Timed, user_id: int | None = None) -> Q:
    """The rows from which the path leads to that user (or to anybody), today, or at this moment.

    To be given to one `filter`, so that user and membership are asked of the same row.
    """
    user = _user_of(path)
    found = Q(**{f"{user}__isnull": False} if user_id is None else {user: user_id})
    if isinstance(path, Timed):
        now, held = timezone.now(), path.held
        begun = {f"{held}__begins_at__lte": now, f"{held}__begins_at__gt": now - path.most}
        found &= Q(**begun, **{f"{held}__ends_at__gt": now})
    if isinstance(path, Seated):
        today, held = timezone.localdate(), path.membership
        last = Q(**{f"{held}__valid_to__isnull": True}) | Q(**{f"{held}__valid_to__gte": today})
        found &= Q(**{f"{held}__isnull": True}) | (Q(**{f"{held}__valid_from__lte": today}) & last)
    return found


def may(user: Any, permission: Permission, obj: models.Model | None = None) -> bool:
    """Whether the user holds the permission: on this object, or, without one, from a role alone.

    The object check is the list filter narrowed to one row, so the two cannot drift apart.
    """
    if obj is None:
        return permission in permissions_of(user)
    queryset: Any = type(obj)._default_manager.filter(pk=obj.pk)
    return bool(queryset.visible_to(user, permission).exists())


def ends_at(user: Any, permission: Permission, obj: models.Model) -> datetime | None:
    """When the permission on this object stops by itself, where it is held from one minute to another;
    None where nothing of the kind lets the user."""
    access = getattr(type(obj), "access", None)
    found = []
    for path in access.people.get(permission, ()) if isinstance(access, Access) else ():
        if isinstance(path, Timed):
            held = type(obj)._base_manager.filter(_leads_to(path, user.pk), pk=obj.pk)
            rows = held.values_list(f"{path.held}__begins_at", f"{path.held}__ends_at")
            found += [min(last, first + path.most) for first, last in rows]
    return max(found, default=None)


def who_may(permission: Permission, obj: models.Model) -> models.QuerySet:
    """The active users who hold the permission on this object."""
    model = type(obj)
    access = declared(model)
    column = "pk" if access.anchor == "pk" else f"{access.anchor}_id"
    asked = model._base_manager.filter(access.limit(permission), pk=obj.pk)
    anchors = asked.values(column)
    grants = living(grants_of(anchor_of(model))._default_manager.all()).filter(
        permission__codename=permission.value, content_object_id__in=anchors
    )
    condition = Q(pk__in=grants.values("user_id"))
    for path in access.people.get(permission, ()):
        named = asked.filter(_leads_to(path)).values(_user_of(path))
        condition |= Q(pk__in=named)
    found = User.objects.filter(condition, is_active=True)
    if access.holder:
        found = found.filter(pk__in=_holders(access.holder))
    if access.barred:
        shut_out = model._base_manager.filter(pk=obj.pk, **{f"{access.barred}__isnull": False})
        found = found.exclude(pk__in=shut_out.values(access.barred))
    return found


def _holders(role: str) -> models.QuerySet:
    """The keys of those who hold the role today, wherever; not as a deputy."""
    today = timezone.localdate()
    held = [
        model._default_manager.active(today)
        .filter(role=role, user__isnull=False)
        .order_by()
        .values("user_id")
        for model in membership_models()
    ]
    return held[0].union(*held[1:])


def membership_models() -> list[type[Membership]]:
    """Every table of memberships that the installed apps keep."""
    return [model for model in apps.get_models() if issubclass(model, Membership)]


def roles_of(user: Any, on: date | None = None) -> frozenset[str]:
    """The codes of the roles that the user holds that day, wherever, as a deputy too."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    kept: frozenset[str] | None = getattr(user, "_roles_in_request", None)
    if kept is not None and on is None:
        return kept
    return _roles_held(user, on or timezone.localdate())


def _roles_held(user: Any, on: date) -> frozenset[str]:
    """One statement for nearly everybody: whose deputy the person is comes with their own roles, and
    only who is somebody's is asked about further. It runs at every request."""
    with connection.cursor() as cursor:
        cursor.execute(_roles_statement(), {"user": user.pk, "day": on.isoformat()})
        found = cursor.fetchall()
    held = {role for role, absent in found if not absent}
    absent = [user_id for _role, user_id in found if user_id]
    if absent:
        for model in membership_models():
            theirs = model._default_manager.active(on).filter(user_id__in=absent)
            held |= set(theirs.filter(role__in=DEPUTISED).values_list("role", flat=True))
    return frozenset(held)


@cache
def _roles_statement() -> str:
    """The roles of a person on a day, and the keys of those they stand in for: (role, None) or
    ("", key). Written out, for to put it together from querysets took a seventh of the time of a
    request that is denied. Names of tables stand in it, and nothing that anybody has typed."""
    in_force = "valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)"
    own = [
        f"SELECT role, NULL FROM {model._meta.db_table} WHERE user_id = %(user)s AND {in_force}"  # noqa: S608
        for model in membership_models()
    ]
    absences, users = Absence._meta.db_table, User._meta.db_table
    away = (
        f"SELECT '', user_id FROM {absences} WHERE deputy_id = %(user)s AND {in_force}"  # noqa: S608
        f" AND user_id IN (SELECT id FROM {users} WHERE is_active)"
    )
    return " UNION ".join([away, *own])


def places_of(user: Any, roles: Collection[str], on: date | None = None) -> set[str]:
    """The names of the places that the user holds any of these roles for that day. Not as a deputy:
    the place is the absent person's."""
    if not roles:
        return set()
    own = [
        model._default_manager.active(on or timezone.localdate())
        .filter(user_id=user.pk, role__in=roles)
        .order_by()
        .values_list(model.place_name)
        for model in membership_models()
    ]
    return {name for (name,) in own[0].union(*own[1:])} if own else set()


def roles_by_user(on: date | None = None) -> dict[int, frozenset[str]]:
    """Everyone's roles that day, by the person's key, those they hold as a deputy too."""
    held: dict[int, set[str]] = {}
    for model in membership_models():
        rows = model._default_manager.active(on or timezone.localdate())
        for user_id, role in rows.filter(user__isnull=False).values_list("user_id", "role"):
            held.setdefault(user_id, set()).add(role)
    own = {user_id: frozenset(roles) for user_id, roles in held.items()}
    away = Absence.objects.active(on or timezone.localdate()).filter(
        user__is_active=True, deputy__isnull=False
    )
    for user_id, deputy_id in away.values_list("user_id", "deputy_id"):
        held.setdefault(deputy_id, set()).update(own.get(user_id, frozenset()) & set(DEPUTISED))
    return {user_id: frozenset(roles) for user_id, roles in held.items()}


def remember(user: Any) -> None:
    """Lets this user object keep its roles and visible anchors.

    The middleware calls it once a request, on the user object of that request alone: what was taken
    away is gone at the next one.
    """
    if user.is_authenticated:
        user._roles_in_request = _roles_held(user, timezone.localdate())
        user._grants_in_request = {}


def permissions_of(user: Any) -> frozenset[Permission]:
    """What the user may do without an object being named."""
    held: set[Permission] = set()
    for code in roles_of(user):
        role = ROLES.get(code)
        if role is not None:
            held |= role.permissions
    return frozenset(held)
