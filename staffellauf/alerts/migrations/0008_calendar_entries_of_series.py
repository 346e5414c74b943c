import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0007_switched_off'),
        ('catalogue', '0007_entries_gone'),
    ]

    operations = [
        migrations.AddField(
            model_name='secretlink',
            name='changed_at',
            field=models.DateTimeField(blank=True, help_text='When that became so.', null=True),
        ),
        migrations.AddField(
            model_name='secretlink',
            name='digest',
            field=models.CharField(blank=True, default='', help_text='Of what was fetched last.', max_length=64),
        ),
        # Nothing has written to it yet.
        migrations.DeleteModel(name='CalendarEntry'),
        migrations.CreateModel(
            name='CalendarEntry',
            fields=[
                ('uid', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('last_on', models.DateField(db_index=True, help_text='The last day that it may be on.')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(help_text='Of what was told, SHA-256, hexadecimal.', max_length=64)),
                ('told', models.JSONField(default=dict, help_text='What was told, to take it back when the date is gone.')),
                ('changed_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.series')),
            ],
            options={
                'verbose_name_plural': 'calendar entries',
            },
        ),
    ]
