"""Push messages per CPU second of the sender: ours beside pywebpush and node's web-push, in one run.

All send the same text to the same stand-in in another process, over TLS: HTTP/2 where the sender speaks it (ours), kept
HTTP/1.1 connections where it does not (the others). What counts is the sender's own processor time, user and system,
from a device's address and keys to the answer that was read: encrypting, signing or the cached signature, sending,
reading. Not in it: the database, on either side. Rounds alternate, medians count. Every tenth message is decrypted by
http_ece, which shares no line with ours.
"""

import asyncio
import json
import os
import re
import shutil
import ssl
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

FOLDER = tempfile.TemporaryDirectory(prefix="staffellauf-bench-")
os.environ |= {
    "STAFFELLAUF_DATA": FOLDER.name,
    "PUSH_ALLOW_LOCAL": "1",
    "DJANGO_SETTINGS_MODULE": "staffellauf.settings",
    # Read when the first connection is made: the stand-in's own certificate, written there before.
    "SSL_CERT_FILE": f"{FOLDER.name}/cert.pem",
    "REQUESTS_CA_BUNDLE": f"{FOLDER.name}/cert.pem",
}

import django  # noqa: E402

django.setup()

import aiohttp  # noqa: E402
import pywebpush  # noqa: E402
import requests  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from django.utils import timezone  # noqa: E402
from py_vapid import Vapid02  # noqa: E402

from staffellauf.alerts.channels.webpush import answers, encryption, endpoints, prepared, vapid  # noqa: E402
from staffellauf.alerts.channels.webpush.sender import Request, Sender  # noqa: E402
from staffellauf.alerts.channels.webpush.texts import Push  # noqa: E402
from staffellauf.alerts.ledger import pushes  # noqa: E402
from tests.standins import push_http2  # noqa: E402
from tests.standins.push_service import Device  # noqa: E402

ROUNDS = 5
# Of a quick sender more, so that a round is not over before the clock has moved.
MESSAGES, MESSAGES_OF_OURS = 600, 4_000
IN_FLIGHT = 100
WARM_UP = 200
# The length for which the notes on other libraries quote their figures.
TEXT_BYTES = 252
CHECKED_EVERY = 10
CONTACT = "mailto:push@example.org"
NODE_FOLDER = Path(__file__).resolve().parent.parent / "build" / "node-web-push"

PYWEBPUSH, PYWEBPUSH_ASYNC = "pywebpush with a session", "pywebpush async, 100 in flight"
NODE = "node web-push, 100 in flight"
LIVE, PREPARED, ECDH = "ours, live", "ours, prepared", "openssl speed ecdhp256"
GOALS = [
    ("live", LIVE, 10.0, PYWEBPUSH), ("live", LIVE, 6.0, NODE), ("prepared", PREPARED, 40.0, PYWEBPUSH),
    ("prepared", PREPARED, 25.0, NODE), ("live", LIVE, 0.5, ECDH),
]  # fmt: skip

# Comes back with how many were sent in how many seconds of the processor.
Run = Callable[[], tuple[int, float]]


def main() -> None:
    with push_http2.start(Path(FOLDER.name), keep_every=CHECKED_EVERY) as service:
        text = notification()
        devices: dict[str, Device] = {}
        with senders(service, text, devices) as runs:
            rates = measure(runs)
        report(rates)
        print(f"{check(service, devices, text)} messages, every tenth, decrypted by http_ece: all right")


def measure(runs: dict[str, Run]) -> dict[str, float]:
    """The median of each, per CPU second."""
    for name in (PYWEBPUSH, LIVE, PREPARED):
        runs[name]()
    rates: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            count, seconds = run()
            rates[name].append(count / seconds)
    return {name: statistics.median(found) for name, found in rates.items()}


def report(rates: dict[str, float]) -> None:
    print(f"{'':<32}{'per CPU second':>16}{'µs each':>10}{'× pywebpush':>13}{'× node':>9}")
    for name, rate in rates.items():
        beside = [f"{rate / rates[other]:.1f}" if other in rates else "-" for other in (PYWEBPUSH, NODE)]
        print(f"{name:<32}{rate:>16,.0f}{1e6 / rate:>10.1f}{beside[0]:>13}{beside[1]:>9}")
    for what, name, goal, other in GOALS:
        if other not in rates:
            print(f"goal: {what} at least {goal:g} times {other}: not measured")
            continue
        ratio = rates[name] / rates[other]
        print(f"goal: {what} at least {goal:g} times {other}: {ratio:.2f}, {'met' if ratio >= goal else 'NOT MET'}")


@contextmanager
def senders(service: push_http2.Service, text: bytes, devices: dict[str, Device]) -> Iterator[dict[str, Run]]:
    """Each with devices of its own."""

    def some(count: int) -> list[Device]:
        made = [service.device() for _ in range(count)]
        devices.update({device.path: device for device in made})
        return made

    ours, few = some(MESSAGES_OF_OURS), some(MESSAGES)
    told = [{"endpoint": d.endpoint, "keys": {"p256dh": d.p256dh, "auth": d.auth}} for d in few]
    key = Vapid02(vapid.signer().private)
    runs: dict[str, Run] = {}
    with requests.Session() as session:
        runs[PYWEBPUSH] = lambda: with_pywebpush(text, told, key, session)
        runs[PYWEBPUSH_ASYNC] = lambda: asyncio.run(with_pywebpush_async(text, told, key))
        if problem := install_node():
            print(f"skipped: {NODE}: {problem}")
        else:
            warm = [{"endpoint": d.endpoint, "keys": {"p256dh": d.p256dh, "auth": d.auth}} for d in some(WARM_UP)]
            runs[NODE] = lambda: with_node(text, warm + told, service)
        sender = Sender()
        runs[LIVE] = lambda: live(sender, text, ours)
        runs[PREPARED] = lambda: sealed(sender, text, ours)
        if shutil.which("openssl"):
            runs[ECDH] = openssl_speed
        else:
            print(f"skipped: {ECDH}: there is no openssl")
        yield runs
        sender.close()


# --- ours


def live(sender: Sender, text: bytes, devices: list[Device]) -> tuple[int, float]:
    rows = [(d.endpoint, vapid.unbase64url(d.p256dh), d.secret) for d in devices]
    headers = common_headers(text, devices[0])

    def prepare(row: tuple[str, bytes, bytes]) -> Request:
        endpoint, p256dh, auth = row
        return Request(endpoint, headers, encryption.encrypt(text, p256dh, auth))

    return deliver(sender, rows, prepare)


def sealed(sender: Sender, text: bytes, devices: list[Device]) -> tuple[int, float]:
    """The keys were made in idle time: that is not counted here."""
    rows = [(d.endpoint, prepared.make(vapid.unbase64url(d.p256dh), d.secret)) for d in devices]
    headers = common_headers(text, devices[0])

    def prepare(row: tuple[str, bytes]) -> Request:
        endpoint, material = row
        return Request(endpoint, headers, prepared.seal(text, material))

    return deliver(sender, rows, prepare)


def common_headers(text: bytes, device: Device) -> list[str]:
    push = Push(text=text, topic="meldung1", ttl=timedelta(days=1))
    return pushes.headers(push, device.service.url, vapid.signer().key_id, now=timezone.now())


def deliver(sender: Sender, rows: list[Any], prepare: Callable[[Any], Request]) -> tuple[int, float]:
    now, left = timezone.now(), len(rows)
    began = time.process_time()
    endpoint = endpoints.parse(rows[0][0])
    sender.add(endpoint, rows, prepare)
    while left:
        for _, answer in sender.turn(1.0):
            outcome = answers.outcome(answer, origin=endpoint.origin, now=now)
            assert outcome.kind is answers.Kind.ACCEPTED, outcome
            left -= 1
    return len(rows), time.process_time() - began


# --- theirs


def with_pywebpush(
    text: bytes, told: list[dict[str, Any]], key: Vapid02, session: requests.Session
) -> tuple[int, float]:
    began = time.process_time()
    for subscription in told:
        claims: dict[str, str | int] = {"sub": CONTACT}
        answer = pywebpush.webpush(
            subscription, text, vapid_private_key=key, vapid_claims=claims, ttl=86_400, requests_session=session
        )
        assert answer.status_code == 201
    return len(told), time.process_time() - began


async def with_pywebpush_async(text: bytes, told: list[dict[str, Any]], key: Vapid02) -> tuple[int, float]:
    trusted = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT, ssl=trusted)
    async with aiohttp.ClientSession(connector=connector) as session:
        queue = iter(told)

        async def one() -> None:
            for subscription in queue:
                answer = await pywebpush.webpush_async(
                    subscription, text, vapid_private_key=key, vapid_claims={"sub": CONTACT}, ttl=86_400,
                    aiohttp_session=session,
                )  # fmt: skip
                assert answer.status == 201

        began = time.process_time()
        await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
        return len(told), time.process_time() - began


def install_node() -> str:
    """Why node's web-push cannot be measured; empty when it can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "there is no node, or no npm"
    if not (NODE_FOLDER / "node_modules" / "web-push").is_dir():
        NODE_FOLDER.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(NODE_FOLDER), "web-push@3"]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            return f"npm could not install it: {str(error.stderr or error)[:200]}"
    return ""


def with_node(text: bytes, told: list[dict[str, Any]], service: push_http2.Service) -> tuple[int, float]:
    signer = vapid.signer()
    private: ec.EllipticCurvePrivateKey = signer.private
    scalar = private.private_numbers().private_value.to_bytes(32, "big")
    keys = {"publicKey": vapid.base64url(signer.public), "privateKey": vapid.base64url(scalar)}
    task = {
        "folder": str(NODE_FOLDER), "devices": told, "text": text.decode(), "vapid": {"subject": CONTACT} | keys,
        "inFlight": IN_FLIGHT, "warmUp": WARM_UP,
    }  # fmt: skip
    path = Path(FOLDER.name) / "node.json"
    path.write_text(json.dumps(task))
    script = Path(__file__).with_name("_push_node.mjs")
    environment = os.environ | {"NODE_EXTRA_CA_CERTS": str(service.certificate)}
    done = subprocess.run(
        ["node", str(script), str(path)], env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=120
    )
    return len(told) - WARM_UP, int(done.stdout) / 1e6


def openssl_speed() -> tuple[int, float]:
    """Of one core: its own figure, operations in a CPU second."""
    command = ["openssl", "speed", "-seconds", "1", "-mr", "ecdhp256"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    found = re.search(r"^\+F5:\d+:256:([\d.]+)", said.stdout, re.MULTILINE)
    assert found, said.stdout
    return 1, 1 / float(found[1])


# --- what is sent, and what arrived


def notification() -> bytes:
    fields = {
        "title": "Rosanna Arquette spielt Jenny",
        "body": "",
        "navigate": "https://example.org/news/x/",
        "tag": "x",
    }
    empty = len(json.dumps({"web_push": 8030, "notification": fields}))
    fields["body"] = "x" * (TEXT_BYTES - empty)
    return json.dumps({"web_push": 8030, "notification": fields}).encode()


def check(service: push_http2.Service, devices: dict[str, Device], text: bytes) -> int:
    """Every tenth message that the stand-in got; how many. Raises when one is not what was sent."""
    messages = service.messages()
    for message in messages:
        assert devices[message.path].decrypt(message) == json.loads(text)
    assert messages
    return len(messages)


if __name__ == "__main__":
    main()
