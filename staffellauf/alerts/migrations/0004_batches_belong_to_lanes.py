import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0003_a_lane_for_what_is_under_way'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='batch',
            name='alerts_batch_slice',
        ),
        migrations.RemoveIndex(
            model_name='batch',
            name='alerts_batch_open',
        ),
        migrations.RemoveField(
            model_name='batch',
            name='relay',
        ),
        migrations.RemoveField(
            model_name='relay',
            name='accepted',
        ),
        migrations.RemoveField(
            model_name='relay',
            name='cursor',
        ),
        migrations.RemoveField(
            model_name='relay',
            name='failed',
        ),
        migrations.RemoveField(
            model_name='relay',
            name='gone',
        ),
        migrations.RemoveField(
            model_name='relay',
            name='retried',
        ),
        migrations.AlterField(
            model_name='batch',
            name='lane',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='alerts.relaylane'),
        ),
        migrations.AlterField(
            model_name='relay',
            name='is_cut',
            field=models.BooleanField(default=False, help_text='All of its lanes are.'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(models.F('lane'), models.F('id'), condition=models.Q(('done_at__isnull', True)), name='alerts_batch_open'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('lane', 'after_id'), name='alerts_batch_slice'),
        ),
    ]
