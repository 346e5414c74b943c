"""The picture library."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from staffellauf.newsroom.models import Picture


class PictureForm(BaseImageForm):
    """Wagtail makes the form of this one by WAGTAILIMAGES_IMAGE_FORM_BASE."""

    description = forms.CharField(
        label=_("alternative text"), max_length=255, strip=True,
        help_text=_("What is to be seen, for those who do not see it. Not the credit, not the caption."),
    )  # fmt: skip
    licence_url = forms.URLField(label=_("address of the terms"), max_length=500, required=False, assume_scheme="https")

    # Any: what Wagtail's views hand to their form.
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["licence"].required = False

    def clean_licence(self) -> str:
        licence: str = self.cleaned_data["licence"] or Picture.Licence.PRESS
        return licence
