"""What other publishers report: the feeds followed, their entries, the stories that entries make. Never their text."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staffellauf.catalogue.models import Topic
from staffellauf.common import text
from staffellauf.finds import problems
from staffellauf.newsroom.models import Article, SourceKind

MAX_HEADLINE, MAX_LINK, MAX_NAME = 300, 600, 120
FIRST_INTERVAL_MINUTES = 60


class FeedQuerySet(models.QuerySet["Feed"]):
    def due(self, now: datetime) -> "FeedQuerySet":
        return self.filter(is_active=True, next_fetch_at__lte=now)


class Feed(models.Model):
    """A feed of somebody else's that the newsroom follows."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    address = models.URLField(_("address"), max_length=MAX_LINK, unique=True)
    host = models.CharField(
        max_length=255, editable=False, default="", help_text="Of the address: one fetch at a time."
    )
    title = models.CharField(_("title"), max_length=MAX_NAME, blank=True, help_text=_("Empty: what the feed says."))
    publisher = models.CharField(
        _("publisher"), max_length=MAX_NAME, help_text=_("As readers see it: Deadline, DWDL …")
    )
    homepage = models.URLField(_("website"), max_length=MAX_LINK, blank=True)
    language = models.CharField(_("language"), max_length=3, blank=True, help_text=_("de, en …"))
    source_kind = models.CharField(
        _("kind of source"), max_length=13, choices=SourceKind, default=SourceKind.TRADE_PRESS
    )
    is_active = models.BooleanField(_("is followed"), default=True)
    publishes_itself = models.BooleanField(
        _("finds go out by themselves"), default=False,
        help_text=_("When it is clear which series a find is about; a few an hour at most."),
    )  # fmt: skip
    alerts = models.BooleanField(
        _("published finds alert followers"), default=False, help_text=_("Otherwise they appear on pages and in feeds.")
    )

    interval_minutes = models.PositiveIntegerField(_("interval"), default=FIRST_INTERVAL_MINUTES)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_fetch_at = models.DateTimeField(_("next fetch"), null=True)
    last_fetched_at = models.DateTimeField(_("last fetch"), null=True)
    last_success_at = models.DateTimeField(_("last success"), null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    problem = models.CharField(max_length=30, blank=True, help_text="A code of finds/problems.py.")
    problem_detail = models.CharField(max_length=300, blank=True)
    format = models.CharField(_("format"), max_length=20, blank=True)
    is_ill_formed = models.BooleanField(_("ill-formed"), default=False)
    fetch_count = models.PositiveIntegerField(default=0)
    item_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("followed feed")
        verbose_name_plural = _("followed feeds")
        ordering = ["publisher", "title", "id"]
        indexes = [models.Index(fields=["next_fetch_at"], condition=Q(is_active=True), name="finds_feed_due")]

    def __str__(self) -> str:
        return self.title or self.publisher or self.address

    @property
    def sentence(self) -> str:
        """What is wrong with it and what happens next; empty when nothing is."""
        return problems.sentence(self.problem, self.problem_detail)

    @property
    def is_notice(self) -> bool:
        """It was read, and there is something to say about it."""
        return self.problem in problems.NOTICES


class State(models.TextChoices):
    NEW = "new", _("new")
    DISMISSED = "dismissed", _("dismissed")
    WRITTEN = "written", _("being written")
    PUBLISHED = "published", _("published")


class FindQuerySet(models.QuerySet["Find"]):
    def new(self) -> "FindQuerySet":
        return self.filter(state=State.NEW)

    def holding(self, words: str) -> "FindQuerySet":
        """Finds whose headlines, publishers or topics hold every word, folded."""
        found = self
        for word in text.fold(words).split()[:10]:
            found = found.filter(search_text__contains=word)
        return found


class Find(models.Model):
    """A story that one or several publishers report."""

    wagtail_reference_index_ignore = True

    headline = models.CharField(_("headline"), max_length=MAX_HEADLINE)
    language = models.CharField(_("language"), max_length=3, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    newest_at = models.DateTimeField(help_text="When the last publisher joined.")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    article = models.ForeignKey(Article, models.SET_NULL, null=True, blank=True, related_name="finds")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    search_text = models.TextField(editable=False, default="", help_text="Folded headlines, publishers and topics.")

    objects = FindQuerySet.as_manager()

    class Meta:
        verbose_name = _("find")
        verbose_name_plural = _("finds")
        ordering = ["-first_seen_at", "-id"]
        indexes = [
            models.Index(fields=["-first_seen_at", "-id"], name="finds_find_newest"),
            models.Index(fields=["state", "-first_seen_at", "-id"], name="finds_find_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.NEW, decided_at__isnull=True)
                | Q(~Q(state=State.NEW), decided_at__isnull=False),
                name="finds_find_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class FeedItem(models.Model):
    """One entry of a feed. It outlives its feed and its find, so that neither comes back."""

    wagtail_reference_index_ignore = True

    feed = models.ForeignKey(Feed, models.SET_NULL, null=True, related_name="items")
    find = models.ForeignKey(Find, models.SET_NULL, null=True, related_name="items")
    publisher = models.CharField(max_length=MAX_NAME)
    guid_hash = models.CharField(max_length=32)
    link = models.URLField(max_length=MAX_LINK)
    canonical_link = models.CharField(max_length=MAX_LINK, db_index=True)
    title = models.CharField(max_length=MAX_HEADLINE)
    published_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(help_text="When the feed last held it, give or take some days.")

    class Meta:
        ordering = ["seen_at", "id"]
        constraints = [models.UniqueConstraint(fields=["feed", "guid_hash"], name="finds_feeditem_once")]
        indexes = [models.Index(fields=["last_seen_at"], name="finds_feeditem_old")]

    def __str__(self) -> str:
        return self.title

    @property
    def reported_at(self) -> datetime:
        return self.published_at or self.seen_at


class FindTopic(models.Model):
    """What a find is about, as its headlines say or an editor."""

    wagtail_reference_index_ignore = True

    find = models.ForeignKey(Find, models.CASCADE, related_name="find_topics")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    score = models.FloatField(default=1.0, help_text="0.5 to 1; an editor is sure.")
    is_manual = models.BooleanField(default=False)

    # Of two that become one, as topics are merged.
    STRONGER_FIRST: ClassVar = {"is_manual": [True, False]}

    class Meta:
        ordering = ["-score", "id"]
        constraints = [models.UniqueConstraint(fields=["find", "topic"], name="finds_findtopic_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.score}"
