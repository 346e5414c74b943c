"""To which of the recent stories an entry belongs. Asks the database once, then keeps count of what is added."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from staffellauf.common import text
from staffellauf.finds import stories
from staffellauf.finds.models import FeedItem, FindTopic

# An entry with the same address is the same story for longer than one with the same words.
SAME_LINK = timedelta(days=30)
# More stories than that in three days nobody reads; the newest count.
MOST = 4000
# A guid that is one of its own in the world, not only in its feed. An address may be a number made absolute.
GLOBAL_GUIDS = ("tag:", "urn:")


@dataclass(slots=True)
class Story:
    find_id: int
    publishers: set[str] = field(default_factory=set)
    headlines: list[stories.Headline] = field(default_factory=list)


class Recent:
    """The stories of the last days."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.stories: dict[int, Story] = {}
        topics: dict[int, set[int]] = {}
        since = now - stories.WINDOW
        recent = FeedItem.objects.filter(find__isnull=False, seen_at__gte=since)
        for find_id, topic_id in FindTopic.objects.filter(find__newest_at__gte=since, score__gt=0).values_list(
            "find_id", "topic_id"
        ):
            topics.setdefault(find_id, set()).add(topic_id)
        rows = recent.order_by("-seen_at", "-id").values_list("find_id", "publisher", "title")[:MOST]
        for find_id, publisher, title in rows:
            self.add(find_id, publisher, title, topics.get(find_id, set()))

    def add(self, find_id: int, publisher: str, title: str, topic_ids: Collection[int]) -> None:
        story = self.stories.setdefault(find_id, Story(find_id))
        story.publishers.add(text.fold(publisher))
        story.headlines.append(stories.headline(title, publisher=publisher, topics=topic_ids))

    def same_words(self, publisher: str, title: str, topic_ids: Collection[int]) -> int | None:
        """The story of other publishers that the headline tells; two of one publisher are two stories."""
        wanted = stories.headline(title, publisher=publisher, topics=topic_ids)
        name = text.fold(publisher)
        for story in self.stories.values():
            if name not in story.publishers and any(stories.are_same(wanted, known) for known in story.headlines):
                return story.find_id
        return None


def same_page(canonical_link: str, guid: str, guid_hash: str, *, now: datetime) -> int | None:
    """The story that has this page already, from whichever feed."""
    known = FeedItem.objects.filter(find__isnull=False, seen_at__gte=now - SAME_LINK).order_by("-seen_at", "-id")
    found = known.filter(canonical_link=canonical_link).values_list("find_id", flat=True).first()
    if found is None and guid.startswith(GLOBAL_GUIDS):
        found = known.filter(guid_hash=guid_hash).values_list("find_id", flat=True).first()
    return found
