"""When something comes, and where: releases that stay true for years, showings that pass."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staffellauf.catalogue.models.provenance import XMLTV, Sourced
from staffellauf.catalogue.models.series import Episode, Season, Series
from staffellauf.catalogue.models.topics import Organisation


class Release(Sourced):
    """When and where an episode, a season or (with neither) a whole series came or comes out.

    The original premiere of an episode stands in the episode itself (`aired_on`, `aired_at`); a row of kind
    `original` is for what an episode cannot say, such as “autumn 2026”.
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("original premiere")
        GERMAN_TV = "german_tv", _("German TV premiere")
        GERMAN_STREAM = "german_stream", _("German streaming premiere")
        FREE_TV = "free_tv", _("free-TV premiere")
        MEDIA_LIBRARY = "media_library", _("media library")

    class Version(models.TextChoices):
        UNKNOWN = "", _("not known")
        ORIGINAL = "original", _("original version")
        SUBTITLED = "subtitled", _("original with subtitles")
        DUBBED = "dubbed", _("dubbed")

    class Precision(models.TextChoices):
        """The values of `common.vague.Precision`."""

        MINUTE = "minute", _("minute")
        DAY = "day", _("day")
        PART_OF_MONTH = "part_of_month", _("beginning, middle or end of a month")
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        SEASON_OF_YEAR = "season_of_year", _("season of the year")
        PART_OF_YEAR = "part_of_year", _("beginning, middle or end of a year")
        HALF_YEAR = "half_year", _("half of a year")
        YEAR = "year", _("year")

    series = models.ForeignKey(
        Series, models.CASCADE, related_name="releases", verbose_name=_("series"), db_index=False
    )
    season = models.ForeignKey(
        Season, models.CASCADE, null=True, blank=True, related_name="releases", verbose_name=_("season")
    )
    episode = models.ForeignKey(
        Episode, models.CASCADE, null=True, blank=True, related_name="releases", verbose_name=_("episode")
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    version = models.CharField(_("language version"), max_length=10, choices=Version, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="releases",
        verbose_name=_("network or streamer"),
    )
    territory = models.CharField(_("country"), max_length=2, default="DE", help_text=_("ISO 3166-1, such as DE or US."))
    precision = models.CharField(_("precision"), max_length=14, choices=Precision, default=Precision.DAY)
    first_on = models.DateField(_("first possible day"), help_text=_("Calendar day where it comes out."))
    last_on = models.DateField(_("last possible day"))
    starts_at = models.DateTimeField(_("moment"), null=True, blank=True)
    broadcast_day = models.DateField(
        _("broadcast day"),
        null=True,
        blank=True,
        help_text=_("The programme day it belongs to; 0:20 is still the night."),
    )
    available_until = models.DateField(_("available until"), null=True, blank=True)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["first_on", "starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="catalogue_release_days"),
            models.CheckConstraint(
                condition=Q(precision="minute", starts_at__isnull=False)
                | (~Q(precision="minute") & Q(starts_at__isnull=True)),
                name="catalogue_release_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["first_on", "kind"], name="catalogue_release_day"),
            # Where a series is to be seen, without sorting all its releases.
            models.Index(
                fields=["series", "organisation", "kind", "version", "first_on", "starts_at"],
                name="catalogue_release_place",
            ),
            models.Index(
                fields=["available_until"], condition=Q(available_until__isnull=False), name="catalogue_release_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_on}"


class GuideTitle(models.Model):
    """What an editor decided about a title on a network's programme; every later guide follows it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="guide_titles")
    title = models.CharField(max_length=300, help_text="Folded.")
    series = models.ForeignKey(
        Series, models.CASCADE, null=True, related_name="guide_titles", help_text="None: it is no series of ours."
    )
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="catalogue_guide_title_once")]

    def __str__(self) -> str:
        return self.title


class Showing(models.Model):
    """One broadcast on a network's programme."""

    class Match(models.TextChoices):
        MATCHED = "matched", _("matched")
        DOUBTFUL = "doubtful", _("doubtful")
        UNMATCHED = "unmatched", _("not matched")
        CONFIRMED = "confirmed", _("confirmed by editors")
        REJECTED = "rejected", _("no series")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="showings", verbose_name=_("network or streamer")
    )
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    broadcast_day = models.DateField(_("broadcast day"))
    title = models.CharField(_("title"), max_length=300)
    folded_title = models.CharField(max_length=300, editable=False, default="")
    subtitle = models.CharField(_("episode title"), max_length=300, blank=True)
    description = models.TextField(_("text"), blank=True)
    categories = models.CharField(_("categories"), max_length=200, blank=True)
    season_number = models.PositiveSmallIntegerField(_("season"), null=True, blank=True)
    episode_number = models.PositiveIntegerField(_("episode"), null=True, blank=True)
    is_premiere = models.BooleanField(_("premiere"), default=False)
    is_repeat = models.BooleanField(_("repeat"), default=False)
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="showings", verbose_name=_("series")
    )
    episode = models.ForeignKey(
        Episode, models.SET_NULL, null=True, blank=True, related_name="showings", verbose_name=_("episode")
    )
    match = models.CharField(_("match"), max_length=9, choices=Match, default=Match.UNMATCHED)
    confidence = models.PositiveSmallIntegerField(_("confidence"), default=0, help_text=_("0 to 100."))
    source = models.CharField(_("data source"), max_length=40, default=XMLTV)

    class Meta:
        verbose_name = _("showing")
        verbose_name_plural = _("showings")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "starts_at", "title"], name="catalogue_showing_once"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="catalogue_showing_end"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "broadcast_day", "starts_at"], name="catalogue_showing_channel"),
            models.Index(fields=["series", "starts_at"], name="catalogue_showing_series"),
            models.Index(fields=["broadcast_day", "starts_at"], name="catalogue_showing_day"),
            models.Index(fields=["match", "organisation", "folded_title"], name="catalogue_showing_match"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.starts_at:%Y-%m-%d %H:%M})"
