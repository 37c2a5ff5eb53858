from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forums", "0002_minutes_pages")]

    operations = [
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["-starts_at", "-id"], name="meeting_newest"),
        ),
    ]
