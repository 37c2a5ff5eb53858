"""A forum is set up, somebody becomes a member and gets in, and is outside when it has ended."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.documents import today

both = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@both
def test_a_member_gets_in_and_is_outside_once_the_membership_has_ended(portal, visit, scripts):
    name = f"Trygg skolväg {'med' if scripts else 'utan'} skript"
    anna = visit("anna.ek", java_script_enabled=scripts)
    ulla = visit("ulla.vik", java_script_enabled=scripts)

    anna.goto("/forum/")
    anna.get_by_role("link", name="Nytt forum").click()
    anna.get_by_label("Namn", exact=True).fill(name)
    anna.get_by_label("Ett nytt forum").check()
    anna.get_by_role("button", name="Skapa forumet").click()
    # What is missing is said, at the fields and above them, and what was typed is still there.
    summary = anna.locator(".error-summary")
    expect(summary).to_contain_text("Ange varför inget befintligt forum räcker")
    expect(summary).to_contain_text("Välj minst en ordförande")
    expect(anna.get_by_label("Namn", exact=True)).to_have_value(name)
    anna.get_by_label("Varför räcker inget befintligt forum?").fill("Ingen har ansvar för det.")
    chair = anna.get_by_role("group", name="Ordförande", exact=True)
    chair.get_by_label("Person").select_option("Anna Ek")
    chair.get_by_label("Organisation").select_option("Kommunledningskontoret")
    anna.get_by_role("button", name="Skapa forumet").click()
    expect(anna.get_by_text("Forumet är skapat.")).to_be_visible()
    members = anna.url
    forum = members.removesuffix("medlemmar/")
    visit.watch(ulla).expect("/forum/")  # where she is denied
    ulla.goto(forum)
    expect(ulla.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")

    anna.get_by_role("link", name="Lägg till medlem").click()
    anna.get_by_label("Person").select_option("Ulla Vik")
    anna.get_by_label("Funktion").fill("Rektor")
    anna.get_by_label("Första dag").fill((today() - timedelta(days=30)).isoformat())
    anna.get_by_role("button", name="Lägg till medlemmen").click()
    expect(anna.locator(".error-summary")).to_contain_text(
        "Ange vilken organisation Ulla Vik kommer från"
    )
    anna.get_by_label("Organisation").select_option("Gymnasieförvaltningen")
    anna.get_by_role("button", name="Lägg till medlemmen").click()
    expect(anna.get_by_text("Medlemmen är tillagd.")).to_be_visible()
    ulla.goto(forum)
    expect(ulla.get_by_role("heading", level=1)).to_have_text(name)

    anna.get_by_role("link", name="Avsluta Ulla Vik").click()
    anna.get_by_label("Sista dag").fill((today() - timedelta(days=1)).isoformat())
    anna.get_by_role("button", name="Avsluta medlemskapet").click()
    expect(anna.get_by_role("heading", name="Tidigare medlemmar")).to_be_visible()
    assert ulla.goto(forum).status == 404
