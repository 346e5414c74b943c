"""What the queue promises to whoever enqueues, seen through one worker in this process."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist, TaskResultMismatch

from staffellauf.jobs import actions, leases
from staffellauf.jobs.models import Job, State
from staffellauf.jobs.worker import Worker
from tests.jobs import sample_tasks

pytestmark = pytest.mark.django_db


def drain() -> int:
    return Worker(beats=False).drain()


def test_a_job_runs_and_its_return_value_is_kept() -> None:
    result = sample_tasks.add.enqueue(2, right=3)

    assert drain() == 1

    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value == 5
    assert result.attempts == 1
    assert sample_tasks.add.get_result(result.id).return_value == 5


def test_a_rolled_back_transaction_leaves_no_job() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        sample_tasks.add.enqueue(1, 1)
        raise RuntimeError("the caller fails")

    assert not Job.objects.exists()


def test_queues_run_in_the_order_of_the_settings_and_priorities_within_them() -> None:
    first = sample_tasks.echo.enqueue("normal")
    second = sample_tasks.echo.using(priority=10).enqueue("urgent")
    third = sample_tasks.echo.using(priority=-10).enqueue("some time")
    fourth = sample_tasks.deliver.enqueue(1)

    drain()

    order = Job.objects.order_by("finished_at", "started_at").values_list("pk", flat=True)
    assert [str(pk) for pk in order] == [fourth.id, second.id, first.id, third.id]


def test_a_deferred_job_waits_for_its_time() -> None:
    result = sample_tasks.add.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(1, 1)

    assert drain() == 0

    Job.objects.filter(pk=result.id).update(due_at=timezone.now())
    assert drain() == 1


def test_a_failing_job_waits_longer_each_time_and_is_kept_when_given_up() -> None:
    result = sample_tasks.fail.enqueue("broken")

    for attempts in (1, 2):
        drain()
        job = Job.objects.get()
        assert (job.state, job.attempts) == (State.WAITING, attempts)
        assert job.due_at <= timezone.now() + timedelta(seconds=leases.BACKOFF_FIRST_S * 2 ** (attempts - 1))
        Job.objects.update(due_at=timezone.now())
    drain()

    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.DEAD, 3)
    assert "RuntimeError: broken" in job.traceback
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class is RuntimeError
    assert drain() == 0


@pytest.mark.parametrize("attempts", [1, 2, 5, 50, 1000])
def test_the_wait_after_a_failure_is_bounded(attempts: int) -> None:
    waits = [leases.backoff(attempts).total_seconds() for _ in range(50)]

    assert 0 <= min(waits) <= max(waits) <= leases.BACKOFF_MOST_S
    assert len(set(waits)) > 1


def test_a_dead_job_that_is_retried_runs_as_if_it_were_new() -> None:
    sample_tasks.fail.enqueue("once")
    Job.objects.update(max_attempts=1)
    drain()

    actions.retry(Job.objects.dead().get(), now=timezone.now())

    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.WAITING, 0)
    assert drain() == 1


def test_only_a_dead_job_can_be_retried() -> None:
    sample_tasks.add.enqueue(1, 1)
    drain()

    with pytest.raises(actions.CannotRetry):
        actions.retry(Job.objects.get(), now=timezone.now())


def test_a_job_that_leaves_the_process_fails_like_any_other() -> None:
    sample_tasks.leave_process.enqueue()

    drain()

    assert Job.objects.get().error_class == "builtins.SystemExit"


def test_a_failing_job_leaves_none_of_its_own_writes() -> None:
    sample_tasks.write_and_fail.enqueue("half")

    drain()

    assert not Group.objects.filter(name="half").exists()
    assert Job.objects.get().error_class == "builtins.RuntimeError"


def test_a_result_that_the_database_cannot_hold_is_a_failure() -> None:
    sample_tasks.return_nan.enqueue()

    drain()

    assert Job.objects.get().error_class == "builtins.ValueError"


@pytest.mark.parametrize("value", ["nul \0", float("inf"), "half a pair \ud83d", object(), {1, 2}])
def test_arguments_that_the_database_cannot_hold_are_refused_at_once(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        sample_tasks.echo.enqueue(value)

    assert not Job.objects.exists()


@pytest.mark.parametrize("value", ["\\u0000", "Ærø 🏃", "", None, 2**62, -0.5, {"a": [1, {"b": None}]}])
def test_arguments_come_back_as_they_were(value: object) -> None:
    result = sample_tasks.echo.enqueue(value)

    drain()

    result.refresh()
    assert result.return_value == value


def test_a_job_whose_code_is_gone_waits_and_says_so() -> None:
    sample_tasks.add.enqueue(1, 1)
    Job.objects.update(task="tests.jobs.sample_tasks.no_longer_there")

    drain()

    job = Job.objects.get()
    assert job.state == State.WAITING
    assert "no_longer_there" in job.traceback


def test_a_job_may_know_its_attempt_and_may_be_asynchronous() -> None:
    asked, doubled = sample_tasks.attempt.enqueue(), sample_tasks.later.enqueue(21)

    drain()

    asked.refresh()
    doubled.refresh()
    assert asked.return_value == 1
    assert Job.objects.get(pk=doubled.id).result == 42


@pytest.mark.parametrize("result_id", ["", "x", "-1", "0", "9" * 40, "١٢"])
def test_an_unknown_result_does_not_exist(result_id: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        task_backends["default"].get_result(result_id)


def test_a_result_belongs_to_its_task() -> None:
    result = sample_tasks.add.enqueue(1, 1)

    with pytest.raises(TaskResultMismatch):
        sample_tasks.echo.get_result(result.id)


def test_an_unknown_queue_is_refused() -> None:
    with pytest.raises(InvalidTaskError):
        sample_tasks.add.using(queue_name="nowhere")


# --- unique keys


def test_one_key_waits_once() -> None:
    first = actions.enqueue_once(sample_tasks.echo, "feed:1", "a")
    second = actions.enqueue_once(sample_tasks.echo, "feed:1", "b")
    other = actions.enqueue_once(sample_tasks.echo, "feed:2", "c")

    assert first.id == second.id != other.id
    assert drain() == 2


def test_a_key_is_free_again_when_its_job_is_done() -> None:
    first = actions.enqueue_once(sample_tasks.echo, "feed:1", "a")
    drain()

    second = actions.enqueue_once(sample_tasks.echo, "feed:1", "b")

    assert first.id != second.id


def test_a_key_wanted_while_its_job_runs_runs_once_more() -> None:
    actions.enqueue_once(sample_tasks.echo, "feed:1", "a")
    [job] = actions.claim(["default"], "w", limit=1, now=timezone.now())
    actions.start(job, now=timezone.now())

    actions.enqueue_once(sample_tasks.echo, "feed:1", "a")
    actions.enqueue_once(sample_tasks.echo, "feed:1", "a")
    actions.finish(job, "first", now=timezone.now())

    assert Job.objects.get().state == State.WAITING
    assert drain() == 1
    assert Job.objects.get().state == State.DONE


def test_a_key_wanted_while_its_last_attempt_fails_gets_a_job_of_its_own() -> None:
    actions.enqueue_once(sample_tasks.fail, "feed:1", "a")
    Job.objects.update(max_attempts=1)
    [job] = actions.claim(["default"], "w", limit=1, now=timezone.now())
    actions.start(job, now=timezone.now())
    actions.enqueue_once(sample_tasks.fail, "feed:1", "a")

    actions.fail(job, "builtins.RuntimeError", traceback="…", now=timezone.now())

    assert sorted(Job.objects.values_list("state", flat=True)) == [State.DEAD, State.WAITING]


def test_a_dead_job_is_not_retried_while_its_key_is_taken() -> None:
    actions.enqueue_once(sample_tasks.fail, "feed:1", "a")
    Job.objects.update(max_attempts=1)
    drain()
    actions.enqueue_once(sample_tasks.fail, "feed:1", "a")

    with pytest.raises(actions.CannotRetry, match="key"):
        actions.retry(Job.objects.dead().get(), now=timezone.now())


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_length(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        actions.enqueue_once(sample_tasks.echo, key, 1)


# --- leases


def test_what_a_lost_worker_had_claimed_waits_again_and_only_the_begun_one_counts_an_attempt() -> None:
    for number in range(3):
        sample_tasks.echo.enqueue(number)
    now = timezone.now()
    jobs = actions.claim(["default"], "lost", limit=16, now=now)
    actions.start(jobs[0], now=now)

    assert actions.reap(now=now + leases.lease() - timedelta(seconds=1)) == 0
    assert actions.reap(now=now + leases.lease() + timedelta(seconds=1)) == 3

    assert sorted(Job.objects.values_list("state", "attempts")) == [("waiting", 0), ("waiting", 0), ("waiting", 1)]


def test_a_worker_that_lost_its_lease_can_neither_begin_nor_finish() -> None:
    sample_tasks.echo.enqueue("a")
    sample_tasks.echo.enqueue("b")
    now = timezone.now()
    begun, claimed = actions.claim(["default"], "slow", limit=2, now=now)
    actions.start(begun, now=now)
    later = now + leases.lease() * 2
    actions.reap(now=later)
    again = actions.claim(["default"], "quick", limit=2, now=later)

    assert not actions.finish(begun, "stale", now=later)
    assert not actions.fail(begun, "builtins.OSError", traceback="stale", now=later)
    assert not actions.start(claimed, now=later)
    assert actions.renew(str(begun.token), now=later) == 0
    assert actions.give_back(str(begun.token)) == 0

    assert {job.state for job in Job.objects.all()} == {State.CLAIMED}
    assert all(actions.start(job, now=later) and actions.finish(job, "fresh", now=later) for job in again)


def test_a_worker_that_lost_its_lease_cannot_finish_what_another_has_begun() -> None:
    sample_tasks.echo.enqueue("a")
    now = timezone.now()
    [slow] = actions.claim(["default"], "slow", limit=1, now=now)
    actions.start(slow, now=now)
    later = now + leases.lease() * 2
    actions.reap(now=later)
    [quick] = actions.claim(["default"], "quick", limit=1, now=later)
    actions.start(quick, now=later)

    assert not actions.finish(slow, "stale", now=later)
    assert not actions.fail(slow, "builtins.OSError", traceback="stale", now=later)

    assert actions.finish(quick, "fresh", now=later)
    assert Job.objects.get().result == "fresh"


def test_a_renewed_lease_is_not_reaped() -> None:
    sample_tasks.echo.enqueue("a")
    now = timezone.now()
    [job] = actions.claim(["default"], "w", limit=1, now=now)
    actions.start(job, now=now)

    actions.renew(str(job.token), now=now + leases.lease())

    assert actions.reap(now=now + leases.lease() * 1.5) == 0


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    sample_tasks.fail.enqueue("poison")
    now = timezone.now()
    for _ in range(3):
        [job] = actions.claim(["default"], "w", limit=1, now=now)
        actions.start(job, now=now)
        now += leases.lease() * 2
        actions.reap(now=now)

    job = Job.objects.get()
    assert (job.state, job.error_class) == (State.DEAD, actions.LEASE_LOST)


def test_old_results_are_deleted_and_dead_jobs_stay() -> None:
    sample_tasks.echo.enqueue("old")
    sample_tasks.fail.enqueue("dead")
    Job.objects.update(max_attempts=1)
    drain()
    sample_tasks.echo.enqueue("waiting")

    assert actions.prune(now=timezone.now() + actions.KEEP_DONE * 2) == 1

    assert sorted(Job.objects.values_list("state", flat=True)) == [State.DEAD, State.WAITING]
