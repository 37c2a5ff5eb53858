"""The material of an administration becomes its report: filed, attested, returned, answered, approved
(T08, T09, T10, T22)."""

import re


def test_a_report_is_filed_attested_returned_answered_and_approved(visit):
    leila = visit.hands("leila.amiri")
    leila.open("/")
    leila.press("Lämna resursrapporten")
    leila.press("Kopiera förra årets uppgifter")
    leila.seen.text("inte kontrollerad")
    _activities(leila)
    leila.press("2 Räcker resurserna?")
    leila.pick("Delvis")
    leila.write("Varför räcker de inte?", "Flerspråkiga elevstödjare saknas på två skolor.")
    leila.press("Spara")
    _needs(leila)
    leila.press("4 Uppdrag i riktlinjerna")
    leila.press("Spara")
    leila.press("5 Medverkan i forum")
    leila.write(
        re.compile("Kommentar om medverkan i forum"), "Förvaltningen saknar plats.", exact=False
    )
    leila.press("Spara")
    _request(leila)
    leila.press("Kontrollera rapporten")
    for words in ("3 412 500", "Två nya tjänster.", "Upphörd: projektet avslutat i juni"):
        leila.seen.holds(words)
    leila.press("Skicka för attest")
    leila.seen.text("Rapporten är skickad för attest.")

    ulla = visit.hands("ulla.vik")
    ulla.open("/")
    ulla.press("Attestera resursrapporten")
    ulla.press("Attestera och skicka in")
    print(f"FIGURE T22 attest, steps: {ulla.steps}")
    assert ulla.steps == 2
    ulla.seen.text("Rapporten är attesterad och inskickad.")

    anna = visit.hands("anna.ek")
    anna.open("/resurser/")
    anna.press("Gymnasieförvaltningen")
    anna.write(re.compile("Kommentar till del 2"), "På vilka skolor saknas de?", exact=False)
    anna.press("Skicka tillbaka", exact=True)
    print(f"FIGURE T08 return, steps: {anna.steps}")
    assert anna.steps == 3
    anna.seen.text("tillbakaskickad med dina kommentarer")

    leila.open("/")
    leila.press("Komplettera resursrapporten")
    leila.press("2 Räcker resurserna?")
    leila.seen.text("På vilka skolor saknas de?")
    leila.write("Varför räcker de inte?", "Elevstödjare saknas på Tullängen och Rudbeck.")
    leila.press("Spara")
    leila.press("Kontrollera rapporten")
    leila.write("Ditt svar", "Två skolor är nu nämnda.")
    leila.press("Svara och skicka in igen")

    ulla.open("/")
    ulla.press("Attestera resursrapporten")
    ulla.press("Attestera och skicka in")
    before = anna.steps
    anna.open("/resurser/")
    anna.press("Gymnasieförvaltningen")
    anna.press("Godkänn")
    print(f"FIGURE T08 approve, steps: {anna.steps - before}")
    assert anna.steps - before == 2
    anna.seen.text("Rapporten är godkänd.")
    anna.seen.holds("Tullängen")


def _activities(leila):
    leila.press("1 Verksamheter och resurser")
    leila.press("Ändra Elevstödjare")
    leila.write("Årsarbetskrafter", "6,5")
    leila.write("Kostnad (kr)", "3 412,5")
    leila.press("Spara")
    leila.seen.text("Menade du 3 412 500 kr?")
    leila.write("Kostnad (kr)", "3 412 500")
    leila.press("Spara")
    leila.seen.heading("Stämmer det?")
    leila.write("Varför stämmer det?", "Två nya tjänster.")
    leila.press("Det stämmer, spara")
    leila.press("Stämmer Elevhälsa, samtalsstöd")
    leila.press("Lägg till en verksamhet")
    leila.write("Verksamhet", "Mentorer introduktionsprogram")
    leila.pick("Individinriktad")
    leila.pick("Vivalla")
    leila.pick("Oxhagen")
    leila.write("Årsarbetskrafter", "1.5")
    leila.write("Kostnad (kr)", "787500")
    leila.pick("Bokfört")
    leila.press("Spara")
    leila.press("Upphört Studiecirkel demokrati")
    leila.write("Varför har den upphört?", "projektet avslutat i juni")
    leila.press("Spara")
    # Two districts share the mentors equally; the whole is exact.
    for words in ("393 750", "10,25", "5 662 500"):
        leila.seen.holds(words)
    leila.press("Delen är klar")


def _needs(leila):
    leila.press("3 Utbildningsbehov")
    first = "fieldset >> nth=0"
    leila.write("Grupp av anställda", "Första linjen", within=first)
    leila.write("Anställda i gruppen", "210", within=first)
    leila.write("Behöver grundutbildning", "140", within=first)
    leila.write("Behöver fördjupning", "22", within=first)
    leila.write(
        re.compile("Nyckelfunktioner"), "Introduktionsprogrammens lärare (prioritet 1)", exact=False
    )
    leila.press("Spara")


def _request(leila):
    leila.press("6 Begära extra resurser")
    leila.write("Vad behövs?", "Flerspråkiga elevstödjare")
    leila.write("Varför behövs det?", "De saknas på två skolor.")
    leila.write("Årsarbetskrafter", "2,0")
    leila.write("Kostnad (kr)", "1 050 000")
    leila.write("Från när?", "2027-01-01")
    leila.press("Spara")
