"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site_name": settings.WAGTAIL_SITE_NAME, "public_url": settings.PUBLIC_URL}
