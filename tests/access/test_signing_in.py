"""Signing in and out: alike for every account, led nowhere else, and nothing left behind."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import clear_url_caches, reverse
from django.utils import timezone

from coordination.audit import log
from tests.structure.pages import urlconf

pytestmark = pytest.mark.django_db

PASSWORD = "en lång mening som ingen annan har"
SIGN_IN = "/konto/login/"
FIELD_KEY = "a-key-of-its-own-for-the-fields-of-the-database"


@pytest.fixture
def gun(world):
    """She has a seat and nothing else, so a password is enough for her; and she has been here before."""
    person = world.person("gun.malm")
    person.set_password(PASSWORD)
    person.notice_read_at = timezone.now()
    person.save()
    return person


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"login": username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def without_token(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


# Signing in --------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_leads_to_the_start_page(client, gun):
    answer = sign_in(client, "gun.malm")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)
    event = log.events(zone=log.Zone.COORDINATION, by=gun).first()
    assert event.event == "access.signed_in"


def test_the_log_says_whether_the_place_is_new_and_never_which_it_is(client, gun):
    def sign_in_from(browser: Client, address: str) -> dict:
        browser.post(SIGN_IN, {"login": "gun.malm", "password": PASSWORD}, REMOTE_ADDR=address)
        event = log.events(by=gun).filter(event="access.signed_in").first()
        browser.post("/konto/logout/")
        assert address not in str(event.__dict__)
        return event.facts

    here, there = "192.0.2.7", "198.51.100.9"
    assert sign_in_from(client, here) == {"device": "new", "network": "new"}
    assert sign_in_from(client, here) == {"device": "known", "network": "known"}
    assert sign_in_from(Client(), here) == {"device": "new", "network": "known"}
    assert sign_in_from(client, there) == {"device": "known", "network": "new"}
    assert log.events(by=gun).filter(event="access.signed_in").count() == 4


def test_the_session_gets_a_new_key_at_sign_in(client, gun):
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    sign_in(client, "gun.malm")
    assert is_signed_in(client)
    assert client.session.session_key != before
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_signed_in(other)


def test_a_wrong_password_is_answered_with_a_sentence_and_keeps_the_user_name(client, gun):
    answer = sign_in(client, "gun.malm", "fel")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="gun.malm"' in page
    summary = re.search(r'<div class="error-summary".*?</div>', page, re.DOTALL).group()
    assert re.search(r"<li>.*\w{4}.*</li>", summary, re.DOTALL), "the summary says nothing"
    assert not is_signed_in(client)


def test_an_empty_field_is_asked_for_by_its_name(client):
    page = client.post(reverse("account_login"), {"login": "", "password": ""}).content.decode()
    # Once in the summary and once at the field.
    assert (page.count("Ange användarnamn"), page.count("Ange lösenord")) == (2, 2)


def test_existing_missing_disabled_and_passwordless_accounts_answer_alike(gun, world):
    disabled = world.person("oskar.lind")
    disabled.set_password(PASSWORD)
    disabled.is_active = False
    disabled.save()
    tries = {
        "gun.malm": "fel lösenord",
        "maria.sten": PASSWORD,
        "oskar.lind": PASSWORD,
        "finns.inte": PASSWORD,
    }
    answers = {}
    for username, password in tries.items():
        answer = sign_in(Client(REMOTE_ADDR=f"10.0.0.{len(answers) + 1}"), username, password)
        answers[username] = (
            answer.status_code,
            sorted(answer.headers),
            sorted(answer.cookies),
            without_token(answer).replace(username, "NAME"),
        )
    reference = answers.pop("gun.malm")
    assert reference[0] == 200
    for username, answer in answers.items():
        assert answer == reference, username


def test_a_failed_try_is_logged_without_what_was_typed(client, gun):
    sign_in(client, PASSWORD, "gun.malm")
    event = log.events(zone=log.Zone.COORDINATION).first()
    assert event.event == "access.sign_in_failed"
    assert event.actor == log.SYSTEM
    assert event.facts == {}
    assert event.object_key == ""


def test_nobody_can_make_an_account_or_ask_for_a_password_by_mail(client):
    for page in ("signup/", "password/reset/", "password/change/", "email/", "inactive/"):
        assert client.get(f"/konto/{page}").status_code == 404
        assert client.post(f"/konto/{page}").status_code == 404


def test_the_session_ends_with_the_browser_and_after_half_an_hour(client, gun):
    sign_in(client, "gun.malm")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert settings.SESSION_COOKIE_AGE == 30 * 60


def test_cookies_are_bound_to_the_host_where_there_is_tls():
    names = settings_of(PORTAL_BASE_URL="https://portal.example.org", PORTAL_FIELD_KEY=FIELD_KEY)
    assert names == "__Host-sessionid __Host-csrftoken True True True"


def settings_of(**environment: str) -> str:
    code = (
        "from coordination import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"
    )
    return run_python("-c", code, **environment).stdout.strip()


def run_python(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Another Python with settings of its own."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("PORTAL_") or k.endswith("_DIR")
    }
    kept.pop("DATABASE_URL", None)
    kept.pop("REDIS_URL", None)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**kept, "PORTAL_SECRET_KEY": "k" * 50, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# Led nowhere else ----------------------------------------------------------------------------------

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\x08//evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    " //evil.example",
)


@pytest.mark.parametrize("where", ELSEWHERE)
def test_after_sign_in_nobody_is_led_away_from_the_portal(client, gun, where):
    answer = sign_in(client, "gun.malm", next=where)
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_who_is_signed_in_already_is_not_led_away_either(client, world, where):
    client.force_login(world.person("anna.ek"))
    answer = client.get(SIGN_IN, {"next": where})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_the_choice_of_language_leads_nobody_away(client, where):
    answer = client.post("/sprak/", {"language": "en", "next": where})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_signing_out_leads_nobody_away(client, world, where):
    client.force_login(world.person("anna.ek"))
    answer = client.post(reverse("account_logout") + "?next=" + where, {"next": where})
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_button_leads_back_to_a_foreign_page_that_says_it_was_the_one_before(
    client, world, where
):
    client.force_login(world.person("anna.ek"))
    action = world.held["bra"].actions.order_by("pk").first()
    answer = client.post(reverse("action_done", args=[action.pk]), headers={"Referer": where})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/") or "//testserver/" in answer["Location"]


def test_a_page_of_the_portal_is_led_back_to(client, gun):
    assert sign_in(client, "gun.malm", next="/moten/?page=2")["Location"] == "/moten/?page=2"


# Signing out ---------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_clears_what_the_browser_kept_and_is_logged(client, world):
    client.force_login(world.person("anna.ek"))
    key = client.session.session_key
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 302
    assert "cache" in answer["Clear-Site-Data"]
    assert not is_signed_in(client)
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_signed_in(old)
    event = log.events(zone=log.Zone.COORDINATION, by=world.person("anna.ek")).first()
    assert event.event == "access.signed_out"


def test_following_a_link_signs_nobody_out(client, world):
    client.force_login(world.person("anna.ek"))
    answer = client.get(reverse("account_logout"))
    assert answer.status_code == 200
    assert "Clear-Site-Data" not in answer
    assert is_signed_in(client)


# The demo's way in -----------------------------------------------------------------------------------


@pytest.fixture
def in_the_demo() -> Iterator[None]:
    with override_settings(DEMO=True, ROOT_URLCONF=urlconf(DEMO=True)):
        clear_url_caches()
        yield
    clear_url_caches()


def test_in_the_demo_one_click_signs_in_as_a_member_of_the_cast(client, world, in_the_demo):
    answer = client.post("/demo/sign-in/", {"user": "anna.ek"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(world.person("anna.ek").pk)


def test_in_the_demo_one_click_leads_on_to_where_one_was_going(client, world, in_the_demo):
    there = reverse("meeting", args=[world.next["bra"].pk])
    asked = client.get(there)
    page = client.get(asked["Location"]).content.decode()
    assert f'name="next" value="{there}"' in page
    answer = client.post("/demo/sign-in/", {"user": "anna.ek", "next": there})
    assert answer["Location"] == there
    answer = client.post("/demo/sign-in/", {"user": "anna.ek", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_the_demo_signs_nobody_in_who_does_not_exist_or_is_disabled(client, world, in_the_demo):
    oskar = world.person("oskar.lind")
    oskar.is_active = False
    oskar.save()
    for username in ("oskar.lind", "finns.inte", "", "\0"):
        assert client.post("/demo/sign-in/", {"user": username}).status_code == 404
    assert not is_signed_in(client)


def test_the_demos_way_in_asks_for_a_token_and_is_no_link(world, in_the_demo):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/demo/sign-in/", {"user": "anna.ek"}).status_code == 403
    assert client.get("/demo/sign-in/").status_code == 405


def test_outside_the_demo_the_address_does_not_exist_and_nobody_is_listed(client, world):
    assert client.post("/demo/sign-in/", {"user": "anna.ek"}).status_code == 404
    assert "anna.ek" not in client.get(SIGN_IN).content.decode()


def test_the_view_refuses_where_the_address_was_left_by_mistake(client, world):
    with override_settings(DEMO=False, ROOT_URLCONF=urlconf(DEMO=True)):
        clear_url_caches()
        assert client.post("/demo/sign-in/", {"user": "anna.ek"}).status_code == 404
        assert not is_signed_in(client)
    clear_url_caches()


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"PORTAL_DEMO": "1", "PORTAL_ALLOWED_HOSTS": "portal.example.org"}, "access.E010"),
        ({"PORTAL_DEMO": "1", "PORTAL_ALLOWED_HOSTS": "localhost,*"}, "access.E010"),
        (
            {
                "PORTAL_DEMO": "1",
                "PORTAL_BASE_URL": "https://portal.example.org",
                "PORTAL_FIELD_KEY": FIELD_KEY,
            },
            "access.E010",
        ),
        ({"PORTAL_DEMO": "1"}, ""),
        ({"PORTAL_DEMO": "0", "PORTAL_ALLOWED_HOSTS": "portal.example.org"}, ""),
    ],
)
def test_the_demo_starts_on_this_machine_only(environment, found):
    ended = run_python("manage.py", "check", **environment)
    assert (found in ended.stderr) if found else ("access.E01" not in ended.stderr)
    assert ended.returncode == (1 if found else 0), ended.stderr


def test_the_deploy_check_refuses_the_demo():
    assert "access.E011" in run_python("manage.py", "check", "--deploy", PORTAL_DEMO="1").stderr
    assert "access.E011" not in run_python("manage.py", "check", "--deploy").stderr
