"""Publishers on loopback: good feeds, and every way in which one can be bad.

    with feeds.start() as press:
        press.put("/deadline.xml", feeds.rss(("Rosanna Arquette joins Ballard", "https://deadline.example/1", NOW)))
        feed = actions.add(press.at("/deadline.xml"), …)
        …
        assert press.asked[0].headers["if-none-match"] == '"1"'

`put` says what a path answers: a body with status and headers, or a function that writes to the socket for as long as
it likes. `start(is_tls=True)` has a certificate that nobody signed.
"""

import datetime
import gzip
import ipaddress
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

XML = "application/rss+xml"
Entry = tuple[str, str, datetime.datetime | None]


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Answer:
    body: bytes | Callable[[BaseHTTPRequestHandler], None] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Press:
    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    running: int = 0
    most_at_once: int = 0

    def at(self, path: str) -> str:
        return self.url + path

    def put(
        self,
        path: str,
        body: bytes | str | Callable[[BaseHTTPRequestHandler], None] = b"",
        *,
        status: int = 200,
        content_type: str = XML,
        **headers: str,
    ) -> str:
        sent = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body.encode() if isinstance(body, str) else body, status, sent)
        return self.at(path)


def rss(*entries: Entry, title: str = "Deadline", more: str = "") -> str:
    items = "".join(
        f"<item><title>{escape(headline)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"{f'<pubDate>{format_datetime(at)}</pubDate>' if at else ''}"
        f"<description>Their text, which we never keep.</description></item>"
        for headline, link, at in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>https://press.example/</link>{more}{items}</channel></rss>"
    )


def megabytes(count: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """A well-formed beginning, and then entries."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b'<?xml version="1.0"?><rss version="2.0"><channel>')
        entry = b"<item><title>News</title><link>https://press.example/1</link></item>\n" * 1000
        for _ in range(count * 2**20 // len(entry) + 1):
            handler.wfile.write(entry)

    return write


def endless(press: Press) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: _repeat(press, handler, b"<item><title>News</title></item>" * 100, 0.001)


def drip(press: Press) -> Callable[[BaseHTTPRequestHandler], None]:
    """A byte now and then."""
    return lambda handler: _repeat(press, handler, b" ", 0.05)


def _repeat(press: Press, handler: BaseHTTPRequestHandler, chunk: bytes, pause_s: float) -> None:
    while not press.over.wait(pause_s):
        handler.wfile.write(chunk)
        handler.wfile.flush()


def bomb(megabytes_unpacked: int = 200) -> bytes:
    """200 MB in 194 kB of gzip."""
    return gzip.compress(bytes(megabytes_unpacked * 2**20), mtime=0)


@contextmanager
def start(*, is_tls: bool = False) -> Iterator[Press]:
    press = Press()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            press.asked.append(Asked(self.path, headers, time.monotonic()))
            press.running += 1
            press.most_at_once = max(press.most_at_once, press.running)
            try:
                self._answer(press.answers.get(self.path) or Answer(b"nothing here", 404), headers)
            except (BrokenPipeError, ConnectionResetError):
                # We had enough of it.
                pass
            finally:
                press.running -= 1

        def _answer(self, answer: Answer, headers: Mapping[str, str]) -> None:
            etag = answer.headers.get("ETag")
            if etag and headers.get("if-none-match") == etag:
                answer = Answer(b"", 304, {"ETag": etag})
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if callable(answer.body):
                answer.body(self)
            else:
                self.wfile.write(answer.body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if is_tls:
            server.socket = _unsigned().wrap_socket(server.socket, server_side=True)
        press.url = f"http{'s' if is_tls else ''}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield press
        finally:
            press.over.set()
            server.shutdown()
            thread.join()


def _unsigned() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)
    return context
