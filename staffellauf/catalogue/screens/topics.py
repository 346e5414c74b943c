"""Screens of what can be followed: series, people, franchises, networks and streamers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views import snippets

from staffellauf.catalogue import actions, choosers, forms, removals
from staffellauf.catalogue.models import Franchise, Organisation, Person, Series, Topic
from staffellauf.catalogue.screens.listing import FoldedIndex
from staffellauf.catalogue.screens.panels import OriginPanel, PartsPanel


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


# Any: Wagtail's form of the topic.
def finish(topic: Topic, form: Any) -> None:
    """After a topic is saved: what its lines say, and the names under which it is found."""
    for field, relation in form.NAMED.items():
        if field in form.changed_data:
            set_topics(topic, relation, form.cleaned_data[field])
    if "alias_lines" in form.changed_data:
        actions.set_aliases(topic, form.cleaned_data["alias_lines"])
    if "id_lines" in form.changed_data:
        actions.set_external_ids(topic, form.cleaned_data["id_lines"])
    actions.refresh_search_text(topic)


def set_topics(topic: Topic, relation: str, ids: list[int]) -> None:
    """Gives a series exactly these; what it loses no import brings back."""
    related = getattr(topic, relation)
    before = set(related.values_list("name", flat=True))
    related.set(ids)
    after = set(related.values_list("name", flat=True))
    # "franchises" -> "franchise": what provenance calls it.
    removals.remember_names(topic, relation.removesuffix("s"), before=before, after=after)


def names(*fields: str) -> MultiFieldPanel:
    return MultiFieldPanel([*(FieldPanel(field) for field in fields), FieldPanel("alias_lines")], heading=_("Names"))


def page() -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel("summary"), FieldRowPanel([FieldPanel("slug"), FieldPanel("hue")])], heading=_("Page")
    )


def row(*fields: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(field) for field in fields])


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
    list_filter = ["status", "format"]
    edit_handler = ObjectList(
        [
            PartsPanel(heading=_("Parts of this series")),
            names("name", "original_title"),
            MultiFieldPanel(
                [
                    row("status", "status_since"),
                    row("start_year", "end_year"),
                    row("premiered_on", "ended_on"),
                    row("format", "fsk"),
                    row("original_language", "countries"),
                    FieldPanel("franchise_lines"),
                    FieldPanel("organisation_lines"),
                    FieldPanel("genres"),
                ],
                heading=_("About the series"),
            ),
            MultiFieldPanel(
                [row("runtime_min", "airtime"), FieldPanel("weekdays"), FieldPanel("official_site")],
                heading=_("First run"),
            ),
            page(),
            FieldPanel("id_lines"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.SeriesForm,
    )


class PersonViewSet(TopicViewSet):
    model = Person
    icon = "user"
    list_display = ["name", "sort_name", "slug"]
    ordering = ["sort_name", "name"]
    edit_handler = ObjectList(
        [
            PartsPanel(heading=_("Parts of this entry")),
            names("name", "sort_name"),
            MultiFieldPanel([row("born_on", "died_on"), row("gender", "country")], heading=_("About the person")),
            page(),
            FieldPanel("id_lines"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.PersonForm,
    )


class FranchiseViewSet(TopicViewSet):
    model = Franchise
    icon = "group"
    edit_handler = ObjectList(
        [
            PartsPanel(heading=_("Parts of this entry")),
            names("name"),
            page(),
            FieldPanel("id_lines"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.TopicForm,
    )


class OrganisationViewSet(TopicViewSet):
    model = Organisation
    icon = "globe"
    list_display = ["name", "type", "country"]
    list_filter = ["type"]
    edit_handler = ObjectList(
        [
            PartsPanel(heading=_("Parts of this entry")),
            names("name"),
            row("type", "country"),
            FieldPanel("official_site"),
            page(),
            FieldPanel("id_lines"),
            OriginPanel(heading=_("Data sources")),
        ],
        base_form_class=forms.TopicForm,
    )
