"""What the screens of finds share."""

import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SEE, DECIDE = "finds.view_find", "finds.change_find"
SEE_FEEDS, FOLLOW, CHANGE_FEED = "finds.view_feed", "finds.add_feed", "finds.change_feed"
WRITE, PUBLISH = "newsroom.add_article", "newsroom.publish_article"
# A primary key has at most 19 digits; longer input is nobody's.
ID = r"(?P<pk>[0-9]{1,18})"
INBOX_TITLE, FEEDS_TITLE = gettext_lazy("Finds"), gettext_lazy("Followed feeds")


# Any: what Wagtail's header template takes.
def frame(title: str, icon: str, *trail: tuple[str, str]) -> dict[str, Any]:
    """Header and breadcrumbs; `trail` are addresses and labels below the title's own page."""
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    items += [{"url": address, "label": label} for address, label in trail]
    return {"page_title": title, "header_title": title, "header_icon": icon, "breadcrumbs_items": items}


def number(value: str | None) -> int | None:
    """A key as a form sends it; None for anything else."""
    return int(value) if value and re.fullmatch(r"[0-9]{1,18}", value) else None


def numbers(values: list[str], *, most: int = 500) -> list[int]:
    return [found for value in values[:most] if (found := number(value)) is not None]


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def error(sentence: str, *, status: int = 422) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
