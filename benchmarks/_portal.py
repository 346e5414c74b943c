"""A portal of its own for a benchmark of alerts: a database filled in bulk, workers, and push services on loopback."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from staffellauf.alerts.channels.webpush import vapid
from staffellauf.jobs.models import Worker as Row
from staffellauf.newsroom.models import Publication
from tests import make

# A worker that has signed on imports the rest meanwhile.
READY_S = 4.0
# Digests and nights are other tests' concern: every reader is told at once, as loud as by day.
TABLES = {
    "reader": "INSERT INTO readers_reader (id, device_key, read_up_to, created_at, day, time_zone, language) "
    "SELECT i, 'bench-' || i, 0, {now}, 'broadcast', 'Europe/Berlin', 'de' FROM n",
    "follow": "INSERT INTO readers_follow (reader_id, topic_id, created_at, unwanted_kinds, releases, leads, "
    "only_caught_up) SELECT i, {topic}, {now}, 0, 'none', 1, {no} FROM n WHERE {which}",
    # Random bytes: nobody decrypts here what is sealed with them.
    "key": "INSERT INTO alerts_preparedkey (subscription_id, material) SELECT i, {material} FROM n WHERE 1=1 "
    "ON CONFLICT DO NOTHING",
    "subscription": "INSERT INTO alerts_subscription (id, reader_id, endpoint, endpoint_hash, origin, p256dh, auth, "
    "server_key_id, device, created_at, last_success_at, bad_requests, is_switched_off) "
    "SELECT i, i, {origin} || '/push/' || i, 'bench-' || i, {origin}, {p256dh}, {auth}, {key_id}, '', {now}, {now}, 0, "
    "{no} FROM n",
}


class Services:
    """Push services in a process of their own, and what they saw."""

    def __init__(self, ports: list[int]) -> None:
        *self.ports, self.control = ports

    @property
    def origins(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def told(self, path: str = "") -> list[dict[str, Any]]:  # Any: counts, times and texts
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}/{path}", timeout=60) as answer:
            return json.load(answer)


@contextmanager
def services(*kinds: str) -> Iterator[Services]:
    command = [sys.executable, "-m", "benchmarks._push_services", *kinds]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Services([int(port) for port in process.stdout.readline().split()])
        finally:
            process.kill()


def fill(size: int, origins: list[str]) -> None:
    """So many readers with a device each, evenly over the origins."""
    with connection.cursor() as cursor:
        places = " ".join(f"WHEN {number} THEN '{origin}'" for number, origin in enumerate(origins))
        key = vapid.signer().public.hex()
        values = {
            "origin": f"(CASE i % {len(origins)} {places} END)",
            "p256dh": _bytes(key),
            "auth": _bytes("00" * 16),
            "key_id": f"'{vapid.signer().key_id}'",
        }
        for table in ("reader", "subscription"):
            _insert(cursor, table, size, **values)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def follow(size: int, topic_id: int, *, which: str = "1=1") -> None:
    with connection.cursor() as cursor:
        _insert(cursor, "follow", size, topic=str(topic_id), which=which)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE readers_follow")


def prepare(size: int) -> None:
    """A key for each device, as idle time leaves it."""
    is_sqlite = connection.vendor == "sqlite"
    material = "randomblob(109)" if is_sqlite else "substring(decode(repeat(md5(i::text), 7), 'hex') from 1 for 109)"
    with connection.cursor() as cursor:
        _insert(cursor, "key", size, material=material)
    connection.close()


def _insert(cursor: Any, table: str, size: int, **values: str) -> None:  # Any: Django's cursor
    numbers = (
        f"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {size}) "
        if connection.vendor == "sqlite"
        else f"WITH n(i) AS (SELECT generate_series(1, {size})) "
    )
    now = f"'{timezone.now():%Y-%m-%d %H:%M:%S}{'' if connection.vendor == 'sqlite' else '+00'}'"
    if connection.vendor == "postgresql":
        now += "::timestamptz"
    no = "0" if connection.vendor == "sqlite" else "false"
    cursor.execute(numbers + TABLES[table].format(now=now, no=no, **values))


def _bytes(hexadecimal: str) -> str:
    return f"x'{hexadecimal}'" if connection.vendor == "sqlite" else f"'\\x{hexadecimal}'::bytea"


def publish(headline: str, topic: Any) -> float:  # Any: a topic of any kind
    """When it was published, of time.monotonic()."""
    logging.getLogger("wagtail").setLevel(logging.WARNING)
    make.article(headline, about=[topic])
    at = time.monotonic()
    connection.close()
    return at


class Worker:
    """A worker process with its log."""

    def __init__(self, log: Path, **environment: str) -> None:
        command = [sys.executable, "-m", "django", "worker", "--queue", "push"]
        with open(log, "ab") as file:
            self.process = subprocess.Popen(command, env=os.environ | environment, stdout=file, stderr=file)

    @property
    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    @property
    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until_ready(self) -> None:
        """It has started, and looked around once."""
        mine = Row.objects.filter(name__contains=f":{self.process.pid}:")
        assert wait_until(mine.exists, timeout_s=120), "the worker does not start"
        connection.close()
        time.sleep(READY_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """As a supervisor does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


def wait_until(condition: Callable[[], bool], *, timeout_s: float, every_s: float = 0.5) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every_s)
    return True


def publication(headline: str) -> Publication:
    return Publication.objects.get(article__headline=headline)
