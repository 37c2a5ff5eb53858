"""The pages about one's own account: factors, sessions, password, and the ways in through others."""

import io
import json
from datetime import timedelta
from typing import Any

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from coordination.ui.fields import GuardedText
from coordination.ui.forms import PortalForm

from . import confirming, factors, oidc, people, policy, sealing, sessions
from .models import User
from .vocabulary import ROLES

APP_SECRET = "app_secret"  # noqa: S105 - the name of a place, not a secret


def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, how one signs in, and where one is signed in."""
    user: Any = request.user
    held = factors.of(user)
    context = {
        "facts": [
            {"label": _("Name"), "value": str(user)},
            {"label": _("User name"), "value": user.get_username()},
            {"label": _("E-mail address"), "value": user.email or "–"},
            {"label": _("Roles"), "value": ", ".join(_roles(user)) or "–"},
        ],
        "factors": [_factor_row(factor) for factor in held],
        "codes_left": factors.recovery_codes_left(user),
        "factor_required": factors.required(user),
        "frozen": factors.frozen(user),
        "has_key": any(factor.type == Authenticator.Type.WEBAUTHN for factor in held),
        "has_app": any(factor.type == Authenticator.Type.TOTP for factor in held),
        "provider": factors.signed_in_by_provider(request),
        "devices": sessions.devices(request),
        "ends_at": _ends_at(request),
    }
    return render(request, "account/account.html", context)


def _roles(user: User) -> list[str]:
    held = policy.roles_of(user)
    return [str(role.name) for code, role in ROLES.items() if code in held]


def _factor_row(factor: Authenticator) -> dict[str, Any]:
    app = factor.type == Authenticator.Type.TOTP
    return {
        "pk": factor.pk,
        "name": _("Authenticator app") if app else factor.wrap().name,
        "added_at": factor.created_at,
        "used_at": factor.last_used_at,
    }


# Factors -------------------------------------------------------------------------------------------


def factor_choice(request: HttpRequest) -> HttpResponse:
    """What a second factor is, and the two to choose between."""
    held = {factor.type for factor in factors.of(request.user)}
    context = {
        "required": factors.missing(request),
        "has_app": Authenticator.Type.TOTP in held,
    }
    return render(request, "mfa/choice.html", context)


class KeyForm(PortalForm):
    """A name for the key, and what the key answered; the page's script fills in the answer."""

    name = GuardedText(
        label=gettext_lazy("Name of the key"),
        limit=60,
        help_text=gettext_lazy("So that you can tell your keys apart, for example “My phone”."),
    )
    credential = forms.JSONField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "name" not in data:
            return data
        try:
            credential = data.get("credential")
            if not isinstance(credential, dict):
                raise ValidationError("")
            webauthn.parse_registration_response(credential)
            webauthn.complete_registration(credential)
        except (ValidationError, ValueError, TypeError, KeyError):
            raise ValidationError(
                _("The key could not be added. Check that it is yours and try again.")
            ) from None
        return data


def key_add(request: HttpRequest) -> HttpResponse:
    """Adds a security key, or the fingerprint or face of a phone or computer."""
    user: Any = request.user
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        factors.add_key(request, form.cleaned_data["name"], form.cleaned_data["credential"])
        return _after_factor(request, _("The key has been added."))
    context = {"form": form, "key_options": json.dumps(webauthn.begin_registration(user, False))}
    return render(request, "mfa/key_add.html", context)


class AppForm(PortalForm):
    """The code that the app shows."""

    code = forms.CharField(
        label=gettext_lazy("Code from the app"),
        max_length=10,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "input--10",
                "spellcheck": "false",
            }
        ),
    )


def app_add(request: HttpRequest) -> HttpResponse:
    """Adds an authenticator app: shows its secret, takes its first code."""
    user: Any = request.user
    if any(factor.type == Authenticator.Type.TOTP for factor in factors.of(user)):
        return redirect("account")
    sealed = _secret_being_added(request)
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if factors.add_app(request, sealed, form.cleaned_data["code"]):
            del request.session[APP_SECRET]
            return _after_factor(request, _("The app has been added."))
        form.add_error("code", _("The code does not fit. Wait for the next one and try again."))
    secret = factors.app_secret(user, sealed)
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render(request, "mfa/app_add.html", {"form": form, "secret": spaced})


def app_square(request: HttpRequest) -> HttpResponse:
    """The square that the app reads, as a picture of its own: the page may hold no data: address."""
    user: Any = request.user
    secret = factors.app_secret(user, _secret_being_added(request))
    address = get_adapter().build_totp_url(user, secret)
    picture = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathFillImage).save(picture)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _secret_being_added(request: HttpRequest) -> str:
    user: Any = request.user
    try:
        factors.app_secret(user, request.session.get(APP_SECRET, ""))
    except sealing.Unreadable:
        # There is none yet, or it was sealed with a key that has been changed since.
        request.session[APP_SECRET] = factors.new_app_secret(user)
    return str(request.session[APP_SECRET])


def _after_factor(request: HttpRequest, said: str) -> HttpResponse:
    sessions.keep_this_one(request)
    messages.success(request, said)
    return redirect("recovery_codes")


def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shows new recovery codes once; makes new ones."""
    user: Any = request.user
    if not factors.of(user):
        return redirect("factor_choice")
    if request.method == "POST":
        factors.new_recovery_codes(request)
        sessions.keep_this_one(request)
        return redirect("recovery_codes")
    context = {
        "codes": factors.unseen_recovery_codes(user),
        "left": factors.recovery_codes_left(user),
    }
    return render(request, "mfa/recovery_codes.html", context)


class RemoveForm(PortalForm):
    """Which of one's factors to take away."""

    factor = forms.TypedChoiceField(
        label=gettext_lazy("What shall be removed?"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = choices  # type: ignore[attr-defined]


def factor_remove(request: HttpRequest) -> HttpResponse:
    """Asks which, and takes a factor away."""
    held = factors.of(request.user)
    if not held:
        return redirect("account")
    form = RemoveForm(
        request.POST or None,
        choices=[(factor.pk, _factor_row(factor)["name"]) for factor in held],
        initial={"factor": request.GET.get("nr")},
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["factor"]
        try:
            factors.remove(request, next(factor for factor in held if factor.pk == chosen))
        except factors.LastFactor:
            form.add_error("factor", _("Add another way first: your role needs one."))
        else:
            sessions.keep_this_one(request)
            messages.success(request, _("It has been removed."))
            return redirect("account")
    context = {
        "heading": _("Remove a way to sign in"),
        "consequence": _("You can no longer sign in with it. Your other sessions end."),
        "submit_label": _("Remove"),
        "cancel_url": reverse("account"),
        "danger": True,
        "form": form,
    }
    return render(request, "components/confirm.html", context)


def codes_again(request: HttpRequest) -> HttpResponse:
    """Lets codes in again after ten wrong ones. A key, or a provider, has just been shown for it."""
    user: Any = request.user
    factors.thaw(by=user, user=user)
    messages.success(request, _("Codes are taken again."))
    return redirect("account")


# Sessions ------------------------------------------------------------------------------------------


def sessions_end(request: HttpRequest) -> HttpResponse:
    """Ends one's other sessions."""
    sessions.end_others(request)
    messages.success(request, _("Your other sessions have ended."))
    return redirect("account")


def session(request: HttpRequest) -> HttpResponse:
    """How long the session lasts, and a button to extend it; the same for the page's script."""
    left = sessions.seconds_left(request)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"left": left, "last": sessions.last_stretch(request)})
    if request.method == "POST":
        messages.success(request, _("You stay signed in."))
        return redirect("session")
    context = {"ends_at": _ends_at(request), "last": sessions.last_stretch(request)}
    return render(request, "account/session.html", context)


def _ends_at(request: HttpRequest) -> Any:
    return timezone.now() + timedelta(seconds=sessions.seconds_left(request))


# Password ------------------------------------------------------------------------------------------


class PasswordForm(PortalForm):
    """A new password, once: it can be shown, so it need not be typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=256,
        help_text=gettext_lazy("At least 12 characters. A sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


def password_change(request: HttpRequest) -> HttpResponse:
    """Changes one's password, and ends one's other sessions."""
    user: Any = request.user
    if not user.has_usable_password():
        raise Http404
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        people.change_password(user=user, password=form.cleaned_data["password"])
        sessions.keep_this_one(request)
        messages.success(request, _("Your password has been changed."))
        return redirect("account")
    return render(request, "account/password.html", {"form": form})


# Ways in through others ---------------------------------------------------------------------------


def confirm(request: HttpRequest) -> HttpResponse:
    """Asks for a factor and leads back to where the person was going."""
    return confirming.page(request)


def provider(request: HttpRequest) -> HttpResponse:
    """Leads to the municipality's provider, or to the one for others, and takes the answer."""
    return oidc.begin(request) if request.method == "POST" else oidc.answer(request)


# The first time ------------------------------------------------------------------------------------


def notice(request: HttpRequest) -> HttpResponse:
    """How data about oneself is handled: shown once, after the first sign-in."""
    user: Any = request.user
    if request.method == "POST":
        people.notice_read(user=user)
        return redirect("start")
    return render(request, "account/notice.html")
