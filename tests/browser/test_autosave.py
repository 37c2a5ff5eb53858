"""Nothing typed more than ten seconds ago is lost: not with the browser, the network or the session."""

import os
import re
import signal
import time
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bra_meeting as bra
from tests.browser.conftest import launch_options, sign_in
from tests.browser.portal import until

LOSS = 10
"""Seconds of typing that may be lost."""


@pytest.fixture
def running(portal):
    """A meeting of Anna's that is being logged, and the address of an item in it."""
    forum = portal.stage.council()
    meeting = portal.stage.running(forum=forum["pk"])
    item = meeting["items"][bra.ITEMS[2].title]
    meeting["address"] = f"/moten/{meeting['pk']}/for-protokoll/{item}/"
    return meeting


def notes(page: Page):
    return page.get_by_label("Anteckningar", exact=True)


def saved_notes(portal, meeting) -> str:
    items = portal.stage.items_of(meeting=meeting["pk"])
    return next(item["notes"] for item in items if item["title"] == bra.ITEMS[2].title)


def processes_of(profile: Path) -> list[int]:
    """Every process of the browser that was started with this profile, and of no other."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"--user-data-dir={profile}".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # It ended while we looked.
    return found


def kill(profile: Path) -> None:
    for pid in processes_of(profile):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # It went down with its parent.


def test_a_killed_browser_loses_at_most_ten_seconds(portal, driver, visit, tmp_path, running):
    context = driver.chromium.launch_persistent_context(
        tmp_path, base_url=portal.address, locale="sv-SE", **launch_options()
    )
    page = context.new_page()
    sign_in(page, "anna.ek")
    page.goto(running["address"])
    decision = "Rådet beslutar att höstens"
    page.get_by_label("Nytt beslut", exact=True).and_(page.locator("textarea")).fill(decision)
    notes(page).focus()
    typed: list[tuple[float, str]] = []
    began = time.monotonic()
    for number in count():
        word = f"ord{number} "
        page.keyboard.type(word, delay=30)
        typed.append((time.monotonic(), word))
        if time.monotonic() - began > LOSS + 3:
            break
    killed_at = time.monotonic()
    kill(tmp_path)
    kept = "".join(word for at, word in typed if at < killed_at - LOSS).strip()
    assert len(kept.split()) > 5

    again = visit("anna.ek")
    again.goto(running["address"])
    expect(notes(again)).to_have_value(beginning_with(kept))
    box = again.get_by_label("Nytt beslut", exact=True).and_(again.locator("textarea"))
    expect(box).to_have_value(decision)


def type_over(page: Page, selector: str, text: str) -> None:
    """As at the keyboard: what is filled in at once would hide what half a word does."""
    page.locator(selector).fill("")
    page.locator(selector).press_sequentially(text, delay=10)


def test_a_killed_browser_loses_no_field_of_the_log(portal, driver, visit, tmp_path):
    """Every field of the log's pages that a person types in, each in a tab of its own."""
    forum = portal.stage.council(carried=True)
    meeting = portal.stage.running(forum=forum["pk"])
    log = f"/moten/{meeting['pk']}/for-protokoll"
    other = portal.stage.action_texts(forum=forum["pk"])
    first, second = (f"carried-{pk}" for pk in list(other)[:2])
    item, follow_up, torn = (meeting["items"][bra.ITEMS[index].title] for index in (2, 1, -1))
    entry = portal.stage.decided(item=item)
    portal.stage.torn(item=torn, username="anna.ek")
    fields = {
        f"{log}/{item}/": {
            "notes": "Läget är lugnt.",
            "decision": "Rådet beslutar att",
            "what": "Ta fram schema",
            "who": "Maria",
            "due_other": "2031-05-12",
            "new_item": "En fråga till",
        },
        f"{log}/{follow_up}/": {
            "notes": "Gicks igenom.",
            f"{first}-due": "2031-06-01",
            f"{first}-reason": "Väntar på svar",
            f"{second}-reason": "Löstes på annat sätt",
        },
        f"{log}/{item}/beslut/{entry['decision']}/": {"text": "Rådet beslutar annorlunda."},
        f"{log}/{item}/atgard/{entry['action']}/": {
            "what": "Ta fram ett nytt schema",
            "who": "Jonas",
            "due_other": "2031-07-01",
        },
        f"{log}/{torn}/konflikt/": {"notes": "Båda texterna, sammanförda."},
    }
    context = driver.chromium.launch_persistent_context(
        tmp_path, base_url=portal.address, locale="sv-SE", **launch_options()
    )
    sign_in(context.new_page(), "anna.ek")
    for address, typed in fields.items():
        page = context.new_page()
        page.goto(address)
        for name, text in typed.items():
            type_over(page, f"main [name='{name}']:not([type=hidden])", text)
    page = context.new_page()
    attendance = f"/moten/{meeting['pk']}/narvaro/"
    page.goto(attendance)
    row = page.locator(".presence").first
    row.get_by_text("Ersättare", exact=True).click()
    fields[attendance] = {
        f"{row.get_attribute('id')}-substitute": "Karin Öst",
        "guest-name": "Berit Ask",
    }
    for name, text in fields[attendance].items():
        type_over(page, f"main [name='{name}']", text)
    time.sleep(LOSS)
    kill(tmp_path)

    again = visit("anna.ek")
    for address, typed in fields.items():
        again.goto(address)
        for name, text in typed.items():
            expect(again.locator(f"main [name='{name}']:not([type=hidden])")).to_have_value(text)


def beginning_with(text: str):
    return re.compile("^" + re.escape(text))


def test_a_lost_network_loses_nothing(portal, visit, running):
    page = visit("anna.ek")
    visit.watch(page).expect("ERR_INTERNET_DISCONNECTED")
    page.goto(running["address"])
    page.context.set_offline(True)
    notes(page).fill("Skrivet utan nät.")
    status = page.locator("[data-autosave-status]")
    expect(status).to_contain_text("Inte sparat")
    assert saved_notes(portal, running) == ""

    page.context.set_offline(False)
    expect(status).to_contain_text("Sparat kl.")
    assert saved_notes(portal, running) == "Skrivet utan nät."
    expect(notes(page)).to_have_value("Skrivet utan nät.")


def test_what_was_saved_is_there_after_a_session_has_run_out(portal, visit, running):
    page = visit("jonas.berg", anew=True)
    visit.watch(page).expect("status (401|403|404|302)|Failed to load resource")
    page.goto(running["address"])
    notes(page).fill("Det här hann sparas.")
    until(lambda: saved_notes(portal, running), "the notes are saved", seconds=LOSS)
    portal.stage.sign_out_everywhere(username="jonas.berg")
    notes(page).fill("Det här hann sparas. Men inte det här.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("loggats ut")
    expect(notes(page)).to_have_value("Det här hann sparas. Men inte det här.")

    page.goto(running["address"])
    page.wait_for_url("**/konto/login/**")
    page.locator("button[name=user][value='jonas.berg']").click()
    # Back to where the work was.
    page.wait_for_url(f"**{running['address']}")
    expect(notes(page)).to_have_value("Det här hann sparas.")


def test_leaving_the_page_saves_at_once(portal, visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    notes(page).fill("Skrivet just innan sidan lämnades.")
    page.get_by_role("link", name="Hjälp").first.click()
    until(lambda: saved_notes(portal, running), "the notes are saved")
    assert saved_notes(portal, running) == "Skrivet just innan sidan lämnades."


def write_on(page: Page, text: str) -> None:
    notes(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text, delay=10)


def test_a_page_loaded_again_at_once_shows_what_was_typed_and_goes_on(portal, visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    text = ""
    for number in range(3):
        write_on(page, f"Mening {number}. ")
        text += f"Mening {number}. "
        page.reload()
        expect(notes(page)).to_have_value(text)
    write_on(page, "Slut.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text(bra.ITEMS[-1].title)
    assert saved_notes(portal, running) == text + "Slut."


def test_what_was_typed_while_a_save_was_on_its_way_is_there_after_a_reload(portal, visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    page.route("**/spara/", lambda route: (time.sleep(1), route.continue_()))
    write_on(page, "Det första.")
    with page.expect_request("**/spara/"):
        page.locator("body").click(position={"x": 1, "y": 1})
    write_on(page, " Det andra.")
    page.reload()
    expect(notes(page)).to_have_value("Det första. Det andra.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Sparat kl.")
    until(lambda: saved_notes(portal, running) == "Det första. Det andra.", "both are saved")


def test_a_page_loaded_again_saves_over_nobody_elses_text(portal, visit, running):
    page, other = visit("anna.ek"), visit("oskar.lind")
    visit.watch(page).expect("409|beforeunload")
    page.goto(running["address"])
    other.goto(running["address"])
    notes(other).fill("Oskars text.")
    until(lambda: saved_notes(portal, running) == "Oskars text.", "his notes are saved")
    write_on(page, "Annas text.")
    page.reload()

    def both_are_shown() -> bool:
        # As soon as the save has arrived, which the page that was left sent on its way out.
        page.goto(running["address"])
        return page.url.endswith("/konflikt/")

    until(both_are_shown, "the texts wait to be chosen between")
    expect(page.locator("main")).to_contain_text("Annas text.")
    expect(page.locator("main")).to_contain_text("Oskars text.")
    assert saved_notes(portal, running) == "Oskars text."


def test_unsaved_text_is_left_in_the_browser_for_the_next_page_only(visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    write_on(page, "Inte sparat än")
    page.goto("/hjalp/")
    assert page.evaluate("sessionStorage.getItem('portal-unsaved')") is None


def test_space_after_the_last_word_is_kept_while_the_notes_are_written(visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    write_on(page, "Slut på del 0. ")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Sparat kl.")
    page.reload()
    expect(notes(page)).to_have_value("Slut på del 0. ")


def test_the_status_says_in_words_that_the_last_words_are_not_saved(visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    status = page.locator("[data-autosave-status]")
    write_on(page, "Ett")
    expect(status).to_have_text("Sparas strax")
    expect(status).to_contain_text("Sparat kl.")
    status.evaluate(
        "(place) => { window.said = 0; new MutationObserver(() => { window.said += 1 })"
        ".observe(place, { childList: true, characterData: true, subtree: true }) }"
    )
    for _ in range(4):
        write_on(page, " och ett till")
        time.sleep(1)
    expect(status).to_contain_text("Sparat kl.")
    assert page.evaluate("window.said") <= 4


def test_a_corrected_error_leaves_the_page_when_the_correction_is_saved(visit, running):
    page = visit("anna.ek")
    page.goto(running["address"])
    status = page.locator("[data-autosave-status]")
    write_on(page, "Lugnt.")
    expect(status).to_contain_text("Sparat kl.")
    write_on(page, " Om 19121212-1212.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(status).to_have_text("Inte sparat")
    expect(notes(page)).to_have_attribute("aria-invalid", "true")
    notes(page).fill("Lugnt.")
    write_on(page, " Inget nytt.")
    expect(status).to_contain_text("Sparat kl.")
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.locator(".field-error")).to_have_count(0)
    expect(notes(page)).not_to_have_attribute("aria-invalid", "true")
