import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actors", "0002_names"), ("forums", "0003_meeting_newest")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="substitute_organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="actors.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("attendance", "substitute"), ("substitute_organisation", None), _connector="OR"
                ),
                name="participation_substitute_organisation",
            ),
        ),
    ]
