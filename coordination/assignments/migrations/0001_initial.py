import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("actors", "0001_squashed_0002_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("due", models.DateField(blank=True, null=True)),
                ("measure", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("under_way", "Under way"),
                            ("paused", "Paused"),
                            ("done", "Carried out"),
                            ("dropped", "Closed without action"),
                        ],
                        default="not_started",
                        max_length=12,
                    ),
                ),
                ("updated_at", models.DateTimeField(blank=True, null=True)),
                ("ordered_at", models.DateTimeField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "contributors",
                    models.ManyToManyField(blank=True, related_name="+", to="actors.organisation"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["done", "dropped", "not_started", "paused", "under_way"],
                            )
                        ),
                        name="assignment_status",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("number",),
                        name="assignment_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="assignment_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignmentOwner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("acting_role", models.CharField(blank=True, max_length=40)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("under_way", "Under way"),
                            ("paused", "Paused"),
                            ("done", "Carried out"),
                            ("dropped", "Closed without action"),
                        ],
                        default="not_started",
                        max_length=12,
                    ),
                ),
                ("updated_at", models.DateTimeField(blank=True, null=True)),
                ("next_step", models.CharField(blank=True, max_length=200)),
                ("next_on", models.DateField(blank=True, null=True)),
                ("decision_wanted", models.CharField(blank=True, max_length=200)),
                ("since", models.DateTimeField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="owners",
                        to="assignments.assignment",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="actors.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["done", "dropped", "not_started", "paused", "under_way"],
                            )
                        ),
                        name="owner_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "acting_role__in",
                                ["", "partnership_coordinator", "strategic_coordinator"],
                            )
                        ),
                        name="owner_acting_role",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("assignment", "organisation"),
                        name="owner_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_on", None),
                            models.Q(("next_step", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="owner_next_step",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guideline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("decided_by", models.CharField(max_length=80)),
                ("decided_on", models.DateField()),
                ("in_force_from", models.DateField(unique=True)),
                ("in_force_to", models.DateField(blank=True, null=True)),
                ("established_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_to", None),
                            ("in_force_to__gte", models.F("in_force_from")),
                            _connector="OR",
                        ),
                        name="guideline_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("decided_by", ""), _negated=True),
                        ),
                        name="guideline_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("heading", "Heading"),
                            ("paragraph", "Paragraph"),
                            ("professions", "Who works at this level"),
                            ("example", "Example"),
                        ],
                        max_length=12,
                    ),
                ),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("anchor", models.CharField(max_length=80)),
                ("text", models.TextField()),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="assignments.guideline",
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.preventionlevel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["example", "heading", "paragraph", "professions"])
                        ),
                        name="passage_kind",
                    ),
                    models.UniqueConstraint(
                        fields=("guideline", "position"), name="passage_position"
                    ),
                    models.UniqueConstraint(fields=("guideline", "anchor"), name="passage_anchor"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("depth__range", (1, 3)), ("kind", "heading")),
                            models.Q(models.Q(("kind", "heading"), _negated=True), ("depth", 0)),
                            _connector="OR",
                        ),
                        name="passage_depth",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("quote", models.CharField(max_length=1000)),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="assignments.assignment",
                    ),
                ),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="assignments.guideline",
                    ),
                ),
                (
                    "passage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="assignments.passage",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("guideline", "number"), name="mandate_number"),
                    models.UniqueConstraint(
                        fields=("guideline", "assignment"), name="mandate_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quote", ""), _negated=True), name="mandate_quote"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusUpdate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not started"),
                            ("under_way", "Under way"),
                            ("paused", "Paused"),
                            ("done", "Carried out"),
                            ("dropped", "Closed without action"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened", models.CharField(blank=True, max_length=400)),
                ("obstacle", models.CharField(blank=True, max_length=400)),
                ("next_step", models.CharField(blank=True, max_length=200)),
                ("next_on", models.DateField(blank=True, null=True)),
                ("decision_wanted", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="assignments.assignmentowner",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["owner", "-at"], name="update_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["done", "dropped", "not_started", "paused", "under_way"],
                            )
                        ),
                        name="update_status",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UpdateRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="assignments.assignmentowner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("owner",),
                        name="one_open_request",
                    )
                ],
            },
        ),
    ]
