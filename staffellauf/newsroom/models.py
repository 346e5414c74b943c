"""Articles, what they are about, and the outbox that says one went live."""

import secrets
from pathlib import PurePath
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from staffellauf.catalogue import merged
from staffellauf.catalogue.models import Topic
from staffellauf.common import paths, text
from staffellauf.common.prepared import Slot

# No pictures: Wagtail shows them without their credit, and makes their sizes while a reader waits.
BODY_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "blockquote", "link", "topic", "article"]


class Picture(AbstractImage):
    """A picture with the line that its holder asks for; nobody may show it without."""

    credit = models.CharField(_("credit"), max_length=200, help_text=_("For example: Photo: Jo Sample / Sample Studio"))

    admin_form_fields = ("title", "file", "description", "credit", "collection", "focal_point_x", "focal_point_y",
                         "focal_point_width", "focal_point_height")  # fmt: skip

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.CheckConstraint(condition=~Q(credit=""), name="newsroom_picture_credit")]

    def get_upload_to(self, filename: str) -> str:
        """A name that nobody guesses: the pictures of drafts lie in the public folder too."""
        return f"pictures/{secrets.token_hex(12)}{PurePath(filename).suffix.lower()[:6]}"


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="newsroom_rendition_once"),
        ]


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """What readers may see. The one definition of it."""
        return self.filter(live=True, first_published_at__isnull=False)

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-first_published_at", "-id")

    def about(self, topic: Topic | Slot) -> "ArticleQuerySet":
        """Articles placed under the topic, newest publication first."""
        return self.filter(article_topics__topic=topic).order_by("-article_topics__position")

    def for_cards(self) -> "ArticleQuerySet":
        """With what a card shows, so that a list takes the same number of queries at any length."""
        return self.select_related("lead_picture", "lead_topic").defer("body")

    def holding(self, words: str) -> "ArticleQuerySet":
        """Articles whose headline, deck or topics hold every word, folded."""
        found = self
        for word in text.fold(words).split():
            found = found.filter(search_text__contains=word)
        return found


class Article(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel):
    """A news item (schema.org NewsArticle)."""

    headline = models.CharField(_("headline"), max_length=160)
    deck = models.CharField(_("deck"), max_length=300, blank=True, help_text=_("The line under the headline."))
    slug = models.SlugField(
        _("slug"), max_length=100, unique=True, blank=True, help_text=_("Part of the address; made from the headline.")
    )
    byline = models.CharField(_("byline"), max_length=160, blank=True)
    lead_picture = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lead picture")
    )
    lead_caption = models.CharField(_("caption"), max_length=300, blank=True)
    body = RichTextField(_("body"), features=BODY_FEATURES)
    earlier_article = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="later_articles",
        verbose_name=_("earlier article"), help_text=_("We reported: the article that this one continues."),
    )  # fmt: skip
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="articles",
        help_text="Who began it: authors may edit their own drafts.",
    )  # fmt: skip
    guid = models.CharField(
        max_length=300, null=True, blank=True, unique=True, editable=False, help_text="The ninjs uri it came with."
    )
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True, editable=False)
    lead_topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        help_text="The first main topic as published: kicker and title card of its cards.",
    )  # fmt: skip
    search_text = models.TextField(editable=False, default="", help_text="Folded headline, deck and topic names.")
    import_digest = models.CharField(
        max_length=64, editable=False, default="", help_text="What the ninjs file said that was applied last."
    )
    published_slug = models.SlugField(
        max_length=100, editable=False, default="", db_index=False, help_text="The address that readers know."
    )

    # What belongs to the article and not to one of its revisions.
    KEPT = ("guid", "author", "updated_at", "lead_topic", "search_text", "import_digest", "published_slug")

    revisions = GenericRelation("wagtailcore.Revision", related_query_name="article")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="article",
        for_concrete_model=False,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["-first_published_at", "-id"], name="newsroom_article_newest", condition=Q(live=True)),
        ]

    def __str__(self) -> str:
        return self.headline or gettext("Without a headline")

    def get_absolute_url(self) -> str:
        return paths.of("article", self.slug)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The article as its page will show it; pages stand above us, so settings name the view."""
        preview: HttpResponse = import_string(settings.ARTICLE_PREVIEW)(request, self)
        return preview

    # Any: what Wagtail stores of a revision.
    def with_content_json(self, content: dict[str, Any]) -> "Article":
        """The article as a revision has it, except for what is not a revision's to say."""
        article: Article = super().with_content_json(content | {"subjects": after_merges(content.get("subjects", []))})
        for name in self.KEPT:
            setattr(article, name, getattr(self, name))
        return article


# Any: what Wagtail stores of a revision.
def after_merges(subjects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A revision's subjects, each topic once: one that was merged since is the one that took its place."""
    successors = merged.successors(subject.get("topic") for subject in subjects)
    strongest = sorted(subjects, key=lambda subject: subject.get("weight") != Weight.MAIN)
    chosen: dict[Any, dict[str, Any]] = {}
    for subject in strongest:
        topic_id = successors.get(subject.get("topic"), subject.get("topic"))
        chosen.setdefault(topic_id, subject | {"topic": topic_id})
    return sorted(chosen.values(), key=lambda subject: subject.get("sort_order") or 0)


class FormerSlug(models.Model):
    """A slug that an article once had; its address redirects."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.slug


class Weight(models.TextChoices):
    MAIN = "main", _("main topic")
    MENTIONED = "mentioned", _("mentioned")
    INHERITED = "inherited", _("through its series")


class Subject(models.Model):
    """What the draft says the article is about. Published, it becomes an ArticleTopic."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="subjects")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", verbose_name=_("topic"))
    weight = models.CharField(_("weight"), max_length=9, choices=Weight.choices[:2], default=Weight.MAIN)
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"
    # Of two that become one, as topics are merged.
    STRONGER_FIRST: ClassVar = {"weight": [Weight.MAIN, Weight.MENTIONED]}

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["article", "topic"], name="newsroom_subject_once")]

    def __str__(self) -> str:
        return f"{self.weight} {self.topic_id}"


class Source(models.Model):
    """Who said it first."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(_("name"), max_length=120, help_text=_("Deadline, a press release …"))
    url = models.URLField(_("link"), max_length=600, blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name


class ArticleTopic(models.Model):
    """The published article under one of its topics: what feeds and topic pages are read from.

    `position` is the publication's. The rows go when the article is unpublished and come back, at the same
    position, when it is published again. No index on the position alone (PostgreSQL would walk it backwards).
    """

    pk = models.CompositePrimaryKey("article_id", "topic_id")
    article = models.ForeignKey(Article, models.CASCADE, related_name="article_topics", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="article_topics", db_index=False)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=Weight)

    # Of two that become one, as topics are merged.
    STRONGER_FIRST: ClassVar = {"kind": [Weight.MAIN, Weight.MENTIONED, Weight.INHERITED]}

    class Meta:
        indexes = [
            models.Index("topic", models.F("position").desc(), "article", "kind", name="newsroom_article_topic_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} under {self.topic_id}"


class PublicationCounter(models.Model):
    """One row. Its lock makes the order of positions the order of commits."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class Publication(models.Model):
    """The outbox: this article went live, deal with it. One row per article and edition, whatever happens to the
    article afterwards, so that nobody is alerted twice."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="publications")
    edition = models.PositiveSmallIntegerField(default=1, help_text="1 is the first publication.")
    position = models.BigIntegerField(unique=True, help_text="Dense and ever growing, over all articles.")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [models.UniqueConstraint(fields=["article", "edition"], name="newsroom_publication_edition")]

    def __str__(self) -> str:
        return f"publication {self.position}"


class StandingPage(RevisionMixin, models.Model):
    """A page that the operator fills in: imprint, privacy."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True, help_text=_("impressum, datenschutz …"))
    title = models.CharField(_("title"), max_length=120)
    body = RichTextField(_("text"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link"], blank=True)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    body_en = RichTextField(_("English text"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link"], blank=True)

    revisions = GenericRelation("wagtailcore.Revision", related_query_name="standing_page")

    class Meta:
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")

    def __str__(self) -> str:
        return self.title
