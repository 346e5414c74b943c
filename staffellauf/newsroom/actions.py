"""What the newsroom does: publish, unpublish, record it in the outbox."""

import logging
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from wagtail import log_actions
from wagtail.models import ModelLogEntry, Revision

from staffellauf.accounts.models import User
from staffellauf.common import text
from staffellauf.newsroom import permissions, placing, renditions, rules, story, versions
from staffellauf.newsroom.facts import actions as facts
from staffellauf.newsroom.models import (
    Article,
    FormerSlug,
    Kind,
    Publication,
    PublicationCounter,
    PublishedGuid,
)

log = logging.getLogger(__name__)
# In the audit log: a plan that could not be carried out.
REFUSED = "newsroom.refused"


def publish(article: Article, *, user: User | None = None, is_alerting: bool | None = None) -> Publication:
    """Publishes the article as it stands in memory and stores the outbox row in the same transaction.

    Publishing again changes the article and its place under its topics, never the first publication: the row that
    comes back is the same, and nobody is alerted twice. A `first_published_at` that the article already has is kept.
    `is_alerting` says whether the first publication alerts the followers of a kind that may; None leaves it to the
    kind. Raises rules.NotPublishable.
    """
    with transaction.atomic():
        if article.pk is None:
            article.live = False
            article.slug = article.slug or make_slug(article)
            article.save()
        first = first_of(article, is_alerting=is_alerting)
        article.save_revision(user=user).publish(user=user)
        article.refresh_from_db()
        publication = Publication.objects.get(article=article, edition=1)
        if first is not None and publication.is_alerting != first:
            publication.is_alerting = first
            publication.save(update_fields=["is_alerting"])
        return publication


def first_of(article: Article, *, is_alerting: bool | None) -> bool | None:
    """Whether its first publication would alert anybody; None when it has had that."""
    if Publication.objects.filter(article=article).exists():
        return None
    if article.is_quiet or article.kind == Kind.ADVERTISEMENT:
        return False
    if article.guid and PublishedGuid.objects.filter(guid=article.guid).exists():
        # Its followers were alerted before it was deleted.
        return False
    return article.kind != Kind.FIND if is_alerting is None else is_alerting


def on_published(*, instance: Article, **kwargs: Any) -> None:
    """Wagtail's `published`: sent for every publication, for every change of a published article, and for a plan to
    publish, when nothing is live yet."""
    if instance.live:
        record_publication(instance, now=timezone.now())


def publish_due(*, now: datetime) -> int:
    """Publishes what was planned for a time that has come; how many. Each in a transaction of its own."""
    articles = ContentType.objects.get_for_model(Article)
    due = Revision.objects.filter(content_type=articles, approved_go_live_at__lte=now)
    return sum(
        _publish_due(pk, now=now) for pk in due.order_by("approved_go_live_at", "id").values_list("pk", flat=True)
    )


def _publish_due(revision_id: int, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _publish_planned(revision_id, now=now)
    except rules.NotPublishable as error:
        # The plan stays: it goes out as soon as nothing stands in its way.
        _note_refusal(revision_id, error)
    except OperationalError:
        # The database is busy or away: it goes out in a minute.
        log.exception("the revision %d cannot go live yet", revision_id)
    except Exception as error:
        # Another article has taken the slug, or what the draft names is gone: the others shall not wait for an editor.
        _note_refusal(revision_id, error)
    return False


def _publish_planned(revision_id: int, *, now: datetime) -> bool:
    # The article before its revision, as the editors' screens lock them: neither waits for the other.
    permissions.hold(int(Revision.objects.values_list("object_id", flat=True).get(pk=revision_id)))
    revision = Revision.objects.select_for_update().get(pk=revision_id)
    if revision.approved_go_live_at is None:
        return False
    expire_at = revision.as_object().expire_at
    if expire_at and expire_at <= now:
        # Its time is over already: nobody shall be alerted of what goes offline in the same minute.
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        return False
    revision.publish(log_action="wagtail.publish.scheduled", skip_permission_checks=True)
    return True


def _note_refusal(revision_id: int, error: Exception) -> None:
    """Once for each revision, though it is tried each minute; what nobody expected once for each kind of error."""
    revision = Revision.objects.filter(pk=revision_id).first()
    article = revision.content_object if revision else None
    if article is None:
        log.warning("the revision %d cannot go live: its article is gone", revision_id)
        return
    told = ModelLogEntry.objects.filter(action=REFUSED, revision=revision)
    if isinstance(error, rules.NotPublishable):
        reasons, trace = str(error), None
    else:
        reasons, trace = type(error).__name__, error
        told = told.filter(data__reasons=reasons)
    if not told.exists():
        log.warning("the revision %d cannot go live: %s", revision_id, error, exc_info=trace)
        log_actions.log(article, REFUSED, revision=revision, data={"reasons": reasons})


def expire_due(*, now: datetime) -> int:
    """Takes articles offline whose time is over; how many."""
    expired = Article.objects.filter(live=True, expire_at__lte=now)
    return sum(_expire(pk, now=now) for pk in list(expired.order_by("expire_at", "id").values_list("pk", flat=True)))


def _expire(article_id: int, *, now: datetime) -> bool:
    with transaction.atomic():
        permissions.hold(article_id)
        # Unpublishing writes the whole row: as it is now, not as it was before somebody saved.
        article = Article.objects.filter(pk=article_id, live=True, expire_at__lte=now).first()
        if article is None:
            return False
        article.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        return True


def on_unpublished(*, instance: Article, **kwargs: Any) -> None:
    placing.withdraw(instance)


def record_publication(article: Article, *, now: datetime) -> Publication:
    """Writes the outbox row on the first publication; on every one places the article under its topics and keeps its
    text as a version. The newest edition comes back."""
    with transaction.atomic():
        publication = Publication.objects.filter(article=article).order_by("-edition").first()
        updated_at = now if publication else None
        publication = publication or record_first(article, now=now)
        Article.objects.filter(pk=article.pk).update(updated_at=updated_at)
        placing.place(article, position=publication.position)
        versions.record(article, now=now)
        story.link(article)
        remember_slug(article, former=article.published_slug)
        Article.objects.filter(pk=article.pk).update(published_slug=article.slug)
        renditions.enqueue(article)
        facts.on_article_live(article, now=now)
        return publication


def record_first(article: Article, *, now: datetime) -> Publication:
    is_alerting = bool(first_of(article, is_alerting=None))
    if article.guid:
        PublishedGuid.objects.bulk_create([PublishedGuid(guid=article.guid)], ignore_conflicts=True)
    return Publication.objects.create(
        article=article, position=next_position(), created_at=now, is_alerting=is_alerting
    )


def record_edition(article: Article, *, now: datetime) -> Publication:
    """A material update: the article moves up under its topics, and its followers are alerted once more. Call with
    the article's row locked."""
    newest = Publication.objects.filter(article=article).order_by("-edition")[0]
    publication = Publication.objects.create(
        article=article, edition=newest.edition + 1, position=next_position(), created_at=now
    )
    placing.place(article, position=publication.position)
    return publication


def next_position() -> int:
    """The next position. Holds the counter's row until the transaction ends, so commits come in this order."""
    if not PublicationCounter.objects.filter(pk=1).update(value=F("value") + 1):
        PublicationCounter.objects.bulk_create([PublicationCounter(pk=1)], ignore_conflicts=True)
        PublicationCounter.objects.filter(pk=1).update(value=F("value") + 1)
    return PublicationCounter.objects.values_list("value", flat=True).get(pk=1)


def make_slug(article: Article, *, wanted: str = "", headline: str = "") -> str:
    """A free slug, the one wanted or one from the headline that lists show, numbered when it is taken (also by an
    article that once had it)."""
    stem = wanted or text.slug(headline or article.shown_headline, empty="meldung")
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


def record_missing_publications(*, now: datetime) -> int:
    """Live articles that have no outbox row get one; how many there were. Run each minute."""
    missing = Article.objects.published().filter(publications__isnull=True).order_by("first_published_at", "id")
    articles = list(missing)
    for article in articles:
        record_publication(article, now=now)
    return len(articles)
