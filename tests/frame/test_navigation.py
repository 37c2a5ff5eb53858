"""Which links win a place in the bar when there are more than it holds."""

import pytest
from django.test import RequestFactory

from coordination.frame import contributions, navigation
from coordination.frame.contributions import Link

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

# pages/common.md 2.2: what each role is to have in the bar.
BAR = {
    "anna.ek": "start meetings assignments resources training reports",
    "maria.sten": "start cases meetings training assignments knowledge",
    "nils.frisk": "start shares meetings knowledge",
}


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


@pytest.mark.parametrize("username", BAR)
def test_the_links_a_role_is_to_have_win_the_bar_once_they_exist(username, world, monkeypatch):
    keys = {key for order in navigation.ORDER.values() for key in order.split()}
    links = [Link(key, key, "start", lambda user: True) for key in sorted(keys)]
    monkeypatch.setattr(contributions, "links", links)
    items = navigation.items_for(request_of(world.person(username)))
    wanted = BAR[username].split()
    assert [item.label for item in items][: len(wanted)] == wanted
    assert "actions" in [item.label for item in items]


def test_while_there_are_few_links_all_of_them_stand_in_the_bar(world):
    for username in ("tove.lind", "nils.frisk"):
        items = navigation.items_for(request_of(world.person(username)))
        assert 2 < len(items) <= navigation.MOST, username


def test_where_there_are_more_the_first_of_the_role_stand_in_the_bar(world):
    items = navigation.items_for(request_of(world.person("anna.ek")))
    assert [item.url for item in items][:4] == ["/", "/moten/", "/uppdrag/", "/resurser/"]
    assert [item.url for item in items][navigation.MOST :] == [
        *("/kunskap/", "/riktlinjer/", "/rattsliga-grunder/")
    ]
    items = navigation.items_for(request_of(world.person("bo.kvist")))
    assert [item.url for item in items][:3] == ["/", "/logg/", "/gallring/"]
    assert [item.url for item in items][navigation.MOST :][-1] == "/riktlinjer/"
