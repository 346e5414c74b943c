"""A push service on loopback, and the browsers that subscribe at it.

    with push_service.start(tmp_path / "messages") as service:
        ada = service.device()
        alerts.subscribe(reader, ada.endpoint, p256dh=ada.p256dh, auth=ada.auth)
        …
        assert ada.notifications() == [{"title": …}]

The first part of an endpoint's path says what the service answers: `push` 201 · `gone` 410 · `missing` 404 · `bad`
400 · `refuse` 403 · `large` 413 · `busy` 429, once, asking for a second · `busy-date` the same with a date · `flood`
429 always · `broken` 503 always · `mended` 503 once · `away` 307 to somewhere else · `chatty` 201 with a body
without end · `silent` nothing at all.

Messages are decrypted by http_ece, which shares no line with ours. `python -m tests.standins.push_service FILE` serves
alone and prints its address.
"""

import asyncio
import base64
import email.utils
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

STATUS = {"push": 201, "gone": 410, "missing": 404, "bad": 400, "refuse": 403, "large": 413, "busy": 429,
          "busy-date": 429, "flood": 429, "broken": 503, "mended": 503, "away": 307, "chatty": 201}  # fmt: skip
ONLY_ONCE = {"busy", "busy-date", "mended"}
ENDLESS = b"x" * 1_000_000


@dataclass(frozen=True)
class Message:
    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def read(cls, line: str) -> "Message":
        path, status, headers, body = json.loads(line)
        return cls(path, status, headers, base64.b64decode(body))


@dataclass
class Service:
    url: str
    log: Path
    seen: Counter[str] = field(default_factory=Counter)
    """How often each path was asked; counts while the file is written, without reading it."""
    devices: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def device(self, answer: str = "push") -> "Device":
        self.devices += 1
        return Device(self, f"/{answer}/{self.devices}", self.key, os.urandom(16))

    def messages(self) -> list[Message]:
        """Everything that ever came, from the file, so that it outlives whoever was killed."""
        return [Message.read(line) for line in self.log.read_text().splitlines()]

    def accepted(self) -> Counter[str]:
        """How often each path got a 201."""
        return Counter(message.path for message in self.messages() if message.status == 201)


@dataclass(frozen=True)
class Device:
    """A browser with its keys."""

    service: Service
    path: str
    key: ec.EllipticCurvePrivateKey
    secret: bytes

    @property
    def endpoint(self) -> str:
        return self.service.url + self.path

    @property
    def p256dh(self) -> str:
        return _base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return _base64url(self.secret)

    def messages(self) -> list[Message]:
        return [message for message in self.service.messages() if message.path == self.path]

    def notifications(self) -> list[dict[str, Any]]:  # Any: the fields of a notification
        return [self.decrypt(message)["notification"] for message in self.messages() if message.status == 201]

    def decrypt(self, message: Message) -> dict[str, Any]:
        text = http_ece.decrypt(message.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(text)


@contextmanager
def start(log: Path, *, port: int = 0) -> Iterator[Service]:
    """A service in a thread of this process; `url` ends without a slash."""
    log.touch()
    with open(log, "ab", buffering=0) as file:
        loop, seen = asyncio.new_event_loop(), Counter[str]()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        # From the loop's own thread: the caller's may run another loop (Playwright's does).
        started = loop.create_server(lambda: _Connection(file, seen), "127.0.0.1", port)
        server = asyncio.run_coroutine_threadsafe(started, loop).result()
        try:
            yield Service(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", log, seen)
        finally:
            loop.call_soon_threadsafe(_stop, loop, server)
            thread.join()
            loop.close()


def _stop(loop: asyncio.AbstractEventLoop, server: asyncio.Server) -> None:
    server.close()
    for connection in list(_Connection.open):
        connection.transport.abort()
    loop.call_later(0.05, loop.stop)


class _Connection(asyncio.Protocol):
    open: "set[_Connection]" = set()

    def __init__(self, file: Any, seen: Counter[str]) -> None:  # Any: the raw file that open() gives
        self.file = file
        self.seen = seen
        self.received = b""

    def connection_made(self, transport: Any) -> None:  # Any: whatever transport the loop has
        self.transport = transport
        self.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.discard(self)

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            lines = self.received[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            size = end + 4 + int(headers.get("content-length", 0))
            if len(self.received) < size:
                return
            body, self.received = self.received[end + 4 : size], self.received[size:]
            self._answer(lines[0].split(" ")[1], headers, body)

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> None:
        kind = path.split("/")[1]
        if kind not in STATUS:
            return
        status = STATUS[kind]
        if kind in ONLY_ONCE and self.seen[path]:
            status = 201
        self.seen[path] += 1
        # Written before the answer leaves: who was told 201 is on record.
        line = json.dumps([path, status, headers, base64.b64encode(body).decode()])
        self.file.write(line.encode() + b"\n")
        extra = {"away": "Location: http://127.0.0.1:1/elsewhere\r\n"}.get(kind, "")
        if status == 429:
            date = email.utils.formatdate(time.time() + 2, usegmt=True)
            extra = f"Retry-After: {date if kind == 'busy-date' else 1}\r\n"
        text = ENDLESS if kind == "chatty" else b""
        self.transport.write(f"HTTP/1.1 {status} -\r\n{extra}Content-Length: {len(text)}\r\n\r\n".encode() + text)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


if __name__ == "__main__":
    with start(Path(sys.argv[1]), port=int(sys.argv[2]) if len(sys.argv) > 2 else 0) as running:
        print(running.url, flush=True)
        threading.Event().wait()
