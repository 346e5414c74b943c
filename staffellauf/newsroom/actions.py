"""What the newsroom does: publish, unpublish, record it in the outbox."""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from wagtail.models import Revision

from staffellauf.accounts.models import User
from staffellauf.catalogue import merged
from staffellauf.catalogue.models import Series, Topic
from staffellauf.common import text
from staffellauf.newsroom.models import (
    Article,
    ArticleTopic,
    FormerSlug,
    Picture,
    Publication,
    PublicationCounter,
    Weight,
)
from staffellauf.search import actions as search

log = logging.getLogger(__name__)
TOPIC_LINK = re.compile(r'<a\b[^>]*\blinktype="topic"[^>]*>')
# What `{% picture %}` asks for on our pages: three widths, two modern formats and one that everybody reads.
PICTURE_WIDTHS_PX = (480, 960, 1600)
PICTURE_FORMATS = ("avif", "webp", "jpeg")
PICTURE_FILTERS = tuple(f"width-{px}|format-{name}" for name in PICTURE_FORMATS for px in PICTURE_WIDTHS_PX)
# In the index of names, beside the kinds of topics.
ARTICLE_KIND = "article"
LINK_ID = re.compile(r'\bid="(\d{1,18})"')


def publish(article: Article, *, user: User | None = None) -> Publication:
    """Publishes the article as it stands in memory and stores the outbox row in the same transaction.

    Publishing again changes the article and its place under its topics, never the first publication: the row that
    comes back is the same, and nobody is alerted twice. A `first_published_at` that the article already has is kept.
    """
    with transaction.atomic():
        if article.pk is None:
            article.live = False
            article.slug = article.slug or make_slug(article)
            article.save()
        article.save_revision(user=user).publish(user=user)
        article.refresh_from_db()
        return Publication.objects.get(article=article, edition=1)


def on_published(*, instance: Article, **kwargs: Any) -> None:
    """Wagtail's `published`: sent for every publication, for every change of a published article, and for a plan to
    publish, when nothing is live yet."""
    if instance.live:
        record_publication(instance, now=timezone.now())


def publish_due(*, now: datetime) -> int:
    """Publishes what was planned for a time that has come; how many. Each in a transaction of its own."""
    articles = ContentType.objects.get_for_model(Article)
    due = Revision.objects.filter(content_type=articles, approved_go_live_at__lte=now)
    return sum(_publish_due(pk) for pk in due.order_by("approved_go_live_at", "id").values_list("pk", flat=True))


def _publish_due(revision_id: int) -> bool:
    try:
        with transaction.atomic():
            revision = Revision.objects.select_for_update().get(pk=revision_id)
            if revision.approved_go_live_at is None:
                return False
            revision.publish(log_action="wagtail.publish.scheduled", skip_permission_checks=True)
    except Exception:
        # Another article has taken the slug, or what the draft names is gone: the others shall not wait for an editor.
        log.exception("the revision %d cannot go live", revision_id)
        return False
    return True


def expire_due(*, now: datetime) -> int:
    """Takes articles offline whose time is over; how many."""
    expired = list(Article.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "id"))
    for article in expired:
        with transaction.atomic():
            article.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return len(expired)


def on_unpublished(*, instance: Article, **kwargs: Any) -> None:
    withdraw(instance)


def record_publication(article: Article, *, now: datetime) -> Publication:
    """Writes the outbox row on the first publication, and places the article under its topics on every one."""
    with transaction.atomic():
        publication = Publication.objects.filter(article=article, edition=1).first()
        if publication is None:
            publication = Publication.objects.create(article=article, position=next_position(), created_at=now)
            updated_at = None
        else:
            updated_at = now
        place(article, position=publication.position, updated_at=updated_at)
        remember_slug(article, former=article.published_slug)
        Article.objects.filter(pk=article.pk).update(published_slug=article.slug)
        enqueue_renditions(article)
        return publication


def next_position() -> int:
    """The next position. Holds the counter's row until the transaction ends, so commits come in this order."""
    if not PublicationCounter.objects.filter(pk=1).update(value=F("value") + 1):
        PublicationCounter.objects.bulk_create([PublicationCounter(pk=1)], ignore_conflicts=True)
        PublicationCounter.objects.filter(pk=1).update(value=F("value") + 1)
    return PublicationCounter.objects.values_list("value", flat=True).get(pk=1)


def place(article: Article, *, position: int, updated_at: datetime | None) -> None:
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
    Article.objects.filter(pk=article.pk).update(
        lead_topic_id=lead_topic_id, search_text=search_text, updated_at=updated_at
    )
    search.put(search_document(article, position=position))


def search_document(article: Article, *, position: int) -> search.Document:
    """How a published article is found: by headline and deck, newer ones first."""
    return search.Document(ARTICLE_KIND, article.pk, article.headline, (article.deck,), weight=position)


def search_documents() -> Iterator[search.Document]:
    """Of all published articles."""
    articles = Article.objects.published().filter(publications__edition=1).order_by("pk")
    rows = articles.annotate(position=F("publications__position")).only("headline", "deck")
    for article in rows.iterator(chunk_size=1000):
        yield search_document(article, position=article.position)


def topic_weights(article: Article) -> dict[int, str]:
    """Topic ids with their weight, the strongest where one comes in several ways, in the editor's order."""
    weights: dict[int, str] = {}
    for subject in sorted(article.subjects.all(), key=lambda s: (s.weight != Weight.MAIN, s.sort_order)):
        weights.setdefault(subject.topic_id, subject.weight)
    linked = linked_topics(article.body)
    successors = merged.successors(linked)
    linked = [successors.get(pk, pk) for pk in linked]
    known = Topic.objects.filter(pk__in=linked).values_list("pk", flat=True)
    for topic_id in [pk for pk in linked if pk in set(known)]:
        weights.setdefault(topic_id, Weight.MENTIONED)
    main = [pk for pk, weight in weights.items() if weight == Weight.MAIN]
    for franchise_id in Series.franchises.through.objects.filter(series__in=main).values_list(
        "franchise_id", flat=True
    ):
        if weights.get(franchise_id) != Weight.MAIN:
            weights[franchise_id] = Weight.INHERITED
    return weights


def linked_topics(body: str) -> list[int]:
    """Ids of the topics that a body in Wagtail's storage form links to, in order."""
    ids = (LINK_ID.search(tag) for tag in TOPIC_LINK.findall(body))
    return list(dict.fromkeys(int(found[1]) for found in ids if found))


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


def make_slug(article: Article, *, wanted: str = "", headline: str = "") -> str:
    """A free slug, the one wanted or one from the headline, numbered when it is taken (also by an article that once
    had it)."""
    stem = wanted or text.slug(headline or article.headline, empty="meldung")
    for number in range(1, 10_000):
        slug = stem if number == 1 else f"{stem[: text.SLUG_LENGTH - 5]}-{number}"
        taken = Article.objects.filter(slug=slug).exclude(pk=article.pk).exists()
        if not taken and not FormerSlug.objects.filter(slug=slug).exclude(article_id=article.pk).exists():
            return slug
    raise ValueError(f"ten thousand articles are called {stem}")


def remember_slug(article: Article, *, former: str) -> None:
    """Lets the address that the article had before lead to the one it has now."""
    if former and former != article.slug:
        FormerSlug.objects.filter(slug=article.slug).delete()
        FormerSlug.objects.update_or_create(slug=former, defaults={"article": article})


def enqueue_renditions(article: Article) -> None:
    """Has a worker make the sizes that pages show, so that no visitor waits for them."""
    from staffellauf.newsroom import tasks

    if article.lead_picture_id:
        tasks.make_renditions.enqueue(article.lead_picture_id)


def make_renditions(picture: Picture) -> int:
    """Makes the files that are missing, one after the other: together they would take the memory of all of them."""
    for name in PICTURE_FILTERS:
        picture.get_rendition(name).file.close()
    picture.file.close()
    return len(PICTURE_FILTERS)


def record_missing_publications(*, now: datetime) -> int:
    """Live articles that have no outbox row get one; how many there were. Run each minute."""
    missing = Article.objects.published().filter(publications__isnull=True).order_by("first_published_at", "id")
    articles = list(missing)
    for article in articles:
        record_publication(article, now=now)
    return len(articles)
