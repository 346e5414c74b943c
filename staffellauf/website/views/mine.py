"""A reader's own pages. A visitor without a cookie finds here what they are for."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from staffellauf.common import origin
from staffellauf.readers import actions as readers
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import listing, mine


@require_safe
def feed(request: PageRequest) -> HttpResponse:
    page = mine.FeedPage.load(request.reader, before=listing.number(request.GET.get("vor")))
    return render(request, "website/feed.html", {"page": page})


@require_safe
def newer(request: PageRequest) -> HttpResponse:
    """How many articles the feed has above a position: asked now and then by an open feed page."""
    since = listing.number(request.GET.get("seit"))
    count = mine.newer_count(request.reader, since=since) if request.reader and since is not None else 0
    return render(request, "website/parts/newer.html", {"count": count}) if count else HttpResponse(status=204)


@origin.same_origin
@require_POST
def all_read(request: PageRequest) -> HttpResponse:
    position = listing.number(request.POST.get("bis"))
    if request.reader and position is not None:
        readers.mark_all_read(request.reader, position=position)
    response = redirect("feed")
    response.status_code = 303
    return response


@require_safe
def followed(request: PageRequest) -> HttpResponse:
    page = mine.FollowedPage.load(
        request.reader, dropped=listing.number(request.GET.get("beendet")), now=timezone.now()
    )
    return render(request, "website/followed.html", {"page": page})
