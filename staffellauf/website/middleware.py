"""What every page request passes through: its language, its reader, its headers."""

import re
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from staffellauf.accounts.models import User
from staffellauf.newsroom.richtext import providers
from staffellauf.readers import actions as readers_actions
from staffellauf.readers.models import Reader

DEVICE_COOKIE = "geraet"
GetResponse = Callable[[HttpRequest], HttpResponse]


class PageRequest(HttpRequest):
    """A request as views get it: with its reader, or None for a visitor without a cookie."""

    reader: Reader | None


class LanguageByPath:
    """/en/… is English, everything else German: no cookie, no Accept-Language, so that a cache can serve a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = "en" if request.path_info == "/en" or request.path_info.startswith("/en/") else "de"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class ReaderOfRequest:
    """Sets `request.reader`: the account's, else the device's, else None.

    Without a cookie neither session nor database is touched, so an anonymous page varies on nothing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(PageRequest, request).reader = reader_of(request) if has_reader_cookie(request) else None
        return self.get_response(request)


def has_reader_cookie(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or DEVICE_COOKIE in request.COOKIES


def reader_of(request: HttpRequest) -> Reader | None:
    if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
        if isinstance(request.user, User):
            return readers_actions.reader_of_user(request.user)
    if secret := request.COOKIES.get(DEVICE_COOKIE):
        return Reader.objects.filter(device_key=readers_actions.hash_device_secret(secret)).first()
    return None


class PageHeaders:
    """Says who may keep a page, and what a page may load.

    A shared cache may keep the anonymous ones, nobody those that a reader's cookie shaped.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy_for(request.path_info))
        if has_reader_cookie(request) or request.path_info.startswith(PERSONAL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif request.method in {"GET", "HEAD"} and response.status_code == 200 and not response.cookies:
            if "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = SHARED
                response.headers["CDN-Cache-Control"] = SHARED_STALE
        return response


PERSONAL = ("/mein/", "/en/mein/")
# A browser asks again each time: a stranger's page must not linger once its reader follows something. That a shared
# cache may serve it while it fetches a new one is said to shared caches alone (RFC 9213).
SHARED = "public, max-age=0, s-maxage=60"
SHARED_STALE = "max-age=60, stale-while-revalidate=600"
# Nothing from another host, nothing inline (https://www.w3.org/TR/CSP3/).
PUBLIC_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
)
# Wagtail's screens carry inline scripts and styles and show pictures from memory before they are uploaded.
NEWSROOM_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
)
# An article may hold players of others, loaded when a reader asks for them.
ARTICLE_POLICY = f"{PUBLIC_POLICY}; frame-src {' '.join(providers.FRAME_HOSTS)}"
ARTICLE_PATH = re.compile(r"(?:/en)?/news/[^/]+/")
# The viewer of the API's description styles itself as it goes.
API_POLICY = PUBLIC_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


def policy_for(path: str) -> str:
    if path.startswith("/redaktion/"):
        return NEWSROOM_POLICY
    if path.startswith("/api/"):
        return API_POLICY
    return ARTICLE_POLICY if ARTICLE_PATH.match(path) else PUBLIC_POLICY
