"""Pages of what can be followed. Each is looked up by `found`, which sends a former slug to its new address."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from staffellauf.catalogue.models import Franchise, Organisation, Person, Series, Topic
from staffellauf.website import titlecards
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import casting, groups, listing, people
from staffellauf.website.pages import series as series_pages
from staffellauf.website.pages import topics as pages

CARD_AGE_S = 7 * 24 * 3600


# A view's arguments have any type.
def found(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the topic of its kind and slug; 404 when there is none, 301 when it moved."""

    @wraps(view)
    @require_safe
    def with_topic(request: PageRequest, slug: str, *, kind: str, **kwargs: Any) -> HttpResponse:
        topic = pages.find(kind, slug, reader=request.reader)
        if topic is None:
            raise Http404
        if topic.slug != slug:
            assert request.resolver_match is not None
            # As the address has them: a kind is no part of it.
            moved = reverse(request.resolver_match.view_name, kwargs={"slug": topic.slug, **kwargs})
            return redirect(moved, permanent=True)
        return view(request, topic, **kwargs)

    return with_topic


@found
def series(request: PageRequest, topic: Topic) -> HttpResponse:
    page = series_pages.SeriesPage.load(cast(Series, topic))
    return render(request, "website/series.html", {"page": page})


@found
def dates(request: PageRequest, topic: Topic) -> HttpResponse:
    page = series_pages.DatesPage.load(cast(Series, topic), now=timezone.now())
    return render(request, "website/dates.html", {"page": page})


@found
def cast_list(request: PageRequest, topic: Topic) -> HttpResponse:
    season, number = (listing.number(request.GET.get(name)) for name in ("staffel", "seite"))
    page = casting.CastPage.load(cast(Series, topic), season=season, page=number or 1)
    return render(request, "website/cast.html", {"page": page})


@found
def person(request: PageRequest, topic: Topic) -> HttpResponse:
    page = people.PersonPage.load(cast(Person, topic), is_whole="alle" in request.GET)
    return render(request, "website/person.html", {"page": page})


@found
def franchise(request: PageRequest, topic: Topic) -> HttpResponse:
    page = groups.FranchisePage.load(cast(Franchise, topic))
    return render(request, "website/franchise.html", {"page": page})


@found
def network(request: PageRequest, topic: Topic) -> HttpResponse:
    page = groups.NetworkPage.load(cast(Organisation, topic))
    return render(request, "website/network.html", {"page": page})


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
