"""Data for search engines: schema.org as JSON-LD."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString, mark_safe

from staffellauf.catalogue.models import Episode, Person, Role, Season, Series, Topic
from staffellauf.common import dates, paths
from staffellauf.newsroom import kinds, renditions, signing
from staffellauf.newsroom.models import STARS, Article, Author, Kind, Note, Source
from staffellauf.website import pictures

# What could end the script element or begin a comment in it (HTML, "restrictions for contents of script elements").
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def script(value: dict[str, Any]) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


# --- articles


# What an article is by its kind (schema.org); the others are NewsArticle.
ARTICLE_TYPES = {
    Kind.REVIEW: "ReviewNewsArticle",
    Kind.SPECIAL: "ReportageNewsArticle",
    Kind.ADVERTISEMENT: "AdvertiserContentArticle",
}
TOPIC_TYPES = {
    "series": "TVSeries",
    "person": "Person",
    "organisation": "Organization",
    "franchise": "CreativeWorkSeries",
}
# In the order in which search engines ask for them: square, 4:3, 16:9. Fewer pixels than that are not shown.
RATIO_FILTERS = renditions.RATIO_FILTERS
FEWEST_PIXELS = 50_000
LOGO, LOGO_PX = "website/icons/app-512.png", 512


def news_article(article: Article, *, image: str, topics: Sequence[Topic] = ()) -> dict[str, Any]:
    """schema.org/NewsArticle or what comes nearer; of a find a WebPage, because the article is elsewhere.

    `image` is a path for when no picture in the three ratios is made yet, or empty.
    """
    assert article.first_published_at is not None
    address = paths.absolute(article.get_absolute_url())
    value: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ARTICLE_TYPES.get(Kind(article.kind), "NewsArticle"),
        "@id": f"{address}#meldung",
        "url": address,
        # A result's title is read before anybody has decided to read.
        "headline": article.shown_headline,
        "inLanguage": "de",
        "datePublished": dates.iso(article.first_published_at),
        "dateModified": dates.iso(modified_at(article)),
        "mainEntityOfPage": address,
        "publisher": publisher(),
        "isAccessibleForFree": True,
        "articleSection": kinds.plural(article.kind),
    }
    if article.shown_deck:
        value["description"] = article.shown_deck
    if article.kind == Kind.FIND:
        return find_page(article, value, topics)
    value["author"] = authors_of(article)
    pictures: list[Any] = list(images(article))
    if image and not pictures and not article.is_spoiler:
        pictures = [paths.absolute(image)]
    if pictures:
        value["image"] = pictures
    if named := [about(topic) for topic in topics]:
        value["about"] = named
    if sources := [cited(source) for source in article.sources.all()]:
        value["citation"] = sources
    if corrections := [correction(note) for note in notes_of(article) if note.kind == Note.Kind.CORRECTION]:
        value["correction"] = corrections
    if article.kind == Kind.ADVERTISEMENT and article.advertiser:
        value["sponsor"] = {"@type": "Organization", "name": article.advertiser}
    if article.kind == Kind.REVIEW and article.half_stars:
        value |= review(article, topics)
    return value


def find_page(article: Article, value: dict[str, Any], topics: Sequence[Topic]) -> dict[str, Any]:
    """A page of ours that tells of an article of others."""
    page = {name: value[name] for name in value if name not in {"headline", "mainEntityOfPage", "articleSection"}}
    page |= {"@type": "WebPage", "name": article.shown_headline}
    page["citation"] = [cited(source) | {"@type": "NewsArticle"} for source in article.sources.all()]
    if topics:
        page["about"] = [about(topic) for topic in topics]
    return page


def publisher() -> dict[str, Any]:
    logo = {
        "@type": "ImageObject",
        "url": paths.absolute(staticfiles_storage.url(LOGO)),
        "width": LOGO_PX,
        "height": LOGO_PX,
    }
    name = settings.WAGTAIL_SITE_NAME
    return {"@type": "NewsMediaOrganization", "name": name, "url": f"{settings.PUBLIC_URL}/", "logo": logo}


def authors_of(article: Article) -> list[dict[str, Any]]:
    """Never empty: unsigned articles are the portal's."""
    named = [
        {"@type": "Person", "name": author.name, "url": paths.absolute(author.get_absolute_url())}
        for author in signing.authors_of(article)
    ]
    if not named and article.byline:
        named = [{"@type": "Person", "name": article.byline}]
    return named or [{"@type": "Organization", "name": settings.WAGTAIL_SITE_NAME, "url": f"{settings.PUBLIC_URL}/"}]


def images(article: Article) -> list[dict[str, Any]]:
    """The lead picture square, in 4:3 and in 16:9, as far as they are made; the widest other one without them."""
    picture = pictures.cleared(article.lead_picture)
    if picture is None or article.is_spoiler:
        return []
    made = {one.filter_spec: one for one in picture.renditions.all() if one.width * one.height >= FEWEST_PIXELS}
    chosen = [made[name] for name in RATIO_FILTERS if name in made]
    if not chosen:
        jpegs = [one for name, one in made.items() if name.endswith("jpeg")]
        chosen = [max(jpegs, key=lambda one: one.width)] if jpegs else []
    return [
        {
            "@type": "ImageObject", "url": paths.absolute(one.url), "width": one.width, "height": one.height,
            "creditText": picture.credit,
        }
        for one in chosen
    ]  # fmt: skip


def modified_at(article: Article) -> datetime:
    moments = [article.first_published_at, article.updated_at, *(note.created_at for note in notes_of(article))]
    return max(moment for moment in moments if moment)


def notes_of(article: Article) -> list[Note]:
    return list(article.notes.all())


def correction(note: Note) -> dict[str, Any]:
    return {"@type": "CorrectionComment", "text": note.text, "datePublished": dates.iso(note.created_at)}


def cited(source: Source) -> dict[str, Any]:
    value: dict[str, Any] = {"@type": "CreativeWork", "name": source.name}
    if source.url:
        value["url"] = source.url
    if source.reported_on:
        value["datePublished"] = str(source.reported_on)
    return value


def about(topic: Topic) -> dict[str, Any]:
    return {"@type": TOPIC_TYPES[topic.kind], "name": topic.name, "url": paths.absolute(topic.get_absolute_url())}


def review(article: Article, topics: Sequence[Topic]) -> dict[str, Any]:
    """A verdict in stars (schema.org/Review), about the first series."""
    assert article.half_stars
    rating = {"@type": "Rating", "ratingValue": article.half_stars / 2, "bestRating": STARS, "worstRating": 0.5}
    value: dict[str, Any] = {"reviewRating": rating}
    reviewed = next((topic for topic in topics if topic.kind == "series"), None)
    if reviewed:
        value["itemReviewed"] = about(reviewed)
    return value


def author_profile(author: Author) -> dict[str, Any]:
    """schema.org/ProfilePage"""
    person: dict[str, Any] = {"@type": "Person", "name": author.name, "url": paths.absolute(author.get_absolute_url())}
    if author.job:
        person["jobTitle"] = author.job
    if author.about:
        person["description"] = author.about
    if author.website:
        person["sameAs"] = [author.website]
    person["worksFor"] = publisher()
    return {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": person}


# --- topics


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
        "url": paths.absolute(address),
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
        "url": paths.absolute(address),
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
    return {"@type": "TVSeries", "name": series.name, "url": paths.absolute(series.get_absolute_url())}


def named(topic: Person) -> dict[str, Any]:
    return {"@type": "Person", "name": topic.name, "url": paths.absolute(topic.get_absolute_url())}
