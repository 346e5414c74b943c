"""Lists of articles: by day, and in pages that begin where the last one ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Self

from django.db.models import Q

from staffellauf.catalogue.models import Topic
from staffellauf.common import dates
from staffellauf.newsroom.models import Article, ArticleTopic
from staffellauf.website import pictures

PAGE_SIZE = 24
# The greatest number both databases hold.
GREATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    articles: list[Article]


def number(raw: str | None) -> int | None:
    """A whole number from an address; None for junk and for what no database holds."""
    if raw and raw.isascii() and raw.isdecimal() and len(raw) <= 19 and int(raw) <= GREATEST:
        return int(raw)
    return None


def by_day(articles: Iterable[Article]) -> list[Day]:
    """Articles that come newest first, under the days of Berlin."""
    return [Day(day, list(group)) for day, group in groupby(articles, key=published_on)]


def published_on(article: Article) -> date:
    assert article.first_published_at is not None
    return dates.day_of(article.first_published_at)


@dataclass(frozen=True, slots=True)
class NewsPage:
    """All articles, newest first."""

    days: list[Day]
    next_before: int | None
    """Id of the last article shown; None at the end."""

    @classmethod
    def load(cls, before: int | None) -> Self:
        query = Article.objects.published().newest_first().for_cards()
        last = Article.objects.published().filter(pk=before).first() if before else None
        if last:
            older = Q(first_published_at__lt=last.first_published_at)
            query = query.filter(older | Q(first_published_at=last.first_published_at, pk__lt=last.pk))
        found = list(query[: PAGE_SIZE + 1])
        shown = pictures.with_renditions(found[:PAGE_SIZE])
        return cls(by_day(shown), shown[-1].pk if len(found) > PAGE_SIZE else None)


@dataclass(frozen=True, slots=True)
class TopicNewsPage:
    """All articles about one topic, newest publication first."""

    topic: Topic
    days: list[Day]
    next_before: int | None
    """Position of the last article shown; None at the end."""

    @classmethod
    def load(cls, topic: Topic, *, before: int | None) -> Self:
        places = ArticleTopic.objects.filter(topic_id=topic.pk).order_by("-position")
        if before:
            places = places.filter(position__lt=before)
        found = list(places.values_list("position", "article_id")[: PAGE_SIZE + 1])
        ids = [article_id for _, article_id in found[:PAGE_SIZE]]
        articles = Article.objects.published().for_cards().in_bulk(ids)
        shown = pictures.with_renditions(articles[pk] for pk in ids if pk in articles)
        return cls(topic, by_day(shown), found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None)
