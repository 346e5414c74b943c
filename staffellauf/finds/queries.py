"""Reads: what the inbox and the list of feeds show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from staffellauf.catalogue.models import TopicKind
from staffellauf.finds.models import Feed, FeedItem, Find, FindTopic, State

# What a story can be mainly about, the likeliest first.
MAIN_KINDS = (TopicKind.SERIES, TopicKind.PERSON, TopicKind.FRANCHISE, TopicKind.ORGANISATION)
# More is not counted: the menu and the start page ask on every visit.
COUNTED = 1000
ALIKE_SHOWN = 12


def new_count() -> int:
    """Finds that wait for a decision, up to COUNTED."""
    return len(Find.objects.new().order_by().values_list("pk", flat=True)[:COUNTED])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the inbox is filtered by."""

    state: str = State.NEW
    feed_id: int | None = None
    topic_id: int | None = None
    words: str = ""


def inbox(wanted: Wanted) -> "QuerySet[Find]":
    """Newest first, with what a row shows; the number of queries does not depend on the number of rows."""
    found = Find.objects.holding(wanted.words)
    if wanted.state in State.values:
        found = found.filter(state=wanted.state)
    if wanted.feed_id is not None:
        found = found.filter(pk__in=FeedItem.objects.filter(feed_id=wanted.feed_id, find__isnull=False).values("find"))
    if wanted.topic_id is not None:
        found = found.filter(pk__in=FindTopic.objects.filter(topic_id=wanted.topic_id, score__gt=0).values("find"))
    return with_parts(found).order_by("-first_seen_at", "-id")


def with_parts(found: "QuerySet[Find]") -> "QuerySet[Find]":
    topics = FindTopic.objects.filter(score__gt=0).select_related("topic").order_by("-score", "id")
    return found.select_related("article", "decided_by").prefetch_related(
        Prefetch("items", FeedItem.objects.order_by("seen_at", "id")), Prefetch("find_topics", topics)
    )


def alike(find: Find) -> list[Find]:
    """Finds of the days around it with a topic in common: what an editor may want to join to it."""
    around = timedelta(days=3)
    topics = [row.topic_id for row in find.find_topics.all()]
    near = Find.objects.filter(first_seen_at__range=(find.first_seen_at - around, find.first_seen_at + around))
    shared = near.filter(pk__in=FindTopic.objects.filter(topic_id__in=topics, score__gt=0).values("find"))
    return list(with_parts(shared.exclude(pk=find.pk)).order_by("-first_seen_at", "-pk")[:ALIKE_SHOWN])


def best_of(rows: Iterable[FindTopic]) -> FindTopic | None:
    """The series that is named most surely; without one a person, a franchise, an organisation."""
    ranks = {kind: rank for rank, kind in enumerate(MAIN_KINDS)}
    ranked = [row for row in rows if row.score > 0 and row.topic.kind in ranks]
    return min(ranked, key=lambda row: (ranks[TopicKind(row.topic.kind)], -row.score, row.topic_id), default=None)


def feeds() -> "QuerySet[Feed]":
    """All, those with a problem first."""
    return Feed.objects.order_by("-is_active", "publisher", "title", "pk")


def finds_by_feed(*, now: datetime) -> dict[int, int]:
    """How many stories of the last week each feed had."""
    rows = FeedItem.objects.filter(seen_at__gte=now - timedelta(days=7), find__isnull=False, feed__isnull=False)
    return dict(rows.order_by().values_list("feed_id").annotate(count=Count("find", distinct=True)))


def published_by_themselves(*, since: datetime, feed: Feed | None = None) -> int:
    """How many finds went out with nobody's word since then."""
    found = Find.objects.filter(state=State.PUBLISHED, decided_by__isnull=True, decided_at__gte=since)
    if feed is not None:
        found = found.filter(Q(items__feed=feed)).distinct()
    return found.count()
