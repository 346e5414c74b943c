"""Addresses and menu of the screens."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from staffellauf.alerts.screens import lanes, of_articles, relays
from staffellauf.alerts.screens.frame import ID, SEE, TITLE


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    own = [
        path("", relays.index, name="index"),
        path("dienste/", lanes.index, name="lanes"),
        re_path(rf"^{ID}/$", relays.show, name="relay"),
        re_path(rf"^{ID}/stand/$", relays.state, name="state"),
        re_path(rf"^{ID}/aktion/$", relays.act, name="act"),
        re_path(rf"^meldung/{ID}/$", of_articles.show, name="of_article"),
        re_path(rf"^probe/{ID}/$", relays.dry_run, name="dry_run"),
    ]
    return [path("benachrichtigungen/", include((own, "alerts_admin")))]


class AlertsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(SEE))


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return AlertsMenuItem(TITLE, reverse("alerts_admin:index"), name="alerts", icon_name="mobile-alt", order=290)
