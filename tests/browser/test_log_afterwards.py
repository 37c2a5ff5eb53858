"""T03: a meeting registered after it was held, on one page."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import bra_meeting as bra
from tests.browser.documents import today
from tests.browser.hands import Hands
from tests.browser.test_log_live import assert_all_is_there, presence
from tests.browser.test_pages import found_wrong, wrong_with_tab

LIMIT = 12


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_short_meeting_takes_at_most_twelve_steps(portal, visit, scripts):
    forum = portal.stage.council()
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    anna.open(f"/forum/{forum['pk']}/")

    anna.press("Registrera möte i efterhand")
    anna.write("Datum", (today() - timedelta(days=1)).isoformat())
    anna.press("Markera alla som närvarande")
    first = item(0)
    anna.write("Anteckningar (valfritt)", "Mötet öppnades och läget gicks igenom.", within=first)
    anna.write("Beslut (valfritt)", "Rådet ställer sig bakom planen.", within=first)
    anna.write("Vad", "Skriva rent planen", within=f"{first} >> .afterwards__action >> nth=0")
    anna.write("Ansvarig", "Oskar", within=f"{first} >> .afterwards__action >> nth=0")
    anna.press("Lägg till en till", within=first)
    anna.write("Vad", "Boka lokal", within=f"{first} >> .afterwards__action >> nth=1")
    anna.write("Ansvarig", "Maria Sten", within=f"{first} >> .afterwards__action >> nth=1")
    anna.press("Spara och skapa protokollet")

    anna.seen.address(r"/protokoll/$")
    print(f"FIGURE T03 steps: {anna.steps}")
    assert anna.steps <= LIMIT, anna.protocol
    (meeting,) = portal.stage.meetings_of(forum=forum["pk"])
    assert meeting["state"] == "writing_up"
    handled, *_rest = portal.stage.items_of(meeting=meeting["pk"])
    assert handled["decisions"] == ["Rådet ställer sig bakom planen."]
    assert handled["actions"] == ["Skriva rent planen", "Boka lokal"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_meeting_that_was_missed_is_recorded_from_the_start_page(portal, visit, scripts):
    forum = portal.stage.council()
    meeting = portal.stage.missed(forum=forum["pk"])
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    anna.open("/att-gora/")

    task = f".task:has-text('Registrera mötet'):has-text('{forum['name']}')"
    anna.press("Registrera mötet", within=task)
    anna.press("Registrera möte i efterhand")
    anna.press("Markera alla som närvarande")
    anna.write("Anteckningar (valfritt)", "Läget gicks igenom.", within=item(0))
    anna.press("Spara och skapa protokollet")

    anna.seen.address(rf"/moten/{meeting['pk']}/protokoll/$")
    (recorded,) = portal.stage.meetings_of(forum=forum["pk"])
    assert (recorded["pk"], recorded["state"]) == (meeting["pk"], "writing_up")
    assert anna.steps <= LIMIT, anna.protocol


def test_the_forum_asks_whether_it_is_the_meeting_that_was_missed(portal, visit):
    forum = portal.stage.council()
    meeting = portal.stage.missed(forum=forum["pk"])
    page = visit("anna.ek", reduced_motion="reduce")
    page.goto(f"/forum/{forum['pk']}/i-efterhand/")
    expect(page.get_by_role("heading", name="Gäller det mötet den")).to_be_visible()
    assert wrong_with_tab(page) == []
    assert found_wrong(page) == []
    page.get_by_role("link", name="Ett annat möte, som ingen har planerat").click()
    expect(page.get_by_label("Datum", exact=True)).to_have_value("")
    page.go_back()
    page.get_by_role("link", name="Mötet den").click()
    assert page.url.endswith(f"?mote={meeting['pk']}")
    held = (today() - timedelta(days=2)).isoformat()
    expect(page.get_by_label("Datum", exact=True)).to_have_value(held)


def item(index: int) -> str:
    return f".afterwards__item >> nth={index}"


def enter_the_council(anna: Hands) -> None:
    """The whole material on the one page."""
    held = today() - timedelta(days=1)
    anna.write("Datum", held.isoformat())
    anna.press("Markera alla som närvarande")
    anna.pick("Frånvarande", within=presence(bra.ABSENT))
    anna.pick("Ersättare", within=presence(bra.REPLACED))
    anna.write("Ersättarens namn", bra.SUBSTITUTE, within=presence(bra.REPLACED), exact=False)
    anna.pick("Klar", within=carried(bra.DONE))
    anna.pick("Nytt datum", within=carried(bra.MOVED))
    anna.write("Nytt datum", (held + timedelta(weeks=3)).isoformat(), within=carried(bra.MOVED))
    anna.pick("Stryk", within=carried(bra.STRUCK))
    anna.write("Skäl", bra.WHY, within=carried(bra.STRUCK))
    for index, told in enumerate(bra.ITEMS):
        here = item(index)
        if index >= 3:
            # The forum has four standing items: the last of them gives way to what was taken up.
            if index >= 4:
                anna.press("Lägg till en punkt")
            anna.write(f"Punkt {index + 1}", told.title, within=here)
        if told.notes:
            anna.write("Anteckningar (valfritt)", told.notes, within=here)
        if told.decisions:
            anna.write("Beslut (valfritt)", "\n".join(told.decisions), within=here)
        if told.report:
            anna.pick("Ska rapporteras till ledningen", within=here)
        for number, action in enumerate(told.actions):
            row = f"{here} >> .afterwards__action >> nth={number}"
            if number:
                anna.press("Lägg till en till", within=here)
            anna.write("Vad", action.what, within=row)
            anna.write("Ansvarig", action.who, within=row)
            if action.days:
                anna.write("Senast", (held + timedelta(days=action.days)).isoformat(), within=row)
        if told.postponed:
            anna.pick("Bordlagt till nästa möte", within=here)
    anna.press("Spara och skapa protokollet")


def carried(text: str) -> str:
    return f".carried__row:has-text('{text}')"


def test_the_council_is_registered_afterwards(portal, visit):
    forum = portal.stage.council(carried=True)
    anna = visit.hands("anna.ek")
    anna.open(f"/forum/{forum['pk']}/i-efterhand/")

    enter_the_council(anna)

    anna.seen.address(r"/protokoll/$")
    print(f"FIGURE the whole council afterwards, steps: {anna.steps}")
    meeting = portal.stage.meetings_of(forum=forum["pk"])[0]
    assert_all_is_there(portal, visit, forum, meeting)
