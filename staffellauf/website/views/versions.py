"""Earlier versions of a published article, open to readers."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from staffellauf.newsroom.models import Article
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import article as article_page
from staffellauf.website.pages import versions
from staffellauf.website.views import errors


@require_safe
def index(request: PageRequest, slug: str) -> HttpResponse:
    article = found(slug)
    if not article_page.is_published(article):
        return errors.gone(request)
    if article.slug != slug:
        return redirect(reverse("article-versions", args=[article.slug]), permanent=True)
    return render(request, "website/versions.html", {"page": versions.VersionsPage.load(article)})


@require_safe
def show(request: PageRequest, slug: str, number: str) -> HttpResponse:
    article = found(slug)
    if not article_page.is_published(article):
        return errors.gone(request)
    if article.slug != slug:
        # The numbers of a merged article are not those of the one that took its place.
        return redirect(reverse("article-versions", args=[article.slug]), permanent=True)
    page = versions.VersionPage.load(article, int(number))
    if page is None:
        raise Http404
    return render(request, "website/version.html", {"page": page})


def found(slug: str) -> Article:
    """Raises Http404 for a draft too."""
    article = article_page.find(slug)
    if article is None or article.first_published_at is None:
        raise Http404
    return article
