"""What search engines shall find."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from staffellauf.catalogue.models import Episode, Season, Topic
from staffellauf.newsroom.models import Article, Author, Kind
from staffellauf.website.pages import words

# Far below the 50,000 that sitemaps.org allows: each of them is one page in memory.
PAGE_SIZE = 5000


class OfPublicUrl:
    """Addresses as readers use them, whatever name the request came by."""

    protocol: str | None = "https" if settings.SECURE else "http"

    # Any: django.contrib.sites, which is not installed.
    def get_domain(self, site: Any = None) -> str:
        return str(settings.PUBLIC_HOST)


class Articles(OfPublicUrl, Sitemap[Article]):
    limit = PAGE_SIZE

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().newest_first().only("slug", "first_published_at", "updated_at")

    def lastmod(self, item: Article) -> datetime | None:
        return item.updated_at or item.first_published_at


class Topics(OfPublicUrl, Sitemap[Topic]):
    limit = PAGE_SIZE

    def items(self) -> QuerySet[Topic]:
        return Topic.objects.order_by("pk").only("kind", "slug", "updated_at")

    def lastmod(self, item: Topic) -> datetime:
        return item.updated_at


class Seasons(OfPublicUrl, Sitemap[Season]):
    """Of which episodes are known; the episodes are a step away from there."""

    limit = PAGE_SIZE

    def items(self) -> QuerySet[Season]:
        held = Season.objects.filter(Exists(Episode.objects.filter(season=OuterRef("pk"))))
        return held.filter(series__merged_into__isnull=True).order_by("pk").select_related("series")

    def location(self, item: Season) -> str:
        return words.season_address(item.series, item)


class Pages(OfPublicUrl, Sitemap[str]):
    def items(self) -> list[str]:
        return [
            "front",
            "news",
            "series-index",
            "people-index",
            "network-index",
            "starts",
            "programme",
            "feeds",
            "authors",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class Authors(OfPublicUrl, Sitemap[Author]):
    def items(self) -> QuerySet[Author]:
        return Author.objects.filter(bylines__article__live=True).distinct().order_by("pk")


SECTIONS = {"seiten": Pages, "meldungen": Articles, "themen": Topics, "staffeln": Seasons, "autoren": Authors}
# Google News: articles of the last two days, at most a thousand (support.google.com/news/publisher-center).
NEWS_AGE = timedelta(days=2)
NEWS_LENGTH = 1000
# They are no news of ours.
NOT_NEWS = [Kind.ADVERTISEMENT, Kind.FIND]


def recent_news(*, now: datetime) -> QuerySet[Article]:
    """What the news sitemap lists, newest first."""
    recent = Article.objects.published().filter(first_published_at__gt=now - NEWS_AGE, first_published_at__lte=now)
    return recent.exclude(kind__in=NOT_NEWS).newest_first().for_cards()[:NEWS_LENGTH]
