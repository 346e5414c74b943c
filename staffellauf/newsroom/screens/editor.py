"""What surrounds the article's form in the browser: its scripts, their words, and the rescue of unsaved text."""

from typing import Any

from django.conf import settings
from django.forms import Media
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.panels import TabbedInterface

from staffellauf.newsroom.screens import tour

SCRIPTS = ["newsroom/editor.js", "newsroom/saving.js", "newsroom/rescue.js", "newsroom/tour.js"]
STYLES = ["newsroom/editor.css"]


class Editor(TabbedInterface):
    class BoundPanel(TabbedInterface.BoundPanel):
        template_name = "newsroom/editor.html"

        @property
        def media(self) -> Media:
            return super().media + Media(js=SCRIPTS, css={"all": STYLES})

        # Any: what the scripts read as JSON.
        @property
        def config(self) -> dict[str, Any]:
            match = self.request.resolver_match
            return {
                "article": self.instance.pk,
                "user": self.request.user.pk,
                # Not where an old version is about to come back.
                "rescue": bool(self.instance.pk) and match is not None and match.url_name == "edit",
                "ping": reverse("newsroom-here"),
                "signIn": resolve_url(settings.LOGIN_URL),
                "texts": texts(),
                "tour": {
                    "steps": tour.steps(),
                    "words": tour.words(),
                    "starts": "rundgang" in self.request.GET,
                    "isOffered": tour.is_new_here(self.request.user.pk),
                },
            }


@hooks.register("register_admin_urls")
def answer() -> list[URLPattern]:
    return [path("hier/", here, name="newsroom-here")]


@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Tells a script that whoever writes is still signed in, with the token that signing in anew has changed; Wagtail
    sends everybody else away."""
    return JsonResponse({"token": get_token(request)}, headers={"Cache-Control": "no-store"})


def texts() -> dict[str, str]:
    return {
        "length": _("%(length)s of %(most)s characters, %(state)s"),
        "empty": _("0 of %(most)s characters"),
        "fits": _("fits everywhere"),
        "long": _("long: cards wrap it"),
        "tooLong": _("very long: push and mail cut it"),
        "refused": _("too long to be saved"),
        "found": _("Unsaved text of %(when)s"),
        "changedSince": _("The article has been saved since, perhaps by somebody else: look first."),
        "restore": _("Restore"),
        "look": _("Show"),
        "discard": _("Discard"),
        "discardSure": _("Throw the unsaved text away? It cannot be brought back."),
        "notRestored": _("The text was not restored and is still kept in this browser."),
        "offline": _("No connection. What you write is kept in this browser; it is saved once the connection is back."),
        "signedOut": _("You are signed out. What you write is kept in this browser. Sign in in another tab and go on."),
        "refusedSave": _("The portal did not save. What you write is kept in this browser."),
        "backAgain": _("The connection is back. Saving …"),
        "signIn": _("Sign in"),
    }
