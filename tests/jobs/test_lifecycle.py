"""Whatever workers do, in whatever order and however late: no job is lost, none finishes twice, none is held twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from staffellauf.jobs import actions, leases
from staffellauf.jobs.models import Job, State
from tests.jobs import sample_tasks

pytestmark = pytest.mark.django_db


class Lifecycle(RuleBasedStateMachine):
    """Claims live in a bundle: a worker may come back to one at any later time, long after it lost it."""

    claimed = Bundle("claimed")
    begun = Bundle("begun")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        Job.objects.all().delete()
        self.now = datetime(2026, 1, 23, tzinfo=UTC)
        self.enqueued: set[int] = set()
        self.finished: list[int] = []
        self.attempts: dict[int, int] = {}
        self.began: dict[int, str] = {}

    @rule(priority=st.integers(-100, 100), max_attempts=st.integers(1, 3))
    def enqueue(self, priority: int, max_attempts: int) -> None:
        result = sample_tasks.echo.using(priority=priority).enqueue(0)
        Job.objects.filter(pk=result.id).update(due_at=self.now, max_attempts=max_attempts)
        self.enqueued.add(int(result.id))

    @rule(target=claimed, limit=st.integers(1, 4))
    def claim(self, limit: int):
        jobs = actions.claim(["default"], "worker", limit=limit, now=self.now)
        assert all(job.due_at <= self.now for job in jobs)
        return multiple(*jobs)

    @rule(target=begun, job=consumes(claimed))
    def begin(self, job: Job):
        return self.start(job)

    def start(self, job: Job):
        if not actions.start(job, now=self.now):
            return multiple()
        self.attempts[job.pk] = self.attempts.get(job.pk, 0) + 1
        self.began[job.pk] = str(job.token)
        return job

    @rule(job=consumes(begun))
    def finish(self, job: Job) -> None:
        if actions.finish(job, None, now=self.now):
            assert self.began[job.pk] == job.token, "finished by a worker that had lost its lease"
            self.finished.append(job.pk)

    @rule(job=consumes(begun))
    def fail(self, job: Job) -> None:
        if actions.fail(job, "builtins.OSError", traceback="…", now=self.now):
            assert self.began[job.pk] == job.token, "failed by a worker that had lost its lease"

    @rule(job=claimed)
    def renew(self, job: Job) -> None:
        actions.renew(str(job.token), now=self.now)

    @rule(job=claimed)
    def give_back(self, job: Job) -> None:
        actions.give_back(str(job.token))

    @rule()
    def reap(self) -> None:
        actions.reap(now=self.now)

    @rule(leases_passed=st.floats(0.1, 3))
    def wait(self, leases_passed: float) -> None:
        self.now += leases.lease() * leases_passed

    @rule(target=begun)
    def lose_every_lease_and_begin_elsewhere(self):
        self.now += leases.lease() * 2
        actions.reap(now=self.now)
        jobs = actions.claim(["default"], "other", limit=1, now=self.now)
        return self.start(jobs[0]) if jobs else multiple()

    @rule()
    def wait_for_the_longest_backoff(self) -> None:
        self.now += timedelta(seconds=leases.BACKOFF_MOST_S)

    @invariant()
    def every_job_is_there_and_finishes_at_most_once(self) -> None:
        rows = {job.pk: job for job in Job.objects.all()}
        assert rows.keys() == self.enqueued
        assert len(set(self.finished)) == len(self.finished)
        assert {pk for pk, job in rows.items() if job.state == State.DONE} == set(self.finished)
        for pk, job in rows.items():
            assert job.attempts == self.attempts.get(pk, 0) <= job.max_attempts
            assert job.state != State.DEAD or job.attempts == job.max_attempts

    def teardown(self) -> None:
        self.everything_can_still_come_to_an_end()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def everything_can_still_come_to_an_end(self) -> None:
        later = self.now + timedelta(days=1)
        actions.reap(now=later)
        while jobs := actions.claim(["default"], "last", limit=16, now=later):
            for job in jobs:
                assert actions.start(job, now=later)
                assert actions.finish(job, None, now=later)
        assert not Job.objects.unfinished().exists()


def test_no_order_of_events_loses_a_job_or_finishes_it_twice() -> None:
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=50,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
