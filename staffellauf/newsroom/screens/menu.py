"""The menu without what we do not have, and its search box."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
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
    """Leaves the list of keys and the tour; the others lead to another host."""
    items[:] = [item for item in items if item.name in {"keyboard-shortcuts-trigger", "tour"}]


@hooks.register("insert_global_admin_js")
def keys() -> str:
    """The newsroom's own keys, and where a new article begins."""
    return format_html(
        '<script defer src="{}" data-newsroom-new="{}"></script>',
        static("newsroom/keys.js"),
        reverse("newsroom-write"),
    )


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("schreiben/", write, name="newsroom-write")]


@require_safe
def write(request: HttpRequest) -> HttpResponse:
    """Where the key leads: a new article."""
    return HttpResponseRedirect(reverse("wagtailsnippets_newsroom_article:add"))
