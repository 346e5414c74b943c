"""What an editor sees first."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import WorkflowState

from staffellauf.newsroom import permissions
from staffellauf.newsroom.models import Article, Author, Picture
from staffellauf.newsroom.screens import pictures

LENGTH = 8
DUE_WITHIN = timedelta(days=7)
UNDER_REVIEW = [WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]


class Dashboard(Component):
    """What is due, what is not finished, what is new, and the way to write."""

    name = "newsroom"
    template_name = "newsroom/dashboard.html"
    order = 50

    class Media:
        css: ClassVar = {"all": ["newsroom/dashboard.css"]}

    # Any: a template's context.
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        user = request.user
        seen = permissions.visible(user, Article.objects.select_related("author", "latest_revision"))
        seen = seen.defer("body", "search_text")
        open_drafts = seen.filter(live=False, merged_into=None) | seen.filter(has_unpublished_changes=True)
        return {
            "request": request,
            "can_write": user.has_perm("newsroom.add_article"),
            "may_publish": user.has_perm(permissions.PUBLISH),
            "can_change": user.has_perm("newsroom.change_article"),
            "due": due(seen),
            "drafts": open_drafts.filter(author=user).order_by("-latest_revision__created_at", "-id")[:LENGTH],
            "others": open_drafts.exclude(author=user).order_by("-latest_revision__created_at", "-id")[:LENGTH],
            "reviewed": seen.filter(workflow_states__status__in=UNDER_REVIEW).distinct().order_by("-id")[:LENGTH],
            "planned": planned(seen),
            "published": Article.objects.published().defer("body", "search_text").newest_first()[:LENGTH],
            "needs_entry": user.has_perm(permissions.BEGIN) and not Author.objects.filter(user=user).exists(),
            "has_published": Article.objects.filter(author=user, first_published_at__isnull=False).exists(),
            "finds_address": finds_address(),
            "expired_pictures": Picture.objects.filter(pictures.condition("expired")).count(),
        }


def due(articles: "QuerySet[Article]") -> "QuerySet[Article]":
    """Not out yet, and planned to be within a week or earlier."""
    until = timezone.now() + DUE_WITHIN
    found = articles.filter(plan__due_at__lte=until, first_published_at=None).select_related("plan__assignee")
    return found.order_by("plan__due_at", "id")[:LENGTH]


def planned(articles: "QuerySet[Article]") -> "QuerySet[Article]":
    """Those that go live by themselves, the next one first."""
    found = articles.annotate(planned_for=Max("revisions__approved_go_live_at")).filter(planned_for__isnull=False)
    return found.order_by("planned_for", "id")[:LENGTH]


def finds_address() -> str:
    """The inbox of what other publishers report, where the portal follows any."""
    try:
        return reverse("finds:inbox")
    except NoReverseMatch:
        return ""


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
