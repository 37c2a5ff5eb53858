"""T06: one's own action from the start page: done in one step, a new date in two."""

from datetime import timedelta

import pytest

from tests.browser.documents import long_day, today

both = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@both
def test_done_takes_one_step_and_can_be_undone(portal, visit, scripts):
    forum = portal.stage.council()
    text = f"Ringa föreningarna {forum['pk']}"
    portal.stage.action(forum=forum["pk"], text=text, owner="gun.malm", days=0)
    gun = visit.hands("gun.malm", java_script_enabled=scripts)
    gun.open("/")

    gun.press("Markera som klar", within=f".task:has-text('{text}')")

    print(f"FIGURE T06 done, steps: {gun.steps}")
    assert gun.steps == 1
    gun.seen.text("Klart.")
    (action,) = portal.stage.actions_of(forum=forum["pk"])
    assert action["state"] == "done"

    gun.press("Ångra")
    gun.seen.text("Åtgärden är öppen igen")
    (action,) = portal.stage.actions_of(forum=forum["pk"])
    assert action["state"] == "open"


@both
def test_a_new_date_takes_two_steps(portal, visit, scripts):
    forum = portal.stage.council()
    text = f"Skriva till skolorna {forum['pk']}"
    portal.stage.action(forum=forum["pk"], text=text, owner="gun.malm", days=1)
    gun = visit.hands("gun.malm", java_script_enabled=scripts)
    gun.open("/")

    gun.press(text, within=".task__main", exact=True)
    gun.press("Om 2 veckor")

    print(f"FIGURE T06 new date, steps: {gun.steps}")
    assert gun.steps == 2
    gun.seen.text("nytt datum")
    (action,) = portal.stage.actions_of(forum=forum["pk"])
    assert action["due"] == (today() + timedelta(weeks=2)).isoformat()
    gun.seen.text(long_day(action["due"]))

    gun.press("Ångra")
    (action,) = portal.stage.actions_of(forum=forum["pk"])
    assert action["due"] == (today() + timedelta(days=1)).isoformat()
