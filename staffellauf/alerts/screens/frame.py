"""What the screens of alerts share."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Who publishes sees what came of it, and may hold it back.
SEE = "newsroom.publish_article"
# A primary key has at most 19 digits; longer input is nobody's.
ID = r"(?P<pk>[0-9]{1,18})"
TITLE, LANES_TITLE = gettext_lazy("Alerts"), gettext_lazy("Push services")


# Any: what Wagtail's header template takes.
def frame(title: str, *trail: tuple[str, str]) -> dict[str, Any]:
    """Header and breadcrumbs; `trail` are addresses and labels below the title's own page."""
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    items += [{"url": address, "label": label} for address, label in trail]
    return {"page_title": title, "header_title": title, "header_icon": "mobile-alt", "breadcrumbs_items": items}


def is_operator(request: HttpRequest) -> bool:
    """Push services and keys are no editor's matter."""
    return request.user.is_active and bool(getattr(request.user, "is_superuser", False))
