from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('readers', '0004_reader_language'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='follow',
            index=models.Index(fields=['topic', 'releases'], name='readers_follow_releases'),
        ),
    ]
