"""A meeting from its page to its minutes, with the keyboard alone."""

from playwright.sync_api import Page, expect

MOST_TABS = 200
NAMED = """(words) => {
  const one = document.activeElement;
  const labels = [...(one.labels || [])].map((label) => label.innerText).join(" ");
  return [one.innerText, one.value, labels, one.getAttribute("aria-label")]
    .some((text) => (text || "").trim().startsWith(words));
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what reads so has the focus."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(NAMED, words):
            return
    raise AssertionError(f"{words!r} is not reached")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def test_a_meeting_is_logged_by_keyboard_alone(portal, visit):
    forum = portal.stage.council()
    meeting = portal.stage.planned(forum=forum["pk"], titles=["Läget", "Övrigt"], called=True)
    page = visit("anna.ek")
    page.goto(f"/moten/{meeting['pk']}/")

    tab_to(page, "För protokoll")
    enter(page)
    tab_to(page, "Börja föra protokoll")
    enter(page)
    tab_to(page, "Markera alla som närvarande")
    enter(page)
    go_on(page)
    expect(page.locator("h1")).to_contain_text("Läget")
    expect(page.get_by_label("Anteckningar", exact=True)).to_be_focused()
    page.keyboard.type("Vi gick igenom läget.")
    tab_to(page, "Nytt beslut")
    page.keyboard.type("Rådet följer läget.")
    tab_to(page, "Lägg till beslut")
    enter(page)
    expect(page.locator("textarea[name=decision]")).to_be_focused()
    tab_to(page, "Vad")
    page.keyboard.type("Bevaka läget")
    tab_to(page, "Ansvarig")
    page.keyboard.type("Nils Frisk")
    tab_to(page, "Nästa möte")
    page.keyboard.press("ArrowRight")
    go_on(page)
    expect(page.locator("h1")).to_contain_text("Övrigt")
    page.keyboard.type("Inget mer.")
    tab_to(page, "Avsluta mötet")
    enter(page)

    page.wait_for_url("**/protokoll/")
    (one, other) = portal.stage.items_of(meeting=meeting["pk"])
    assert (one["notes"], one["decisions"]) == ("Vi gick igenom läget.", ["Rådet följer läget."])
    assert (one["actions"], other["notes"]) == (["Bevaka läget"], "Inget mer.")


def test_the_shortcut_can_be_switched_off(portal, visit):
    forum = portal.stage.council()
    meeting = portal.stage.running(forum=forum["pk"], titles=["Läget", "Övrigt"])
    page = visit("anna.ek")
    address = f"/moten/{meeting['pk']}/for-protokoll/{meeting['items']['Läget']}/"
    page.goto(address)
    page.get_by_label("Använd kortkommandot").uncheck()
    page.get_by_label("Anteckningar", exact=True).press("Control+Enter")
    page.reload()
    expect(page.get_by_label("Använd kortkommandot")).not_to_be_checked()
    expect(page.locator("h1")).to_contain_text("Läget")
    page.get_by_label("Använd kortkommandot").check()
    page.get_by_label("Anteckningar", exact=True).focus()
    go_on(page)
    expect(page.locator("h1")).to_contain_text("Övrigt")
