"""What every template may ask for."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from staffellauf.readers import queries as readers

# django.contrib.messages keeps what it says in this cookie until it was shown.
MESSAGES_COOKIE = "messages"


def site(request: HttpRequest) -> dict[str, Any]:
    """Nothing here touches session or database for a request without cookies, or before a template asks."""
    reader = getattr(request, "reader", None)
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return {
        "site_name": settings.WAGTAIL_SITE_NAME,
        "public_url": settings.PUBLIC_URL,
        "reader": reader,
        "is_signed_in": has_session and SESSION_KEY in request.session,
        "may_have_notices": has_session or MESSAGES_COOKIE in request.COOKIES,
        "unread": partial(readers.unread_count, reader) if reader else 0,
    }
