"""From the start page to each assignment of the guideline, and an update in four steps."""

import pytest
from playwright.sync_api import Page, expect

NUMBER_OF = {
    # What the guideline orders, in the order of its text, and the number of the assignment.
    **dict(zip(("U1", "U2", "U3"), (3, 1, 2), strict=True)),
    **{f"U{number}": number for number in range(4, 10)},
    **{f"U{number}": number - 1 for number in range(11, 20)},
}


@pytest.fixture
def annas(visit) -> Page:
    return visit("anna.ek")


def test_each_thing_the_guideline_orders_is_two_clicks_from_the_start_page(annas):
    assert sorted(NUMBER_OF.values()) == list(range(1, 19))
    for name, number in NUMBER_OF.items():
        annas.goto("/")
        annas.get_by_role("navigation", name="Huvudmeny").get_by_role(
            "link", name="Uppdrag"
        ).click()
        row = annas.locator("tr", has=annas.get_by_role("cell", name=str(number), exact=True))
        row.get_by_role("link").click()
        heading = annas.get_by_role("heading", level=1)
        expect(heading, name).to_contain_text(f"{number}. ")
        facts = annas.get_by_role("complementary", name="Om uppdraget")
        for fact in ("Ansvarig", "Senast uppdaterat"):
            expect(facts.get_by_text(fact, exact=True)).to_be_visible()
        expect(annas.locator(".page-head__meta .tag").first).to_be_visible()


def test_what_the_guideline_asks_of_nobody_in_particular_is_two_clicks_away_too(annas):
    annas.goto("/")
    annas.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Uppdrag").click()
    annas.get_by_role("link", name="Det riktlinjen också kräver").click()
    expect(annas.get_by_role("link", name="Forum som fanns redan")).to_be_visible()
    outside = annas.get_by_role("link", name="Förvaltningar som inte ingår i något forum")
    outside.click()
    expect(annas.get_by_text("Gymnasieförvaltningen")).to_be_visible()


def test_an_assignment_is_updated_in_four_steps_without_a_script(visit):
    """The link of the mail (here the row of the start page), status, a sentence, Save."""
    page = visit("leila.amiri", java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Uppdatera uppdrag 13").click()
    page.get_by_label("Pausat").check()
    page.get_by_label("Vad har hänt?").fill("Anställningarna väntar på budgeten.")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Uppdateringen är sparad.")).to_be_visible()
    expect(page.get_by_text("Anställningarna väntar på budgeten.")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="Uppdatera uppdrag 13")).to_have_count(0)
