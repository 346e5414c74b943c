"""The list of articles."""

from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views import snippets

from staffellauf.common import text
from staffellauf.newsroom.models import Article


class ArticleIndex(snippets.IndexView):
    """Drafts have no search text yet: their headline is searched as it stands."""

    def search_queryset(self, queryset: "QuerySet[Article]") -> "QuerySet[Article]":
        words = self.search_query or ""
        for word in text.fold(words).split():
            queryset = queryset.filter(Q(search_text__contains=word) | Q(headline__icontains=words.strip()))
        return queryset


class StateColumn(Column):
    """What readers see of it, without a query a row."""

    # Any: the signature is Wagtail's.
    def get_value(self, instance: Any) -> str:
        if instance.live:
            return str(_("live, with a draft") if instance.has_unpublished_changes else _("live"))
        if instance.planned_for:
            moment = timezone.localtime(instance.planned_for)
            return _("planned for %(when)s") % {"when": date_format(moment, "SHORT_DATETIME_FORMAT")}
        return str(_("offline") if instance.first_published_at else _("draft"))


COLUMNS = [
    "headline",
    Column("author", label=_("begun by"), accessor="author"),
    DateColumn("first_published_at", label=_("Published"), sort_key="first_published_at"),
    StateColumn("state", label=_("State")),
]


def rows() -> "QuerySet[Article]":
    articles = Article.objects.select_related("author", "latest_revision").defer("body", "search_text")
    articles = articles.annotate(planned_for=Max("revisions__approved_go_live_at"))
    return articles.order_by("-latest_revision__created_at", "-id")
