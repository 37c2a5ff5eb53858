"""How often a password may be guessed: counted in the database, before the guess is tried.

Someone who signs in from a browser or a network they have used before is counted by themselves, so
that nobody else's guesses shut them out (docs/decisions/0005-signing-in.md).
"""

import hashlib
import hmac
import ipaddress
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coordination.audit import log

from .models import Guesses, KnownPlace, User

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)

PER_PLACE = 5
"""Guesses at one account from one address, in a quarter of an hour."""
PER_KNOWN_PLACE = 10
"""The same, from a browser or an address that the account's owner has signed in from."""
PER_KNOWN_PLACE_AND_DAY = 50
PER_ADDRESS = 50
"""Guesses from one address at any accounts, in a quarter of an hour: an office shares an address."""
PER_ADDRESS_AND_DAY = 500
PER_ACCOUNT_AND_DAY = 100
"""Guesses at one account in a day, from all places its owner has not been. Above it a network from
which nobody has guessed wrong for a day still gets its one try: a person on a new network comes in at
once, and whoever attacks needs a fresh network for each guess."""
PER_NETWORK_AND_DAY = 1000
"""Guesses at any accounts from one network: a /24 of IPv4, or a /48 of IPv6, which is what one
customer is given and holds 65 536 of the networks that count as one address."""
PER_PROVIDER_AND_DAY = 2000
"""The same from a /32 of IPv6, which is what a provider is given; a clean network is spared here."""
PER_ACCOUNT_AND_PROVIDER_AND_DAY = 50
"""Guesses at one account from one /24 of IPv4 or /32 of IPv6, clean or not: who owns a provider's
whole network has a fresh one for every guess."""

TEXT_NONE_LEFT = _(
    "There have been too many tries from here. Wait a quarter of an hour, or sign in from a computer "
    "or a network that you have used before."
)

DEVICE_COOKIE = "__Host-portal-device" if settings.HTTPS else "portal-device"
DEVICE_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Budget:
    """So many guesses in so long, counted together under one key."""

    key: str
    amount: int
    window: timedelta
    spares_clean: bool = False
    """Does not refuse a network from which nobody has guessed wrong for a day."""


@dataclass(frozen=True)
class Guess:
    """A guess that may be tried. Counted as wrong until `was_right` takes it back."""

    budgets: tuple[Budget, ...]
    at: float

    def was_right(self) -> None:
        """Takes the guess back: only wrong guesses count."""
        keys = sorted(budget.key for budget in self.budgets)
        with transaction.atomic():
            locked = Guesses.objects.select_for_update().filter(key__in=keys).order_by("key")
            rows = [row for row in locked if self.at in row.times]
            for row in rows:
                row.times.remove(self.at)
            Guesses.objects.bulk_update(rows, ["times"])


def take(request: HttpRequest, username: str, *, now: datetime | None = None) -> Guess | None:
    """One guess at this account from where the request comes, or None when there is none left.

    Counted at once, so that a burst gets no more guesses than a queue. Accounts that do not exist are
    counted as those that do.
    """
    now = now or timezone.now()
    account = _folded(username)
    address = address_of(request)
    device = request.COOKIES.get(DEVICE_COOKIE, "")
    record = _hidden("network-day", network_of(address))
    return _take(_budgets(account, address, device), record, now)


def remember_place(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The user has signed in here with all that was asked: this browser and address are theirs."""
    device = request.COOKIES.get(DEVICE_COOKIE, "")
    if len(device) != 43:
        device = secrets.token_urlsafe(32)
    response.set_cookie(
        DEVICE_COOKIE,
        device,
        max_age=DEVICE_KEPT,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    for place in (_hidden("device", device), _hidden("address", address_of(request))):
        KnownPlace.objects.update_or_create(
            user=user, place=place, defaults={"seen_at": timezone.now()}
        )


def known_places(request: HttpRequest, user: User) -> dict[str, str]:
    """Whether the user has signed in before from this browser, and from this address: "known" or
    "new". To be asked before the place is remembered."""
    places = {
        "device": _hidden("device", request.COOKIES.get(DEVICE_COOKIE, "")),
        "network": _hidden("address", address_of(request)),
    }
    seen = set(
        KnownPlace.objects.filter(user=user, place__in=places.values()).values_list(
            "place", flat=True
        )
    )
    return {what: "known" if place in seen else "new" for what, place in places.items()}


def forget_places(user: User) -> None:
    """No browser and no address is this user's any longer."""
    KnownPlace.objects.filter(user=user).delete()


def address_of(request: HttpRequest) -> str:
    """The network address that the request came from; the half that names a network, in IPv6.

    Of X-Forwarded-For only what our own proxies wrote is believed: as many entries from the right as
    `PORTAL_PROXIES` says there are of them.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(passed) >= settings.PROXIES:
            address = passed[-settings.PROXIES].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - the address of nobody: all who hide theirs share one budget
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((parsed, 64), strict=False).network_address)
    return str(parsed)


def network_of(address: str) -> str:
    """What one customer of a network provider is given: the /24 of IPv4, the /48 of IPv6."""
    return _wider(address, 24, 48)


def provider_of(address: str) -> str:
    """What a provider of IPv6 is given, a /32; of IPv4, where providers are not told apart, the /24."""
    return _wider(address, 24, 32)


def _wider(address: str, of_four: int, of_six: int) -> str:
    length = of_four if ipaddress.ip_address(address).version == 4 else of_six
    return str(ipaddress.ip_network((address, length), strict=False))


def sweep(*, now: datetime | None = None) -> None:
    """Forgets counts that have run out, and places nobody has come back to."""
    now = now or timezone.now()
    Guesses.objects.filter(until__lt=now).delete()
    KnownPlace.objects.filter(seen_at__lt=now - DEVICE_KEPT).delete()


def _budgets(account: str, address: str, device: str) -> tuple[Budget, ...]:
    by_device, by_address = _hidden("device", device), _hidden("address", address)
    # Asked in one way for every account, so that the time tells nothing.
    known = set(
        KnownPlace.objects.filter(
            user__username__iexact=account, place__in=[by_device, by_address]
        ).values_list("place", flat=True)
    )
    of_address = (
        Budget(_hidden("address-quarter", address), PER_ADDRESS, QUARTER),
        Budget(_hidden("address-day", address), PER_ADDRESS_AND_DAY, DAY),
    )
    if device and by_device in known:
        return _at_known_place(account, by_device)
    if by_address in known:
        return (*_at_known_place(account, by_address), *of_address)
    network, provider = network_of(address), provider_of(address)
    return (
        Budget(_hidden("place", account, address), PER_PLACE, QUARTER),
        Budget(_hidden("account-day", account), PER_ACCOUNT_AND_DAY, DAY, spares_clean=True),
        Budget(
            _hidden("account-provider", account, provider), PER_ACCOUNT_AND_PROVIDER_AND_DAY, DAY
        ),
        Budget(_hidden("network-day", network), PER_NETWORK_AND_DAY, DAY),
        Budget(_hidden("provider-day", provider), PER_PROVIDER_AND_DAY, DAY, spares_clean=True),
        *of_address,
    )


def _at_known_place(account: str, place: str) -> tuple[Budget, ...]:
    return (
        Budget(_hidden("known-quarter", account, place), PER_KNOWN_PLACE, QUARTER),
        Budget(_hidden("known-day", account, place), PER_KNOWN_PLACE_AND_DAY, DAY),
    )


def _take(budgets: tuple[Budget, ...], record: str, now: datetime) -> Guess | None:
    """`record` is the key under which the network's own day is counted."""
    keys = sorted(budget.key for budget in budgets)
    # A refusal needs no lock: what is used up stays used up until time passes.
    if _refused(budgets, Guesses.objects.filter(key__in=keys), now, record):
        return None
    at = round(now.timestamp(), 6)
    with transaction.atomic():
        Guesses.objects.bulk_create(
            [Guesses(key=key, times=[], until=now) for key in keys], ignore_conflicts=True
        )
        rows = list(Guesses.objects.select_for_update().filter(key__in=keys).order_by("key"))
        if _refused(budgets, rows, now, record):
            return None
        windows = {budget.key: budget for budget in budgets}
        filled = False
        for row in rows:
            budget = windows[row.key]
            row.times = [*_recent(row.times, budget.window, now), at]
            row.until = now + budget.window
            filled = filled or len(row.times) == budget.amount
        Guesses.objects.bulk_update(rows, ["times", "until"])
    if filled:
        log.record_access(zone=log.Zone.COORDINATION, by=None, event="access.sign_in_limit_reached")
    return Guess(budgets, at)


def _refused(
    budgets: tuple[Budget, ...], rows: Iterable[Guesses], now: datetime, record: str
) -> bool:
    times = {row.key: row.times for row in rows}
    used = {
        budget.key: len(_recent(times.get(budget.key, []), budget.window, now))
        for budget in budgets
    }
    clean = used.get(record) == 0
    return any(
        used[budget.key] >= budget.amount
        for budget in budgets
        if not (clean and budget.spares_clean)
    )


def _recent(times: list[float], window: timedelta, now: datetime) -> list[float]:
    since = (now - window).timestamp()
    return [at for at in times if at > since]


def _folded(username: str) -> str:
    return unicodedata.normalize("NFKC", username).strip().casefold()[:150]


def _hidden(*parts: str) -> str:
    """The same for the same parts, and without the key nobody's name or address."""
    text = "\0".join(parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"limits\0" + text, hashlib.sha256).hexdigest()
