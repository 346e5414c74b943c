from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Batches and retries were jobs. The loop that sends finds what they left in their own tables.
REMOVED = [
    "staffellauf.alerts.tasks.cut",
    "staffellauf.alerts.tasks.deliver",
    "staffellauf.alerts.tasks.deliver_retries",
]


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("jobs", "Job").objects.filter(task__in=REMOVED, finished_at__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0010_batches_move_on"),
        ("jobs", "0001_jobs"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
