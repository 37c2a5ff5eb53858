import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("place", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("place", "pk"),
            },
        ),
        migrations.CreateModel(
            name="BasisVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("paragraph", models.CharField(max_length=120)),
                ("plain", models.TextField(max_length=300)),
                ("senders", models.JSONField()),
                ("receivers", models.JSONField()),
                ("under_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("needs_consent", models.BooleanField(default=False)),
                ("needs_suspicion", models.BooleanField(default=False)),
                ("needs_balance", models.BooleanField(default=False)),
                ("conditions", models.JSONField(default=list)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unreviewed", "Not reviewed"),
                            ("reviewed", "Reviewed"),
                            ("struck", "Struck"),
                        ],
                        default="unreviewed",
                        max_length=10,
                    ),
                ),
                ("reviewed_by", models.CharField(blank=True, max_length=120)),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("noted_at", models.DateTimeField()),
                (
                    "noted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="grounds.legalbasis",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal basis",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["reviewed", "struck", "unreviewed"])),
                        name="basis_status",
                    ),
                    models.UniqueConstraint(
                        fields=("basis", "number"), name="basis_version_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="basis_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "reviewed"), _negated=True),
                            models.Q(
                                models.Q(("reviewed_by", ""), _negated=True),
                                ("reviewed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="basis_reviewed_by_somebody",
                    ),
                ],
            },
        ),
    ]
