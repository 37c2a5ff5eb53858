"""Factors that are taken away, by their owner or by an administrator; and who is told."""

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access import factors
from coordination.access.models import User
from coordination.administration.people import link_key
from coordination.jobs import queue
from coordination.jobs.models import OutgoingMail
from tests.access.factor_hands import (
    Key,
    add_key,
    choose,
    froze,
    later,
    letters_to,
    reaches,
    told_of,
    type_password,
    with_app,
    with_password,
)

pytestmark = pytest.mark.django_db


def test_the_last_factor_of_somebody_who_needs_one_stays(anna):
    client, _secret = with_app(anna)
    factor = factors.of(anna)[0]
    answer = client.post(reverse("factor_remove"), {"factor": factor.pk})
    assert answer.status_code == 200
    assert factors.of(anna) == [factor]


def test_a_factor_that_is_removed_counts_no_longer_in_the_session_that_showed_it(anna):
    client, _secret = with_app(anna)
    app = factors.of(anna)[0]
    add_key(client, Key())
    client.post(reverse("factor_remove"), {"factor": app.pk})
    assert [factor.type for factor in factors.of(anna)] == ["webauthn"]


def test_nobody_removes_anothers_factor(anna, gun):
    client, _secret = with_app(gun)
    with_app(anna)
    hers = factors.of(anna)[0]
    assert client.post(reverse("factor_remove"), {"factor": hers.pk}).status_code == 200
    assert factors.of(anna) == [hers]


def test_a_new_factor_and_a_removed_one_are_told_by_mail(gun):
    client, _secret = with_app(gun)
    client.post(reverse("factor_remove"), {"factor": factors.of(gun)[0].pk})
    assert factors.of(gun) == []
    letters = set(OutgoingMail.objects.filter(user_id=gun.pk).values_list("letter", flat=True))
    assert {"access.factor_added", "access.factor_removed"} <= letters


def test_new_recovery_codes_and_every_new_password_are_told_by_mail(gun):
    client, _secret = with_app(gun)
    client.post(reverse("recovery_codes"))
    client.post(reverse("password_change"), {"password": "ännu en lång mening för mig"})
    other = Client()
    other.get(reverse("invitation"), {"nyckel": link_key(User.objects.get(pk=gun.pk))})
    choose(other, "och så en tredje lång mening")
    expected = ("access.factor_codes_renewed", "access.password_changed", "access.password_chosen")
    assert [name for name in letters_to(gun) if name in expected] == list(expected)
    for row in OutgoingMail.objects.filter(user_id=gun.pk):
        assert queue.run(row.job_id)
        row.refresh_from_db()
        assert row.state == OutgoingMail.State.SENT


def test_an_administrator_takes_lost_factors_away_and_their_owner_is_told(anna, world, stina):
    client, _secret = with_app(anna)
    page, address = (reverse(n, args=[anna.pk]) for n in ("person", "person_factors_reset"))
    assert address in stina.get(page).content.decode()
    assert stina.post(address)["Location"] == page
    assert factors.of(anna) == []
    assert not reaches(client, "/")
    assert letters_to(anna)[-1] == "access.factor_reset"
    assert told_of(anna, world.person("stina.alm"), "access.factor.reset") == 1
    assert address not in stina.get(page).content.decode()
    assert type_password(Client(), "anna.ek")["Location"] == reverse("factor_choice")


@pytest.mark.parametrize("page", ["person_codes_again", "person_factors_reset"])
def test_nobody_does_so_for_themselves_and_nobody_without_a_fresh_factor(world, anna, page):
    own = with_password(world, "stina.alm")
    client, _secret = with_app(own)
    with_app(anna)
    froze(own)
    froze(anna)
    client.post(reverse(page, args=[own.pk]))
    assert factors.frozen(own)
    assert factors.of(own)
    assert (
        f'"{reverse(page, args=[own.pk])}"'
        not in client.get(reverse("person", args=[own.pk])).content.decode()
    )
    with later(6):
        assert client.post(reverse(page, args=[anna.pk])).status_code == 403
    assert factors.frozen(anna)
    assert factors.of(anna)
