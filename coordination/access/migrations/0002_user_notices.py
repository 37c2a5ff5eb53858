from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="notices",
            field=models.CharField(
                choices=[
                    ("at_once", "At once, at most one e-mail a day about the same thing"),
                    ("daily", "Once a day, at 07.00, in one e-mail"),
                    ("overdue", "Only when something is overdue"),
                ],
                default="at_once",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(notices__in=["at_once", "daily", "overdue"]),
                name="user_notices",
            ),
        ),
    ]
