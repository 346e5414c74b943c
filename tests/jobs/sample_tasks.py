"""Tasks for the tests of the queue; they leave their traces in a file, outside any transaction."""

import os
import time
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskContext


@task()
def add(left: int, right: int) -> int:
    return left + right


@task(queue_name="push")
def deliver(number: int) -> int:
    return number


@task()
def echo(value: Any) -> Any:  # Any: whatever the test asks for
    return value


@task()
def leave_trace(path: str, mark: str, sleep_s: float = 0) -> None:
    write_line(path, f"begin {mark}")
    time.sleep(sleep_s)
    write_line(path, f"end {mark}")


@task(max_attempts=3)
def fail(text: str) -> None:
    raise RuntimeError(f"{text} \0 \ud800")


@task()
def leave_process() -> None:
    raise SystemExit(3)


@task()
def return_nan() -> float:
    return float("nan")


@task(takes_context=True)
def attempt(context: TaskContext) -> int:
    return context.attempt


@task()
async def later(value: int) -> int:
    return value * 2


@task()
def write_and_fail(name: str) -> None:
    with transaction.atomic():
        Group.objects.create(name=name)
        raise RuntimeError("half way")


def write_line(path: str, line: str) -> None:
    # One write of O_APPEND: lines of several processes do not mix.
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(file, f"{line}\n".encode())
    os.close(file)
