"""Everything that happens to a job's row. Each step is a conditional UPDATE: whoever lost the lease changes nothing."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db import models as db
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django_tasks import utils
from django_tasks.base import Task, TaskResult

from staffellauf.jobs import leases, models, results
from staffellauf.jobs.models import Job, State

# Long enough to look at what happened last week; the row's only use by then.
KEEP_DONE = timedelta(days=7)
# One DELETE holds SQLite's write lock for a few milliseconds, not for seconds.
PRUNED_AT_ONCE = 1000
# A worker not seen for an hour is gone for good; the row serves `doctor` only.
FORGET_WORKER = timedelta(hours=1)
TRACEBACK_LENGTH = 20_000
# An escaped NUL, and not an escaped backslash before u0000.
NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
LEASE_LOST = "staffellauf.jobs.actions.LeaseLost"
TAKEN = "a job with the same key waits or runs already"


class LeaseLost(Exception):
    """The worker was killed, cut off or stopped in the middle of the job."""


class CannotRetry(Exception):
    """The job is not dead, or its key is taken by a job that waits or runs; the text says which."""


# --- putting in


# Any: a job's arguments are whatever JSON can hold.
def add(task: Task[Any, Any], *, args: Sequence[Any], kwargs: Mapping[str, Any], key: str | None = None) -> Job:
    """Insert a waiting job in the caller's transaction. Raises as `storable`."""
    now = timezone.now()
    return Job.objects.create(
        task=task.module_path,
        arguments=storable({"args": args, "kwargs": kwargs}),
        queue=task.queue_name,
        priority=task.priority,
        key=key,
        max_attempts=getattr(task, "max_attempts", leases.MAX_ATTEMPTS),
        enqueued_at=now,
        due_at=task.run_after or now,
    )


def enqueue_once(task: Task[Any, Any], key: str, *args: Any, **kwargs: Any) -> TaskResult[Any]:
    """Enqueue unless a job with this key waits or runs already; then that one comes back, its arguments untouched.

    A job that runs at this moment may have read before the caller wrote: it runs once more when it has finished.
    A waiting one starts after the caller's commit at the earliest. Keys are shared by all tasks.
    """
    task.get_backend().validate_task(task)
    if not 1 <= len(key) <= models.KEY_LENGTH:
        raise ValueError(f"a key has 1 to {models.KEY_LENGTH} characters")
    with transaction.atomic():
        while True:
            # The lock keeps a worker from starting the job before this transaction is committed.
            job = Job.objects.unfinished().select_for_update().filter(key=key).first()
            if job:
                Job.objects.filter(pk=job.pk, state=State.RUNNING).update(is_wanted_again=True)
                return results.of(job, task=task if job.task == task.module_path else None)
            try:
                with transaction.atomic():
                    return results.of(add(task, args=args, kwargs=kwargs, key=key), task=task)
            except IntegrityError:
                # Somebody else's was faster, and is committed: the next look finds it.
                continue


def storable(value: Any) -> Any:
    """The value as JSON that both databases hold; PostgreSQL knows no NaN, NUL or lone surrogate.

    Raises TypeError or ValueError.
    """
    value = utils.normalize_json(value)
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    if NUL_IN_JSON.search(text):
        raise ValueError("a text with NUL cannot be stored")
    return value


# --- a worker's steps


def claim(queues: Sequence[str], worker: str, *, limit: int, now: datetime) -> list[Job]:
    """Up to `limit` due jobs of the first queue that has any, leased under one token; empty when nothing is due."""
    for queue in queues:
        due = Job.objects.due(now).filter(queue=queue)
        # Reading first: an idle worker takes no write lock.
        if due.exists() and (jobs := _take(due, worker, limit=limit, now=now)):
            return jobs
    return []


def _take(due: models.JobQuerySet, worker: str, *, limit: int, now: datetime) -> list[Job]:
    # SQLite begins IMMEDIATE (settings) and ignores the row lock, PostgreSQL skips rows that another worker locks.
    with transaction.atomic():
        jobs = list(due.select_for_update(skip_locked=True)[:limit])
        leased: dict[str, Any] = {
            "state": State.CLAIMED,
            "token": uuid.uuid4().hex,
            "lease_until": now + leases.lease(),
            "worker": worker,
        }
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(**leased)
    for job in jobs:
        _set(job, leased)
    return jobs


def start(job: Job, *, now: datetime) -> bool:
    """Count the attempt and begin; False when the lease was lost meanwhile."""
    started = _change(START, now, now + leases.lease(), job.pk, job.token)
    # Called again when the transaction around it failed: one attempt all the same.
    if started and job.state == State.CLAIMED:
        job.attempts += 1
    if started:
        job.state, job.started_at = State.RUNNING, now
    return bool(started)


def renew(token: str, *, now: datetime) -> int:
    """How many jobs of this claim are still held."""
    return Job.objects.held(token).update(lease_until=now + leases.lease())


# Any: whatever JSON can hold.
def finish(job: Job, result: Any, *, now: datetime) -> bool:
    """Store a `storable` return value; False when the lease was lost: the job belongs to somebody else by now."""
    done = {"state": State.DONE, "finished_at": now, "result": result, "error_class": "", "traceback": ""}
    if job.key:
        finished = _running(job).update(**done | NO_LEASE | _waiting_if_wanted_again(now))
    else:
        finished = _change(FINISH, now, None if result is None else json.dumps(result), job.pk, job.token)
    if finished:
        _set(job, done)
    return bool(finished)


def _waiting_if_wanted_again(now: datetime) -> dict[str, Any]:
    def either(then: Any, otherwise: Any, *, field: db.Field) -> Case:
        return Case(When(is_wanted_again=True, then=then), default=otherwise, output_field=field)

    return {
        "state": either(Value(State.WAITING), Value(State.DONE), field=db.CharField()),
        "due_at": either(Value(now), F("due_at"), field=db.DateTimeField()),
        "attempts": either(Value(0), F("attempts"), field=db.PositiveSmallIntegerField()),
        "is_wanted_again": False,
    }


def fail(job: Job, error_class: str, *, traceback: str, now: datetime) -> bool:
    """Wait for the next attempt, or give up after the last; False when the lease was lost."""
    error = {"error_class": _as_text(error_class)[:200], "traceback": _as_text(traceback)[-TRACEBACK_LENGTH:]}
    if job.attempts >= job.max_attempts:
        return _bury(_running(job), error, now=now) > 0
    waiting = {"state": State.WAITING, "due_at": now + leases.backoff(job.attempts), **error}
    failed = _running(job).update(is_wanted_again=False, **waiting, **NO_LEASE)
    if failed:
        _set(job, waiting)
    return bool(failed)


def _bury(jobs: models.JobQuerySet, error: Mapping[str, str], *, now: datetime) -> int:
    """Give up; a job that was wanted again while it ran lives on as a new one."""
    with transaction.atomic():
        rows = list(jobs.select_for_update(skip_locked=True))
        Job.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.DEAD, finished_at=now, is_wanted_again=False, **error, **NO_LEASE
        )
        Job.objects.bulk_create(_fresh(row, now=now) for row in rows if row.is_wanted_again)
    return len(rows)


def _fresh(job: Job, *, now: datetime) -> Job:
    same = {name: getattr(job, name) for name in ("task", "arguments", "queue", "priority", "key", "max_attempts")}
    return Job(**same, enqueued_at=now, due_at=now)


def give_back(token: str) -> int:
    """Let others have what this claim holds and has not begun."""
    return Job.objects.filter(token=token, state=State.CLAIMED).update(state=State.WAITING, **NO_LEASE)


def reap(*, now: datetime) -> int:
    """Return expired leases: a job not begun waits again, one in its middle too until its attempts are used up."""
    expired = Job.objects.expired(now)
    if not expired.exists():
        return 0
    lost = {"error_class": LEASE_LOST, "traceback": str(LeaseLost.__doc__)}
    is_last = Q(state=State.RUNNING, attempts__gte=F("max_attempts"))
    reaped = _bury(expired.filter(is_last), lost, now=now)
    with transaction.atomic():
        ids = list(expired.exclude(is_last).select_for_update(skip_locked=True).values_list("pk", flat=True))
        again = Job.objects.filter(pk__in=ids)
        again.filter(state=State.RUNNING).update(due_at=now, is_wanted_again=False, **lost)
        again.update(state=State.WAITING, **NO_LEASE)
    return reaped + len(ids)


# --- an operator's steps


def retry(job: Job, *, now: datetime) -> None:
    """Let a dead job run as if it were new. Raises CannotRetry."""
    try:
        with transaction.atomic():
            retried = (
                Job.objects.dead()
                .filter(pk=job.pk)
                .update(state=State.WAITING, attempts=0, due_at=now, finished_at=None)
            )
    except IntegrityError as error:
        raise CannotRetry(TAKEN) from error
    if not retried:
        raise CannotRetry("it is not dead")


def prune(*, now: datetime) -> int:
    """Delete results that nobody asks for any more, and workers long gone; dead jobs stay."""
    models.Worker.objects.filter(seen_at__lt=now - FORGET_WORKER).delete()
    deleted = 0
    while True:
        old = Job.objects.filter(state=State.DONE, finished_at__lt=now - KEEP_DONE).order_by("finished_at", "id")
        count, _ = Job.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])).delete()
        deleted += count
        if count < PRUNED_AT_ONCE:
            return deleted


# --- worker rows


def sign_on(name: str, queues: Sequence[str], *, now: datetime) -> None:
    """Say that this worker lives; repeated while it does."""
    if not models.Worker.objects.filter(name=name).update(seen_at=now):
        models.Worker.objects.create(name=name, queues=list(queues), started_at=now, seen_at=now)


def sign_off(name: str) -> None:
    models.Worker.objects.filter(name=name).delete()


# Written out, because every job goes through both: compiling them anew took more CPU than all the rest of a cheap job.
START = """
UPDATE jobs_job SET state = 'running', attempts = attempts + 1, started_at = %s, lease_until = %s
WHERE id = %s AND token = %s AND state = 'claimed'
"""
FINISH = """
UPDATE jobs_job SET state = 'done', finished_at = %s, result = %s, error_class = '', traceback = '',
    token = NULL, lease_until = NULL
WHERE id = %s AND token = %s AND state = 'running'
"""
NO_LEASE: dict[str, Any] = {"token": None, "lease_until": None}


# Any: what the placeholders take.
def _change(sql: str, *values: Any) -> int:
    """How many rows the statement changed."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [adapt(value) if isinstance(value, datetime) else value for value in values])
        return cursor.rowcount


def _running(job: Job) -> models.JobQuerySet:
    return Job.objects.filter(pk=job.pk, token=job.token, state=State.RUNNING)


def _set(job: Job, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(job, name, value)


def _as_text(text: str) -> str:
    # PostgreSQL takes neither NUL nor lone surrogates.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
