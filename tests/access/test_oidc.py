"""Signing in through a provider: a real one, running beside the tests."""

import base64
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import time_machine
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.test import Client, RequestFactory, override_settings
from django.urls import clear_url_caches, reverse
from django.utils import timezone

from coordination.access import oidc
from coordination.access import people as accounts
from coordination.access.models import Identity, User
from coordination.actors.models import District, DistrictMembership
from coordination.audit import log
from coordination.jobs.models import OutgoingMail
from tests.access.factor_hands import type_password, with_password
from tests.structure.pages import urlconf

pytestmark = pytest.mark.django_db

WAY = "/konto/organisation/"


@contextmanager
def running_provider() -> Iterator[str]:
    """An OIDC provider on this machine; signs in as whom the form names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        for _n in range(150):
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.2)
        else:
            pytest.fail("the provider did not start")
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The municipality's own."""
    with running_provider() as address:
        yield address


@pytest.fixture(scope="module")
def outer() -> Iterator[str]:
    """The one for people outside the municipality."""
    with running_provider() as address:
        yield address


def app_at(key: str, address: str) -> dict:
    return {
        "provider_id": key,
        "name": key,
        "client_id": "portalen",
        "secret": "a secret of the provider",
        "settings": {"server_url": address},
    }


@contextmanager
def installed_with(*apps: dict) -> Iterator[None]:
    with override_settings(
        OIDC=list(apps),
        SOCIALACCOUNT_PROVIDERS={
            "openid_connect": {"APPS": list(apps), "OAUTH_PKCE_ENABLED": True},
        },
        ROOT_URLCONF=urlconf(OIDC=list(apps)),
    ):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture(autouse=True)
def installed(provider) -> Iterator[None]:
    """An installation with this provider for the municipality's people."""
    with installed_with(app_at("anstalld", provider)):
        yield


@pytest.fixture
def both(provider, outer) -> Iterator[None]:
    """An installation with both providers."""
    with installed_with(app_at("anstalld", provider), app_at("extern", outer)):
        yield


@pytest.fixture
def anna(world) -> User:
    return world.person("anna.ek")


def identity(provider: str, name: str, **claims: object) -> None:
    answer = requests.put(f"{provider}/users/{name}", json=claims, timeout=5)
    assert answer.ok, answer.text


def begin(client: Client, **more: str) -> str:
    answer = client.post(WAY, {"provider": "anstalld"} | more)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def at_provider(address: str, name: str) -> str:
    """The person signs in there, and is sent back to this address."""
    answer = requests.post(address, data={"sub": name}, allow_redirects=False, timeout=5)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["Location"]


def through(client: Client, name: str, **more: str):
    back = at_provider(begin(client, **more), name)
    assert back.startswith("http://localhost:8000" + WAY)
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_account_that_the_claim_names_is_signed_in_with_all_that_is_asked(provider, anna):
    identity(provider, "a-1", preferred_username="anna.ek", email="anna@example.org")
    client = Client()
    answer = through(client, "a-1", next="/moten/")
    assert answer.status_code == 302
    assert inside(client)
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_pkce_and_state_are_sent_and_a_foreign_state_is_refused(provider, anna):
    identity(provider, "a-1", preferred_username="anna.ek")
    client = Client()
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    theirs = at_provider(begin(Client()), "a-1")
    parts = urlsplit(theirs)
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer["Location"] == "/konto/login/?nekad=1"
    assert not inside(client)


def test_unknown_closed_and_refused_are_answered_alike_and_nobody_is_made(provider, world):
    closed = world.person("oskar.lind")
    closed.is_active = False
    closed.save()
    identity(provider, "u-1", preferred_username="finns.inte")
    identity(provider, "o-1", preferred_username="oskar.lind")
    identity(provider, "n-1")
    people = User.objects.count()
    answers = []
    for name in ("u-1", "o-1", "n-1"):
        client = Client()
        answer = through(client, name)
        answers.append((answer.status_code, answer["Location"], sorted(answer.headers)))
        assert not inside(client)
    client = Client()
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    answer = client.get(WAY, {"error": "access_denied", "state": state})
    answers.append((answer.status_code, answer["Location"], sorted(answer.headers)))
    assert answers == [answers[0]] * 4
    assert answers[0][1] == "/konto/login/?nekad=1"
    assert User.objects.count() == people


def test_an_address_must_be_verified_and_belong_to_one_account(provider, world, settings):
    settings.OIDC_CLAIM = "email"
    anna = world.person("anna.ek")
    identity(provider, "e-1", email=anna.email, email_verified=False)
    assert through(Client(), "e-1")["Location"] == "/konto/login/?nekad=1"
    identity(provider, "e-1", email=anna.email, email_verified=True)
    User.objects.filter(username="maria.sten").update(email=anna.email)
    assert through(Client(), "e-1")["Location"] == "/konto/login/?nekad=1"
    User.objects.filter(username="maria.sten").update(email="maria@example.org")
    assert through(Client(), "e-1")["Location"] != "/konto/login/?nekad=1"


def test_another_person_on_the_same_browser_takes_nothing_over(provider, world):
    identity(provider, "a-1", preferred_username="anna.ek")
    with_password(world, "gun.malm")
    client = Client()
    type_password(client, "gun.malm")
    before = client.session.session_key
    through(client, "a-1")
    assert client.session["_auth_user_id"] == str(world.person("anna.ek").pk)
    assert client.session.session_key != before


def test_a_provider_that_does_not_say_when_it_asked_makes_nothing_fresh(provider, anna):
    identity(provider, "a-1", preferred_username="anna.ek")
    client = Client()
    through(client, "a-1")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        page = client.get(reverse("confirm"))
        assert page.context["provider"] == "anstalld"
        asked = parse_qs(urlsplit(begin(client, again="1", next="/konto/")).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


def test_a_provider_that_does_not_answer_is_said_like_any_refusal(anna):
    app = app_at("anstalld", "http://localhost:9")
    with override_settings(OIDC=[app], SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
        assert begin(Client()) == "/konto/login/?nekad=1"


def test_the_way_leads_nowhere_else_and_needs_a_token(anna):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(WAY, {"provider": "anstalld"}).status_code == 403
    assert Client().post(WAY, {"provider": "extern"}).status_code == 404
    assert Client().get(WAY).status_code == 302


def test_two_equal_buttons_are_shown_where_a_provider_is_set_up_and_none_elsewhere(client, anna):
    page = client.get("/konto/login/").content.decode()
    assert page.count('name="provider"') == 1
    assert "#with-password" in page
    with override_settings(OIDC=[], ROOT_URLCONF="coordination.urls"):
        clear_url_caches()
        assert 'name="provider"' not in client.get("/konto/login/").content.decode()
    clear_url_caches()


# Whose account it is -------------------------------------------------------------------------------

REFUSED = "/konto/login/?nekad=1"


def enters(provider: str, name: str, key: str = "anstalld", **claims: object) -> Client:
    """A client after the way through the provider as this identity."""
    identity(provider, name, **claims)
    client = Client()
    through(client, name, provider=key)
    return client


@pytest.mark.parametrize("claim", ["preferred_username", "email"])
def test_an_identity_outside_the_municipality_opens_no_account_inside_it(
    both, outer, world, settings, claim
):
    settings.OIDC_CLAIM = claim
    for username in ("stina.alm", "anna.ek", "maria.sten", "per.holm"):
        named = {"preferred_username": username, "email": world.person(username).email}
        client = enters(outer, f"thief-{username}", "extern", **named, email_verified=True)
        assert not inside(client), username
    assert not Identity.objects.exists()


def test_the_municipalitys_own_provider_opens_no_account_outside_it(both, provider, world):
    for username in ("gun.malm", "nils.frisk"):
        assert not inside(enters(provider, f"in-{username}", preferred_username=username))


def test_people_outside_the_municipality_come_in_by_their_own_provider(both, outer, world):
    client = enters(outer, "nils-1", "extern", preferred_username="nils.frisk")
    assert inside(client)
    assert client.session["_auth_user_id"] == str(world.person("nils.frisk").pk)


def test_who_is_given_a_role_inside_the_municipality_leaves_the_provider_outside_it(
    both, outer, world
):
    client = enters(outer, "nils-2", "extern", preferred_username="nils.frisk")
    assert inside(client)
    accounts.give_role(
        by=None,
        user=world.person("nils.frisk"),
        membership=DistrictMembership,
        role="partnership_coordinator",
        valid_from=timezone.localdate(),
        district=District.objects.earliest("pk"),
    )
    assert not inside(enters(outer, "nils-2", "extern", preferred_username="nils.frisk"))


def test_the_first_identity_that_an_account_names_is_its_own_and_no_other_is_after_that(
    provider, anna
):
    assert inside(enters(provider, "first", preferred_username="anna.ek"))
    bound = Identity.objects.get(user=anna)
    assert (bound.provider, bound.issuer, bound.subject) == ("anstalld", provider, "first")
    # The name was given to somebody else at the provider.
    assert not inside(enters(provider, "second", preferred_username="anna.ek"))
    # Her own name there has changed, even to that of somebody else.
    client = enters(provider, "first", preferred_username="maria.sten")
    assert client.session["_auth_user_id"] == str(anna.pk)
    assert Identity.objects.count() == 1


def test_an_administrator_unties_an_account_and_its_owner_is_told(provider, world, anna):
    client = enters(provider, "first", preferred_username="anna.ek")
    assert inside(client)
    stina = Client()
    stina.force_login(world.person("stina.alm"))
    page = reverse("person", args=[anna.pk])
    address = reverse("person_identity_forget", args=[anna.pk])
    assert address in stina.get(page).content.decode()
    assert stina.post(address)["Location"] == page
    assert not inside(client)
    assert (
        OutgoingMail.objects.filter(letter="access.identity_forgotten", user_id=anna.pk).count()
        == 1
    )
    done = log.events(zone=log.Zone.COORDINATION, by=world.person("stina.alm"), on=anna)
    assert done.filter(event="access.identity.forgotten").count() == 1
    assert inside(enters(provider, "second", preferred_username="anna.ek"))
    assert not inside(enters(provider, "first", preferred_username="anna.ek"))


def test_nobody_unties_their_own_account(provider, world):
    stina = enters(provider, "stina-1", preferred_username="stina.alm", auth_time=int(time.time()))
    own = world.person("stina.alm")
    stina.post(reverse("person_identity_forget", args=[own.pk]))
    assert Identity.objects.filter(user=own).exists()


# Confirming through the provider --------------------------------------------------------------------


def test_signing_in_at_the_provider_once_more_confirms_and_leads_back(provider, world):
    with_password(world, "stina.alm")
    long_ago, now = int(time.time()) - 3600, int(time.time())
    client = enters(provider, "s-1", preferred_username="stina.alm", auth_time=long_ago)
    assert inside(client)
    wanted = reverse("person_role_new", args=[world.people["ulla.vik"].pk])
    asked = client.get(wanted)
    assert asked["Location"].startswith(reverse("confirm"))
    # The provider did not ask anybody: nothing is fresh.
    through(client, "s-1", again="1", next=wanted)
    assert client.get(wanted).status_code == 302
    before = client.session.session_key
    identity(provider, "s-1", preferred_username="stina.alm", auth_time=now)
    assert through(client, "s-1", again="1", next=wanted)["Location"] == wanted
    assert client.get(wanted).status_code == 200
    assert client.session.session_key != before


# Tokens -------------------------------------------------------------------------------------------


def token_for(provider: str, client_id: str) -> str:
    """An ID token that the provider really made, for this client."""
    identity(provider, "t-1", preferred_username="anna.ek")
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": "http://x.example/"}
    back = at_provider(
        f"{provider}/oauth2/authorize?{urlencode(asked | {'scope': 'openid'})}", "t-1"
    )
    code = parse_qs(urlsplit(back).query)["code"][0]
    more = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://x.example/"}
    answer = requests.post(
        f"{provider}/oauth2/token", data=more, auth=(client_id, "a secret"), timeout=5
    )
    assert answer.ok, answer.text
    return answer.json()["id_token"]


def takes_token(token: str) -> bool:
    request = RequestFactory().get(WAY)
    adapter = oidc.PortalAdapter(request, "anstalld")
    adapter.did_fetch_access_token = True
    try:
        return bool(adapter._decode_id_token(adapter.get_provider().app, token))
    except OAuth2Error:
        return False


def forged(token: str, **header: str) -> str:
    """The token with another head, and what of its signature such a head would leave."""
    _head, body, signature = token.split(".")
    made = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{made}.{body}.{'' if header['alg'] == 'none' else signature}"


def test_a_token_counts_when_the_provider_signed_it_for_us_and_not_otherwise(provider, outer):
    good = token_for(provider, "portalen")
    assert takes_token(good)
    assert not takes_token(token_for(provider, "another-service")), "another audience"
    assert not takes_token(token_for(outer, "portalen")), "another provider"
    head, body, signature = good.split(".")
    other = base64.urlsafe_b64decode(body + "==").replace(b"t-1", b"t-2")
    changed = base64.urlsafe_b64encode(other).rstrip(b"=").decode()
    assert not takes_token(f"{head}.{changed}.{signature}"), "changed"
    assert not takes_token(forged(good, alg="none"))
    assert not takes_token(forged(good, alg="HS256"))
    assert not takes_token("no token at all")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert not takes_token(good), "too old"


def test_an_answer_that_says_it_is_of_another_issuer_is_refused(provider, anna):
    identity(provider, "a-1", preferred_username="anna.ek")
    client = Client()
    parts = urlsplit(at_provider(begin(client), "a-1"))
    foreign = urlencode({"iss": "https://another.example"})
    answer = client.get(f"{parts.path}?{parts.query}&{foreign}")
    assert answer["Location"] == REFUSED
    assert not inside(client)


def test_an_answer_that_says_its_issuer_with_a_slash_at_the_end_is_taken(provider, anna):
    identity(provider, "a-1", preferred_username="anna.ek")
    client = Client()
    parts = urlsplit(at_provider(begin(client), "a-1"))
    client.get(f"{parts.path}?{parts.query}&{urlencode({'iss': f'{provider}/'})}")
    assert inside(client)


def test_metadata_of_another_issuer_is_refused(provider, outer, anna):
    address = outer.replace("localhost", "127.0.0.1")
    with installed_with(app_at("anstalld", f"{address}/.well-known/openid-configuration")):
        assert begin(Client()) == REFUSED


# Without Redis ------------------------------------------------------------------------------------


def test_a_lost_redis_stops_nobody_on_the_way_in(provider, world, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    assert inside(enters(provider, "a-1", preferred_username="anna.ek"))
    with_password(world, "gun.malm")
    client = Client()
    assert type_password(client, "gun.malm", "fel").status_code == 200
    assert type_password(client, "gun.malm").status_code == 302
    for _n in range(6):
        type_password(Client(REMOTE_ADDR="10.0.0.1"), "gun.malm", "fel")
    # What is counted is counted in the database.
    refused = type_password(Client(REMOTE_ADDR="10.0.0.1"), "gun.malm")
    assert refused.status_code == 200
    assert not inside(Client(REMOTE_ADDR="10.0.0.1"))
