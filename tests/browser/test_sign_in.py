"""Signing in with a key that the browser itself holds, the warning before the end, and Back afterwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import START_PAGE

PASSWORD = "en lång mening som ingen annan har"


@pytest.fixture
def newcomer(portal, visit) -> Page:
    """Stina, an administrator with a password and no second factor, on a computer that has a key."""
    portal.stage.give_password(username="stina.alm", password=PASSWORD)
    page = visit("")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def type_password(page: Page) -> None:
    page.goto("/konto/login/")
    page.locator("#id_login").fill("stina.alm")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form[action='/konto/login/'] button[type=submit]").click()


def test_a_key_is_added_then_asked_for_at_sign_in_and_at_a_sensitive_act(newcomer):
    page = newcomer
    type_password(page)
    expect(page).to_have_url(re.compile("/konto/faktor/$"))
    page.goto("/moten/")
    expect(page).to_have_url(re.compile("/konto/faktor/$"))
    page.locator("a[href='/konto/faktor/nyckel/']").click()
    page.locator("#id_name").fill("Min dator")
    page.locator("[data-webauthn-start]").click()
    expect(page).to_have_url(re.compile("/konto/faktor/koder/$"))
    expect(page.locator(".codes li")).to_have_count(10)
    page.locator("main a.ds-button").click()
    expect(page).to_have_url(re.compile("/$"))
    page.locator("form[action='/konto/logout/'] button").click()
    type_password(page)
    expect(page).to_have_url(re.compile("/konto/andra-steget/$"))
    page.locator("[data-webauthn-start]").click()
    page.wait_for_url(START_PAGE)
    page.goto("/konto/bekrafta/?next=/konto/")
    page.locator("[data-webauthn-start]").click()
    expect(page).to_have_url(re.compile("/konto/$"))


def test_five_minutes_before_the_end_one_click_extends_ten_times_and_more(visit):
    page = visit("")
    page.clock.install()
    page.goto("/konto/login/")
    page.locator("button[name=user][value='jonas.berg']").click()
    page.wait_for_url(START_PAGE)
    for _n in range(11):
        page.clock.fast_forward(26 * 60 * 1000)
        expect(page.locator("[data-session] .alert--warning")).to_be_visible()
        page.locator("[data-session] button").click()
        expect(page.locator("[data-session] .alert--success")).to_be_visible()


def test_after_signing_out_back_shows_nothing(visit):
    page = visit("anna.ek", anew=True)
    page.goto("/konto/")
    page.locator("form[action='/konto/logout/'] button").first.click()
    page.wait_for_url("**/konto/login/**")
    page.go_back()
    expect(page).to_have_url(re.compile("/konto/login/"))
    assert "anna.ek@example.org" not in page.content()
