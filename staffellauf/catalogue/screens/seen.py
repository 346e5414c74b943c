"""Screens of what comes out when and where, of pictures with their rights, and of data sources."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views import snippets

from staffellauf.catalogue import removals
from staffellauf.catalogue.models import DataSource, Release, Showing, TopicPicture
from staffellauf.catalogue.screens import forms
from staffellauf.catalogue.screens.listing import PartViewSet, series_column
from staffellauf.catalogue.screens.panels import OriginPanel
from staffellauf.catalogue.screens.parts import EditedViewSet
from staffellauf.catalogue.screens.topics import row


class ReleaseViewSet(EditedViewSet):
    model = Release
    icon = "date"
    list_display = ["kind", series_column(), "season", "episode", "organisation", "first_on", "precision"]
    list_filter = ["kind", "version"]
    search_fields = ["series__search_text"]
    ordering = ["-first_on", "pk"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"), FieldPanel("place"), row("kind", "version"), FieldPanel("when"),
            row("broadcast_day", "available_until"), FieldPanel("organisation"), FieldPanel("territory"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.ReleaseForm,
    )  # fmt: skip

    # Any: the signature is Wagtail's.
    def get_queryset(self, request: Any) -> "QuerySet[Release]":
        return Release.objects.select_related("series", "season", "episode", "organisation")


class ShowingEdit(snippets.EditView):
    """What an editor said of a broadcast stands."""

    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        showing: Showing = self.form.instance
        showing.match = Showing.Match.CONFIRMED if showing.series_id else Showing.Match.REJECTED
        showing.confidence = 100
        return super().save_instance()


class ShowingViewSet(PartViewSet):
    model = Showing
    icon = "time"
    edit_view_class = ShowingEdit
    list_display = ["title", series_column(), "episode", "organisation", "starts_at", "match"]
    list_filter = ["match"]
    search_fields = ["series__search_text"]
    ordering = ["-starts_at", "pk"]
    edit_handler = ObjectList([FieldPanel("series"), FieldPanel("place")], base_form_class=forms.ShowingForm)

    def get_queryset(self, request: Any) -> "QuerySet[Showing]":
        return Showing.objects.select_related("series", "episode__season", "organisation")


class PictureEdit(snippets.EditView):
    """What an editor wrote of a picture stands."""

    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        removals.remember(TopicPicture.objects.get(pk=self.object.pk))
        return super().save_instance()


class PictureViewSet(PartViewSet):
    model = TopicPicture
    icon = "image"
    edit_view_class = PictureEdit
    list_display = ["__str__", series_column(lambda picture: picture.topic), "kind", "holder", "licence", "is_cleared"]
    list_filter = ["kind", "is_cleared"]
    search_fields = ["topic__search_text"]
    ordering = ["topic__name", "kind", "pk"]
    edit_handler = ObjectList(
        [
            FieldPanel("topic"), FieldPanel("kind"), FieldPanel("picture"), FieldPanel("address"),
            row("holder", "licence"), row("credit", "is_cleared"),
        ],
        base_form_class=forms.PictureForm,
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[TopicPicture]":
        return TopicPicture.objects.select_related("topic")


class DataSourceViewSet(snippets.SnippetViewSet):
    model = DataSource
    icon = "site"
    copy_view_enabled = False
    inspect_view_enabled = True
    search_fields = ["name"]
    search_backend_name = None
    list_display = ["name", "licence", "is_named"]
    panels = [
        FieldPanel("name"), FieldPanel("address"), row("licence", "licence_address"), FieldPanel("is_named"),
    ]  # fmt: skip
