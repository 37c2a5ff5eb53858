import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("actors", "0004_succession"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActorImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits to be checked"),
                            ("checking", "Is being checked"),
                            ("unreadable", "Cannot be read"),
                            ("ready", "Checked"),
                            ("applying", "Is being read in"),
                            ("applied", "Read in"),
                            ("undoing", "Is being undone"),
                            ("undone", "Undone"),
                            ("dropped", "Thrown away"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel")], max_length=4),
                ),
                ("file", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=2)),
                ("handed_in_at", models.DateTimeField()),
                ("turn", models.PositiveIntegerField(default=1)),
                ("share", models.PositiveSmallIntegerField(default=0)),
                ("read_as", models.CharField(blank=True, default="", max_length=60)),
                ("ignored", models.CharField(blank=True, default="", max_length=300)),
                ("fault", models.CharField(blank=True, default="", max_length=300)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("erased", models.BooleanField(default=False)),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "applied",
                                    "applying",
                                    "checking",
                                    "dropped",
                                    "ready",
                                    "undoing",
                                    "undone",
                                    "unreadable",
                                    "waiting",
                                ],
                            )
                        ),
                        name="actor_import_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["csv", "xlsx"])), name="actor_import_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 0), ("share__lte", 100)),
                        name="actor_import_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("add", "Is added"),
                            ("change", "Is changed"),
                            ("same", "Is there already"),
                            ("refused", "Is not read in"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("version", models.PositiveIntegerField(blank=True, null=True)),
                ("after", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="actors.actorimport",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["of", "outcome", "number"], name="imported_row_of_outcome")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["add", "change", "refused", "same"])),
                        name="imported_row_outcome",
                    ),
                    models.UniqueConstraint(fields=("of", "number"), name="imported_row_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="imported_row_reason",
                    ),
                ],
            },
        ),
    ]
