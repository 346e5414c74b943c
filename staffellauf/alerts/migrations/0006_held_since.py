from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0005_failing_since")]

    operations = [
        migrations.AddField(
            model_name="destination",
            name="held_since",
            field=models.DateTimeField(
                blank=True,
                help_text="What is due from then on is told at next_at: releases have no position.",
                null=True,
            ),
        ),
    ]
