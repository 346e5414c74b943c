"""What a command asks before it acts."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from staffellauf.catalogue.models import Topic, TopicName
from staffellauf.search.models import Entry


def migrations_to_run() -> int:
    """How many migrations the database lacks. Takes a tenth of what `migrate` takes to find nothing to do."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_index_missing() -> bool:
    """Whether there are topics and none of them can be found, as after a version that knew no index."""
    return Topic.objects.exists() and not (TopicName.objects.exists() and Entry.objects.exists())
