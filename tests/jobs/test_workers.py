"""Real worker processes on a real database, some of them killed with SIGKILL."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from staffellauf.jobs.models import Job, JobQuerySet, State, Worker
from tests.jobs import sample_tasks

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

LEASE_S = 1.5
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(database_url: str, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> "subprocess.Popen[bytes]":
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
            "JOBS_LEASE_S": str(LEASE_S),
        }
        command = [sys.executable, "manage.py", "worker", *options]
        started.append(subprocess.Popen(command, env=environment, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(what: Callable[[], bool], timeout_s: float = 40) -> None:
    end = time.monotonic() + timeout_s
    while not what():
        assert time.monotonic() < end, f"waited {timeout_s} s in vain"
        time.sleep(0.05)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def ours() -> JobQuerySet:
    """Without what the schedules of the house enqueue when a minute begins."""
    return Job.objects.filter(task__startswith="tests.")


def done() -> int:
    return ours().filter(state=State.DONE).count()


def test_a_job_killed_in_its_middle_runs_again_after_one_lease(start_worker: Start, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for number in range(4):
        sample_tasks.leave_trace.enqueue(str(trace), f"{number}", sleep_s=0.6)
    first = start_worker()
    wait_until(lambda: "begin 1" in lines(trace))

    first.send_signal(signal.SIGKILL)
    killed_at = timezone.now()
    start_worker()
    wait_until(lambda: done() == 4)

    job = ours().get(attempts=2)
    assert job.started_at is not None
    assert 0 < (job.started_at - killed_at).total_seconds() < LEASE_S + 10
    count = Counter(lines(trace))
    assert count["begin 1"] == 2
    assert [count[f"end {number}"] for number in range(4)] == [1, 1, 1, 1], lines(trace)
    assert count.total() == 9


def test_three_workers_with_parallel_enqueueing_and_one_killed_run_every_job(
    start_worker: Start, tmp_path: Path
) -> None:
    jobs, threads = 5000, 4
    trace = tmp_path / "trace"
    workers = [start_worker() for _ in range(3)]

    def enqueue(first: int) -> None:
        for number in range(first, jobs, threads):
            sample_tasks.leave_trace.enqueue(str(trace), str(number))
        connections.close_all()

    enqueueing = [threading.Thread(target=enqueue, args=[number]) for number in range(threads)]
    for thread in enqueueing:
        thread.start()
    wait_until(lambda: len(lines(trace)) > 500)
    workers[1].send_signal(signal.SIGKILL)
    for thread in enqueueing:
        thread.join()
    wait_until(lambda: done() == jobs, timeout_s=120)

    ended = Counter(line.removeprefix("end ") for line in lines(trace) if line.startswith("end "))
    assert set(ended) == {str(number) for number in range(jobs)}
    assert sum(ended.values()) <= jobs + 1


def test_a_worker_that_is_stopped_for_longer_than_its_lease_cannot_finish(start_worker: Start, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    sample_tasks.leave_trace.enqueue(str(trace), "slow", sleep_s=1)
    stopped = start_worker()
    wait_until(lambda: "begin slow" in lines(trace))
    stopped.send_signal(signal.SIGSTOP)
    start_worker()
    wait_until(lambda: done() == 1)
    finished_at = ours().get().finished_at

    stopped.send_signal(signal.SIGCONT)
    wait_until(lambda: Counter(lines(trace))["end slow"] == 2)
    time.sleep(0.5)

    job = ours().get()
    assert (job.state, job.attempts, job.finished_at) == (State.DONE, 2, finished_at)


def test_a_terminated_worker_finishes_the_job_at_hand_and_gives_back_the_rest(
    start_worker: Start, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    for number in range(3):
        sample_tasks.leave_trace.enqueue(str(trace), str(number), sleep_s=0.8)
    worker = start_worker()
    wait_until(lambda: "begin 0" in lines(trace))

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=10) == 0
    assert lines(trace) == ["begin 0", "end 0"]
    assert sorted(ours().values_list("state", "attempts")) == [("done", 1), ("waiting", 0), ("waiting", 0)]
    assert not Worker.objects.exists()


def test_a_long_job_keeps_its_lease(start_worker: Start, tmp_path: Path) -> None:
    sample_tasks.leave_trace.enqueue(str(tmp_path / "trace"), "long", sleep_s=LEASE_S * 2.5)
    start_worker()
    start_worker()

    wait_until(lambda: done() == 1)

    assert lines(tmp_path / "trace") == ["begin long", "end long"]


def test_draining_ends_when_nothing_is_due(start_worker: Start) -> None:
    for number in range(40):
        sample_tasks.echo.enqueue(number)

    assert start_worker("--drain").wait(timeout=40) == 0

    assert done() == 40


def test_a_worker_of_one_queue_leaves_the_others_alone(start_worker: Start) -> None:
    sample_tasks.echo.enqueue(1)
    sample_tasks.deliver.enqueue(1)

    assert start_worker("--queue", "push", "--drain").wait(timeout=40) == 0

    assert sorted(ours().values_list("queue", "state")) == [("default", "waiting"), ("push", "done")]


def test_an_unknown_queue_is_a_wrong_call(start_worker: Start) -> None:
    assert start_worker("--queue", "nowhere").wait(timeout=40) == 2


@pytest.mark.skipif("sqlite" not in os.environ.get("DATABASE_URL", "sqlite"), reason="only SQLite has one writer")
def test_a_locked_database_delays_a_worker_and_loses_nothing(start_worker: Start) -> None:
    sample_tasks.echo.enqueue(1)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        start_worker()
        time.sleep(3)
        cursor.execute("ROLLBACK")
    close_old_connections()

    wait_until(lambda: done() == 1)

    assert ours().get().attempts == 1
