"""What cannot be saved is said in one sentence, at the field and in the summary, and nothing is lost."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bra_meeting as bra
from tests.browser.documents import today

IDENTITY = "Vi talade om 20121212-1212 i dag."
GUARD = (
    "Texten ser ut att innehålla ett personnummer. Ta bort det för att kunna spara. "
    "Uppgifter om enskilda hör hemma i ärendet."
)


@pytest.fixture
def forum(portal):
    return portal.stage.council()


@pytest.fixture
def plan(portal, visit, forum):
    """The plan of a meeting, and Anna before it."""
    meeting = portal.stage.planned(forum=forum["pk"])
    page = visit("anna.ek")
    page.goto(f"/moten/{meeting['pk']}/planera/")
    return page, meeting


def press(page: Page, name: str, within: str = "main") -> None:
    page.locator(within).get_by_role("button", name=name, exact=True).last.click()


def assert_refused(page: Page, sentence: str, *, at_field: bool = True) -> None:
    """The summary has the focus and the sentence, a link to the field, and the field has it too."""
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Något behöver rättas")
    expect(summary).to_contain_text(sentence)
    expect(page).to_have_title(re.compile("^Fel: "))
    expect(summary).to_be_focused()
    if at_field:
        link = summary.get_by_role("link", name=sentence)
        link.click()
        target = link.get_attribute("href").removeprefix("#")
        expect(page.locator(f"[id='{target}']")).to_be_focused()
        said = page.locator(f"[id='{target}']").get_attribute("aria-describedby")
        texts = [page.locator(f"[id='{one}']").inner_text() for one in said.split()]
        assert any(sentence in text for text in texts), texts


def field(page: Page, label: str):
    return page.locator("main").get_by_label(label, exact=True)


def test_the_end_before_the_start(plan):
    page, _meeting = plan
    field(page, "Börjar").fill("14.00")
    field(page, "Slutar").fill("13.00")
    press(page, "Spara")
    assert_refused(page, "Sluttiden måste vara senare än starttiden")
    assert (field(page, "Börjar").input_value(), field(page, "Slutar").input_value()) == (
        "14.00",
        "13.00",
    )


def test_a_day_that_has_passed_offers_to_record_afterwards(plan, forum):
    page, meeting = plan
    day = (today() - timedelta(days=1)).isoformat()
    field(page, "Datum").fill(day)
    press(page, "Spara")
    assert_refused(
        page,
        "Mötesdatumet har passerat. Välj ett senare datum eller registrera mötet i efterhand.",
    )
    assert field(page, "Datum").input_value() == day
    page.locator("main").get_by_role("link", name="Registrera möte i efterhand").click()
    address = rf"/forum/{forum['pk']}/i-efterhand/\?mote={meeting['pk']}$"
    expect(page).to_have_url(re.compile(address))


@pytest.mark.parametrize(
    "day, sentence",
    [
        ("", "Ange ett datum, till exempel 2026-05-12"),
        ("2027-02-30", "Datumet finns inte. Kontrollera dag och månad."),
        ("snart", "Ange ett datum, till exempel 2026-05-12"),
    ],
)
def test_a_day_that_is_none(plan, day, sentence):
    page, _meeting = plan
    field(page, "Datum").fill(day)
    press(page, "Spara")
    assert_refused(page, sentence)
    assert field(page, "Datum").input_value() == day


def test_no_agenda(plan):
    page, _meeting = plan
    removes = page.locator("main button[name=do][value^='remove-']")
    while removes.count():
        left = removes.count()
        removes.first.click()
        page.wait_for_load_state()
        if removes.count() == left:
            break
    page.locator("main").get_by_role("button", name="Skicka kallelse").click()
    expect(page.locator(".error-summary")).to_contain_text(
        "Lägg till minst en punkt på dagordningen"
    )


def test_no_participants(portal, plan, forum):
    page, _meeting = plan
    for box in page.locator("main input[name=called]").all():
        box.uncheck()
    page.locator("main").get_by_role("button", name="Skicka kallelse").click()
    expect(page.locator(".error-summary")).to_contain_text(
        "Lägg till minst en deltagare innan du skickar kallelsen"
    )
    assert page.locator("main input[name=called]:checked").count() == 0
    (kept,) = portal.stage.meetings_of(forum=forum["pk"])
    assert kept["state"] == "planned"


@pytest.fixture
def log(portal, visit, forum):
    """An item of a running log, and Anna before it."""
    meeting = portal.stage.running(forum=forum["pk"])
    page = visit("anna.ek")
    visit.watch(page).expect("422")
    item = meeting["items"][bra.ITEMS[2].title]
    page.goto(f"/moten/{meeting['pk']}/for-protokoll/{item}/")
    return page, meeting


def notes_of(portal, meeting) -> list[str]:
    return [item["notes"] for item in portal.stage.items_of(meeting=meeting["pk"])]


def test_too_long_notes(portal, log):
    page, meeting = log
    text = "a" * 4010
    field(page, "Anteckningar").fill(text)
    press(page, "Spara och gå till nästa punkt")
    assert_refused(page, "Anteckningar får vara högst 4000 tecken. Ta bort 10 tecken.")
    assert field(page, "Anteckningar").input_value() == text
    assert not any(notes_of(portal, meeting))


def test_an_identity_number_is_refused_when_saving(portal, log):
    page, meeting = log
    field(page, "Anteckningar").fill(IDENTITY)
    page.locator("main textarea[name=decision]").fill("Ett beslut som ska vara kvar.")
    press(page, "Spara och gå till nästa punkt")
    assert_refused(page, GUARD)
    assert field(page, "Anteckningar").input_value() == IDENTITY
    kept = page.locator("main textarea[name=decision]").input_value()
    assert kept == "Ett beslut som ska vara kvar."
    assert not any(notes_of(portal, meeting))


def test_an_identity_number_is_refused_by_autosave(portal, log):
    page, meeting = log
    field(page, "Anteckningar").fill(IDENTITY)
    expect(page.locator("[data-autosave-status]")).to_contain_text(GUARD)
    assert field(page, "Anteckningar").input_value() == IDENTITY
    assert not any(notes_of(portal, meeting))
    field(page, "Anteckningar").fill("Vi talade om läget.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Sparat kl.")
    assert "Vi talade om läget." in notes_of(portal, meeting)


def test_an_owner_that_nobody_knows(portal, log):
    page, _meeting = log
    field(page, "Vad").fill("Ringa")
    field(page, "Ansvarig").fill("Torbjörn")
    press(page, "Lägg till åtgärd")
    assert_refused(page, "Ingen här heter ”Torbjörn”.")
    assert field(page, "Vad").input_value() == "Ringa"


def test_finishing_without_attendance(log):
    page, meeting = log
    page.goto(f"/moten/{meeting['pk']}/avsluta/")
    expect(page.locator(".error-summary")).to_contain_text(
        "Registrera närvaro innan du avslutar mötet"
    )
    page.get_by_role("link", name="Registrera närvaro").click()
    # The address says where to go on when the attendance is there.
    expect(page).to_have_url(re.compile(r"/narvaro/\?sedan=avsluta$"))
    press(page, "Markera alla som närvarande")
    press(page, "Spara")
    expect(page).to_have_url(re.compile(r"/avsluta/$"))
    expect(page.locator("main")).not_to_contain_text("Registrera närvaro innan du avslutar mötet")


def test_an_id_of_another_forum_is_not_found(portal, visit):
    one, other = portal.stage.council(), portal.stage.council()
    mine = portal.stage.running(forum=one["pk"])
    foreign = portal.stage.running(forum=other["pk"])
    page = visit("anna.ek")
    visit.watch(page).expect("404")
    item = next(iter(foreign["items"].values()))
    page.goto(f"/moten/{mine['pk']}/for-protokoll/{item}/")
    expect(page.locator("main")).to_contain_text(
        "Sidan finns inte, eller så har du inte behörighet att se den."
    )


def test_a_plan_that_somebody_else_has_changed(portal, visit, plan):
    page, meeting = plan
    oskar = visit("oskar.lind")
    oskar.goto(f"/moten/{meeting['pk']}/planera/")
    place = re.compile("^Plats")
    oskar.get_by_label(place).fill("Oskars sal")
    press(oskar, "Spara")
    expect(oskar.locator("main")).to_contain_text("Mötet är sparat")

    page.get_by_label(place).fill("Annas sal")
    press(page, "Spara")
    expect(page.locator(".error-summary")).to_contain_text(
        "Någon annan har ändrat mötet. Kontrollera den nya versionen och spara igen."
    )
    expect(page.locator("main")).to_contain_text(
        "Plats: det du skrev står här. Någon annan har sparat Oskars sal."
    )
    assert page.get_by_label(place).input_value() == "Annas sal"
    press(page, "Spara")
    expect(page.locator("main")).to_contain_text("Mötet är sparat")
    assert page.get_by_label(place).input_value() == "Annas sal"


def test_a_form_from_before_the_meeting_ended(portal, visit, log):
    page, meeting = log
    visit.watch(page).expect("409")
    later = visit("oskar.lind")
    later.goto(f"/moten/{meeting['pk']}/narvaro/")
    press(later, "Markera alla som närvarande")
    later.goto(f"/moten/{meeting['pk']}/avsluta/")
    press(later, "Avsluta mötet")
    later.wait_for_url("**/protokoll/")
    field(page, "Anteckningar").fill("Det här skrevs för sent.")
    page.locator(".actions--bar").get_by_role("button", name="Avsluta mötet").or_(
        page.get_by_role("button", name="Spara och gå till nästa punkt")
    ).first.click()
    # The text belongs to the item until the minutes are made anew, and the page says where it is now.
    expect(page.locator(".log-head")).to_contain_text("Renskrivs")
    expect(page.get_by_role("button", name="Spara och gå till protokollet")).to_be_visible()
    assert dict(zip(meeting["items"], notes_of(portal, meeting), strict=True)) == {
        **dict.fromkeys(meeting["items"], ""),
        bra.ITEMS[2].title: "Det här skrevs för sent.",
    }
