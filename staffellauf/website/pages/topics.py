"""What the pages of all topics have in common."""

from functools import cache
from typing import Any

from django.db.models import CharField, QuerySet, Subquery
from django.db.models.expressions import BaseExpression, OuterRef

from staffellauf.catalogue import cast
from staffellauf.catalogue import queries as catalogue
from staffellauf.catalogue.models import (
    Franchise,
    Organisation,
    Person,
    Series,
    StatusChange,
    Synopsis,
    Topic,
    TopicKind,
    TopicPicture,
)
from staffellauf.common.prepared import Prepared, Slot
from staffellauf.newsroom.models import Article
from staffellauf.readers.models import Reader
from staffellauf.website.pages import cards, progress, words
from staffellauf.website.pages.bell import Bell, is_following

NEWS = 6
MODELS: dict[str, type[Topic]] = {
    TopicKind.SERIES: Series,
    TopicKind.PERSON: Person,
    TopicKind.FRANCHISE: Franchise,
    TopicKind.ORGANISATION: Organisation,
}


def find(kind: str, slug: str, *, reader: Reader | None = None) -> Topic | None:
    """The topic as its own model, by the slug it has, once had or gave up to another (then its `slug` differs), with
    `is_followed`; a series with what `of_series` and `progress.of_reader` say."""
    by_slug, reader_id = _by_slug(kind, words.language()), reader.pk if reader else None
    found = by_slug.read(slug=slug, reader=reader_id)
    if not found and (moved := catalogue.topic_by_slug(kind, slug)):
        found = by_slug.read(slug=moved.slug, reader=reader_id)
    return found[0] if found else None


@cache
def _by_slug(kind: str, language: str) -> Prepared[Topic]:
    topics = MODELS[kind].objects.annotate(is_followed=is_following(Slot("reader")))
    if kind == TopicKind.SERIES:
        topics = topics.annotate(**of_series(language), **progress.of_reader(Slot("reader")))
    return Prepared(lambda: topics.filter(kind=kind, slug=Slot("slug", CharField())))


def of_series(language: str) -> dict[str, BaseExpression]:
    """Annotations that spare queries: `status_since` and `status_before` from its history, and the synopsis in the
    language of the page or, without one, in the series' own: `synopsis_text`, `_language` and `_source`."""
    changes = StatusChange.objects.filter(series_id=OuterRef("pk")).order_by("-recorded_at", "-pk")
    order = cast.ranked("language", [language, "de", "en"])
    synopses = Synopsis.objects.filter(topic_id=OuterRef("pk")).order_by(order, "pk")
    return {
        "status_since": Subquery(changes.values("since")[:1]),
        "status_before": Subquery(changes.values("status")[1:2]),
        **{f"synopsis_{name}": Subquery(synopses.values(name)[:1]) for name in ("text", "language", "source")},
    }


# Any: annotations are unknown to the checker.
def annotated(topic: Topic, name: str) -> Any:
    return getattr(topic, name)


def news(topic: Topic) -> list[Article]:
    """One more than a page shows, when there are more."""
    return cards.ready(newest(topic))


def newest(topic: Topic) -> list[Article]:
    return ABOUT.read(topic=topic.pk)


ABOUT = Prepared(lambda: Article.objects.published().about(Slot("topic")).for_cards()[: NEWS + 1])


def bell(topic: Topic) -> Bell:
    """Of a topic that `find` found."""
    return Bell(topic, annotated(topic, "is_followed"))


def picture(topic: Topic) -> TopicPicture | None:
    """One that may be shown, wide ones first."""
    found = PICTURE.read(topic=topic.pk)
    return found[0] if found else None


def _picture() -> QuerySet[TopicPicture]:
    order = cast.ranked("kind", [TopicPicture.Kind.BACKDROP, TopicPicture.Kind.POSTER, TopicPicture.Kind.PORTRAIT])
    cleared: QuerySet[TopicPicture] = TopicPicture.objects.filter(topic_id=Slot("topic"), is_cleared=True)
    return cleared.select_related("picture").order_by(order, "pk")[:1]


PICTURE = Prepared(_picture)
