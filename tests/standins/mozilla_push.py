"""Mozilla's push service on loopback, for a real Firefox: https://mozilla-services.github.io/autopush-rs/

    with mozilla_push.start() as service:
        preferences = {"dom.push.serverURL": service.socket_url}
        …
        assert service.acks[-1].code == mozilla_push.DELIVERED

The browser keeps a WebSocket open (subprotocol `push-notification`) and gets an endpoint for each site that subscribes;
what is posted there reaches it as it is, sealed. It answers whether it could open it.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# What an `ack` says of a message.
DELIVERED, NOT_DECRYPTED = 100, 101
# RFC 6455.
HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
MAX_HEAD = 16_384

Json = dict[str, Any]  # Any: what a message of the protocol holds


@dataclass(frozen=True)
class Ack:
    channel: str
    version: str
    code: int


@dataclass
class Service:
    url: str = ""
    channels: list[str] = field(default_factory=list)
    """Every channel that a browser asked for and that is not given up."""
    posts: list[dict[str, str]] = field(default_factory=list)
    """The headers of what came for a channel."""
    acks: list[Ack] = field(default_factory=list)
    hellos: int = 0
    waiting: list[Json] = field(default_factory=list)
    browser: asyncio.StreamWriter | None = None
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def socket_url(self) -> str:
        return self.url.replace("http://", "ws://") + "/"

    def wait_for(self, condition: Callable[["Service"], bool], *, timeout_s: float = 120) -> None:
        """Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while not condition(self):
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {timeout_s} s: {self}")
            time.sleep(0.05)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path, headers = read_head(head)
                if headers.get("upgrade", "").lower() == "websocket":
                    await self.talk(reader, writer, headers)
                    return
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                await respond(writer, await self.post(path, headers, body) if method == "POST" else 405)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass  # The other side is gone.
        finally:
            if self.browser is writer:
                self.browser = None
            self.connections.discard(writer)
            writer.close()

    async def post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """A message for a channel: kept until its browser says that it has it."""
        channel = path.rpartition("/")[2]
        if channel not in self.channels:
            return 410
        if "ttl" not in headers or headers.get("content-encoding") != "aes128gcm":
            return 400
        self.posts.append(headers)
        message = {
            "messageType": "notification", "channelID": channel, "version": secrets.token_hex(8), "ttl": headers["ttl"],
            "data": base64.urlsafe_b64encode(body).rstrip(b"=").decode(), "headers": {"encoding": "aes128gcm"},
        }  # fmt: skip
        self.waiting.append(message)
        if self.browser:
            await send(self.browser, TEXT, json.dumps(message).encode())
        return 201

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: dict[str, str]) -> None:
        digest = hashlib.sha1((headers["sec-websocket-key"] + HANDSHAKE_GUID).encode()).digest()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Protocol: push-notification\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )
        while True:
            code, data = await receive(reader)
            if code == CLOSE:
                return
            if code == PING:
                await send(writer, PONG, data)
            elif code == TEXT:
                for answer in self.answers(json.loads(data), writer):
                    await send(writer, TEXT, json.dumps(answer).encode())

    def answers(self, said: Json, writer: asyncio.StreamWriter) -> list[Json]:
        kind = said.get("messageType")
        if kind == "hello":
            self.browser, self.hellos = writer, self.hellos + 1
            uaid = said.get("uaid") or secrets.token_hex(16)
            hello: Json = {"messageType": "hello", "status": 200, "uaid": uaid, "use_webpush": True, "broadcasts": {}}
            return [hello, *self.waiting]
        if kind == "register":
            channel = said["channelID"]
            self.channels.append(channel)
            endpoint = f"{self.url}/wpush/v2/{channel}"
            return [{"messageType": "register", "channelID": channel, "status": 200, "pushEndpoint": endpoint}]
        if kind == "unregister":
            self.channels = [one for one in self.channels if one != said["channelID"]]
            return [{"messageType": "unregister", "channelID": said["channelID"], "status": 200}]
        if kind == "ack":
            for update in said["updates"]:
                self.acks.append(Ack(update["channelID"], update["version"], update["code"]))
                self.waiting = [one for one in self.waiting if one["version"] != update["version"]]
            return []
        # `{}` asks whether we are still there.
        return [] if kind else [{}]


def read_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _version = first.split(" ")
    return method, path, headers


async def respond(writer: asyncio.StreamWriter, status: int) -> None:
    writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: 0\r\n\r\n".encode())
    await writer.drain()


async def receive(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """A whole message: its kind and what it says (RFC 6455 section 5.2)."""
    kind, message = 0, b""
    while True:
        first, second = await reader.readexactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8))
        mask = await reader.readexactly(4)
        data = await reader.readexactly(size)
        message += bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        kind = kind or first & 0x0F
        if first & 0x80:
            return kind, message


async def send(writer: asyncio.StreamWriter, kind: int, data: bytes) -> None:
    size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2)
    writer.write(bytes([0x80 | kind]) + size + data)
    await writer.drain()


@contextmanager
def start() -> Iterator[Service]:
    """A service in a thread of this process; `url` ends without a slash."""
    service, loop = Service(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    # From the loop's own thread: the caller's may run another loop (Playwright's does).
    started = asyncio.start_server(service.serve, "127.0.0.1", 0, limit=MAX_HEAD)
    server = asyncio.run_coroutine_threadsafe(started, loop).result()
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield service
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server, service), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server, service: Service) -> None:
    server.close()
    for writer in list(service.connections):
        writer.transport.abort()
    while service.connections:
        await asyncio.sleep(0.01)
