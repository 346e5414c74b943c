"""Webhooks: signed as the Standard Webhooks specification says, to public addresses only, whatever the answer."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from staffellauf.alerts.channels import InvalidDestination, Kind, posting
from staffellauf.alerts.channels.webhook import channel
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Form
from staffellauf.common import addresses
from tests.alerts import told
from tests.standins import hooks

ROW = Destination(pk=5, reader_id=3, channel="webhook")


@pytest.fixture
def there(settings) -> Iterator[hooks.There]:
    settings.ALERTS_ALLOW_LOCAL = True
    with hooks.start() as running:
        yield running


def verified(secret: str, asked: hooks.Asked) -> bool:
    """As the specification describes it to programs, written anew."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    is_fresh = abs(time.time() - int(asked.headers["webhook-timestamp"])) < 300
    return is_fresh and expected in asked.headers["webhook-signature"].split(" ")


def test_the_specifications_own_example_comes_out() -> None:
    # From the reference libraries' tests.
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    made = channel.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at=1614265330, body=body)

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_program_can_tell_that_it_is_from_us(there: hooks.There) -> None:
    outcome = channel.send(ROW, there.at("/hook?key=1"), told.message())

    assert outcome.kind is Kind.SENT
    [asked] = there.asked
    assert (asked.method, asked.path, asked.headers["content-type"]) == ("POST", "/hook?key=1", "application/json")
    assert verified(channel.secret(ROW), asked)
    assert not verified(channel.secret(Destination(pk=6)), asked)


def test_one_article_in_json(there: hooks.There) -> None:
    channel.send(ROW, there.at("/hook"), told.message())

    assert there.asked[0].headers["webhook-id"] == "msg_meldung-12-1"
    assert there.asked[0].json == {
        "type": "alert.article",
        "version": 1,
        "timestamp": "2026-11-20T17:30:00Z",
        "language": "de",
        "data": {
            "total": 1,
            "since": None,
            "items": [
                {
                    "id": "meldung-12",
                    "edition": 1,
                    "title": "Rosanna Arquette spielt in „Ballard“ mit",
                    "text": "Sie übernimmt eine wiederkehrende Rolle.",
                    "url": "http://testserver/news/meldung-12/",
                    "because": "weil du „Ballard“ folgst",
                    "topic": {"id": 7, "name": "Ballard"},
                    "kicker": "",
                    "article": 12,
                    "at": "2026-11-20T17:30:00Z",
                }
            ],
        },
    }


def test_each_kind_of_message_has_its_type() -> None:
    release = told.item(key="premiere-77", article_id=None, position=None)
    since = datetime(2026, 11, 19, tzinfo=UTC)
    kinds = {
        "alert.article.updated": told.message(told.item(edition=2)),
        "alert.release": told.message(release),
        "alert.group": told.message(told.item(2), told.item(1)),
        "alert.digest": told.message(told.item(2), form=Form.DIGEST, since=since),
        "alert.test": told.message(told.item(topic_id=0)),
    }

    assert [json.loads(channel.payload(message))["type"] for message in kinds.values()] == list(kinds)
    assert json.loads(channel.payload(kinds["alert.digest"]))["data"]["since"] == "2026-11-19T00:00:00Z"


def test_what_is_sent_again_has_the_same_id_and_body(there: hooks.There) -> None:
    message = told.message(told.item(2), told.item(1))

    for _ in range(2):
        channel.send(ROW, there.at("/hook"), message)

    first, second = there.asked
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert "." not in first.headers["webhook-id"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, Kind.SENT), (204, Kind.SENT), (301, Kind.FAILED), (307, Kind.FAILED), (404, Kind.FAILED),
     (410, Kind.GONE), (429, Kind.LATER), (500, Kind.LATER), (502, Kind.LATER)],
)  # fmt: skip
def test_what_an_answer_means(there: hooks.There, status: int, kind: Kind) -> None:
    headers = {"Location": there.at("/private")} if status < 400 else {}
    there.answers["/hook"] = hooks.Answer(status=status, body=b"" if status == 204 else b"{}", headers=headers)

    outcome = channel.send(ROW, there.at("/hook"), told.message())

    assert outcome.kind is kind
    assert "127.0.0.1" not in outcome.text
    assert [asked.path for asked in there.asked] == ["/hook"]


@pytest.mark.parametrize("body", [hooks.endless, hooks.huge])
def test_an_answer_without_end_is_not_read(there: hooks.There, body) -> None:
    there.answers["/hook"] = hooks.Answer(body=body)
    begun = time.monotonic()

    outcome = channel.send(ROW, there.at("/hook"), told.message())

    assert outcome.kind is Kind.SENT
    assert time.monotonic() - begun < 5


def test_a_program_that_hangs_is_asked_again(there: hooks.There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    there.answers["/hook"] = hooks.Answer(body=hooks.silent)

    outcome = channel.send(ROW, there.at("/hook"), told.message())

    assert outcome.kind is Kind.LATER


@pytest.mark.parametrize(
    "typed",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://[64:ff9b::7f00:1]/hook",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://017700000001/",
        "https://ada@example.org/",
        "https://example.org@127.0.0.1/",
        "http://9.9.9.9/hook",
        "ftp://9.9.9.9/hook",
        "https://9.9.9.9\\@127.0.0.1/",
        "https://9.9.9.9/\x00",
        "//9.9.9.9/hook",
        "hook",
    ],
)
def test_addresses_that_are_not_on_the_internet_are_refused(typed: str) -> None:
    with pytest.raises(InvalidDestination):
        channel.normalized(typed)


def test_a_name_that_turns_private_later_is_not_connected_to(
    there: hooks.There, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([["9.9.9.9"], ["127.0.0.1"]])
    monkeypatch.setattr(addresses, "resolve", lambda host, port, timeout_s: next(found))
    settings.ALERTS_ALLOW_LOCAL = False

    address = channel.normalized(f"https://rebound.example:{there.url.rpartition(':')[2]}/hook")
    outcome = channel.send(ROW, address, told.message())

    assert outcome.kind is Kind.FAILED
    assert there.asked == []


def test_without_the_test_setting_nothing_goes_to_this_machine(there: hooks.There, settings) -> None:
    settings.ALERTS_ALLOW_LOCAL = False

    outcome = channel.send(ROW, there.at("/hook"), told.message())

    assert outcome.kind is Kind.FAILED
    assert there.asked == []


def test_the_label_gives_no_secret_away() -> None:
    assert channel.label("https://example.org/hooks/s3cr3t?key=1") == "example.org/…"
    assert channel.label("https://example.org/") == "example.org"


def test_the_secret_is_long_and_its_owners_alone() -> None:
    secret = channel.secret(ROW)

    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret == channel.secret(Destination(pk=5))
    assert secret != channel.secret(Destination(pk=6))
