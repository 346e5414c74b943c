from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from staffellauf.common import origin
from staffellauf.readers import actions as readers
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import article as article_page
from staffellauf.website.pages import discussion, listing
from staffellauf.website.views import errors


@require_safe
def index(request: PageRequest) -> HttpResponse:
    page = listing.NewsPage.load(listing.number(request.GET.get("vor")))
    return render(request, "website/news.html", {"page": page})


@require_safe
def show(request: PageRequest, slug: str) -> HttpResponse:
    article = article_page.find(slug)
    if article is None or article.first_published_at is None:
        raise Http404
    if not article_page.is_published(article):
        return errors.gone(request)
    if article.slug != slug:
        return redirect(article, permanent=True)
    page = article_page.ArticlePage.load(article, request.reader)
    return render(request, "website/article.html", {"page": page, "thread": discussion.load(article, request)})


@origin.same_origin
@require_POST
def read(request: PageRequest, slug: str) -> HttpResponse:
    """A reader opened the article: the page's script says so, because a GET changes nothing."""
    article = article_page.find(slug)
    if article is None or not article_page.is_published(article):
        raise Http404
    if request.reader:
        readers.mark_read(request.reader, article)
    return HttpResponse(status=204)
