from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from staffellauf.alerts import actions, channels
from staffellauf.alerts.ledger import sending
from staffellauf.alerts.models import Subscription
from staffellauf.jobs import worker
from staffellauf.readers.models import Reader
from tests.alerts.pigeons import Pigeons
from tests.standins import push_service


@pytest.fixture
def service(tmp_path: Path, settings) -> Iterator[push_service.Service]:
    settings.PUSH_ALLOW_LOCAL = True
    with push_service.start(tmp_path / "messages") as running:
        yield running


@pytest.fixture
def drain() -> Callable[[], int]:
    """Does what a worker does, in this process, until nothing is due."""
    return worker.Worker(beats=False).drain


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Pigeons:
    """A new channel: a module in a folder and a word in NAMES, nothing else."""
    made = Pigeons()
    monkeypatch.setattr(channels, "NAMES", (*channels.NAMES, "pigeon"))
    monkeypatch.setitem(__import__("sys").modules, "staffellauf.alerts.channels.pigeon", ModuleType("pigeon"))
    monkeypatch.setitem(__import__("sys").modules, "staffellauf.alerts.channels.pigeon.channel", made)
    return made


@pytest.fixture
def send_at() -> Callable[[datetime], None]:
    """Does what a worker's sending loop does at a moment, until nothing is due then."""

    def send(now: datetime) -> None:
        loop = sending.Loop(clock=lambda: now)
        while loop.turn():
            pass
        assert loop.stop(0)

    return send


def register(reader: Reader, device: push_service.Device) -> Subscription:
    return actions.subscribe(reader, device.endpoint, p256dh=device.p256dh, auth=device.auth)
