"""The other ways by which a reader hears: added, tried, paused, removed."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from staffellauf.alerts import destinations
from staffellauf.alerts.channels import InvalidDestination
from staffellauf.alerts.models import Destination
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import listing
from staffellauf.website.pages import ways as pages
from staffellauf.website.views import own


@own.page
def show(request: PageRequest) -> HttpResponse:
    """The list; POST adds to it."""
    reader = request.reader
    assert reader
    if request.method == "POST":
        return add(request)
    page = pages.WaysPage.load(reader, told=request.GET.get("getan", ""), about=listing.number(request.GET.get("weg")))
    return answer(request, page)


def add(request: PageRequest) -> HttpResponse:
    reader = request.reader
    assert reader
    values = {name: request.POST.get(name, "") for name in ("channel", "address", "label", "rhythm")}
    try:
        made = destinations.add(
            reader,
            values["channel"],
            address=values["address"],
            label=values["label"],
            rhythm=values["rhythm"] or Destination.Rhythm.AT_ONCE,
            now=timezone.now(),
        )
    except InvalidDestination as error:
        return answer(request, pages.WaysPage.load(reader, sent=pages.Sent(**values, error=str(error))))
    return own.after("ways", anchor=f"weg-{made.pk}", weg=made.pk, getan="neu" if made.confirmed_at else "wartet")


@own.change
def change(request: PageRequest, pk: str) -> HttpResponse:
    """What one way's buttons do, by the word in `was`."""
    reader, word = request.reader, request.POST.get("was", "")
    assert reader
    try:
        way = destinations.own(reader, int(pk))
    except Destination.DoesNotExist as error:
        raise Http404 from error
    if word == "entfernen":
        return answer(request, pages.WaysPage.load(reader, removed=destinations.remove(way)))
    if word not in VERBS:
        raise Http404
    try:
        told = VERBS[word](request, way)
    except InvalidDestination as error:
        return answer(request, pages.WaysPage.load(reader, refused=str(error), about=way.pk))
    return own.after("ways", anchor=f"weg-{way.pk}", weg=way.pk, getan=told)


@own.change
def put_back(request: PageRequest) -> HttpResponse:
    """Undoes a removal."""
    reader = request.reader
    assert reader
    try:
        back = destinations.put_back(reader, request.POST.get("entfernt", ""), now=timezone.now())
    except InvalidDestination as error:
        return answer(request, pages.WaysPage.load(reader, refused=str(error)))
    return own.after("ways", anchor=f"weg-{back.pk}", weg=back.pk, getan="zurueck")


@own.change
def choose_devices(request: PageRequest) -> HttpResponse:
    """How often all devices of the reader together are told."""
    reader = request.reader
    assert reader
    try:
        destinations.choose_rhythm(destinations.devices(reader), request.POST.get("rhythm", ""), now=timezone.now())
    except InvalidDestination:
        return own.after("devices")
    return own.after("devices", gespeichert=1)


def answer(request: PageRequest, page: pages.WaysPage) -> HttpResponse:
    status = own.REFUSED if page.sent or page.refused else 200
    return render(request, "website/settings/ways.html", {"page": page}, status=status)


def _try_out(request: PageRequest, way: Destination) -> str:
    return "probe" if destinations.try_out(way) else "oft"


def _rename(request: PageRequest, way: Destination) -> str:
    destinations.rename(way, request.POST.get("name", ""))
    return "name"


def _rhythm(request: PageRequest, way: Destination) -> str:
    destinations.choose_rhythm(way, request.POST.get("rhythm", ""), now=timezone.now())
    return "rhythmus"


def _pause(request: PageRequest, way: Destination) -> str:
    destinations.stop(way, now=timezone.now())
    return "anhalten"


def _resume(request: PageRequest, way: Destination) -> str:
    destinations.resume(way, now=timezone.now())
    return "weiter"


def _ask_again(request: PageRequest, way: Destination) -> str:
    destinations.ask_again(way)
    return "wartet"


VERBS: dict[str, Callable[[PageRequest, Destination], str]] = {
    "probe": _try_out,
    "name": _rename,
    "rhythmus": _rhythm,
    "anhalten": _pause,
    "weiter": _resume,
    "erneut": _ask_again,
}
