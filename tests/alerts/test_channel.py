"""What a device is told, and when a busy service is asked again."""

import json
from datetime import timedelta

import pytest

from staffellauf.alerts.channels.webpush import channel
from staffellauf.newsroom.models import Article
from tests.make import EVENING


def shown(title: str, body: str) -> dict[str, str]:
    text = channel.notification(title, body, navigate="https://example.org/news/x/", tag="meldung-1")
    assert len(text) <= channel.MAX_TEXT_BYTES
    return json.loads(text)["notification"]


def test_a_deck_that_fits_is_shown_whole():
    assert shown("Dark", "Drei  Staffeln,\nein Knoten. 🪢")["body"] == "Drei  Staffeln,\nein Knoten. 🪢"


def test_a_deck_too_long_for_a_push_ends_at_a_word():
    body = shown("Ü" * 160, "Jägerstraße " * 300)["body"]

    assert body.endswith("Jägerstraße …")
    assert len(body.encode()) > 1_000


@pytest.mark.parametrize("deck", ["🪢" * 300, '"' * 300, "\\" * 300, "a" * 5_000])
def test_the_longest_headline_stays_whole_whatever_the_deck(deck):
    assert shown("„" * 160, deck)["title"] == "„" * 160


def test_the_same_article_makes_the_same_message():
    article = Article(pk=7, headline="Dark", deck="Neu", slug="dark")

    first = channel.article_push(article, ttl=timedelta(hours=1))

    assert first == channel.article_push(article, ttl=timedelta(hours=1))
    assert first.topic == "meldung7"


@pytest.mark.parametrize(
    ("value", "least_s", "most_s"),
    [
        ("120", 120, 144),
        ("0", 1, 1.2),
        ("999999999999", 6 * 3600, 7.2 * 3600),
        ("Sat, 24 Jan 2026 19:17:00 GMT", 120, 144),
        ("Sat, 24 Jan 2026 19:00:00 GMT", 1, 1.2),
    ],
)
def test_retry_after_is_seconds_or_a_date_with_bounds(value, least_s, most_s):
    wait_s = channel.retry_after_s(value, now=EVENING)

    assert wait_s is not None
    assert least_s <= wait_s <= most_s


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "²", "Sat, 99 Jan 2026 19:17:00 GMT", "\0", "١٢"])
def test_a_retry_after_that_says_nothing_leaves_it_to_us(value):
    assert channel.retry_after_s(value, now=EVENING) is None
