from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readers", "0003_alerts_of_a_follow")]

    operations = [
        migrations.AddField(
            model_name="reader",
            name="language",
            field=models.CharField(
                choices=[("de", "German"), ("en", "English")],
                default="de",
                help_text="Of the words around the news.",
                max_length=2,
            ),
        ),
    ]
