"""The picture library: every picture says who made it, and on what terms we show it."""

import secrets
from datetime import date
from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition


class Picture(AbstractImage):
    """A picture with the line that its holder asks for; nobody may show it without."""

    class Licence(models.TextChoices):
        OWN = "own", _("our own picture")
        PRESS = "press", _("press picture, for reporting on the programme")
        AGENCY = "agency", _("agency")
        FREE = "free", _("free licence")
        DOMAIN = "domain", _("public domain")
        PERMISSION = "permission", _("by permission")

    credit = models.CharField(_("credit"), max_length=200, help_text=_("For example: Photo: Jo Sample / Sample Studio"))
    licence = models.CharField(_("terms"), max_length=10, choices=Licence, default=Licence.PRESS)
    licence_note = models.CharField(
        _("terms in words"),
        max_length=300,
        blank=True,
        help_text=_("Such as CC BY-SA 4.0, or only until the start."),
    )
    licence_url = models.URLField(_("address of the terms"), max_length=500, blank=True)
    expires_on = models.DateField(
        _("may be shown until"), null=True, blank=True, help_text=_("After this day nothing is published with it.")
    )

    admin_form_fields = (
        *("title", "file", "description", "credit", "licence", "licence_note", "licence_url", "expires_on"),
        *("collection", "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"),
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.CheckConstraint(condition=~Q(credit=""), name="newsroom_picture_credit")]

    def get_upload_to(self, filename: str) -> str:
        """A name that nobody guesses: the pictures of drafts lie in the public folder too."""
        return f"pictures/{secrets.token_hex(12)}{PurePath(filename).suffix.lower()[:6]}"

    def may_be_shown(self, *, today: date) -> bool:
        """Whether it has its credit, and its time is not over."""
        return bool(self.credit.strip()) and (self.expires_on is None or self.expires_on >= today)


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="newsroom_rendition_once"),
        ]
