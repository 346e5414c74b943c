"""A worker is killed in the middle of 5,000 deliveries: nobody is missed, and one batch at most comes twice.

Real processes and a real database file or server; `kill -9` and nothing softer.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from staffellauf.alerts import queries
from staffellauf.alerts.ledger import cutting
from staffellauf.alerts.models import Relay
from staffellauf.newsroom.models import Publication
from tests import make
from tests.alerts.test_relays import followers

pytestmark = pytest.mark.processes

FOLLOWERS = 5_000
KILLED_AFTER = 1_900
# A lease of two seconds instead of fifteen: the test waits for it.
LEASE_S = 2


@contextmanager
def worker(database_url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.alerts.worker_settings",
        "DATABASE_URL": database_url,
        "STAFFELLAUF_TEST_DATA": str(settings.DATA),
        "PUSH_ALLOW_LOCAL": "1",
        "JOBS_LEASE_S": str(LEASE_S),
        "LOG_LEVEL": "INFO",
    }
    with open(log, "ab") as file:
        command = [sys.executable, "-m", "django", "worker"]
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_until(condition, *, timeout_s: float, log: Path) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.05)


def test_nobody_is_missed_when_the_worker_is_killed(database_url, service, tmp_path):
    series, log = make.series("Ballard"), tmp_path / "worker.log"
    followers(service, series, FOLLOWERS)
    article = make.article(about=[series])
    connection.close()

    with worker(database_url, log):
        wait_until(lambda: service.seen.total() >= KILLED_AFTER, timeout_s=60, log=log)
    killed_at = service.seen.total()
    with worker(database_url, log) as second:
        wait_until(lambda: is_finished(article.pk), timeout_s=60, log=log)
        second.terminate()
        assert second.wait(timeout=15) == 0, log.read_text()[-3000:]

    times = service.accepted()
    doubles = [path for path, count in times.items() if count > 1]
    assert killed_at < FOLLOWERS, "killed too late to prove anything"
    assert len(times) == FOLLOWERS
    assert max(times.values()) <= 2
    assert len(doubles) <= cutting.BATCH_SIZE
    assert {message.headers["topic"] for message in service.messages()} == {f"meldung{article.pk}"}
    status = queries.relay_status(Publication.objects.get(article=article))
    assert (status.alerts_sent, status.waiting, status.feeds_reached) == (FOLLOWERS, 0, FOLLOWERS)


def test_two_workers_share_the_work_and_a_clean_stop_doubles_nothing(database_url, service, tmp_path):
    series, log = make.series("Ballard"), tmp_path / "worker.log"
    followers(service, series, FOLLOWERS)
    article = make.article(about=[series])
    connection.close()

    with worker(database_url, log) as first, worker(database_url, log):
        wait_until(lambda: service.seen.total() >= 500 and log.read_text().count(": push,") == 2, timeout_s=60, log=log)
        first.terminate()
        assert first.wait(timeout=15) == 0, log.read_text()[-3000:]
        wait_until(lambda: is_finished(article.pk), timeout_s=60, log=log)

    assert Counter(service.accepted().values()) == {1: FOLLOWERS}


def test_an_idle_worker_finds_what_is_published_by_itself(database_url, service, tmp_path):
    series, log = make.series("Ballard"), tmp_path / "worker.log"
    followers(service, series, 3)
    connection.close()

    with worker(database_url, log):
        wait_until(lambda: ": push," in log.read_text(), timeout_s=30, log=log)
        make.article(about=[series])
        connection.close()
        wait_until(lambda: service.seen.total() >= 3, timeout_s=30, log=log)

    assert sorted(service.accepted().values()) == [1, 1, 1]


def is_finished(article_id: int) -> bool:
    done = Relay.objects.filter(publication__article=article_id, finished_at__isnull=False).exists()
    connection.close()
    return done
