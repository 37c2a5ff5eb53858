"""Views of lists that people saved: a name and the filters, private unless shared with a role.

A list offers its parameters here; nothing else is kept of an address, so no view can hold a text.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access import policy
from coordination.access.refused import Refused
from coordination.access.vocabulary import ROLES, Permission
from coordination.audit import log

from .models import SavedView

MOST = 20
"""Views one person keeps of one list: more no longer help to find anything."""
_NUMBER = re.compile(r"[0-9]{1,5}")
"""A row of the database: too short to be a day of birth."""

_codes: dict[str, dict[str, frozenset[str]]] = {}
_numbers: dict[str, frozenset[str]] = {}


class BadView(Refused):
    """The view cannot be saved as it is."""


def offer(page: str, codes: Mapping[str, Iterable[str]], *, numbers: Iterable[str]) -> None:
    """Lets views of this list (the name of its address) be saved, with these parameters and codes.

    Those in `numbers` may name a row of the database besides.
    """
    _codes[page] = {name: frozenset(known) for name, known in codes.items()}
    _numbers[page] = frozenset(numbers)


def _fits(page: str, name: str, value: str) -> bool:
    if name in _numbers[page] and _NUMBER.fullmatch(value):
        return True
    return value in _codes[page].get(name, ())


def clean(page: str, query: str) -> str:
    """The query with what the list knows: its own codes, and numbers of rows where it has them.

    Raises BadView for a list that offers no views, and when nothing is left.
    """
    if page not in _codes:
        raise BadView(_("Views cannot be saved of this list."))
    kept = [
        (name, value)
        for name, value in parse_qsl(query[:2000].lstrip("?"), max_num_fields=40)
        if _fits(page, name, value)
    ]
    if not kept:
        raise BadView(_("Choose filters or an order first, and save the view then."))
    return urlencode(kept)


def save(*, user: Any, page: str, name: str, query: str) -> SavedView:
    """Keeps the view; one of the same name on the same list is replaced. Raises BadView."""
    kept = clean(page, query)
    with transaction.atomic():
        own = SavedView.objects.filter(user=user, page=page)
        earlier = own.filter(name=name).first()
        if earlier is not None:
            SavedView.objects.filter(pk=earlier.pk).update(query=kept)
            earlier.query = kept
            return earlier
        if own.count() >= MOST:
            raise BadView(_("You have as many views of this list as you can. Remove one first."))
        try:
            with transaction.atomic():
                return SavedView.objects.create(
                    user=user, page=page, name=name, query=kept, saved_at=timezone.now()
                )
        except IntegrityError:
            # Saved in another tab a moment ago.
            own.filter(name=name).update(query=kept)
            return own.get(name=name)


def remove(*, view: SavedView, by: Any) -> None:
    """Takes the view away, from those it was shared with too."""
    with transaction.atomic():
        if view.role:
            log.record(by=by, event="writing.view.unshared", on=view)
        view.delete()


def share(*, view: SavedView, role: str, by: Any) -> None:
    """Shows the view to everyone with the role beside their own; with "" to nobody else.

    Each of them still sees only what they may. Raises BadView without the permission to share, and
    for a role that does not exist.
    """
    if Permission.SHARE_VIEWS not in policy.permissions_of(by):
        raise BadView(_("You may not share views."))
    if role and role not in ROLES:
        raise BadView(_("Choose a role"), field="role")
    with transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(role=role)
        event = "writing.view.shared" if role else "writing.view.unshared"
        log.record(by=by, event=event, on=view, fields=("role",))


def of(user: Any, page: str) -> list[SavedView]:
    """The person's own views of the list, then those shared with a role they hold, by name."""
    shared = Q(role__in=policy.roles_of(user)) & ~Q(role="")
    found = SavedView.objects.filter(Q(user=user) | shared, page=page, user__is_active=True)
    return sorted(found, key=lambda view: (view.user_id != user.pk, view.name.casefold(), view.pk))
