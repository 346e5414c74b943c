"""A push service that speaks HTTP/2 over TLS, and HTTP/1.1 to whoever has only that: one for all who are compared.

    with push_http2.start(tmp_path) as service:
        os.environ["SSL_CERT_FILE"] = str(service.certificate)
        ada = service.device()

The first part of an endpoint's path says what it answers: `push` 201 · `gone` 410 · `busy` 429, always · `broken` 503 ·
`slow` 201 after a second · `away` 307 to a private address · `chatty` 201 with a megabyte · `tells` 201 and which HTTP
it was asked in. Every message that got a 201 is kept in `service.log`, or one in `keep_every`, as
`push_service.Message` reads it. It runs in a process of its own.
"""

import base64
import datetime
import json
import os
import socket
import subprocess
import sys
import time
from asyncio import sleep
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.standins import push_service

HOST = "localhost"
STATUS = {"push": 201, "gone": 410, "busy": 429, "broken": 503, "slow": 201, "away": 307, "chatty": 201,
          "tells": 201}  # fmt: skip
SLOW_S = 1.0
MEGABYTE = b"x" * 1_000_000
LOG = "PUSH_STANDIN_LOG"
KEEP_EVERY = "PUSH_STANDIN_KEEP_EVERY"


@dataclass
class Service(push_service.Service):
    certificate: Path = Path()
    """What a client must trust."""


@contextmanager
def start(folder: Path, *, host: str = HOST, other_hosts: Sequence[str] = (), keep_every: int = 1) -> Iterator[Service]:
    """Listens on loopback under a certificate for these names, which a client must trust and find at 127.0.0.1."""
    make_certificate(folder, [host, *other_hosts])
    log, port = folder / "messages", free_port()
    log.touch()
    command = [
        sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(port), "--http", "auto", "--no-ws",
        "--ssl-certificate", f"{folder}/cert.pem", "--ssl-keyfile", f"{folder}/key.pem", "--log-level", "error",
        "--http2-max-concurrent-streams", "250", "--workers-kill-timeout", "1", "tests.standins.push_http2:application",
    ]  # fmt: skip
    environment = os.environ | {LOG: str(log), KEEP_EVERY: str(keep_every)}
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).resolve().parents[2]) as process:
        try:
            wait_for(port)
            yield Service(f"https://{host}:{port}", log, certificate=folder / "cert.pem")
        finally:
            process.terminate()


class Application:
    """What granian's worker runs."""

    def __init__(self) -> None:
        self.file: Any = None  # Any: a raw file, opened in the worker
        self.count = 0
        self.keep_every = int(os.environ.get(KEEP_EVERY, "1"))

    # Any: granian's own objects, written in Rust.
    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        body = await protocol()
        kind = scope.path.split("/")[1]
        status = STATUS.get(kind, 404)
        if kind == "slow":
            await sleep(SLOW_S)
        headers: list[tuple[str, str]] = []
        if status == 201:
            self.keep(scope, body)
            headers.append(("location", "https://push.example/message/1"))
        elif status == 429:
            headers.append(("retry-after", "7"))
        elif status == 307:
            headers.append(("location", "https://127.0.0.1:1/"))
        if kind == "chatty":
            protocol.response_bytes(status, headers, MEGABYTE)
        elif kind == "tells":
            protocol.response_str(status, headers, f"HTTP/{scope.http_version}")
        else:
            protocol.response_empty(status, headers)

    def keep(self, scope: Any, body: bytes) -> None:
        self.count += 1
        if self.count % self.keep_every:
            return
        if self.file is None:
            self.file = open(os.environ[LOG], "ab", buffering=0)  # noqa: SIM115 - as long as the worker
        line = json.dumps([scope.path, 201, dict(scope.headers.items()), base64.b64encode(body).decode()])
        self.file.write(line.encode() + b"\n")


application = Application()


def make_certificate(folder: Path, hosts: Sequence[str]) -> None:
    """cert.pem and key.pem in `folder`; the first is to be trusted as it is."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nobody listens on {port}")
