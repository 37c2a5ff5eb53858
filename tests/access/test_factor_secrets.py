"""The secrets of apps and recovery codes: sealed with a key that is not in the database."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from coordination.access import factors, sealing
from tests.access.factor_hands import (
    SECOND,
    code_now,
    reaches,
    secret_of,
    shown_secret,
    type_password,
    with_app,
)

pytestmark = pytest.mark.django_db


def test_the_secrets_of_app_and_recovery_codes_are_sealed_in_database_and_session(anna):
    client = Client()
    type_password(client, "anna.ek")
    secret = shown_secret(client.get(reverse("app_add")))
    assert secret not in json.dumps(dict(client.session.items()))
    client.post(reverse("app_add"), {"code": code_now(secret)})
    rows = {row.type: row.data for row in Authenticator.objects.filter(user=anna)}
    assert secret not in json.dumps(rows)
    assert re.fullmatch(r"[0-9a-f]{8}\.[\w=-]+", rows["totp"]["secret"])
    assert re.fullmatch(r"[0-9a-f]{8}\.[\w=-]+", rows["recovery_codes"]["seed"])
    assert secret_of(anna) == secret


def test_a_secret_moved_to_another_account_does_not_open(anna, gun):
    _client, secret = with_app(anna)
    row = Authenticator.objects.get(user=anna, type="totp")
    Authenticator.objects.create(user=gun, type="totp", data=row.data)
    with pytest.raises(sealing.Unreadable):
        factors.check_code(gun, code_now(secret, ahead=1))


def test_a_changed_bit_does_not_open():
    value = sealing.seal("secret", about="x")
    key_id, _, body = value.partition(".")
    import base64

    raw = bytearray(base64.urlsafe_b64decode(body))
    for place in range(len(raw)):
        raw[place] ^= 1
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(f"{key_id}.{base64.urlsafe_b64encode(raw).decode()}", about="x")
        raw[place] ^= 1
    assert sealing.unseal(value, about="x") == "secret"


def test_keys_are_changed_while_people_sign_in(anna, settings):
    _client, secret = with_app(anna)
    old = settings.FIELD_KEYS[0]
    settings.FIELD_KEYS = ["a new key for the fields of the database", old]
    assert factors.check_code(anna, code_now(secret, ahead=1))
    call_command("reseal_factors")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert secret_of(anna) == secret
    assert factors.reseal() == 0
    settings.FIELD_KEYS = [old]
    with pytest.raises(sealing.Unreadable, match="PORTAL_FIELD_KEY_OLD"):
        secret_of(anna)


def test_a_secret_that_no_key_of_ours_opens_is_told_and_costs_no_try(anna, settings):
    client, secret = with_app(anna)
    client.get(reverse("recovery_codes"))
    settings.FIELD_KEYS = ["the key that should have been put back is lost"]
    fresh = Client()
    type_password(fresh, "anna.ek")
    for _n in range(12):
        answer = fresh.post(SECOND, {"code": code_now(secret, ahead=1)})
        assert answer.status_code == 200
        assert "Koder kan inte kontrolleras just nu." in answer.content.decode()
    assert not factors.frozen(anna)
    assert client.get(reverse("recovery_codes")).status_code == 200
    with pytest.raises(sealing.Unreadable):
        factors.check_code(anna, code_now(secret, ahead=1))
    factors.reset(by=None, user=anna)
    client, _new = with_app(anna)
    assert reaches(client, "/")


def test_a_key_changed_while_an_app_is_added_shows_a_new_secret(anna, settings):
    client = Client()
    type_password(client, "anna.ek")
    first = shown_secret(client.get(reverse("app_add")))
    settings.FIELD_KEYS = ["a new key for the fields of the database"]
    assert client.get(reverse("app_square")).status_code == 200
    assert shown_secret(client.get(reverse("app_add"))) != first
