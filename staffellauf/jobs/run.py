"""One job: call the task, say what came out, store it."""

import logging
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django_tasks import signals, utils
from django_tasks.base import TaskContext

from staffellauf.jobs import actions, results
from staffellauf.jobs.backend import LeaseBackend
from staffellauf.jobs.models import Job, State

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    # Any: whatever JSON can hold.
    value: Any = None
    error: BaseException | None = None


def call(job: Job) -> Outcome:
    """Never raises: a job that ends the process by SystemExit has failed like any other."""
    try:
        task = results.task_of(job)
        result = results.of(job, task=task)
        signals.task_started.send(sender=LeaseBackend, task_result=result)
        context = (TaskContext(task_result=result),) if task.takes_context else ()
        value = task.call(*context, *result.args, **result.kwargs)
        return Outcome(value=actions.storable(value))
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return Outcome(error=error)


def store(job: Job, outcome: Outcome) -> bool:
    """False when the lease was lost meanwhile."""
    now = timezone.now()
    if outcome.error is None:
        return actions.finish(job, outcome.value, now=now)
    error_class = utils.get_module_path(type(outcome.error))
    return actions.fail(job, error_class, traceback=utils.get_exception_traceback(outcome.error), now=now)


def announce(job: Job, outcome: Outcome, *, is_ours: bool) -> None:
    """Tell the log and whoever listens to django_tasks' signal."""
    if not is_ours:
        logger.warning("Job %s lost its lease while it ran here; what came out is dropped", job)
        return
    if job.state == State.WAITING:
        tried, due = f"{job.attempts} of {job.max_attempts}", job.due_at.isoformat(timespec="seconds")
        reason = job.traceback.strip().rpartition("\n")[2]
        logger.warning("Job %s failed, attempt %s, next at %s: %s", job, tried, due, reason)
        return
    if job.state == State.DEAD:
        logger.error("Job %s is given up after %d attempts:\n%s", job, job.attempts, job.traceback)
    try:
        signals.task_finished.send(sender=LeaseBackend, task_result=results.of(job))
    except results.UnknownTask:
        return
