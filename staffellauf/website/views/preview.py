"""A draft as readers will see it; the newsroom asks for it by the setting ARTICLE_PREVIEW."""

import dataclasses
import json
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from staffellauf.alerts.channels.mail import letters
from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.words import telling
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article
from staffellauf.website import pictures
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import cards, discussion, spoilers
from staffellauf.website.pages.article import BELLS, ArticlePage
from staffellauf.website.pages.bell import Bell

# What each mode but the page shows, in this order.
PARTS = {
    "card": ("card", "feed"),
    "push": ("push",),
    "mail": ("mail",),
    "all": ("page", "card", "feed", "push", "mail"),
}


def show(request: HttpRequest, article: Article, mode: str = "page") -> HttpResponse:
    """Takes an article that was never saved too; its topics, authors and pictures are those that the form names."""
    # Nobody has read it: the page's script has nothing to report.
    cast(PageRequest, request).reader = None
    make_showable(article)
    if mode in PARTS:
        return render(request, "website/preview/parts.html", context_of(article, PARTS[mode]))
    page = dataclasses.replace(ArticlePage.load(article, None), bells=Bell.over(topics_of(article)[:BELLS], None))
    return render(request, "website/article.html", {"page": page, "thread": discussion.load(article, request)})


def make_showable(article: Article) -> None:
    """What an article has only once it is published."""
    # An id that no row has, so that what is read beside the article comes back empty.
    article.pk = article.pk or 0
    article.slug = article.slug or "vorschau"
    article.first_published_at = article.first_published_at or timezone.now()
    topics = topics_of(article)
    article.lead_topic = topics[0] if topics else None


# Any: a topic, as the subjects have it.
def topics_of(article: Article) -> list[Topic]:
    subjects = sorted(article.subjects.all(), key=lambda subject: subject.weight != "main")
    return [subject.topic for subject in subjects if subject.topic_id]


def context_of(article: Article, parts: tuple[str, ...]) -> dict[str, object]:
    pictures.with_renditions([article])
    [shown] = cards.ready([article])
    # Told as to who follows its first topic.
    topic = next(iter(topics_of(article)), None)
    item = telling.of_article(shown, topic, language=settings.LANGUAGE_CODE)
    return {
        "article": shown,
        "parts": parts,
        "push": json.loads(texts.article(item, ttl=timedelta(hours=1)).text)["notification"],
        "mail": letters.item_context(item, reader_id=None, language=settings.LANGUAGE_CODE),
        "warning": spoilers.warning(shown),
        "is_side_by_side": len(parts) > 2,
    }
