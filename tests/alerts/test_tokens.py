import time
from datetime import timedelta

import pytest

from staffellauf.alerts.words import tokens


def test_a_token_gives_back_what_it_was_made_of():
    token = tokens.make("unfollow", reader=3, topic=2**62)

    assert tokens.read(token, "unfollow") == {"reader": 3, "topic": 2**62}


def test_a_token_is_good_for_one_purpose():
    token = tokens.make("confirm", destination=1)

    with pytest.raises(tokens.Unusable):
        tokens.read(token, "unsubscribe")


@pytest.mark.parametrize(
    "forged",
    ["", ".", "x", "a.b", "a.b.c", "\x00", "ä" * 10, "x" * 100_000, "eyJkZXN0aW5hdGlvbiI6MX0.AAAA", ".eyJ.AAAA"],
)
@pytest.mark.parametrize("purpose", tokens.LIFETIMES)
def test_what_was_not_signed_here_is_refused(forged, purpose):
    with pytest.raises(tokens.Unusable):
        tokens.read(forged, purpose)


def test_a_changed_id_breaks_the_signature():
    token = tokens.make("unsubscribe", destination=1)
    other = tokens.make("unsubscribe", destination=2)

    with pytest.raises(tokens.Unusable):
        tokens.read(f"{other.partition('.')[0]}.{token.rpartition('.')[2]}", "unsubscribe")


def test_a_confirmation_ends_after_a_week(monkeypatch):
    token = tokens.make("confirm", destination=1)
    later = time.time() + timedelta(days=8).total_seconds()
    monkeypatch.setattr("time.time", lambda: later)

    with pytest.raises(tokens.Unusable) as refused:
        tokens.read(token, "confirm")

    assert refused.value.is_expired


def test_unsubscribing_works_for_ever_and_its_link_stays_the_same(monkeypatch):
    token = tokens.make("unsubscribe", destination=1)
    later = time.time() + timedelta(days=9999).total_seconds()
    monkeypatch.setattr("time.time", lambda: later)

    assert tokens.read(token, "unsubscribe") == {"destination": 1}
    assert tokens.make("unsubscribe", destination=1) == token


def test_the_key_of_another_site_signs_nothing_here(settings):
    token = tokens.make("unsubscribe", destination=1)
    settings.SECRET_KEY = "another"

    with pytest.raises(tokens.Unusable):
        tokens.read(token, "unsubscribe")


def test_a_token_holds_what_its_purpose_needs_and_nothing_else():
    with pytest.raises(ValueError, match="destination"):
        tokens.make("confirm", reader=1)


def test_an_address_is_absolute_and_in_the_readers_language():
    german = tokens.address("unsubscribe", language="de", destination=1)
    english = tokens.address("unsubscribe", language="en", destination=1)

    assert german.startswith("http://testserver/benachrichtigungen/abbestellen/")
    assert english.startswith("http://testserver/en/benachrichtigungen/abbestellen/")
