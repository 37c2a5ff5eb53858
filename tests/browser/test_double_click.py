"""A double click does it once: the page's script holds it back, and the server where there is none."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import bra_meeting as bra
from tests.browser.documents import long_day

pytestmark = pytest.mark.parametrize(
    "scripts", [True, False], ids=["with scripts", "without scripts"]
)


COUNT = """() => {
  sessionStorage.setItem("sent", 0);
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sessionStorage.setItem("sent", Number(sessionStorage.sent) + 1);
  });
}"""
"""Counts the sendings that the page's script lets through."""


def press_twice(button: Locator, scripts: bool) -> None:
    """Two clicks at once. Without scripts, the same form sent whole twice: a browser that nobody
    holds back may give up the first sending, and then the server has nothing to prove."""
    page = button.page
    if scripts:
        page.evaluate(COUNT)
        with page.expect_navigation():
            button.dblclick(no_wait_after=True)
        page.wait_for_load_state()
        # The server would take a second sending for the first: that there is none is the script's.
        assert page.evaluate("sessionStorage.getItem('sent')") == "1"
        return
    posting = page.expect_request(lambda request: request.method == "POST")
    with posting as sent, page.expect_navigation():
        button.click()
    again = page.context.request.post(
        sent.value.url,
        data=sent.value.post_data_buffer,
        headers={"Content-Type": sent.value.headers["content-type"], "Referer": page.url},
        max_redirects=0,
    )
    assert again.status in (302, 303), again.status


def button(page: Page, name: str, within: str = "main") -> Locator:
    return page.locator(within).get_by_role("button", name=name)


def test_planning_and_calling(portal, visit, scripts):
    forum = portal.stage.council()
    page = visit("anna.ek", java_script_enabled=scripts)
    page.goto(f"/forum/{forum['pk']}/")
    press_twice(button(page, "Skapa nästa möte"), scripts)
    page.wait_for_url("**/planera/")
    (meeting,) = portal.stage.meetings_of(forum=forum["pk"])

    press_twice(button(page, "Skicka kallelse"), scripts)
    page.wait_for_url(f"**/moten/{meeting['pk']}/")
    portal.settle()
    letters = portal.invitations(forum["name"])
    assert len(letters) == len(bra.MEMBERS)


def test_adding_to_an_item_and_finishing(portal, visit, scripts):
    forum = portal.stage.council()
    meeting = portal.stage.running(forum=forum["pk"], titles=["Den enda punkten"], present=True)
    page = visit("anna.ek", java_script_enabled=scripts)
    page.goto(f"/moten/{meeting['pk']}/for-protokoll/{meeting['items']['Den enda punkten']}/")
    page.get_by_label("Nytt beslut", exact=True).and_(page.locator("textarea")).fill("Ja.")
    press_twice(button(page, "Lägg till beslut"), scripts)
    page.get_by_label("Vad", exact=True).fill("Skriva")
    page.get_by_label("Ansvarig", exact=True).fill("Anna Ek")
    press_twice(button(page, "Lägg till åtgärd"), scripts)
    expect(page.locator(".entries > li")).to_have_count(2)
    (item,) = portal.stage.items_of(meeting=meeting["pk"])
    assert (item["decisions"], item["actions"]) == (["Ja."], ["Skriva"])

    press_twice(button(page, "Avsluta mötet", within=".actions--bar"), scripts)
    page.wait_for_url("**/protokoll/")
    assert len(portal.stage.minutes_of(meeting=meeting["pk"])) == 1
    portal.settle()
    assert len(portal.letters_to_owners(forum["name"], long_day(meeting["day"]))) == 1


def test_registering_afterwards(portal, visit, scripts):
    forum = portal.stage.council()
    page = visit("anna.ek", java_script_enabled=scripts)
    page.goto(f"/forum/{forum['pk']}/i-efterhand/")
    page.get_by_label("Datum", exact=True).fill("i går")
    button(page, "Markera alla som närvarande").click()
    page.locator(".afterwards__item").first.get_by_label("Anteckningar").fill("Rådet möttes.")
    press_twice(button(page, "Spara och skapa protokollet"), scripts)
    page.wait_for_url("**/protokoll/")
    assert len(portal.stage.meetings_of(forum=forum["pk"])) == 1


def test_marking_as_done_and_undoing(portal, visit, scripts):
    forum = portal.stage.council()
    action = portal.stage.action(forum=forum["pk"], text="Ringa", owner="anna.ek", days=3)
    page = visit("anna.ek", java_script_enabled=scripts)
    page.goto(f"/atgarder/{action}/")
    press_twice(button(page, "Markera som klar").first, scripts)
    expect(page.locator("main")).to_contain_text("Klart.")
    press_twice(button(page, "Ångra"), scripts)
    expect(page.locator("main")).to_contain_text("öppen igen")
    (kept,) = portal.stage.actions_of(forum=forum["pk"])
    assert kept["changes"] == ["created", "done", "reopened"]


def test_sending_a_report_and_attesting_it(portal, visit, scripts):
    place = portal.stage.administration()
    report = portal.stage.ready_report(organisation=place["pk"])
    per = visit("per.holm", java_script_enabled=scripts)
    per.goto(f"/resurser/{report}/kontrollera/")
    press_twice(button(per, "Skicka för attest"), scripts)
    expect(per.locator("main")).to_contain_text("Rapporten är inte inskickad än.")
    assert portal.stage.report_told(report=report)["versions"] == []

    gunnar = visit("gunnar.ask", java_script_enabled=scripts)
    gunnar.goto(f"/resurser/{report}/attestera/")
    press_twice(button(gunnar, "Attestera och skicka in"), scripts)
    gunnar.wait_for_url("**/resurser/inskickad/**")
    portal.settle()
    told = portal.stage.report_told(report=report)
    (version,) = told["versions"]
    assert (told["state"], version["has_file"]) == ("submitted", True)
    assert told["told"] == ["anna.ek", "oskar.lind"]


def test_setting_a_new_date(portal, visit, scripts):
    forum = portal.stage.council()
    action = portal.stage.action(forum=forum["pk"], text="Skriva", owner="anna.ek", days=3)
    page = visit("anna.ek", java_script_enabled=scripts)
    page.goto(f"/atgarder/{action}/")
    press_twice(button(page, "Om 2 veckor"), scripts)
    expect(page.locator("main")).to_contain_text("nytt datum")
    (kept,) = portal.stage.actions_of(forum=forum["pk"])
    assert kept["changes"] == ["created", "moved"]
