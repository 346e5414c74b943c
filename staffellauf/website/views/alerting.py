"""What a follow alerts, and what a reader would have got."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from staffellauf.alerts.deciding import hours
from staffellauf.alerts.models import Destination
from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Topic, TopicKind
from staffellauf.readers import actions as readers
from staffellauf.readers.models import Follow, Reader
from staffellauf.website import alert_forms
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import follows as pages
from staffellauf.website.pages import rehearsal as rehearsal_pages
from staffellauf.website.views import own


@own.guarded
def show(request: PageRequest, slug: str, *, kind: str) -> HttpResponse:
    """Anybody may open it; who does not follow the topic sees its bell."""
    topic = catalogue.topic_by_slug(kind, slug)
    if topic is None:
        raise Http404
    if topic.slug != slug:
        return redirect(reverse(f"{kind}-alerts", args=[topic.slug]), permanent=True)
    reader = request.reader
    if request.method != "POST":
        return answer(request, pages.FollowPage.load(topic, reader, now=timezone.now()))
    if reader is None or not reader.follows.filter(topic_id=topic.pk).exists():
        return own.after(f"{kind}-alerts", slug)
    return (mute if "how" in request.POST else choose)(request, topic, reader)


def choose(request: PageRequest, topic: Topic, reader: Reader) -> HttpResponse:
    form = alert_forms.FollowForm(request.POST, is_series=topic.kind == TopicKind.SERIES)
    if not form.is_valid():
        return answer(request, pages.FollowPage.load(topic, reader, now=timezone.now(), form=form), status=own.REFUSED)
    readers.prefer(
        reader,
        topic,
        unwanted_kinds=form.unwanted_kinds,
        releases=form.cleaned_data.get("releases", Follow.Releases.NONE),
        leads=sum(set(form.cleaned_data.get("leads", [Follow.Lead.AT]))),
        only_caught_up=form.cleaned_data.get("only_caught_up", False),
    )
    return own.after(f"{topic.kind}-alerts", topic.slug, gespeichert=1)


def mute(request: PageRequest, topic: Topic, reader: Reader) -> HttpResponse:
    now = timezone.now()
    form = alert_forms.MuteForm(request.POST, now=now, zone=hours.zone(reader.time_zone))
    if not form.is_valid():
        return answer(request, pages.FollowPage.load(topic, reader, now=now, mute=form), status=own.REFUSED)
    readers.mute(reader, topic, until=form.until)
    return own.after(f"{topic.kind}-alerts", topic.slug)


def answer(request: PageRequest, page: pages.FollowPage, *, status: int = 200) -> HttpResponse:
    return render(request, "website/settings/follow.html", {"page": page}, status=status)


@own.page
def rehearsal(request: PageRequest) -> HttpResponse:
    """`rhythmus` shows it as if devices told that often."""
    reader, rhythm = request.reader, request.GET.get("rhythmus", "")
    assert reader
    chosen = rhythm if rhythm in Destination.Rhythm.values else None
    page = rehearsal_pages.RehearsalPage.load(reader, now=timezone.now(), rhythm=chosen)
    return render(request, "website/settings/rehearsal.html", {"page": page})
