"""Seen up to here: how far a reader has watched a series."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from staffellauf.catalogue import guide
from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Series, TopicKind
from staffellauf.common import origin
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Progress, Reader
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import progress as pages
from staffellauf.website.views import own

ANCHOR = "#gesehen"


@own.change
def change(request: PageRequest, slug: str) -> HttpResponse:
    """`bis` is an episode as addresses have it, 2x05; 0x00 means nothing seen, which undoes a first tap too."""
    reader = request.reader
    assert reader
    topic = catalogue.topic_by_slug(TopicKind.SERIES, slug)
    series = Series.objects.filter(pk=topic.pk).first() if topic else None
    place = pages.read(request.POST.get("bis", ""))
    if series is None or place is None:
        raise Http404
    before = seen_of(reader, series)
    if place == pages.NOTHING:
        readers.forget_progress(reader, series)
    elif guide.episode_by_number(series, place[0], number=place[1]) is None:
        raise Http404
    else:
        readers.saw_up_to(reader, series, season=place[0], episode=place[1])
    back = request.POST.get("zurueck", "").partition("?")[0]
    if not origin.is_own_path(back):
        back = series.get_absolute_url()
    response = redirect(f"{back}?vorher={pages.code_of(before)}{ANCHOR}")
    response.status_code = 303
    return response


def seen_of(reader: Reader, series: Series) -> pages.Place:
    row = Progress.objects.filter(reader=reader, series=series).first()
    return (row.season_number, row.episode_number) if row else pages.NOTHING
