"""What is on, by channel and day."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Organisation, TopicKind
from staffellauf.common import dates
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import programme as pages


@require_safe
def overview(request: PageRequest, day: str = "") -> HttpResponse:
    """Of today without a day; 404 for a day on which nothing is known."""
    now = timezone.now()
    today = dates.broadcast_day(now)
    chosen = pages.parse_day(day) if day else today
    number = _number(request.GET.get("seite", "1"))
    if chosen is None or number is None:
        raise Http404
    if day and chosen == today:
        return redirect("programme")
    page = pages.OverviewPage.load(chosen, now=now, number=number)
    if not page.channels and (day or number > 1):
        raise Http404
    return render(request, "website/programme.html", {"page": page})


@require_safe
def channel(request: PageRequest, slug: str, day: str = "") -> HttpResponse:
    now = timezone.now()
    today = dates.broadcast_day(now)
    chosen = pages.parse_day(day) if day else today
    topic = catalogue.topic_by_slug(TopicKind.ORGANISATION, slug)
    if topic is None or chosen is None:
        raise Http404
    if topic.slug != slug:
        assert request.resolver_match is not None
        arguments = [topic.slug, day] if day else [topic.slug]
        return redirect(reverse(request.resolver_match.view_name, args=arguments), permanent=True)
    if day and chosen == today:
        return redirect("programme-channel", topic.slug)
    page = pages.ChannelPage.load(Organisation.objects.get(pk=topic.pk), chosen, now=now)
    if not page.lines and (day or not (page.before or page.after)):
        raise Http404
    return render(request, "website/programme_channel.html", {"page": page})


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return number if number in pages.PAGES else None
