"""Pages of what can be followed. Each is looked up by `found`, which sends a former slug to its new address."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from staffellauf.catalogue.models import Franchise, Organisation, Person, Series, Topic
from staffellauf.website import titlecards
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import index as index_page
from staffellauf.website.pages import listing
from staffellauf.website.pages import topics as pages

CARD_AGE_S = 7 * 24 * 3600


def found(view: Callable[[PageRequest, Topic], HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the topic of its kind and slug; 404 when there is none, 301 when it moved."""

    @wraps(view)
    @require_safe
    # A view's arguments have any type.
    def with_topic(request: PageRequest, slug: str, *, kind: str, **kwargs: Any) -> HttpResponse:
        topic = pages.find(kind, slug, reader=request.reader)
        if topic is None:
            raise Http404
        if topic.slug != slug:
            assert request.resolver_match is not None
            return redirect(reverse(request.resolver_match.view_name, args=[topic.slug]), permanent=True)
        return view(request, topic)

    return with_topic


@found
def series(request: PageRequest, topic: Topic) -> HttpResponse:
    page = pages.SeriesPage.load(cast(Series, topic))
    return render(request, "website/series.html", {"page": page})


@found
def episodes(request: PageRequest, topic: Topic) -> HttpResponse:
    page = pages.EpisodesPage.load(cast(Series, topic))
    return render(request, "website/episodes.html", {"page": page})


@found
def cast_list(request: PageRequest, topic: Topic) -> HttpResponse:
    page = pages.CastPage.load(cast(Series, topic))
    return render(request, "website/cast.html", {"page": page})


@found
def person(request: PageRequest, topic: Topic) -> HttpResponse:
    page = pages.PersonPage.load(cast(Person, topic))
    return render(request, "website/person.html", {"page": page})


@found
def group(request: PageRequest, topic: Topic) -> HttpResponse:
    page = pages.GroupPage.load(cast(Franchise | Organisation, topic))
    return render(request, "website/group.html", {"page": page})


@found
def news(request: PageRequest, topic: Topic) -> HttpResponse:
    page = listing.TopicNewsPage.load(topic, before=listing.number(request.GET.get("vor")))
    return render(request, "website/topic_news.html", {"page": page})


@found
def card(request: PageRequest, topic: Topic) -> HttpResponse:
    """The title card as a picture file."""
    response = HttpResponse(titlecards.poster(topic.name, topic.hue), content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={CARD_AGE_S}"
    return response


@require_safe
def series_index(request: PageRequest) -> HttpResponse:
    query = index_page.clean_query(request.GET.get("q", ""))
    after, beginning = (index_page.clean_query(request.GET.get(name, "")) for name in ("nach", "ab"))
    page = index_page.SeriesIndex.load(query, after=after, beginning=beginning)
    return render(request, "website/series_index.html", {"page": page})
