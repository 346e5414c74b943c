"""Choosing an article to link to: only what readers see."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views import chooser

from staffellauf.catalogue import choosers
from staffellauf.common import text
from staffellauf.newsroom.models import Article


class ArticleSearchForm(choosers.SearchForm):
    def filter(self, objects: "QuerySet[Article]") -> "QuerySet[Article]":
        words = self.cleaned_data["q"].strip()
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        for word in text.fold(words).split():
            objects = objects.filter(search_text__contains=word)
        return objects


class PublishedArticles:
    """What can be linked to: readers see it."""

    filter_form_class = ArticleSearchForm
    ordering = ("-first_published_at", "-id")
    per_page = 20

    def get_object_list(self) -> "QuerySet[Article]":
        return Article.objects.published().defer("body")

    @property
    def columns(self) -> list[Column]:
        date = DateColumn("first_published_at", label=_("Published"), width="20%")
        return [*super().columns, date]  # type: ignore[misc]


class ChooseArticle(PublishedArticles, chooser.ChooseView):
    pass


class ChooseArticleResults(PublishedArticles, chooser.ChooseResultsView):
    pass


class ArticleChooser(chooser.SnippetChooserViewSet):
    choose_view_class = ChooseArticle
    choose_results_view_class = ChooseArticleResults
