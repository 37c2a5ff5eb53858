"""After signing out nothing can be read by going back."""

import re

from playwright.sync_api import expect


def test_back_shows_nothing_after_sign_out(portal, visit):
    forum = portal.stage.council()
    page = visit("anna.ek", anew=True)
    page.goto("/forum/")
    page.goto(f"/forum/{forum['pk']}/")
    expect(page.locator("h1")).to_contain_text(forum["name"])
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/konto/**")
    for _time in range(3):
        page.go_back()
        page.wait_for_load_state()
        expect(page).to_have_url(re.compile("/konto/"))
        assert forum["name"] not in page.content()


def test_a_page_that_needs_signing_in_comes_back_after_it(portal, visit):
    forum = portal.stage.council()
    page = visit("")
    page.goto(f"/forum/{forum['pk']}/")
    page.wait_for_url("**/konto/login/**")
    assert forum["name"] not in page.content()
