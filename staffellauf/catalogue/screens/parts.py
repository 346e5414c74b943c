"""Screens of what series are made of, each a listing of its own: no page holds ten thousand episodes."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views import snippets

from staffellauf.catalogue import choosers, forms, removals
from staffellauf.catalogue.models import Credit, Episode, Relation, Role, Season, StatusChange, Work
from staffellauf.catalogue.screens import forms as part_forms
from staffellauf.catalogue.screens.listing import PartViewSet, series_column
from staffellauf.catalogue.screens.panels import OriginPanel
from staffellauf.catalogue.screens.topics import row

# Field of a form -> many-to-many field of the model.
RELATED = {"author_lines": "authors", "season_numbers": "seasons", "episode_codes": "episodes"}


class SavesRelated:
    """Saves what a form says in lines, and that editors want the row."""

    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        instance = super().save_instance()  # type: ignore[misc]
        form: Any = self.form  # type: ignore[attr-defined]
        for field, relation in RELATED.items():
            if field in form.changed_data and form.cleaned_data.get(field) is not None:
                getattr(instance, relation).set(form.cleaned_data[field])
        removals.forget(instance)
        return instance


class CreatePart(SavesRelated, snippets.CreateView):
    pass


class EditPart(SavesRelated, snippets.EditView):
    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        before = self.model._base_manager.get(pk=self.object.pk)
        former = set() if is_found_again(before, self.form.changed_data) else set(removals.notes(before))
        instance = super().save_instance()
        removals.remember_change(instance, former=former)
        return instance


# Any: a row of any model.
def is_found_again(row: Any, changed: Collection[str]) -> bool:
    """Whether imports still know it after these changes: by an id of its own, a role by its person."""
    if isinstance(row, Role):
        return "person" not in changed
    return any(getattr(row, name, None) for name in ("tvmaze_id", "tmdb_id", "tvdb_id"))


class EditedViewSet(PartViewSet):
    add_view_class = CreatePart
    edit_view_class = EditPart


class SeasonViewSet(EditedViewSet):
    model = Season
    icon = "list-ol"
    list_display = ["__str__", series_column(), "number", "episode_count", "premiered_on"]
    search_fields = ["series__search_text"]
    ordering = ["series__name", "number"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"), row("number", "name"), row("episode_count", "start_year"),
            row("premiered_on", "ended_on"), row("tvmaze_id", "tmdb_id"), OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.ClaimingForm,
    )  # fmt: skip

    # Any: the signature is Wagtail's.
    def get_queryset(self, request: Any) -> "QuerySet[Season]":
        return Season.objects.select_related("series")


class EpisodeViewSet(EditedViewSet):
    model = Episode
    icon = "media"
    list_display = ["__str__", series_column(lambda part: part.season.series), "season", "number", "kind", "aired_on"]
    list_filter = ["kind"]
    search_fields = ["season__series__search_text"]
    ordering = ["season__series__name", "season__number", "number"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"), FieldPanel("season_number"),
            row("kind", "number"), row("last_number", "absolute_number"),
            FieldPanel("name"), FieldPanel("original_title"), row("aired_on", "aired_at"), FieldPanel("runtime_min"),
            row("tvmaze_id", "tmdb_id", "tvdb_id"), OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=part_forms.EpisodeForm,
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[Episode]":
        return Episode.objects.select_related("season__series")


class RoleViewSet(EditedViewSet):
    model = Role
    icon = "user"
    list_display = ["character", "person", series_column(), "billing"]
    list_filter = ["billing"]
    search_fields = ["series__search_text"]
    ordering = ["series__name", "order"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"), FieldPanel("person"), FieldPanel("character"), row("billing", "order"),
            row("is_voice", "is_self"), FieldPanel("season_numbers"), FieldPanel("episode_codes"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=part_forms.RoleWithEpisodesForm,
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[Role]":
        return Role.objects.select_related("series", "person")


class CreditViewSet(EditedViewSet):
    model = Credit
    icon = "edit"
    list_display = ["person", "job", "title", series_column()]
    list_filter = ["job"]
    search_fields = ["series__search_text"]
    ordering = ["series__name", "order"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"), FieldPanel("person"), row("job", "title", "order"), FieldPanel("episode_codes"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=part_forms.CreditForm,
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[Credit]":
        return Credit.objects.select_related("series", "person")


class RelationViewSet(EditedViewSet):
    model = Relation
    icon = "link"
    list_display = ["kind", series_column(), "to_series", "to_work"]
    list_filter = ["kind"]
    search_fields = ["series__search_text"]
    ordering = ["series__name"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"), FieldPanel("kind"), FieldPanel("to_series"), FieldPanel("to_work"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.ClaimingForm,
    )  # fmt: skip

    def get_queryset(self, request: Any) -> "QuerySet[Relation]":
        return Relation.objects.select_related("series", "to_series", "to_work")


class StatusChangeViewSet(PartViewSet):
    """The history; a new status is given on the series' own screen, where it becomes part of it."""

    model = StatusChange
    icon = "history"
    list_display = ["status", series_column(), "since", "source", "recorded_at"]
    list_filter = ["status"]
    search_fields = ["series__search_text"]
    ordering = ["-recorded_at", "-pk"]
    panels = [row("status", "since")]

    # Any: the signature is Wagtail's.
    def get_queryset(self, request: Any) -> "QuerySet[StatusChange]":
        return StatusChange.objects.select_related("series")


class WorkViewSet(snippets.SnippetViewSet):
    model = Work
    icon = "doc-full"
    add_view_class = CreatePart
    edit_view_class = EditPart
    chooser_viewset_class = choosers.WorkChooser
    copy_view_enabled = False
    search_fields = ["title", "original_title"]
    search_backend_name = None
    list_display = ["title", "kind", "year"]
    list_filter = ["kind"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"), FieldPanel("original_title"), row("kind", "year"), FieldPanel("author_lines"),
            FieldPanel("wikidata_id"), OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.WorkForm,
    )  # fmt: skip
