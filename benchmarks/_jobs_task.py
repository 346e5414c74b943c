"""The task that `benchmarks/jobs.py` enqueues: it does nothing, so that the queue is what is measured."""

from django_tasks import task


@task()
def count(number: int) -> int:
    return number
