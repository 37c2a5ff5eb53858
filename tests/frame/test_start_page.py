"""The first page: what each person has to do, what is coming and what changed, and nothing foreign."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from coordination.access.vocabulary import ROLES
from coordination.actors import demo as cast
from coordination.actors.models import District, Organisation, PreventionLevel
from coordination.frame import start
from forums import actions, meetings, register
from forums.models import Action
from forums.owners import Owner
from tests import LONG
from tests.conftest import WatchfulClient
from tests.structure.browsing import read
from tests.world import READERS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_engine,
    pytest.mark.usefixtures("rendered_as_in_service"),
]

OF_A_PAGE = 3
"""So many addresses of a page are followed for each person; all of them in the long run."""
NAMES = [person.username for person in cast.CAST]


def text_of(world, username: str, address: str = "/") -> str:
    response = WatchfulClient(world, username).get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("username", NAMES)
def test_the_start_page_shows_nobody_anything_foreign(world, username):
    page = text_of(world, username)
    links = set(read_addresses(world, username))
    forums = {key for key, names in READERS.items() if username in names.split()}
    for key, meeting in world.held.items():
        if key not in forums and username != "leila.amiri":
            assert reverse("meeting", args=[meeting.pk]) not in links
    if username == "ny.person":
        assert "kanarie" not in page


def read_addresses(world, username: str) -> list[str]:
    client = Client()
    client.force_login(world.person(username))
    return read(client.get("/")).addresses


def test_every_link_on_everyones_start_page_and_lists_leads_somewhere(world):
    for username in NAMES:
        client = WatchfulClient(world, username)
        led_from: dict[str, str] = {}
        for page in ("/", "/moten/", "/atgarder/", "/forum/", "/att-gora/"):
            response = client.get(page)
            if response.status_code == 200:
                led_from |= dict.fromkeys(read(response).addresses, page)
        asked: Counter[str] = Counter()
        for address, page in led_from.items():
            if address.startswith("/") and not address.startswith("/static/"):
                name = resolve(re.split("[?#]", address)[0]).view_name
                asked[name] += 1
                if asked[name] > OF_A_PAGE and not LONG:
                    continue
                status = client.get(address).status_code
                assert status in (200, 302, 405), f"{username}: {page} → {address}: {status}"


def test_an_account_without_a_role_sees_the_explanation_and_the_way_out_only(world):
    page = text_of(world, "ny.person")
    assert "Ditt konto har ingen roll än" in page
    assert "kanarie" not in page
    addresses = set(read_addresses(world, "ny.person"))
    outside = {one for one in addresses if not one.startswith(("/static/", "#"))}
    assert outside <= {
        "/",
        "/hjalp/sett-nagot/?sida=start",
        "/konto/",
        "/konto/logout/",
        "/konto/session/",
        "/hjalp/",
        "/information/",
        "/tillganglighet/",
        "/personuppgifter/",
        "/sprak/",
    }


def test_the_owner_of_an_overdue_action_finds_it_first_with_one_button_to_finish_it(world):
    action = world.held["vivalla"].actions.order_by("pk").first()
    page = text_of(world, "per.holm")
    assert action.text in page
    client = Client()
    client.force_login(world.person("per.holm"))
    forms = [form for form in read(client.get("/")).forms if "klar" in form.action]
    assert reverse("action_done", args=[action.pk]) in {form.action for form in forms}
    client.post(reverse("action_done", args=[action.pk]))
    assert not Action.objects.get(pk=action.pk).is_open
    todo = re.search(r'aria-labelledby="to-do".*?</section>', text_of(world, "per.holm"), re.DOTALL)
    assert action.text not in todo.group()


def test_nobody_is_asked_to_do_what_another_owns(world):
    now = timezone.now()
    for username in NAMES:
        person = world.person(username)
        for row in start.tasks(person, now):
            if row.kind == "action":
                owned = Action.objects.filter(owners__user=person, text=row.title)
                assert owned.exists(), f"{username} is asked to do {row.title}"


def test_tasks_come_overdue_first_then_by_date(world):
    rows = start.tasks(world.person("per.holm"), timezone.now())
    assert len(rows) >= 2
    overdue = [row.overdue for row in rows]
    assert overdue == sorted(overdue, reverse=True)
    assert rows[0].overdue
    later = start.tasks(world.person("per.holm"), timezone.now() - timedelta(days=12))
    assert not any(row.overdue for row in later)


def test_the_task_list_can_be_narrowed_and_unknown_words_narrow_nothing(world):
    client = WatchfulClient(world, "per.holm")
    everything = client.get("/att-gora/").content.decode()
    assert client.get("/att-gora/?kind=action").status_code == 200
    assert "kanarieåtgärdvivalla" in client.get("/att-gora/?kind=action").content.decode()
    assert "kanarieåtgärdvivalla" not in client.get("/att-gora/?kind=okänd").content.decode()
    assert "kanarieåtgärdvivalla" in client.get("/att-gora/?overdue=kanske&x=y").content.decode()
    assert "kanarieåtgärdvivalla" in everything


def test_what_is_coming_reaches_fourteen_days_and_to_those_who_are_called(world):
    meeting = world.next["sig"]
    with time_machine.travel(meeting.starts_at - timedelta(days=3)):
        now = timezone.now()
        urls = {row.url for row in start.upcoming(world.person("per.holm"), now)}
        assert reverse("meeting", args=[meeting.pk]) in urls
        assert not start.upcoming(world.person("ulla.vik"), now)
        outside = {row.url for row in start.upcoming(world.person("anna.ek"), now)}
        assert reverse("meeting", args=[meeting.pk]) not in outside
    # The fourteenth day too, from its first minute, whatever the hour of the meeting.
    midnight = timezone.localtime(meeting.starts_at).replace(hour=0, minute=0)
    with time_machine.travel(midnight - timedelta(days=14)):
        urls = {row.url for row in start.upcoming(world.person("per.holm"), timezone.now())}
        assert reverse("meeting", args=[meeting.pk]) in urls
    with time_machine.travel(meeting.starts_at - timedelta(days=20)):
        assert not start.upcoming(world.person("per.holm"), timezone.now())


def test_at_most_five_changes_are_shown_newest_first(world):
    for username in NAMES:
        rows = start.changes(world.person(username))
        assert len(rows) <= 5
        assert rows == sorted(rows, key=lambda row: row.at, reverse=True)
        assert len({row.url for row in rows}) == len(rows)
    assert len(start.changes(world.person("anna.ek"))) == 5


@pytest.mark.parametrize("username", NAMES)
def test_every_link_of_the_navigation_leads_somewhere_for_the_person(world, username):
    client = WatchfulClient(world, username)
    page = client.get("/").content.decode()
    found = re.findall(r'class="site-nav__link" href="([^"]+)"', page)
    for address in found:
        assert client.get(address).status_code == 200, f"{username}: {address}"
    assert len(found) <= 6
    assert found[0] == "/"
    assert username != "ny.person" or found == ["/"]


def test_the_page_says_who_is_signed_in_and_as_what(world):
    for person in cast.CAST:
        page = text_of(world, person.username)
        assert person.name in page
        if person.role:
            assert str(ROLES[person.role].name) in page


def test_the_greeting_follows_the_clock_of_the_portal(world):
    at = timezone.now().replace(minute=0)
    local = [timezone.localtime(at + timedelta(hours=h)) for h in range(24)]
    words = {moment.hour: start.greeting(moment) for moment in local}
    assert {words[6], words[12], words[22]} == {"God morgon", "God dag", "God kväll"}
    assert words[3] == words[22]


def keep_forums(world, count: int, mark: str) -> None:
    """So many more forums that Anna leads, each with an action of hers and a meeting to call to or
    already called."""
    anna, office = world.person("anna.ek"), Organisation.objects.get(name=cast.OFFICE)
    for number in range(count):
        forum = register.establish(
            by=anna,
            name=f"Forum {mark} {number}",
            seats=[register.NewSeat(organisation=office, role="chair", user=anna)],
            levels=PreventionLevel.objects.all()[:2],
            districts=District.objects.all()[:2],
            interval_weeks=1,
            standing_items=[register.NewStandingItem(title="Lägesbild")],
        )
        meeting = meetings.plan_next(forum=forum, by=anna)
        if number % 2:
            meetings.call(meeting=meeting, by=anna)
        actions.create(
            forum=forum,
            text=f"Ring {number}",
            owners=[Owner(user=anna)],
            due=timezone.localdate() + timedelta(days=number),
            by=anna,
        )


def test_the_first_pages_ask_the_database_as_much_for_thirty_rows_as_for_one(world):
    client = Client()
    client.force_login(world.person("anna.ek"))

    def asked(address: str) -> list[str]:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return [query["sql"] for query in queries]

    pages = {"/": 30, "/att-gora/": 24, "/forum/": 10}
    keep_forums(world, 2, "ett")
    few = {address: asked(address) for address in pages}
    keep_forums(world, 30, "många")
    for address, most in pages.items():
        many = asked(address)
        assert len(many) == len(few[address]), "\n".join(many)
        assert len(many) <= most, address
