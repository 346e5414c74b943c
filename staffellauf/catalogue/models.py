"""What news is about. Whatever can be followed is a Topic row; series, people, franchises and
organisations are topics with more columns (one primary key, so an id is enough to follow any of them)."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import RevisionMixin

from staffellauf.common import text

if TYPE_CHECKING:
    from typing import Self


class TopicKind(models.TextChoices):
    SERIES = "series", _("series")
    PERSON = "person", _("person")
    FRANCHISE = "franchise", _("franchise")
    ORGANISATION = "organisation", _("network or streamer")


class TopicQuerySet(models.QuerySet["Topic"]):
    def named(self, words: str) -> "Self":
        """Topics whose names, aliases or original titles hold every word of `words`, folded."""
        found = self
        for word in text.fold(words).split():
            found = found.filter(search_text__contains=word)
        return found


class Topic(models.Model):
    """Whatever can be followed."""

    KIND: ClassVar[TopicKind | None] = None

    kind = models.CharField(max_length=12, choices=TopicKind, editable=False)
    name = models.CharField(_("name"), max_length=200, help_text=_("The German title, or the person's name."))
    slug = models.SlugField(
        _("slug"), max_length=100, help_text=_("Part of the address. An old address keeps working.")
    )
    summary = models.TextField(
        _("summary"), max_length=600, blank=True, help_text=_("One or two sentences of our own.")
    )
    hue = models.PositiveSmallIntegerField(
        _("colour"), default=28, help_text=_("Hue of the title card we draw, 0 to 359 (OKLCH).")
    )
    search_text = models.TextField(editable=False, default="", help_text="Folded names.")
    last_position = models.BigIntegerField(editable=False, default=0, help_text="Position of its newest article.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="catalogue_topic_slug"),
            models.CheckConstraint(condition=Q(hue__lt=360), name="catalogue_topic_hue"),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="catalogue_topic_name")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and self.KIND:
            kwargs.setdefault("kind", self.KIND)
        super().__init__(*args, **kwargs)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(self.kind, args=[self.slug])


class FormerSlug(models.Model):
    """A slug that a topic once had; its address redirects."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="former_slugs")
    kind = models.CharField(max_length=12, choices=TopicKind)
    slug = models.SlugField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="catalogue_former_slug")]

    def __str__(self) -> str:
        return self.slug


class Alias(models.Model):
    """Another name by which a topic goes: working title, title in another country, spelling."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=12, blank=True, help_text=_("BCP 47, such as en or de-AT."))

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [models.UniqueConstraint(fields=["topic", "name"], name="catalogue_alias_once")]

    def __str__(self) -> str:
        return self.name


class ExternalId(models.Model):
    """The topic's id elsewhere. TMDB and TVmaze number series and people apart, hence the kind."""

    class Scheme(models.TextChoices):
        IMDB = "imdb", "IMDb"
        TMDB = "tmdb", "TMDB"
        TVDB = "tvdb", "TheTVDB"
        TVMAZE = "tvmaze", "TVmaze"
        WIKIDATA = "wikidata", "Wikidata"

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="external_ids")
    kind = models.CharField(max_length=12, choices=TopicKind, editable=False)
    scheme = models.CharField(_("source"), max_length=12, choices=Scheme)
    value = models.CharField(_("id"), max_length=40)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [models.UniqueConstraint(fields=["scheme", "kind", "value"], name="catalogue_external_id")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Franchise(RevisionMixin, Topic):
    """Several series that share a world, such as the Bosch series."""

    KIND = TopicKind.FRANCHISE

    revisions = GenericRelation("wagtailcore.Revision", related_query_name="franchise")

    class Meta:
        verbose_name = _("franchise")
        verbose_name_plural = _("franchises")


class Organisation(RevisionMixin, Topic):
    """A network or a streamer."""

    KIND = TopicKind.ORGANISATION

    class Type(models.TextChoices):
        NETWORK = "network", _("network")
        STREAMER = "streamer", _("streamer")

    type = models.CharField(_("type"), max_length=8, choices=Type, default=Type.NETWORK)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1, such as DE or US."))
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="organisation")

    class Meta:
        verbose_name = _("network or streamer")
        verbose_name_plural = _("networks and streamers")


class Person(RevisionMixin, Topic):
    """Somebody in front of or behind the camera."""

    KIND = TopicKind.PERSON

    sort_name = models.CharField(_("sorted as"), max_length=200, blank=True, help_text=_("Arquette, Rosanna"))
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="person")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")


class Series(RevisionMixin, Topic):
    """A television series (schema.org TVSeries)."""

    KIND = TopicKind.SERIES

    class Status(models.TextChoices):
        DEVELOPMENT = "development", _("in development")
        ORDERED = "ordered", _("ordered")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        CANCELLED = "cancelled", _("cancelled")
        UNKNOWN = "unknown", _("unknown")

    original_title = models.CharField(_("original title"), max_length=200, blank=True)
    original_language = models.CharField(_("original language"), max_length=12, blank=True, help_text=_("BCP 47"))
    countries = models.CharField(_("countries"), max_length=60, blank=True, help_text=_("ISO 3166-1, such as US, DE"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.UNKNOWN)
    start_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    end_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
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


class Season(models.Model):
    series = models.ForeignKey(Series, models.CASCADE, related_name="seasons", verbose_name=_("series"))
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("0 holds the specials."))
    name = models.CharField(_("name"), max_length=200, blank=True)
    episode_count = models.PositiveSmallIntegerField(_("number of episodes"), null=True, blank=True)
    start_year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["series", "number"], name="catalogue_season_number")]

    def __str__(self) -> str:
        return self.name or f"Staffel {self.number}"


class Episode(models.Model):
    season = models.ForeignKey(Season, models.CASCADE, related_name="episodes", verbose_name=_("season"))
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True, help_text=_("Empty for a special."))
    name = models.CharField(_("German title"), max_length=300, blank=True)
    original_title = models.CharField(_("original title"), max_length=300, blank=True)
    aired_on = models.DateField(_("first shown on"), null=True, blank=True, help_text=_("Original premiere."))
    runtime_min = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
        ordering = ["number", "aired_on", "id"]
        constraints = [models.UniqueConstraint(fields=["season", "number"], name="catalogue_episode_number")]

    def __str__(self) -> str:
        return self.name or self.original_title or f"Folge {self.number}"


class Role(models.Model):
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

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["series", "person", "character"], name="catalogue_role_once")]

    def __str__(self) -> str:
        return self.character


class Credit(models.Model):
    """A person's job behind the camera of a series."""

    class Job(models.TextChoices):
        CREATOR = "creator", _("creator")
        SHOWRUNNER = "showrunner", _("showrunner")
        WRITER = "writer", _("writer")
        DIRECTOR = "director", _("director")
        PRODUCER = "producer", _("producer")
        COMPOSER = "composer", _("composer")
        CAMERA = "camera", _("director of photography")

    series = models.ForeignKey(Series, models.CASCADE, related_name="credits", verbose_name=_("series"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="credits", verbose_name=_("person"))
    job = models.CharField(_("job"), max_length=12, choices=Job)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("crew credit")
        verbose_name_plural = _("crew credits")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["series", "person", "job"], name="catalogue_credit_once")]

    def __str__(self) -> str:
        return self.job


class Work(RevisionMixin, models.Model):
    """A novel, comic, film or game that a series is based on."""

    class Kind(models.TextChoices):
        NOVEL = "novel", _("novel")
        COMIC = "comic", _("comic")
        FILM = "film", _("film")
        GAME = "game", _("game")
        PLAY = "play", _("play")
        OTHER = "other", _("other work")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.NOVEL)
    title = models.CharField(_("German title"), max_length=200)
    original_title = models.CharField(_("original title"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    authors = models.ManyToManyField(Person, verbose_name=_("authors"), related_name="works", blank=True)
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="work")

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        ordering = ["year", "title"]
        constraints = [models.UniqueConstraint(fields=["kind", "title", "year"], name="catalogue_work_once")]

    def __str__(self) -> str:
        return self.title


class Relation(models.Model):
    """From a series to the series or work it comes from."""

    class Kind(models.TextChoices):
        SPIN_OFF_OF = "spin_off_of", _("spin-off of")
        REMAKE_OF = "remake_of", _("remake of")
        SEQUEL_OF = "sequel_of", _("sequel of")
        BASED_ON = "based_on", _("based on")

    series = models.ForeignKey(Series, models.CASCADE, related_name="relations", verbose_name=_("series"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    to_series = models.ForeignKey(
        Series, models.CASCADE, null=True, blank=True, related_name="relations_to_it", verbose_name=_("of the series")
    )
    to_work = models.ForeignKey(
        Work, models.CASCADE, null=True, blank=True, related_name="relations_to_it", verbose_name=_("on the work")
    )

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="based_on", to_work__isnull=False, to_series__isnull=True)
                | (~Q(kind="based_on") & Q(to_series__isnull=False, to_work__isnull=True)),
                name="catalogue_relation_target",
            ),
            models.UniqueConstraint(fields=["series", "kind", "to_series"], name="catalogue_relation_series"),
            models.UniqueConstraint(fields=["series", "kind", "to_work"], name="catalogue_relation_work"),
            models.CheckConstraint(
                condition=Q(to_series__isnull=True) | ~Q(to_series=F("series")), name="catalogue_relation_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
