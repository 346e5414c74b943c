"""What holds several series together: franchises, networks and streamers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.utils import timezone

from staffellauf.catalogue import calendar, family
from staffellauf.catalogue.family import Kin
from staffellauf.catalogue.models import Franchise, Organisation, Release, Series
from staffellauf.common import dates
from staffellauf.newsroom.models import Article
from staffellauf.website import countries
from staffellauf.website.pages import topics, words
from staffellauf.website.pages.bell import Bell
from staffellauf.website.pages.events import EventLine

SERIES_SHOWN = 60
STARTS_SHOWN = 8
STARTS_AHEAD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class FranchisePage:
    topic: Franchise
    bell: Bell
    articles: list[Article]
    has_more_articles: bool
    trees: list[Kin]
    """In the order in which they began."""
    count: int

    @classmethod
    def load(cls, topic: Franchise) -> Self:
        articles = topics.news(topic)
        series = list(topic.series.order_by("start_year", "name")[: 5 * SERIES_SHOWN])
        return cls(
            topic=topic,
            bell=topics.bell(topic),
            articles=articles[: topics.NEWS],
            has_more_articles=len(articles) > topics.NEWS,
            trees=family.among(series),
            count=len(series),
        )


@dataclass(frozen=True, slots=True)
class NetworkPage:
    topic: Organisation
    bell: Bell
    facts: str
    articles: list[Article]
    has_more_articles: bool
    series: list[Series]
    """Those in the news first, then the popular ones."""
    count: int
    starts: list[EventLine]
    has_programme: bool
    """Showings of it are known."""

    @classmethod
    def load(cls, topic: Organisation) -> Self:
        articles = topics.news(topic)
        held = topic.series.order_by("-last_position", "-popularity", "-start_year", "name")
        return cls(
            topic=topic,
            bell=topics.bell(topic),
            facts=words.joined(countries.listed(topic.country)),
            articles=articles[: topics.NEWS],
            has_more_articles=len(articles) > topics.NEWS,
            series=list(held[:SERIES_SHOWN]),
            count=held.count(),
            starts=starts(topic),
            has_programme=topic.showings.exists(),
        )


def starts(topic: Organisation) -> list[EventLine]:
    """What comes to it, what is known to the day first."""
    today = dates.day_of(timezone.now())
    coming = Release.objects.filter(
        organisation=topic, last_on__gte=today, first_on__lte=today + STARTS_AHEAD, episode__isnull=True
    )
    found = coming.select_related(*calendar.OF_RELEASE).order_by("first_on", "pk")[: 4 * STARTS_SHOWN]
    events = calendar.gathered(calendar.release_event(release, by_broadcast=True) for release in found)
    return [EventLine.of(event) for event in sorted(events, key=lambda event: event.vague is not None)[:STARTS_SHOWN]]
