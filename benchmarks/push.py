"""Push messages per CPU second of the sender, ours beside pywebpush, in one run.

First encrypting and signing alone, then whole messages to a stand-in for a push service in another process. Wall time
would measure the stand-in; what the sender burns is what a core more or less is about. Rounds alternate, medians count.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

FOLDER = tempfile.TemporaryDirectory(prefix="staffellauf-bench-")
os.environ |= {
    "STAFFELLAUF_DATA": FOLDER.name,
    "PUSH_ALLOW_LOCAL": "1",
    "DJANGO_SETTINGS_MODULE": "staffellauf.settings",
}

import django  # noqa: E402

django.setup()

import pywebpush  # noqa: E402
import requests  # noqa: E402
from django.utils import timezone  # noqa: E402
from py_vapid import Vapid02  # noqa: E402

from staffellauf.alerts.channels.webpush import channel, encryption, sender, vapid  # noqa: E402
from staffellauf.alerts.models import Subscription  # noqa: E402
from tests.standins.push_service import Device, Message, Service  # noqa: E402

ROUNDS = 5
MESSAGES = 1_000
# The length for which docs/decisions/push-ledger.md and its sources quote their figures.
TEXT_BYTES = 252
CHECKED_EVERY = 10


def main() -> None:
    log = Path(FOLDER.name) / "messages"
    command = [sys.executable, "-m", "tests.standins.push_service", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            service = Service(process.stdout.readline().strip(), log)
            # A batch of ours must not end early because the stand-in shares two cores with us.
            sender.STARTING_S = 3600.0
            measure(service)
        finally:
            process.kill()


def measure(service: Service) -> None:
    devices = [service.device() for _ in range(MESSAGES)]
    push = channel.Push(text=text(), topic="meldung1", ttl=timedelta(days=1))
    rows = [row(device) for device in devices]
    told = [{"endpoint": d.endpoint, "keys": {"p256dh": d.p256dh, "auth": d.auth}} for d in devices]
    key, session = Vapid02(vapid.signer().private), requests.Session()
    compare("encrypt and sign", lambda: seal(push, rows), lambda: seal_with_pywebpush(push.text, told, key))
    compare("send, whole", lambda: deliver(push, rows), lambda: send_with_pywebpush(push.text, told, key, session))
    print(f"{check(service, devices, push.text)} messages decrypted by http_ece, all right")


def compare(what: str, ours: Callable[[], None], theirs: Callable[[], None]) -> None:
    rates: dict[str, list[float]] = {"ours": [], "pywebpush": []}
    for _ in range(ROUNDS):
        for name, run in (("ours", ours), ("pywebpush", theirs)):
            began = time.process_time()
            run()
            rates[name].append(MESSAGES / (time.process_time() - began))
    mine, other = (statistics.median(rates[name]) for name in ("ours", "pywebpush"))
    print(f"{what:<18} ours {mine:8,.0f}   pywebpush {other:8,.0f} messages per CPU second   {mine / other:5.1f} times")


def text() -> bytes:
    empty = len(
        channel.notification("Rosanna Arquette spielt Jenny", "", navigate="https://example.org/news/x/", tag="x")
    )
    deck = "x" * (TEXT_BYTES - empty)
    return channel.notification("Rosanna Arquette spielt Jenny", deck, navigate="https://example.org/news/x/", tag="x")


def row(device: Device) -> Subscription:
    keys = {"p256dh": vapid.unbase64url(device.p256dh), "auth": device.secret}
    return Subscription(endpoint=device.endpoint, origin=device.service.url, **keys)


def seal(push: channel.Push, rows: list[Subscription]) -> None:
    now = timezone.now()
    for subscription in rows:
        encryption.encrypt(push.text, bytes(subscription.p256dh), bytes(subscription.auth))
        vapid.signer().authorization(subscription.origin, now=now)


def seal_with_pywebpush(text: bytes, told: list[dict[str, Any]], key: Vapid02) -> None:
    for subscription in told:
        pywebpush.WebPusher(subscription).encode(text)
        key.sign({"aud": "https://example.org", "sub": "mailto:push@example.org"})


def deliver(push: channel.Push, rows: list[Subscription]) -> None:
    for outcome in channel.deliver(push, rows, now=timezone.now()):
        assert outcome.kind is channel.Kind.ACCEPTED, outcome


def send_with_pywebpush(text: bytes, told: list[dict[str, Any]], key: Vapid02, session: requests.Session) -> None:
    for subscription in told:
        claims = {"sub": "mailto:push@example.org"}
        answer = pywebpush.webpush(
            subscription, text, vapid_private_key=key, vapid_claims=claims, ttl=86_400, requests_session=session
        )
        assert answer.status_code == 201


def check(service: Service, devices: list[Device], text: bytes) -> int:
    """Every tenth message that the stand-in got; how many. Raises when one is not what was sent."""
    by_path = {device.path: device for device in devices}
    messages: list[Message] = service.messages()[::CHECKED_EVERY]
    for message in messages:
        assert by_path[message.path].decrypt(message) == json.loads(text)
    return len(messages)


if __name__ == "__main__":
    main()
