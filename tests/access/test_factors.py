"""The second factor: who must have one, what is reachable without, and how it is
added and signs in."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access import factors
from coordination.access.vocabulary import ROLES
from coordination.administration.people import link_key
from tests.access.factor_hands import (
    SECOND,
    Key,
    add_key,
    choose,
    code_now,
    reaches,
    type_password,
    with_app,
)
from tests.structure.pages import Samples, pages
from tests.structure.test_urls import PUBLIC

pytestmark = pytest.mark.django_db

BEFORE_FACTOR = {
    "account_logout",
    "app_add",
    "app_square",
    "confirm",
    "factor_choice",
    "key_add",
}
"""All that a password alone opens, where a role asks for more."""


# Who must ------------------------------------------------------------------------------------------


def test_the_roles_that_need_a_second_factor_are_those_that_were_decided():
    assert {code for code, role in ROLES.items() if role.second_factor} == {
        "strategic_coordinator",
        "partnership_coordinator",
        "unit_manager",
        "disclosure_decider",
        "police_liaison",
        "archivist",
        "destruction_official",
        "reviewer",
        "system_administrator",
    }


def test_a_seat_alone_needs_a_password_and_no_more(gun):
    client = Client()
    assert type_password(client, "gun.malm")["Location"] == "/"
    assert reaches(client, "/")


# What is reachable without -------------------------------------------------------------------------


def reachable(client: Client, world, logged) -> set[str]:
    """The pages that answer with themselves: neither led to a factor nor to signing in."""
    samples = Samples(world, logged)
    away = (reverse("factor_choice"), reverse("confirm"), reverse("account_login"))
    found = set()
    for page, parameters in pages().items():
        for method in ("get", "post"):
            if (page, method) == ("account_logout", "post"):
                continue
            address = samples.address(page, parameters, "bra" if parameters else "-")
            answer = getattr(client, method)(address)
            led = answer.status_code == 302 and answer["Location"].startswith(away)
            if not led:
                found.add(page)
    return found


def test_with_a_password_alone_every_address_leads_to_a_second_factor(anna, world, logged):
    client = Client()
    assert type_password(client, "anna.ek")["Location"] == reverse("factor_choice")
    found = reachable(client, world, logged)
    assert found - PUBLIC == BEFORE_FACTOR


def test_between_password_and_factor_nobody_is_signed_in_at_any_address(anna, world, logged):
    with_app(anna)
    client = Client()
    assert type_password(client, "anna.ek")["Location"] == SECOND
    # The sign-in page itself leads to the second step; asking to sign out does nothing.
    found = reachable(client, world, logged)
    assert found <= PUBLIC
    assert "_auth_user_id" not in client.session


def test_when_the_factor_is_taken_away_every_address_leads_to_sign_in_at_the_next_request(
    anna, world, logged
):
    client, _secret = with_app(anna)
    assert reaches(client, "/")
    factors.reset(by=world.person("sara.nyman"), user=anna)
    assert reachable(client, world, logged) <= PUBLIC
    # And a new sign-in leads to a new factor, and nowhere else.
    assert type_password(client, "anna.ek")["Location"] == reverse("factor_choice")
    assert not reaches(client, "/")


@pytest.mark.parametrize("has_factor", [False, True])
def test_an_opened_link_to_choose_a_password_opens_its_own_page_and_no_other(
    anna, world, logged, has_factor
):
    if has_factor:
        with_app(anna)
    client = Client()
    anna.refresh_from_db()
    client.get(reverse("invitation"), {"nyckel": link_key(anna)})
    form = client.get(reverse("invitation"))
    assert form.context["person"] == anna, "the link is good"
    assert reachable(client, world, logged) <= PUBLIC
    assert "_auth_user_id" not in client.session
    chosen = "en annan lång mening som ingen har"
    assert choose(client, chosen).status_code == 302
    # Choosing one signs nobody in, and leads past no factor.
    assert reachable(client, world, logged) <= PUBLIC
    assert "_auth_user_id" not in client.session
    led = type_password(client, "anna.ek", chosen)["Location"]
    assert led == (SECOND if has_factor else reverse("factor_choice"))
    expected = set() if has_factor else BEFORE_FACTOR
    assert reachable(client, world, logged) - PUBLIC == expected


# Signing in with one -------------------------------------------------------------------------------


def test_an_app_is_added_and_signs_in(anna):
    client, secret = with_app(anna)
    assert reaches(client, "/")
    other = Client()
    type_password(other, "anna.ek")
    answer = other.post(SECOND, {"code": code_now(secret, ahead=1)})
    assert answer["Location"] == "/"
    assert reaches(other, "/")


def test_a_code_is_right_once_for_as_long_as_any_clock_would_take_it(anna):
    _client, secret = with_app(anna)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        code = code_now(secret)
        first = Client()
        type_password(first, "anna.ek")
        assert first.post(SECOND, {"code": code}).status_code == 302
    for seconds in (121, 140, 150):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
            again = Client()
            type_password(again, "anna.ek")
            assert again.post(SECOND, {"code": code}).status_code == 200


def test_a_key_is_added_and_signs_in(anna):
    key = Key()
    client = Client()
    type_password(client, "anna.ek")
    add_key(client, key)
    assert reaches(client, "/")
    other = Client()
    type_password(other, "anna.ek")
    page = other.get(SECOND)
    answer = other.post(SECOND, {"credential": key.get(page.context["key_options"])})
    assert answer["Location"] == "/"
    assert reaches(other, "/")


def test_another_key_another_page_and_an_old_answer_are_refused(anna):
    key = Key()
    client = Client()
    type_password(client, "anna.ek")
    add_key(client, key)
    other = Client()
    type_password(other, "anna.ek")
    options = other.get(SECOND).context["key_options"]
    assert other.post(SECOND, {"credential": Key().get(options)}).status_code == 200
    options = other.get(SECOND).context["key_options"]
    key.origin = "https://evil.example"
    assert other.post(SECOND, {"credential": key.get(options)}).status_code == 200
    key.origin = "http://localhost:8000"
    old = key.get(options)
    other.get(SECOND)
    assert other.post(SECOND, {"credential": old}).status_code == 200
    assert other.post(SECOND, {"credential": json.dumps({"x": 1})}).status_code == 200
    assert "_auth_user_id" not in other.session


def test_recovery_codes_are_shown_once_and_each_works_once(anna):
    client, _secret = with_app(anna)
    page = client.get(reverse("recovery_codes"))
    codes = page.context["codes"]
    assert len(set(codes)) == 10
    assert client.get(reverse("recovery_codes")).context["codes"] == []
    other = Client()
    type_password(other, "anna.ek")
    assert other.post(SECOND, {"code": codes[0]}).status_code == 302
    assert factors.recovery_codes_left(anna) == 9
    again = Client()
    type_password(again, "anna.ek")
    assert again.post(SECOND, {"code": codes[0]}).status_code == 200


def test_the_session_gets_a_new_key_between_password_and_factor_and_when_confirmed(anna):
    _client, secret = with_app(anna)
    client = Client()
    type_password(client, "anna.ek")
    before = client.session.session_key
    client.post(SECOND, {"code": code_now(secret, ahead=1)})
    signed_in = client.session.session_key
    assert signed_in != before
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        client.post(reverse("confirm"), {"_confirm_code": code_now(secret), "_confirm": "1"})
        assert client.session.session_key != signed_in
