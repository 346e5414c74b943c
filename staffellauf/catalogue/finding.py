"""Topics as people type them: the index of names, asked and kept."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from staffellauf.catalogue import naming
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.search import actions as search
from staffellauf.search import queries as index

AT_ONCE = 1000


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


def put(topic_ids: Collection[int]) -> None:
    """Stores under which names these are found now; call it after a name, a year or the popularity changed. Those that
    were merged or deleted are found no more."""
    naming.refresh_names(topic_ids)
    there = set(Topic.objects.filter(pk__in=topic_ids).values_list("pk", flat=True))
    forget(set(topic_ids) - there)


def forget(topic_ids: Collection[int]) -> None:
    """Lets nobody find these any more."""
    for kind in TopicKind.values if topic_ids else ():
        search.remove(kind, topic_ids)


def documents() -> Iterator[search.Document]:
    """All topics, as the index holds them."""
    last = 0
    while ids := list(Topic.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        last = ids[-1]
        yield from naming.documents(ids)
