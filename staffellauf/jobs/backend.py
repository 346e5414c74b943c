"""django_tasks over rows of our own: a claim is a lease (docs/decisions/0004-jobs-are-leased-rows.md).

Imports of models wait until they are used: a `@task` may be decorated before the app registry is ready.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django_tasks import signals
from django_tasks.backends import base as backends
from django_tasks.base import Task, TaskResult
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from typing_extensions import ParamSpec

from staffellauf.jobs import leases

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTask(Task[P, T]):
    """`@task(max_attempts=3)`: how often a failing or killed job is tried before it is given up."""

    max_attempts: int = leases.MAX_ATTEMPTS


class LeaseBackend(backends.BaseTaskBackend):
    task_class = LeaseTask
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    # Any: django_tasks hands over a settings dictionary.
    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        # The base class keeps a set; workers empty queues in the order of the settings.
        self.queue_order: list[str] = list(params.get("QUEUES", ["default"]))
        self.one_at_a_time: frozenset[str] = frozenset(self.options.get("ONE_AT_A_TIME", ()))

    # Any: django_tasks does not say of what its tasks are.
    def validate_task(self, task: Task[Any, Any]) -> None:
        super().validate_task(task)
        attempts = getattr(task, "max_attempts", leases.MAX_ATTEMPTS)
        if not 1 <= attempts <= 100:
            raise InvalidTaskError("max_attempts must be between 1 and 100.")

    # Any: the signature is the one of BaseTaskBackend.
    def enqueue(self, task: Task[P, T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult[T]:
        """Insert the job in the caller's transaction; rolled back means never enqueued."""
        from staffellauf.jobs import actions, results

        self.validate_task(task)
        result = results.of(actions.add(task, args=args, kwargs=kwargs), task=task)
        signals.task_enqueued.send(type(self), task_result=result)
        return result

    # Any: a stored result does not know its type.
    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Raises TaskResultDoesNotExist; results of finished jobs are kept for `actions.KEEP_DONE`."""
        from staffellauf.jobs import models, results

        if not result_id.isdecimal() or int(result_id) >= 2**63:
            raise TaskResultDoesNotExist(result_id)
        try:
            return results.of(models.Job.objects.get(pk=int(result_id)))
        except models.Job.DoesNotExist as error:
            raise TaskResultDoesNotExist(result_id) from error
