"""A file of many reports says which versions are in it."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def take_back(apps: Any, schema_editor: Any) -> None:
    """Of files that do not say what is in them, those are taken back whose reader may have lost a part."""
    made = apps.get_model("resources", "Compilation").objects.exclude(reach__startswith="all")
    made.update(expires_at=F("asked_at"))


class Migration(migrations.Migration):
    dependencies = [("resources", "0004_reviewing")]

    operations = [
        migrations.AddField(
            model_name="compilation",
            name="versions",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunPython(take_back, migrations.RunPython.noop),
    ]
