"""Workers that start within a tenth of a second, so that a hundred of them can be killed: each is forked from a process
that has imported everything and holds nothing, and is killed with SIGKILL.

    with workers.nursery(log, environment, "--queue", "push") as start:
        worker = start()
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Worker:
    def __init__(self, pid: int, reap: Callable[[int], int | None]) -> None:
        self.pid = pid
        self.reap = reap
        self.status: int | None = None
        """Its exit status, minus the signal that killed it."""

    def is_running(self) -> bool:
        if self.status is None:
            self.status = self.reap(self.pid)
        return self.status is None

    def kill(self) -> None:
        """`kill -9`."""
        if self.is_running():
            os.kill(self.pid, signal.SIGKILL)
            self.wait(timeout_s=10)

    def stop(self, *, timeout_s: float = 20) -> int:
        """As a supervisor does; its exit status."""
        os.kill(self.pid, signal.SIGTERM)
        return self.wait(timeout_s=timeout_s)

    def wait(self, *, timeout_s: float) -> int:
        deadline = time.monotonic() + timeout_s
        while self.is_running():
            assert time.monotonic() < deadline, f"worker {self.pid} does not end"
            time.sleep(0.02)
        assert self.status is not None
        return self.status


@contextmanager
def nursery(log: Path, environment: Mapping[str, str], *options: str) -> Iterator[Callable[[], Worker]]:
    """What starts a worker, with these options of the command; at the end all of them are killed."""
    started: list[Worker] = []
    command = [sys.executable, "-m", "tests.workers", *options]
    with (
        open(log, "ab") as file,
        subprocess.Popen(
            command, env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True
        ) as process,
    ):
        assert process.stdin and process.stdout
        to, answers = process.stdin, process.stdout

        def start() -> Worker:
            started.append(Worker(_asked(to, answers, 0) or 0, lambda pid: _asked(to, answers, pid)))
            return started[-1]

        try:
            yield start
        finally:
            for worker in started:
                worker.kill()
            process.kill()


def _asked(to: IO[str], answers: IO[str], pid: int) -> int | None:
    """0 asks for another worker, whose pid is the answer; a pid asks for its exit status, None while it runs."""
    print(pid, file=to, flush=True)
    answer: int | None = json.loads(answers.readline())
    return answer


def serve(options: Sequence[str]) -> None:
    import django

    django.setup()
    from django.db import connections
    from django.urls import get_resolver

    # What a worker imports at work.
    _ = get_resolver().url_patterns
    connections.close_all()
    for line in sys.stdin:
        pid = int(line)
        if not pid:
            pid = os.fork()
            if not pid:
                work(options)
            print(pid, flush=True)
        else:
            ended, status = os.waitpid(pid, os.WNOHANG)
            print(json.dumps(os.waitstatus_to_exitcode(status) if ended else None), flush=True)


def work(options: Sequence[str]) -> None:
    from django.core.management import call_command

    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)
        call_command("worker", *options)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve(sys.argv[1:])
