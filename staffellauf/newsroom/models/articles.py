"""Articles: what the newsroom writes, with what belongs to a draft: subjects, sources, bylines, gallery."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, Revision, RevisionMixin, WorkflowMixin

from staffellauf.accounts.models import User
from staffellauf.catalogue import merged
from staffellauf.catalogue.models import Topic
from staffellauf.common import paths, text
from staffellauf.common.prepared import Slot
from staffellauf.newsroom.models.authors import Author
from staffellauf.newsroom.models.pictures import Picture

BODY_FEATURES = [
    *("h2", "h3", "bold", "italic", "ol", "ul", "blockquote", "hr"),
    # Before the links: of what is pasted, each is asked whether it is theirs.
    *("picture", "outside", "link", "topic", "article", "writing"),
]
# The first one is what the editor shows unasked.
PREVIEWS: list[tuple[str, str | Promise]] = [
    ("page", _("Page")),
    ("all", _("All side by side")),
    ("card", _("Card")),
    ("push", _("Push")),
    ("mail", _("Mail")),
]
HEADLINE_LENGTH = 160
STARS = 5
"""A review gives at most so many, in halves."""


class Kind(models.TextChoices):
    """What sort of article it is. A find is nothing of ours but the headline: the story is at its publishers'."""

    NEWS = "news", _("news item")
    SPECIAL = "special", _("special")
    OBITUARY = "obituary", _("obituary")
    REVIEW = "review", _("review")
    STARTS = "starts", _("start overview")
    INTERVIEW = "interview", _("interview")
    ADVERTISEMENT = "advertisement", _("advertisement")
    FIND = "find", _("find")


WRITTEN_KINDS = [choice for choice in Kind.choices if choice[0] != Kind.FIND]


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

    kind = models.CharField(_("kind"), max_length=13, choices=Kind, default=Kind.NEWS)
    headline = models.CharField(_("headline"), max_length=HEADLINE_LENGTH)
    deck = models.CharField(_("deck"), max_length=300, blank=True, help_text=_("The line under the headline."))
    slug = models.SlugField(
        _("slug"), max_length=100, unique=True, blank=True, help_text=_("Part of the address; made from the headline.")
    )
    kicker = models.CharField(
        _("kicker"), max_length=60, blank=True,
        help_text=_("The words over the headline; without them, the name of the first main topic."),
    )  # fmt: skip
    byline = models.CharField(
        _("byline in words"), max_length=160, blank=True, help_text=_("For who has no entry among the authors.")
    )
    lead_picture = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lead picture")
    )
    lead_caption = models.CharField(_("caption"), max_length=300, blank=True)
    body = RichTextField(_("body"), features=BODY_FEATURES, blank=True)
    neutral_headline = models.CharField(
        _("headline that gives nothing away"), max_length=HEADLINE_LENGTH, blank=True,
        help_text=_("What lists, feeds, mails and push show while there is a spoiler."),
    )  # fmt: skip
    spoils_season = models.PositiveSmallIntegerField(
        _("gives away up to season"), null=True, blank=True, help_text=_("Of the first main series. Empty: no spoiler.")
    )
    spoils_episode = models.PositiveSmallIntegerField(
        _("up to its episode"), null=True, blank=True, help_text=_("Empty: the whole season.")
    )
    advertiser = models.CharField(
        _("advertiser"),
        max_length=120,
        blank=True,
        help_text=_("Who pays for it; readers see the name."),
    )
    half_stars = models.PositiveSmallIntegerField(
        _("verdict"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(2 * STARS)],
        help_text=_("Half stars, 1 to 10. Only a review shows them."),
    )  # fmt: skip
    starts_period = models.CharField(
        _("period"), max_length=8, blank=True,
        help_text=_("Of a start overview: a month (2026-02) or a week (2026-w05). Its starts stand beneath."),
    )  # fmt: skip
    is_quiet = models.BooleanField(
        _("alert nobody"), default=False, help_text=_("It appears on pages and in feeds; no notification is sent.")
    )
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True, help_text=_("Before this moment nobody can publish it.")
    )
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

    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="merged_articles",
        help_text="The article on the same story that took its place; its address leads there.",
    )  # fmt: skip

    # What belongs to the article and not to one of its revisions.
    KEPT = (
        "guid",
        "author",
        "updated_at",
        "lead_topic",
        "search_text",
        "import_digest",
        "published_slug",
        "merged_into",
    )

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
            models.Index(
                fields=["kind", "-first_published_at", "-id"], name="newsroom_article_kind", condition=Q(live=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(half_stars__isnull=True) | Q(half_stars__range=(1, 2 * STARS)),
                name="newsroom_article_stars",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="newsroom_article_merged"
            ),
        ]

    def __str__(self) -> str:
        return self.headline or gettext("Without a headline")

    def get_absolute_url(self) -> str:
        return paths.of("article", self.slug)

    @property
    def is_spoiler(self) -> bool:
        return self.spoils_season is not None

    @property
    def shown_headline(self) -> str:
        """For lists, feeds, mails and push: with a spoiler, the headline that gives nothing away."""
        if not self.is_spoiler:
            return self.headline
        return self.neutral_headline or gettext("News about “%(name)s”, with spoilers") % {"name": self.shown_kicker}

    @property
    def shown_deck(self) -> str:
        """Nothing while there is a spoiler."""
        return "" if self.is_spoiler else self.deck

    @property
    def shown_kicker(self) -> str:
        return self.kicker or (self.lead_topic.name if self.lead_topic else "")

    @property
    def preview_modes(self) -> list[tuple[str, str | Promise]]:
        return PREVIEWS

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The article as readers will see it; pages stand above us, so settings name the view."""
        preview: HttpResponse = import_string(settings.ARTICLE_PREVIEW)(request, self, mode_name)
        return preview

    def publish(
        self,
        revision: Revision,
        user: User | None = None,
        changed: bool = True,
        log_action: bool | str = True,
        previous_revision: Revision | None = None,
        skip_permission_checks: bool = False,
    ) -> None:
        """Where every way of publishing and of planning to publish ends. Raises rules.NotPublishable."""
        from staffellauf.newsroom import rules

        rules.check(revision, user=user, now=timezone.now())
        super().publish(
            revision,
            user=user,
            changed=changed,
            log_action=log_action,
            previous_revision=previous_revision,
            skip_permission_checks=skip_permission_checks,
        )

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

    # Its article's job reads it too; without this each row would ask for one of its own whenever the article is saved.
    wagtail_reference_index_ignore = True

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


class SourceKind(models.TextChoices):
    """What sort of source it is, which tells how far to trust it."""

    TRADE_PRESS = "trade_press", _("trade press")
    PRESS_RELEASE = "press_release", _("press release")
    PARTY = "party", _("network, streamer or producer")
    PERSON = "person", _("one of those involved")
    AGENCY = "agency", _("news agency")
    PRESS = "press", _("newspaper or magazine")
    SOCIAL = "social", _("social media")
    OWN = "own", _("our own research")
    OTHER = "other", _("other source")


class Source(models.Model):
    """Who said it first."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(_("name"), max_length=120, help_text=_("Deadline, a press release …"))
    url = models.URLField(_("link"), max_length=600, blank=True)
    kind = models.CharField(_("kind"), max_length=13, choices=SourceKind, default=SourceKind.TRADE_PRESS)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    via = models.CharField(_("via"), max_length=120, blank=True, help_text=_("Who pointed us to it."))
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name


class Byline(models.Model):
    """One of the authors who signed the draft."""

    # Its article's job reads it too; without this each row would ask for one of its own whenever the article is saved.
    wagtail_reference_index_ignore = True

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, models.CASCADE, related_name="bylines", verbose_name=_("author"))
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="newsroom_byline_once")]

    def __str__(self) -> str:
        return str(self.author)


class GalleryPicture(models.Model):
    """A picture of a special's picture series, in its order."""

    # Its article's job reads it too; without this each row would ask for one of its own whenever the article is saved.
    wagtail_reference_index_ignore = True

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="gallery")
    picture = models.ForeignKey(Picture, models.CASCADE, related_name="+", verbose_name=_("picture"))
    caption = models.CharField(_("caption"), max_length=400, blank=True)
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("picture of the series")
        verbose_name_plural = _("picture series")
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.caption
