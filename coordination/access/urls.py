"""URL policies: every page says who it is for, and a middleware decides before the view runs.

`path` takes a policy with the route; `govern` gives policies to a third party's URLs. A page that
nobody decided about is found by a system check, and the portal does not start.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls import path as django_path

from .declaration import Open
from .policy import permissions_of
from .vocabulary import Permission

SAFE_METHODS = frozenset({"GET", "HEAD"})
READ = ("GET",)
WRITE = ("POST",)
BOTH = ("GET", "POST")


class Who(StrEnum):
    PUBLIC = "public"
    """Anyone, signed in or not. Needs a reason."""
    SIGNED_IN = "signed_in"
    """Anyone with an account, even without a role."""
    HOLDERS = "holders"
    """Holders of a permission: on the page's object, or from a role when it has none."""


@dataclass(frozen=True)
class Policy:
    """Who may use a page. Made by `public`, `signed_in`, `holding` and `about`."""

    who: Who
    methods: tuple[str, ...]
    see: Permission = Permission.USE_PORTAL
    """Without it the page does not exist (404). Asked of holders only."""
    do: Permission | None = None
    """Needed besides for methods that change something (403)."""
    model: str = ""
    lookups: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    by_role: bool = False
    """The object is for whoever holds `see` from a role, not by a grant on it."""
    fresh: bool = False
    """A sensitive act: asks for a factor shown within five minutes, before page and form."""
    reads: str = ""
    """What the log of the individual zone calls an opening of the page. Each answer with what stands on
    it has such an event, committed before it leaves; empty for pages outside the zone."""
    before_factor: bool = False
    """Open to someone whose role needs a second factor and who has not shown one in this session."""

    def object_queryset(
        self, user: Any, permission: Permission, kwargs: Mapping
    ) -> models.QuerySet:
        """The page's object, if this user holds the permission on it."""
        model: Any = apps.get_model(self.model)
        wanted = {lookup: kwargs[name] for name, lookup in self.lookups.items()}
        if self.by_role:
            found: models.QuerySet = model._default_manager.filter(**wanted)
            return found if permission in permissions_of(user) else found.none()
        visible: models.QuerySet = model._default_manager.visible_to(user, permission)
        return visible.filter(**wanted)


def public(reason: str, *, methods: tuple[str, ...] = READ) -> Policy:
    """A page for anyone, and why."""
    return Policy(who=Who.PUBLIC, methods=methods, reason=reason)


def signed_in(
    reason: str,
    *,
    methods: tuple[str, ...] = READ,
    fresh: bool = False,
    before_factor: bool = False,
) -> Policy:
    """A page for everyone with an account, even one without a role, and why.

    `fresh` asks for a factor shown within five minutes. `before_factor` is for the way to a factor,
    and for the way out: nothing else may be reached without one by those who must have it.
    """
    return Policy(
        who=Who.SIGNED_IN, methods=methods, reason=reason, fresh=fresh, before_factor=before_factor
    )


def holding(
    permission: Permission,
    *,
    methods: tuple[str, ...] = READ,
    model: str = "",
    fresh: bool = False,
    reads: str = "",
    **lookups: str,
) -> Policy:
    """A page for those whose roles give the permission; for others it does not exist.

    With a model the page is about one of its objects, every one of which such a role opens: only
    for models that declare themselves `Open`, behind no anchor. `fresh` asks for a factor shown
    within five minutes; `reads` names its openings in the log of the individual zone.
    """
    return Policy(
        who=Who.HOLDERS,
        methods=methods,
        see=permission,
        model=model,
        lookups=lookups,
        by_role=bool(model),
        fresh=fresh,
        reads=reads,
    )


def about(
    model: str,
    *,
    see: Permission,
    do: Permission | None = None,
    methods: tuple[str, ...] = READ,
    fresh: bool = False,
    reads: str = "",
    **lookups: str,
) -> Policy:
    """A page about one object: `lookups` gives the model lookup for each URL parameter.

    Who may not `see` it gets the 404 of an id that never existed. Who may see but not `do` gets 403,
    on methods that change something; on a page that only exists to change something, give `see` the
    permission to change. `fresh` asks for a factor shown within five minutes; `reads` names its openings
    in the log of the individual zone.
    """
    return Policy(
        who=Who.HOLDERS,
        methods=methods,
        see=see,
        do=do,
        model=model,
        lookups=lookups,
        fresh=fresh,
        reads=reads,
    )


def path(route: str, view: Callable, *, name: str, policy: Policy) -> URLPattern:
    """`django.urls.path` with a policy. The policy stands on a wrapper of its own, never on the
    view, so that one view at two addresses may have two policies."""
    return django_path(route, _carrying(view, policy), name=name)


def _carrying(view: Callable, policy: Policy) -> Callable:
    @wraps(view)
    def governed(request: Any, *args: Any, **kwargs: Any) -> Any:
        # Said here and not by the middleware before: what stops a request on its way opens nothing.
        request.reads = policy.reads
        return view(request, *args, **kwargs)

    governed.policy = policy  # type: ignore[attr-defined]
    return governed


class StalePolicy(Exception):
    """A policy was given to a third-party URL that does not exist (any longer)."""


def govern(included: Any, policies: Mapping[str, Policy | None]) -> Any:
    """Gives policies to a third party's URLs, by name (by route where there is no name).

    A URL whose policy is None is taken out. One that is not named here has no policy and stops the
    start; a name here that matches no URL raises StalePolicy.
    """
    module, app_name, namespace = included
    patterns = list(getattr(module, "urlpatterns", module))
    unused = set(policies)
    kept = [pattern for pattern in _govern(patterns, policies, unused) if pattern is not None]
    if unused:
        raise StalePolicy(f"No such URL: {', '.join(sorted(unused))}")
    return kept, app_name, namespace


def _govern(patterns: list, policies: Mapping[str, Policy | None], unused: set[str]) -> Iterator:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = list(_govern(list(pattern.url_patterns), policies, unused))
            if inner:
                yield URLResolver(
                    pattern.pattern,
                    inner,
                    pattern.default_kwargs,
                    pattern.app_name,
                    pattern.namespace,
                )
            continue
        key = pattern.name or str(pattern.pattern)
        unused.discard(key)
        if key not in policies:
            yield pattern
        elif (policy := policies[key]) is not None:
            yield URLPattern(
                pattern.pattern,
                _carrying(pattern.callback, policy),
                pattern.default_args,
                pattern.name,
            )


def every_url(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the portal: (route, its pattern), in the order they are tried."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_url(pattern, route)
        else:
            yield route, pattern


@checks.register(checks.Tags.security)
def every_url_has_a_policy(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """access.E001: an address without a policy. access.E002: a policy that cannot work."""
    errors: list[checks.CheckMessage] = []
    for route, pattern in every_url():
        policy = getattr(pattern.callback, "policy", None)
        if not isinstance(policy, Policy):
            errors.append(checks.Error(f"/{route} has no policy.", id="access.E001"))
            continue
        fault = _fault(policy, pattern)
        if fault:
            errors.append(checks.Error(f"/{route}: {fault}", id="access.E002"))
    return errors


def _fault(policy: Policy, pattern: URLPattern) -> str:
    if policy.who is not Who.HOLDERS and not policy.reason:
        return "a page for everyone needs a reason."
    if policy.model:
        model = apps.get_model(policy.model)
        if policy.by_role and not isinstance(getattr(model, "access", None), Open):
            return f"{policy.model} stands behind an anchor, so a role alone opens none."
        if not policy.by_role and not hasattr(model._default_manager, "visible_to"):
            return f"{policy.model} has no visible_to."
        unknown = set(policy.lookups) - set(pattern.pattern.converters)
        if unknown:
            return f"the route has no {', '.join(sorted(unknown))}."
    return ""
