from django.db import migrations


def begin(apps, schema_editor):
    """What was cut over all origins becomes a lane of any origin."""
    relays, lanes = apps.get_model("alerts", "Relay"), apps.get_model("alerts", "RelayLane")
    batches = apps.get_model("alerts", "Batch")
    for relay in relays.objects.iterator():
        lane = lanes.objects.create(
            relay=relay,
            cursor=relay.cursor,
            is_cut=relay.is_cut,
            accepted=relay.accepted,
            gone=relay.gone,
            failed=relay.failed,
            retried=relay.retried,
            last_at=relay.finished_at,
        )
        batches.objects.filter(relay=relay).update(lane=lane)


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_calm_and_lanes'),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
