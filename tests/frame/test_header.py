"""Who the header says one is: the roles, and the places they are held for, kept short."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.actors.models import DistrictMembership

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def role_line(world, username: str) -> str:
    client = Client()
    client.force_login(world.person(username))
    page = client.get("/").content.decode()
    found = re.search(r'<span class="who__role">(.*?)</span>', page)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    ("username", "line"),
    [
        # A role for the whole municipality has its name beside it.
        ("anna.ek", "Strategisk samordnare"),
        ("maria.sten", "Partnerskapssamordnare, Baronbackarna, Vivalla"),
        ("mats.orn", "Partnerskapssamordnare, Almby, Brickebacken och 3 till"),
        ("per.holm", "Rapportör, Socialförvaltningen"),
        ("eva.strand", "Polisens kontaktperson, Polisen, lokalpolisområde Örebro"),
        # Who only has a seat stands for an organisation in it.
        ("gun.malm", "Ledamot, Föreningen Grannkraft"),
        ("ny.person", ""),
    ],
)
def test_the_header_says_as_what_and_where_one_is_here(world, username, line):
    assert role_line(world, username) == line


def test_a_place_that_is_no_longer_ones_own_is_gone_at_the_next_page(world):
    held = DistrictMembership.objects.filter(user=world.person("maria.sten")).order_by("pk")
    gone, *_rest = held
    assert gone.district.name in role_line(world, "maria.sten")
    yesterday = timezone.localdate() - timedelta(days=1)
    held.filter(pk=gone.pk).update(valid_to=yesterday)
    assert gone.district.name not in role_line(world, "maria.sten")
