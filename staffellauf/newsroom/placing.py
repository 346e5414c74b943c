"""Where readers find a published article: under its topics, and by its headline."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from staffellauf.catalogue import merged
from staffellauf.catalogue.models import Series, Topic, TopicKind
from staffellauf.common import text
from staffellauf.newsroom import linked
from staffellauf.newsroom.models import Article, ArticleTopic, Weight
from staffellauf.search import actions as search

# In the index of names, beside the kinds of topics.
ARTICLE_KIND = "article"


def place(article: Article, *, position: int) -> None:
    """Puts the article under its topics: those named, those linked in the body, the franchises of its main series."""
    weights = topic_weights(article)
    left = set(topic_ids_of(article)) - set(weights)
    ArticleTopic.objects.filter(article=article).delete()
    ArticleTopic.objects.bulk_create(
        ArticleTopic(article=article, topic_id=topic_id, position=position, kind=weight)
        for topic_id, weight in weights.items()
    )
    topics = Topic.objects.filter(pk__in=weights)
    topics.update(last_position=Greatest(F("last_position"), position))
    refresh_last_position(left)
    names = " ".join(topics.values_list("search_text", flat=True))
    lead_topic_id = next((pk for pk, weight in weights.items() if weight == Weight.MAIN), None)
    search_text = text.fold(f"{article.headline} {article.deck}") + " " + names
    Article.objects.filter(pk=article.pk).update(lead_topic_id=lead_topic_id, search_text=search_text)
    search.put(search_document(article, position=position))


def search_document(article: Article, *, position: int) -> search.Document:
    """How a published article is found: by the headline and deck that lists show, newer ones first."""
    return search.Document(ARTICLE_KIND, article.pk, article.shown_headline, (article.shown_deck,), weight=position)


def search_documents() -> Iterator[search.Document]:
    """Of all published articles."""
    articles = Article.objects.published().filter(publications__isnull=False).order_by("pk")
    rows = articles.annotate(position=Max("publications__position")).select_related("lead_topic").defer("body")
    for article in rows.iterator(chunk_size=1000):
        yield search_document(article, position=article.position)


def topic_weights(article: Article) -> dict[int, str]:
    """Topic ids with their weight, the strongest where one comes in several ways, in the editor's order."""
    weights: dict[int, str] = {}
    for subject in sorted(article.subjects.all(), key=lambda s: (s.weight != Weight.MAIN, s.sort_order)):
        weights.setdefault(subject.topic_id, subject.weight)
    named = linked.topics(article.body)
    successors = merged.successors(named)
    named = [successors.get(pk, pk) for pk in named]
    kinds = dict(Topic.objects.filter(pk__in=named).values_list("pk", "kind"))
    named = [pk for pk in named if pk in kinds]
    for topic_id in named:
        weights.setdefault(topic_id, Weight.MENTIONED)
    if named and Weight.MAIN not in weights.values():
        # Nobody named a main topic: it is the first series that the text links to, else the first topic.
        chosen = next((pk for pk in named if kinds[pk] == TopicKind.SERIES), named[0])
        weights = {chosen: Weight.MAIN} | weights | {chosen: Weight.MAIN}
    main = [pk for pk, weight in weights.items() if weight == Weight.MAIN]
    for franchise_id in Series.franchises.through.objects.filter(series__in=main).values_list(
        "franchise_id", flat=True
    ):
        if weights.get(franchise_id) != Weight.MAIN:
            weights[franchise_id] = Weight.INHERITED
    return weights


def withdraw(article: Article) -> None:
    """Takes an unpublished article from its topics. The publication stays: published again, it alerts nobody."""
    with transaction.atomic():
        topic_ids = topic_ids_of(article)
        ArticleTopic.objects.filter(article=article).delete()
        refresh_last_position(topic_ids)
        forget([article.pk])


def forget(article_ids: Iterable[int]) -> None:
    """Lets nobody find these by their headlines any more."""
    search.remove(ARTICLE_KIND, article_ids)


def topic_ids_of(article: Article) -> list[int]:
    """The topics under which readers find it now."""
    return list(ArticleTopic.objects.filter(article=article).values_list("topic_id", flat=True))


def refresh_last_position(topic_ids: Iterable[int]) -> None:
    """After an article left these topics."""
    for topic_id in topic_ids:
        newest = ArticleTopic.objects.filter(topic_id=topic_id).order_by("-position").first()
        Topic.objects.filter(pk=topic_id).update(last_position=newest.position if newest else 0)
