"""Readers and what they follow. A reader is a person with an account, or a device without one."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staffellauf.catalogue.models import Series, Topic


class Reader(models.Model):
    class Day(models.TextChoices):
        BROADCAST = "broadcast", _("broadcast day: 0:20 belongs to the evening before")
        CALENDAR = "calendar", _("calendar day: 0:20 belongs to the new day")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="reader")
    device_key = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text="SHA-256 of the device cookie, hexadecimal."
    )
    read_up_to = models.BigIntegerField(default=0, help_text="Every article up to this position counts as read.")
    created_at = models.DateTimeField(auto_now_add=True)
    day = models.CharField(
        max_length=9,
        choices=Day,
        default=Day.BROADCAST,
        help_text="Which day a late showing counts for, in alerts and calendar.",
    )
    time_zone = models.CharField(
        max_length=64, default="Europe/Berlin", help_text="IANA name; whose night and whose hours count."
    )
    language = models.CharField(
        max_length=2, choices=settings.LANGUAGES, default="de", help_text="Of the words around the news."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, device_key__isnull=True)
                | Q(user__isnull=True, device_key__isnull=False),
                name="readers_reader_account_or_device",
            ),
        ]

    def __str__(self) -> str:
        return f"reader {self.pk}"


class Follow(models.Model):
    """A reader's wish to hear of a topic. The feed holds everything about it; the rest says what alerts."""

    class Releases(models.TextChoices):
        """Which of a series' releases alert."""

        NONE = "none", _("none")
        SEASONS = "seasons", _("the start of each season")
        EPISODES = "episodes", _("each episode")
        COMPLETE = "complete", _("only when the season is complete")

    class Lead(models.IntegerChoices):
        """When a release alerts; any of them together, as the bits of `leads`."""

        AT = 1, _("when it comes out")
        HOUR = 2, _("an hour before")
        DAY = 4, _("a day before")

    pk = models.CompositePrimaryKey("reader_id", "topic_id")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="follows", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="follows", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    unwanted_kinds = models.PositiveIntegerField(
        default=0, help_text="Bits of readers.kinds.NewsKind that do not alert; a kind added later does."
    )
    releases = models.CharField(max_length=8, choices=Releases, default=Releases.NONE)
    leads = models.PositiveSmallIntegerField(default=Lead.AT)
    only_caught_up = models.BooleanField(
        default=False, help_text="No alert while an episode that has come out is not seen."
    )
    muted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["topic", "reader"], name="readers_follow_topic"),
            # Whether anybody wants to be told of a series' releases, asked each minute.
            models.Index(fields=["topic", "releases"], name="readers_follow_releases"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} follows {self.topic_id}"


class ReadMark(models.Model):
    """An article read, newer than the reader's `read_up_to`."""

    pk = models.CompositePrimaryKey("reader_id", "article_id")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="read_marks", db_index=False)
    article = models.ForeignKey("newsroom.Article", models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.article_id}"


class Progress(models.Model):
    """How far a reader has watched a series: everything up to and with this episode."""

    pk = models.CompositePrimaryKey("reader_id", "series_id")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="progress", db_index=False)
    series = models.ForeignKey(Series, models.CASCADE, related_name="progress")
    season_number = models.PositiveSmallIntegerField()
    episode_number = models.PositiveSmallIntegerField()
    updated_at = models.DateTimeField(auto_now=True)

    # Of two that become one, as series are merged: the season, then the episode.
    GREATEST: ClassVar = ("season_number", "episode_number")

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.reader_id} saw {self.series_id} up to {self.season_number}x{self.episode_number}"
