"""The candidates that nobody has touched make room: they are shipped anew when the tables are made,
with what versions say by then (`grounds.candidates`)."""

from typing import Any

from django.db import migrations


def make_room(apps: Any, schema_editor: Any) -> None:
    bases = apps.get_model("grounds", "LegalBasis")
    versions = apps.get_model("grounds", "BasisVersion")
    touched = versions.objects.exclude(number=1, status="unreviewed", noted_by=None)
    kept = set(touched.values_list("basis", flat=True))
    versions.objects.exclude(basis__in=kept).delete()
    bases.objects.exclude(pk__in=kept).delete()


class Migration(migrations.Migration):
    dependencies = [("grounds", "0002_candidates")]

    operations = [migrations.RunPython(make_room, migrations.RunPython.noop)]
