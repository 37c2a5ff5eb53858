"""A coordinator registers an agreement and puts it in force; not before that the police read it."""

from datetime import timedelta

import pytest
from django.utils import timezone


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_agreement_is_registered_put_in_force_and_read_by_the_police(visit, scripts):
    anna = visit.hands("anna.ek", java_script_enabled=scripts)
    nils = visit.hands("nils.frisk", java_script_enabled=scripts)
    name = f"Trygg kväll {'med' if scripts else 'utan'} skript"
    today = timezone.localdate()

    anna.open("/aktorer/overenskommelser/")
    anna.press("Ny överenskommelse")
    anna.write("Namn", name)
    anna.pick("Örebro kommun")
    anna.pick("Polisen, lokalpolisområde Örebro")
    anna.write("Första dag", today.isoformat())
    anna.write("Sista dag", (today + timedelta(days=700)).isoformat())
    anna.write("Syften", "Fler vuxna ute på kvällarna.")
    anna.write("Områden för samverkan", "Ungas kvällar i centrum.")
    anna.pick("Nej")
    anna.press("Spara utkast")
    anna.seen.text("Innan den kan börja gälla, fyll i:")

    nils.open("/")
    nils.press("Överenskommelser", within="nav.site-nav", exact=True)
    assert name not in nils.seen.body()

    anna.press("Fyll i", exact=True)
    anna.write("Undertecknad för kommunen av", "Kommunstyrelsens ordförande Kim Ek")
    anna.write("Undertecknad för övriga parter av", "Lokalpolisområdeschef Kim Ask")
    anna.write("Undertecknad den", today.isoformat())
    anna.press("Spara")
    anna.press("Sätt i kraft")
    anna.seen.text("Klart. Överenskommelsen är registrerad som undertecknad.")
    print(f"FIGURE an agreement from nothing to in force, steps: {anna.steps}")

    nils.open("/aktorer/overenskommelser/")
    nils.press(name)
    nils.seen.heading(name)
    nils.seen.text("Fler vuxna ute på kvällarna.")
    assert "Ändra" not in nils.seen.body()
