"""Guessing passwords: how many tries there are, and that nobody is shut out by another's tries."""

import itertools
import statistics
import time
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.test import Client, RequestFactory
from django.utils import timezone

from coordination.access import limits
from coordination.access.models import Guesses, KnownPlace, User
from coordination.audit import log
from tests import LONG
from tests.access.factor_hands import PASSWORD, SIGN_IN, type_password, with_password

pytestmark = pytest.mark.django_db

ADDRESSES, ACCOUNTS = (200, 1000) if LONG else (20, 8)
TRIES = 3
NOW = timezone.now()


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def gun(world) -> User:
    return with_password(world, "gun.malm")


def asks(address: str, device: str = "", **headers: str):
    request = RequestFactory().post(SIGN_IN, REMOTE_ADDR=address, **headers)
    if device:
        request.COOKIES[limits.DEVICE_COOKIE] = device
    return request


def takes(address: str, username: str, times: int = 1, at=NOW, **more: str) -> int:
    """How many of so many guesses could be tried."""
    found = [limits.take(asks(address, **more), username, now=at) for _n in range(times)]
    return sum(guess is not None for guess in found)


# How many ------------------------------------------------------------------------------------------


def test_an_address_gets_five_guesses_at_an_account_in_a_quarter_of_an_hour():
    assert takes("10.0.0.1", "gun.malm", 9) == 5
    assert takes("10.0.0.1", "gun.malm", at=NOW + timedelta(minutes=14)) == 0
    assert takes("10.0.0.1", "gun.malm", 9, at=NOW + timedelta(minutes=16)) == 5


def test_no_quarter_of_an_hour_holds_more_wherever_it_begins():
    tried = [
        minute
        for minute in range(60)
        for _n in range(5)
        if takes("10.0.0.1", "gun.malm", at=NOW + timedelta(minutes=minute))
    ]
    for begin in range(60):
        assert sum(begin <= minute < begin + 15 for minute in tried) <= 5


def test_the_account_is_the_same_however_its_name_is_written():
    names = ("gun.malm", "GUN.MALM", " gun.malm ", "ｇｕｎ.malm", "Gun.Malm")
    assert sum(takes("10.0.0.1", name, 2) for name in names) == 5


def test_a_right_guess_is_not_counted(gun):
    for _n in range(12):
        answer = type_password(Client(REMOTE_ADDR="10.0.0.1"), "gun.malm")
        assert answer.status_code == 302


def test_a_burst_gets_as_many_as_a_queue():
    """Counted before the password is tried: fifty that arrive before any is answered."""
    assert takes("10.0.0.1", "gun.malm", 50) == 5


def test_a_forged_forwarding_header_makes_no_new_address(settings):
    forged = [f"198.51.100.{n}" for n in range(50)]
    assert sum(takes("10.0.0.1", "a", HTTP_X_FORWARDED_FOR=header) for header in forged) == 5
    settings.PROXIES = 1
    # What the proxy of ours added stands last; whatever the sender wrote stands before it.
    assert sum(takes("10.9.9.9", "b", HTTP_X_FORWARDED_FOR=f"{h}, 10.0.0.1") for h in forged) == 5
    address = limits.address_of(asks("10.9.9.9", HTTP_X_FORWARDED_FOR="evil, 203.0.113.7"))
    assert address == "203.0.113.7"


def test_a_whole_network_of_ipv6_is_one_address():
    first = limits.address_of(asks("2001:db8:1:2:a::1"))
    assert first == limits.address_of(asks("2001:db8:1:2:ffff::9"))
    assert first != limits.address_of(asks("2001:db8:1:3::1"))


# Spraying ------------------------------------------------------------------------------------------


FORGED = itertools.cycle(f"198.51.100.{n}" for n in range(250))
OWNER = "gun.malm"
EVERY = 20_000 if LONG else 100
"""So many guesses between two sign-ins of the owner; and while she is the one who is attacked:"""
EVERY_AT_HER = 50 if LONG else 20


def addresses() -> list[str]:
    """Each in a network of its own, which is the most that an attacker can have of them."""
    return [f"10.1.{n}.7" for n in range(ADDRESSES)]


def accounts() -> list[str]:
    return [OWNER, *(f"person.{n}" for n in range(ACCOUNTS - 1))]


def enters(address: str, cookies=None) -> bool:
    """Whether the owner is let in from there, through the page."""
    client = Client(HTTP_X_FORWARDED_FOR=address)
    if cookies is not None:
        client.cookies[limits.DEVICE_COOKIE] = cookies[limits.DEVICE_COOKIE].value
    return type_password(client, OWNER).status_code == 302


def spray(order, owner_signs_in) -> tuple[Counter, Counter]:
    """Tries per address and per account that were let through, in one quarter of an hour. Now and
    then the owner of the first account signs in, and always comes in."""
    by_address, by_account = Counter(), Counter()
    began = time.perf_counter()
    asked = at_her = signed_in = 0
    for address, account in order:
        asked += 1
        at_her += account == OWNER
        request = asks("10.9.9.9", HTTP_X_FORWARDED_FOR=f"{next(FORGED)}, {address}")
        if limits.take(request, account, now=NOW + timedelta(milliseconds=asked)):
            by_address[address] += 1
            by_account[account] += 1
        if asked % EVERY == 0 or (account == OWNER and at_her % EVERY_AT_HER == 0):
            owner_signs_in()
            signed_in += 1
    print(
        f"FIGURE spraying: {asked} guesses from {ADDRESSES} addresses at {ACCOUNTS} accounts, "
        f"{by_address.total()} let through, most {max(by_address.values())} from an address and "
        f"{max(by_account.values())} at an account; the owner came in {signed_in} of {signed_in} "
        f"times, {1000 * (time.perf_counter() - began) / asked:.2f} ms each"
    )
    assert signed_in >= 5
    return by_address, by_account


@pytest.mark.parametrize("by", ["address", "account"])
def test_spraying_stays_below_every_limit_and_the_owner_gets_in_throughout(
    gun, settings, monkeypatch, by
):
    settings.PROXIES = 1
    if not LONG:
        # So low that the few guesses of the ordinary run meet them.
        monkeypatch.setattr(limits, "PER_ADDRESS", 10)
        monkeypatch.setattr(limits, "PER_ACCOUNT_AND_DAY", 20)
    home = Client(HTTP_X_FORWARDED_FOR="192.0.2.7")
    type_password(home, OWNER)
    new = itertools.count()

    def owner_signs_in() -> None:
        assert enters("192.0.2.7"), "at home"
        assert enters("192.0.2.200", home.cookies), "travelling with her computer"
        number = next(new)
        assert enters(f"172.{16 + number // 250}.{number % 250}.9"), "on a new network"

    if by == "address":
        order = ((a, who) for a in addresses() for who in accounts() for _n in range(TRIES))
    else:
        few = accounts()[:100]
        order = ((a, who) for who in few for a in addresses() for _n in range(TRIES))
    by_address, by_account = spray(order, owner_signs_in)
    assert max(by_address.values()) <= limits.PER_ADDRESS
    if by == "address":
        assert max(by_address.values()) == limits.PER_ADDRESS, "the limit was met"
    else:
        assert max(by_account.values()) > limits.PER_ACCOUNT_AND_DAY, "the limit was met"
    # Above the day's limit each network has its one try, if it has not been wrong before.
    assert max(by_account.values()) <= limits.PER_ACCOUNT_AND_DAY + ADDRESSES


@pytest.mark.parametrize(
    "network",
    [
        # A customer's /48 holds 65 536 of the networks that count as one address.
        "2001:db8:1:{:x}::1",
        # A provider's /32 holds as many /48 again, each clean.
        "2001:db8:{:x}::1",
        "203.0.113.{}",
    ],
)
def test_a_network_of_many_addresses_has_a_limit_of_its_own_at_one_account(network):
    tried = sum(takes(network.format(n), OWNER) for n in range(70))
    assert tried == limits.PER_ACCOUNT_AND_PROVIDER_AND_DAY == 50
    # A person elsewhere notices nothing.
    assert takes("2001:db9::1", OWNER) == 1


def test_a_network_that_has_used_up_its_day_has_no_try_left_and_a_clean_one_of_the_provider_has(
    monkeypatch,
):
    monkeypatch.setattr(limits, "PER_NETWORK_AND_DAY", 20)
    monkeypatch.setattr(limits, "PER_PROVIDER_AND_DAY", 30)
    first = [takes(f"2001:db8:1:{n:x}::1", f"one.{n}") for n in range(40)]
    assert sum(first) == 20
    second = [takes(f"2001:db8:2:{n:x}::1", f"two.{n}") for n in range(40)]
    # Ten until the provider's day is used up; the network is not clean by then.
    assert sum(second) == 10
    assert takes("2001:db8:3:1::1", "three") == 1
    assert takes("2001:db8:3:2::1", "three") == 0


def test_no_address_of_a_clean_network_is_clean_when_another_of_it_has_been_wrong():
    used = sum(takes(f"10.2.{n}.1", OWNER) for n in range(120))
    assert used == 120, "a hundred, and one each for twenty clean networks"
    assert takes("2001:db8:1:1::1", OWNER) == 1
    assert takes("2001:db8:1:2::1", OWNER) == 0


def test_at_one_account_a_fresh_network_gets_one_try_when_the_days_tries_are_used_up():
    used = sum(takes(f"10.2.{n}.1", OWNER, 5) for n in range(60))
    assert used <= limits.PER_ACCOUNT_AND_DAY + 60
    assert takes("10.2.0.1", OWNER, at=NOW + timedelta(minutes=30)) == 0
    assert takes("192.0.2.7", OWNER, 5) == 1


def test_where_the_owner_has_been_nobodys_guesses_stop_them(gun):
    home = Client(REMOTE_ADDR="192.0.2.7")
    type_password(home, "gun.malm")
    for n in range(60):
        takes(f"10.2.0.{n}", "gun.malm", 5)
        takes("192.0.2.8", f"other.{n}", 5)
    # The same browser on another network, and another browser on the same network.
    travelling = Client(REMOTE_ADDR="192.0.2.8")
    travelling.cookies = home.cookies
    travelling.cookies.pop("sessionid", None)
    assert type_password(travelling, "gun.malm").status_code == 302
    assert type_password(Client(REMOTE_ADDR="192.0.2.7"), "gun.malm").status_code == 302


def test_a_known_place_has_limits_of_its_own(gun):
    home = Client(REMOTE_ADDR="192.0.2.7")
    type_password(home, "gun.malm")
    device = home.cookies[limits.DEVICE_COOKIE].value
    assert takes("10.0.0.1", "gun.malm", 50, device=device) == limits.PER_KNOWN_PLACE
    assert takes("10.0.0.1", "oskar.lind", 50, device=device) == limits.PER_PLACE


def test_a_browser_is_known_for_those_who_signed_in_from_it_alone(gun):
    home = Client(REMOTE_ADDR="192.0.2.7")
    type_password(home, "gun.malm")
    assert set(KnownPlace.objects.values_list("user__username", flat=True)) == {"gun.malm"}
    cookie = home.cookies[limits.DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value not in str(list(KnownPlace.objects.values_list("place", flat=True)))


def test_when_there_are_no_tries_left_the_page_says_so_alike_for_every_account(gun):
    pages = []
    for username in ("gun.malm", "finns.inte"):
        for _n in range(6):
            answer = type_password(Client(REMOTE_ADDR="10.0.0.1"), username, "fel")
        pages.append((answer.status_code, sorted(answer.headers), len(answer.content)))
    assert pages[0][:2] == pages[1][:2]
    events = log.events(zone=log.Zone.COORDINATION).filter(event="access.sign_in_limit_reached")
    assert events.count() == 2


def test_counts_name_nobody_and_are_forgotten(gun):
    takes("10.0.0.1", "gun.malm")
    told = str(list(Guesses.objects.values()))
    assert "gun" not in told
    assert "10.0.0.1" not in told
    limits.sweep(now=NOW + timedelta(days=2))
    assert Guesses.objects.count() == 0


# Alike in work -------------------------------------------------------------------------------------


def test_every_kind_of_account_costs_one_hash(world, gun):
    closed = with_password(world, "oskar.lind")
    closed.is_active = False
    closed.save()
    without = world.person("maria.sten")
    kinds = {"existing": "gun.malm", "missing": "finns.inte", "closed": "oskar.lind"}
    kinds["through a provider alone"] = without.username
    counted = {}
    for n, (kind, username) in enumerate(kinds.items()):
        with patch.object(
            MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
        ) as encode:
            word = PASSWORD if kind == "closed" else "fel"
            type_password(Client(REMOTE_ADDR=f"10.0.1.{n}"), username, word)
            counted[kind] = encode.call_count
    assert counted == dict.fromkeys(kinds, 1)


if LONG:  # it measures time, which only the long run may

    def test_every_kind_of_account_takes_as_long(world, settings):
        settings.PASSWORD_HASHERS = [f"{PBKDF2PasswordHasher.__module__}.PBKDF2PasswordHasher"]
        with_password(world, "gun.malm")
        closed = with_password(world, "oskar.lind")
        closed.is_active = False
        closed.save()
        names = ["gun.malm", "finns.inte", "oskar.lind", "maria.sten"]
        taken: dict[str, list[float]] = {name: [] for name in names}
        for n in range(15):
            for name in names:
                client = Client(REMOTE_ADDR=f"10.3.{n}.{names.index(name)}")
                began = time.perf_counter()
                type_password(client, name, PASSWORD if name == "oskar.lind" else "fel")
                taken[name].append(time.perf_counter() - began)
        medians = {name: 1000 * statistics.median(times) for name, times in taken.items()}
        spread = max(medians.values()) - min(medians.values())
        print(f"FIGURE sign-in answers: medians {medians}, {spread:.1f} ms apart")
        assert spread < 25
