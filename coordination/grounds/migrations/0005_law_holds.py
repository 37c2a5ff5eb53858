from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grounds", "0004_settled")]

    operations = [
        migrations.AddConstraint(
            model_name="basisversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "unreviewed")),
                fields=("basis",),
                name="basis_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="basisversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reviewed_by", ""),
                        ("reviewed_on", None),
                        ("settled_at", None),
                        ("status", "unreviewed"),
                        ("settled_by", None),
                        ("struck_because", ""),
                    ),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("status", "reviewed"),
                        ("struck_because", ""),
                    ),
                    models.Q(("settled_at__isnull", False), ("status", "struck")),
                    _connector="OR",
                ),
                name="basis_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="basisversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("paragraph", ""), _negated=True), name="basis_paragraph"
            ),
        ),
        migrations.AddConstraint(
            model_name="basisversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("plain", ""), _negated=True), name="basis_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="basisversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_age", None),
                    ("under_age", None),
                    ("under_age__gt", models.F("from_age")),
                    _connector="OR",
                ),
                name="basis_ages",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="basis_name"
            ),
        ),
    ]
