"""Who said what. Every fact in the catalogue knows the data source it came from, and with it the licence."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from staffellauf.catalogue.models.topics import Topic

# The keys that code names; an own-format file may bring more (`own-<name>`).
EDITOR, OWN, TMDB, TVMAZE, WIKIDATA, XMLTV, SAMPLE = (
    "editor", "own", "tmdb", "tvmaze", "wikidata", "xmltv", "sample",
)  # fmt: skip


class DataSource(models.Model):
    """Where facts come from, under which terms, and what has to be said where they are shown."""

    key = models.SlugField(_("key"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    address = models.URLField(_("address"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=60, blank=True, help_text=_("SPDX, such as CC-BY-SA-4.0."))
    licence_address = models.URLField(_("address of the licence"), max_length=300, blank=True)
    is_named = models.BooleanField(
        _("named on pages"), default=False, help_text=_("Its licence asks for attribution on every page that shows it.")
    )

    class Meta:
        verbose_name = _("data source")
        verbose_name_plural = _("data sources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Sourced(models.Model):
    """A row that knows its sources: `source` wrote it, `origin` names the fields that came from elsewhere since."""

    source = models.CharField(_("data source"), max_length=40, default=EDITOR, editable=False)
    origin = models.JSONField(default=dict, editable=False, help_text="Field name to key of its data source.")

    class Meta:
        abstract = True

    def source_of(self, field: str) -> str:
        """The key of the data source that the field's value came from."""
        return str(self.origin.get(field, self.source))


class Removal(models.Model):
    """Something that editors took away, so that no import brings it back."""

    topic = models.ForeignKey(
        "catalogue.Topic",
        models.CASCADE,
        null=True,
        related_name="removals",
        help_text="None: the entry is gone.",
    )
    what = models.CharField(max_length=20, help_text="Name of the model, such as role.")
    key = models.CharField(max_length=300, help_text="What it was, as `provenance.removal_key` writes it.")
    removed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "what", "key"], name="catalogue_removal_once")]

    def __str__(self) -> str:
        return f"{self.what}: {self.key}"


class Merge(models.Model):
    """Two entries that became one: what was moved, so that it can be undone."""

    kept: "models.ForeignKey[Topic, Topic]" = models.ForeignKey(
        "catalogue.Topic", models.CASCADE, related_name="merges", verbose_name=_("kept")
    )
    gone: "models.ForeignKey[Topic, Topic]" = models.ForeignKey(
        "catalogue.Topic", models.CASCADE, related_name="merged_as", verbose_name=_("merged into it")
    )
    # Any: what `merging` writes and reads.
    moved: "models.JSONField[Any, Any]" = models.JSONField(default=dict, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"
