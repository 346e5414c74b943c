"""Data for search engines: schema.org as JSON-LD."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from staffellauf.catalogue.models import Series
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


def tv_series(series: Series) -> dict[str, Any]:
    """schema.org/TVSeries"""
    value: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TVSeries",
        "name": series.name,
        "url": absolute(series.get_absolute_url()),
    }
    if series.original_title and series.original_title != series.name:
        value["alternateName"] = series.original_title
    if series.start_year:
        value["startDate"] = str(series.start_year)
    if series.end_year:
        value["endDate"] = str(series.end_year)
    return value
