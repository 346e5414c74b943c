"""Data for search engines: schema.org as JSON-LD."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from staffellauf.catalogue.models import Episode, Person, Role, Season, Series
from staffellauf.common import dates
from staffellauf.newsroom.models import Article

# What could end the script element or begin a comment in it (HTML, "restrictions for contents of script elements").
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def script(value: dict[str, Any]) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def absolute(path: str) -> str:
    """A path as an address of this site; an address stays as it is."""
    return path if "://" in path else f"{settings.PUBLIC_URL}{path}"


def news_article(article: Article, *, image: str) -> dict[str, Any]:
    """schema.org/NewsArticle; `image` is a path or empty."""
    assert article.first_published_at is not None
    value: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": article.deck,
        "inLanguage": "de",
        "datePublished": dates.iso(article.first_published_at),
        "dateModified": dates.iso(article.updated_at or article.first_published_at),
        "mainEntityOfPage": absolute(article.get_absolute_url()),
        "publisher": {"@type": "Organization", "name": settings.WAGTAIL_SITE_NAME, "url": settings.PUBLIC_URL},
    }
    if article.byline:
        value["author"] = [{"@type": "Person", "name": article.byline}]
    if image:
        value["image"] = [absolute(image)]
    return value


def tv_series(series: Series, *, roles: Sequence[Role] = (), seasons: int = 0) -> dict[str, Any]:
    """schema.org/TVSeries"""
    value = brief(series) | {"@context": "https://schema.org"}
    if series.original_title and series.original_title != series.name:
        value["alternateName"] = series.original_title
    begins, ends = series.premiered_on or series.start_year, series.ended_on or series.end_year
    if begins:
        value["startDate"] = str(begins)
    if ends:
        value["endDate"] = str(ends)
    if seasons:
        value["numberOfSeasons"] = seasons
    if series.genres:
        value["genre"] = [key.strip() for key in series.genres.split(",")]
    if series.official_site:
        value["sameAs"] = series.official_site
    if roles:
        value["actor"] = [named(role.person) for role in roles]
    return value


def tv_season(series: Series, season: Season, *, address: str, count: int) -> dict[str, Any]:
    """schema.org/TVSeason"""
    value: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TVSeason",
        "seasonNumber": season.number,
        "url": absolute(address),
        "partOfSeries": brief(series),
    }
    if season.name:
        value["name"] = season.name
    if count:
        value["numberOfEpisodes"] = count
    if season.premiered_on:
        value["startDate"] = str(season.premiered_on)
    if season.ended_on:
        value["endDate"] = str(season.ended_on)
    return value


def tv_episode(series: Series, episode: Episode, *, address: str, season: Season) -> dict[str, Any]:
    """schema.org/TVEpisode"""
    value: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TVEpisode",
        "name": str(episode),
        "url": absolute(address),
        "partOfSeries": brief(series),
        "partOfSeason": {"@type": "TVSeason", "seasonNumber": season.number},
    }
    if episode.number is not None:
        value["episodeNumber"] = episode.number
    if episode.aired_on:
        value["datePublished"] = str(episode.aired_on)
    if episode.runtime_min:
        value["timeRequired"] = f"PT{episode.runtime_min}M"
    return value


def person(topic: Person) -> dict[str, Any]:
    """schema.org/Person"""
    value = named(topic) | {"@context": "https://schema.org"}
    if topic.born_on:
        value["birthDate"] = str(topic.born_on)
    if topic.died_on:
        value["deathDate"] = str(topic.died_on)
    return value


def brief(series: Series) -> dict[str, Any]:
    return {"@type": "TVSeries", "name": series.name, "url": absolute(series.get_absolute_url())}


def named(topic: Person) -> dict[str, Any]:
    return {"@type": "Person", "name": topic.name, "url": absolute(topic.get_absolute_url())}
