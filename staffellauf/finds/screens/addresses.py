"""Addresses and menu of the screens."""

from typing import cast

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from staffellauf.accounts.models import User
from staffellauf.finds import queries
from staffellauf.finds.screens import feeds, inbox
from staffellauf.finds.screens.frame import ID, INBOX_TITLE, SEE, SEE_FEEDS

MENU_COUNTS_TO = 99


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", inbox.index, name="inbox"),
        path("sammel/", inbox.decide_all, name="decide_all"),
        path("feeds/", feeds.index, name="feeds"),
        path("feeds/neu/", feeds.add, name="add_feed"),
        path("feeds/opml/", feeds.opml, name="opml"),
        re_path(rf"^feeds/{ID}/$", feeds.show, name="feed"),
        re_path(rf"^feeds/{ID}/aktion/$", feeds.act, name="act_on_feed"),
        re_path(rf"^{ID}/$", inbox.show, name="find"),
        re_path(rf"^{ID}/entscheidung/$", inbox.decide, name="decide"),
        re_path(rf"^{ID}/themen/$", inbox.change_topics, name="topics"),
        re_path(rf"^{ID}/teilen/$", inbox.split, name="split"),
    ]
    return [path("fundstuecke/", include((own, "finds")))]


class FindsMenuItem(MenuItem):
    """Says how many wait."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(SEE))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        count = queries.new_count()
        shown = f"{MENU_COUNTS_TO}+" if count > MENU_COUNTS_TO else str(count)
        label = f"{self.label} ({shown})" if count else self.label
        return LinkMenuItem(self.name, label, self.url, icon_name=self.icon_name, classname=self.classname)


class FeedsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(cast(User, request.user).has_perm(SEE_FEEDS))


@hooks.register("register_admin_menu_item")
def finds_item() -> MenuItem:
    return FindsMenuItem(INBOX_TITLE, reverse("finds:inbox"), name="finds", icon_name="mail", order=95)


@hooks.register("register_settings_menu_item")
def feeds_item() -> MenuItem:
    return FeedsMenuItem(_("Followed feeds"), reverse("finds:feeds"), name="feeds", icon_name="rotate", order=300)
