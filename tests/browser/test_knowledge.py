"""T24: a contact is logged in five steps. And a proposal from a study visit is an action after two."""

import pytest

both = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@both
def test_a_contact_takes_five_steps(visit, scripts):
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    anna.open("/kunskap/kontakter/")

    anna.press("Ny kontakt")
    anna.pick("Stödtelefonen")
    anna.pick("Råd")
    anna.write("Vad blev det?", "Råd om hur man börjar ett samtal.")
    anna.press("Spara")

    print(f"FIGURE T24 contact, steps: {anna.steps}")
    assert anna.steps == 5
    anna.seen.text("Klart. Kontakten är registrerad.")
    anna.seen.text("Råd om hur man börjar ett samtal.")


@both
def test_a_proposal_is_an_action_after_two_clicks(visit, scripts):
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    anna.open("/kunskap/forslag/1/")

    anna.press("Gör till åtgärd")
    anna.press("Spara")

    print(f"FIGURE proposal to action, steps: {anna.steps}")
    assert anna.steps == 2
    anna.seen.text("Åtgärden är sparad.")
    anna.seen.address(r"/atgarder/\d+/$")
