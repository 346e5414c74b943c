"""Feeds are fetched in the background, and what came up meanwhile does not wait for them."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends

from staffellauf.finds import fetching
from staffellauf.finds.actions import feeds, finds
from staffellauf.finds.fetching import Outcome
from staffellauf.finds.models import Feed
from staffellauf.jobs import actions as jobs
from staffellauf.jobs import schedule, worker

QUEUE = "feeds"
# While a server is slow to answer the same worker does what came up: an alert does not wait for a feed.
OTHERS_EVERY_S = 0.5
LATER_QUEUES = {QUEUE, "imports"}


@schedule.every(minutes=1)
@task()
def fetch_due() -> int:
    return feeds.enqueue_due(now=timezone.now())


@task(queue_name=QUEUE, priority=-20)
def fetch_host(host: str) -> int:
    """The feeds of one host that are due, one after the other; how many. May run twice: what was fetched is not due."""
    due = feeds.due_of(host, now=timezone.now())
    with ThreadPoolExecutor(1) as executor:
        for feed_id in due:
            feed = Feed.objects.filter(pk=feed_id, is_active=True).first()
            if feed is None:
                continue
            asked = executor.submit(fetching.fetch, feed.address, etag=feed.etag, last_modified=feed.last_modified)
            try:
                feeds.record(feed_id, _awaited(asked), now=timezone.now())
            except Exception:
                feeds.record_crash(feed_id, now=timezone.now())
    return len(due)


def enqueue_host(host: str) -> None:
    """One job a host at a time, so that nobody is asked twice at once."""
    key = f"feeds:{host}" if len(host) < 150 else f"feeds:{hashlib.sha256(host.encode()).hexdigest()}"
    jobs.enqueue_once(fetch_host, key, host)


def _awaited(asked: "Future[Outcome]") -> Outcome:
    queues = getattr(task_backends[DEFAULT_TASK_BACKEND_ALIAS], "queue_order", [])
    others = [queue for queue in queues if queue not in LATER_QUEUES]
    while True:
        try:
            return asked.result(OTHERS_EVERY_S)
        except NotYet:
            if asked.done():
                # Its own error, not our patience.
                return asked.result()
            worker.Worker(others, beats=False).drain()


@schedule.daily("03:50")
@task(priority=-50)
def prune() -> list[int]:
    return list(finds.prune(now=timezone.now()))
