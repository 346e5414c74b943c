from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0008_calendar_entries_of_series")]

    operations = [
        migrations.AddField(
            model_name="destination",
            name="bounces",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Mails that came back and may arrive next time."
            ),
        ),
        migrations.AddField(
            model_name="destination",
            name="bounced_at",
            field=models.DateTimeField(blank=True, help_text="When the newest of them was written.", null=True),
        ),
    ]
