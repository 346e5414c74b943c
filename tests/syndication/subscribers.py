"""A WebSub subscriber on loopback: confirms what it is asked as it is told to, and keeps what it is sent.

with subscribers.serve() as subscriber:
    …  # hub.callback = subscriber.url
    assert subscriber.received[0].headers["link"]
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass
class Subscriber:
    url: str = ""
    # How it answers: with the challenge or something else, and with which status to what is sent.
    repeats_challenge: bool = True
    question_status: int = 200
    status: int = 204
    location: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)


@contextmanager
def serve() -> Iterator[Subscriber]:
    subscriber = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            subscriber.asked.append(asked)
            said = asked.get("hub.challenge", "") if subscriber.repeats_challenge else "something else"
            self.answer(subscriber.question_status, said.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            subscriber.received.append(Received({k.lower(): v for k, v in self.headers.items()}, body))
            self.answer(subscriber.status, b"")

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if subscriber.location:
                self.send_header("Location", subscriber.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        subscriber.url = f"http://127.0.0.1:{server.server_address[1]}/callback?mine=1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield subscriber
        finally:
            server.shutdown()
            thread.join()
