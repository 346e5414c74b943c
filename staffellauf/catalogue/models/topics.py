"""What news is about. Whatever can be followed is a Topic row; series, people, franchises and
organisations are topics with more columns (one primary key, so an id is enough to follow any of them)."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from staffellauf.catalogue.models.provenance import Sourced
from staffellauf.common import paths, text

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


class UnmergedManager(models.Manager.from_queryset(TopicQuerySet)):  # type: ignore[misc]
    """Leaves out what was merged into another entry. `Topic.everything` has that too."""

    def get_queryset(self) -> TopicQuerySet:
        return super().get_queryset().filter(merged_into__isnull=True)


class Topic(Sourced):
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
    sort_key = models.CharField(
        max_length=60, editable=False, default="", help_text="Folded: what lists from A to Z sort by."
    )
    last_position = models.BigIntegerField(editable=False, default=0, help_text="Position of its newest article.")
    popularity = models.PositiveIntegerField(
        _("popularity"), default=0, editable=False, help_text="The more, the earlier in search; from data sources."
    )
    merged_into = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        editable=False,
        db_index=False,
        related_name="merged_topics",
        help_text="The entry that took its place; the row stays, so that ids in texts keep working.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UnmergedManager()
    everything = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="catalogue_topic_slug"),
            models.CheckConstraint(condition=Q(hue__lt=360), name="catalogue_topic_hue"),
        ]
        indexes = [
            models.Index(fields=["kind", "name"], name="catalogue_topic_name"),
            models.Index(fields=["kind", "sort_key", "id"], name="catalogue_topic_sort"),
            models.Index(
                fields=["kind", "-last_position"], condition=Q(last_position__gt=0), name="catalogue_topic_news"
            ),
            # An index of all, nearly all of them NULL, would tempt SQLite to answer everything through it.
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="catalogue_topic_merged"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and self.KIND:
            kwargs.setdefault("kind", self.KIND)
        super().__init__(*args, **kwargs)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return paths.of(self.kind, self.slug)


# Not a use that would keep anybody from deleting it, and no reason for a job on every save.
Topic._meta.get_field("merged_into").wagtail_reference_index_ignore = True  # type: ignore[attr-defined]


class FormerSlug(models.Model):
    """A slug that a topic once had; its address redirects."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="former_slugs")
    kind = models.CharField(max_length=12, choices=TopicKind)
    slug = models.SlugField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="catalogue_former_slug")]

    def __str__(self) -> str:
        return self.slug


class TopicName(models.Model):
    """A name that a topic goes by, folded: its own, the original title, the aliases. Derived, for finding by name."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="folded_names")
    kind = models.CharField(max_length=12, choices=TopicKind)
    folded = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "folded"], name="catalogue_topic_name_once")]
        indexes = [models.Index(fields=["kind", "folded"], name="catalogue_name_folded")]

    def __str__(self) -> str:
        return self.folded


class Alias(Sourced):
    """Another name by which a topic goes: working title, title in another country, spelling."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=12, blank=True, help_text=_("BCP 47, such as en or de-AT."))
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1, such as DE or US."))

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [
            models.UniqueConstraint(fields=["topic", "name", "language", "country"], name="catalogue_alias_once")
        ]

    def __str__(self) -> str:
        return self.name


class ExternalId(models.Model):
    """The topic's id elsewhere. TMDB and TVmaze number series and people apart, hence the kind.

    TVmaze numbers networks and web channels apart too: `networks/2`, `webchannels/1`. A merged entry has several ids
    of one scheme.
    """

    class Scheme(models.TextChoices):
        IMDB = "imdb", "IMDb"
        TMDB = "tmdb", "TMDB"
        TVDB = "tvdb", "TheTVDB"
        TVMAZE = "tvmaze", "TVmaze"
        WIKIDATA = "wikidata", "Wikidata"
        XMLTV = "xmltv", "XMLTV"

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="external_ids")
    kind = models.CharField(max_length=12, choices=TopicKind, editable=False)
    scheme = models.CharField(_("source"), max_length=12, choices=Scheme)
    value = models.CharField(_("id"), max_length=120)
    source = models.CharField(_("data source"), max_length=40, default="editor", editable=False)
    version = models.BigIntegerField(
        null=True,
        editable=False,
        help_text="The source's own count of what we read of it; what is older changes nothing.",
    )

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
    official_site = models.URLField(_("website"), max_length=500, blank=True)
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="organisation")

    class Meta:
        verbose_name = _("network or streamer")
        verbose_name_plural = _("networks and streamers")


class Person(RevisionMixin, Topic):
    """Somebody in front of or behind the camera."""

    KIND = TopicKind.PERSON

    class Gender(models.TextChoices):
        UNKNOWN = "", _("not known")
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")

    sort_name = models.CharField(_("sorted as"), max_length=200, blank=True, help_text=_("Arquette, Rosanna"))
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True, default="")
    born_on = models.DateField(_("born on"), null=True, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1, such as DE or US."))
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="person")

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")


class Synopsis(models.Model):
    """What a topic is about, in the words of a data source and under its licence. Our own words are `Topic.summary`."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="synopses")
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(_("text"), max_length=10_000)
    source = models.CharField(_("data source"), max_length=40)

    class Meta:
        verbose_name = _("synopsis")
        verbose_name_plural = _("synopses")
        constraints = [models.UniqueConstraint(fields=["topic", "language", "source"], name="catalogue_synopsis_once")]

    def __str__(self) -> str:
        return self.text[:60]


class TopicPicture(models.Model):
    """A picture of a topic with its rights record.

    What a data source names is an address only; a page shows a picture once an editor has uploaded it and cleared it.
    """

    class Kind(models.TextChoices):
        POSTER = "poster", _("poster")
        BACKDROP = "backdrop", _("backdrop")
        PORTRAIT = "portrait", _("portrait")
        LOGO = "logo", _("logo")

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="pictures", verbose_name=_("topic"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    picture = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    address = models.URLField(_("found at"), max_length=500, blank=True)
    holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    credit = models.CharField(_("mandatory credit"), max_length=200, blank=True)
    is_cleared = models.BooleanField(_("may be shown"), default=False)
    source = models.CharField(_("data source"), max_length=40, default="editor", editable=False)

    class Meta:
        verbose_name = _("picture of a topic")
        verbose_name_plural = _("pictures of topics")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_cleared=False) | (Q(picture__isnull=False) & ~Q(credit="")),
                name="catalogue_picture_cleared",
            )
        ]

    def __str__(self) -> str:
        return self.credit or self.address
