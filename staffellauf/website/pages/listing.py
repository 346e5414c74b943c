"""Lists of articles: by day, and in pages that begin where the last one ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Self

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import Topic
from staffellauf.common import dates
from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import Article, ArticleTopic, Kind
from staffellauf.newsroom.models.articles import ArticleQuerySet
from staffellauf.website.pages import cards

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

    kind: Kind | None = None
    """The one that is listed; None for all."""

    @classmethod
    def load(cls, before: int | None, *, kind: Kind | None = None) -> Self:
        articles = Article.objects.filter(kind=kind) if kind else Article.objects.all()
        days, next_before = paged(articles, before=before)
        return cls(days, next_before, kind)

    @property
    def title(self) -> str:
        return kinds.plural(self.kind) if self.kind else _("News")

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """Name, address and whether it is listed, of all news and of each kind."""
        found = [(_("All"), reverse("news"), self.kind is None)]
        for kind in Kind:
            found.append((kinds.plural(kind), reverse("news-kind", args=[kinds.slug_of(kind)]), kind == self.kind))
        return found


def paged(articles: ArticleQuerySet, *, before: int | None) -> tuple[list[Day], int | None]:
    """The published ones of them, newest first, that come after the article `before`; and where the list goes on."""
    query = articles.published().newest_first().for_cards()
    last = Article.objects.published().filter(pk=before).only("first_published_at").first() if before else None
    if last:
        older = Q(first_published_at__lt=last.first_published_at)
        query = query.filter(older | Q(first_published_at=last.first_published_at, pk__lt=last.pk))
    found = list(query[: PAGE_SIZE + 1])
    shown = cards.ready(found[:PAGE_SIZE])
    return by_day(shown), shown[-1].pk if len(found) > PAGE_SIZE else None


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
        ids = [article_id for _position, article_id in found[:PAGE_SIZE]]
        articles = Article.objects.published().for_cards().in_bulk(ids)
        shown = cards.ready(articles[pk] for pk in ids if pk in articles)
        return cls(topic, by_day(shown), found[PAGE_SIZE - 1][0] if len(found) > PAGE_SIZE else None)
