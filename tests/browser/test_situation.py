"""Anna publishes the situational picture, adds a measure that lacks something, mends it, and has the plan
decided."""


def test_a_picture_is_published_and_its_plan_decided(visit):
    anna = visit.hands("anna.ek")
    anna.open("/uppdrag/lagesbild/")
    anna.press("Läs utkastet")
    anna.press("Publicera lägesbilden")
    anna.seen.text("Klart. Lägesbilden är publicerad och låst.")

    anna.press("Börja på åtgärdsplanen")
    anna.press("Ny åtgärd")
    anna.write("Åtgärd", "Samtalsstöd till föräldrar")
    anna.choose("Problem", "Propaganda på nätet når unga")
    anna.choose("Ägare", "Socialförvaltningen")
    anna.choose("Förebyggande nivå", "Specifik – för grupper med förhöjd risk")
    anna.write("Klart senast", "om 6 månader")
    anna.press("Spara")
    anna.seen.text("Något behöver rättas")
    # In the summary, where it leads to the field, and at the field; what was typed is kept.
    assert anna.seen.body().count("Ange hur man ser att åtgärden har fungerat") == 2
    assert anna.seen.value("Åtgärd") == "Samtalsstöd till föräldrar"
    assert anna.seen.value("Klart senast") == "om 6 månader"

    anna.press("Ange hur man ser att åtgärden har fungerat")
    anna.write("Indikator", "Antalet föräldrar som får stöd, varje kvartal.")
    anna.press("Spara")
    anna.seen.text("Klart. Åtgärden finns i planen.")

    anna.press("Skriv in beslutet")
    anna.write("Beslutad av", "Kommunstyrelsen")
    anna.write("Beslutad den", "i dag")
    anna.write("Gäller till och med", "om 2 år")
    anna.press("Spara beslutet")
    anna.seen.text("Klart. Planen är beslutad och åtgärderna är låsta.")
    anna.press("Samtalsstöd till föräldrar")
    anna.seen.text("Antalet föräldrar som får stöd, varje kvartal.")
    print(f"FIGURE picture published and plan decided, steps: {anna.steps}")
