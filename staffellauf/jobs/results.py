"""A job as django_tasks sees it."""

from typing import Any

from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus

from staffellauf.jobs.models import Job, State

STATUS = {
    State.WAITING: TaskResultStatus.READY,
    State.CLAIMED: TaskResultStatus.READY,
    State.RUNNING: TaskResultStatus.RUNNING,
    State.DONE: TaskResultStatus.SUCCESSFUL,
    State.DEAD: TaskResultStatus.FAILED,
}


class UnknownTask(Exception):
    """The job names something that is no task in this version of the code."""


# Any: what a task takes and returns is known where it is written only.
def of(job: Job, *, task: Task[Any, Any] | None = None) -> TaskResult[Any]:
    result: TaskResult[Any] = TaskResult(
        task=task or task_of(job),
        id=str(job.pk),
        status=STATUS[State(job.state)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        last_attempted_at=job.started_at,
        finished_at=job.finished_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend="default",
        errors=[TaskError(exception_class_path=job.error_class, traceback=job.traceback)] if job.error_class else [],
        worker_ids=[job.worker] * job.attempts,
    )
    # A frozen dataclass with a field outside __init__; django_tasks' own backends set it so.
    object.__setattr__(result, "_return_value", job.result)
    return result


def task_of(job: Job) -> Task[Any, Any]:
    """Raises UnknownTask."""
    try:
        task = import_string(job.task)
    except ImportError as error:
        raise UnknownTask(f"{job.task}: {error}") from error
    if not isinstance(task, Task):
        raise UnknownTask(f"{job.task} is not a task")
    if (task.priority, task.queue_name) == (job.priority, job.queue):
        return task
    return task.using(priority=job.priority, queue_name=job.queue)
