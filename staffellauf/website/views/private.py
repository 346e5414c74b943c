"""What programs fetch under a secret address: a reader's calendar and feed. No cookie is read or set."""

import hashlib

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from staffellauf.alerts import links
from staffellauf.alerts.channels.calendar import document
from staffellauf.alerts.models import SecretLink
from staffellauf.common.limits import Limit
from staffellauf.website.middleware import PageRequest
from staffellauf.website.pages import private_feed

TOKEN = links.TOKEN
TOO_MANY = 429
# Of one reader: five links on three devices, every eight minutes. Calendars mostly ask every few hours, and a large one
# costs a second.
FETCHES = Limit("private", most=120, window_s=3600)
RETRY_S = 600
# Nobody else may keep it, find it or learn its address.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@require_safe
def calendar(request: PageRequest, token: str) -> HttpResponse:
    link = _link(SecretLink.Kind.CALENDAR, token)
    if not FETCHES.admits(str(link.reader_id)):
        return _too_many()
    body = document.make(link, now=timezone.now())
    response = _answer(request, link, body, document.CONTENT_TYPE, state=body)
    response.headers["Content-Disposition"] = 'inline; filename="staffellauf.ics"'
    return response


@require_safe
def feed(request: PageRequest, token: str, form: str) -> HttpResponse:
    link = _link(SecretLink.Kind.FEED, token)
    if not FETCHES.admits(str(link.reader_id)):
        return _too_many()
    file = private_feed.make(link, form)
    return _answer(request, link, file.body, file.content_type, state=file.state)


def _link(kind: str, token: str) -> SecretLink:
    """Never heard of, renewed and deleted are answered alike."""
    link = links.find(kind, token)
    if link is None:
        raise Http404
    return link


def _answer(request: PageRequest, link: SecretLink, body: bytes, content_type: str, *, state: bytes) -> HttpResponse:
    """304 when the program has it already. When the state last changed is remembered by what it was."""
    now = timezone.now()
    links.note_use(link, today=timezone.localdate(now))
    changed_at = links.changed_at(link, hashlib.sha256(state).hexdigest(), now=now)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(changed_at.timestamp()))
    response = unchanged or HttpResponse(body, content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _too_many() -> HttpResponse:
    response = HttpResponse(status=TOO_MANY, content_type="text/plain")
    response.headers["Retry-After"] = str(RETRY_S)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
