"""A question is followed over two forums: linked, carried out, and read by somebody of one of them."""

import pytest

from tests.browser.hands import Hands

SECRET = "Telefonen får en kväll till hos grannarna"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_decisions_are_linked_and_one_is_carried_out(portal, visit, scripts):
    council, neighbours = portal.stage.council(), portal.stage.neighbours()
    number = council["pk"]
    secret = f"{SECRET} {number}"
    mine = f"Rådet flyttar stödtelefonen {number}."
    early = portal.stage.agreed(forum=neighbours["pk"], text=secret, weeks=60)["decision"]
    late = portal.stage.agreed(forum=council["pk"], text=mine, weeks=2)["decision"]
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    theirs = visit("gun.malm", java_script_enabled=scripts)
    visit.watch(theirs).expect("404")
    gun = Hands(theirs)
    gun.open(f"/beslut/{late}/")
    before = gun.seen.body()

    anna.open(f"/beslut/{late}/")
    anna.press("Koppla till ett tidigare beslut")
    anna.write("Ord i beslutet", f"grannarna {number}")
    anna.press("Sök", exact=True)
    anna.press(f"Koppla {SECRET[:20]}")
    anna.seen.text("Besluten är ihopkopplade.")
    print(f"FIGURE linking, steps: {anna.steps}")
    assert anna.steps == 4, anna.protocol
    shown = anna.seen.body("section:has(#thread)")
    assert shown.index(neighbours["name"]) < shown.index(council["name"])

    anna.open(f"/beslut/{early}/")
    anna.press("Markera som genomfört")
    anna.write("Vad beslutet ledde till", f"Telefonen är öppen {number}.")
    anna.press("Markera som genomfört")
    anna.seen.text("Beslutet är markerat som genomfört.")
    anna.seen.text(f"Telefonen är öppen {number}.")
    anna.open(f"/beslut/{late}/")
    anna.seen.text(f"Telefonen är öppen {number}.")

    gun.open(f"/beslut/{late}/")
    assert gun.seen.body() == before
    gun.open(f"/sok/?q=grannarna+{number}")
    gun.seen.text("Inga träffar")
    gun.open(f"/beslut/{early}/")
    gun.seen.heading("Sidan finns inte")

    anna.press("Ta bort kopplingen")
    anna.seen.text("Beslutet är inte längre kopplat.")
    anna.press("Ångra")
    anna.seen.text("Besluten är ihopkopplade.")
    assert neighbours["name"] in anna.seen.body("section:has(#thread)")
