"""Reads across the catalogue."""

from collections.abc import Collection
from dataclasses import dataclass

from staffellauf.catalogue.models import FormerSlug, Topic, TopicKind
from staffellauf.search import queries as index


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


def search(words: str, *, limit: int) -> list[Topic]:
    """Topics that somebody may mean who typed so far, best first."""
    return [found.topic for found in find(words, limit=limit)]


@dataclass(frozen=True, slots=True)
class Found:
    topic: Topic
    matched: str
    """The name that was found when it is not the topic's first, else empty."""
    hint: str


def find(words: str, *, limit: int, kinds: Collection[str] | None = None) -> list[Found]:
    """Topics that somebody may mean who typed so far, best first."""
    hits = index.find(words, kinds=TopicKind.values if kinds is None else kinds, limit=limit)
    topics = Topic.objects.in_bulk([hit.object_id for hit in hits])
    return [Found(topics[hit.object_id], hit.matched, hit.hint) for hit in hits if hit.object_id in topics]


def find_ids(words: str, *, limit: int, kind: str | None = None) -> list[int]:
    """As find; ids are enough for a listing that reads its rows itself."""
    return [hit.object_id for hit in index.find(words, kinds=[kind] if kind else TopicKind.values, limit=limit)]
