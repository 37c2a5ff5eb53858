"""A meeting is logged and finished where no script runs. (T01, T03 and T06 run so in their own files.)"""

from playwright.sync_api import expect


def test_a_meeting_is_logged_and_finished_without_scripts(portal, visit):
    forum = portal.stage.council()
    meeting = portal.stage.planned(forum=forum["pk"], titles=["Läget", "Övrigt"], called=True)
    page = visit("anna.ek", java_script_enabled=False)
    main = page.locator("main")
    page.goto(f"/moten/{meeting['pk']}/")
    main.get_by_role("button", name="För protokoll").click()
    main.get_by_role("button", name="Börja föra protokoll").click()
    main.get_by_role("button", name="Markera alla som närvarande").click()
    page.get_by_role("link", name="Läget").click()

    page.get_by_label("Anteckningar", exact=True).fill("Vi gick igenom läget.")
    main.locator("textarea[name=decision]").fill("Rådet följer läget.")
    page.get_by_label("Vad", exact=True).fill("Bevaka läget")
    page.get_by_label("Ansvarig", exact=True).fill("Nils Frisk")
    main.get_by_role("button", name="Spara och gå till nästa punkt").click()
    expect(page.locator("h1")).to_contain_text("Övrigt")

    page.get_by_label("Anteckningar", exact=True).fill("Inget mer.")
    page.locator(".actions--bar").get_by_role("button", name="Avsluta mötet").click()
    page.wait_for_url("**/protokoll/")
    for text in ("Vi gick igenom läget.", "Rådet följer läget.", "Bevaka läget", "Nils Frisk"):
        expect(main).to_contain_text(text)
