"""What happens to every request: who asks, in which language, and whether they may, before the view."""

import math
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse

from coordination.audit import log

from . import confirming, denials, factors, sessions
from .policy import ends_at, permissions_of, remember
from .signing_in import ENDED
from .urls import SAFE_METHODS, Policy, Who

SEEN_AGAIN = 60
"""Seconds: how far the idle limit of a session may be off."""

NOTHING_READ = frozenset({204, 301, 302, 303, 304, 307, 308, 401, 403, 404, 405})
"""Answers that hold nothing of the page: done, and go elsewhere; or no such page for you."""

GetResponse = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Headers that every response carries, whatever made it, and one request id for the log."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with log.in_request(str(uuid.uuid4())):
            response = self.get_response(request)
        response["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if getattr(request, "signed_out", False):
            response["Clear-Site-Data"] = '"cache"'
        if not isinstance(response, WhiteNoiseFileResponse):
            # Pages are personal even where they look alike: no browser or proxy keeps them.
            response["Cache-Control"] = "no-store"
            # A page that was never routed must not tell by its headers that no session was read.
            patch_vary_headers(response, ["Cookie"])
        return response


class SessionEndMiddleware:
    """Ends a session that has lasted as long as any may, however busy it is."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.over(request):
            logout(request)
        return self.get_response(request)


class LanguageMiddleware:
    """The person's own language, else the one chosen on this browser, else the portal's first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(
            settings.LANGUAGE_COOKIE_NAME, ""
        )
        known = {code for code, name in settings.LANGUAGES}
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class PolicyMiddleware:
    """Asks the page's policy before the view: signed in, then the object, then the method.

    An outsider gets the same 404 as for an id that never existed, whatever the method. Only those
    who may see a thing learn, by 403, that they may not change it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the address is looked up: a page that is not there keeps a session like any other.
        _keep_session(request)
        response = self.get_response(request)
        if response.status_code == 404:
            if request.resolver_match is None:
                # An address that leads nowhere takes as long as one that is denied or holds nothing:
                # what is asked of the policy there is asked here too, for nothing.
                remember(request.user)
            # A view that finds nothing of that name denies as the policy does.
            _note_denial(request)
        _note_reading(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        policy = getattr(view, "policy", None)
        if not isinstance(policy, Policy):
            # The system check stops such a start; this holds where checks were skipped.
            raise Http404
        if policy.who is not Who.PUBLIC and not request.user.is_authenticated:
            return _to_sign_in(request)
        remember(request.user)
        # Before the object is looked for: what a password alone opens must not tell what exists.
        if policy.who is not Who.PUBLIC and not policy.before_factor and factors.missing(request):
            return _to_factor(request)
        if policy.who is Who.HOLDERS:
            _ask(request, policy, kwargs)
        if request.method not in {*policy.methods, *(("HEAD",) if "GET" in policy.methods else ())}:
            return HttpResponseNotAllowed(policy.methods)
        return None


class FreshFactorMiddleware:
    """Asks for a fresh factor before the page of a sensitive act, and again before its form if time
    has passed. What was typed travels along and is not lost."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        policy = getattr(view, "policy", None)
        if not isinstance(policy, Policy) or not policy.fresh or factors.fresh(request):
            return None
        if request.method in SAFE_METHODS or request.headers.get("HX-Request"):
            return confirming.lead_to(request)
        return confirming.before_form(request)


def _to_factor(request: HttpRequest) -> HttpResponse:
    address = reverse("confirm" if factors.of(request.user) else "factor_choice")
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=401)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def _ask(request: HttpRequest, policy: Policy, kwargs: dict) -> None:
    changes = request.method not in SAFE_METHODS
    if not policy.model:
        if policy.see not in permissions_of(request.user):
            raise Http404
        return
    found = policy.object_queryset(request.user, policy.see, kwargs).first()
    if found is None:
        raise Http404
    if (
        changes
        and policy.do
        and not policy.object_queryset(request.user, policy.do, kwargs).exists()
    ):
        user: Any = request.user
        denials.note_refusal(by=user, on=found)
        raise PermissionDenied
    request.governed = found  # type: ignore[attr-defined]
    request.closes_at = ends_at(request.user, policy.see, found)  # type: ignore[attr-defined]


def _note_denial(request: HttpRequest) -> None:
    # The log says which page, never which id: what was asked for may be what must not be told.
    match = request.resolver_match
    user: Any = request.user
    if user.is_authenticated:
        denials.note(by=user, page=(match.view_name if match else "") or "")


class SentInPieces(Exception):
    """A page of the individual zone was to leave before it is known to be whole, and to be logged."""


def _note_reading(request: HttpRequest, response: HttpResponse) -> None:
    """Logs that a page of the individual zone was opened, when its body is rendered and before it leaves
    (V24). What is raised here is answered as an error: nothing of the page has been sent."""
    event = getattr(request, "reads", "")
    if not event or response.status_code in NOTHING_READ or response.status_code >= 500:
        return
    if response.streaming:
        raise SentInPieces(event)
    user: Any = request.user
    match = request.resolver_match
    facts: dict[str, Any] = {"page": (match.view_name if match else "") or ""}
    closes_at = getattr(request, "closes_at", None)
    if closes_at is not None:
        facts["for_minutes"] = True
        # The page asks for itself again when it is over, and is gone: in a tab that is left open too.
        left = (closes_at - timezone.now()).total_seconds()
        response["Refresh"] = str(max(1, math.ceil(left)))
    log.record_access(
        by=user,
        event=event,
        on=getattr(request, "governed", None),
        facts=facts,
        zone=log.Zone.CASES,
    )


def _keep_session(request: HttpRequest) -> None:
    """Moves the end of the session on, but writes it at most once a minute: a page that is only
    read should not wait for the database's one writer."""
    if not request.user.is_authenticated:
        return
    now = int(time.time())
    if now - int(request.session.get("seen", 0)) >= SEEN_AGAIN:
        request.session["seen"] = now


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    address = resolve_url(settings.LOGIN_URL)
    wanted = request.get_full_path() if request.method in SAFE_METHODS else ""
    more = {}
    if wanted and wanted != resolve_url(settings.LOGIN_REDIRECT_URL):
        more["next"] = wanted
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        # There was a session, and it is over.
        more[ENDED] = "1"
    if more:
        address += "?" + urlencode(more)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
        return response
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=401)
    return redirect(address)
