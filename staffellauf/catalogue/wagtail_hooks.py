"""The catalogue in the newsroom: a listing for each noun, found by its folded name, edited on a page of its own."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from staffellauf.catalogue import choosers, finding, removals
from staffellauf.catalogue.models import Topic
from staffellauf.catalogue.screens import giving_back, merges, parts, seen, topics

hooks.register("register_admin_viewset", lambda: choosers.AnyTopicChooser("topic_chooser"))


class MergesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return merges.may_merge(request.user)


class Catalogue(snippets.SnippetViewSetGroup):
    menu_label = _("Catalogue")
    menu_icon = "list-ul"
    menu_name = "catalogue"
    menu_order = 200
    items = (
        topics.SeriesViewSet,
        parts.SeasonViewSet,
        parts.EpisodeViewSet,
        topics.PersonViewSet,
        parts.RoleViewSet,
        parts.CreditViewSet,
        topics.FranchiseViewSet,
        topics.OrganisationViewSet,
        parts.WorkViewSet,
        parts.RelationViewSet,
        parts.StatusChangeViewSet,
        seen.ReleaseViewSet,
        seen.ShowingViewSet,
        seen.PictureViewSet,
        seen.DataSourceViewSet,
    )

    def get_submenu_items(self) -> list[MenuItem]:
        items: list[MenuItem] = super().get_submenu_items()
        url = reverse("catalogue_admin:merges")
        return [*items, MergesItem(_("Merges"), url, name="merges", icon_name="resubmit", order=len(items) + 1)]


register_snippet(Catalogue)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", merges.index, name="merges"),
        path("doppelt/", merges.duplicates, name="duplicates"),
        re_path(r"^(?P<topic_id>[0-9]{1,18})/$", merges.choose, name="merge"),
        re_path(r"^(?P<topic_id>[0-9]{1,18})/(?P<other_id>[0-9]{1,18})/$", merges.confirm, name="merge_confirm"),
        re_path(r"^(?P<merge_id>[0-9]{1,18})/aufheben/$", merges.undo, name="merge_undo"),
        re_path(r"^(?P<noun>[a-z]{1,20})/(?P<pk>[0-9]{1,18})/quelle/$", giving_back.give_back, name="give_back"),
    ]
    return [path("zusammenfuehren/", include((own, "catalogue_admin")))]


# Any: rows of any snippet's model.
@hooks.register("before_delete_snippet")
def remember_removals(request: HttpRequest, instances: Sequence[Any]) -> None:
    """What editors take away no import brings back."""
    if request.method == "POST":
        for instance in instances:
            removals.remember(instance)


# Any: rows of any snippet's model.
@hooks.register("after_delete_snippet")
def forget_names(request: HttpRequest, instances: Sequence[Any]) -> None:
    """Nobody finds what is gone. A single row has lost its id by now; the address still says it."""
    topics = [instance for instance in instances if isinstance(instance, Topic)]
    address = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    finding.forget([int(topic.pk or address or 0) for topic in topics])
