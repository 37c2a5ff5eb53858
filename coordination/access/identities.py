"""Which account somebody is whom a provider sends.

An account belongs to one of the two providers, by where its owner's roles and seats are held, and
after its first use to one identity there. So no identity of the provider for people outside the
municipality can name itself as one of the municipality's own people, or the other way round.
"""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.audit import log

from . import letters, policy, sessions
from .models import EXTERNAL, STAFF, Identity, User
from .refused import OwnAccount, Refused


def provider_of(user: User) -> str:
    """The provider whose word counts for the account: the external one where everything that its
    owner holds, now or later, is held outside the municipality, and the municipality's own else."""
    today = timezone.localdate()
    outside = False
    for table in policy.membership_models():
        held = table._default_manager.filter(user=user).exclude(valid_to__lt=today)
        if held.exclude(table.held_outside).exists():
            return STAFF
        outside = outside or held.exists()
    return EXTERNAL if outside else STAFF


def account_for(*, provider: str, issuer: str, subject: str, claims: dict[str, Any]) -> User | None:
    """The active account of this identity, or None.

    The first time the configured claim names the account, which is from then on this identity's and
    no other's; after that the claim is not asked. None too when the account belongs to the other
    provider.
    """
    if not 0 < len(subject) <= 255:  # the longest there is (OIDC Core 2)
        return None
    bound = Identity.objects.filter(issuer=issuer, subject=subject).select_related("user").first()
    user = bound.user if bound is not None else _named(claims)
    if user is None or not user.is_active or provider_of(user) != provider:
        return None
    if bound is not None:
        return user if bound.provider == provider else None
    return user if _bind(user, provider, issuer, subject) else None


def _named(claims: dict[str, Any]) -> User | None:
    """The account that the configured claim names: an address must be verified and one only."""
    value = str(claims.get(settings.OIDC_CLAIM) or "").strip()
    if not value:
        return None
    if settings.OIDC_CLAIM != "email":
        return User.objects.filter(username=value, is_active=True).first()
    if claims.get("email_verified") is not True:
        return None
    found = list(User.objects.filter(email__iexact=value, is_active=True)[:2])
    return found[0] if len(found) == 1 else None


def _bind(user: User, provider: str, issuer: str, subject: str) -> bool:
    """Ties the account to the identity. False when it is tied to another already."""
    try:
        with transaction.atomic():
            Identity.objects.create(
                user=user,
                provider=provider,
                issuer=issuer,
                subject=subject,
                bound_at=timezone.now(),
            )
            log.record(
                by=user, event="access.identity.bound", on=user, facts={"provider": provider}
            )
    except IntegrityError:
        return False
    return True


def of(user: User) -> Identity | None:
    return Identity.objects.filter(user=user).first()


def forget(*, by: User, user: User) -> None:
    """Unties the account from its identity: the next one that names it is its own.

    Ends every session of the account and tells its owner. Raises `OwnAccount` for one's own account
    and `Refused` when it is tied to none.
    """
    if by.pk == user.pk:
        raise OwnAccount
    with transaction.atomic():
        bound = Identity.objects.select_for_update().filter(user=user).first()
        if bound is None:
            raise Refused(_("The account is not tied to a sign-in at an organisation."))
        bound.delete()
        letters.tell(user, "access.identity_forgotten")
        sessions.end_all(by=by, user=user)
        log.record(by=by, event="access.identity.forgotten", on=user)
