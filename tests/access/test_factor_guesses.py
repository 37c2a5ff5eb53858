"""Guessing codes: ten tries, then none until the owner or an administrator lets codes in again."""

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access import factors
from coordination.access.models import FactorState
from coordination.audit import log
from coordination.jobs.models import OutgoingMail
from tests.access.factor_hands import (
    SECOND,
    Key,
    add_key,
    code_now,
    froze,
    letters_to,
    reaches,
    told_of,
    type_password,
    with_app,
)

pytestmark = pytest.mark.django_db


def test_ten_wrong_codes_in_a_row_freeze_codes_and_the_owner_is_told_once(anna):
    _client, secret = with_app(anna)
    for _n in range(12):
        thief = Client()
        type_password(thief, "anna.ek")
        thief.post(SECOND, {"code": "000000"})
    state = FactorState.objects.get(user=anna)
    assert (state.failures, state.frozen_at is None) == (10, False)
    assert OutgoingMail.objects.filter(letter="access.factor_frozen", user_id=anna.pk).count() == 1
    # Not even the right code is taken now.
    late = Client()
    type_password(late, "anna.ek")
    assert late.post(SECOND, {"code": code_now(secret, ahead=1)}).status_code == 200
    event = log.events(zone=log.Zone.COORDINATION).filter(event="access.factor.frozen")
    assert event.count() == 1


def test_a_right_code_begins_the_count_anew(anna):
    _client, secret = with_app(anna)
    for _n in range(9):
        assert factors.check_code(anna, "000000") is None
    assert factors.check_code(anna, code_now(secret, ahead=1))
    for _n in range(9):
        assert factors.check_code(anna, "000000") is None
    assert not factors.frozen(anna)


def test_a_key_still_signs_in_when_codes_are_frozen_and_lets_them_in_again(anna):
    key = Key()
    client = Client()
    type_password(client, "anna.ek")
    add_key(client, key)
    for _n in range(10):
        factors.check_code(anna, "00000000")
    other = Client()
    type_password(other, "anna.ek")
    page = other.get(SECOND)
    other.post(SECOND, {"credential": key.get(page.context["key_options"])})
    assert reaches(other, "/")
    other.post(reverse("codes_again"))
    assert not factors.frozen(anna)


def test_an_administrator_lets_codes_in_again_and_their_owner_is_told(anna, world, stina):
    _client, secret = with_app(anna)
    page, address = (reverse(n, args=[anna.pk]) for n in ("person", "person_codes_again"))
    assert address not in stina.get(page).content.decode()
    froze(anna)
    assert address in stina.get(page).content.decode()
    assert stina.post(address)["Location"] == page
    assert factors.check_code(anna, code_now(secret, ahead=1))
    assert letters_to(anna)[-1] == "access.factor_thawed"
    assert told_of(anna, world.person("stina.alm"), "access.factor.thawed") == 1
    # There is nothing to do a second time.
    stina.post(address)
    assert letters_to(anna).count("access.factor_thawed") == 1
