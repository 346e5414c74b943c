"""Series and what they are made of: seasons, episodes, roles, credits, and how their status changed."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import RevisionMixin

from staffellauf.catalogue.models.provenance import Sourced
from staffellauf.catalogue.models.topics import Franchise, Organisation, Person, Topic, TopicKind

SMALL = 32_767
"""The highest number that a small column of PostgreSQL holds."""


class Series(RevisionMixin, Topic):
    """A television series (schema.org TVSeries)."""

    KIND = TopicKind.SERIES

    class Status(models.TextChoices):
        DEVELOPMENT = "development", _("in development")
        ORDERED = "ordered", _("ordered")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        CANCELLED = "cancelled", _("cancelled")
        UNDECIDED = "undecided", _("not decided whether it goes on")
        UNKNOWN = "unknown", _("unknown")

    class Format(models.TextChoices):
        UNKNOWN = "", _("not known")
        SCRIPTED = "scripted", _("fiction")
        ANIMATION = "animation", _("animation")
        DOCUMENTARY = "documentary", _("documentary")
        REALITY = "reality", _("reality")
        GAME = "game", _("game show")
        TALK = "talk", _("talk show")
        NEWS = "news", _("news programme")
        VARIETY = "variety", _("variety show")
        PANEL = "panel", _("panel show")
        SPORTS = "sports", _("sports")
        AWARDS = "awards", _("award show")

    class Genre(models.TextChoices):
        ACTION = "action", _("action")
        ADULT = "adult", _("adult")
        ADVENTURE = "adventure", _("adventure")
        ANIMATION = "animation", _("animation")
        ANIME = "anime", _("anime")
        CHILDREN = "children", _("children")
        COMEDY = "comedy", _("comedy")
        CRIME = "crime", _("crime")
        DIY = "diy", _("do it yourself")
        DOCUMENTARY = "documentary", _("documentary")
        DRAMA = "drama", _("drama")
        ESPIONAGE = "espionage", _("espionage")
        FAMILY = "family", _("family")
        FANTASY = "fantasy", _("fantasy")
        FOOD = "food", _("food")
        HISTORY = "history", _("history")
        HORROR = "horror", _("horror")
        LEGAL = "legal", _("legal")
        MEDICAL = "medical", _("medical")
        MUSIC = "music", _("music")
        MYSTERY = "mystery", _("mystery")
        NATURE = "nature", _("nature")
        NEWS = "news", _("news")
        POLITICS = "politics", _("politics")
        REALITY = "reality", _("reality")
        ROMANCE = "romance", _("romance")
        SCIENCE_FICTION = "science_fiction", _("science fiction")
        SOAP = "soap", _("soap")
        SPORTS = "sports", _("sports")
        SUPERNATURAL = "supernatural", _("supernatural")
        TALK = "talk", _("talk")
        THRILLER = "thriller", _("thriller")
        TRAVEL = "travel", _("travel")
        WAR = "war", _("war")
        WESTERN = "western", _("western")

    class Fsk(models.IntegerChoices):
        """Age ratings of the German self-regulation body (Jugendschutzgesetz, section 14)."""

        FSK_0 = 0, _("FSK 0")
        FSK_6 = 6, _("FSK 6")
        FSK_12 = 12, _("FSK 12")
        FSK_16 = 16, _("FSK 16")
        FSK_18 = 18, _("FSK 18")

    original_title = models.CharField(_("original title"), max_length=200, blank=True)
    original_language = models.CharField(_("original language"), max_length=12, blank=True, help_text=_("BCP 47"))
    countries = models.CharField(_("countries"), max_length=60, blank=True, help_text=_("ISO 3166-1, such as US, DE"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UNKNOWN)
    start_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    premiered_on = models.DateField(_("first shown on"), null=True, blank=True, db_index=True)
    ended_on = models.DateField(_("last shown on"), null=True, blank=True)
    format = models.CharField(_("format"), max_length=12, choices=Format, blank=True, default="")
    genres = models.CharField(_("genres"), max_length=200, blank=True, help_text=_("Keys, such as crime, drama."))
    fsk = models.PositiveSmallIntegerField(_("FSK"), choices=Fsk, null=True, blank=True)
    runtime_min = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    airtime = models.TimeField(
        _("time of its first run"), null=True, blank=True, help_text=_("Where it is first shown.")
    )
    weekdays = models.CharField(
        _("weekdays of its first run"), max_length=30, blank=True, help_text=_("Such as mo, th.")
    )
    rating = models.DecimalField(_("rating"), max_digits=3, decimal_places=1, null=True, blank=True)
    official_site = models.URLField(_("website"), max_length=500, blank=True)
    franchises = models.ManyToManyField(Franchise, verbose_name=_("franchises"), related_name="series", blank=True)
    organisations = models.ManyToManyField(
        Organisation, verbose_name=_("networks and streamers"), related_name="series", blank=True
    )
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="series")

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("plural", "series")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_year__isnull=True) | Q(end_year__gte=F("start_year")), name="catalogue_series_years"
            ),
        ]


class StatusChange(models.Model):
    """That a series had a status, from when, and who says so. The newest is the series' own."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="status_changes", verbose_name=_("series"))
    status = models.CharField(_("status"), max_length=12, choices=Series.Status)
    since = models.DateField(_("since"), null=True, blank=True, help_text=_("Empty: not known when."))
    source = models.CharField(_("data source"), max_length=40)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return self.get_status_display()


class Season(Sourced):
    series = models.ForeignKey(Series, models.CASCADE, related_name="seasons", verbose_name=_("series"))
    number = models.PositiveSmallIntegerField(
        _("number"), help_text=_("0 holds the specials; a year, such as 2013, is a number too.")
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    episode_count = models.PositiveSmallIntegerField(_("number of episodes"), null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    premiered_on = models.DateField(_("first shown on"), null=True, blank=True, help_text=_("Original premiere."))
    ended_on = models.DateField(_("last shown on"), null=True, blank=True)
    tvmaze_id = models.PositiveIntegerField("TVmaze", null=True, blank=True)
    tmdb_id = models.PositiveIntegerField("TMDB", null=True, blank=True)

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="catalogue_season_number")]
        indexes = [
            models.Index(fields=["premiered_on"], name="catalogue_season_start"),
            models.Index(fields=["ended_on"], name="catalogue_season_end"),
        ]

    def __str__(self) -> str:
        if self.name:
            return self.name
        if self.number == 0:
            return "Specials"
        return str(self.number) if self.is_year else f"Staffel {self.number}"

    @property
    def is_year(self) -> bool:
        """Whether the season is called by its year, as daily programmes are."""
        return 1900 <= self.number < 2200


class Episode(Sourced):
    class Kind(models.TextChoices):
        REGULAR = "regular", _("episode")
        SPECIAL = "special", _("special")
        EXTRA = "extra", _("extra")

    season = models.ForeignKey(Season, models.CASCADE, related_name="episodes", verbose_name=_("season"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.REGULAR)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True, help_text=_("Empty for a special."))
    last_number = models.PositiveSmallIntegerField(
        _("to number"), null=True, blank=True, help_text=_("Of a double episode: its second number.")
    )
    absolute_number = models.PositiveIntegerField(
        _("number over all seasons"), null=True, blank=True, help_text=_("As anime and daily soaps count.")
    )
    name = models.CharField(_("German title"), max_length=300, blank=True)
    original_title = models.CharField(_("original title"), max_length=300, blank=True)
    aired_on = models.DateField(
        _("first shown on"), null=True, blank=True, help_text=_("Original premiere: the broadcast day where it aired.")
    )
    aired_at = models.DateTimeField(_("first shown at"), null=True, blank=True, help_text=_("Original premiere."))
    runtime_min = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    tvmaze_id = models.PositiveIntegerField("TVmaze", null=True, blank=True)
    tmdb_id = models.PositiveIntegerField("TMDB", null=True, blank=True)
    tvdb_id = models.PositiveIntegerField("TheTVDB", null=True, blank=True)

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        ordering = ["number", "aired_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["season", "number"], name="catalogue_episode_number"),
            *(
                models.UniqueConstraint(
                    fields=[f"{scheme}_id"],
                    condition=Q(**{f"{scheme}_id__isnull": False}),
                    name=f"catalogue_episode_{scheme}",
                )
                for scheme in ("tvmaze", "tmdb", "tvdb")
            ),
            models.CheckConstraint(
                condition=Q(last_number__isnull=True) | Q(last_number__gt=F("number")), name="catalogue_episode_double"
            ),
        ]
        indexes = [models.Index(fields=["aired_on"], name="catalogue_episode_day")]

    def __str__(self) -> str:
        return self.name or self.original_title or f"Folge {self.number}"


class Role(Sourced):
    """A person as a character in a series."""

    class Billing(models.TextChoices):
        MAIN = "main", _("main role")
        RECURRING = "recurring", _("recurring role")
        GUEST = "guest", _("guest role")

    series = models.ForeignKey(Series, models.CASCADE, related_name="roles", verbose_name=_("series"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="roles", verbose_name=_("person"))
    character = models.CharField(_("character"), max_length=200, blank=True)
    billing = models.CharField(_("billing"), max_length=10, choices=Billing, default=Billing.MAIN)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    seasons = models.ManyToManyField(
        Season, verbose_name=_("seasons"), related_name="roles", blank=True, help_text=_("None: not known which.")
    )
    episodes = models.ManyToManyField(
        Episode, verbose_name=_("episodes"), related_name="roles", blank=True, help_text=_("Of a guest role.")
    )
    is_voice = models.BooleanField(_("voice only"), default=False)
    is_self = models.BooleanField(_("as themselves"), default=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["series", "person", "character"], name="catalogue_role_once")]

    def __str__(self) -> str:
        return self.character


class Credit(Sourced):
    """A person's job behind the camera of a series."""

    class Job(models.TextChoices):
        CREATOR = "creator", _("creator")
        SHOWRUNNER = "showrunner", _("showrunner")
        WRITER = "writer", _("writer")
        DIRECTOR = "director", _("director")
        PRODUCER = "producer", _("producer")
        COMPOSER = "composer", _("composer")
        CAMERA = "camera", _("director of photography")
        EDITOR = "editor", _("film editor")
        OTHER = "other", _("other job")

    series = models.ForeignKey(Series, models.CASCADE, related_name="credits", verbose_name=_("series"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="credits", verbose_name=_("person"))
    job = models.CharField(_("job"), max_length=12, choices=Job)
    title = models.CharField(
        _("exact title"), max_length=100, blank=True, help_text=_("As it is credited, such as Co-Executive Producer.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    episodes = models.ManyToManyField(
        Episode, verbose_name=_("episodes"), related_name="credits", blank=True, help_text=_("None: the whole series.")
    )

    class Meta:
        verbose_name = _("crew credit")
        verbose_name_plural = _("crew credits")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "person", "job", "title"], name="catalogue_credit_once")
        ]

    def __str__(self) -> str:
        return self.job
