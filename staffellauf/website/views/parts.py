"""The living style page: every part with an example, from the rows that are there. In debug mode only."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from staffellauf.catalogue.models import Series, Topic
from staffellauf.common import dates, periods
from staffellauf.newsroom.facts import queries
from staffellauf.newsroom.models import STARS, Article, Fact, Kind, Note, Picture, Source
from staffellauf.readers.models import Reader
from staffellauf.website import pictures
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import bodies, cards, facts, galleries, overview
from staffellauf.website.pages.article import ArticlePage
from staffellauf.website.pages.bell import Bell
from staffellauf.website.pages.links import LinksPage
from staffellauf.website.pages.ways import WaysPage


@require_safe
def show(request: PageRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    topics = list(Topic.objects.order_by("-last_position")[:24])
    context = {
        "articles": cards.ready(Article.objects.published().newest_first().for_cards()[:3]),
        "topics": topics,
        "series": Series.objects.order_by("-last_position").first(),
        "bells": [Bell(topic, is_following=number == 1) for number, topic in enumerate(topics[:3])],
    }
    return render(request, "website/living_style.html", context | of_stories() | of_settings(request.reader))


# Any: what a template gets.
def of_settings(reader: Reader | None) -> dict[str, Any]:
    """The reader's own."""
    return {"settings": WaysPage.load(reader), "links": LinksPage.load(reader)} if reader else {}


# Any: what a template gets.
def of_stories() -> dict[str, Any]:
    """Parts of the pages of articles, by kind."""
    published = Article.objects.published().newest_first()
    newest = (published.filter(kind=kind).for_cards().first() for kind in Kind)
    today = dates.day_of(timezone.now())
    told = queries.with_topics(Fact.objects.public().order_by("-pk"))[:4]
    return {
        "kinds": cards.ready(article for article in newest if article),
        "verdicts": [(halves, number_format(halves / 2, halves % 2)) for halves in range(1, 2 * STARS + 1, 3)],
        "notes": Note.objects.order_by("-created_at")[:2],
        "facts": [facts.FactLine.of(queries.Shown(fact, is_replaced=n == 1)) for n, fact in enumerate(told)],
        "special": paged_special(),
        "sources": Source.objects.exclude(url="").order_by("-pk")[:2],
        "gallery": gallery(),
        "overview": overview.load(periods.month_of(today).code),
    }


def paged_special() -> ArticlePage | None:
    """In the middle of its pages."""
    for article in Article.objects.published().filter(kind=Kind.SPECIAL).newest_first()[:20]:
        if parts := bodies.parts_of(article):
            return ArticlePage.load(article, None, part=parts[len(parts) // 2])
    return None


def gallery() -> galleries.Gallery | None:
    found = Picture.objects.order_by("-pk").prefetch_related("renditions")[:3]
    shown = [picture for one in found if (picture := pictures.load(one, sizes=galleries.SIZES))]
    frames = [galleries.Frame(number, picture, picture.alt) for number, picture in enumerate(shown, 1)]
    return galleries.Gallery(frames, len(frames), 1, 1) if frames else None
