"""Whether a wish is meant: the callback must repeat a challenge (W3C Recommendation, section 5.3)."""

import hmac
import logging
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction

from staffellauf.common import http, paths
from staffellauf.syndication.feeds import names, reading
from staffellauf.syndication.hub import requests
from staffellauf.syndication.models import HubRequest, HubSubscription, WatchedFeed

log = logging.getLogger(__name__)
TIMEOUT_S = 5.0
# The challenge has some forty characters; whatever is longer is none.
ANSWER_BYTES = 4096
# An answer 503 or none at all may be a restart: once more after a minute, then after five.
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5))


def verify(wish_id: int, *, now: datetime) -> bool:
    """Asks the callback and does what it confirms; whether it did. May run twice."""
    wish = HubRequest.objects.filter(pk=wish_id).first()
    if wish is None:
        return False
    if wish.mode == "subscribe" and (reason := impossible(wish)):
        deny(wish.callback, wish.path, reason=reason)
        settle(wish)
        return False
    challenge = secrets.token_urlsafe(30)
    try:
        response = ask(wish.callback, question(wish, challenge))
    except http.Refused:
        settle(wish)
        return False
    except http.FetchFailed:
        return try_again(wish, now=now)
    if response.status >= 500:
        return try_again(wish, now=now)
    is_meant = 200 <= response.status < 300 and hmac.compare_digest(response.body.strip(), challenge.encode())
    if not is_meant:
        log.info("websub: %s did not confirm its wish (%d)", requests.label(wish.host), response.status)
        settle(wish)
        return False
    return carry_out(wish, now=now)


def impossible(wish: HubRequest) -> str:
    """Why there can be no such subscription any more; empty when there can."""
    name = names.parse(wish.path)
    if name is None or reading.find(name) is None:
        return "There is no such feed any more."
    has_place = HubSubscription.objects.filter(feed__path=wish.path, callback_hash=wish.callback_hash).exists()
    return "" if has_place else requests.fullness(wish.host)


def question(wish: HubRequest, challenge: str) -> dict[str, str]:
    asked = {"hub.mode": wish.mode, "hub.topic": paths.absolute(wish.path), "hub.challenge": challenge}
    return asked | ({"hub.lease_seconds": str(wish.lease_s)} if wish.mode == "subscribe" else {})


def ask(callback: str, asked: dict[str, str]) -> http.Response:
    """GET with the question behind the query that the callback has. A redirect is an answer: no."""
    parts = urlsplit(callback)
    query = "&".join(filter(None, [parts.query, urlencode(asked)]))
    return http.fetch(
        urlunsplit(parts._replace(query=query)),
        max_bytes=ANSWER_BYTES,
        timeout_s=TIMEOUT_S,
        is_local_allowed=settings.FEEDS_ALLOW_LOCAL,
        follows_redirects=False,
    )


def deny(callback: str, path: str, *, reason: str) -> None:
    """Tells a subscriber that there is nothing, or nothing any more, for it (section 5.2). Not heard is fine."""
    try:
        ask(callback, {"hub.mode": "denied", "hub.topic": paths.absolute(path), "hub.reason": reason})
    except http.FetchFailed:
        log.info("websub: a denial was not heard")


def try_again(wish: HubRequest, *, now: datetime) -> bool:
    if wish.attempts >= len(RETRY_AFTER):
        settle(wish)
        return False
    later = now + RETRY_AFTER[wish.attempts]
    HubRequest.objects.filter(pk=wish.pk, created_at=wish.created_at).update(
        attempts=wish.attempts + 1, not_before=later
    )
    return False


def carry_out(wish: HubRequest, *, now: datetime) -> bool:
    with transaction.atomic():
        # Taken back or replaced by a newer wish meanwhile: that one is asked about again.
        if not settle(wish):
            return False
        known = HubSubscription.objects.filter(feed__path=wish.path, callback_hash=wish.callback_hash)
        if wish.mode == "unsubscribe":
            known.delete()
            return True
        feed = watch(wish.path)
        values = {"secret": bytes(wish.secret), "lease_until": now + timedelta(seconds=wish.lease_s)}
        values |= {"attempts": 0, "not_before": now, "callback": wish.callback, "host": wish.host}
        HubSubscription.objects.update_or_create(
            feed=feed,
            callback_hash=wish.callback_hash,
            defaults=values,
            create_defaults=values | {"delivered": feed.version, "created_at": now},
        )
    return True


def watch(path: str) -> WatchedFeed:
    """Its state from now on: the subscriber has just read the feed itself."""
    feed, is_new = WatchedFeed.objects.get_or_create(path=path)
    name = names.parse(path)
    found = reading.find(name) if is_new and name else None
    if found:
        feed.digest = reading.state(found).digest
        feed.save(update_fields=["digest"])
    return feed


def settle(wish: HubRequest) -> bool:
    """Ends the wish unless a newer one has taken its place."""
    return bool(HubRequest.objects.filter(pk=wish.pk, created_at=wish.created_at).delete()[0])
