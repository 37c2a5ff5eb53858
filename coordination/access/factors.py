"""The second factor: who must have one, whether this session has shown one, and how codes are checked."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.audit import log
from coordination.ui.forms import PortalForm

from . import letters, policy, sealing
from .models import FactorState, User
from .refused import OwnAccount, Refused
from .vocabulary import ROLES

logger = logging.getLogger(__name__)

GUESSES = 10
"""Wrong codes in a row before no code is taken any longer. A key cannot be guessed and still works."""
FRESH = 5 * 60
"""Seconds that a factor shown counts as fresh for a sensitive act."""

BY_FACTOR = "mfa"
BY_PROVIDER = "socialaccount"
BY_DEMO = "demo"
BY_PASSWORD = "password"  # noqa: S105 - the name of a way, not a password
WHOLE = frozenset({BY_FACTOR, BY_PROVIDER, BY_DEMO})
"""Ways of signing in that stand for both factors; the provider asks for its own."""


class LastFactor(Exception):
    """A role of the user needs a second factor, and this is the only one."""


# Who must, and who has ----------------------------------------------------------------------------


def required(user: Any) -> bool:
    """Whether a role that the user holds today needs a second factor."""
    return any(ROLES[code].second_factor for code in policy.roles_of(user) if code in ROLES)


def of(user: Any) -> list[Authenticator]:
    """The user's factors that count by themselves: keys and apps, oldest first."""
    found = Authenticator.objects.filter(user_id=user.pk)
    return list(found.exclude(type=Authenticator.Type.RECOVERY_CODES).order_by("pk"))


def shown(request: HttpRequest) -> bool:
    """Whether this session was signed in with all that is asked of a role that needs two factors."""
    return any(record["method"] in WHOLE for record in _records(request))


def missing(request: HttpRequest) -> bool:
    """Whether the user must show or get a second factor before anything else."""
    return required(request.user) and not shown(request)


def fresh(request: HttpRequest) -> bool:
    """Whether a factor was shown within five minutes; the password, by those who have no factor."""
    since = time.time() - FRESH
    recent = {record["method"] for record in _records(request) if record["at"] > since}
    if recent & WHOLE:
        return True
    return BY_PASSWORD in recent and not of(request.user)


def signed_in_by_provider(request: HttpRequest) -> str:
    """The key of the provider that vouched for this session, or nothing."""
    found = [record for record in _records(request) if record["method"] == BY_PROVIDER]
    return str(found[-1].get("provider", "")) if found else ""


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    if not request.user.is_authenticated:
        return []
    return list(get_authentication_records(request, request.user))


# Codes ---------------------------------------------------------------------------------------------


class Frozen(Exception):
    """No code of this user is taken until a key or an administrator lets codes in again."""


def check_code(user: User, code: str) -> Authenticator | None:
    """The factor that the code is right for, or None. A code is right once.

    Counts before it looks, so that a burst gets no more tries than a queue. Raises `Frozen` when ten
    in a row were wrong; the tenth freezes, and a letter tells the owner. Raises `sealing.Unreadable`
    when the secret does not open with the keys we have, which is no try of anybody's.
    """
    FactorState.objects.get_or_create(user=user)
    taken = FactorState.objects.filter(user=user, failures__lt=GUESSES, frozen_at=None)
    if not taken.update(failures=F("failures") + 1):
        raise Frozen
    try:
        with _belonging_to(user):
            factor = _right(user, code.replace(" ", "").replace("-", ""))
    except sealing.Unreadable as error:
        FactorState.objects.filter(user=user, failures__gt=0).update(failures=F("failures") - 1)
        logger.error("The secret of a second factor cannot be read. %s", error)
        raise
    if factor is None:
        _freeze_if_spent(user)
    else:
        FactorState.objects.filter(user=user).update(failures=0)
    return factor


def frozen(user: User) -> bool:
    return FactorState.objects.filter(user=user).exclude(frozen_at=None).exists()


def thaw(*, by: User, user: User) -> None:
    """Takes codes again. Asked for by the owner with a key; nothing happens when they are taken."""
    with transaction.atomic():
        if _thawed(user):
            log.record(by=by, event="access.factor.thawed", on=user)


def thaw_for(*, by: User, user: User) -> None:
    """Takes somebody else's codes again, and tells them by mail.

    Raises `OwnAccount` for one's own, and `Refused` when they are taken already.
    """
    if by.pk == user.pk:
        raise OwnAccount
    with transaction.atomic():
        if not _thawed(user):
            raise Refused(_("Codes are already taken for the account."))
        letters.tell(user, "access.factor_thawed")
        log.record(by=by, event="access.factor.thawed", on=user)


def _thawed(user: User) -> int:
    frozen_states = FactorState.objects.filter(user=user).exclude(frozen_at=None)
    return frozen_states.update(failures=0, frozen_at=None)


def _freeze_if_spent(user: User) -> None:
    now = timezone.now()
    with transaction.atomic():
        spent = FactorState.objects.filter(user=user, failures__gte=GUESSES, frozen_at=None)
        if not spent.update(frozen_at=now):
            return
        letters.tell(user, "access.factor_frozen")
        log.record(by=None, event="access.factor.frozen", on=user)


def _right(user: User, code: str) -> Authenticator | None:
    held = {factor.type: factor for factor in Authenticator.objects.filter(user_id=user.pk)}
    app = held.get(Authenticator.Type.TOTP)
    if app is not None and _app_code_is_right(app, code):
        return app
    codes = held.get(Authenticator.Type.RECOVERY_CODES)
    if codes is not None and RecoveryCodes(codes).validate_code(code):
        return codes
    return None


@transaction.atomic
def _app_code_is_right(app: Authenticator, code: str) -> bool:
    # allauth forgets a used code after 30 seconds, while the tolerance lets it live for 90.
    row = Authenticator.objects.select_for_update().get(pk=app.pk)
    secret = totp.decrypt(row.data["secret"])
    for counter in totp.yield_hotp_counters_from_time():
        if counter <= row.data.get("used", 0):
            continue
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            row.data["used"] = counter
            row.save(update_fields=["data"])
            return True
    return False


# Getting and losing factors ------------------------------------------------------------------------


def new_app_secret(user: User) -> str:
    """A sealed secret for an app that is being added; what `app_secret` opens."""
    return sealing.seal(totp.generate_totp_secret(), about=_about(user))


def app_secret(user: User, sealed: str) -> str:
    """Raises `sealing.Unreadable`."""
    return sealing.unseal(sealed, about=_about(user))


def add_app(request: HttpRequest, sealed: str, code: str) -> bool:
    """Adds the authenticator app if the code is right for its secret. False, and nothing, otherwise."""
    user: Any = request.user
    if not totp.validate_totp_code(app_secret(user, sealed), code.replace(" ", "")):
        return False
    with transaction.atomic(), _belonging_to(user):
        factor = Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": sealed}
        )
        _added(request, factor)
    return True


def add_key(request: HttpRequest, name: str, credential: dict[str, Any]) -> None:
    """Adds a security key or passkey whose registration has been checked."""
    user: Any = request.user
    with transaction.atomic(), _belonging_to(user):
        _added(request, WebAuthn.add(user, name, credential).instance)


def _added(request: HttpRequest, factor: Authenticator) -> None:
    user: Any = request.user
    RecoveryCodes.activate(user)
    letters.tell(user, "access.factor_added")
    # Whoever adds a factor has just shown it.
    post_authentication(request, factor, reauthenticated=True)
    log.record(by=user, event="access.factor.added", on=user, facts={"kind": factor.type})


def new_recovery_codes(request: HttpRequest) -> None:
    """Makes the old recovery codes worthless and makes new ones."""
    user: Any = request.user
    with transaction.atomic(), _belonging_to(user):
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(user)
        letters.tell(user, "access.factor_codes_renewed")
        log.record(by=user, event="access.factor.codes_renewed", on=user)


def unseen_recovery_codes(user: User) -> list[str]:
    """The recovery codes, the first time they are asked for; after that nothing."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None or RecoveryCodes(row).did_view:
        return []
    codes = RecoveryCodes(row)
    try:
        with _belonging_to(user):
            unused = codes.get_unused_codes()
    except sealing.Unreadable as error:
        logger.error("Recovery codes cannot be read. %s", error)
        return []
    codes.mark_as_viewed()
    return [f"{code[:4]} {code[4:]}" for code in unused]


def recovery_codes_left(user: User) -> int:
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if row is None:
        return 0
    return settings.MFA_RECOVERY_CODE_COUNT - int(row.data["used_mask"]).bit_count()


def remove(request: HttpRequest, factor: Authenticator) -> None:
    """Takes a factor of one's own away. Raises `LastFactor` when a role needs the one that is left."""
    user: Any = request.user
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        others = [other for other in of(user) if other.pk != factor.pk]
        if not others and required(user):
            raise LastFactor
        kind, removed = factor.type, factor.pk
        letters.tell(user, "access.factor_removed")
        factor.delete()
        if not others:
            Authenticator.objects.filter(user=user).delete()
        log.record(by=user, event="access.factor.removed", on=user, facts={"kind": kind})
    # What was shown with it counts no longer in this session; the others are over.
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record for record in _records(request) if record.get("id") != removed
    ]


def reset(*, by: User | None, user: User) -> None:
    """Takes all factors from somebody who has lost them, and tells them by mail; the next sign-in
    leads to a new one.

    `by` is nobody at the command line alone. Raises `OwnAccount` for one's own account, and
    `Refused` when there is nothing to take.
    """
    if by is not None and by.pk == user.pk:
        raise OwnAccount
    with transaction.atomic():
        taken, _by_model = Authenticator.objects.filter(user=user).delete()
        if not taken:
            raise Refused(_("The account has no second step."))
        FactorState.objects.filter(user=user).delete()
        letters.tell(user, "access.factor_reset")
        log.record(by=by, event="access.factor.reset", on=user)


def reseal() -> int:
    """Seals every secret with the current key. Can be stopped and run again. Returns how many."""
    count = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        name = "secret" if row.type == Authenticator.Type.TOTP else "seed"
        with transaction.atomic():
            current = Authenticator.objects.select_for_update().filter(pk=row.pk).first()
            if current is None or sealing.sealed_with_current_key(current.data[name]):
                continue
            about = f"factor of {current.user_id}"
            text = sealing.unseal(current.data[name], about=about)
            current.data[name] = sealing.seal(text, about=about)
            current.save(update_fields=["data"])
            count += 1
    return count


def _end_sessions(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    if kwargs.get("created", True):
        User.objects.filter(pk=instance.user_id).update(session_epoch=F("session_epoch") + 1)


def connect() -> None:
    """Whatever adds or removes a factor ends the user's sessions."""
    post_save.connect(_end_sessions, sender=Authenticator, dispatch_uid="access.factor_added")
    post_delete.connect(_end_sessions, sender=Authenticator, dispatch_uid="access.factor_removed")


# What allauth asks ---------------------------------------------------------------------------------

_owner: ContextVar[str] = ContextVar("factor_owner")


@contextmanager
def _belonging_to(user: User) -> Iterator[None]:
    """Secrets sealed and opened inside belong to the user: another's row does not open."""
    token = _owner.set(_about(user))
    try:
        yield
    finally:
        _owner.reset(token)


def _about(user: User) -> str:
    return f"factor of {user.pk}"


class FactorAdapter(DefaultMFAAdapter):
    """Seals secrets, and names the portal to authenticators."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The key was not accepted. Try again, or use a code."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, about=_owner.get())

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, about=_owner.get())

    def get_totp_issuer(self) -> str:
        return f"Samordningsportalen {settings.MUNICIPALITY_NAME}"

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Never the Host header: a key belongs to the portal's own address.
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        return {"id": host, "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {
            "id": f"portal-{user.pk}".encode(),
            "display_name": str(user),
            "name": user.get_username(),
        }


class SignInCodeForm(PortalForm):
    """A code from an app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "input--10",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.factor = check_code(self.user, code)
        except Frozen:
            raise ValidationError(TEXT_FROZEN) from None
        except sealing.Unreadable:
            raise ValidationError(TEXT_UNREADABLE) from None
        if self.factor is None:
            raise ValidationError(TEXT_WRONG_CODE)
        return code

    def save(self) -> None:
        post_authentication(context.request, self.factor)


class SignInKeyForm(AuthenticateWebAuthnForm):
    """What a security key or passkey answered. The page's script fills it in."""


TEXT_WRONG_CODE = _(
    "The code is wrong, or has been used already. Wait for the next code and try again."
)
TEXT_UNREADABLE = _(
    "Codes cannot be checked just now. Use your security key, or contact the person who gave you your "
    "account."
)
TEXT_FROZEN = _(
    "Ten codes in a row were wrong, so codes are not taken for your account any longer. Use your "
    "security key, or contact the person who gave you your account."
)


def note(request: HttpRequest, factor: Authenticator) -> None:
    """The signed-in user has shown this factor anew."""
    post_authentication(request, factor, reauthenticated=True)


def note_way(request: HttpRequest, way: str) -> None:
    """The signed-in user has confirmed themselves in another way than by a factor of their own."""
    record_authentication(request, request.user, way, reauthenticated=True)
