"""Who writes: the people behind the bylines, with a page of their own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffellauf.common import paths
from staffellauf.newsroom.models.pictures import Picture


class Author(models.Model):
    """A byline's person, as readers know them. Not an account: guests write too, and accounts come and go."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=100, unique=True, blank=True, help_text=_("Part of the address."))
    job = models.CharField(_("what they do here"), max_length=120, blank=True, help_text=_("For example: editor"))
    about = models.TextField(_("about them"), max_length=1500, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    portrait = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("portrait")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
        help_text=_("Whose new articles carry this byline."),
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return paths.of("author", self.slug)
