"""A meeting of a series gets a new time on its plan page: asked, shown, and changed for all that come."""

import pytest

NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_coming_meetings_move_with_the_one_whose_plan_is_changed(
    portal, visit, scripts, picture
):
    forum = portal.stage.council()
    first = portal.stage.in_series(forum=forum["pk"])
    page = visit("anna.ek", java_script_enabled=scripts)
    page.goto(f"/moten/{first['pk']}/planera/")
    page.get_by_label("Börjar").fill("10.15")
    page.get_by_label("Slutar").fill("11.45")
    page.get_by_label("Det här och de 3 kommande mötena").check()
    picture(page, "series-plan")
    page.get_by_role("button", name="Spara", exact=True).first.click()

    assert page.locator("h1").inner_text() == "Ändra det här och kommande möten"
    boxes = page.locator("input[name=meetings]")
    assert boxes.count() == 3
    assert set(_times(portal, forum)) == {"09.00"}
    boxes.last.uncheck()
    picture(page, "series-change")
    page.set_viewport_size(NARROW)
    picture(page, "series-change-narrow")
    page.get_by_role("button", name="Ändra mötena").click()

    page.wait_for_url(f"**/moten/{first['pk']}/")
    assert "3 möten är ändrade." in page.locator("main").inner_text()
    assert _times(portal, forum) == ["09.00", "10.15", "10.15", "10.15"]

    page.goto(f"/moten/{first['pk']}/serie/avsluta/")
    picture(page, "series-end-narrow")
    page.get_by_label("Varför mötena ställs in").fill("Forumet läggs ned.")
    page.get_by_role("button", name="Ställ in mötena").click()
    page.wait_for_url(f"**/moten/{first['pk']}/")
    assert {one["state"] for one in portal.stage.meetings_of(forum=forum["pk"])} == {"cancelled"}


def _times(portal, forum) -> list[str]:
    """When the forum's meetings begin, the last one first."""
    rows = portal.stage.meetings_of(forum=forum["pk"])
    return [one["starts_at"][11:16].replace(":", ".") for one in rows]
