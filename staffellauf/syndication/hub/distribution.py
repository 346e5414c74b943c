"""What changed, and who is sent it (W3C Recommendation, section 7)."""

import hashlib
import hmac
import logging
import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from staffellauf.catalogue.models import Topic
from staffellauf.common import http, paths
from staffellauf.newsroom import kinds
from staffellauf.newsroom.models import Article, Author, Publication
from staffellauf.syndication.feeds import names, reading
from staffellauf.syndication.hub import intent, requests
from staffellauf.syndication.models import HubRequest, HubSubscription, OutboxCursor, WatchedFeed

log = logging.getLogger(__name__)
TIMEOUT_S = 5.0
# What a subscriber answers is not read; but it shall not keep us.
ANSWER_BYTES = 64 * 1024
# A job ends after it, so that alerts and other work are not held up by slow subscribers.
JOB_S = 5.0
# Longer than one attempt takes: a subscription whose worker was killed is due again after it.
CLAIM = timedelta(seconds=60)
RETRY_FIRST_S, RETRY_MOST_S = 30.0, 6 * 3600.0
# After a bulk of imports, some at a time.
NOTICED_AT_ONCE = 100
# With the pauses above, about two days without one success.
MOST_ATTEMPTS = 15


def look(*, now: datetime) -> tuple[bool, bool]:
    """Whether there are new publications, and whether somebody is due. Two cheap queries, asked twice a second."""
    if not WatchedFeed.objects.exists():
        return False, False
    cursor = OutboxCursor.objects.values_list("position", flat=True).first() or 0
    has_new = Publication.objects.filter(position__gt=cursor).exists()
    return has_new, HubSubscription.objects.due(now).exists()


def notice_publications() -> int:
    """Looks at the watched feeds of what was published since; how many changed. The cursor moves at the end: killed
    before that, the next one looks again."""
    OutboxCursor.objects.get_or_create(pk=1)
    cursor = OutboxCursor.objects.get(pk=1).position
    new = Publication.objects.filter(position__gt=cursor).order_by("position")[:NOTICED_AT_ONCE]
    publications = list(new.select_related("article"))
    if not publications:
        return 0
    changed = notice_changes(paths_of([publication.article for publication in publications]))
    OutboxCursor.objects.filter(pk=1, position__lt=publications[-1].position).update(position=publications[-1].position)
    return changed


def paths_of(articles: Sequence[Article]) -> set[str]:
    """The feeds that hold one of these articles. One that was subscribed to by a former address is found by the next
    look at all of them."""
    topics = Topic.objects.filter(article_topics__article__in=articles).distinct()
    found = {names.everything(), *(names.of_topic(topic) for topic in topics)}
    found |= {names.Name(names.KIND, kinds.slug_of(article.kind), "atom") for article in articles}
    authors = Author.objects.filter(bylines__article__in=articles).values_list("slug", flat=True)
    found |= {names.Name(names.AUTHOR, slug, "atom") for slug in authors}
    return {name.in_form(form).path for name in found for form in names.TYPES}


def notice_changes(among: Collection[str] | None = None) -> int:
    """Compares watched feeds, those at these paths or all, with what they were: updates, notes, withdrawals, new names.
    How many changed."""
    changed = 0
    watched = WatchedFeed.objects.order_by("pk") if among is None else WatchedFeed.objects.filter(path__in=among)
    for feed in list(watched):
        name = names.parse(feed.path)
        found = reading.find(name) if name else None
        # One that is gone is told to its subscribers as soon as they are due.
        digest = reading.state(found).digest if found else "gone"
        if digest != feed.digest:
            # Somebody who looked at the same moment has counted the same change.
            changed += WatchedFeed.objects.filter(pk=feed.pk, digest=feed.digest).update(
                digest=digest, version=F("version") + 1
            )
    return changed


def distribute(*, now: datetime) -> bool:
    """Sends feeds to those who are due, for some seconds; whether there are more."""
    deadline = monotonic() + JOB_S
    while monotonic() < deadline:
        subscription = claim(now=timezone.now())
        if subscription is None:
            return False
        deliver(subscription, now=timezone.now())
    return HubSubscription.objects.due(timezone.now()).exists()


def claim(*, now: datetime) -> HubSubscription | None:
    """The next one, for this worker alone."""
    for subscription in HubSubscription.objects.due(now).select_related("feed")[:5]:
        mine = HubSubscription.objects.filter(pk=subscription.pk, not_before=subscription.not_before)
        subscription.not_before = now + CLAIM
        if mine.update(not_before=subscription.not_before):
            return subscription
    return None


def deliver(subscription: HubSubscription, *, now: datetime) -> bool:
    """Sends the feed as it is now; whether the subscriber took it."""
    feed = subscription.feed
    name = names.parse(feed.path)
    found = reading.find(name) if name else None
    if name is None or found is None:
        subscription.delete()
        intent.deny(subscription.callback, feed.path, reason="There is no such feed any more.")
        return False
    body = reading.document(found, reading.state(found))
    headers = {"Content-Type": name.content_type, "Link": link_header(feed)}
    if subscription.secret:
        headers["X-Hub-Signature"] = signature(bytes(subscription.secret), body)
    try:
        status = http.post(
            subscription.callback,
            body,
            headers=headers,
            max_bytes=ANSWER_BYTES,
            timeout_s=TIMEOUT_S,
            is_local_allowed=settings.FEEDS_ALLOW_LOCAL,
        ).status
    except http.TooLarge:
        # It began to answer and did not stop; what it thinks of the feed is not known.
        status = 0
    except http.FetchFailed:
        status = 0
    return note(subscription, status, version=feed.version, now=now)


def link_header(feed: WatchedFeed) -> str:
    """With the address that was subscribed to, also when the topic has moved since."""
    return f'<{reading.hub_address()}>; rel="hub", <{paths.absolute(feed.path)}>; rel="self"'


def signature(secret: bytes, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def note(subscription: HubSubscription, status: int, *, version: int, now: datetime) -> bool:
    """What came of an attempt. A renewal meanwhile keeps what it set."""
    mine = HubSubscription.objects.filter(pk=subscription.pk, not_before=subscription.not_before)
    if 200 <= status < 300:
        HubSubscription.objects.filter(pk=subscription.pk, delivered__lt=version).update(delivered=version)
        mine.update(attempts=0, not_before=now, last_status=status)
        return True
    attempts = subscription.attempts + 1
    if status == 410 or attempts >= MOST_ATTEMPTS:
        log.info("websub: %s is dropped (%d)", requests.label(subscription.host), status)
        mine.delete()
        return False
    bound = min(RETRY_MOST_S, RETRY_FIRST_S * 2 ** (attempts - 1))
    later = now + timedelta(seconds=bound / 2 + random.uniform(0, bound / 2))
    mine.update(attempts=attempts, not_before=later, last_status=status)
    return False


def prune(*, now: datetime) -> int:
    """Ends leases that were not renewed, wishes nobody answered, and the watch over feeds that nobody has."""
    ended, _by_model = HubSubscription.objects.filter(lease_until__lte=now).delete()
    HubRequest.objects.filter(created_at__lt=now - timedelta(days=1)).delete()
    WatchedFeed.objects.filter(subscriptions__isnull=True).delete()
    return ended
