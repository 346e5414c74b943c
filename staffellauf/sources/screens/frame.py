"""What the screens of imports share."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

# Those who may change series.
PERMISSION = "catalogue.change_series"
# A primary key has at most 19 digits; longer input is nobody's.
ID = r"(?P<pk>[0-9]{1,18})"
PAGE_SIZE = 50


# Any: what Wagtail's header template takes.
def frame(title: str, icon: str, *trail: tuple[str, str]) -> dict[str, Any]:
    """Header and breadcrumbs; `trail` are addresses and labels below the title's own page."""
    items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    items += [{"url": address, "label": label} for address, label in trail]
    return {"page_title": title, "header_title": title, "header_icon": icon, "breadcrumbs_items": items}
