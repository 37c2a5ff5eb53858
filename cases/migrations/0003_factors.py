"""A first list of what assessments ask by, for the municipality to change: each factor has its days."""

from datetime import date
from typing import Any

from django.db import migrations

SINCE = date(2026, 1, 1)
FACTORS = {
    "protective": [
        ("trusted_adult", "Har en vuxen att lita på"),
        ("family", "Har stöd i familjen"),
        ("school_works", "Skolan eller arbetet fungerar"),
        ("leisure", "Har en fritid som betyder något"),
        ("friends", "Har vänner utanför den oroande miljön"),
        ("help_wanted", "Vill ha stöd och kan ta emot det"),
        ("future", "Har mål och framtidstro"),
    ],
    "risk": [
        ("violence", "Har använt, hotat med eller planerat våld"),
        ("violence_shown", "Visar eller sprider våld"),
        ("weapons", "Har skaffat eller söker vapen"),
        ("group", "Umgås i en grupp där våld förekommer"),
        ("isolation", "Har dragit sig undan andra"),
        ("school_broken", "Skolgången eller arbetet har brutits"),
        ("harmed", "Har utsatts för våld, kränkningar eller stora förluster"),
        ("health", "Mår psykiskt dåligt eller har beroende"),
    ],
}
"""What somebody does and lives in; nothing of what they think or believe (RF 2 kap. 3 §)."""


def ship(apps: Any, schema_editor: Any) -> None:
    factors = apps.get_model("cases", "Factor")
    for kind, rows in FACTORS.items():
        for place, (code, name) in enumerate(rows):
            factors.objects.create(code=code, name=name, kind=kind, place=place, valid_from=SINCE)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_plans")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
