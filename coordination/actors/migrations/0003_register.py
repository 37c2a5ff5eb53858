import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("actors", "0001_squashed_0002_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaOfWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("school", "School and preschool"),
                            ("social_services", "Social services"),
                            ("leisure", "Leisure and culture"),
                            ("housing", "Housing and district development"),
                            ("crime_prevention", "Crime prevention"),
                            ("drug_prevention", "Drug prevention"),
                            ("parental_support", "Parental support"),
                            ("civil_society", "Civil society and dialogue"),
                            ("knowledge", "Knowledge and training"),
                            ("security", "Police and security"),
                        ],
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "civil_society",
                                    "crime_prevention",
                                    "drug_prevention",
                                    "housing",
                                    "knowledge",
                                    "leisure",
                                    "parental_support",
                                    "school",
                                    "security",
                                    "social_services",
                                ],
                            )
                        ),
                        name="area_of_work_code",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactFunction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("function", models.CharField(blank=True, default="", max_length=80)),
                ("name", models.CharField(blank=True, default="", max_length=80)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("email", models.EmailField(blank=True, default="", max_length=120)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="organisation",
            name="organisation_kind",
        ),
        migrations.AddField(
            model_name="organisation",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="checked_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="districts",
            field=models.ManyToManyField(
                blank=True, related_name="organisations", to="actors.district"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="levels",
            field=models.ManyToManyField(
                blank=True, related_name="organisations", to="actors.preventionlevel"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="notes",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="organisation",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("municipality", "Municipality"),
                    ("administration", "Administration"),
                    ("company", "Municipal company"),
                    ("police", "Police authority"),
                    ("security_service", "Security Service"),
                    ("region", "Region"),
                    ("authority", "Other authority"),
                    ("association", "Association"),
                    ("youth_organisation", "Youth organisation"),
                    ("faith_community", "Faith community"),
                    ("school", "School or youth centre"),
                    ("national", "National body"),
                    ("international", "International contact"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="areas",
            field=models.ManyToManyField(
                blank=True, related_name="organisations", to="actors.areaofwork"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "administration",
                            "association",
                            "authority",
                            "company",
                            "faith_community",
                            "international",
                            "municipality",
                            "national",
                            "police",
                            "region",
                            "school",
                            "security_service",
                            "youth_organisation",
                        ],
                    )
                ),
                name="organisation_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_by", None), ("checked_on", None)),
                    models.Q(("checked_by__isnull", False), ("checked_on__isnull", False)),
                    _connector="OR",
                ),
                name="organisation_checked_by_somebody",
            ),
        ),
        migrations.AddField(
            model_name="contactfunction",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts",
                to="actors.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactfunction",
            constraint=models.UniqueConstraint(
                fields=("organisation", "position"), name="contact_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactfunction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("function", ""), _negated=True),
                    models.Q(("name", ""), _negated=True),
                    _connector="OR",
                ),
                name="contact_is_somebody",
            ),
        ),
    ]
