from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from staffellauf.common import origin
from staffellauf.newsroom import kinds
from staffellauf.readers import actions as readers
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import article as article_page
from staffellauf.website.pages import bodies, discussion, listing
from staffellauf.website.views import errors


@require_safe
def index(request: PageRequest, kind: str = "") -> HttpResponse:
    """All news, or those of one kind, as its slug says."""
    chosen = kinds.of_slug(kind)
    if kind and chosen is None:
        raise Http404
    page = listing.NewsPage.load(listing.number(request.GET.get("vor")), kind=chosen)
    return render(request, "website/news.html", {"page": page})


@require_safe
def show(request: PageRequest, slug: str, number: str = "1") -> HttpResponse:
    """The article; of a special with several pages the one with the number, or all of them with `?alles`."""
    article = article_page.find(slug)
    if article is None or article.first_published_at is None:
        raise Http404
    if not article_page.is_published(article):
        return errors.gone(request)
    if article.slug != slug:
        return redirect(bodies.address_of(article, int(number)), permanent=True)
    parts = bodies.parts_of(article)
    if int(number) > max(len(parts), 1):
        raise Http404
    part = parts[int(number) - 1] if parts and "alles" not in request.GET else None
    frame = listing.number(request.GET.get("bilder")) or 1
    page = article_page.ArticlePage.load(article, request.reader, part=part, frame=frame)
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
