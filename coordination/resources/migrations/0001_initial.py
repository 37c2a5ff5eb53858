import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("actors", "0005_imports"),
        ("assignments", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
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
                            ("draft", "Begun"),
                            ("attesting", "Awaiting attestation"),
                            ("submitted", "Submitted"),
                            ("returned", "To be completed"),
                            ("approved", "Approved"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "came_from",
                    models.CharField(
                        choices=[
                            ("draft", "Begun"),
                            ("attesting", "Awaiting attestation"),
                            ("submitted", "Submitted"),
                            ("returned", "To be completed"),
                            ("approved", "Approved"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("nothing", models.CharField(blank=True, default="", max_length=300)),
                (
                    "enough",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not answered"),
                            ("yes", "Yes"),
                            ("partly", "Partly"),
                            ("no", "No"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("enough_why", models.TextField(blank=True, default="", max_length=500)),
                ("key_functions", models.TextField(blank=True, default="", max_length=500)),
                ("forums_note", models.TextField(blank=True, default="", max_length=300)),
                ("copied_from", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("said_back", models.CharField(blank=True, default="", max_length=300)),
                ("begun_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resource_reports",
                        to="actors.organisation",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "touched_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("is_late", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for review"),
                            ("returned", "Returned"),
                            ("approved", "Approved"),
                            ("reopened", "Opened again"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attested_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("file", models.CharField(max_length=60)),
                ("size", models.PositiveIntegerField(blank=True, null=True)),
                ("file_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("rendered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "attested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="resources.report",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "number"), name="report_version_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "approved"))),
                        fields=("report",),
                        name="one_version_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["approved", "reopened", "returned", "waiting"])
                        ),
                        name="report_version_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at", None), ("settled_by", None), ("state", "waiting")
                            ),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_version_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Activities and resources"),
                            (2, "Are the resources enough?"),
                            (3, "Training needs and key functions"),
                            (4, "Assignments of the guideline"),
                            (5, "Taking part in forums"),
                            (6, "Ask for extra resources"),
                        ]
                    ),
                ),
                ("text", models.TextField(max_length=500)),
                ("made_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True, default="", max_length=500)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="resources.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("part__in", [1, 2, 3, 4, 5, 6])),
                        name="report_remark_part",
                    ),
                    models.UniqueConstraint(fields=("version", "part"), name="one_remark_a_part"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="report_remark_says"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True)),
                ("opens_on", models.DateField()),
                ("last_day", models.DateField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
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
                        condition=models.Q(("last_day__gte", models.F("opens_on"))),
                        name="report_window_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2199)),
                        name="report_window_year",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="report",
            name="window",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="resources.window",
            ),
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="resources.window",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["window", "organisation", "-at"], name="reminder_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Activities and resources"),
                            (2, "Are the resources enough?"),
                            (3, "Training needs and key functions"),
                            (4, "Assignments of the guideline"),
                            (5, "Taking part in forums"),
                            (6, "Ask for extra resources"),
                        ]
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_begun", "Not begun"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                        ],
                        default="not_begun",
                        max_length=10,
                    ),
                ),
                ("is_checked", models.BooleanField(default=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="resources.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "number"), name="report_part_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__in", [1, 2, 3, 4, 5, 6])),
                        name="report_part_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["done", "not_begun", "under_way"])),
                        name="report_part_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=80)),
                ("staff", models.PositiveIntegerField()),
                ("basic", models.PositiveIntegerField()),
                ("advanced", models.PositiveIntegerField()),
                (
                    "priority",
                    models.PositiveSmallIntegerField(choices=[(1, "1"), (2, "2"), (3, "3")]),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="resources.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", [1, 2, 3])), name="need_priority"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("advanced__lte", models.F("staff")), ("basic__lte", models.F("staff"))
                        ),
                        name="need_within_staff",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForumAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("forum", models.CharField(max_length=200)),
                ("held", models.PositiveSmallIntegerField()),
                ("attended", models.PositiveSmallIntegerField()),
                ("agrees", models.BooleanField()),
                ("comment", models.CharField(blank=True, default="", max_length=200)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forum_answers",
                        to="resources.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("attended__lte", models.F("held"))),
                        name="forum_answer_within_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agrees", True),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="forum_answer_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtraRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("why", models.TextField(max_length=500)),
                (
                    "fte",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("from_day", models.DateField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="resources.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True), ("fte__gte", 0), ("cost__gte", 0)
                        ),
                        name="extra_request_says",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignmentAnswer",
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
                ("sentence", models.CharField(max_length=400)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assignments.assignmentowner",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignment_answers",
                        to="resources.report",
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
                        name="assignment_answer_status",
                    ),
                    models.UniqueConstraint(
                        fields=("report", "owner"), name="assignment_answer_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("general", "General – for all children and young people"),
                            ("specific", "Specific – for groups at higher risk"),
                            ("individual", "Individual – for one person"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "fte",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "cost",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "calculated",
                    models.CharField(
                        choices=[("booked", "Booked"), ("estimated", "Estimated")], max_length=10
                    ),
                ),
                ("comment", models.CharField(blank=True, default="", max_length=200)),
                ("ended", models.CharField(blank=True, default="", max_length=200)),
                ("is_checked", models.BooleanField(default=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "districts",
                    models.ManyToManyField(blank=True, related_name="+", to="actors.district"),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="resources.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["general", "individual", "specific"])),
                        name="activity_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("calculated__in", ["booked", "estimated"])),
                        name="activity_calculated",
                    ),
                    models.UniqueConstraint(fields=("report", "line"), name="activity_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), ("fte__gte", 0), ("cost__gte", 0)
                        ),
                        name="activity_says",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended", ""), models.Q(("cost", 0), ("fte", 0)), _connector="OR"
                        ),
                        name="activity_ended_costs_nothing",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("window", "organisation"), name="one_report_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["approved", "attesting", "draft", "returned", "submitted"])
                ),
                name="report_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("came_from__in", ["approved", "attesting", "draft", "returned", "submitted"])
                ),
                name="report_came_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("enough__in", ["", "no", "partly", "yes"])),
                name="report_enough",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at", None), ("sent_by", None)),
                    models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                    _connector="OR",
                ),
                name="report_sent_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "attesting"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="report_attesting_was_sent",
            ),
        ),
    ]
