"""Help and the page about personal data: the person's own guides first, and only what is true."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse

from coordination.access.vocabulary import ROLES
from coordination.frame import contributions

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def guides(client) -> tuple[list[str], list[str]]:
    """The headings of the person's own guides, and of those folded away."""
    page = client.get(reverse("help")).content.decode()
    titles = {str(guide.title) for guide in contributions.guides}
    own = [text for text in re.findall("<h2>(.*?)</h2>", page) if text in titles]
    return own, re.findall("<summary>(.*?)</summary>", page)


def test_each_reads_the_guides_of_their_own_roles_first(world, signed_in_as):
    own, others = guides(signed_in_as("stina.alm"))
    assert own == [
        "Låt granska rättsliga grunder och gallringsregler",
        "Ge personer åtkomst",
        "Se att portalen fungerar",
        "Ditt konto",
    ]
    assert "För protokoll på ett möte" in others
    own, others = guides(signed_in_as("per.holm"))
    assert own == [
        "Uppdatera ett uppdrag",
        "Lämna resursrapporten",
        "Delta i ett forum",
        "Ditt konto",
    ]
    assert "Granska loggen" in others


def test_every_guide_is_there_for_who_is_not_signed_in(world, signed_in_as):
    own, others = guides(signed_in_as(""))
    assert own == ["Ditt konto"]
    assert len(others) == len(contributions.guides) - 1


def test_guides_name_roles_that_exist():
    for guide in contributions.guides:
        assert set(guide.roles) <= ROLES.keys()


def test_the_page_about_personal_data_says_what_the_law_asks_for(client):
    page = client.get(reverse("privacy")).content.decode()
    for said in (settings.DPO_EMAIL, "artikel 6.1 e", "Vem som ser", "Hur länge", "imy@imy.se"):
        assert said in page, said


def test_a_session_keeps_no_address_and_of_the_browser_only_its_name(world, settings):
    settings.DEMO = True
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0.1.2 Safari/537.36"
    client = Client(REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT=agent)
    client.force_login(world.person("anna.ek"))
    UserSession.objects.create(
        user=world.person("anna.ek"), ip="192.0.2.77", session_key="a", user_agent=agent
    )
    for session in UserSession.objects.all():
        assert session.ip == "0.0.0.0"
        assert session.user_agent == "Chrome/ Windows"
