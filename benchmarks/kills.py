"""`kill -9` at random moments during 100,000 deliveries by four workers: nobody missed, hardly anybody twice.

    make bench kills            SIZE=100000, KILLS=100; DATABASE_URL for another database than an SQLite file

A killed worker is replaced at once, forked from a process that has imported everything: else most of the time would go
by with starting. Who gets a message twice gets it with the same Topic, and a batch at most per kill;
after the last kill the workers are stopped as a supervisor does it, and begin once more: nobody gets anything again.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory(prefix="staffellauf-bench-")
os.environ |= {
    "STAFFELLAUF_TEST_DATA": FOLDER.name,
    "STAFFELLAUF_DATA": FOLDER.name,
    "PUSH_ALLOW_LOCAL": "1",
    "DJANGO_SETTINGS_MODULE": "tests.alerts.worker_settings",
    # Instead of fifteen seconds, for which each kill would be waited.
    "JOBS_LEASE_S": os.environ.get("JOBS_LEASE_S", "3"),
}

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from benchmarks import _portal as portal  # noqa: E402
from staffellauf.alerts.ledger import cutting  # noqa: E402
from staffellauf.alerts.models import Relay, RelayLane  # noqa: E402
from tests import databases, make, workers  # noqa: E402

SIZE = int(os.environ.get("SIZE", "100000"))
KILLS = int(os.environ.get("KILLS", "100"))
WORKERS = 4


def main() -> int:
    databases.use_copy("kills")
    os.environ["DATABASE_URL"] = databases.url()
    log = Path(FOLDER.name) / "worker.log"
    with portal.services("201:1", "201:1") as services:
        portal.fill(SIZE, services.origins)
        series = make.series("Ballard")
        portal.follow(SIZE, series.pk)
        portal.prepare(SIZE)
        connection.close()
        with workers.nursery(log, {}, "--queue", "push") as start:
            return measure(services, start, series)


def measure(services: portal.Services, start: Callable[[], workers.Worker], series: make.Series) -> int:
    at_work = [start() for _ in range(WORKERS)]
    time.sleep(portal.READY_S)
    began = portal.publish("Staffel drei kommt", series)
    kills, is_done = 0, False
    while not is_done:
        reached = sum(row["reached"] for row in services.told())
        # Evenly over the deliveries, each at a random moment.
        if kills < KILLS and reached > kills * SIZE / (KILLS + 1):
            time.sleep(random.uniform(0, 0.05))
            number = random.randrange(WORKERS)
            at_work[number].kill()
            kills += 1
            at_work[number] = start()
        else:
            time.sleep(0.05)
        is_done = is_finished()
        if time.monotonic() - began > 3000:
            break
    told = services.told()
    # The youngest may be starting.
    time.sleep(portal.READY_S)
    exits = [worker.stop() for worker in at_work]
    start()
    time.sleep(portal.READY_S)
    return verdict(told, services.told(), kills, exits, time.monotonic() - began)


def is_finished() -> bool:
    done = Relay.objects.filter(finished_at__isnull=False).exists()
    connection.close()
    return done


def verdict(told: list[dict], after: list[dict], kills: int, exits: list[int], took_s: float) -> int:
    reached, doubles = (sum(row[name] for row in told) for name in ("reached", "doubles"))
    accepted = sum(RelayLane.objects.values_list("accepted", flat=True))
    topics = {topic for row in told for topic in row["topics"]}
    print(f"{connection.vendor}: {SIZE:,} devices, {WORKERS} workers, {kills} kills, {took_s:.0f} s")
    print(f"  reached {reached:,}, counted {accepted:,}, twice {doubles:,} ({doubles / max(kills, 1):.0f} a kill)")
    checks = {
        "nobody missed": reached == SIZE,
        "counted as often": accepted == SIZE,
        f"at most {cutting.BATCH_SIZE} twice a kill": doubles <= kills * cutting.BATCH_SIZE,
        "each with the same Topic": len(topics) == 1,
        "all kills happened": kills == KILLS,
        "workers stop cleanly": not any(exits),
        "nobody again afterwards": [row["doubles"] for row in after] == [row["doubles"] for row in told],
    }
    for words, is_met in checks.items():
        print(f"  {'yes' if is_met else 'NO '} {words}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
