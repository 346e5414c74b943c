from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_batches_belong_to_lanes")]

    operations = [
        migrations.AddField(
            model_name="destination",
            name="failing_since",
            field=models.DateTimeField(blank=True, help_text="The first failure of that row.", null=True),
        ),
    ]
