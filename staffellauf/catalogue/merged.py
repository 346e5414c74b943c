"""What became of entries that were merged."""

from collections.abc import Iterable
from typing import Any

from staffellauf.catalogue.models import Topic


# Any: ids as a stored revision may have them, None among them.
def successors(topic_ids: Iterable[Any]) -> dict[Any, int]:
    """Of these ids those whose topic was merged, with the id of the topic that took its place."""
    merged = Topic.everything.filter(pk__in={pk for pk in topic_ids if pk is not None}, merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into_id"))
