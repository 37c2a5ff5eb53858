"""From an empty database to a portal that looks after itself, and back to two when one is left."""

import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access.models import User
from coordination.actors.models import Organisation, OrganisationMembership
from coordination.administration import people, roles
from coordination.administration.models import RoleRequest
from coordination.audit import log
from coordination.jobs import queue
from coordination.jobs.models import OutgoingMail
from tests.access.factor_hands import PASSWORD, code_now, shown_secret, type_password

pytestmark = pytest.mark.django_db

EVA = ("Eva", "Först", "eva.forst", "eva@example.org")
ADAM = ("Adam", "Andra", "adam.andra", "adam@example.org")


def command(*newcomers: tuple[str, ...], organisation: str = "Nya kommun", **more: Any) -> str:
    out = io.StringIO()
    call_command(
        "first_administrators",
        organisation=organisation,
        person=[list(newcomer) for newcomer in newcomers],
        stdout=out,
        **more,
    )
    return out.getvalue()


def links(said: str) -> list[str]:
    return re.findall(rf"{re.escape(settings.BASE_URL)}(/\S+)", said)


def enter(link: str, username: str) -> Client:
    """What the person does with the link: a password, an app, the recovery codes."""
    client = Client()
    choose = client.get(link).url
    client.post(choose, {"password": PASSWORD, "again": PASSWORD})
    assert type_password(client, username).status_code == 302
    assert client.get(reverse("person_invite")).status_code == 302, "a factor is asked for first"
    secret = shown_secret(client.get(reverse("app_add")))
    assert client.post(reverse("app_add"), {"code": code_now(secret)}).status_code == 302
    client.get(reverse("recovery_codes"))
    return client


def invite(client: Client, username: str, role: str) -> Any:
    organisation = Organisation.objects.get()
    form = {
        "first_name": "Tredje",
        "last_name": "Person",
        "email": f"{username}@example.org",
        "username": username,
        "role": role,
        "place": f"organisation:{organisation.pk}",
        "valid_from": timezone.localdate().isoformat(),
    }
    answer = client.post(reverse("person_invite"), form, follow=True)
    assert answer.redirect_chain, answer.content.decode()[-2000:]
    return User.objects.get(username=username)


def test_from_an_empty_database_two_people_come_in_and_look_after_the_portal():
    said = command(EVA, ADAM)
    first, second = links(said)
    assert "2 links." in said
    eva, adam = enter(first, "eva.forst"), enter(second, "adam.andra")

    third = invite(eva, "tredje.person", "reporter")
    assert OrganisationMembership.objects.active(timezone.localdate()).filter(user=third).exists()

    fourth = invite(eva, "fjarde.person", "reviewer")
    asked = RoleRequest.objects.get(user=fourth)
    assert adam.post(reverse("role_request", args=[asked.pk]), {"approve": "1"}).status_code == 302
    assert roles.holders(roles.REVIEWER).get() == fourth


def test_what_the_command_did_stands_in_the_log_as_the_systems_own_act():
    command(EVA, ADAM)
    events = log.events(zone=log.Zone.COORDINATION).order_by("sequence")
    assert {event.actor for event in events} == {log.SYSTEM}
    assert [event.event for event in events] == [
        "actors.organisation.added",
        "access.person.added",
        "access.role.given",
        "access.person.added",
        "access.role.given",
        "administration.account.link_made",
        "administration.account.link_made",
    ]


def test_a_link_works_once():
    link = links(command(EVA, ADAM))[0]
    enter(link, "eva.forst")
    again = Client()
    again.get(link)
    page = again.get(reverse("invitation"))
    assert b"eva.forst" not in page.content


def test_new_links_are_for_those_who_have_never_signed_in():
    first, second = links(command(EVA, ADAM))
    enter(first, "eva.forst")
    said = command(links=True)
    assert "eva.forst" not in said
    enter(links(said)[0], "adam.andra")
    assert "0 links" in command(links=True)
    late = Client()
    late.get(second)
    assert b"adam.andra" not in late.get(reverse("invitation")).content


def test_it_is_refused_while_two_administrators_are_active(world):
    with pytest.raises(CommandError, match="two administrators"):
        command(EVA, ADAM)
    assert not User.objects.filter(username="eva.forst").exists()


def test_a_second_one_is_added_to_a_single_one_and_those_who_must_know_are_told(world):
    left, *others = roles.holders(roles.ADMINISTRATOR).order_by("pk")
    for other in others:
        people.close(by=left, user=other, why="decided")
    place = OrganisationMembership.objects.filter(user=left, role=roles.ADMINISTRATOR).get()
    where = place.organisation.name
    for wrong in ((), (EVA, ADAM)):
        with pytest.raises(CommandError, match="1 times"):
            command(*wrong, organisation=where)
    assert len(links(command(EVA, organisation=where))) == 1
    eva = User.objects.get(username="eva.forst")
    assert set(roles.holders(roles.ADMINISTRATOR)) == {left, eva}
    sent = OutgoingMail.objects.filter(letter="administration.administrator_made")
    told = {left, *roles.holders(roles.REVIEWER)}
    assert len(told) > 1
    assert set(sent.values_list("user_id", flat=True)) == {user.pk for user in told}
    assert queue.run(sent.first().job_id)
    letter = mail.outbox[-1]
    assert "lades till på servern" in letter.subject
    assert "Eva" not in letter.subject + letter.body


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "organisation"),
        ({"organisation": "Nya kommun", "kind": "police"}, "municipality"),
        ({"organisation": " "}, "organisation"),
        ({"organisation": "N", "person": [EVA, EVA]}, "user name"),
        ({"organisation": "N", "person": [EVA, (*ADAM[:2], "Adam Andra", "a@example.org")]}, "a–z"),
        ({"organisation": "N", "person": [EVA, (*ADAM[:3], "no address")]}, "e-mail"),
        ({"organisation": "N", "person": [EVA, ("", *ADAM[1:])]}, "first name"),
        ({"organisation": "N", "person": [EVA]}, "2 times"),
    ],
)
def test_what_cannot_be_used_is_told_and_leaves_nothing_behind(given, why):
    with pytest.raises(CommandError, match=why):
        call_command("first_administrators", **{"person": [EVA, ADAM]} | given)
    assert not User.objects.exists()
    assert not Organisation.objects.exists()
    assert not log.events(zone=log.Zone.COORDINATION).exists()
