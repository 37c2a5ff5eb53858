"""Two people in one meeting: different items never collide, the same item offers both texts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bra_meeting as bra

HERS, HIS = "Annas anteckning om läget.", "Oskars anteckning om läget."


@pytest.fixture
def both(portal, visit):
    """Anna and Oskar, and the meeting they log."""
    forum = portal.stage.council()
    meeting = portal.stage.running(forum=forum["pk"])
    return visit("anna.ek"), visit("oskar.lind"), meeting


def address(meeting, index: int) -> str:
    return f"/moten/{meeting['pk']}/for-protokoll/{meeting['items'][bra.ITEMS[index].title]}/"


def write(page: Page, text: str) -> None:
    page.get_by_label("Anteckningar", exact=True).fill(text)


def save(page: Page) -> None:
    page.get_by_role("button", name="Spara och gå till nästa punkt").click()


def saved(portal, meeting) -> dict[str, str]:
    return {item["title"]: item["notes"] for item in portal.stage.items_of(meeting=meeting["pk"])}


def test_different_items_never_collide(portal, both):
    anna, oskar, meeting = both
    anna.goto(address(meeting, 0))
    oskar.goto(address(meeting, 2))
    write(anna, HERS)
    write(oskar, HIS)
    save(anna)
    save(oskar)
    expect(anna.locator("h1")).to_contain_text(bra.ITEMS[1].title)
    expect(oskar.locator("h1")).to_contain_text(bra.ITEMS[-1].title)
    notes = saved(portal, meeting)
    assert (notes[bra.ITEMS[0].title], notes[bra.ITEMS[2].title]) == (HERS, HIS)


def collide(anna: Page, oskar: Page, meeting) -> None:
    """Both open the item; he saves, and then she."""
    anna.goto(address(meeting, 2))
    oskar.goto(address(meeting, 2))
    write(oskar, HIS)
    save(oskar)
    expect(oskar.locator("h1")).to_contain_text(bra.ITEMS[-1].title)
    write(anna, HERS)
    save(anna)
    anna.wait_for_url("**/konflikt/")


@pytest.mark.parametrize(
    "button, kept",
    [
        ("Spara min text", HERS),
        ("Behåll den här texten", HIS),
        ("Spara den här texten", f"{HIS} {HERS}"),
    ],
    ids=["mine", "theirs", "together"],
)
def test_the_same_item_offers_both_texts(portal, both, button, kept):
    anna, oskar, meeting = both
    collide(anna, oskar, meeting)
    main = anna.locator("main")
    expect(main).to_contain_text("Oskar Lind har ändrat samma text. Välj vilken version")
    expect(main).to_contain_text(HERS)
    expect(main).to_contain_text(HIS)
    if button == "Spara den här texten":
        anna.locator("main textarea").fill(kept)
    anna.get_by_role("button", name=button).click()
    expect(anna.get_by_label("Anteckningar", exact=True)).to_have_value(kept)
    assert saved(portal, meeting)[bra.ITEMS[2].title] == kept


def test_autosave_that_collides_leads_to_both_texts(portal, visit, both):
    anna, oskar, meeting = both
    visit.watch(anna).expect("409")
    anna.goto(address(meeting, 2))
    oskar.goto(address(meeting, 2))
    write(oskar, HIS)
    save(oskar)
    expect(oskar.locator("h1")).to_contain_text(bra.ITEMS[-1].title)
    write(anna, HERS)
    anna.locator("[data-autosave-status] a").click()
    anna.wait_for_url("**/konflikt/")
    expect(anna.locator("main")).to_contain_text(HERS)
    expect(anna.locator("main")).to_contain_text(HIS)
    assert saved(portal, meeting)[bra.ITEMS[2].title] == HIS


@pytest.mark.parametrize(
    "kind, page, label",
    [
        ("decision", "beslut", "Beslut"),
        ("action", "atgard", "Vad"),
    ],
)
def test_the_same_decision_or_action_offers_both_texts(portal, both, kind, page, label):
    anna, oskar, meeting = both
    item = meeting["items"][bra.ITEMS[2].title]
    entry = portal.stage.decided(item=item)
    for person in (anna, oskar):
        person.goto(f"{address(meeting, 2)}{page}/{entry[kind]}/")
    for person, text in ((oskar, HIS), (anna, HERS)):
        person.locator("main").get_by_label(label, exact=True).fill(text)
        person.get_by_role("button", name="Spara", exact=True).click()
        person.wait_for_load_state()
    main = anna.locator("main")
    expect(main).to_contain_text("Oskar Lind har ändrat samma text. Välj vilken version")
    expect(main).to_contain_text(HERS)
    expect(main).to_contain_text(HIS)
    anna.get_by_role("button", name="Spara min text").click()
    expect(anna.locator("h1")).to_contain_text(bra.ITEMS[2].title)
    (under,) = [
        one
        for one in portal.stage.items_of(meeting=meeting["pk"])
        if one["title"] == bra.ITEMS[2].title
    ]
    assert under[f"{kind}s"] == [HERS]
