"""An API on loopback that gives prepared answers and remembers what it was asked.

    with answers.serve({"/3/tv/1": {"id": 1}}) as api:
        settings.TMDB_URL = f"{api.url}/3"
        …
        assert api.asked[0].path == "/3/tv/1"

An answer is what JSON holds, or a function of the query; a path without one answers 404.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Api:
    answers: dict[str, Any]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Any:
        self.asked.append(asked)
        found = self.answers.get(asked.path)
        return found(asked.query) if callable(found) else found


@contextmanager
def serve(answers: dict[str, Any]) -> Iterator[Api]:
    api = Api(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = api.answer(Asked(parts.path, dict(parse_qsl(parts.query)), headers))
            body = json.dumps({"status_code": 34, "status_message": "not here"} if found is None else found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
