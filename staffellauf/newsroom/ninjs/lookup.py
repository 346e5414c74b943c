"""Which row of ours the file means: topics by id, address or name, articles by uri, address or slug."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from staffellauf.catalogue import queries
from staffellauf.catalogue.models import ExternalId, Topic, TopicKind
from staffellauf.common import text
from staffellauf.newsroom.models import Article, FormerSlug
from staffellauf.newsroom.ninjs.items import InvalidItem, TopicName

OWN = re.compile(r"staffellauf:(series|person|franchise|organisation)/([a-z0-9_-]{1,100})")
OWN_ARTICLE = re.compile(r"staffellauf:(?:article|news)/([a-z0-9_-]{1,100})")
# Address or short form of an id elsewhere: scheme, kind where the pattern tells it, and the id as group 1.
EXTERNAL: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (scheme, kind, re.compile(pattern, re.IGNORECASE))
    for scheme, kind, pattern in (
        ("imdb", "", r"imdb:((?:tt|nm|co)\d{5,12})"),
        ("imdb", "", r"https?://(?:www\.|m\.)?imdb\.com/(?:[a-z]{2}/)?(?:title|name|company)/((?:tt|nm|co)\d{5,12})/?"),
        ("tmdb", "", r"tmdb:(\d{1,12})"),
        ("tmdb", "series", r"tmdb:tv/(\d{1,12})"),
        ("tmdb", "person", r"tmdb:person/(\d{1,12})"),
        ("tmdb", "series", r"https?://(?:www\.)?themoviedb\.org/tv/(\d{1,12})(?:-[^/?#]*)?/?"),
        ("tmdb", "person", r"https?://(?:www\.)?themoviedb\.org/person/(\d{1,12})(?:-[^/?#]*)?/?"),
        ("tvdb", "", r"tvdb:(\d{1,12})"),
        ("tvmaze", "", r"tvmaze:(\d{1,12})"),
        ("tvmaze", "series", r"tvmaze:shows/(\d{1,12})"),
        ("tvmaze", "person", r"tvmaze:people/(\d{1,12})"),
        ("tvmaze", "series", r"https?://(?:www\.|api\.)?tvmaze\.com/shows/(\d{1,12})(?:/[^/?#]*)?/?"),
        ("tvmaze", "person", r"https?://(?:www\.|api\.)?tvmaze\.com/people/(\d{1,12})(?:/[^/?#]*)?/?"),
        ("wikidata", "", r"wikidata:(Q\d{1,12})"),
        ("wikidata", "", r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(Q\d{1,12})"),
    )
)


class UnknownTopic(InvalidItem):
    """No topic of ours is meant, as far as can be told."""


def topic(named: TopicName) -> Topic:
    """Raises UnknownTopic with the nearest names, InvalidItem when several topics carry the name."""
    kinds = list(named.kinds)
    if named.uri:
        if own := own_topic(named.uri):
            kind, slug = own
            return queries.topic_by_slug(kind, slug) or unknown(named, place="uri", words=slug.replace("-", " "))
        if found := by_external_id(named):
            return found
    if named.name:
        return by_name(named, kinds=kinds)
    return unknown(named, place="uri", words="")


def own_topic(uri: str) -> tuple[str, str] | None:
    """Kind and slug of a topic's name or address in our house."""
    if found := OWN.fullmatch(uri):
        return found[1], found[2]
    name, slug = own_page(uri) or ("", "")
    return (name, slug) if name in TopicKind.values else None


def own_page(address: str) -> tuple[str, str] | None:
    """The page's name and slug when the address, relative or absolute, is one of ours that has a slug."""
    path = own_path(address)
    if path is None:
        return None
    for language in ("de", "en"):
        with translation.override(language):
            try:
                match = resolve(path)
            except Resolver404:
                continue
            slug = match.kwargs.get("slug") or next(iter(match.args), "")
            return match.url_name or "", str(slug)
    return None


def own_path(address: str) -> str | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        if f"{parts.scheme}://{parts.netloc}".lower() != settings.PUBLIC_URL.lower():
            return None
    path = unquote(parts.path)
    return path if path.startswith("/") and "\0" not in path else None


def by_external_id(named: TopicName) -> Topic | None:
    """None when the id is of no kind we know or no topic of ours carries it."""
    for scheme, kind, pattern in EXTERNAL:
        if found := pattern.fullmatch(named.uri.split("?")[0]):
            ids = ExternalId.objects.filter(scheme=scheme, value__iexact=found[1]).select_related("topic")
            ids = ids.filter(kind__in=[kind] if kind else named.kinds)
            topics = {row.topic.pk: row.topic for row in ids}
            if len(topics) > 1:
                raise InvalidItem(f"{named.path}.uri", f"{named.uri} could be {candidates(topics.values())}")
            return next(iter(topics.values()), None)
    return None


def by_name(named: TopicName, *, kinds: list[str]) -> Topic:
    folded = text.fold(named.name)
    near = Topic.objects.filter(kind__in=kinds).named(named.name).order_by("kind", "slug") if folded else []
    found = [row for row in near if folded in row.search_text.split(" | ")]
    if len(found) > 1:
        raise InvalidItem(f"{named.path}.name", f"“{named.name}” could be {candidates(found)}: give its uri")
    return found[0] if found else unknown(named, place="name", words=named.name)


def unknown(named: TopicName, *, place: str, words: str) -> Topic:
    wanted = named.uri if place == "uri" else f"“{named.name}”"
    near = nearest(words)
    hint = f"; perhaps {candidates(near)}" if near else ""
    raise UnknownTopic(f"{named.path}.{place}", f"no {' or '.join(named.kinds)} of ours is {wanted}{hint}")


def nearest(words: str) -> list[Topic]:
    """Topics of any kind that hold all the words, else the longest of them that any topic holds."""
    longest_first = sorted((word for word in text.fold(words).split() if len(word) > 3), key=len, reverse=True)
    tries = (queries.search(word, limit=3) for word in [words, *longest_first[:5]])
    return next((found for found in tries if found), [])


def candidates(topics: Iterable[Topic]) -> str:
    return ", ".join(f"staffellauf:{row.kind}/{row.slug} ({row.name})" for row in topics)


def uri_of(article: Article) -> str:
    """The name by which programs know the article: the one that it came with, else a tag URI (RFC 4151) of ours, which
    outlives a new slug."""
    if article.guid:
        return article.guid
    assert article.first_published_at is not None
    return f"tag:{authority()},{article.first_published_at:%Y-%m-%d}:meldung-{article.pk}"


def authority() -> str:
    return str(settings.PUBLIC_HOST.partition(":")[0])


def own_id(uri: str) -> int | None:
    """The id in a tag URI of ours."""
    found = re.fullmatch(rf"tag:{re.escape(authority())},\d{{4}}-\d\d-\d\d:meldung-(\d{{1,18}})", uri)
    return int(found[1]) if found else None


def by_uri(uri: str) -> Article | None:
    """The article that the item's `uri` means, locked until the transaction ends."""
    rows = Article.objects.select_for_update()
    pk = own_id(uri)
    return rows.filter(guid=uri).first() or (rows.filter(pk=pk, guid=None).first() if pk else None)


def article(uri: str) -> Article | None:
    """The article with this guid, address or slug, now or once."""
    if found := Article.objects.filter(guid=uri).first():
        return found
    if pk := own_id(uri):
        return Article.objects.filter(pk=pk).first()
    own = OWN_ARTICLE.fullmatch(uri)
    page = None if own else own_page(uri)
    slug = own[1] if own else page[1] if page and page[0] == "article" else uri
    if found := Article.objects.filter(slug=slug).first():
        return found
    former = FormerSlug.objects.filter(slug=slug).select_related("article").first()
    return former.article if former else None
