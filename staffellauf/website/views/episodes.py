"""Pages of seasons and episodes."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect, render

from staffellauf.catalogue import guide
from staffellauf.catalogue.models import SMALL, Episode, Season, Series, Topic
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import listing, words
from staffellauf.website.pages import seasons as pages
from staffellauf.website.views import topics


@topics.found
def all_seasons(request: PageRequest, topic: Topic) -> HttpResponse:
    page = pages.GuidePage.load(cast(Series, topic))
    return render(request, "website/guide.html", {"page": page})


@topics.found
def season(request: PageRequest, topic: Topic, *, number: str = "0") -> HttpResponse:
    """Season 0 holds the specials."""
    series = cast(Series, topic)
    wanted = int(number)
    found = Season.objects.filter(series=series, number=wanted).first() if wanted <= SMALL else None
    if found is None:
        return lost(request, series)
    shown = listing.number(request.GET.get("seite")) or 1
    page = pages.SeasonPage.load(series, found, page=shown)
    return moved(request, words.season_address(series, found)) or render(request, "website/season.html", {"page": page})


@topics.found
def episode(request: PageRequest, topic: Topic, *, season: str, number: str) -> HttpResponse:
    series = cast(Series, topic)
    return shown(request, series, guide.episode_by_number(series, int(season), number=int(number)))


@topics.found
def special(request: PageRequest, topic: Topic, *, pk: str) -> HttpResponse:
    """An episode without a number, by its id."""
    series = cast(Series, topic)
    found = Episode.objects.filter(season__series=series, pk=int(pk)).select_related("season").first()
    return shown(request, series, found)


def shown(request: PageRequest, series: Series, episode: Episode | None) -> HttpResponse:
    if episode is None:
        return lost(request, series)
    elsewhere = moved(request, words.episode_address(series, episode.season, episode))
    page = pages.EpisodePage.load(series, episode) if elsewhere is None else None
    return elsewhere or render(request, "website/episode.html", {"page": page})


def moved(request: PageRequest, address: str) -> HttpResponse | None:
    """A redirect when the page was asked for by another spelling of its address, such as 2x5."""
    return None if request.path == address else redirect(address, permanent=True)


def lost(request: PageRequest, series: Series) -> HttpResponse:
    """No such episode, and where the others are."""
    return render(request, "website/not_found.html", {"series": series}, status=404)
