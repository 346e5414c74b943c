"""Lists from A to Z."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from staffellauf.catalogue import lists as catalogue
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import index, listing
from staffellauf.website.pages import lists as pages

FILTERS = ("status", "genre", "land", "art", "sender")


@require_safe
def series(request: PageRequest, letter: str = "") -> HttpResponse:
    page = pages.SeriesList.load(
        asked(request, "q"),
        letter=known(letter),
        after=listing.number(request.GET.get("nach")),
        chosen={name: asked(request, name) for name in FILTERS},
        address=reverse("series-index"),
    )
    return render(request, "website/series_list.html", {"page": page})


@require_safe
def people(request: PageRequest, letter: str = "") -> HttpResponse:
    after = listing.number(request.GET.get("nach"))
    page = pages.PeopleList.load(
        asked(request, "q"), letter=known(letter), after=after, address=reverse("people-index")
    )
    return render(request, "website/people_list.html", {"page": page})


@require_safe
def networks(request: PageRequest) -> HttpResponse:
    chosen = {name: asked(request, name) for name in FILTERS}
    page = pages.NetworkList.load(after=listing.number(request.GET.get("nach")), chosen=chosen)
    return render(request, "website/network_list.html", {"page": page})


def asked(request: PageRequest, name: str) -> str:
    return index.clean_query(request.GET.get(name, ""))


def known(letter: str) -> str:
    if letter and letter not in catalogue.LETTERS:
        raise Http404
    return letter
