from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import authors as pages
from staffellauf.website.pages import listing


@require_safe
def index(request: PageRequest) -> HttpResponse:
    return render(request, "website/author_list.html", {"page": pages.AuthorList.load()})


@require_safe
def show(request: PageRequest, slug: str) -> HttpResponse:
    author = pages.find(slug)
    if author is None:
        raise Http404
    page = pages.AuthorPage.load(author, before=listing.number(request.GET.get("vor")))
    return render(request, "website/author.html", {"page": page})
