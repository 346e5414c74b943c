"""Work that is no job: a loop that runs beside a worker's jobs, in a thread of its own, so that neither waits for the
other. `JOBS_COMPANIONS` names them, each by the queue whose workers have it."""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from django.conf import settings
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    connections,
)
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

# With what a companion itself waits between two looks, well below the second that nobody minds.
IDLE_S = 0.25
# After TERM; below the worker's own grace.
STOP_S = 8.0
# Doubling from failure to failure. After a bug: long enough not to fill the log.
OUTAGE_FIRST_S, OUTAGE_MOST_S = 0.5, 10.0
FAILED_FIRST_S, FAILED_MOST_S = 5.0, 60.0
# The database answers, and what it was asked is wrong: most often it was not migrated.
OURS = (ProgrammingError, DataError, IntegrityError, NotSupportedError)
# SQLite calls everything an OperationalError.
OURS_IN_SQLITE = ("no such table", "no such column", "has no column named", "syntax error")


class Companion(Protocol):
    def turn(self) -> bool:
        """A moment's work; False when there is nothing to do."""

    def idle(self) -> bool:
        """A portion of what can wait; False when there is nothing."""

    def stop(self, timeout_s: float) -> bool:
        """Finishes or hands back what it has; False when the time was too short."""


Factory = Callable[[], Companion]
# Threads of this process; who drains queues inside of a job leaves the companions' work to them.
running: list["Beside"] = []


def factories(queues: Sequence[str]) -> list[Factory]:
    named: dict[str, str] = getattr(settings, "JOBS_COMPANIONS", {})
    return [import_string(path) for queue, path in named.items() if queue in queues]


def inline(queues: Sequence[str]) -> list[Companion]:
    """For a worker that does everything in one thread."""
    return [] if running else [factory() for factory in factories(queues)]


def is_outage(error: Exception) -> bool:
    """Whether the database does not answer, rather than that we ask for what it has not."""
    if isinstance(error, OURS) or any(words in str(error) for words in OURS_IN_SQLITE):
        return False
    return isinstance(error, DatabaseError | InterfaceError)


class Beside:
    def __init__(self, factory: Factory, stopping: threading.Event) -> None:
        self.factory = factory
        self.stopping = stopping
        self.thread = threading.Thread(target=self._run, name="companion", daemon=True)

    def start(self) -> None:
        running.append(self)
        self.thread.start()

    def join(self) -> None:
        self.thread.join(timeout=STOP_S + 1)
        running.remove(self)

    def _run(self) -> None:
        companion, wait_s = self.factory(), 0.0
        while not self.stopping.is_set():
            try:
                is_busy = companion.turn() or companion.idle()
            except Exception as error:
                if is_outage(error):
                    wait_s = min(OUTAGE_MOST_S, max(OUTAGE_FIRST_S, wait_s * 2))
                    logger.warning("The database does not answer, trying again: %s", str(error).strip())
                else:
                    wait_s = min(FAILED_MOST_S, max(FAILED_FIRST_S, wait_s * 2))
                    logger.exception("A companion failed; it begins anew, what it held comes back after its lease")
                    companion.stop(0)
                    companion = self.factory()
                connections.close_all()
                self.stopping.wait(random.uniform(wait_s / 2, wait_s))
            else:
                wait_s = 0.0
                if not is_busy:
                    self.stopping.wait(IDLE_S)
        try:
            if not companion.stop(STOP_S):
                logger.warning("What was on its way did not end in time; it comes back after its lease")
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Could not hand back what was held: %s", str(error).strip())
        connections.close_all()
