"""What runs beside the jobs: an outage is waited for ever longer, and a bug is no outage."""

import logging
import threading

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError

from staffellauf.jobs import companions


class Moments(threading.Event):
    """Ends after so many waits, and takes no time."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        if len(self.waited) == self.most:
            self.set()
        return self.is_set()


class Companion:
    made = 0

    def __init__(self, errors: list[Exception | None]) -> None:
        self.errors = errors
        type(self).made += 1

    def turn(self) -> bool:
        if error := self.errors.pop(0):
            raise error
        return False

    def idle(self) -> bool:
        return False

    def stop(self, timeout_s: float) -> bool:
        return True


def run(errors: list[Exception | None]) -> list[float]:
    """How long was waited after each of these turns."""
    stopping = Moments(len(errors))
    Companion.made = 0
    companions.Beside(lambda: Companion(errors), stopping)._run()
    return stopping.waited


def test_an_outage_is_waited_for_twice_as_long_each_time(monkeypatch):
    monkeypatch.setattr(companions.random, "uniform", lambda low, high: high)
    down = OperationalError("connection refused")

    assert run([down] * 8) == [0.5, 1, 2, 4, 8, 10, 10, 10]
    assert run([down, down, None, down]) == [0.5, 1, companions.IDLE_S, 0.5]


@pytest.mark.parametrize(
    "error",
    [
        ProgrammingError('relation "alerts_relay" does not exist'),
        OperationalError("no such column: alerts_batch.told"),
        OperationalError("no such table: alerts_relay"),
        IntegrityError("NOT NULL constraint failed"),
        ValueError("a bug"),
    ],
)
def test_what_is_wrong_with_us_is_logged_as_that_and_begins_anew(caplog, error):
    run([error, None])

    assert Companion.made == 2
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "does not answer" not in caplog.text


@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("connection already closed")])
def test_a_database_that_does_not_answer_is_an_outage(caplog, error):
    with caplog.at_level(logging.WARNING, logger=companions.__name__):
        run([error, None])

    assert Companion.made == 1
    assert "The database does not answer" in caplog.text
