from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from staffellauf.newsroom.models import Article

# About four screens of a phone; longer is an article of its own.
MAX_LENGTH = 4000


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> "CommentQuerySet":
        return self.filter(state=Comment.State.VISIBLE)

    def about(self, article: Article) -> "CommentQuerySet":
        """Beneath the article, and beneath those on the same story that became part of it."""
        family = Article.objects.filter(Q(pk=article.pk) | Q(merged_into=article.pk))
        return self.filter(article__in=family.values("pk"))

    def beginning(self) -> "CommentQuerySet":
        """Comments that are no reply."""
        return self.filter(parent=None)

    def holding(self, words: str) -> "CommentQuerySet":
        """Comments with the words in their text, their author's name or their article's headline."""
        text, author = Q(text__icontains=words), Q(author__display_name__icontains=words)
        return self.filter(text | author | Q(article__headline__icontains=words))

    def shown(self) -> "CommentQuerySet":
        """What has a place on the page: a deleted comment only while there are replies to it."""
        replies = Comment.objects.filter(parent=OuterRef("pk")).exclude(state=Comment.State.DELETED)
        return self.filter(~Q(state=Comment.State.DELETED) | Exists(replies))


class Comment(models.Model):
    """A reader's plain text beneath an article; a reply has a parent, which never is a reply itself."""

    class State(models.TextChoices):
        VISIBLE = "visible", _("visible")
        HIDDEN = "hidden", _("hidden by an editor")
        DELETED = "deleted", _("deleted by its author")

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments", verbose_name=_("article"))
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments", verbose_name=_("author")
    )
    text = models.TextField(_("comment"), validators=[MaxLengthValidator(MAX_LENGTH)])
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.VISIBLE)
    hidden_reason = models.CharField(_("reason"), max_length=300, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("hidden by")
    )
    form_key = models.UUIDField(
        null=True, unique=True, editable=False, help_text="Sent with the form, so that a repeated post is stored once."
    )
    created_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["article", "created_at"], name="comments_comment_article")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(hidden_reason=""), name="comments_comment_hidden_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def shown_under(self) -> Article:
        """The article that readers see it beneath: its own, or the one that took that one's place."""
        return self.article.merged_into or self.article


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        """What no editor has decided yet."""
        return self.filter(decided_at=None)


class Report(models.Model):
    """A reader's word that a comment breaks the rules; open until an editor decides."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports", verbose_name=_("comment"))
    # Null once the account is gone: what was reported still wants a decision.
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("reported"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["comment", "reporter"], name="comments_report_once")]

    def __str__(self) -> str:
        return self.reason
