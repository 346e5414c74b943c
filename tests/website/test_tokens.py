"""Links in mails and notifications: what they end or begin without signing in."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.alerts import destinations
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import tokens
from staffellauf.readers.models import Follow, Reader
from tests import make

pytestmark = pytest.mark.django_db

BASE = "/benachrichtigungen/"


@pytest.fixture
def ada() -> Reader:
    return make.device_reader("a phone", follows=[make.series("Dark"), make.series("Ballard")])


@pytest.fixture
def mail(ada: Reader) -> Destination:
    return destinations.add(ada, "mail", address="ada@example.org", now=timezone.now(), is_confirmed=True)


@pytest.fixture
def unconfirmed(ada: Reader) -> Destination:
    return destinations.add(ada, "mail", address="ada@example.org", now=timezone.now())


def leave(way: Destination) -> str:
    return f"{BASE}abbestellen/{tokens.make('unsubscribe', destination=way.pk)}/"


def confirm(way: Destination) -> str:
    return f"{BASE}bestaetigen/{tokens.make('confirm', destination=way.pk)}/"


def unfollow(reader: Reader, slug: str = "dark") -> str:
    topic_id = Follow.objects.get(reader=reader, topic__slug=slug).topic_id
    return f"{BASE}entfolgen/{tokens.make('unfollow', reader=reader.pk, topic=topic_id)}/"


def rows() -> list[object]:
    return [*Destination.objects.values_list().order_by("pk"), *Follow.objects.values_list().order_by("pk")]


def hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_opening_a_link_changes_nothing_and_is_kept_by_nobody(client: Client, ada: Reader, unconfirmed: Destination):
    before = rows()

    for path in (leave(unconfirmed), confirm(unconfirmed), unfollow(ada)):
        for method in (client.get, client.head):
            answer = method(path)
            assert answer.status_code == 200
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert not answer.cookies
    assert rows() == before


def test_an_address_is_told_of_nothing_before_its_owner_says_yes(client: Client, unconfirmed: Destination):
    page = client.get(confirm(unconfirmed)).content.decode()
    assert "ada@example.org" not in page or "example.org" in page

    page = client.post(confirm(unconfirmed)).content.decode()

    unconfirmed.refresh_from_db()
    assert unconfirmed.confirmed_at is not None
    assert f'action="{leave(unconfirmed)}"' in page
    first = unconfirmed.confirmed_at
    assert client.post(confirm(unconfirmed)).status_code == 200
    unconfirmed.refresh_from_db()
    assert unconfirmed.confirmed_at == first


def test_who_did_not_ask_for_it_deletes_the_address(client: Client, unconfirmed: Destination):
    client.post(confirm(unconfirmed), {"_method": "delete"})

    assert not Destination.objects.exists()
    assert client.get(confirm(unconfirmed)).status_code == 410
    assert client.post(confirm(unconfirmed)).status_code == 410


def test_a_link_to_confirm_cannot_delete_what_is_confirmed(client: Client, mail: Destination):
    client.post(confirm(mail), {"_method": "delete"})

    assert Destination.objects.get() == mail


def test_a_mail_programs_own_button_needs_neither_cookie_nor_origin(client: Client, mail: Destination):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(
        leave(mail),
        {"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 200
    assert not answer.cookies
    assert not Destination.objects.exists()
    assert strict.post(leave(mail), {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_ending_it_says_what_ends_and_can_be_undone(client: Client, ada: Reader, mail: Destination):
    page = client.get(leave(mail)).content.decode()
    assert "<h1" in page and 'href="/mein/benachrichtigungen/wege/"' in page

    page = client.post(leave(mail)).content.decode()
    assert not Destination.objects.exists()
    assert Follow.objects.count() == 2
    undone = client.post(leave(mail), {"entfernt": hidden(page, "entfernt"), "leser": hidden(page, "leser")})

    assert undone.status_code == 200
    back = Destination.objects.get()
    assert back.reader == ada and back.confirmed_at is not None
    assert destinations.address_of(back) == "ada@example.org"
    # The link in mails that were sent before ends it still.
    client.post(leave(mail), {"List-Unsubscribe": "One-Click"})
    assert not Destination.objects.exists()


@pytest.mark.parametrize("leser", ["", "0", "-1", "9" * 30, "\x00", "x"])
def test_a_forged_undo_brings_nothing_back(client: Client, mail: Destination, leser: str):
    page = client.post(leave(mail)).content.decode()

    for sent in (hidden(page, "entfernt"), "nonsense", "\x00", "x" * 100_000):
        assert client.post(leave(mail), {"entfernt": sent, "leser": leser}).status_code == 422
    assert not Destination.objects.exists()


def test_an_undo_of_one_reader_is_none_of_another(client: Client, mail: Destination):
    other = make.device_reader("another phone")
    page = client.post(leave(mail)).content.decode()

    answer = client.post(leave(mail), {"entfernt": hidden(page, "entfernt"), "leser": str(other.pk)})

    assert answer.status_code == 422
    assert not Destination.objects.exists()


def test_one_tap_ends_a_follow_and_undo_brings_back_what_it_told(client: Client, ada: Reader):
    Follow.objects.filter(topic__slug="dark").update(releases="seasons", leads=4, unwanted_kinds=1)
    path = unfollow(ada)

    page = client.post(path).content.decode()
    assert [follow.topic.slug for follow in Follow.objects.all()] == ["ballard"]
    client.post(path, {"vorher": hidden(page, "vorher")})

    back = Follow.objects.get(topic__slug="dark")
    assert (back.releases, back.leads, back.unwanted_kinds) == ("seasons", 4, 1)


def test_ending_a_follow_twice_is_no_mistake(client: Client, ada: Reader):
    path = unfollow(ada)
    for _ in range(2):
        assert client.post(path).status_code == 200
    assert Follow.objects.count() == 1
    Reader.objects.all().delete()
    assert client.post(path).status_code == 410


def wrong_tokens(way: Destination, reader: Reader) -> list[str]:
    real = tokens.make("unsubscribe", destination=way.pk)
    return [
        "x", real[:-1], real + "x", real.upper(), "a" * 5000, "ü" * 50, "%00", "..", real.replace(".", "-"),
        tokens.make("unfollow", reader=reader.pk, topic=1),
    ]  # fmt: skip


@pytest.mark.parametrize("page", ["bestaetigen", "abbestellen"])
def test_a_token_that_is_not_ours_changes_nothing(client: Client, ada: Reader, mail: Destination, page: str):
    before = rows()

    for token in wrong_tokens(mail, ada):
        for answer in (
            client.get(f"{BASE}{page}/{token}/"),
            client.post(f"{BASE}{page}/{token}/", {"List-Unsubscribe": "One-Click"}),
        ):
            assert answer.status_code == 404, token
            assert not answer.cookies
    assert rows() == before


def test_a_token_of_one_purpose_is_none_of_another(client: Client, mail: Destination):
    token = tokens.make("confirm", destination=mail.pk)

    assert client.post(f"{BASE}abbestellen/{token}/").status_code == 404
    assert Destination.objects.exists()


def test_an_old_link_to_confirm_says_so(client: Client, unconfirmed: Destination, monkeypatch: Any):
    path = confirm(unconfirmed)
    monkeypatch.setitem(tokens.LIFETIMES, "confirm", timedelta(seconds=-1))

    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 410
    unconfirmed.refresh_from_db()
    assert unconfirmed.confirmed_at is None


def test_the_pages_speak_english_too(client: Client, ada: Reader, mail: Destination):
    for path in (leave(mail), unfollow(ada)):
        page = client.get("/en" + path)
        assert page.status_code == 200
        assert '<html lang="en">' in page.content.decode()
