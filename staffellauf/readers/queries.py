"""The feed: read, not written. One join of the reader's follows with the placed articles inside a window of
positions, newest first; the window widens only when the page comes back short (`docs/architecture.md`)."""

from dataclasses import dataclass

from django.db.models import Max, QuerySet

from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article, ArticleTopic
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Progress, Reader, ReadMark

PAGE_SIZE = 20
# Positions are dense, so a window is a number of articles. The last one is "all of them".
WINDOWS = (700, 12_000, 2**62)
# Rows read per article shown: an article comes once for every followed topic that it is about.
ROWS_PER_ARTICLE = 2
UNREAD_SHOWN_UP_TO = 99
TOP = 2**62


@dataclass(frozen=True, slots=True)
class FeedItem:
    article: Article
    position: int
    because: list[Topic]
    """The followed topics that brought it here."""
    is_read: bool


@dataclass(frozen=True, slots=True)
class FeedPage:
    items: list[FeedItem]
    next_before: int | None
    """Position below which the next page begins; None at the end."""


def feed(reader: Reader, *, before: int = TOP, size: int = PAGE_SIZE) -> FeedPage:
    """A page of the articles about what the reader follows, newest first, below the position `before`."""
    places = feed_places(reader, before=before, wanted=size + 1)
    shown = dict(list(places.items())[:size])
    articles = Article.objects.published().for_cards().in_bulk({place.article_id for place in shown.values()})
    topics = Topic.objects.in_bulk({topic_id for place in shown.values() for topic_id in place.topic_ids})
    read = set(ReadMark.objects.filter(reader=reader, article__in=articles).values_list("article_id", flat=True))
    items = [
        FeedItem(
            article=articles[place.article_id],
            position=position,
            because=[topics[topic_id] for topic_id in place.topic_ids],
            is_read=position <= reader.read_up_to or place.article_id in read,
        )
        for position, place in shown.items()
        if place.article_id in articles
    ]
    return FeedPage(items=items, next_before=min(shown) if len(places) > size else None)


@dataclass(slots=True)
class Place:
    article_id: int
    topic_ids: list[int]


def feed_places(reader: Reader, *, before: int, wanted: int) -> dict[int, Place]:
    """At least `wanted` positions below `before` with their article and followed topics, as far as there are any."""
    before = min(before, newest_position(reader) + 1)
    places: dict[int, Place] = {}
    limit = wanted * ROWS_PER_ARTICLE
    for window in WINDOWS:
        above = before - window
        while len(places) < wanted:
            rows = list(followed_rows(reader).filter(position__lt=before, position__gt=above)[:limit])
            found: dict[int, Place] = {}
            for position, article_id, topic_id in rows:
                found.setdefault(position, Place(article_id, [])).topic_ids.append(topic_id)
            is_cut = len(rows) == limit
            if is_cut and len(found) > 1:
                found.popitem()  # Its topics may go on beyond the limit: it is read again.
            places |= found
            if not is_cut:
                before = above + 1
                break
            before = min(found)
        if len(places) >= wanted or before <= 1:
            break
    return places


def followed_rows(reader: Reader) -> QuerySet[ArticleTopic, tuple[int, int, int]]:
    rows = ArticleTopic.objects.filter(topic__follows__reader=reader).order_by("-position")
    return rows.values_list("position", "article_id", "topic_id")


def newest_position(reader: Reader) -> int:
    """The position of the newest article about what the reader follows; 0 when there is none."""
    return Topic.objects.filter(follows__reader=reader).aggregate(newest=Max("last_position"))["newest"] or 0


def unread_count(reader: Reader) -> int:
    """Unread articles in the feed, counted up to UNREAD_SHOWN_UP_TO + 1."""
    read = ReadMark.objects.filter(reader=reader).values("article_id")
    rows = followed_rows(reader).filter(position__gt=reader.read_up_to).exclude(article_id__in=read)
    articles = {article_id for _, article_id, _ in rows[: 3 * UNREAD_SHOWN_UP_TO]}
    return min(len(articles), UNREAD_SHOWN_UP_TO + 1)


def followed_topics(reader: Reader) -> list[Topic]:
    """What the reader follows, newest news first."""
    return list(Topic.objects.filter(follows__reader=reader).order_by("-last_position", "name"))


def is_following(reader: Reader | None, topic: Topic) -> bool:
    return reader is not None and Follow.objects.filter(reader=reader, topic_id=topic.pk).exists()


def export(reader: Reader) -> dict[str, object]:
    """What the reader follows, wants to be alerted of, has read and seen, for its owner; ready for JSON."""
    follows = Follow.objects.filter(reader=reader).select_related("topic").order_by("created_at", "topic_id")
    marks = ReadMark.objects.filter(reader=reader).select_related("article__lead_topic").order_by("article_id")
    progress = Progress.objects.filter(reader=reader).select_related("series").order_by("series__name", "series_id")
    return {
        "read_up_to_position": reader.read_up_to,
        "day_of_late_showings": reader.day,
        "time_zone": reader.time_zone,
        "language": reader.language,
        "follows": [_exported_follow(follow) for follow in follows],
        "read_articles": [{"headline": m.article.shown_headline, "slug": m.article.slug} for m in marks],
        "seen_up_to": [
            {
                "series": row.series.name,
                "slug": row.series.slug,
                "season": row.season_number,
                "episode": row.episode_number,
                "noted": row.updated_at.isoformat(),
            }
            for row in progress
        ],
    }


def _exported_follow(follow: Follow) -> dict[str, object]:
    return {
        "topic": follow.topic.name,
        "kind": follow.topic.kind,
        "slug": follow.topic.slug,
        "since": follow.created_at.isoformat(),
        "alerts_not_wanted": [kind.name.lower() for kind in NewsKind if follow.unwanted_kinds & kind and kind.name],
        "alerts_of_releases": follow.releases,
        "alerts_when": [lead.name.lower() for lead in Follow.Lead if follow.leads & lead],
        "alerts_only_when_caught_up": follow.only_caught_up,
        "alerts_muted_until": follow.muted_until.isoformat() if follow.muted_until else None,
    }
