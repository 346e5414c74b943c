"""Wishes to be sent a feed: what is asked for is judged here, whether it is meant is asked in the background."""

import hashlib
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from staffellauf.common import http
from staffellauf.jobs import actions as jobs
from staffellauf.syndication.feeds import names, reading
from staffellauf.syndication.models import CALLBACK_LENGTH, SECRET_BYTES, HubRequest, HubSubscription

MODES = ("subscribe", "unsubscribe")
DAY_S = 24 * 60 * 60
LEASE_S, SHORTEST_LEASE_S, LONGEST_LEASE_S = 10 * DAY_S, 60 * 60, 30 * DAY_S
# Nobody but a service for many readers has more, and those have a host of their own to talk to us about.
MOST_PER_HOST = 500
MOST = 5_000
# Wishes that wait for their answer: more come from nobody who means them.
MOST_WAITING_PER_HOST = 50
MOST_WAITING = 2_000


class Declined(Exception):
    """The wish is refused at once; the text says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def take(form: Mapping[str, str]) -> HubRequest:
    """Stores the wish and has it verified. Raises Declined."""
    mode = form.get("hub.mode", "")
    if mode not in MODES:
        raise Declined(400, "hub.mode must be subscribe or unsubscribe.")
    callback = form.get("hub.callback", "")
    host = str(split(callback).hostname)
    path = known_path(form.get("hub.topic", ""))
    values = {"mode": mode, "callback": callback, "host": host, "lease_s": lease(form.get("hub.lease_seconds", ""))}
    values |= {"secret": secret(form.get("hub.secret", "")), "attempts": 0}
    now = timezone.now()
    check_limits(mode, host)
    with transaction.atomic():
        wish, _created = HubRequest.objects.update_or_create(
            path=path,
            callback_hash=hash_of(callback),
            defaults=values | {"not_before": now, "created_at": now},
        )
        from staffellauf.syndication import tasks

        jobs.enqueue_once(tasks.verify, f"websub:verify:{wish.pk}", wish.pk)
    return wish


def split(callback: str) -> SplitResult:
    """The callback's parts. Whether its host is on the public internet is checked when it is asked."""
    if not callback or len(callback) > CALLBACK_LENGTH:
        raise Declined(400, f"hub.callback must be an address of at most {CALLBACK_LENGTH} characters.")
    try:
        parts = http.split(callback)
    except http.Refused as refused:
        raise Declined(400, f"hub.callback: {refused}") from refused
    if parts.fragment:
        raise Declined(400, "hub.callback must not have a fragment.")
    return parts


def known_path(topic: str) -> str:
    """The path of the feed that is meant."""
    name = names.parse(topic) if topic.startswith(f"{settings.PUBLIC_URL}/") else None
    found = reading.find(name) if name else None
    if name is None or found is None:
        raise Declined(404, "hub.topic is no feed of ours; they are listed at /feeds/.")
    if found.name != name:
        raise Declined(400, f"hub.topic has moved to {found.name.address}")
    return name.path


def lease(wanted: str) -> int:
    """Seconds, within what we give."""
    if not wanted:
        return LEASE_S
    if not (wanted.isascii() and wanted.isdecimal()):
        raise Declined(400, "hub.lease_seconds must be a whole number.")
    return max(SHORTEST_LEASE_S, min(LONGEST_LEASE_S, int(wanted[:12])))


def secret(given: str) -> bytes:
    found = given.encode("utf-8", "surrogatepass")
    if len(found) > SECRET_BYTES:
        raise Declined(400, f"hub.secret must be shorter than {SECRET_BYTES + 1} bytes.")
    return found


def check_limits(mode: str, host: str) -> None:
    if HubRequest.objects.filter(host=host).count() >= MOST_WAITING_PER_HOST:
        raise Declined(429, "Too many requests of this host wait for their verification.")
    if HubRequest.objects.count() >= MOST_WAITING:
        raise Declined(503, "Too many requests wait for their verification; please try again later.")
    if mode == "subscribe" and (reason := fullness(host)):
        raise Declined(503, reason)


def fullness(host: str) -> str:
    """Why there is no place for one more; empty when there is."""
    if HubSubscription.objects.filter(host=host).count() >= MOST_PER_HOST:
        return f"This host has {MOST_PER_HOST} subscriptions, the most that one may have."
    if HubSubscription.objects.count() >= MOST:
        return "The hub has as many subscriptions as it can serve."
    return ""


def hash_of(callback: str) -> str:
    return hashlib.sha256(callback.encode()).hexdigest()


def label(host: str) -> str:
    """A host for the log: what stands in a callback's path may be a secret of its owner."""
    return urlsplit(f"//{host}").hostname or "?"
