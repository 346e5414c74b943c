"""Workers are killed again and again in the middle of 10,000 deliveries: nobody is missed, and a batch at most comes
twice for each kill.

Real processes and a real database file or server; `kill -9` and nothing softer. `make bench kills` does it in large.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from staffellauf.alerts import queries
from staffellauf.alerts.ledger import cutting
from staffellauf.alerts.models import Relay, Subscription
from staffellauf.jobs.models import Worker as Row
from staffellauf.newsroom.models import Publication
from tests import make, workers
from tests.alerts.test_relays import followers
from tests.standins.push_service import Device

pytestmark = pytest.mark.processes

FOLLOWERS = 10_000
KILLS = 10
WORKERS = 4
# Instead of fifteen seconds: the test waits for it.
LEASE_S = 2


@contextmanager
def nursery(database_url: str, log: Path) -> Iterator[Callable[[], workers.Worker]]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.alerts.worker_settings",
        "DATABASE_URL": database_url,
        "STAFFELLAUF_TEST_DATA": str(settings.DATA),
        "PUSH_ALLOW_LOCAL": "1",
        "JOBS_LEASE_S": str(LEASE_S),
        "LOG_LEVEL": "INFO",
    }
    with workers.nursery(log, environment, "--queue", "push") as start:
        yield start


def wait_until(condition, log: Path, *, timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.02)


def has_signed_on(worker: workers.Worker) -> bool:
    is_there = Row.objects.filter(name__contains=f":{worker.pid}:").exists()
    connection.close()
    return is_there


def is_finished(article_id: int) -> bool:
    done = Relay.objects.filter(publication__article=article_id, finished_at__isnull=False).exists()
    connection.close()
    return done


def tags(service) -> dict[str, list[str]]:
    """What each device that was asked more than once was told to show, by its path."""
    of_path = defaultdict(list)
    for message in service.messages():
        of_path[message.path].append(message)
    twice = {path: messages for path, messages in of_path.items() if len(messages) > 1}
    rows = Subscription.objects.filter(endpoint__in=[service.url + path for path in twice])
    devices = {row.endpoint: Device(service, "", service.key, bytes(row.auth)) for row in rows}
    return {
        path: [devices[service.url + path].decrypt(message)["notification"]["tag"] for message in messages]
        for path, messages in twice.items()
    }


def test_nobody_is_missed_when_workers_are_killed_again_and_again(database_url, service, tmp_path):
    series, log = make.series("Ballard"), tmp_path / "worker.log"
    followers(service, series, FOLLOWERS)
    article = make.article(about=[series])
    connection.close()
    kills, deadline = 0, time.monotonic() + 120

    with nursery(database_url, log) as start:
        at_work = [start() for _ in range(WORKERS)]
        while not is_finished(article.pk):
            # Evenly over the deliveries, each at a random moment.
            if kills < KILLS and len(service.seen) > (kills + 0.5) * FOLLOWERS / KILLS:
                time.sleep(random.uniform(0, 0.05))
                victim = random.randrange(WORKERS)
                at_work[victim].kill()
                at_work[victim] = start()
                kills += 1
            assert time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.01)
        # The youngest may be starting.
        for worker in at_work:
            wait_until(lambda worker=worker: has_signed_on(worker), log)
        assert [worker.stop() for worker in at_work] == [0] * WORKERS, log.read_text()[-3000:]
        times = service.accepted()
        after = start()
        wait_until(lambda: has_signed_on(after), log)
        time.sleep(LEASE_S + 1)

    assert service.accepted() == times, "somebody got it again after a clean stop"
    assert kills == KILLS
    assert len(times) == FOLLOWERS, f"{FOLLOWERS - len(times)} were missed"
    assert times.total() - FOLLOWERS <= KILLS * cutting.BATCH_SIZE
    assert {message.headers["topic"] for message in service.messages()} == {f"meldung{article.pk}"}
    assert all(set(shown) == {f"meldung-{article.pk}"} for shown in tags(service).values())
    status = queries.relay_status(Publication.objects.get(article=article))
    assert (status.alerts_sent, status.waiting, status.feeds_reached) == (FOLLOWERS, 0, FOLLOWERS)


def test_a_clean_stop_in_the_middle_doubles_nothing(database_url, service, tmp_path):
    series, log = make.series("Ballard"), tmp_path / "worker.log"
    followers(service, series, FOLLOWERS // 2)
    article = make.article(about=[series])
    connection.close()

    with nursery(database_url, log) as start:
        first = start()
        wait_until(lambda: len(service.seen) >= 500, log)
        start()
        assert first.stop() == 0, log.read_text()[-3000:]
        stopped_at = len(service.seen)
        wait_until(lambda: is_finished(article.pk), log)

    assert stopped_at < FOLLOWERS // 2, "stopped too late to prove anything"
    assert Counter(service.accepted().values()) == {1: FOLLOWERS // 2}


def test_an_idle_worker_finds_what_is_published_by_itself(database_url, service, tmp_path):
    series, log = make.series("Ballard"), tmp_path / "worker.log"
    followers(service, series, 3)
    connection.close()

    with nursery(database_url, log) as start:
        idle = start()
        wait_until(lambda: has_signed_on(idle), log)
        make.article(about=[series])
        connection.close()
        wait_until(lambda: service.seen.total() >= 3, log)

    assert sorted(service.accepted().values()) == [1, 1, 1]
