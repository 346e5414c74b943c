"""A million subscriptions at four push services, one busy and one slow: the other two are done as if alone.

    make bench million          SIZE=100000 for fewer; DATABASE_URL for another database than an SQLite file

One worker sends the news that only readers at two good services follow, then the news that everybody follows; keys are
prepared, as idle time leaves them.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory(prefix="staffellauf-bench-")
os.environ |= {
    "STAFFELLAUF_DATA": FOLDER.name,
    "PUSH_ALLOW_LOCAL": "1",
    "DJANGO_SETTINGS_MODULE": "staffellauf.settings",
}

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import _portal as portal  # noqa: E402
from staffellauf.alerts.models import Batch, RelayLane, Retry  # noqa: E402
from tests import databases, make  # noqa: E402

SIZE = int(os.environ.get("SIZE", "1000000"))
GOOD = (0, 1)
KINDS = ("201:0", "201:0", "429:0", "201:250")
NAMES = ("good", "good too", "busy, 429", "slow, 0.25 s")
MEMORY_MB = 300
FIRST_S = 1.0
# "As if alone": within what equal runs differ by here.
AS_ALONE = 1.35


def main() -> int:
    databases.use_copy("million")
    os.environ["DATABASE_URL"] = databases.url()
    log = Path(FOLDER.name) / "worker.log"
    with portal.services(*KINDS) as services:
        began = time.monotonic()
        portal.fill(SIZE, services.origins)
        alone, everybody = make.series("Ballard"), make.series("Dark")
        portal.follow(SIZE, alone.pk, which="i % 4 < 2")
        portal.follow(SIZE, everybody.pk)
        print(f"{SIZE:,} subscriptions on {connection.vendor}, made in {time.monotonic() - began:.0f} s", flush=True)
        connection.close()
        worker = portal.Worker(log)
        try:
            one = measure(services, worker, "Two services alone", alone)
            two = measure(services, worker, "All four together", everybody)
            print(f"\nworker: {worker.peak_mb:.0f} MB at most, {worker.cpu_s:.0f} s of CPU")
            return verdict(one, two, worker.peak_mb)
        finally:
            worker.stop()


def measure(services: portal.Services, worker: portal.Worker, title: str, topic: make.Series) -> dict[str, float]:
    portal.prepare(SIZE)
    worker.wait_until_ready()
    services.told("reset")
    each = SIZE // 4
    cpu_s = worker.cpu_s
    published = portal.publish(title, topic)

    def is_done() -> bool:
        return all(services.told()[number]["reached"] >= each for number in GOOD)

    is_complete = portal.wait_until(is_done, timeout_s=3600)
    cpu_s = worker.cpu_s - cpu_s
    time.sleep(1)
    told = services.told()
    first_s = min(row["first_s"] for row in told if row["first_s"]) - published
    done_s = max(told[number]["last_s"] for number in GOOD) - published
    print(f"\n{title}: first delivery {first_s:.2f} s after publishing, both done after {done_s:.1f} s", flush=True)
    count = sum(row["reached"] for row in told)
    print(f"  {count:,} messages, {cpu_s / count * 1e6:.0f} µs each")
    for name, row in zip(NAMES, told, strict=True):
        print(f"  {name:14}{row['reached']:10,} devices asked, {row['doubles']:6,} more than once")
    for lane in RelayLane.objects.filter(relay__publication__article__headline=title).order_by("pk"):
        open_batches = Batch.objects.filter(lane=lane, done_at__isnull=True).count()
        retries = Retry.objects.filter(relay=lane.relay_id, subscription__origin=lane.origin).count()
        print(f"  {lane.origin:24} accepted {lane.accepted:9,}  open batches {open_batches:4}  retries {retries:5,}")
    accepted = sum(
        RelayLane.objects.filter(
            relay__publication__article__headline=title, origin__in=good_origins(services)
        ).values_list("accepted", flat=True)
    )
    connection.close()
    doubles = sum(told[number]["doubles"] for number in GOOD)
    is_right = is_complete and accepted == each * 2 and not doubles
    return {"first_s": first_s, "done_s": done_s, "is_right": is_right}


def good_origins(services: portal.Services) -> list[str]:
    return [services.origins[number] for number in GOOD]


def verdict(one: dict[str, float], two: dict[str, float], peak_mb: float) -> int:
    checks = {
        f"first delivery under {FIRST_S} s": max(one["first_s"], two["first_s"]) < FIRST_S,
        f"as if alone: {two['done_s'] / one['done_s']:.2f} times": two["done_s"] / one["done_s"] < AS_ALONE,
        f"memory under {MEMORY_MB} MB": peak_mb < MEMORY_MB,
        "everybody at the good services once, and counted": bool(one["is_right"] and two["is_right"]),
    }
    for words, is_met in checks.items():
        print(f"  {'yes' if is_met else 'NO '} {words}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
