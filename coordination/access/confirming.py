"""Step-up: asks the signed-in person for a fresh factor before a sensitive act, and loses no form."""

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from coordination.audit import log

from . import factors, limits, sealing, sessions

CODE, CREDENTIAL, PASSWORD = "_confirm_code", "_confirm_key", "_confirm_password"
OWN_FIELDS = frozenset({CODE, CREDENTIAL, PASSWORD, "_confirm", "csrfmiddlewaretoken"})
DEMO_CODE = "demo_confirm_code"


def page(request: HttpRequest) -> HttpResponse:
    """Asks for a factor and leads back to where the person was going."""
    back = safe_next(request.POST.get("next") or request.GET.get("next", ""))
    error = ""
    if request.method == "POST":
        error = _try(request)
        if not error:
            return HttpResponseRedirect(back)
    return _page(request, error=error, action=reverse("confirm"), held=[("next", back)], back=back)


def lead_to(request: HttpRequest) -> HttpResponse:
    """Away to the page above, and back to this address afterwards."""
    address = f"{reverse('confirm')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def before_form(request: HttpRequest) -> HttpResponse | None:
    """For a form that was sent when the factor was no longer fresh: asks for one and carries the form.

    Nothing of the form is kept here: it travels in the page and comes back with the factor. None when
    a right factor came with it.
    """
    error = ""
    if "_confirm" in request.POST:
        error = _try(request)
        if not error:
            return None
    held = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]
    asked = _page(
        request,
        error=error,
        action=request.get_full_path(),
        held=held,
        files_lost=bool(request.FILES),
        back=request.get_full_path(),
    )
    # What was asked for has not been done.
    asked.status_code = 403
    return asked


def safe_next(address: str) -> str:
    """The address, if it is a path of ours; the start page otherwise."""
    # A path and nothing else: `redirect` would take a bare word for the name of a page.
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else reverse("start")


def _page(request: HttpRequest, *, error: str, **more: Any) -> HttpResponse:
    user: Any = request.user
    held_types = {factor.type for factor in factors.of(user)}
    context = {
        **more,
        "error": error,
        "errors": [{"field_id": "", "message": error}] if error else [],
        "has_key": Authenticator.Type.WEBAUTHN in held_types,
        "has_code": bool(held_types) and not factors.frozen(user),
        "code_first": Authenticator.Type.TOTP in held_types,
        "has_password": not held_types and user.has_usable_password(),
        "provider": "" if held_types else factors.signed_in_by_provider(request),
        "names": {"code": CODE, "credential": CREDENTIAL, "password": PASSWORD},
    }
    if context["has_key"]:
        context["key_options"] = json.dumps(webauthn.begin_authentication(user))
    if settings.DEMO and not held_types:
        # The invented people have no phones. The code stands on the page, and only in the demo.
        code = f"{secrets.randbelow(1_000_000):06}"
        request.session[DEMO_CODE] = code
        context |= {"demo_code": code, "has_code": True, "has_password": False}
    return render(request, "account/confirm.html", context)


def _try(request: HttpRequest) -> str:
    """Tries what was given. Empty when right, and then the session has a new id."""
    user: Any = request.user
    error = _try_ways(request, user)
    if error:
        log.record_access(zone=log.Zone.COORDINATION, by=user, event="access.confirm_failed")
        return error
    sessions.renew_id(request)
    log.record_access(zone=log.Zone.COORDINATION, by=user, event="access.confirmed")
    return ""


def _try_ways(request: HttpRequest, user: Any) -> str:
    has_factor = bool(factors.of(user))
    if request.POST.get(CREDENTIAL) and has_factor:
        form = factors.SignInKeyForm({"credential": request.POST[CREDENTIAL]}, user=user)
        if not form.is_valid():
            return str(factors.FactorAdapter.error_messages["incorrect_code"])
        factors.note(request, form.cleaned_data["credential"])
        return ""
    code = request.POST.get(CODE, "").strip()
    if settings.DEMO and not has_factor:
        right = request.session.pop(DEMO_CODE, "")
        if not (code and right and secrets.compare_digest(code, right)):
            return _("Enter the code that stands on the page")
        factors.note_way(request, factors.BY_DEMO)
        return ""
    if has_factor:
        return _try_code(request, user, code) if code else _("Enter code")
    return _try_password(request, user)


def _try_code(request: HttpRequest, user: Any, code: str) -> str:
    try:
        factor = factors.check_code(user, code[:20])
    except factors.Frozen:
        return str(factors.TEXT_FROZEN)
    except sealing.Unreadable:
        return str(factors.TEXT_UNREADABLE)
    if factor is None:
        return str(factors.TEXT_WRONG_CODE)
    factors.note(request, factor)
    return ""


def _try_password(request: HttpRequest, user: Any) -> str:
    password = request.POST.get(PASSWORD, "")
    if not password or not user.has_usable_password():
        return _("Enter password")
    guess = limits.take(request, user.get_username())
    if guess is None:
        return str(limits.TEXT_NONE_LEFT)
    if not user.check_password(password):
        return _("The password is wrong")
    guess.was_right()
    factors.note_way(request, factors.BY_PASSWORD)
    return ""
