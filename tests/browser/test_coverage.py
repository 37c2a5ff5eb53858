"""Anna finds where nobody works, and opens what is behind a figure, in two clicks from the actors."""

from playwright.sync_api import expect


def test_a_gap_is_found_and_what_is_behind_a_figure_opened_in_two_clicks(visit):
    anna = visit("anna.ek")
    anna.goto("/aktorer/")

    anna.get_by_role("link", name="Röda tråden").click()
    expect(anna.get_by_role("link", name="1 vilande")).to_be_visible()
    markbacken = anna.get_by_role("row", name="Markbacken")
    expect(markbacken.get_by_text("Lucka").first).to_be_visible()
    vivalla = anna.get_by_role("row", name="Vivalla")
    vivalla.get_by_role("link", name="aktörer").first.click()

    expect(anna.get_by_role("heading", level=1)).to_have_text("Vivalla: generell nivå")
    anna.get_by_role("row", name="Partnerskap Örebro").get_by_role(
        "link", name="Partnerskap Vivalla"
    ).click()
    expect(anna.get_by_role("heading", level=1)).to_contain_text("Partnerskap Vivalla")
