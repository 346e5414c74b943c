"""Imprint, privacy and the like."""

from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import snippets

from staffellauf.newsroom.models import StandingPage


class StandingPageViewSet(snippets.SnippetViewSet):
    model = StandingPage
    icon = "clipboard-list"
    menu_order = 300
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["title", "slug"]
    panels = [
        FieldRowPanel([FieldPanel("title"), FieldPanel("slug")]),
        FieldPanel("body"),
        FieldPanel("title_en"),
        FieldPanel("body_en"),
    ]


register_snippet(StandingPageViewSet)
