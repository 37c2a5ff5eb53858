"""After a restore nobody enters but the administrators that are vouched for, until roles are gone through."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access import policy
from coordination.access.models import User
from coordination.actors.models import OrganisationMembership
from coordination.administration import first_administrators, people, restored, roles
from coordination.audit import log
from tests.access.factor_hands import PASSWORD, type_password, with_password

pytestmark = pytest.mark.django_db


def command(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def stina(world) -> User:
    return world.person("stina.alm")


def ended_after_the_backup(username: str) -> OrganisationMembership:
    """A role that a restore has brought back."""
    return OrganisationMembership.objects.filter(user__username=username).first()


def test_nobody_is_in_and_nobody_gets_in(world):
    gun = with_password(world, "gun.malm")
    inside = Client()
    type_password(inside, "gun.malm")
    assert inside.get("/").status_code == 200
    before = User.objects.filter(is_active=True).count()
    assert command("close_restored") == f"{before} accounts closed.\n"
    assert inside.get("/").status_code == 302
    assert type_password(Client(), "gun.malm", PASSWORD).status_code == 200
    assert not User.objects.filter(is_active=True).exists()
    gun.refresh_from_db()
    assert not policy.roles_of(gun)
    command("rebuild_access", "--check")
    assert command("close_restored") == "0 accounts closed.\n"


def test_that_accounts_were_closed_and_opened_stands_in_the_log(world, stina):
    open_before = User.objects.filter(is_active=True).count()
    command("close_restored")
    command("open_restored", "stina.alm")
    events = log.events(zone=log.Zone.COORDINATION)
    closed = events.filter(event="access.person.closed", facts__why="restored")
    opened = events.filter(event="access.person.opened", facts__why="restored")
    assert closed.count() == open_before
    assert opened.count() == 1
    assert {event.actor for event in [*closed, *opened]} == {log.SYSTEM}


def test_a_named_administrator_ends_a_role_that_came_back_and_then_everybody_enters(world, stina):
    command("close_restored")
    assert command("open_restored", "stina.alm").startswith("1 accounts opened, ")
    stina.refresh_from_db()
    client = Client()
    client.force_login(stina)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": timezone.now().timestamp()}
    ]
    session.save()
    back = ended_after_the_backup("sofia.dahl")
    assert client.get(reverse("person", args=[back.user_id])).status_code == 200
    roles.end(by=stina, held=back)
    waiting = restored.waiting().count()
    assert command("open_restored", "--all") == f"{waiting} accounts opened.\n"
    sofia = User.objects.get(username="sofia.dahl")
    assert sofia.is_active
    assert back.role not in policy.roles_of(sofia)
    assert policy.roles_of(User.objects.get(username="anna.ek"))


def test_what_an_administrator_closed_before_stays_closed(world, stina):
    gun = world.person("gun.malm")
    people.close(by=stina, user=gun, why="decided")
    command("close_restored")
    command("open_restored", "--all")
    gun.refresh_from_db()
    assert not gun.is_active
    assert User.objects.filter(is_active=True).count() == User.objects.count() - 1


def test_an_administrator_opens_one_account_and_leaves_the_others(world, stina):
    command("close_restored")
    command("open_restored", "stina.alm")
    gun, anna = world.person("gun.malm"), world.person("anna.ek")
    gun.refresh_from_db()
    people.reopen(by=stina, user=gun)
    people.close(by=stina, user=gun, why="decided")
    assert anna in restored.waiting()
    assert gun not in restored.waiting()
    command("open_restored", "--all")
    gun.refresh_from_db()
    assert not gun.is_active


@pytest.mark.parametrize(
    "words", [["gun.malm"], ["stina.alm", "nobody"], [], ["stina.alm", "--all"]]
)
def test_only_administrators_are_let_in_first_all_or_none(world, words):
    command("close_restored")
    with pytest.raises(CommandError):
        command("open_restored", *words)
    assert not User.objects.filter(is_active=True).exists()


def test_where_no_administrator_is_left_two_new_ones_can_be_made(world):
    command("close_restored")
    assert first_administrators.missing() == 2
