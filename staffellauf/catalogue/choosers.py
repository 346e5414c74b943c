"""Choosing a topic in the newsroom: fast at any size, because it asks the index of names."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.views import chooser as snippet_chooser

from staffellauf.catalogue import queries
from staffellauf.catalogue.models import Topic
from staffellauf.common import text

# Nobody reads on; they type another letter.
RESULTS_LIMIT = 100


class SearchForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Search term"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
    )


class TopicSearchForm(SearchForm):
    def filter(self, objects: "QuerySet[Topic]") -> "QuerySet[Topic] | list[Topic]":
        """Every topic with the newest news first; with words, those that may be meant, best first."""
        words = self.cleaned_data["q"]
        if not text.fold(words):
            return objects
        self.is_searching, self.search_query = True, words
        kind = objects.model.KIND
        ids = queries.find_ids(words, limit=RESULTS_LIMIT, kind=kind)
        found = objects.in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]


class TitleSearchForm(SearchForm):
    """For works, whose names nobody folds: there are few."""

    fields_searched: Sequence[str] = ("title", "original_title")

    # Any: rows of any model.
    def filter(self, objects: "QuerySet[Any]") -> "QuerySet[Any]":
        words = self.cleaned_data["q"].strip()
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        found = objects.none()
        for field in self.fields_searched:
            found |= objects.filter(**{f"{field}__icontains": words})
        return found


class CardColumn(Column):
    """The topic's colour and first letter, as on its title card."""

    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        return format_html(
            '<span aria-hidden="true" style="display:inline-grid;place-items:center;width:2rem;height:2.6rem;'
            'border-radius:3px;color:#fff;font-weight:700;background:oklch(45% 0.12 {})">{}</span>',
            instance.hue,
            instance.name[:1],
        )


class KindColumn(Column):
    def get_value(self, instance: Any) -> str:
        return str(instance.get_kind_display())


class TopicListing:
    """What the two views of a topic chooser share: the modal and its list."""

    filter_form_class = TopicSearchForm
    ordering = ("-last_position", "name")
    per_page = 20

    @property
    def columns(self) -> list[Column]:
        columns: list[Column] = [CardColumn("card", label="", width="3rem"), *super().columns]  # type: ignore[misc]
        return [*columns, KindColumn("kind", label=_("Kind"), width="12rem")]


class ChooseTopic(TopicListing, chooser.ChooseView):
    pass


class ChooseTopicResults(TopicListing, chooser.ChooseResultsView):
    pass


class ChooseTopicSnippet(TopicListing, snippet_chooser.ChooseView):
    pass


class ChooseTopicSnippetResults(TopicListing, snippet_chooser.ChooseResultsView):
    pass


class ChooseByTitle(snippet_chooser.ChooseView):
    filter_form_class = TitleSearchForm


class ChooseByTitleResults(snippet_chooser.ChooseResultsView):
    filter_form_class = TitleSearchForm


class AnyTopicChooser(ChooserViewSet):
    """A topic of any kind: for what an article is about and what its text links to."""

    model = Topic
    icon = "tag"
    choose_one_text = _("Choose a topic")
    choose_another_text = _("Choose another topic")
    edit_item_text = _("Edit this topic")
    choose_view_class = ChooseTopic
    choose_results_view_class = ChooseTopicResults


class TopicChooser(snippet_chooser.SnippetChooserViewSet):
    """A topic of one kind."""

    choose_view_class = ChooseTopicSnippet
    choose_results_view_class = ChooseTopicSnippetResults


class WorkChooser(snippet_chooser.SnippetChooserViewSet):
    choose_view_class = ChooseByTitle
    choose_results_view_class = ChooseByTitleResults
