"""Over TLS: HTTP/2 where it is offered, and nobody who cannot prove the name."""

import datetime
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pycurl
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from staffellauf.alerts.channels.webpush import endpoints, lane, sender
from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.common import http

NAME = "updates.push.example"


def application(environ, start_response):
    """Says which HTTP it was asked in."""
    start_response("201 Created", [("Content-Type", "text/plain")])
    return [environ["SERVER_PROTOCOL"].encode()]


@pytest.fixture(scope="module")
def tls_port(tmp_path_factory) -> Iterator[tuple[int, Path]]:
    folder = tmp_path_factory.mktemp("tls")
    certificate(folder)
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--http", "auto", "--no-ws",
        "--ssl-certificate", f"{folder}/cert.pem", "--ssl-keyfile", f"{folder}/key.pem", "--log-level", "error",
        "tests.alerts.test_sender:application",
    ]  # fmt: skip
    with subprocess.Popen(command) as process:
        try:
            wait_for(port)
            yield port, folder / "cert.pem"
        finally:
            process.terminate()


@pytest.fixture
def trusted(tls_port, monkeypatch) -> int:
    monkeypatch.setattr(http, "certificates", lambda: str(tls_port[1]))
    monkeypatch.setattr(endpoints, "resolve", lambda endpoint, timeout_s: f"{endpoint.host}:{endpoint.port}:127.0.0.1")
    return tls_port[0]


def send(port: int, *, host: str = NAME, count: int = 1) -> list[sender.Answer]:
    origin = f"https://{host}:{port}"
    request = sender.Request(f"{origin}/push/1", ["Expect:"], b"x" * 300)
    due = {Endpoint(origin, host, port, is_local=True): list(range(count))}
    answers = sender.Sender().send(due, lambda _: request, until=time.monotonic() + 5)
    return [answer for _, _, answer in answers]


def test_http_2_is_spoken_where_it_is_offered(trusted):
    answers = send(trusted, count=100)

    assert {(answer.status, answer.text) for answer in answers} == {(201, "HTTP/2")}
    assert len(answers) == 100


def test_a_service_that_cannot_prove_its_name_gets_nothing(trusted):
    (answer,) = send(trusted, host="fcm.example")

    assert (answer.status, answer.is_trouble) == (0, True)
    assert "certificate" in answer.text.lower() or "subject" in answer.text.lower()


def test_a_certificate_that_nobody_signed_is_refused(tls_port, monkeypatch):
    monkeypatch.setattr(endpoints, "resolve", lambda endpoint, timeout_s: f"{endpoint.host}:{endpoint.port}:127.0.0.1")

    (answer,) = send(tls_port[0])

    assert answer.status == 0


def test_what_has_not_begun_in_time_is_not_sent(trusted):
    endpoint = Endpoint(f"https://{NAME}:{trusted}", NAME, trusted, is_local=True)

    answers = list(
        sender.Sender().send({endpoint: [0, 1, 2]}, lambda _: pytest.fail("asked"), until=time.monotonic() - 1)
    )

    assert [(item, answer.is_sent) for _, item, answer in answers] == [(0, False), (1, False), (2, False)]


def test_a_service_that_pushes_back_gets_fewer_at_once():
    pace = lane.Pace()

    for number, status in enumerate((429, 429, 429), 1):
        pace.note(sender.Answer(status), number=number, started=number)
    fewer = pace.limit
    for number in range(fewer):
        pace.note(sender.Answer(201), number=number + 4, started=number + 4)

    assert fewer == lane.FIRST_LIMIT // 8
    assert pace.limit == fewer + 1


def test_libcurl_can_do_what_we_ask_of_it():
    features = pycurl.version_info()[4]

    assert features & pycurl.VERSION_HTTP2
    assert features & pycurl.VERSION_SSL


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
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
