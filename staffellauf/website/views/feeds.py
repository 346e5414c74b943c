"""Public Atom feeds (RFC 4287): all news, and the news of each topic."""

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.common import text
from staffellauf.newsroom.models import Article
from staffellauf.website import structured
from staffellauf.website.pages import index as index_page

ENTRIES = 40
LISTED = 60
FEED_AGE_S = 300
# The kinds as the addresses of their pages name them.
KINDS = {
    "serien": TopicKind.SERIES,
    "personen": TopicKind.PERSON,
    "franchises": TopicKind.FRANCHISE,
    "sender": TopicKind.ORGANISATION,
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The topics with the newest news, by kind and name."""
    newest = Topic.objects.filter(last_position__gt=0).order_by("-last_position", "name")[:LISTED]
    topics = sorted(newest, key=lambda topic: text.fold(topic.name))
    groups = [
        (index_page.label(kind), [(topic, address_of(topic)) for topic in topics if topic.kind == kind])
        for kind in index_page.ORDER
    ]
    return render(request, "website/feeds.html", {"groups": [group for group in groups if group[1]]})


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().newest_first()
    return atom(request, list(articles.for_cards()[:ENTRIES]), title=settings.WAGTAIL_SITE_NAME, page=reverse("front"))


@require_safe
def topic(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    found = catalogue.topic_by_slug(KINDS[kind], slug) if kind in KINDS else None
    if found is None:
        raise Http404
    if found.slug != slug:
        return redirect("topic-feed", kind, found.slug, permanent=True)
    articles = Article.objects.published().about(found).for_cards()
    title = f"{found.name} – {settings.WAGTAIL_SITE_NAME}"
    return atom(request, list(articles[:ENTRIES]), title=title, page=found.get_absolute_url())


def address_of(topic: Topic) -> str:
    word = next(word for word, kind in KINDS.items() if kind == topic.kind)
    return reverse("topic-feed", args=[word, topic.slug])


def atom(request: HttpRequest, articles: list[Article], *, title: str, page: str) -> HttpResponse:
    changed = max((changed_at(article) for article in articles), default=datetime(2026, 1, 1, tzinfo=UTC))
    # A date alone would miss that an article was withdrawn.
    state = " ".join(f"{article.pk}:{changed_at(article).isoformat()}" for article in articles)
    etag = f'"{hashlib.sha256(f"{title} {state}".encode()).hexdigest()[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers={"ETag": etag})
    feed = Atom1Feed(
        title=title, link=structured.absolute(page), description="", language="de",
        subtitle=_("TV-series news about what you follow"), feed_url=structured.absolute(request.path),
    )  # fmt: skip
    for article in articles:
        feed.add_item(
            title=article.headline,
            link=structured.absolute(article.get_absolute_url()),
            description=article.deck,
            author_name=article.byline or settings.WAGTAIL_SITE_NAME,
            pubdate=article.first_published_at,
            updateddate=changed_at(article),
            unique_id=entry_id(article),
            categories=[article.lead_topic.name] if article.lead_topic else [],
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed.timestamp())
    response.headers["Cache-Control"] = f"public, max-age={FEED_AGE_S}"
    return response


def entry_id(article: Article) -> str:
    """A tag URI (RFC 4151) that outlives a new slug: an entry's id never changes (RFC 4287 section 4.2.6)."""
    assert article.first_published_at is not None
    return f"tag:{settings.PUBLIC_HOST.partition(':')[0]},{article.first_published_at:%Y-%m-%d}:meldung-{article.pk}"


def changed_at(article: Article) -> datetime:
    changed = article.updated_at or article.first_published_at
    assert changed is not None
    return changed
