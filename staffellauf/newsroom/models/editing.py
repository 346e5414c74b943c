"""How the newsroom works together: plans, remarks on passages, tokens for programs that deliver articles."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffellauf.newsroom.models.articles import Article


class Plan(models.Model):
    """What the planning board knows of an article. The stage itself is told by the article's own state, except that a
    draft may be no more than an idea."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    article = models.OneToOneField(Article, models.CASCADE, related_name="plan")
    is_idea = models.BooleanField(_("idea"), default=False)
    due_at = models.DateTimeField(_("due"), null=True, blank=True, db_index=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="plans",
        verbose_name=_("who writes it"),
    )  # fmt: skip
    brief = models.TextField(_("what it is about"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return f"plan of {self.article_id}"


class Remark(models.Model):
    """What a colleague says about a passage of a draft. Readers never see it."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    article = models.ForeignKey(Article, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="remarks")
    answers = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answered_by")
    field = models.CharField(_("place"), max_length=20, blank=True, help_text="headline, deck, body … or empty.")
    quote = models.CharField(_("passage"), max_length=500, blank=True)
    text = models.TextField(_("remark"), max_length=2000)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text


class IntakeToken(models.Model):
    """Lets a program deliver articles as ninjs over HTTP, in the name of an account. The token itself is not stored."""

    # Nothing in the newsroom asks where it is used.
    wagtail_reference_index_ignore = True

    name = models.CharField(_("name"), max_length=100, help_text=_("Which program uses it."))
    hash = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the token, hexadecimal.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="intake_tokens", verbose_name=_("account")
    )
    created_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("intake token")
        verbose_name_plural = _("intake tokens")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
