"""The bell: whether the reader follows a topic, and what to say after the tap."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.db.models import Exists, OuterRef

from staffellauf.catalogue.models import Topic
from staffellauf.common.prepared import Slot
from staffellauf.readers.models import Follow, Reader


@dataclass(frozen=True, slots=True)
class Bell:
    topic: Topic
    is_following: bool
    was_tapped: bool = False
    is_full: bool = False
    """The reader follows as many topics as anybody may."""
    limit: str = ""
    """What keeps it from telling everything, in words."""

    @classmethod
    def over(cls, topics: Iterable[Topic], reader: Reader | None) -> list[Self]:
        """A bell for each topic, in one query; none of it without a reader."""
        shown = list(topics)
        followed: set[int] = set()
        if reader and shown:
            rows = Follow.objects.filter(reader=reader, topic_id__in=[topic.pk for topic in shown])
            followed = set(rows.values_list("topic_id", flat=True))
        return [cls(topic, topic.pk in followed) for topic in shown]


def is_following(reader: Slot) -> Exists:
    """An annotation of topics, so that a topic's page learns it with the topic itself."""
    return Exists(Follow.objects.filter(reader_id=reader, topic_id=OuterRef("pk")))
