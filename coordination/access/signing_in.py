"""Signing in and out: the adapter for django-allauth, and the demo's one-click way in.

Whatever is wrong with an account (none, closed, no password), the answer, what is counted and the
number of passwords hashed are the same.
"""

import json
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.signals import pre_save
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.audit import log
from coordination.ui.forms import FormError, ask_for, error_summary

from . import factors, limits, sessions
from .models import User

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


ENDED = "avslutad"
"""In the sign-in page's address when a session has run out."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """A path of the portal. What cannot even be read as an address is none."""
        try:
            return bool(url) and str(url).startswith("/") and bool(super().is_safe_url(url))
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        guess = limits.take(request, credentials.get("username", ""))
        if guess is None:
            raise ValidationError(limits.TEXT_NONE_LEFT)
        user = authenticate(request, **credentials)
        # allauth would lead a closed account with the right password to a page of its own.
        AuthenticationBackend.unstash_authenticated_user()
        if user is None:
            return None
        guess.was_right()
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        return limits.address_of(request)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        limits.remember_place(request, response, user)
        if factors.missing(request):
            response["Location"] = reverse("factor_choice")
        elif user.notice_read_at is None:
            response["Location"] = reverse("notice")
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the pages say what happened, in their own words."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the portal's own letters tell, through the outbox."""


class LoginForm(AllauthLoginForm):
    """User name and password, in the portal's own words and without placeholders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"].label = _("User name")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = ask_for(field)
        self.fields.pop("remember", None)
        self.use_required_attribute = False

    @property
    def error_summary(self) -> list[FormError]:
        """As every form of the portal has it."""
        return error_summary(self)


class SecondStep(AuthenticateView):
    """After the password: a key, or a code. Nobody is signed in before it is right."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = {factor.type for factor in factors.of(self.stage.login.user)}
        refused = context["webauthn_form"].errors.get("credential", [])
        options = context.pop("js_data")["request_options"]
        return context | {
            "has_key": Authenticator.Type.WEBAUTHN in types,
            "has_app": Authenticator.Type.TOTP in types,
            "key_options": json.dumps(options, cls=DjangoJSONEncoder),
            "errors": [{"field_id": "", "message": message} for message in refused],
        }


def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as the named person of the cast, who goes on where they were going. The address exists
    in the demo only."""
    name = request.POST.get("user", "")
    if "\0" in name:
        raise Http404
    person = User.objects.filter(username=name, is_active=True).first()
    if person is None or not settings.DEMO:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    factors.note_way(request, factors.BY_DEMO)
    UserSession.objects.create_from_request(request)
    return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)


def _signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.begin(request)
    # Never the address itself: whether the place is new is what a reviewer can act on.
    log.record_access(
        zone=log.Zone.COORDINATION,
        by=user,
        event="access.signed_in",
        facts=limits.known_places(request, user),
    )


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    request.signed_out = True  # type: ignore[attr-defined]
    if user is not None:
        log.record_access(zone=log.Zone.COORDINATION, by=user, event="access.signed_out")


def _failed(sender: Any, **kwargs: Any) -> None:
    # Never the name that was typed: people type passwords into the wrong field.
    log.record_access(zone=log.Zone.COORDINATION, by=None, event="access.sign_in_failed")


def connect() -> None:
    """Lets sign-in, sign-out and failures reach the log, and new factors end sessions."""
    factors.connect()
    pre_save.connect(sessions.keep_little, sender=UserSession, dispatch_uid="access.keep_little")
    user_logged_in.connect(_signed_in, dispatch_uid="access.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="access.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="access.failed")


@checks.register(checks.Tags.security)
def demo_stays_at_home(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """access.E010: the demo signs anyone in as anyone, so it answers on this machine only."""
    outside = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL_HOSTS]
    if settings.DEMO and (outside or settings.HTTPS):
        return [
            checks.Error(
                "PORTAL_DEMO is on, but the portal answers to more than localhost.",
                hint="Turn PORTAL_DEMO off, or leave PORTAL_ALLOWED_HOSTS and PORTAL_BASE_URL local.",
                id="access.E010",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def no_demo_where_deployed(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """access.E011: no demo in an installation, whatever its hosts."""
    if settings.DEMO:
        return [checks.Error("PORTAL_DEMO must be off in an installation.", id="access.E011")]
    return []
