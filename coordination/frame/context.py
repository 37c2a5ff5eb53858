"""What every template knows: the municipality, the person, the navigation."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coordination.access import oidc, policy, sessions
from coordination.access.models import User
from coordination.access.vocabulary import FORUM_ROLES, ROLES, Permission
from coordination.ui.lists import swedish_key

from . import contributions
from .navigation import MOST, Item, items_for, tabs_for

VERSION = "0.1"
MOST_PLACES = 2
"""So many fit on the line under the name."""


class Frame:
    """Asked only for what the page shows, so that an error page needs no database."""

    municipality = settings.MUNICIPALITY_NAME
    logo = settings.MUNICIPALITY_LOGO
    version = VERSION
    demo = settings.DEMO
    support_name = settings.SUPPORT_NAME
    support_email = settings.SUPPORT_EMAIL
    support_phone = settings.SUPPORT_PHONE
    dpo_email = settings.DPO_EMAIL

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _items(self) -> list[Item]:
        return items_for(self._request)

    @property
    def navigation(self) -> list[Item]:
        return self._items[:MOST]

    @property
    def more(self) -> list[Item]:
        return self._items[MOST:]

    @property
    def tabs(self) -> dict[str, list[Item]]:
        """By area, the pages in it that this person has."""
        return {area: tabs_for(self._request, area) for area in contributions.tabs}

    @property
    def may_search(self) -> bool:
        return policy.may(self._request.user, Permission.USE_PORTAL)

    @property
    def page(self) -> str:
        """The name of the page's address: what a report of something wrong says it was."""
        match = self._request.resolver_match
        return (match.url_name or "") if match else ""

    @property
    def person(self) -> str:
        """The name of who is signed in, or nothing."""
        user = self._request.user
        return str(user) if user.is_authenticated else ""

    @property
    def session_left(self) -> int:
        """Seconds until the session ends by itself; nothing for somebody not signed in."""
        return sessions.seconds_left(self._request) if self._request.user.is_authenticated else 0

    @property
    def session_last(self) -> bool:
        """Whether the session cannot be extended any longer."""
        return sessions.last_stretch(self._request)

    @property
    def staff_sign_in(self) -> bool:
        return oidc.configured(oidc.STAFF)

    @property
    def external_sign_in(self) -> bool:
        return oidc.configured(oidc.EXTERNAL)

    @property
    def cast(self) -> list[dict[str, str]]:
        """Whom the demo can be entered as. Nobody, outside the demo."""
        if not settings.DEMO:
            return []
        held = policy.roles_by_user()
        return [
            {
                "username": user.username,
                "name": str(user),
                "roles": _named(_shown(held.get(user.pk, frozenset()))),
            }
            for user in User.objects.filter(is_active=True).order_by("pk")
        ]

    @cached_property
    def role_line(self) -> str:
        """What the person is here as, and where; a seat in a forum counts only for those with
        nothing else. A role for the whole municipality says no place: its name stands beside."""
        user = self._request.user
        shown = _shown(policy.roles_of(user))
        places = policy.places_of(user, shown) - {self.municipality}
        named = sorted(places, key=swedish_key)
        line, rest = ", ".join([_named(shown), *named[:MOST_PLACES]]), len(named) - MOST_PLACES
        return (
            _("%(roles)s and %(count)s more") % {"roles": line, "count": rest} if rest > 0 else line
        )

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        own_names = {"sv": "Svenska", "en": "English"}
        now = get_language()
        return [
            (code, own_names.get(code, code), code == now) for code, _own_name in settings.LANGUAGES
        ]


def _shown(held: frozenset[str]) -> frozenset[str]:
    return held.difference(FORUM_ROLES) or held


def _named(shown: frozenset[str]) -> str:
    return ", ".join(str(role.name) for code, role in ROLES.items() if code in shown)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {"frame": Frame(request)}
