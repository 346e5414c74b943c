"""Renews leases while a job runs, from a thread with a connection of its own."""

import logging
import threading
import time
from collections.abc import Sequence

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from staffellauf.jobs import actions, leases

logger = logging.getLogger(__name__)

# A job that takes longer than this lets the rest of its claim go to other workers.
PATIENCE_S = 1.0


class Heartbeat:
    def __init__(self, worker: str, queues: Sequence[str]) -> None:
        self.worker = worker
        self.queues = queues
        self.token: str | None = None
        self.job_began_s = 0.0
        self.renewed_s = float("-inf")
        self.given_back: str | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        self.thread.join(timeout=5)

    def hold(self, token: str | None) -> None:
        self.job_began_s = time.monotonic()
        self.token = token

    def began_job(self) -> None:
        self.job_began_s = time.monotonic()

    def _run(self) -> None:
        every_s = leases.lease_s() / leases.RENEWALS_PER_LEASE
        while True:
            try:
                self._beat(every_s)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("Could not renew a lease, trying again: %s", str(error).strip())
                connections.close_all()
            if self.ended.wait(min(every_s / 2, PATIENCE_S)):
                break
        connections.close_all()

    def _beat(self, every_s: float) -> None:
        token, now_s = self.token, time.monotonic()
        if token and token != self.given_back and now_s - self.job_began_s > PATIENCE_S:
            actions.give_back(token)
            self.given_back = token
        if now_s - self.renewed_s < every_s:
            return
        if token:
            actions.renew(token, now=timezone.now())
        actions.sign_on(self.worker, self.queues, now=timezone.now())
        # Last, so that a beat that failed is tried again at the next look.
        self.renewed_s = now_s
