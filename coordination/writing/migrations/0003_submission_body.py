from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("writing", "0002_saved_views"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="body",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
