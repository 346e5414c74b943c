"""What an editor sees first."""

from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Article

DASHBOARD_LENGTH = 8


class Dashboard(Component):
    """What is new and what is not finished, and the way to write."""

    name = "newsroom"
    template_name = "newsroom/dashboard.html"
    order = 50

    class Media:
        css: ClassVar = {"all": ["newsroom/dashboard.css"]}

    # Any: a template's context.
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        articles = permissions.visible(user, Article.objects.defer("body", "search_text"))
        return {
            "can_write": user.has_perm("newsroom.add_article"),
            "can_change": user.has_perm("newsroom.change_article"),
            "published": Article.objects.published().defer("body", "search_text").newest_first()[:DASHBOARD_LENGTH],
            "drafts": articles.filter(Q(live=False) | Q(has_unpublished_changes=True))
            .select_related("author", "latest_revision")
            .order_by("-latest_revision__created_at", "-id")[:DASHBOARD_LENGTH],
            "may_publish": user.has_perm(permissions.PUBLISH),
        }


# Any: Wagtail's components have no common type.
@hooks.register("construct_homepage_panels")
def show_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [panel for panel in panels if panel.name not in {"recent_edits", "locked_pages"}]
    if request.user.has_perm("newsroom.change_article"):
        panels.append(Dashboard())


# After everybody who adds to it.
@hooks.register("construct_homepage_summary_items", order=1000)
def drop_summary(request: HttpRequest, items: list[Any]) -> None:
    """It counts pages and documents, which we do not have."""
    items.clear()
