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
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_force", "In force"),
                            ("ended", "Ended early"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("signed_for_municipality", models.CharField(blank=True, max_length=150)),
                ("signed_for_others", models.CharField(blank=True, max_length=300)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("purposes", models.TextField(blank=True, max_length=1500)),
                ("areas", models.TextField(blank=True, max_length=1500)),
                ("problems", models.TextField(blank=True, max_length=1500)),
                ("causes", models.TextField(blank=True, max_length=1500)),
                ("goals", models.TextField(blank=True, max_length=1500)),
                ("documented", models.TextField(blank=True, max_length=700)),
                ("followed_up", models.TextField(blank=True, max_length=700)),
                (
                    "extremism",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")], max_length=6
                    ),
                ),
                ("paragraph", models.TextField(blank=True, max_length=1000)),
                ("follow_up_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_because", models.CharField(blank=True, max_length=300)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("registered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("districts", models.ManyToManyField(related_name="+", to="actors.district")),
                (
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="agreements.agreement",
                    ),
                ),
                ("levels", models.ManyToManyField(related_name="+", to="actors.preventionlevel")),
                (
                    "parties",
                    models.ManyToManyField(related_name="agreements", to="actors.organisation"),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "valid_to"], name="agreement_expiring")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "ended", "in_force"])),
                        name="agreement_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extremism__in", ["no", "partly", "yes"])),
                        name="agreement_extremism",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="agreement_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="agreement_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("signed_on__isnull", False),
                                ("valid_from__isnull", False),
                                ("valid_to__isnull", False),
                                models.Q(("signed_for_municipality", ""), _negated=True),
                                models.Q(("signed_for_others", ""), _negated=True),
                                models.Q(("purposes", ""), _negated=True),
                                models.Q(("areas", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", False),
                                ("state", "ended"),
                                models.Q(("ended_because", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "ended"), _negated=True),
                                ("ended_because", ""),
                                ("ended_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("follows", None),
                            models.Q(("follows", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="agreement_not_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementChange",
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
                            ("registered", "Registered as a draft"),
                            ("renewal", "Registered as a renewal"),
                            ("changed", "Changed"),
                            ("in_force", "Put in force"),
                            ("ended", "Ended early"),
                            ("file_added", "Signed file added"),
                            ("file_removed", "Signed file removed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("fields", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="agreements.agreement",
                    ),
                ),
                (
                    "by",
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
                                "kind__in",
                                [
                                    "changed",
                                    "ended",
                                    "file_added",
                                    "file_removed",
                                    "in_force",
                                    "registered",
                                    "renewal",
                                ],
                            )
                        ),
                        name="agreement_change_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpiryWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("months", models.PositiveSmallIntegerField()),
                ("valid_to", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="warnings",
                        to="agreements.agreement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "months", "valid_to"), name="expiry_warned_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pledge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=250)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pledges",
                        to="agreements.agreement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "position"), name="pledge_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="pledge_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("original_name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("odt", "text document"),
                            ("ods", "spreadsheet"),
                            ("odp", "presentation"),
                            ("docx", "Word document"),
                            ("xlsx", "Excel workbook"),
                            ("pptx", "PowerPoint presentation"),
                        ],
                        max_length=4,
                    ),
                ),
                ("file", models.CharField(max_length=80, unique=True)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("clean", "Checked for viruses"),
                            ("unscanned", "Not checked for viruses"),
                        ],
                        max_length=10,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="agreements.agreement",
                    ),
                ),
                (
                    "removed_by",
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
                            ("kind__in", ["docx", "odp", "ods", "odt", "pdf", "pptx", "xlsx"])
                        ),
                        name="signedfile_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan__in", ["clean", "unscanned"])),
                        name="signedfile_scan",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("agreement",),
                        name="signed_file_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at__isnull", True), ("removed_by__isnull", True)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="signedfile_removed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="signedfile_size"
                    ),
                ],
            },
        ),
    ]
