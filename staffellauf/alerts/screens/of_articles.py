"""From an article to what became of its alerts, or to what would."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.widgets.button import Button

from staffellauf.alerts.models import Relay
from staffellauf.alerts.screens.frame import SEE
from staffellauf.newsroom.models import Article


# Any: rows of any snippet's model, a user.
@hooks.register("register_snippet_listing_buttons")
def listing_buttons(snippet: Any, user: Any, next_url: str | None = None) -> list[Button]:
    if not isinstance(snippet, Article) or not user.has_perm(SEE):
        return []
    address = reverse("alerts_admin:of_article", args=[snippet.pk])
    return [Button(_("Whom it alerts"), url=address, icon_name="mobile-alt", priority=45)]


@require_safe
@permission_required(SEE)
def show(request: HttpRequest, pk: str) -> HttpResponse:
    relay = Relay.objects.filter(publication__article=int(pk)).order_by("-pk").first()
    return redirect("alerts_admin:relay", pk=relay.pk) if relay else redirect("alerts_admin:dry_run", pk=pk)
