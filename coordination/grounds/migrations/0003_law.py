import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grounds", "0002_candidates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "record",
                    models.CharField(
                        choices=[
                            ("case", "Case"),
                            (
                                "child_inquiry",
                                "Case with an inquiry of a child's need of protection",
                            ),
                            ("exempt", "Case that is exempt from destruction"),
                            ("submission", "Worry handed in that led to no inquiry"),
                            ("share", "Decision to share"),
                            ("consent", "Consent"),
                            ("annex", "Secrecy annex to minutes"),
                            ("advice", "Advice without identity"),
                            ("audit", "Log of who did what"),
                            ("helpline", "Contact with the helpline"),
                            ("draft", "Draft"),
                            ("file", "File in a case"),
                            ("export", "File made to be fetched"),
                            ("calendar", "Calendar link"),
                            ("coordination", "Minutes, plans, reports and lists of participants"),
                        ],
                        max_length=13,
                        unique=True,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("place", "pk"),
            },
        ),
        migrations.CreateModel(
            name="RetentionVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
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
                ("reviewed_by", models.CharField(blank=True, max_length=162)),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("struck_because", models.CharField(blank=True, max_length=300)),
                ("noted_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("after", "Destroyed when a time has passed"),
                            ("at_age", "Destroyed when the person has reached an age"),
                            ("kept", "Kept"),
                        ],
                        max_length=6,
                    ),
                ),
                ("length", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        choices=[("days", "days"), ("months", "months"), ("years", "years")],
                        max_length=6,
                        null=True,
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("last_note", "the last note"),
                            ("received", "the day it was received"),
                            ("made", "the day it was made"),
                            ("ended", "the day it ended"),
                            ("last_used", "the day it was last used or saved"),
                        ],
                        max_length=9,
                        null=True,
                    ),
                ),
                ("by_next_year", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=160)),
                ("plain", models.TextField(max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="basisversion",
            name="authorities",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="basisversion",
            name="from_age",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="basisversion",
            name="purposes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="basisversion",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="basisversion",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="basisversion",
            name="struck_because",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="basisversion",
            name="reviewed_by",
            field=models.CharField(blank=True, max_length=162),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "record__in",
                        [
                            "advice",
                            "annex",
                            "audit",
                            "calendar",
                            "case",
                            "child_inquiry",
                            "consent",
                            "coordination",
                            "draft",
                            "exempt",
                            "export",
                            "file",
                            "helpline",
                            "share",
                            "submission",
                        ],
                    )
                ),
                name="retention_record",
            ),
        ),
        migrations.AddField(
            model_name="retentionversion",
            name="noted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="retentionversion",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="grounds.retentionrule",
            ),
        ),
        migrations.AddField(
            model_name="retentionversion",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["reviewed", "struck", "unreviewed"])),
                name="retention_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.UniqueConstraint(
                fields=("rule", "number"), name="retention_version_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "unreviewed")),
                fields=("rule",),
                name="retention_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="retention_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "reviewed"), _negated=True),
                    models.Q(
                        models.Q(("reviewed_by", ""), _negated=True), ("reviewed_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="retention_reviewed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
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
                name="retention_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["after", "at_age", "kept"])),
                name="retention_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["days", "months", "years"])), name="retention_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("event__in", ["ended", "last_note", "last_used", "made", "received"])
                ),
                name="retention_event",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="retention_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("plain", ""), _negated=True), name="retention_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("event__isnull", False),
                        ("length__gte", 1),
                        ("outcome", "after"),
                        ("unit__isnull", False),
                    ),
                    models.Q(
                        ("event", None), ("length__gte", 1), ("outcome", "at_age"), ("unit", None)
                    ),
                    models.Q(
                        ("by_next_year", False),
                        ("event", None),
                        ("length", None),
                        ("outcome", "kept"),
                        ("unit", None),
                    ),
                    _connector="OR",
                ),
                name="retention_is_whole",
            ),
        ),
    ]
