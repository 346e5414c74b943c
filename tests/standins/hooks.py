"""Whatever a reader may type in as an address: a program with a webhook, an ntfy server, a UnifiedPush server.

    with hooks.start() as there:
        there.answers["/hook"] = hooks.Answer(status=503, headers={"Retry-After": "30"})
        …
        assert there.asked[0].json["type"] == "alert.article"

A path without an answer answers 200. `endless`, `huge` and `silent` are answers of those who mean no good.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    body: bytes | Callable[["There", BaseHTTPRequestHandler], None] = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class There:
    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        return self.url + path

    @property
    def posted(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "POST"]


def endless(there: There, handler: BaseHTTPRequestHandler) -> None:
    while not there.over.wait(0.001):
        handler.wfile.write(b"more " * 200)


def huge(there: There, handler: BaseHTTPRequestHandler) -> None:
    for _ in range(200):
        handler.wfile.write(b"x" * 2**20)


def silent(there: There, handler: BaseHTTPRequestHandler) -> None:
    there.over.wait(30)


def push_server() -> Answer:
    """https://unifiedpush.org/spec/server/#discovery"""
    return Answer(b'{"unifiedpush":{"version":1}}')


@contextmanager
def start() -> Iterator[There]:
    there = There()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            there.asked.append(Asked(self.command, self.path, headers, body))
            answer = there.answers.get(self.path) or Answer()
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if callable(answer.body):
                    answer.body(there, self)
                else:
                    self.wfile.write(answer.body)
            except (BrokenPipeError, ConnectionResetError):
                # They had enough of it.
                pass

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        there.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield there
        finally:
            there.over.set()
            server.shutdown()
            thread.join()
