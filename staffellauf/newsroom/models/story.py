"""The living story: what readers are told when an article changes, and how articles hang together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staffellauf.newsroom.models.articles import HEADLINE_LENGTH, Article
from staffellauf.newsroom.models.outbox import Publication


class Note(models.Model):
    """A visible update or correction of a published article."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        UPDATE = "update", _("update")
        CORRECTION = "correction", _("correction")

    article = models.ForeignKey(Article, models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.UPDATE)
    text = models.CharField(_("text"), max_length=600)
    created_at = models.DateTimeField(_("time"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    form_key = models.UUIDField(
        null=True, unique=True, editable=False, help_text="Sent with the form, so that a repeated post is stored once."
    )
    publication = models.OneToOneField(
        Publication, models.SET_NULL, null=True, blank=True, related_name="note",
        help_text="The edition that alerted the followers once more; none: it alerted nobody.",
    )  # fmt: skip

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_material(self) -> bool:
        return self.publication_id is not None


class Version(models.Model):
    """The text of an article as readers saw it, from one publication to the next."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    headline = models.CharField(max_length=HEADLINE_LENGTH)
    deck = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True, help_text="As stored in the article.")
    published_at = models.DateTimeField()
    withheld_at = models.DateTimeField(null=True, blank=True, help_text="Since when readers cannot open it any more.")

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="newsroom_version_number")]

    def __str__(self) -> str:
        return f"{self.headline} ({self.number})"


class ArticleLink(models.Model):
    """That a published article links to an earlier one in its text or names it as what it continues."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    pk = models.CompositePrimaryKey("article_id", "earlier_id")
    article = models.ForeignKey(Article, models.CASCADE, related_name="links_out", db_index=False)
    earlier = models.ForeignKey(Article, models.CASCADE, related_name="links_in")

    def __str__(self) -> str:
        return f"{self.article_id} after {self.earlier_id}"


class ArticleMerge(models.Model):
    """Two articles on the same story that became one; undoable."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    kept = models.ForeignKey(Article, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Article, models.CASCADE, related_name="merges_away")
    moved = models.JSONField(default=dict, help_text="Keys of the rows that went along, by model.")
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="newsroom_merge_once"),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="newsroom_merge_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"
