"""What 0005 asks of versions is made true of those that are there: whoever is settled was so at some time,
and one version waits at a time. Candidates that nobody has touched make room: when the tables are made they
are shipped anew, with what versions say by now (`grounds.candidates`)."""

from typing import Any

from django.db import migrations
from django.db.models import F, Max


def settle(apps: Any, schema_editor: Any) -> None:
    bases = apps.get_model("grounds", "LegalBasis").objects.using(schema_editor.connection.alias)
    versions = apps.get_model("grounds", "BasisVersion").objects.using(
        schema_editor.connection.alias
    )
    touched = versions.exclude(number=1, status="unreviewed", noted_by=None)
    kept = set(touched.values_list("basis", flat=True))
    versions.exclude(basis__in=kept).delete()
    bases.exclude(pk__in=kept).delete()
    # The log says when it was; here stands the last time that the row itself knows of.
    versions.exclude(status="unreviewed").update(settled_at=F("noted_at"))
    waiting = versions.filter(status="unreviewed")
    latest = waiting.values("basis").annotate(last=Max("number")).values_list("basis", "last")
    for basis, number in list(latest):
        waiting.filter(basis=basis, number__lt=number).update(
            status="struck", settled_at=F("noted_at")
        )


class Migration(migrations.Migration):
    dependencies = [("grounds", "0003_law")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
