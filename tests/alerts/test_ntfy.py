"""ntfy: which addresses are taken, what is published, and what a server's answers mean."""

from collections.abc import Iterator

import pytest

from staffellauf.alerts.channels import InvalidDestination, Kind
from staffellauf.alerts.channels.ntfy import channel
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import tokens
from staffellauf.alerts.words.messages import Form, Item
from staffellauf.common import addresses
from tests.alerts import told
from tests.standins import hooks


@pytest.fixture
def there(settings) -> Iterator[hooks.There]:
    settings.ALERTS_ALLOW_LOCAL = True
    with hooks.start() as running:
        yield running


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is found, at a public address."""
    found = {"127.0.0.1": ["127.0.0.1"]}
    monkeypatch.setattr(addresses, "resolve", lambda host, port, timeout_s: found.get(host, ["9.9.9.9"]))


ROW = Destination(pk=5, reader_id=3, channel="ntfy")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("staffellauf-k3v9", "https://ntfy.sh/staffellauf-k3v9"),
        ("ntfy.sh/staffellauf-k3v9", "https://ntfy.sh/staffellauf-k3v9"),
        ("https://NTFY.sh/staffellauf-k3v9/", "https://ntfy.sh/staffellauf-k3v9"),
        ("ntfy://staffellauf-k3v9", "https://ntfy.sh/staffellauf-k3v9"),
        ("ntfys://tk_abc@push.example.org/news", "https://push.example.org/news tk_abc"),
        ("https://push.example.org:8443/news tk_abc", "https://push.example.org:8443/news tk_abc"),
        ("https://ada:geheim@push.example.org/news", "https://push.example.org/news ada:geheim"),
        ("https://:tk_abc@push.example.org/news", "https://push.example.org/news tk_abc"),
        ("https://müller.example/news", "https://xn--mller-kva.example/news"),
    ],
)
def test_a_topic_is_taken_in_every_spelling(typed: str, stored: str) -> None:
    assert channel.normalized(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "http://ntfy.sh/news",
        "https://ntfy.sh/",
        "https://ntfy.sh/docs",
        "https://ntfy.sh/a/b",
        "https://ntfy.sh/news?up=1",
        "https://ntfy.sh/" + "n" * 65,
        "https://ntfy.sh/ümlaut",
        "https://ntfy.sh/news tk\nabc",
        "https://ntfy.sh/news " + "t" * 300,
        "file:///etc/passwd",
        "gopher://ntfy.sh/news",
        "https://[::1/news",
        "https://ntfy.sh:99999/news",
    ],
)
def test_what_is_no_topic_is_refused_in_words(typed: str) -> None:
    with pytest.raises(InvalidDestination) as refusal:
        channel.normalized(typed)

    assert len(str(refusal.value)) > 15


def test_the_label_gives_the_topic_not_away() -> None:
    shown = channel.label("https://ntfy.sh/staffellauf-k3v9 tk_abc")

    assert shown == "ntfy.sh/sta…"


def test_news_is_published_as_json(there: hooks.There) -> None:
    address = channel.normalized(there.at("/news tk_abc"))

    outcome = channel.send(ROW, address, told.message())

    assert outcome.kind is Kind.SENT
    [asked] = there.asked
    unfollow = tokens.address("unfollow", language="de", reader=3, topic=7)
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("POST", "/", "Bearer tk_abc")
    assert asked.json == {
        "topic": "news",
        "title": "Rosanna Arquette spielt in „Ballard“ mit",
        "message": "Sie übernimmt eine wiederkehrende Rolle.\nWeil du „Ballard“ folgst",
        "click": "http://testserver/news/meldung-12/",
        "priority": 3,
        "actions": [
            {"action": "view", "label": asked.json["actions"][0]["label"], "url": "http://testserver/news/meldung-12/",
             "clear": True},
            {"action": "view", "label": asked.json["actions"][1]["label"], "url": unfollow},
        ],
        "sequence_id": "meldung-12",
    }  # fmt: skip
    assert "Ballard" in asked.json["actions"][1]["label"]


def test_a_name_and_password_are_sent_as_such(there: hooks.There) -> None:
    channel.send(ROW, f"{there.url}/news ada:geheim", told.message())

    assert there.asked[0].headers["authorization"] == "Basic YWRhOmdlaGVpbQ=="


def test_by_night_it_makes_no_sound(there: hooks.There) -> None:
    channel.send(ROW, there.at("/news"), told.message(is_silent=True))

    assert there.asked[0].json["priority"] == 2


def test_a_later_edition_takes_the_place_of_the_first(there: hooks.There) -> None:
    for edition in (1, 2):
        channel.send(ROW, there.at("/news"), told.message(told.item(edition=edition)))

    assert [asked.json["sequence_id"] for asked in there.asked] == ["meldung-12", "meldung-12"]


def test_several_are_one_message_that_opens_the_feed(there: hooks.There) -> None:
    items = [told.item(number, f"Meldung {number}") for number in range(30, 0, -1)]

    channel.send(ROW, there.at("/news"), told.message(*items, form=Form.DIGEST, total=40))

    said = there.asked[0].json
    assert said["click"] == "http://testserver/mein/feed/"
    assert said["message"].splitlines()[0] == "• Meldung 30"
    assert "28" in said["message"].splitlines()[-1]
    assert len(said["actions"]) == 1
    assert said["sequence_id"].startswith("digest-")


def test_long_and_broken_words_fit(there: hooks.There) -> None:
    long: Item = told.item(title="ü" * 3000, body="\ud800 „ö“ " * 3000)

    outcome = channel.send(ROW, there.at("/news"), told.message(long))

    assert outcome.kind is Kind.SENT
    assert len(there.asked[0].json["message"].encode()) <= channel.MAX_MESSAGE_BYTES
    assert len(there.asked[0].json["title"]) <= 252


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (201, Kind.SENT),
        (302, Kind.FAILED),
        (400, Kind.FAILED),
        (401, Kind.FAILED),
        (403, Kind.FAILED),
        (404, Kind.FAILED),
        (413, Kind.FAILED),
        (429, Kind.LATER),
        (500, Kind.LATER),
        (503, Kind.LATER),
        (507, Kind.LATER),
    ],
)
def test_what_an_answer_means(there: hooks.There, status: int, kind: Kind) -> None:
    there.answers["/"] = hooks.Answer(status=status, headers={"Location": there.at("/elsewhere")})

    outcome = channel.send(ROW, there.at("/news"), told.message())

    assert outcome.kind is kind
    assert kind is Kind.SENT or str(status) in outcome.text
    assert len(there.asked) == 1


def test_the_server_says_how_long_to_wait(there: hooks.There) -> None:
    there.answers["/"] = hooks.Answer(status=429, headers={"Retry-After": "120"})

    outcome = channel.send(ROW, there.at("/news"), told.message())

    assert outcome.wait_s is not None
    assert 120 <= outcome.wait_s <= 150
