"""Work that is no job: a loop that runs beside a worker's jobs, in a thread of its own, so that neither waits for the
other. `JOBS_COMPANIONS` names them, each by the queue whose workers have it."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

# With what a companion itself waits between two looks, well below the second that nobody minds.
IDLE_S = 0.25
# After TERM; below the worker's own grace.
STOP_S = 8.0
OUTAGE_S = 1.0
# After a bug: long enough not to fill the log.
FAILED_S = 5.0


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
        companion = self.factory()
        while not self.stopping.is_set():
            try:
                is_busy = companion.turn() or companion.idle()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database does not answer, trying again: %s", str(error).strip())
                connections.close_all()
                self.stopping.wait(OUTAGE_S)
            except Exception:
                logger.exception("A companion failed; it begins anew, what it held comes back after its lease")
                companion.stop(0)
                companion = self.factory()
                self.stopping.wait(FAILED_S)
            else:
                if not is_busy:
                    self.stopping.wait(IDLE_S)
        try:
            if not companion.stop(STOP_S):
                logger.warning("What was on its way did not end in time; it comes back after its lease")
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Could not hand back what was held: %s", str(error).strip())
        connections.close_all()
