"""What the listings share: search as readers search, links to the entry, the parts of one series."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import snippets

from staffellauf.common import text


class FoldedIndex(snippets.IndexView):
    """Search as readers search: folded, every word anywhere in the names."""

    # Any: rows of any model.
    def search_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        for word in text.fold(self.search_query or "").split():
            queryset = queryset.filter(**{f"{self.search_fields[0]}__contains": word})
        return queryset


class PartIndex(FoldedIndex):
    """The parts of one entry when the address names it (`?of=7`), else of all."""

    def get_base_queryset(self) -> "QuerySet[Any]":
        found = super().get_base_queryset()
        wanted = self.request.GET.get("of", "")
        if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 18:
            return found
        return found.filter(**{self.search_fields[0].rpartition("__")[0]: int(wanted)})


class EntryColumn(Column):
    """Leads to the entry that the row belongs to."""

    # Any: a lazy text, a row of any model.
    def __init__(self, name: str, *, label: Any, entry: Callable[[Any], Any], **kwargs: Any) -> None:
        self.entry = entry
        super().__init__(name, label=label, **kwargs)

    def get_value(self, instance: Any) -> str:
        entry = self.entry(instance)
        return format_html('<a href="{}">{}</a>', edit_address(entry), entry) if entry else "–"


# Any: a row of any model.
def edit_address(row: Any) -> str:
    """Its edit screen; empty when it has none."""
    name = getattr(row, "kind", "") if row._meta.model_name == "topic" else row._meta.model_name
    try:
        return reverse(f"wagtailsnippets_catalogue_{name}:edit", args=[row.pk])
    except NoReverseMatch:
        return ""


class PartViewSet(snippets.SnippetViewSet):
    """What belongs to a series: a listing of its own, found by the series."""

    index_view_class = PartIndex
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 50


def series_column(entry: Callable[[Any], Any] = lambda row: row.series) -> EntryColumn:
    return EntryColumn("entry", label=_("Entry"), entry=entry)
