"""What series come from: novels, films, other series."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from staffellauf.catalogue.models.provenance import Sourced
from staffellauf.catalogue.models.series import Series
from staffellauf.catalogue.models.topics import Person


class Work(RevisionMixin, Sourced):
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
    wikidata_id = models.CharField("Wikidata", max_length=20, blank=True)
    authors = models.ManyToManyField(Person, verbose_name=_("authors"), related_name="works", blank=True)
    revisions = GenericRelation("wagtailcore.Revision", related_query_name="work")

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        ordering = ["year", "title"]
        constraints = [models.UniqueConstraint(fields=["kind", "title", "year"], name="catalogue_work_once")]

    def __str__(self) -> str:
        return self.title


class Relation(Sourced):
    """From a series to the series or work it comes from."""

    class Kind(models.TextChoices):
        SPIN_OFF_OF = "spin_off_of", _("spin-off of")
        REMAKE_OF = "remake_of", _("remake of")
        SEQUEL_OF = "sequel_of", _("sequel of")
        SAME_FRANCHISE = "same_franchise", _("same franchise as")
        BASED_ON = "based_on", _("based on")

    series = models.ForeignKey(Series, models.CASCADE, related_name="relations", verbose_name=_("series"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
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
