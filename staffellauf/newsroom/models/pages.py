"""Pages that stand still."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import RevisionMixin


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
