"""Swedish first, English for who chooses it, and never what the browser happens to prefer."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def language_of(response) -> tuple[str, str]:
    page = response.content.decode()
    return response["Content-Language"], page.split('lang="')[1][:2]


def test_the_portal_speaks_swedish_whatever_the_browser_prefers(client):
    for wish in ("en", "en-GB,en;q=0.9", "de", "", "sv;q=0.1,en;q=0.9"):
        answer = client.get("/hjalp/", headers={"Accept-Language": wish})
        assert language_of(answer) == ("sv", "sv")
        assert "Accept-Language" not in answer["Vary"]


def test_a_choice_is_kept_with_the_account_and_follows_to_another_browser(client, world):
    client.force_login(world.person("anna.ek"))
    assert client.post("/sprak/", {"language": "en", "next": "/hjalp/"})["Location"] == "/hjalp/"
    assert language_of(client.get("/")) == ("en", "en")
    assert world.person("anna.ek").language == "en"
    other = Client()
    other.force_login(world.person("anna.ek"))
    assert language_of(other.get("/")) == ("en", "en")


def test_a_choice_before_signing_in_is_kept_on_the_browser(client):
    client.post("/sprak/", {"language": "en"})
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, bool(cookie["httponly"]), cookie["samesite"]) == ("en", True, "Lax")
    assert language_of(client.get("/konto/login/")) == ("en", "en")


def test_the_accounts_choice_wins_over_the_browsers(client, world):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(world.person("oskar.lind"))
    assert language_of(client.get("/")) == ("sv", "sv")


@pytest.mark.parametrize("language", ["de", "", "sv-se", "../sv", "<b>"])
def test_a_language_that_is_not_there_changes_nothing(client, world, language):
    client.force_login(world.person("anna.ek"))
    answer = client.post("/sprak/", {"language": language})
    assert answer.status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert world.person("anna.ek").language == "sv"


def test_a_cookie_with_a_language_that_is_not_there_is_passed_over(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert language_of(client.get("/hjalp/")) == ("sv", "sv")


def test_the_switch_names_the_other_language_in_its_own_words(client):
    page = client.get("/hjalp/").content.decode()
    assert (
        '<button class="link-button" type="submit" name="language" value="en" lang="en">English'
        in page
    )
    assert ">Svenska</button>" not in page


def test_the_language_of_one_request_does_not_follow_to_the_next(client, world):
    anna = world.person("anna.ek")
    anna.language = "en"
    anna.save()
    client.force_login(anna)
    assert language_of(client.get("/"))[0] == "en"
    assert language_of(Client().get("/hjalp/"))[0] == "sv"


def test_choosing_a_language_asks_for_a_token():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sprak/", {"language": "en"}).status_code == 403


@pytest.mark.parametrize(
    "back", ["foo", "?x", "#x", "x y", "åäö", "account_logout", "//evil.example"]
)
def test_what_is_no_path_of_the_portal_leads_to_the_start_page(client, db, back):
    response = client.post(reverse("set_language"), {"language": "en", "next": back})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize("wanted", ["http://[", "foo", "//evil.example", "https://evil.example/"])
def test_signing_in_survives_any_wanted_address(client, db, wanted):
    assert client.get(reverse("account_login"), {"next": wanted}).status_code == 200
