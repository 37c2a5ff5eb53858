"""Sessions: how long they last, which there are, and that everything that ends them does so at once."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access import factors, people, sessions
from coordination.access.models import User
from coordination.audit import log
from coordination.writing import drafts
from forums.models import Seat
from tests.access.factor_hands import Key, code_now, shown_secret, type_password, with_password

pytestmark = pytest.mark.django_db

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


@pytest.fixture
def gun(world) -> User:
    return with_password(world, "gun.malm")


def signed_in(username: str, agent: str = WINDOWS) -> Client:
    client = Client(headers={"user-agent": agent})
    assert type_password(client, username).status_code == 302
    return client


def inside(client: Client) -> bool:
    return client.get("/").status_code == 200


def at(**later: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**later))


# How long ------------------------------------------------------------------------------------------


def test_after_half_an_hour_without_a_request_the_session_is_over(gun):
    client = signed_in("gun.malm")
    with at(minutes=29):
        assert inside(client)
    with at(minutes=29 + 31):
        answer = client.get("/moten/?page=2")
        assert answer["Location"] == "/konto/login/?next=%2Fmoten%2F%3Fpage%3D2&avslutad=1"


def test_however_busy_a_session_lasts_ten_hours(gun):
    client = signed_in("gun.malm")
    for minutes in range(20, 600, 20):
        with at(minutes=minutes):
            assert inside(client), minutes
    with at(minutes=601):
        assert not inside(client)
    # It is over for good, whatever the clock says.
    assert not inside(client)


def test_one_click_extends_more_than_ten_times(gun):
    client = signed_in("gun.malm")
    for n in range(1, 13):
        with at(minutes=26 * n):
            answer = client.post(reverse("session"), headers={"accept": "application/json"})
            assert answer.json()["left"] > settings.SESSION_COOKIE_AGE - 10
    with at(minutes=26 * 12 + 20):
        assert inside(client)


def test_without_javascript_a_page_says_until_when_and_extends(gun):
    half = timedelta(minutes=30)
    # The minute may turn while somebody signs in.
    until = {timezone.localtime(timezone.now() + half).strftime("%H.%M")}
    client = signed_in("gun.malm")
    page = client.get(reverse("session")).content.decode()
    until.add(timezone.localtime(timezone.now() + half).strftime("%H.%M"))
    assert any(one in page for one in until)
    with at(minutes=25):
        assert client.post(reverse("session"))["Location"] == reverse("session")
    with at(minutes=50):
        assert inside(client)


def test_the_last_stretch_is_said_and_cannot_be_extended(gun):
    client = signed_in("gun.malm")
    session = client.session
    session[sessions.BEGAN] = time.time() - settings.SESSION_LONGEST + 200
    session.save()
    answer = client.post(reverse("session"), headers={"accept": "application/json"}).json()
    assert answer["last"]
    assert answer["left"] <= 200
    page = client.get(reverse("start")).content.decode()
    assert 'data-session-last="1"' in page


def test_what_was_being_written_is_there_after_the_session_ran_out_and_a_new_sign_in(world, gun):
    """Kept by the server while it is typed, so that no browser has to."""
    client = signed_in("gun.malm")
    drafts.keep(user=gun, place="somewhere:1", data={"notes": "halvskrivet"})
    with at(minutes=40):
        assert not inside(client)
        again = signed_in("gun.malm")
        assert inside(again)
        assert drafts.of(user=gun, place="somewhere:1").data == {"notes": "halvskrivet"}


def test_notes_of_a_meeting_come_back_after_the_session_ran_out(world):
    from tests.structure.module_world import begun

    anna = with_password(world, "anna.ek")
    meeting = begun(world, "bra")
    item = meeting.items.in_order().first()
    client = Client()
    client.force_login(anna)
    page = reverse("log_item", args=[meeting.pk, item.pk])
    fields = {"version": item.version, "notes": "Kom ihåg det här", "new_action_text": "Ring"}
    saved = client.post(
        reverse("log_item_autosave", args=[meeting.pk, item.pk]),
        fields,
        headers={"x-autosave": "1"},
    )
    assert saved.status_code == 200
    with at(minutes=40):
        assert client.get(page).status_code == 302
        client.force_login(world.person("anna.ek"))
        assert "Kom ihåg det här" in client.get(page).content.decode()


def test_signing_out_says_that_something_is_kept(gun):
    client = signed_in("gun.malm")
    drafts.keep(user=gun, place="somewhere:1", data={"notes": "x"})
    client.post(reverse("account_logout"))
    assert "alert" in client.get("/konto/login/").content.decode()


# Which there are -----------------------------------------------------------------------------------


def test_ones_sessions_are_listed_with_device_and_time_and_the_others_are_ended(gun):
    here, phone = signed_in("gun.malm"), signed_in("gun.malm", IPHONE)
    devices = here.get(reverse("account")).context["devices"]
    assert [device.current for device in devices] == [True, False]
    assert {"Chrome", "Safari"} == {device.name.split()[0] for device in devices}
    before = here.session.session_key
    here.post(reverse("sessions_end"))
    assert inside(here)
    assert here.session.session_key != before
    assert not inside(phone)
    assert len(here.get(reverse("account")).context["devices"]) == 1


def test_ending_the_others_is_logged_when_there_was_another(gun):
    ended = log.events(by=gun).filter(event="access.sessions.ended")
    here = signed_in("gun.malm")
    here.post(reverse("sessions_end"))
    assert ended.count() == 0
    assert inside(here)
    signed_in("gun.malm", IPHONE)
    for _time in range(3):
        here.post(reverse("sessions_end"))
    assert ended.count() == 1
    assert inside(here)


def test_nobody_sees_or_ends_anothers_sessions(world, gun):
    with_password(world, "ulla.vik")
    hers, other = signed_in("gun.malm"), signed_in("ulla.vik")
    assert len(other.get(reverse("account")).context["devices"]) <= 1
    other.post(reverse("sessions_end"))
    assert inside(hers)


# What ends them ------------------------------------------------------------------------------------


def test_a_closed_account_is_out_at_the_next_request_and_stays_out_when_it_opens_again(world, gun):
    client = signed_in("gun.malm")
    User.objects.filter(pk=gun.pk).update(is_active=False)
    assert not inside(client)
    sessions.end_all(by=None, user=gun)
    User.objects.filter(pk=gun.pk).update(is_active=True)
    assert not inside(client)


def test_an_ended_session_is_out_at_the_next_request_even_if_its_row_is_put_back(gun):
    client = signed_in("gun.malm")
    row = Session.objects.get(session_key=client.session.session_key)
    sessions.end_all(by=None, user=gun)
    assert not inside(client)
    row.save(force_insert=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert not inside(client)


def test_a_changed_password_ends_the_others_and_keeps_this_one(gun):
    here, other = signed_in("gun.malm"), signed_in("gun.malm")
    answer = here.post(reverse("password_change"), {"password": "en annan lång mening här"})
    assert answer.status_code == 302
    assert inside(here)
    assert not inside(other)


def test_a_weak_password_is_refused_with_a_sentence(gun):
    here = signed_in("gun.malm")
    for weak in ("kort", "password1234", "gun.malm.gun.malm"):
        assert here.post(reverse("password_change"), {"password": weak}).status_code == 200
    gun.refresh_from_db()
    assert gun.check_password("en lång mening som ingen annan har")


def test_a_password_may_be_a_long_text(gun):
    long = "Ett helt stycke text, med åäö och mellanslag. " * 6
    client = Client()
    type_password(client, "gun.malm")
    assert len(long) > 256
    assert client.post(reverse("password_change"), {"password": long}).status_code == 200
    assert client.post(reverse("password_change"), {"password": long[:256]}).status_code == 302
    assert type_password(Client(), "gun.malm", long[:256]).status_code == 302


@pytest.mark.parametrize("kind", ["app", "key"])
def test_a_new_factor_ends_the_others_and_keeps_this_one(gun, kind):
    here, other = signed_in("gun.malm"), signed_in("gun.malm")
    if kind == "app":
        secret = shown_secret(here.get(reverse("app_add")))
        here.post(reverse("app_add"), {"code": code_now(secret)})
    else:
        options = here.get(reverse("key_add")).context["key_options"]
        credential = Key().create(options)
        here.post(reverse("key_add"), {"name": "Nyckel", "credential": credential})
    assert len(factors.of(gun)) == 1
    assert inside(here)
    assert not inside(other)


def test_a_role_that_ends_denies_at_the_next_request(world):
    client = Client()
    client.force_login(world.person("sofia.dahl"))
    seats = Seat.objects.filter(user=world.person("sofia.dahl"))
    forum = world.forums["bra"]
    assert client.get(reverse("forum", args=[forum.pk])).status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    for seat in seats:
        people.end_role(by=world.person("anna.ek"), held=seat, on=yesterday)
    assert client.get(reverse("forum", args=[forum.pk])).status_code == 404


# The first time ------------------------------------------------------------------------------------


def test_the_first_sign_in_tells_how_data_is_handled_and_the_second_does_not(gun):
    User.objects.filter(pk=gun.pk).update(notice_read_at=None)
    client = Client()
    assert type_password(client, "gun.malm")["Location"] == reverse("notice")
    assert client.get(reverse("notice")).status_code == 200
    assert client.post(reverse("notice"))["Location"] == "/"
    assert type_password(Client(), "gun.malm")["Location"] == "/"
