"""The material of an administration becomes its report: filed, attested, returned, answered, approved;
and how few steps it takes (T07, T08, T09, T10, T22)."""

import re

import pytest
from playwright.sync_api import Page, expect


def test_a_report_is_filed_attested_returned_answered_and_approved(visit):
    leila = visit.hands("leila.amiri")
    leila.open("/")
    leila.press("Lämna resursrapporten")
    leila.press("Kopiera förra årets uppgifter")
    leila.seen.text("inte kontrollerad")
    _activities(leila)
    leila.press("2 Räcker resurserna?")
    leila.pick("Delvis")
    leila.write("Varför räcker de inte?", "Flerspråkiga elevstödjare saknas på två skolor.")
    leila.press("Spara")
    _needs(leila)
    leila.press("4 Uppdrag i riktlinjerna")
    leila.press("Spara")
    leila.press("5 Medverkan i forum")
    leila.write(
        re.compile("Kommentar om medverkan i forum"), "Förvaltningen saknar plats.", exact=False
    )
    leila.press("Spara")
    _request(leila)
    leila.press("Kontrollera rapporten")
    for words in ("3 412 500", "Två nya tjänster.", "Upphörd: projektet avslutat i juni"):
        leila.seen.holds(words)
    leila.press("Skicka för attest")
    leila.seen.text("Rapporten är skickad för attest.")

    ulla = visit.hands("ulla.vik")
    ulla.open("/")
    ulla.press("Attestera resursrapporten")
    ulla.press("Attestera och skicka in")
    print(f"FIGURE T22 attest, steps: {ulla.steps}")
    assert ulla.steps == 2
    ulla.seen.text("Rapporten är attesterad och inskickad.")

    anna = visit.hands("anna.ek")
    anna.open("/resurser/")
    anna.press("Gymnasieförvaltningen")
    anna.write(re.compile("Kommentar till del 2"), "På vilka skolor saknas de?", exact=False)
    anna.press("Skicka tillbaka", exact=True)
    print(f"FIGURE T08 return, steps: {anna.steps}")
    assert anna.steps == 3
    anna.seen.text("tillbakaskickad med dina kommentarer")

    leila.open("/")
    leila.press("Komplettera resursrapporten")
    leila.press("2 Räcker resurserna?")
    leila.seen.text("På vilka skolor saknas de?")
    leila.write("Varför räcker de inte?", "Elevstödjare saknas på Tullängen och Rudbeck.")
    leila.press("Spara")
    leila.press("Kontrollera rapporten")
    leila.write("Ditt svar", "Två skolor är nu nämnda.")
    leila.press("Svara och skicka in igen")

    ulla.open("/")
    ulla.press("Attestera resursrapporten")
    ulla.press("Attestera och skicka in")
    before = anna.steps
    anna.open("/resurser/")
    anna.press("Gymnasieförvaltningen")
    anna.press("Godkänn")
    print(f"FIGURE T08 approve, steps: {anna.steps - before}")
    assert anna.steps - before == 2
    anna.seen.text("Rapporten är godkänd.")
    anna.seen.holds("Tullängen")


def _activities(leila):
    leila.press("1 Verksamheter och resurser")
    leila.press("Ändra Elevstödjare")
    leila.write("Årsarbetskrafter", "6,5")
    leila.write("Kostnad (kr)", "3 412,5")
    leila.press("Spara")
    leila.seen.text("Menade du 3 412 500 kr?")
    leila.write("Kostnad (kr)", "3 412 500")
    leila.press("Spara")
    leila.seen.heading("Stämmer det?")
    leila.write("Varför stämmer det?", "Två nya tjänster.")
    leila.press("Det stämmer, spara")
    leila.press("Stämmer Elevhälsa, samtalsstöd")
    leila.press("Lägg till en verksamhet")
    leila.write("Verksamhet", "Mentorer introduktionsprogram")
    leila.pick("Individinriktad")
    leila.pick("Vivalla")
    leila.pick("Oxhagen")
    leila.write("Årsarbetskrafter", "1.5")
    leila.write("Kostnad (kr)", "787500")
    leila.pick("Bokfört")
    leila.press("Spara")
    leila.press("Upphört Studiecirkel demokrati")
    leila.write("Varför har den upphört?", "projektet avslutat i juni")
    leila.press("Spara")
    # Two districts share the mentors equally; the whole is exact.
    for words in ("393 750", "10,25", "5 662 500"):
        leila.seen.holds(words)
    leila.press("Delen är klar")


def _needs(leila):
    leila.press("3 Utbildningsbehov")
    first = "fieldset >> nth=0"
    leila.write("Grupp av anställda", "Första linjen", within=first)
    leila.write("Anställda i gruppen", "210", within=first)
    leila.write("Behöver grundutbildning", "140", within=first)
    leila.write("Behöver fördjupning", "22", within=first)
    leila.write(
        re.compile("Nyckelfunktioner"), "Introduktionsprogrammens lärare (prioritet 1)", exact=False
    )
    leila.press("Spara")


def _request(leila):
    leila.press("6 Begära extra resurser")
    leila.write("Vad behövs?", "Flerspråkiga elevstödjare")
    leila.write("Varför behövs det?", "De saknas på två skolor.")
    leila.write("Årsarbetskrafter", "2,0")
    leila.write("Kostnad (kr)", "1 050 000")
    leila.write("Från när?", "2027-01-01")
    leila.press("Spara")


# In few steps ------------------------------------------------------------------------------------

CHANGED = (
    ("Fältarbete", "2,25", "1 450 000"),
    ("Samtalsgrupper", "1,75", "1 100 000"),
    ("Coachning", "1", "690 000"),
)


def _copied(portal, visit):
    """Per follows the link of the letter, copies last year's and says that it is enough."""
    place = portal.stage.administration(last_year=True)
    per = visit.hands("per.holm")
    per.open("/resurser/")
    per.steps = 1
    per.press(
        "Kopiera förra årets uppgifter", within=f"section:has(h2:has-text('{place['name']}'))"
    )
    per.press("2 Räcker resurserna?")
    per.pick("Ja")
    per.press("Spara")
    per.press("Kontrollera rapporten")
    return per


def _sent(per):
    per.pick("Jag har kontrollerat uppgifterna")
    per.press("Skicka för attest")
    per.seen.text("Rapporten är skickad för attest.")


def test_an_unchanged_report_takes_eight_steps(portal, visit):
    per = _copied(portal, visit)
    _sent(per)
    print(f"FIGURE T09 unchanged report, steps: {per.steps}")
    assert per.steps <= 8, per.protocol


def test_a_report_with_three_changed_activities_takes_twenty_steps(portal, visit):
    per = _copied(portal, visit)
    for name, fte, cost in CHANGED:
        per.press(f"Ändra {name}")
        per.write("Årsarbetskrafter", fte)
        per.write("Kostnad (kr)", cost)
        per.press("Spara")
        per.seen.heading("Kontrollera rapporten")
    for _name, _fte, cost in CHANGED:
        per.seen.holds(cost.replace(" ", "\N{NO-BREAK SPACE}"))
    _sent(per)
    print(f"FIGURE T10 three changed activities, steps: {per.steps}")
    assert per.steps <= 20, per.protocol


def test_late_reports_are_chased_in_four_steps(portal, visit):
    place = portal.stage.administration()
    left = portal.stage.move_last_day(days=-1)
    try:
        anna = visit.hands("anna.ek")
        anna.open("/resurser/")
        anna.press("Försenade", within="main nav", exact=True)
        anna.pick("Markera alla på sidan")
        anna.press("Påminn", exact=True)
        anna.seen.holds(place["name"])
        anna.press("Påminn", exact=True)
        anna.seen.text(re.compile(r"\d+ personer är påminda"))
        print(f"FIGURE T07 late reports chased, steps: {anna.steps}")
        assert anna.steps <= 4, anna.protocol
    finally:
        portal.stage.move_last_day(days=left)


# From Excel --------------------------------------------------------------------------------------


def test_rows_are_pasted_from_excel_and_handed_in_as_a_workbook(portal, visit, tmp_path, picture):
    report = portal.stage.begun_report(organisation=portal.stage.administration()["pk"])
    page = visit("per.holm")
    page.goto(f"/resurser/del/{report['part1']}/")
    page.get_by_role("link", name="Från Excel").click()
    picture(page, "from-excel")
    head = "Verksamhet\tNivå\tOmråde\tÅrsarbetskrafter\tKostnad (kr)\tBeräknat"
    rows = "Fältarbete\tGenerell\tVivalla, Oxhagen\t2,5\t1 625 000\tBokfört"
    field = page.get_by_label("Rader från kalkylarket")
    field.fill(f"{head}\n{rows}\nKurs\tGenerell\tVivala\t0.5\t312,5\tBokfört")
    page.get_by_role("button", name="Kontrollera raderna").click()
    expect(page.get_by_role("heading", name="Något behöver rättas")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Menade du 312\N{NO-BREAK SPACE}500 kr?")
    picture(page, "from-excel-faulty")
    field.fill(f"{head}\n{rows}\nKurs\tGenerell\tVivalla\t0.5\t312\tBokfört")
    page.get_by_role("button", name="Kontrollera igen").click()
    expect(page.locator("main")).to_contain_text("Är det skrivet i tusental kronor?")
    picture(page, "from-excel-asked")
    page.set_viewport_size({"width": 320, "height": 900})
    picture(page, "from-excel-asked-narrow")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert portal.stage.report_told(report=report["pk"])["rows"] == []
    page.get_by_role("button", name="Ändra till 312").click()
    page.get_by_role("button", name="Spara 2 rader").click()
    expect(page.locator("main")).to_contain_text("2 rader är sparade.")
    picture(page, "activities-with-split")

    page.get_by_role("link", name="Från Excel").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner arbetsboken").click()
    file = tmp_path / "mall.xlsx"
    download.value.save_as(file)
    page.get_by_label("Fil", exact=True).set_input_files(file)
    page.get_by_role("button", name="Kontrollera filen").click()
    expect(page.locator("main")).to_contain_text("Allt finns redan i rapporten.")
    page.get_by_role("link", name="Tillbaka till verksamheterna").click()
    page.get_by_role("link", name="Fördela själv Fältarbete").click()
    page.get_by_label("Oxhagen, procent").fill("33,33")
    page.get_by_label("Vivalla, procent").fill("66,67")
    picture(page, "split")
    page.get_by_role("button", name="Spara").click()
    expect(page.locator("main")).to_contain_text("Vivalla 66,67")
    # A third of it is exact to the öre, and the sums are the whole.
    expect(page.locator("main")).to_contain_text("541\N{NO-BREAK SPACE}612,50")


# Two at once -------------------------------------------------------------------------------------


@pytest.fixture
def both(portal, visit) -> tuple[Page, Page, dict]:
    """Per and Sofia, and the report that they both write."""
    report = portal.stage.begun_report(organisation=portal.stage.administration()["pk"])
    return visit("per.holm"), visit("sofia.dahl"), report


def _save(page: Page) -> None:
    page.get_by_role("button", name="Spara", exact=True).click()


def _why(page: Page, text: str) -> None:
    page.get_by_role("radio", name="Delvis").check()
    page.get_by_label("Varför räcker de inte?").fill(text)


def test_two_write_different_parts_at_once(portal, both):
    per, sofia, report = both
    per.goto(f"/resurser/del/{report['part2']}/")
    sofia.goto(f"/resurser/del/{report['part3']}/")
    _why(per, "Flerspråkiga saknas.")
    sofia.get_by_label(re.compile("Nyckelfunktioner")).fill("Fältassistenter")
    _save(per)
    _save(sofia)
    for page in (per, sofia):
        expect(page.locator("main")).to_contain_text("är sparad")
    told = portal.stage.report_told(report=report["pk"])
    assert (told["enough_why"], told["key_functions"]) == (
        "Flerspråkiga saknas.",
        "Fältassistenter",
    )


def test_two_write_the_same_part_and_the_second_sees_both_texts(portal, both):
    per, sofia, report = both
    for page in both[:2]:
        page.goto(f"/resurser/del/{report['part2']}/")
    _why(sofia, "Sofias skäl.")
    _save(sofia)
    expect(sofia.locator("main")).to_contain_text("är sparad")
    _why(per, "Pers skäl.")
    _save(per)
    expect(per.locator("main")).to_contain_text("Sofia Dahl har ändrat samma text")
    expect(per.locator("main")).to_contain_text("Sofias skäl.")
    expect(per.get_by_label("Varför räcker de inte?")).to_have_value("Pers skäl.")
    assert portal.stage.report_told(report=report["pk"])["enough_why"] == "Sofias skäl."
    _save(per)
    expect(per.locator("main")).to_contain_text("är sparad")
    assert portal.stage.report_told(report=report["pk"])["enough_why"] == "Pers skäl."


def test_two_write_rows_of_the_same_part_and_none_is_lost(portal, both):
    per, sofia, report = both
    per.goto(f"/resurser/{report['pk']}/klistra-in/")
    per.get_by_label("Rader från kalkylarket").fill("Kurs\tGenerell\tVivalla\t1\t650 000\tBokfört")
    per.get_by_role("button", name="Kontrollera raderna").click()
    sofia.goto(f"/resurser/{report['pk']}/verksamhet/")
    sofia.get_by_label("Verksamhet", exact=True).fill("Läger")
    sofia.get_by_role("radio", name=re.compile("Generell")).check()
    sofia.get_by_label("Årsarbetskrafter").fill("0,5")
    sofia.get_by_label("Kostnad (kr)").fill("300 000")
    sofia.get_by_role("radio", name="Bokfört").check()
    _save(sofia)
    expect(sofia.locator("main")).to_contain_text("Verksamheten är tillagd.")
    per.get_by_role("button", name="Spara 1 rad").click()
    expect(per.locator("main")).to_contain_text("har ändrats sedan du såg dem")
    per.get_by_role("button", name="Spara 1 rad").click()
    expect(per.locator("main")).to_contain_text("1 rad är sparad.")
    rows = portal.stage.report_told(report=report["pk"])["rows"]
    assert [name for name, _fte, _cost in rows] == ["Läger", "Kurs"]
