"""Requests that change something come from our own pages: a check without a token, and so without a cookie in a page
that a cache keeps.

The rule is that of Go's http.CrossOriginProtection: what the browser says of itself in Sec-Fetch-Site, else Origin
against the host; a request with neither header comes from no browser and carries nobody else's cookies.
"""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# "none": typed into the address bar, or opened from a bookmark.
OWN_SITES = {"same-origin", "none"}


def same_origin(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that answers 403 to what another site's page sent; takes the place of Django's CSRF token."""

    @functools.wraps(view)
    # A view's arguments have any type.
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_cross_origin(request):
            return HttpResponseForbidden(_("This form was sent from another site."), content_type="text/plain")
        return view(request, *args, **kwargs)

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def is_cross_origin(request: HttpRequest) -> bool:
    """Whether a request that changes something came from a page of another origin."""
    if request.method in SAFE_METHODS:
        return False
    origin = request.headers.get("Origin")
    if origin == settings.PUBLIC_URL:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in OWN_SITES
    return origin is not None and urlsplit(origin).netloc != request.get_host()


def is_own_path(url: str | None) -> bool:
    """Whether the address lies on this site, whatever a browser makes of slashes and backslashes."""
    return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
