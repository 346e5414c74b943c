"""The menu without what we do not have, and its search box."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

NO_MENU = {"explorer", "documents"}
NO_REPORTS = {"locked-pages", "aging-pages", "page-types-usage"}
NO_SETTINGS = {"sites", "locales", "redirects", "collections"}


@hooks.register("construct_main_menu")
def shorten_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NO_MENU]


class ArticleSearch(SearchArea):
    """The search box of the menu."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("newsroom.change_article"))


@hooks.register("register_admin_search_area")
def search_articles() -> SearchArea:
    address = reverse("wagtailsnippets_newsroom_article:list")
    return ArticleSearch(_("Articles"), address, name="articles", icon_name="doc-full", order=10)


@hooks.register("construct_search")
def shorten_search(request: HttpRequest, items: list[SearchArea]) -> None:
    items[:] = [item for item in items if item.name != "pages"]


@hooks.register("construct_reports_menu")
def shorten_reports(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NO_REPORTS]


@hooks.register("construct_settings_menu")
def shorten_settings(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in NO_SETTINGS]


@hooks.register("construct_help_menu")
def shorten_help(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leaves the list of keys; the others lead to another host."""
    items[:] = [item for item in items if item.name == "keyboard-shortcuts-trigger"]
