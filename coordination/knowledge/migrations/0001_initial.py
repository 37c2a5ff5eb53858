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
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=150, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("method", "Method"),
                            ("training", "Training"),
                            ("report", "Report"),
                            ("law", "Law and support"),
                            ("film", "Film"),
                        ],
                        max_length=10,
                    ),
                ),
                ("audience", models.CharField(max_length=120)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("all", "All levels"),
                            ("general", "General"),
                            ("specific", "Specific"),
                            ("individual", "Individual"),
                        ],
                        default="all",
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("sv", "Swedish"),
                            ("en", "English"),
                            ("da", "Danish"),
                            ("no", "Norwegian"),
                            ("other", "Another language"),
                        ],
                        default="sv",
                        max_length=5,
                    ),
                ),
                ("source", models.CharField(max_length=120)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("summary", models.CharField(blank=True, max_length=500)),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("added_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "archived_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["film", "law", "method", "report", "training"])
                        ),
                        name="entry_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["all", "general", "individual", "specific"])
                        ),
                        name="entry_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["da", "en", "no", "other", "sv"])),
                        name="entry_language",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("archived_at", None), ("archived_by", None)),
                            models.Q(
                                ("archived_at__isnull", False), ("archived_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="entry_archived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("url", ""),
                            ("url__startswith", "https://"),
                            ("url__startswith", "http://"),
                            _connector="OR",
                        ),
                        name="entry_url",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Helpful",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("helped", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="knowledge.entry",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "user"), name="one_answer_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="InformationVersion",
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
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("replaced", "Replaced by a newer version"),
                            ("discarded", "Discarded draft"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("when_worried", models.TextField(blank=True, max_length=2000)),
                ("what_we_do", models.TextField(blank=True, max_length=2000)),
                ("contacts", models.TextField(blank=True, max_length=1000)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("drafted_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_on", models.DateField(blank=True, null=True)),
                (
                    "drafted_by",
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
                        condition=models.Q(
                            ("state__in", ["discarded", "draft", "published", "replaced"])
                        ),
                        name="information_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "published"])),
                        fields=("state",),
                        name="information_one_of_each",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at", None),
                                ("published_by", None),
                                ("reviewed_on", None),
                                ("state__in", ["draft", "discarded"]),
                            ),
                            models.Q(
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                ("reviewed_on__isnull", False),
                                ("state__in", ["published", "replaced"]),
                            ),
                            _connector="OR",
                        ),
                        name="information_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["published", "replaced"]), _negated=True),
                            models.Q(
                                models.Q(("when_worried", ""), _negated=True),
                                models.Q(("what_we_do", ""), _negated=True),
                                models.Q(("contacts", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="information_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InformationChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("drafted", "Draft begun"),
                            ("changed", "Draft changed"),
                            ("restored", "Draft made of an earlier version"),
                            ("discarded", "Draft discarded"),
                            ("published", "Published"),
                            ("reviewed", "Reviewed, nothing to change"),
                        ],
                        max_length=10,
                    ),
                ),
                ("parts", models.CharField(blank=True, max_length=60)),
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="knowledge.informationversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "changed",
                                    "discarded",
                                    "drafted",
                                    "published",
                                    "restored",
                                    "reviewed",
                                ],
                            )
                        ),
                        name="information_change_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_try", "To try"),
                            ("trying", "Being tried"),
                            ("introduced", "Introduced"),
                            ("dropped", "Dropped"),
                        ],
                        default="to_try",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SuggestionChange",
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
                            ("to_try", "To try"),
                            ("trying", "Being tried"),
                            ("introduced", "Introduced"),
                            ("dropped", "Dropped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
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
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="knowledge.suggestion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["dropped", "introduced", "to_try", "trying"])
                        ),
                        name="suggestion_change_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("visit", "Study visit"), ("network", "Network meeting")],
                        default="visit",
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("place", models.CharField(max_length=120)),
                ("on", models.DateField()),
                ("participants", models.CharField(max_length=300)),
                ("prevent", models.TextField(blank=True, max_length=1500)),
                ("handle", models.TextField(blank=True, max_length=1500)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("noted_at", models.DateTimeField()),
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
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisations",
                    models.ManyToManyField(related_name="+", to="actors.organisation"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["network", "visit"])), name="visit_kind"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="suggestion",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="suggestions",
                to="knowledge.visit",
            ),
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("helpline", "Helpline"),
                            ("cve", "CVE, the national centre"),
                            ("county", "County administrative board"),
                            ("ran", "RAN"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "In"), ("out", "Out")], default="in", max_length=3
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("advice", "Advice"),
                            ("referral", "Signposting"),
                            ("information", "Information"),
                        ],
                        max_length=12,
                    ),
                ),
                ("outcome", models.CharField(max_length=300)),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="actors.district",
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["on"], name="contact_on")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["county", "cve", "helpline", "ran"])),
                        name="contact_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["in", "out"])),
                        name="contact_direction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["advice", "information", "referral"])),
                        name="contact_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", ""), _negated=True), name="contact_outcome"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes", None),
                            models.Q(("minutes__gte", 1), ("minutes__lte", 600)),
                            _connector="OR",
                        ),
                        name="contact_minutes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactRetention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField()),
                ("basis", models.CharField(max_length=200)),
                ("valid_from", models.DateField(unique=True)),
                ("reviewed", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
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
                        condition=models.Q(("months__gte", 1), ("months__lte", 120)),
                        name="contact_retention_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("reviewed", False)
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("reviewed", True),
                            ),
                            _connector="OR",
                        ),
                        name="contact_retention_decided",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["dropped", "introduced", "to_try", "trying"])),
                name="suggestion_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="suggestion_says_something"
            ),
        ),
    ]
