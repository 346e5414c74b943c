"""A draft as its page will look; the newsroom asks for it by the setting ARTICLE_PREVIEW."""

import dataclasses
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from staffellauf.newsroom.models import Article
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import discussion
from staffellauf.website.pages.article import BELLS, ArticlePage
from staffellauf.website.pages.bell import Bell


def show(request: HttpRequest, article: Article) -> HttpResponse:
    """Takes an article that was never saved too; its topics are those that the form names."""
    # Nobody has read it: the page's script has nothing to report.
    cast(PageRequest, request).reader = None
    # An id that no row has, so that what is read beside the article comes back empty.
    article.pk = article.pk or 0
    article.slug = article.slug or "vorschau"
    article.first_published_at = article.first_published_at or timezone.now()
    subjects = sorted(article.subjects.all(), key=lambda subject: subject.weight != "main")
    topics = [subject.topic for subject in subjects if subject.topic_id]
    article.lead_topic = topics[0] if topics else None
    page = dataclasses.replace(ArticlePage.load(article, None), bells=Bell.over(topics[:BELLS], None))
    return render(request, "website/article.html", {"page": page, "thread": discussion.load(article, request)})
