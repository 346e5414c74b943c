"""Reads across the catalogue."""

from collections.abc import Iterable
from typing import Any

from staffellauf.catalogue import finding
from staffellauf.catalogue.models import FormerSlug, Topic


def linked(relation: str) -> tuple[str, ...]:
    """The columns that a link to a related topic needs: reading all of many topics takes its time."""
    return tuple(f"{relation}__{name}" for name in ("kind", "name", "slug", "hue"))


def topic_by_slug(kind: str, slug: str) -> Topic | None:
    """The topic that has the slug, or once had it, or took its place (then its `slug` differs); None: there is none."""
    topic = Topic.everything.filter(kind=kind, slug=slug).select_related("merged_into").first()
    if topic is None:
        former = FormerSlug.objects.filter(kind=kind, slug=slug).select_related("topic__merged_into").first()
        topic = former.topic if former else None
    return (topic.merged_into or topic) if topic else None


# Any: ids as a stored revision may have them, None among them.
def successors(topic_ids: Iterable[Any]) -> dict[Any, int]:
    """Of these ids those whose topic was merged, with the id of the topic that took its place."""
    merged = Topic.everything.filter(pk__in={pk for pk in topic_ids if pk is not None}, merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into_id"))


def search(words: str, *, limit: int) -> list[Topic]:
    """Topics that somebody may mean who typed so far, best first."""
    return [found.topic for found in finding.find(words, limit=limit)]
