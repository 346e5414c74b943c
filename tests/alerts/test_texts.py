"""What a device gets, in bytes."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.words import messages
from tests.make import EVENING

HOUR = timedelta(hours=1)
NEWS = messages.Item(
    key="meldung-12",
    title="„Ballard“: Rosanna Arquette dreht ab Februar",
    body="Gedreht wird in Los Angeles.",
    address="https://example.org/news/arquette/",
    why="weil du „Ballard“ folgst",
    topic_id=5,
    topic_name="Ballard",
    at=EVENING,
    article_id=12,
)
HOSTILE = [
    "🪢" * 5_000,
    '"' * 5_000,
    "\\" * 5_000,
    "\0\x1b\x07" * 2_000,
    "a" * 9_999,
    "Wort " * 3_000,
    "\n" * 4_000,
    "\ud800" * 900,
]


def shown(push: texts.Push) -> dict[str, Any]:  # Any: the members of a notification
    assert len(push.text) <= texts.MAX_TEXT_BYTES
    assert re.fullmatch("[A-Za-z0-9]{1,32}", push.topic)
    sent = json.loads(push.text)
    assert sent["web_push"] == 8030
    return sent["notification"]


def test_an_article_is_shown_with_its_deck_and_why_it_comes():
    told = shown(texts.article(NEWS, ttl=HOUR))

    assert told["title"] == NEWS.title
    assert told["body"] == "Gedreht wird in Los Angeles.\nWeil du „Ballard“ folgst"
    assert (told["navigate"], told["tag"], told["lang"], told["silent"]) == (NEWS.address, "meldung-12", "de", False)
    assert "renotify" not in told
    assert told["data"] == {
        "id": "meldung-12", "edition": 1, "topic": 5, "because": "weil du „Ballard“ folgst",
        "at": "2026-01-24T19:15:00Z", "article": 12,
    }  # fmt: skip


def test_each_button_has_a_page_and_no_page_knows_its_reader(settings):
    settings.PUBLIC_URL = "https://example.org"

    actions = {one["action"]: one["navigate"] for one in shown(texts.article(NEWS, ttl=HOUR))["actions"]}

    assert actions == {
        "open": NEWS.address,
        "later": "https://example.org/mein/benachrichtigungen/spaeter/12/",
        "unfollow": "https://example.org/mein/benachrichtigungen/thema/5/",
    }


def test_a_release_cannot_be_put_off():
    release = replace(NEWS, key="premiere-77", article_id=None)

    assert [one["action"] for one in shown(texts.article(release, ttl=HOUR))["actions"]] == ["open", "unfollow"]


def test_an_english_reader_gets_english_pages():
    told = shown(texts.article(NEWS, ttl=HOUR, language="en"))

    assert told["lang"] == "en"
    assert told["actions"][1]["title"] == "Later"
    assert "/en/mein/benachrichtigungen/spaeter/12/" in told["actions"][1]["navigate"]


def test_the_same_news_makes_the_same_message():
    first = texts.article(NEWS, ttl=HOUR)

    assert first == texts.article(NEWS, ttl=HOUR)
    assert (first.topic, first.urgency, first.ttl) == ("meldung12", "high", HOUR)


def test_a_later_edition_takes_the_place_of_the_first_and_is_heard():
    later = texts.article(replace(NEWS, edition=2), ttl=HOUR)

    assert (shown(later)["tag"], shown(later)["renotify"], later.topic) == ("meldung-12", True, "meldung12")


def test_at_night_nothing_is_heard_and_no_phone_is_woken():
    night = texts.article(replace(NEWS, edition=2), ttl=HOUR, is_silent=True)

    assert shown(night)["silent"] is True
    assert "renotify" not in shown(night)
    assert night.urgency == "normal"


def test_what_was_wished_for_later_says_so():
    assert shown(texts.article(NEWS, ttl=HOUR, again="2026-01-24T20:15:00Z"))["data"]["again"] == "2026-01-24T20:15:00Z"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["title", "body", "why", "topic_name", "address", "key"])
def test_no_text_makes_a_message_too_long(field: str, text: str):
    item = replace(NEWS, **{field: text})  # type: ignore[arg-type]

    shown(texts.article(item, ttl=HOUR))
    shown(texts.group(messages.Message((item, replace(NEWS, key="meldung-2")), total=10**18), ttl=HOUR))


def test_all_texts_together_may_be_hostile():
    item = replace(NEWS, title="🪢" * 900, body="🪢" * 900, why="🪢" * 900, topic_name="🪢" * 900, key="🪢" * 900)

    shown(texts.article(item, ttl=HOUR))
    shown(texts.group(messages.Message((item,) * 40, total=40), ttl=HOUR))


def test_a_long_deck_ends_at_a_word_and_the_reason_stays():
    told = shown(texts.article(replace(NEWS, title="Ü" * 160, body="Jägerstraße " * 300), ttl=HOUR))

    assert told["title"] == "Ü" * 160
    assert told["body"].endswith("Jägerstraße …\nWeil du „Ballard“ folgst")
    assert len(told["body"].encode()) > 500


def group_of(*names: str, total: int = 0) -> messages.Message:
    items = tuple(
        replace(NEWS, key=f"meldung-{number}", title=f"Meldung {number}", topic_name=name)
        for number, name in zip(range(len(names), 0, -1), names, strict=True)
    )
    return messages.Message(items, messages.Form.GROUP, total=total or len(items), language="en")


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["Ballard"] * 3, "3 pieces of news about “Ballard”"),
        (["Ballard", "Dark", "Ballard"], "3 pieces of news about “Ballard” and “Dark”"),
        (["Ballard", "Dark", "Lost"], "3 pieces of news about “Ballard”, “Dark” and more"),
    ],
)
def test_a_group_says_how_many_and_about_what(names: list[str], title: str):
    told = shown(texts.group(group_of(*names), ttl=HOUR))

    assert told["title"] == title
    assert told["body"] == "Meldung 3\nMeldung 2\nMeldung 1"
    assert told["data"]["replaces"] == ["meldung-3", "meldung-2", "meldung-1"]
    assert told["navigate"].endswith("/mein/feed/")


def test_a_group_that_grows_takes_its_own_place():
    small, grown = (texts.group(group_of(*["Dark"] * count), ttl=HOUR) for count in (3, 4))

    assert small.topic == grown.topic
    assert shown(small)["tag"] == shown(grown)["tag"]
    assert shown(small)["data"]["edition"] < shown(grown)["data"]["edition"]


def test_a_group_names_the_first_few_and_counts_the_others():
    told = shown(texts.group(group_of(*["Dark"] * 9, total=30), ttl=HOUR))

    assert told["body"].splitlines()[-1] == "and 24 more"


def test_a_group_of_one_is_the_article_itself():
    alone = messages.Message((NEWS,), messages.Form.GROUP)

    assert texts.group(alone, ttl=HOUR) == texts.article(NEWS, ttl=HOUR)


@pytest.mark.parametrize("key", ["meldung-12", "premiere-7", "staffel-3-folgen-4-5", "ü", "x" * 200, "1"])
def test_every_key_makes_a_topic_that_push_services_take(key: str):
    assert re.fullmatch("[A-Za-z0-9]{1,32}", texts.topic(key))
    assert texts.topic(key) != texts.topic(key + "0")


def test_a_trial_is_shown_every_time():
    told = shown(texts.trial("https://example.org/mein/feed/"))

    assert (told["tag"], told["renotify"]) == ("probe", True)
    assert "data" not in told
