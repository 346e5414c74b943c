"""The worker: claims jobs, runs them one after the other, looks at the outbox and the clock in between."""

import contextlib
import logging
import os
import random
import signal
import socket
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections, reset_queries, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends

from staffellauf.jobs import actions, companions, heartbeat, leases, run, schedule
from staffellauf.jobs.backend import LeaseBackend
from staffellauf.jobs.models import Job

logger = logging.getLogger(__name__)

# Half a second is what nobody notices between publishing and the first alert, at two cheap reads a second.
POLL_S = 0.5
# While jobs are plenty, the outbox and the clock are looked at this often.
POLL_BUSY_S = 0.1
# One transaction for 16 cheap jobs; more gain little (the finish of each is a transaction of its own).
CLAIM_MOST = 16
# A claim holds about this much work, so that slow jobs spread over all workers.
CLAIM_WORK_S = 0.1
# After TERM the job at hand has this long; then its lease ends it. Below the 15 s that a supervisor waits.
GRACE_S = 10.0
# While the database is away a worker asks again after 0.1 to 5 s.
OUTAGE_FIRST_S = 0.1
OUTAGE_MOST_S = 5.0


class Worker:
    def __init__(self, queues: Sequence[str] | None = None, *, beats: bool = True) -> None:
        """All queues of the settings in their order when none are named. No `beats`: one thread only."""
        backend = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
        self.queues = list(queues or getattr(backend, "queue_order", ["default"]))
        self.one_at_a_time = backend.one_at_a_time if isinstance(backend, LeaseBackend) else frozenset()
        self.name = f"{socket.gethostname()[:50]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.heart = heartbeat.Heartbeat(self.name, self.queues) if beats else None
        self.pollers = _pollers()
        self.stopping = threading.Event()
        self.keeps_clock = False
        self.claim_size = 1
        self.polled_at = float("-inf")
        self.reaped_at = float("-inf")

    def work(self) -> None:
        """Until TERM or INT: then the job at hand is finished and the others are given back."""
        self.keeps_clock = True
        schedule.load()
        logger.info("Worker %s: %s", self.name, ", ".join(self.queues))
        outage_s = 0.0
        with self._alive(), self._accompanied():
            while not self.stopping.is_set():
                try:
                    ran = self.turn()
                    outage_s = 0.0
                except (DatabaseError, InterfaceError) as error:
                    outage_s = min(OUTAGE_MOST_S, max(OUTAGE_FIRST_S, outage_s * 2))
                    logger.warning("The database does not answer, trying again: %s", str(error).strip())
                    _drop_connections()
                    self.stopping.wait(random.uniform(outage_s / 2, outage_s))
                    continue
                if not ran:
                    self.stopping.wait(POLL_S * random.uniform(0.8, 1.2))

    def drain(self) -> int:
        """Run everything that is due, and what that leads to, then return how many jobs ran."""
        ran = 0
        with self._alive(), self._inline() as beside:
            while not self.stopping.is_set():
                self.polled_at = self.reaped_at = float("-inf")
                for companion in beside:
                    while not self.stopping.is_set() and companion.turn():
                        pass
                now_ran = self.turn()
                ran += now_ran
                # Pollers may have enqueued something in the turn that ran nothing.
                if not now_ran and not Job.objects.due(timezone.now()).filter(queue__in=self.queues).exists():
                    break
        return ran

    def turn(self) -> int:
        """One look around, one claim and what is in it; how many jobs ran."""
        self._poll()
        jobs = deque(self._claim(timezone.now()))
        if not jobs:
            return 0
        token = str(jobs[0].token)
        began, ran = time.monotonic(), 0
        self._hold(token)
        try:
            ran = self._run_all(jobs)
        finally:
            self._hold(None)
            if jobs:
                actions.give_back(token)
        mean_s = (time.monotonic() - began) / max(ran, 1)
        self.claim_size = max(1, min(CLAIM_MOST, int(CLAIM_WORK_S / max(mean_s, 1e-6)), self.claim_size * 2))
        return ran

    def listen(self) -> None:
        """TERM and INT end the loop; a job that does not end in time is left to its lease."""

        def stop(number: int, frame: FrameType | None) -> None:
            if not self.stopping.is_set():
                self.stopping.set()
                ending = threading.Timer(GRACE_S, _end_now)
                ending.daemon = True
                ending.start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

    @contextlib.contextmanager
    def _alive(self) -> Iterator[None]:
        if not self.heart:
            yield
            return
        self.heart.start()
        try:
            yield
        finally:
            self.heart.stop()
            try:
                actions.sign_off(self.name)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("Could not sign off: %s", str(error).strip())

    @contextlib.contextmanager
    def _accompanied(self) -> Iterator[None]:
        beside = [companions.Beside(factory, self.stopping) for factory in companions.factories(self.queues)]
        for companion in beside:
            companion.start()
        try:
            yield
        finally:
            self.stopping.set()
            for companion in beside:
                companion.join()

    @contextlib.contextmanager
    def _inline(self) -> Iterator[list[companions.Companion]]:
        beside = companions.inline(self.queues)
        try:
            yield beside
        finally:
            for companion in beside:
                companion.stop(companions.STOP_S if self.stopping.is_set() else 0)

    def _hold(self, token: str | None) -> None:
        if self.heart:
            self.heart.hold(token)

    def _claim(self, now: datetime) -> list[Job]:
        for queue in self.queues:
            limit = 1 if queue in self.one_at_a_time else self.claim_size
            if jobs := actions.claim([queue], self.name, limit=limit, now=now):
                return jobs
        return []

    def _run_all(self, jobs: deque[Job]) -> int:
        ran = 0
        while not self.stopping.is_set() and (current := self._start_next(jobs)):
            while current:
                if self.heart:
                    self.heart.began_job()
                outcome = run.call(current)
                ran += 1
                _refresh_connections(aged=False)
                current = self._settle(current, outcome, jobs)
            self._poll()
        return ran

    def _settle(self, job: Job, outcome: run.Outcome, jobs: deque[Job]) -> Job | None:
        """Store what came out and begin the next job in the same transaction: one commit per job."""
        deadline = time.monotonic() + leases.lease_s()
        while True:
            rest = jobs.copy()
            try:
                with transaction.atomic():
                    is_ours = run.store(job, outcome)
                    following = None if self.stopping.is_set() or self._must_poll() else self._start_next(rest)
                break
            except (DatabaseError, InterfaceError) as error:
                if time.monotonic() > deadline:
                    raise
                logger.warning("Job %s is done, storing that failed, trying again: %s", job.pk, str(error).strip())
                _drop_connections()
                time.sleep(random.uniform(0.05, 0.5))
        jobs.clear()
        jobs.extend(rest)
        run.announce(job, outcome, is_ours=is_ours)
        return following

    def _start_next(self, jobs: deque[Job]) -> Job | None:
        """The first job whose lease still holds; None when there is none left."""
        while jobs:
            job = jobs.popleft()
            if actions.start(job, now=timezone.now()):
                return job
        return None

    def _must_poll(self) -> bool:
        return time.monotonic() - self.polled_at >= POLL_BUSY_S

    def _poll(self) -> None:
        if not self._must_poll():
            return
        self.polled_at = time.monotonic()
        for name, poller in self.pollers.items():
            try:
                poller()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("%s: %s", name, str(error).strip())
                _drop_connections()
            except Exception:
                logger.exception("%s failed; the worker goes on", name)
        if self.polled_at - self.reaped_at >= min(1.0, leases.lease_s() / leases.RENEWALS_PER_LEASE):
            self.reaped_at = self.polled_at
            _refresh_connections(aged=True)
            reset_queries()
            self._look_at_the_clock(timezone.now())

    def _look_at_the_clock(self, now: datetime) -> None:
        if reaped := actions.reap(now=now):
            logger.warning("%d jobs of a worker that is gone wait again", reaped)
        if self.keeps_clock:
            schedule.fire(now=now)


def _pollers() -> dict[str, Callable[[], Any]]:
    pollers = {}
    for path in getattr(settings, "JOBS_POLLERS", []):
        try:
            pollers[path] = import_string(path)
        except ImportError as error:
            logger.error("JOBS_POLLERS: %s", error)
    return pollers


def _refresh_connections(*, aged: bool) -> None:
    """Close what a job broke and, if `aged`, what is older than CONN_MAX_AGE; a transaction around us (tests) stays."""
    for connection in connections.all(initialized_only=True):
        is_suspect = connection.errors_occurred or not connection.get_autocommit()
        if not connection.in_atomic_block and (aged or is_suspect):
            connection.close_if_unusable_or_obsolete()


def _drop_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _end_now() -> None:
    logger.warning("The job at hand did not end in %d s; it runs again after its lease", GRACE_S)
    os._exit(1)
