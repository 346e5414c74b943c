"""The catalogue in the newsroom: a listing for each noun, found by its folded name, edited on a page of its own."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from staffellauf.catalogue import actions, choosers, forms
from staffellauf.catalogue.models import (
    Credit,
    Episode,
    Franchise,
    Organisation,
    Person,
    Relation,
    Role,
    Season,
    Series,
    Topic,
    Work,
)
from staffellauf.common import text

hooks.register("register_admin_viewset", lambda: choosers.AnyTopicChooser("topic_chooser"))


class FoldedIndex(snippets.IndexView):
    """Search as readers search: folded, every word anywhere in the names."""

    # Any: rows of any model.
    def search_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        for word in text.fold(self.search_query or "").split():
            queryset = queryset.filter(**{f"{self.search_fields[0]}__contains": word})
        return queryset


class TopicCreate(snippets.CreateView):
    # Any: an instance of the viewset's model.
    def save_instance(self) -> Any:
        topic = super().save_instance()
        finish(topic, self.form)
        return topic


class TopicEdit(snippets.EditView):
    def save_instance(self) -> Any:
        former = Topic.objects.values_list("slug", flat=True).get(pk=self.object.pk)
        topic = super().save_instance()
        actions.remember_slug(topic, former=former)
        finish(topic, self.form)
        return topic


class WithRelations:
    """Saves what a form says in lines: many-to-many fields."""

    # Any: the signature is Wagtail's.
    def save_instance(self) -> Any:
        instance = super().save_instance()  # type: ignore[misc]
        form: Any = self.form  # type: ignore[attr-defined]
        if isinstance(form, forms.WorkForm):
            instance.authors.set(form.cleaned_data["author_lines"])
        if isinstance(form, forms.RoleForm):
            instance.seasons.set(form.cleaned_data["season_numbers"])
        return instance


class CreateWithRelations(WithRelations, snippets.CreateView):
    pass


class EditWithRelations(WithRelations, snippets.EditView):
    pass


# Any: Wagtail's form of the topic.
def finish(topic: Topic, form: Any) -> None:
    """After a topic is saved: what its lines say, and the names under which it is found."""
    for field, relation in form.NAMED.items():
        getattr(topic, relation).set(form.cleaned_data[field])
    actions.set_aliases(topic, form.cleaned_data["alias_lines"])
    actions.set_external_ids(topic, form.cleaned_data["id_lines"])
    actions.refresh_search_text(topic)


def names(*fields: str) -> MultiFieldPanel:
    return MultiFieldPanel([*(FieldPanel(field) for field in fields), FieldPanel("alias_lines")], heading=_("Names"))


def page() -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel("summary"), FieldRowPanel([FieldPanel("slug"), FieldPanel("hue")])], heading=_("Page")
    )


class TopicViewSet(snippets.SnippetViewSet):
    index_view_class = FoldedIndex
    add_view_class = TopicCreate
    edit_view_class = TopicEdit
    chooser_viewset_class = choosers.TopicChooser
    copy_view_enabled = False
    search_fields = ["search_text"]
    search_backend_name = None
    list_display = ["name", "slug"]
    ordering = ["name"]
    list_per_page = 40


class SeriesViewSet(TopicViewSet):
    model = Series
    icon = "desktop"
    list_display = ["name", "original_title", "status", "start_year"]
    list_filter = ["status"]
    edit_handler = ObjectList(
        [
            names("name", "original_title"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("status"), FieldPanel("start_year"), FieldPanel("end_year")]),
                    FieldRowPanel([FieldPanel("original_language"), FieldPanel("countries")]),
                    FieldPanel("franchise_lines"),
                    FieldPanel("organisation_lines"),
                ],
                heading=_("About the series"),
            ),
            page(),
            FieldPanel("id_lines"),
        ],
        base_form_class=forms.SeriesForm,
    )


class PersonViewSet(TopicViewSet):
    model = Person
    icon = "user"
    list_display = ["name", "sort_name", "slug"]
    ordering = ["sort_name", "name"]
    edit_handler = ObjectList(
        [names("name", "sort_name"), page(), FieldPanel("id_lines")], base_form_class=forms.PersonForm
    )


class FranchiseViewSet(TopicViewSet):
    model = Franchise
    icon = "group"
    edit_handler = ObjectList([names("name"), page(), FieldPanel("id_lines")], base_form_class=forms.TopicForm)


class OrganisationViewSet(TopicViewSet):
    model = Organisation
    icon = "globe"
    list_display = ["name", "type", "country"]
    list_filter = ["type"]
    edit_handler = ObjectList(
        [names("name"), FieldRowPanel([FieldPanel("type"), FieldPanel("country")]), page(), FieldPanel("id_lines")],
        base_form_class=forms.TopicForm,
    )


class PartViewSet(snippets.SnippetViewSet):
    """What belongs to a series: a listing of its own, found by the series."""

    index_view_class = FoldedIndex
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 50


class SeasonViewSet(PartViewSet):
    model = Season
    icon = "list-ol"
    list_display = ["series", "number", "name", "episode_count", "start_year"]
    search_fields = ["series__search_text"]
    ordering = ["series__name", "number"]
    panels = [
        FieldPanel("series"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("name")]),
        FieldRowPanel([FieldPanel("episode_count"), FieldPanel("start_year")]),
    ]

    # Any: the signature is Wagtail's.
    def get_queryset(self, request: Any) -> "QuerySet[Season]":
        return Season.objects.select_related("series")


class EpisodeViewSet(PartViewSet):
    model = Episode
    icon = "media"
    list_display = [
        Column("season.series", label=_("series"), accessor="season.series"),
        "season",
        "number",
        "name",
        "aired_on",
    ]
    search_fields = ["season__series__search_text"]
    ordering = ["season__series__name", "season__number", "number"]
    panels = [
        FieldRowPanel([FieldPanel("season"), FieldPanel("number")]),
        FieldPanel("name"),
        FieldPanel("original_title"),
        FieldRowPanel([FieldPanel("aired_on"), FieldPanel("runtime_min")]),
    ]

    def get_queryset(self, request: Any) -> "QuerySet[Episode]":
        return Episode.objects.select_related("season__series")


class RoleViewSet(PartViewSet):
    model = Role
    icon = "user"
    add_view_class = CreateWithRelations
    edit_view_class = EditWithRelations
    list_display = ["character", "person", "series", "billing"]
    list_filter = ["billing"]
    search_fields = ["series__search_text"]
    ordering = ["series__name", "order"]
    edit_handler = ObjectList(
        [
            FieldPanel("series"),
            FieldPanel("person"),
            FieldPanel("character"),
            FieldRowPanel([FieldPanel("billing"), FieldPanel("order")]),
            FieldPanel("season_numbers"),
        ],
        base_form_class=forms.RoleForm,
    )

    def get_queryset(self, request: Any) -> "QuerySet[Role]":
        return Role.objects.select_related("series", "person")


class CreditViewSet(PartViewSet):
    model = Credit
    icon = "edit"
    list_display = ["person", "job", "series"]
    list_filter = ["job"]
    search_fields = ["series__search_text"]
    ordering = ["series__name", "order"]
    panels = [FieldPanel("series"), FieldPanel("person"), FieldRowPanel([FieldPanel("job"), FieldPanel("order")])]

    def get_queryset(self, request: Any) -> "QuerySet[Credit]":
        return Credit.objects.select_related("series", "person")


class WorkViewSet(snippets.SnippetViewSet):
    model = Work
    icon = "doc-full"
    add_view_class = CreateWithRelations
    edit_view_class = EditWithRelations
    chooser_viewset_class = choosers.WorkChooser
    copy_view_enabled = False
    search_fields = ["title", "original_title"]
    search_backend_name = None
    list_display = ["title", "kind", "year"]
    list_filter = ["kind"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("original_title"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("year")]),
            FieldPanel("author_lines"),
        ],
        base_form_class=forms.WorkForm,
    )


class RelationViewSet(PartViewSet):
    model = Relation
    icon = "link"
    list_display = ["series", "kind", "to_series", "to_work"]
    list_filter = ["kind"]
    search_fields = ["series__search_text"]
    ordering = ["series__name"]
    panels = [FieldPanel("series"), FieldPanel("kind"), FieldPanel("to_series"), FieldPanel("to_work")]

    def get_queryset(self, request: Any) -> "QuerySet[Relation]":
        return Relation.objects.select_related("series", "to_series", "to_work")


class Catalogue(snippets.SnippetViewSetGroup):
    menu_label = _("Catalogue")
    menu_icon = "list-ul"
    menu_name = "catalogue"
    menu_order = 200
    items = (
        SeriesViewSet,
        SeasonViewSet,
        EpisodeViewSet,
        PersonViewSet,
        RoleViewSet,
        CreditViewSet,
        FranchiseViewSet,
        OrganisationViewSet,
        WorkViewSet,
        RelationViewSet,
    )


register_snippet(Catalogue)
