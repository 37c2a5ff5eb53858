"""Signing in through the municipality's own provider, or one for people outside it (OIDC).

The provider says who somebody is; the account must exist already, and belong to that provider
(`identities`). Someone without one, a closed account and a provider that says no are answered alike.
"""

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.deferred import jwt
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from requests import RequestException

from coordination.audit import log

from . import confirming, identities, sessions
from .models import EXTERNAL, STAFF

__all__ = ["EXTERNAL", "STAFF", "answer", "begin", "configured"]

REFUSED = "nekad"
"""In the sign-in page's address after any refusal; it says no more than that."""
CHOSEN = "oidc_provider"
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""What an ID token may be signed with: a key of the provider's own, never a shared secret or nothing."""


def configured(key: str) -> bool:
    return any(app["provider_id"] == key for app in settings.OIDC)


def begin(request: HttpRequest) -> HttpResponse:
    """Leads to the provider that was chosen. `again` asks it for a fresh sign-in, before a sensitive
    act."""
    found = _provider(request, request.POST.get("provider", ""))
    request.session[CHOSEN] = found.sub_id
    back = confirming.safe_next(request.POST.get("next", ""))
    wishes = {"prompt": "login", "max_age": "0"} if request.POST.get("again") else {}
    try:
        way: HttpResponse = found.redirect(
            request, process=AuthProcess.LOGIN, next_url=back, auth_params=wishes
        )
    except (RequestException, OAuth2Error):
        return refused()
    return way


def answer(request: HttpRequest) -> HttpResponse:
    """Takes what the provider says of whom it sends back."""
    chosen = request.session.get(CHOSEN, "")
    if not configured(chosen):
        return refused()
    if "iss" in request.GET and not _is_issuer(chosen, request.GET["iss"]):
        # Another server's answer (RFC 9207).
        return refused()
    take = OAuth2CallbackView.adapter_view(PortalAdapter(request, chosen))
    try:
        answered: HttpResponse = take(request)
    except (RequestException, OAuth2Error):
        return refused()
    return answered


def refused() -> HttpResponse:
    """The one answer to everything that did not lead in."""
    log.record_access(zone=log.Zone.COORDINATION, by=None, event="access.sign_in_failed")
    return redirect(f"{reverse('account_login')}?{urlencode({REFUSED: 1})}")


def _is_issuer(key: str, said: str) -> bool:
    """Whether this is the provider's name. Some end theirs with a slash; the setting does not."""
    [app] = [app for app in settings.OIDC if app["provider_id"] == key]
    return said.rstrip("/") == str(app["settings"]["server_url"])


def _provider(request: HttpRequest, key: str) -> Any:
    if not configured(key):
        raise Http404
    found = OidcAdapter().get_provider(request, key)
    found.oauth2_adapter_class = PortalAdapter
    return found


class PortalAdapter(OpenIDConnectOAuth2Adapter):
    """The provider's protocol, at the portal's own addresses."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return settings.BASE_URL + reverse("oidc")

    @property
    def openid_config(self) -> Any:
        """The provider's metadata. Raises `OAuth2Error` when it says that it is somebody else's."""
        config = super().openid_config
        if not _is_issuer(self.provider_id, str(config.get("issuer", ""))):
            raise OAuth2Error("The metadata is of another issuer.")
        return config

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        """The claims of the token. Raises `OAuth2Error` unless the provider signed it, for us, and it
        is still good.

        allauth skips the signature when the token came straight from the provider, and keeps in the
        cache which were used; a code is good once, so that a lost cache need not stop anybody.
        """
        try:
            header = jwt.get_unverified_header(id_token)
            with get_adapter().get_requests_session() as session:
                answered = session.get(self.openid_config["jwks_uri"])
                answered.raise_for_status()
            keys = [
                key
                for key in jwt.PyJWKSet.from_dict(answered.json()).keys
                if header.get("kid") in (None, key.key_id)
            ]
            if not keys or header.get("alg") not in SIGNATURES:
                raise OAuth2Error("The ID token is signed with an unknown key.")
            return jwt.decode(
                id_token,
                keys[0].key,
                algorithms=list(SIGNATURES),
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as fault:
            raise OAuth2Error("The ID token is not good.") from fault


class OidcAdapter(DefaultSocialAccountAdapter):
    """Ties an identity to the account that its claim names, and makes no accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(refused())

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Ends allauth's own way here: what follows there would store the identity or sign it up."""
        answered = sociallogin.account.extra_data
        signed, asked = answered.get("id_token") or {}, answered.get("userinfo") or {}
        # What was asked for after the token must be about the same identity.
        same = not asked or asked.get("sub") == signed.get("sub")
        user = None
        if signed and same:
            user = identities.account_for(
                provider=sociallogin.account.provider,
                issuer=signed["iss"],
                subject=signed["sub"],
                claims={**asked, **signed},
            )
        if user is None:
            raise ImmediateHttpResponse(refused())
        if request.user.is_authenticated and request.user.pk != user.pk:
            logout(request)
        record_authentication(
            request,
            user,
            "socialaccount",
            provider=sociallogin.account.provider,
            at=_signed_in_at(signed),
        )
        again = request.user.is_authenticated
        login = Login(user=user, redirect_url=sociallogin.get_redirect_url(request))
        way_in = perform_login(request, login)
        if again:
            # Django gives the session of who is signed in already no new id.
            sessions.renew_id(request)
        raise ImmediateHttpResponse(way_in)


def _signed_in_at(id_token: dict[str, Any]) -> float:
    """When the provider last asked the person for what it asks for. One that does not say is believed
    for the sign-in itself, and never for a fresh factor."""
    said = id_token.get("auth_time")
    if isinstance(said, int | float) and said <= time.time() + 60:
        return float(said)
    return 0.0
