"""Typed, sourced statements: who joins, what was renewed, when it starts. Rows are added, never rewritten."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staffellauf.catalogue.models import Organisation, Person, Release, Series
from staffellauf.newsroom.models.articles import Article, SourceKind


class FactQuerySet(models.QuerySet["Fact"]):
    def standing(self) -> "FactQuerySet":
        """Accepted, and not replaced by a later report."""
        return self.filter(status=Fact.Status.CONFIRMED, later__isnull=True)

    def public(self) -> "FactQuerySet":
        """Those that readers may see: accepted, in an article that is live. A denial is public too."""
        return self.filter(status=Fact.Status.CONFIRMED, article__live=True, article__first_published_at__isnull=False)


class Fact(models.Model):
    """One typed statement of an article with its source.

    Append-only: a new report is a new row that `supersedes` the old one; a denial is a new row with the certainty
    `retracted`. What a kind needs of the slots is told by `newsroom.facts.kinds`.
    """

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        CASTING = "casting", _("casting")
        EXIT = "exit", _("exit")
        RETURN = "return", _("return")
        ORDER = "order", pgettext_lazy("fact", "order")
        DEVELOPMENT = "development", _("development")
        RENEWAL = "renewal", _("renewal")
        ENDING = "ending", _("cancellation or planned end")
        SHOOTING_START = "shooting_start", _("start of shooting")
        SHOOTING_END = "shooting_end", _("end of shooting")
        START_DATE = "start_date", _("start date")
        SCHEDULE_CHANGE = "schedule_change", _("change of schedule")
        TRAILER = "trailer", _("trailer or pictures")
        TITLE_CHANGE = "title_change", _("change of title")
        CREW_CHANGE = "crew_change", _("change of crew")
        RATINGS = "ratings", _("ratings")
        AWARD = "award", _("award")
        RIGHTS = "rights", _("rights")
        REVIVAL = "revival", _("revival or remake")
        SPIN_OFF = "spin_off", _("spin-off")
        CROSSOVER = "crossover", _("crossover")
        ADAPTATION = "adaptation", _("adaptation")
        DEATH = "death", _("death")

    class Status(models.TextChoices):
        """What the newsroom says of the row."""

        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("accepted")
        REJECTED = "rejected", _("rejected")

    class Certainty(models.TextChoices):
        """What the world says of the statement."""

        RUMOUR = "rumour", _("rumour")
        REPORTED = "reported", _("reported")
        CONFIRMED = "confirmed", _("confirmed by a party")
        OBSERVED = "observed", _("observed")
        RETRACTED = "retracted", _("retracted")

    article = models.ForeignKey(Article, models.CASCADE, related_name="facts", verbose_name=_("article"))
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    status = models.CharField(_("decision"), max_length=9, choices=Status, default=Status.PROPOSED)
    certainty = models.CharField(_("certainty"), max_length=9, choices=Certainty, default=Certainty.REPORTED)

    series = models.ForeignKey(
        Series, models.CASCADE, null=True, blank=True, related_name="facts", verbose_name=_("series")
    )
    season_number = models.PositiveSmallIntegerField(_("season"), null=True, blank=True)
    episode_number = models.PositiveSmallIntegerField(_("episode"), null=True, blank=True)
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="facts", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="facts",
        verbose_name=_("network or streamer"),
    )
    other_series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="facts_as_other", verbose_name=_("other series")
    )
    precision = models.CharField(_("precision"), max_length=14, choices=Release.Precision, blank=True)
    first_on = models.DateField(_("first possible day"), null=True, blank=True)
    last_on = models.DateField(_("last possible day"), null=True, blank=True)
    happens_at = models.DateTimeField(_("moment"), null=True, blank=True)
    slots = models.JSONField(
        _("other slots"), default=dict, blank=True,
        help_text="What the kind has besides: character, billing, territory, premiere, job … (newsroom.facts.kinds).",
    )  # fmt: skip

    source_name = models.CharField(_("source"), max_length=120, blank=True)
    source_kind = models.CharField(
        _("kind of source"), max_length=13, choices=SourceKind, default=SourceKind.TRADE_PRESS
    )
    source_url = models.URLField(_("address"), max_length=600, blank=True)
    source_on = models.DateField(_("reported on"), null=True, blank=True)
    source_via = models.CharField(_("via"), max_length=120, blank=True)

    updates_catalogue = models.BooleanField(
        _("into the catalogue"), default=False, help_text=_("Once the article is live, the catalogue has it too.")
    )
    supersedes = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="later", verbose_name=_("replaces")
    )
    line = models.CharField(_("as typed"), max_length=400, blank=True, help_text="The line it was read from.")
    digest = models.CharField(
        max_length=64, editable=False, default="", help_text="Of what it states: the same statement has the same."
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_on__isnull=True, last_on__isnull=True, precision="")
                | Q(first_on__isnull=False, last_on__gte=F("first_on")) & ~Q(precision=""),
                name="newsroom_fact_days",
            ),
            models.CheckConstraint(
                condition=Q(precision="minute", happens_at__isnull=False)
                | (~Q(precision="minute") & Q(happens_at__isnull=True)),
                name="newsroom_fact_moment",
            ),
        ]
        indexes = [models.Index(fields=["series", "kind", "created_at"], name="newsroom_fact_series")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class CatalogueChange(models.Model):
    """What accepting a fact changed in the catalogue, so that it can be undone."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    fact = models.ForeignKey(Fact, models.CASCADE, related_name="catalogue_changes")
    model = models.CharField(max_length=60, help_text="Such as catalogue.role.")
    object_id = models.BigIntegerField()
    was_created = models.BooleanField(help_text="The row is new: undone, it goes.")
    before = models.JSONField(default=dict, help_text="Field to former value, of a row that was there.")
    after = models.JSONField(default=dict)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
