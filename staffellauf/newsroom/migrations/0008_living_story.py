from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0007_desk_rights")]
    operations = [
        migrations.AddField(
            model_name="note",
            name="form_key",
            field=models.UUIDField(
                editable=False,
                help_text="Sent with the form, so that a repeated post is stored once.",
                null=True,
                unique=True,
            ),
        ),
        migrations.CreateModel(
            name="PublishedGuid",
            fields=[("guid", models.CharField(max_length=300, primary_key=True, serialize=False))],
        ),
    ]
