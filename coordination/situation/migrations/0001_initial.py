import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("actors", "0005_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActionPlan",
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
                            ("draft", "Draft"),
                            ("decided", "Decided"),
                            ("followed_up", "Followed up"),
                        ],
                        default="draft",
                        max_length=11,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("edition", models.PositiveIntegerField(default=1)),
                ("begun_at", models.DateTimeField()),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(max_length=1500)),
                ("causes", models.TextField(max_length=1500)),
                ("source", models.TextField(max_length=600)),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not rated"),
                            ("lower", "Lower"),
                            ("middle", "In between"),
                            ("higher", "Higher"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("whole_municipality", models.BooleanField(default=False)),
                ("removed", models.BooleanField(default=False)),
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
            ],
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("details", models.TextField(blank=True, max_length=1500)),
                ("due", models.DateField()),
                ("indicator", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_begun", "Not begun"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="not_begun",
                        max_length=9,
                    ),
                ),
                ("added_on", models.DateField(blank=True, null=True)),
                ("added_why", models.CharField(blank=True, max_length=300)),
                ("removed", models.BooleanField(default=False)),
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
                    "level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.preventionlevel",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="situation.actionplan",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="situation.problem",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["done", "dropped", "not_begun", "under_way"])
                        ),
                        name="measure_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("indicator", ""), _negated=True),
                        ),
                        name="measure_can_be_followed_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("added_on", None), ("added_why", "")),
                            models.Q(
                                ("added_on__isnull", False),
                                models.Q(("added_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="measure_added_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SituationalPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("period", models.CharField(max_length=60)),
                ("mapping", models.TextField(blank=True, max_length=6000)),
                ("other", models.TextField(blank=True, max_length=6000)),
                ("analysis", models.TextField(blank=True, max_length=6000)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("edition", models.PositiveIntegerField(default=1)),
                ("begun_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
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
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published"])),
                        name="picture_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("state",),
                        name="picture_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at", None), ("published_by", None), ("state", "draft")
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                ("state", "published"),
                            ),
                            _connector="OR",
                        ),
                        name="picture_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                models.Q(("mapping", ""), _negated=True),
                                models.Q(("other", ""), _negated=True),
                                models.Q(("analysis", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="picture_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("period", ""), _negated=True),
                        ),
                        name="picture_is_called_something",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="problem",
            name="picture",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problems",
                to="situation.situationalpicture",
            ),
        ),
        migrations.AddField(
            model_name="actionplan",
            name="picture",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan",
                to="situation.situationalpicture",
            ),
        ),
        migrations.CreateModel(
            name="MeasureUpdate",
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
                            ("not_begun", "Not begun"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=9,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=600)),
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
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="situation.measure",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["done", "dropped", "not_begun", "under_way"])
                        ),
                        name="measureupdate_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="measure_dropped_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanFollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("text", models.TextField(max_length=3000)),
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="situation.actionplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="followup_says_something",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk__in", ["", "higher", "lower", "middle"])),
                name="problem_risk",
            ),
        ),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("description", ""), _negated=True),
                    models.Q(("causes", ""), _negated=True),
                    models.Q(("source", ""), _negated=True),
                ),
                name="problem_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="actionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["decided", "draft", "followed_up"])),
                name="plan_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="actionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", ""),
                        ("decided_on", None),
                        ("state", "draft"),
                        ("valid_to", None),
                    ),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("state__in", ("decided", "followed_up")),
                        ("valid_to__isnull", False),
                        models.Q(("decided_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="plan_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="actionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("decided_on")), _connector="OR"
                ),
                name="plan_period",
            ),
        ),
    ]
