"""From the newsroom to a feed: which articles it has, what its state is, and what its entries say."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.catalogue import queries as catalogue
from staffellauf.common import paths
from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import Article, Author, Note, Publication, Rendition
from staffellauf.syndication.feeds import atom, entries, jsonfeed, names, rss
from staffellauf.syndication.feeds.description import Feed
from staffellauf.syndication.feeds.names import Name

LENGTH = 40
# An article's editions are few; this many publications hold LENGTH different articles.
PUBLICATIONS = 3 * LENGTH
# Changes whenever the formats do, so that nobody keeps the old one for unchanged.
REVISION = "2"
WRITERS = {"atom": atom.write, "rss": rss.write, "json": jsonfeed.write}
# Before the portal: the date of a feed without entries.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that exists, before its entries are read."""

    name: Name
    """With the slug that it has today."""
    title: str
    page: str
    articles: "QuerySet[Article]"


@dataclass(frozen=True, slots=True)
class State:
    """What a conditional request is answered from: one query, no texts."""

    article_ids: tuple[int, ...]
    digest: str
    changed_at: datetime


def find(name: Name) -> Found | None:
    """None when there is no such topic, kind or author."""
    site = settings.WAGTAIL_SITE_NAME
    published = Article.objects.published()
    if name.scope == names.ALL:
        return Found(name, site, reverse("front"), published)
    if name.scope == names.KIND:
        kind = kinds.of_slug(name.slug)
        if kind is None:
            return None
        page = reverse("news-kind", args=[name.slug])
        return Found(name, f"{kinds.plural(kind)} – {site}", page, published.filter(kind=kind).newest_first())
    if name.scope == names.AUTHOR:
        author = Author.objects.filter(slug=name.slug).first()
        if author is None:
            return None
        signed = published.filter(bylines__author=author).newest_first()
        return Found(name, f"{author.name} – {site}", author.get_absolute_url(), signed)
    topic = catalogue.topic_by_slug(names.TOPICS[name.scope], name.slug)
    if topic is None:
        return None
    current = names.of_topic(topic, name.form)
    return Found(current, f"{topic.name} – {site}", topic.get_absolute_url(), published.about(topic))


def state(found: Found) -> State:
    """Changes with everything that readers of the feed would notice."""
    ids = newest_ids() if found.name.scope == names.ALL else list(found.articles.values_list("pk", flat=True)[:LENGTH])
    note = Note.objects.filter(article=OuterRef("pk")).order_by("-created_at", "-pk")
    picture = Rendition.objects.filter(image=OuterRef("lead_picture"), filter_spec=entries.PICTURE_FILTER)
    rows = Article.objects.filter(pk__in=ids).annotate(
        note=Subquery(note.values("pk")[:1]),
        noted_at=Subquery(note.values("created_at")[:1]),
        has_picture=Exists(picture),
    )
    fields = ("pk", "slug", "first_published_at", "updated_at", "note", "noted_at", "has_picture")
    by_id = {row[0]: row for row in rows.values_list(*fields)}
    shown = [by_id[pk] for pk in ids if pk in by_id]
    moments = [moment for row in shown for moment in (row[2], row[3], row[5]) if moment]
    said = [REVISION, settings.PUBLIC_URL, found.name.path, found.title, shown]
    digest = hashlib.sha256(repr(said).encode()).hexdigest()[:32]
    return State(tuple(row[0] for row in shown), digest, max(moments, default=NEVER))


def newest_ids() -> list[int]:
    """Of all news, the latest edition first."""
    live = Publication.objects.filter(article__live=True, article__first_published_at__isnull=False)
    ids = live.order_by("-position").values_list("article_id", flat=True)[:PUBLICATIONS]
    return list(dict.fromkeys(ids))[:LENGTH]


def load(found: Found, known: State) -> Feed:
    return Feed(
        name=found.name,
        title=found.title,
        subtitle=_("TV-series news about what you follow"),
        page=paths.absolute(found.page),
        hub=hub_address(),
        icon=paths.absolute(staticfiles_storage.url("website/icons/app-512.png")),
        language="de",
        updated_at=known.changed_at,
        entries=entries.load(known.article_ids, today=timezone.localdate()),
    )


def document(found: Found, known: State) -> bytes:
    return WRITERS[found.name.form](load(found, known))


def hub_address() -> str:
    return paths.absolute(reverse("websub"))


def link_header(found: Found) -> str:
    """As WebSub discovers it (W3C Recommendation, section 4) and sends it with what it distributes."""
    return f'<{hub_address()}>; rel="hub", <{found.name.address}>; rel="self"'
