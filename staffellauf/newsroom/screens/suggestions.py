"""What the text editor asks for while somebody types: topics for `@`, articles for `#`, a picture's credit, a player.

Answers are JSON; an error is `{"error": "a sentence"}`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe
from wagtail import hooks

from staffellauf.catalogue import finding
from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import Organisation, Person, Role, Series, Topic, TopicKind
from staffellauf.common import dates, text
from staffellauf.newsroom.models import Article, Picture
from staffellauf.newsroom.placing import ARTICLE_KIND
from staffellauf.newsroom.richtext import outside, pictures, providers
from staffellauf.search import queries as names

SHOWN = 8
QUERY_LENGTH = 80
# Topics that the draft has already: more than that fit on no list.
USED = 20
KNOWN_FOR = 2
View = Callable[[HttpRequest], HttpResponseBase]


def for_writers(view: View) -> View:
    """For who may write articles; others get a sentence instead of a page."""

    def check(request: HttpRequest) -> HttpResponseBase:
        if not request.user.has_perm("newsroom.add_article") and not request.user.has_perm("newsroom.change_article"):
            return error(_("Only who writes articles may look here."), status=403)
        answer = require_safe(view)(request)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    return check


def error(sentence: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


@for_writers
def topics(request: HttpRequest) -> JsonResponse:
    """`q` is what was typed behind the `@`, typing errors forgiven; without it, what the draft has (`used`, ids) comes
    first, then what was in the news."""
    words = typed(request)
    if text.fold(words):
        found = [(hit.topic, hit.matched) for hit in catalogue.find(words, limit=SHOWN)]
    else:
        found = [(topic, "") for topic in offered(ids_of(request.GET.get("used", "")))]
    facts = facts_of([topic for topic, _matched in found])
    return JsonResponse({"options": [topic_option(topic, facts[topic.pk], matched) for topic, matched in found]})


def typed(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:QUERY_LENGTH]


def ids_of(value: str) -> list[int]:
    numbers = (part for part in value[:1000].split(",") if part.isascii() and part.isdecimal() and len(part) <= 18)
    return [int(number) for number in numbers][:USED]


def offered(used: Sequence[int]) -> list[Topic]:
    rows = Topic.objects.in_bulk(used)
    chosen = [rows[pk] for pk in dict.fromkeys(used) if pk in rows][:SHOWN]
    others = Topic.objects.exclude(pk__in=[topic.pk for topic in chosen]).filter(last_position__gt=0)
    return chosen + list(others.order_by("-last_position", "pk")[: SHOWN - len(chosen)])


# A topic's facts: what tells it from its namesakes.
def topic_option(topic: Topic, facts: Sequence[str], matched: str) -> dict[str, object]:
    also = [_("also: %(name)s") % {"name": matched}] if matched and matched != topic.name else []
    return {
        "id": topic.pk,
        "title": topic.name,
        "url": topic.get_absolute_url(),
        "kind": kind_word(topic.kind),
        "facts": " · ".join([*facts, *also]),
    }


def kind_word(kind: str) -> str:
    words = {
        TopicKind.SERIES: pgettext("one", "Series"),
        TopicKind.PERSON: _("Person"),
        TopicKind.FRANCHISE: _("Franchise"),
        TopicKind.ORGANISATION: _("Network or streamer"),
    }
    return words[TopicKind(kind)]


def facts_of(rows: Sequence[Topic]) -> dict[int, list[str]]:
    """A few words a topic; one or two queries a kind."""
    facts: dict[int, list[str]] = defaultdict(list)
    ids: dict[str, list[int]] = defaultdict(list)
    for topic in rows:
        ids[topic.kind].append(topic.pk)
    tellers = {
        TopicKind.SERIES: facts_of_series,
        TopicKind.PERSON: facts_of_people,
        TopicKind.FRANCHISE: facts_of_franchises,
        TopicKind.ORGANISATION: facts_of_organisations,
    }
    for kind, tell in tellers.items():
        if ids[kind]:
            for pk, words in tell(ids[kind]).items():
                facts[pk] = [word for word in words if word]
    return facts


def facts_of_series(ids: Collection[int]) -> dict[int, list[str]]:
    rows = Series.objects.filter(pk__in=ids).prefetch_related("organisations")
    return {
        row.pk: [
            finding.in_years(row.start_year, row.end_year) or original_title(row),
            ", ".join(str(shown) for shown in row.organisations.all()[:2]),
            row.countries.replace(" ", "").replace(",", "/"),
        ]
        for row in rows
    }


def original_title(row: Series) -> str:
    return row.original_title if row.original_title != row.name else ""


def facts_of_people(ids: Collection[int]) -> dict[int, list[str]]:
    known: dict[int, list[str]] = defaultdict(list)
    roles = Role.objects.filter(person_id__in=ids).order_by("-series__popularity", "order", "pk")
    for person_id, name in roles.values_list("person_id", "series__name"):
        if name not in known[person_id] and len(known[person_id]) < KNOWN_FOR:
            known[person_id].append(name)
    years = Person.objects.filter(pk__in=ids).values_list("pk", "born_on", "died_on")
    return {pk: [life(born, died), ", ".join(known[pk])] for pk, born, died in years}


# Any: dates or None.
def life(born: Any, died: Any) -> str:
    if born and died:
        return f"{born.year}–{died.year}"
    return _("born %(year)s") % {"year": born.year} if born else ""


def facts_of_franchises(ids: Collection[int]) -> dict[int, list[str]]:
    of = Series.franchises.through.objects.filter(franchise_id__in=ids)
    series: dict[int, list[str]] = defaultdict(list)
    for pk, name in of.order_by("-series__popularity", "series__name").values_list("franchise_id", "series__name"):
        series[pk].append(name)
    return {
        pk: [ngettext("%(count)d series", "%(count)d series", len(found)) % {"count": len(found)}, ", ".join(found[:2])]
        for pk, found in series.items()
    }


def facts_of_organisations(ids: Collection[int]) -> dict[int, list[str]]:
    rows = Organisation.objects.filter(pk__in=ids)
    return {row.pk: [str(row.get_type_display()), row.country] for row in rows}


@for_writers
def articles(request: HttpRequest) -> JsonResponse:
    """`q` is what was typed behind the `#`: published articles by headline, then by topic; without it, the newest."""
    published = Article.objects.published().select_related("lead_topic").defer("body")
    words = typed(request)
    if text.fold(words):
        ids = [hit.object_id for hit in names.find(words, kinds={ARTICLE_KIND}, limit=SHOWN)]
        by_id = published.in_bulk(ids)
        found = [by_id[pk] for pk in ids if pk in by_id]
        if len(found) < SHOWN:
            more = published.holding(words).exclude(pk__in=ids).newest_first()
            found += more[: SHOWN - len(found)]
    else:
        found = list(published.newest_first()[:SHOWN])
    without = ids_of(request.GET.get("without", ""))
    return JsonResponse({"options": [article_option(article) for article in found if article.pk not in without]})


def article_option(article: Article) -> dict[str, object]:
    first = article.first_published_at
    return {
        "id": article.pk,
        "title": article.shown_headline,
        "url": article.get_absolute_url(),
        "kind": dates.numeric_day(dates.local(first).date()) if first else "",
        "facts": article.shown_kicker,
    }


@for_writers
def picture(request: HttpRequest) -> JsonResponse:
    """`id` of a picture that was just chosen: what the editor shows of it. Makes its small size when there is none."""
    pk = ids_of(request.GET.get("id", ""))
    found = Picture.objects.filter(pk__in=pk).first()
    if found is None:
        return error(_("This picture has been deleted."), status=404)
    # Its file may be gone or broken; the editor still shows its words.
    with suppress(OSError, ValueError):
        found.get_rendition(pictures.PREVIEW_FILTER)
    return JsonResponse({"id": found.pk, "alt": found.description, **pictures.described(found)})


@for_writers
def content(request: HttpRequest) -> JsonResponse:
    """`url` of somebody's content: whose it is and whether it can be shown. Asks nobody."""
    try:
        return JsonResponse(outside.described(providers.read(request.GET.get("url", ""))))
    except providers.Refused as refused:
        return error(str(refused), status=422)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("vorschlaege/themen/", topics, name="newsroom-suggest-topics"),
        path("vorschlaege/meldungen/", articles, name="newsroom-suggest-articles"),
        path("vorschlaege/bild/", picture, name="newsroom-picture"),
        path("vorschlaege/inhalt/", content, name="newsroom-outside"),
    ]
