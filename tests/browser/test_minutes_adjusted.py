"""Minutes after the meeting: T04 and T05 in their steps, and a meeting's whole life as four people."""

import pytest

from tests.browser import bra_meeting as bra
from tests.browser.documents import assert_tagged, pdf_text

FIRST, PROPOSED = bra.ITEMS[0].title, "Belysning vid stationen"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_minutes_are_sent_in_one_step_and_adjusted_in_three(portal, visit, scripts):
    forum = portal.stage.council()
    meeting = portal.stage.finished(forum=forum["pk"])
    page = f"/moten/{meeting['pk']}/protokoll/"
    oskar = visit.hands("oskar.lind", java_script_enabled=scripts)
    oskar.open(page)
    oskar.press("Skicka för justering")
    oskar.seen.text("Protokollet är skickat för justering.")
    print(f"FIGURE T04 steps: {oskar.steps}")
    assert oskar.steps == 1, oskar.protocol

    portal.settle()
    letter = next(
        one
        for one in portal.mail()
        if one.to == "jonas.berg@example.org"
        and forum["name"] in one.subject
        and one.subject.startswith("Justera protokollet")
    )
    (link,) = letter.links
    jonas = visit.hands("jonas.berg", java_script_enabled=scripts)
    jonas.open(link)
    jonas.press("Justera", within=".page-head", exact=True)
    jonas.seen.heading("Justera protokollet")
    jonas.seen.text("Det blir normalt allmän handling")
    jonas.press("Justera protokollet")
    jonas.seen.text("Du har justerat protokollet.")
    steps = 1 + jonas.steps
    print(f"FIGURE T05 steps: {steps}")
    assert steps == 3, jonas.protocol


def test_a_meetings_whole_life_as_four_people(portal, visit):
    forum = portal.stage.council()
    titles = [FIRST, bra.ITEMS[3].title]
    meeting = portal.stage.planned(forum=forum["pk"], titles=titles, days=9)
    home = f"/moten/{meeting['pk']}/"
    anna, oskar = visit.hands("anna.ek"), visit.hands("oskar.lind")
    jonas, gun = visit.hands("jonas.berg"), visit.hands("gun.malm")

    anna.open(home)
    anna.press("Skicka kallelse")
    anna.seen.text("Kallat")

    gun.open(home)
    gun.press("Föreslå en punkt")
    gun.write("Rubrik", PROPOSED)
    gun.press("Skicka förslag")
    anna.open(f"{home}planera/")
    anna.press(f"Godkänn {PROPOSED}")
    anna.seen.address(r"/planera/")
    anna.open(home)
    anna.seen.holds(PROPOSED)

    oskar.open(home)
    oskar.press("För protokoll")
    oskar.press("Börja föra protokoll")
    oskar.press("Markera alla som närvarande")
    oskar.open(f"{home}for-protokoll/")
    for number in range(3):
        oskar.write("Anteckningar", "Jonas Berg väljs att justera." if not number else "Sagt.")
        if number < 2:
            oskar.press("Spara och gå till nästa punkt")
    oskar.press("Avsluta mötet", within=".actions--bar")
    oskar.seen.address(r"/protokoll/$")

    oskar.press("Renskriv")
    second = f"section:has(h2:has-text('{bra.ITEMS[3].title}'))"
    oskar.write("Anteckningar", "Sagt och skrivet.", within=second, exact=False)
    oskar.press("Visa ändringar sedan mötet")
    oskar.seen.holds("Sagt och skrivet.")
    oskar.press("Tillbaka till protokollet")
    oskar.press("Skicka för justering")
    oskar.seen.text("Protokollet är skickat för justering.")

    anna.open(f"{home}protokoll/justera/")
    anna.press("Begär ändring", within=".page-head")
    third = f"section:has(h2:has-text('{PROPOSED}'))"
    anna.write("Vad ska ändras?", "Skriv var.", within=third, exact=False)
    anna.press("Skicka begäran")
    anna.seen.text("Din begäran är skickad.")

    oskar.open(f"{home}protokoll/renskriv/")
    oskar.seen.holds("Skriv var.")
    oskar.write("Anteckningar", "Sagt vid stationen.", within=third, exact=False)
    oskar.pick("Klar", within=third)
    oskar.press("Spara och läs protokollet")
    oskar.press("Skicka för justering")
    oskar.seen.text("Protokollet är skickat för justering.")

    for who in (jonas, anna):
        who.open(f"{home}protokoll/justera/")
        who.seen.holds("vid stationen.")
        who.press("Justera", within=".page-head", exact=True)
        who.press("Justera protokollet")
    anna.seen.text("Texten är låst.")
    number = portal.stage.minutes_of(meeting=meeting["pk"])[-1]["number"]

    oskar.open(f"{home}protokoll/")
    oskar.press("Lägg till rättelse")
    oskar.write("Rättelse", "Det var vid bussen.")
    oskar.press("Lägg till rättelsen")
    oskar.seen.text("Rättelsen är tillagd.")

    portal.settle()
    gun.open(f"{home}protokoll/")
    gun.seen.holds("Det var vid bussen.")
    with gun.seen.download("PDF") as corrected:
        gun.press("Ladda ner PDF", exact=False)
    content = corrected.value.path().read_bytes()
    said = pdf_text(content)
    assert_tagged(content, forum["name"])
    assert "Det var vid bussen." in said
    assert "Justerat digitalt" in said
    gun.open(f"{home}protokoll/{number}/")
    with gun.seen.download("PDF") as original:
        gun.press("Ladda ner PDF", exact=False)
    said = pdf_text(original.value.path().read_bytes())
    assert "Justerat" in said
    assert "Det var vid bussen." not in said
