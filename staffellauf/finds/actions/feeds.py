"""Following feeds: add, fetch, switch off, let go."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from staffellauf.accounts.models import User
from staffellauf.finds import fetching, opml, rhythm
from staffellauf.finds.actions import finds, intake
from staffellauf.finds.fetching import Outcome
from staffellauf.finds.models import MAX_NAME, Feed, FeedItem, Find, State
from staffellauf.finds.problems import NOTICES
from staffellauf.finds.reading import words

logger = logging.getLogger(__name__)
# Feeds of one host that are due are asked one after the other, this many in one job.
FEEDS_AT_ONCE = 50
# What an editor may change.
CHANGEABLE = ("title", "publisher", "language", "source_kind", "publishes_itself", "alerts")


class AlreadyFollowed(Exception):
    """We follow this address already."""


class NoAddress(Exception):
    """It is no address that we can ask."""


def add(address: str, *, publisher: str = "", user: User | None, now: datetime, **values: Any) -> Feed:
    """A feed that is fetched as soon as a worker can. Raises NoAddress or AlreadyFollowed."""
    clean = words.address(address)
    if not clean:
        raise NoAddress(address)
    host = fetching.host_of(clean)
    name = words.headline(publisher, limit=MAX_NAME) or host.removeprefix("www.").removeprefix("rss.")[:MAX_NAME]
    feed = Feed(
        address=clean, host=host, publisher=name, next_fetch_at=now, created_at=now, created_by=user,
        **{name: value for name, value in values.items() if name in (*CHANGEABLE, "homepage")},
    )  # fmt: skip
    try:
        with transaction.atomic():
            if _follows(clean):
                raise AlreadyFollowed(clean)
            feed.save()
            _enqueue(host)
    except IntegrityError as error:
        raise AlreadyFollowed(clean) from error
    return feed


def add_all(entries: Iterable[opml.Entry], *, user: User | None, now: datetime) -> tuple[int, int]:
    """Follows what a list names: how many are new, and how many we followed already."""
    followed = known = 0
    for entry in entries:
        try:
            add(entry.address, publisher=entry.title, user=user, now=now,
                title=entry.title, homepage=entry.homepage, language=entry.language)  # fmt: skip
            followed += 1
        except AlreadyFollowed:
            known += 1
    return followed, known


def _follows(address: str) -> bool:
    """http and https are one."""
    rest = address.partition("://")[2]
    return Feed.objects.filter(address__in=[f"https://{rest}", f"http://{rest}"]).exists()


def change(feed: Feed, **values: Any) -> None:
    """What editors may say of it; the publisher's name changes in what came in too."""
    for name in CHANGEABLE:
        if name in values:
            setattr(feed, name, values[name])
    with transaction.atomic():
        feed.save(update_fields=CHANGEABLE)
        FeedItem.objects.filter(feed=feed).exclude(publisher=feed.publisher).update(publisher=feed.publisher)


def switch(feed: Feed, *, is_active: bool, now: datetime) -> None:
    """Off: it is not fetched any more. On: it is fetched at once, whatever was wrong with it."""
    feed.is_active = is_active
    feed.next_fetch_at = now if is_active else None
    if is_active:
        feed.failures, feed.problem, feed.problem_detail = 0, "", ""
    with transaction.atomic():
        feed.save(update_fields=["is_active", "next_fetch_at", "failures", "problem", "problem_detail"])
        if is_active:
            _enqueue(feed.host)


def fetch_soon(feed: Feed, *, now: datetime) -> None:
    """Before its time; also what has not changed is read again."""
    with transaction.atomic():
        Feed.objects.filter(pk=feed.pk).update(next_fetch_at=now, etag="", last_modified="")
        _enqueue(feed.host)


def remove(feed: Feed, *, takes_finds: bool) -> int:
    """Lets go of a feed. What it brought stays, unless `takes_finds`: then the finds that nobody has decided on and
    that no other feed brought go too; how many."""
    with transaction.atomic():
        gone = 0
        if takes_finds:
            brought = FeedItem.objects.filter(feed=feed, find__isnull=False).values("find")
            others = FeedItem.objects.filter(find__in=brought).exclude(feed=feed).values("find")
            only = Find.objects.new().filter(pk__in=brought).exclude(pk__in=others)
            keys = list(only.values_list("pk", flat=True))
            gone = len(keys)
            FeedItem.objects.filter(find__in=keys).delete()
            Find.objects.filter(pk__in=keys).delete()
        FeedItem.objects.filter(feed=feed, find__isnull=True).delete()
        feed.delete()
    return gone


def enqueue_due(*, now: datetime) -> int:
    """A job for each host that has a feed to fetch; how many. A host that is being asked is not asked twice."""
    hosts = Feed.objects.due(now).order_by("host").values_list("host", flat=True).distinct()
    for host in hosts:
        _enqueue(host)
    return len(hosts)


def _enqueue(host: str) -> None:
    from staffellauf.finds import tasks

    tasks.enqueue_host(host)


def due_of(host: str, *, now: datetime) -> list[int]:
    return list(Feed.objects.due(now).filter(host=host).order_by("next_fetch_at", "pk").values_list("pk", flat=True))[
        :FEEDS_AT_ONCE
    ]


def record(feed_id: int, outcome: Outcome, *, now: datetime) -> intake.Taken | None:
    """Stores what a fetch brought; None when the feed has gone meanwhile."""
    with transaction.atomic():
        # A story is looked for among those of all feeds: one answer is stored after the other, whoever fetched it.
        Feed.objects.select_for_update().order_by("pk").first()
        feed = Feed.objects.select_for_update().filter(pk=feed_id).first()
        if feed is None:
            return None
        feed.last_fetched_at = now
        feed.fetch_count += 1
        taken = intake.Taken()
        if outcome.is_unchanged or (
            outcome.reading is not None and (not outcome.problem or outcome.problem in NOTICES)
        ):
            taken = _succeeded(feed, outcome, now=now)
        else:
            _failed(feed, outcome, now=now)
        feed.save()
    finds.publish_by_itself(feed, [*taken.made, *taken.joined], now=now)
    return taken


def _succeeded(feed: Feed, outcome: Outcome, *, now: datetime) -> intake.Taken:
    taken = intake.Taken()
    if outcome.reading is not None:
        _learn(feed, outcome)
        taken = intake.take(feed, outcome.reading.items, now=now)
        feed.problem, feed.problem_detail = outcome.problem, outcome.detail
        feed.item_count += taken.new_items
    feed.failures = 0
    feed.last_success_at = now
    if not feed.is_active:
        return taken
    dated = FeedItem.objects.filter(feed=feed, published_at__isnull=False).order_by("-published_at")
    dates = [moment for moment in dated.values_list("published_at", flat=True)[: rhythm.NEWEST] if moment]
    before = timedelta(minutes=feed.interval_minutes)
    wanted = rhythm.interval(before=before, dates=dates, has_news=taken.new_items > 0, now=now)
    feed.interval_minutes = int(wanted.total_seconds() // 60)
    ttl_minutes = outcome.reading.ttl_minutes if outcome.reading else 0
    feed.next_fetch_at = now + rhythm.after_success(wanted, ttl_minutes=ttl_minutes, wait_s=outcome.wait_s)
    return taken


def _learn(feed: Feed, outcome: Outcome) -> None:
    """What the feed says of itself, where nobody has said it before; its validators; its new address."""
    reading = outcome.reading
    assert reading is not None
    feed.etag, feed.last_modified = outcome.etag, outcome.last_modified
    feed.format, feed.is_ill_formed = reading.format[:20], reading.is_ill_formed
    feed.title = feed.title or reading.title
    feed.homepage = feed.homepage or reading.homepage
    feed.language = feed.language or reading.language
    moved = words.address(outcome.moved_to)
    if moved and moved != feed.address and not Feed.objects.filter(address=moved).exists():
        feed.address, feed.host = moved, fetching.host_of(moved)


def _failed(feed: Feed, outcome: Outcome, *, now: datetime) -> None:
    feed.failures += 1
    feed.problem, feed.problem_detail = outcome.problem or "unexpected", outcome.detail[:300]
    if outcome.problem == "gone":
        # The one answer that means never again (RFC 9110, 15.5.11). The list says so.
        feed.is_active, feed.next_fetch_at = False, None
        return
    feed.next_fetch_at = now + rhythm.after_failure(feed.failures, wait_s=outcome.wait_s)


def record_crash(feed_id: int, *, now: datetime) -> None:
    """A bug of ours with one feed keeps no other from being fetched."""
    logger.exception("the feed %d cannot be taken in", feed_id)
    Feed.objects.filter(pk=feed_id).update(
        problem="unexpected", failures=F("failures") + 1, last_fetched_at=now,
        next_fetch_at=now + rhythm.after_failure(3),
    )  # fmt: skip


def decided(feed: Feed) -> int:
    """How many of its finds have become articles."""
    return Find.objects.filter(items__feed=feed, state__in=[State.WRITTEN, State.PUBLISHED]).distinct().count()
