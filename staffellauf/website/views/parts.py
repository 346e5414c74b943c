"""The living style page: every part with an example, from the rows that are there. In debug mode only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffellauf.catalogue.models import Series, Topic
from staffellauf.newsroom.models import Article
from staffellauf.website.pages import cards
from staffellauf.website.pages.bell import Bell


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    topics = list(Topic.objects.order_by("-last_position")[:24])
    context = {
        "articles": cards.ready(Article.objects.published().newest_first().for_cards()[:3]),
        "topics": topics,
        "series": Series.objects.order_by("-last_position").first(),
        "bells": [Bell(topic, is_following=number == 1) for number, topic in enumerate(topics[:3])],
    }
    return render(request, "website/living_style.html", context)
