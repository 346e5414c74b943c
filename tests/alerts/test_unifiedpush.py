"""UnifiedPush: what an app decrypts, and which endpoints are taken."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from staffellauf.alerts.channels import InvalidDestination, Kind
from staffellauf.alerts.channels.unifiedpush import channel
from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.models import Destination
from staffellauf.common import addresses
from tests.alerts import told
from tests.standins import hooks

ROW = Destination(pk=5, reader_id=3, channel="unifiedpush")
SECRET = bytes(range(16))


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


APP = ec.generate_private_key(ec.SECP256R1())
P256DH = base64url(APP.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
AUTH = base64url(SECRET)


@pytest.fixture
def there(settings) -> Iterator[hooks.There]:
    settings.ALERTS_ALLOW_LOCAL = True
    with hooks.start() as running:
        running.answers["/up1?up=1"] = hooks.push_server()
        yield running


def normalized(there: hooks.There, path: str = "/up1?up=1") -> str:
    return channel.normalized(f"{there.at(path)} {P256DH} {AUTH}")


def test_the_app_reads_what_browsers_read(there: hooks.There) -> None:
    address = normalized(there)

    outcome = channel.send(ROW, address, told.message())

    assert outcome.kind is Kind.SENT
    [asked] = there.posted
    assert (asked.path, asked.headers["content-encoding"]) == ("/up1?up=1", "aes128gcm")
    text = http_ece.decrypt(asked.body, private_key=APP, auth_secret=SECRET, version="aes128gcm")
    said = json.loads(text)
    assert said["web_push"] == 8030
    assert said["notification"]["title"] == "Rosanna Arquette spielt in „Ballard“ mit"
    assert said["notification"]["navigate"] == "http://testserver/news/meldung-12/"


def test_the_push_server_learns_who_we_are_and_nothing_else(there: hooks.There) -> None:
    channel.send(ROW, normalized(there), told.message(is_silent=True))

    headers = there.posted[0].headers
    token, _comma, key = headers["authorization"].removeprefix("vapid t=").partition(", k=")
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == there.url
    assert claims["exp"] > datetime.now(UTC).timestamp()
    assert key == base64url(vapid.signer().public)
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("172800", "normal", "meldung12")
    assert b"Ballard" not in there.posted[0].body


def test_an_endpoint_is_signed_for_with_the_key_it_was_made_with(there: hooks.There, settings, tmp_path) -> None:
    settings.DATA = tmp_path
    address = normalized(there)
    before = vapid.signer().public
    vapid.rotate()

    channel.send(ROW, address, told.message())

    assert there.posted[0].headers["authorization"].endswith(base64url(before))
    assert vapid.signer().public != before


def test_several_and_a_test_are_sent_too(there: hooks.There) -> None:
    address = normalized(there)

    for message in (told.message(told.item(2), told.item(1)), told.message(told.item(topic_id=0))):
        assert channel.send(ROW, address, message).kind is Kind.SENT

    texts = [
        json.loads(http_ece.decrypt(asked.body, private_key=APP, auth_secret=SECRET, version="aes128gcm"))
        for asked in there.posted
    ]
    assert texts[0]["notification"]["data"]["edition"] == 2
    assert texts[1]["notification"]["tag"] == "probe"


def test_a_subscription_as_json_is_taken(there: hooks.There) -> None:
    typed = json.dumps({"endpoint": there.at("/up1?up=1"), "keys": {"p256dh": P256DH + "=", "auth": AUTH + "=="}})

    stored = channel.normalized(typed)

    assert stored.split(" ") == [there.at("/up1?up=1"), P256DH, AUTH, vapid.signer().key_id]
    assert channel.label(stored) == there.url.removeprefix("http://") + "/…"


@pytest.mark.parametrize(
    "typed",
    [
        "https://push.example.org/up1",
        "https://push.example.org/up1 key",
        f"https://push.example.org/up1 {P256DH}",
        f"https://push.example.org/up1 {P256DH} AAAA",
        f"https://push.example.org/up1 {base64url(bytes(65))} {AUTH}",
        f"https://push.example.org/up1 {base64url(b'x' * 65)} {AUTH}",
        f"https://push.example.org/{'u' * 1000} {P256DH} {AUTH}",
        f"http://push.example.org/up1 {P256DH} {AUTH}",
        f"https://127.0.0.1/up1 {P256DH} {AUTH}",
        f"https://[::ffff:10.0.0.1]/up1 {P256DH} {AUTH}",
        f"https://169.254.169.254/up1 {P256DH} {AUTH}",
        "{",
        "{}",
        '{"endpoint": 1, "keys": {"p256dh": 2, "auth": 3}}',
        '{"endpoint": "https://push.example.org/up1", "keys": "x"}',
        "[" * 100_000,
        "{" * 100_000,
    ],
)
def test_what_cannot_be_encrypted_for_or_is_not_public_is_refused(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = {"127.0.0.1": "127.0.0.1", "::ffff:10.0.0.1": "::ffff:10.0.0.1", "169.254.169.254": "169.254.169.254"}
    monkeypatch.setattr(addresses, "resolve", lambda host, port, timeout_s: [real.get(host, "9.9.9.9")])

    with pytest.raises(InvalidDestination):
        channel.normalized(typed)


@pytest.mark.parametrize(
    "answer",
    [
        hooks.Answer(b"hello"),
        hooks.Answer(b"{}"),
        hooks.Answer(b'{"unifiedpush":{"version":2}}'),
        hooks.Answer(b'{"unifiedpush":[]}'),
        hooks.Answer(b"[" * 4000),
        hooks.Answer(b'{"unifiedpush":{"version":1}}', status=404),
        hooks.Answer(b'{"unifiedpush":{"version":1}}', status=302, headers={"Location": "/up1?up=1"}),
        hooks.Answer(hooks.endless),
        hooks.Answer(hooks.huge),
    ],
)
def test_what_does_not_say_that_it_is_a_push_server_is_refused(there: hooks.There, answer: hooks.Answer) -> None:
    there.answers["/other"] = answer

    with pytest.raises(InvalidDestination):
        normalized(there, "/other")

    assert [asked.path for asked in there.asked] == ["/other"]


def test_a_server_that_hangs_is_none(there: hooks.There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "DISCOVERY_S", 0.2)
    there.answers["/other"] = hooks.Answer(hooks.silent)

    with pytest.raises(InvalidDestination):
        normalized(there, "/other")


def test_a_browsers_push_service_need_not_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "resolve", lambda host, port, timeout_s: ["9.9.9.9"])
    endpoint = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA"

    assert channel.normalized(f"{endpoint} {P256DH} {AUTH}").startswith(f"{endpoint} ")


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, Kind.SENT), (201, Kind.SENT), (202, Kind.SENT), (302, Kind.FAILED), (400, Kind.FAILED), (401, Kind.FAILED),
     (404, Kind.GONE), (410, Kind.GONE), (413, Kind.FAILED), (429, Kind.LATER), (507, Kind.LATER)],
)  # fmt: skip
def test_what_an_answer_means(there: hooks.There, status: int, kind: Kind) -> None:
    address = normalized(there)
    there.answers["/up1?up=1"] = hooks.Answer(status=status)

    assert channel.send(ROW, address, told.message()).kind is kind
