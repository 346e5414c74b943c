"""Where a published article stands, and the outbox that says one went live."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models.articles import Article, Weight


class ArticleTopic(models.Model):
    """The published article under one of its topics: what feeds and topic pages are read from.

    `position` is the publication's. The rows go when the article is unpublished and come back, at the same
    position, when it is published again. No index on the position alone (PostgreSQL would walk it backwards).
    """

    pk = models.CompositePrimaryKey("article_id", "topic_id")
    article = models.ForeignKey(Article, models.CASCADE, related_name="article_topics", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="article_topics", db_index=False)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=Weight)

    # Of two that become one, as topics are merged.
    STRONGER_FIRST: ClassVar = {"kind": [Weight.MAIN, Weight.MENTIONED, Weight.INHERITED]}

    class Meta:
        indexes = [
            models.Index("topic", models.F("position").desc(), "article", "kind", name="newsroom_article_topic_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} under {self.topic_id}"


class PublicationCounter(models.Model):
    """One row. Its lock makes the order of positions the order of commits."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class Publication(models.Model):
    """The outbox: this article went live, deal with it. One row per article and edition, whatever happens to the
    article afterwards, so that nobody is alerted twice. A material update is one more edition."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="publications")
    edition = models.PositiveSmallIntegerField(default=1, help_text="1 is the first publication.")
    position = models.BigIntegerField(unique=True, help_text="Dense and ever growing, over all articles.")
    created_at = models.DateTimeField()
    is_alerting = models.BooleanField(
        default=True, help_text="Whether followers are alerted; pages and feeds always have it."
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [models.UniqueConstraint(fields=["article", "edition"], name="newsroom_publication_edition")]

    def __str__(self) -> str:
        return f"publication {self.position}"


class PublishedGuid(models.Model):
    """The uri of an article that once went live. It outlives the article: delivered again after that was deleted, it
    alerts nobody a second time."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    guid = models.CharField(max_length=300, primary_key=True)

    def __str__(self) -> str:
        return self.guid
