"""The buttons of a notification: as pages, and as the service worker presses them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from staffellauf.alerts.later import snoozes
from staffellauf.alerts.models import Snooze
from staffellauf.catalogue.models import Series
from staffellauf.newsroom.models import Article
from staffellauf.readers.models import Follow, Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make

pytestmark = pytest.mark.django_db

WORKER = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
FOREIGN = {"Accept": "application/json", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def dark() -> Series:
    return make.series("Dark")


@pytest.fixture
def article(dark: Series) -> Article:
    return make.article("Jonas kommt wieder", about=[dark])


@pytest.fixture
def reader(dark: Series) -> Reader:
    return make.device_reader("a phone", follows=[dark])


@pytest.fixture
def phone(client: Client, reader: Reader) -> Client:
    client.cookies[DEVICE_COOKIE] = "a phone"
    return client


def later(article: Article) -> str:
    return f"/mein/benachrichtigungen/spaeter/{article.pk}/"


def about(series: Series) -> str:
    return f"/mein/benachrichtigungen/thema/{series.pk}/"


def test_reading_the_pages_changes_nothing(phone: Client, article: Article, dark: Series):
    assert 'value="stunde"' in phone.get(later(article)).content.decode()
    assert 'value="delete"' in phone.get(about(dark)).content.decode()

    assert not Snooze.objects.exists()
    assert Follow.objects.count() == 1


def test_later_is_in_an_hour(phone: Client, reader: Reader, article: Article):
    answer = phone.post(later(article), {"wann": "stunde"}, headers=WORKER)

    assert answer.json()["title"] == "Jonas kommt wieder"
    snooze = Snooze.objects.get()
    assert (snooze.reader, snooze.publication.article) == (reader, article)
    wait = snooze.due_at - snooze.publication.created_at
    assert timedelta(minutes=59) < wait < timedelta(minutes=62)


def test_later_on_the_page_says_what_was_promised(phone: Client, article: Article):
    answer = phone.post(later(article), {"wann": "abend"})

    assert 'role="status"' in answer.content.decode()
    assert Snooze.objects.count() == 1


def test_later_again_moves_the_hour_and_is_one_wish(phone: Client, article: Article):
    for when in ("stunde", "abend", "stunde", "\0", "x" * 9_000):
        assert phone.post(later(article), {"wann": when}, headers=WORKER).status_code == 200

    assert Snooze.objects.count() == 1


@pytest.mark.parametrize(
    ("now", "evening"),
    [
        (datetime(2026, 1, 24, 9, tzinfo=UTC), datetime(2026, 1, 24, 18, tzinfo=UTC)),
        (datetime(2026, 1, 24, 17, 30, tzinfo=UTC), datetime(2026, 1, 25, 18, tzinfo=UTC)),
        # The clocks change in the night: the same hour on the wall.
        (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 29, 17, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 18, tzinfo=UTC)),
    ],
)
def test_the_evening_is_the_readers_own(reader: Reader, now: datetime, evening: datetime):
    assert snoozes.Later.EVENING.due_at(reader, now) == evening


def test_a_time_zone_that_this_machine_does_not_know_is_ours(reader: Reader):
    reader.time_zone = "Mars/Olympus"

    assert snoozes.Later.EVENING.due_at(reader, make.EVENING) == datetime(2026, 1, 25, 18, tzinfo=UTC)


def test_a_reader_cannot_pile_up_reminders(phone: Client, reader: Reader, article: Article, monkeypatch):
    monkeypatch.setattr(snoozes, "MAX_SNOOZES", 1)
    phone.post(later(article), headers=WORKER)
    other = make.article("Noch eine", about=[])

    answer = phone.post(later(other), headers=WORKER)

    assert answer.status_code == 409
    assert answer.json()["title"]
    assert Snooze.objects.count() == 1


def test_what_is_not_published_cannot_be_put_off(phone: Client):
    hidden = make.draft("Geheim")

    assert phone.get(later(hidden)).status_code == 404
    assert phone.post(later(hidden), headers=WORKER).status_code == 404


def test_the_page_tells_no_spoiler(phone: Client, dark: Series):
    secret = make.article("Jonas stirbt", about=[dark], spoils_season=3, neutral_headline="Wendung in „Dark“")

    assert "Jonas stirbt" not in phone.get(later(secret)).content.decode()
    assert phone.post(later(secret), headers=WORKER).json()["title"] == "Wendung in „Dark“"


def test_stop_following_and_back(phone: Client, dark: Series):
    answer = phone.post(about(dark), {"_method": "delete"}, headers=WORKER)
    assert "Dark" in answer.json()["title"]
    assert answer.json()["undo"]
    assert not Follow.objects.exists()

    assert phone.post(about(dark), headers=WORKER).status_code == 200
    assert Follow.objects.count() == 1


def test_stop_following_twice_is_no_mistake(phone: Client, dark: Series):
    for _ in range(2):
        assert phone.delete(about(dark), headers=WORKER).status_code == 200


def test_the_page_of_a_topic_that_was_merged_is_about_the_one_that_stayed(phone: Client, dark: Series):
    double = make.series("Dark (2017)")
    Series.objects.filter(pk=double.pk).update(merged_into=dark.pk)

    phone.post(about(double), {"_method": "delete"}, headers=WORKER)

    assert not Follow.objects.exists()


def test_a_stranger_changes_nothing_and_is_told_why(client: Client, reader: Reader, article: Article, dark: Series):
    for address in (later(article), about(dark)):
        assert client.get(address).status_code == 200
        assert client.post(address, {"_method": "delete"}, headers=WORKER).status_code == 403
    assert not Snooze.objects.exists()
    assert Follow.objects.count() == 1


def test_another_site_changes_nothing(phone: Client, article: Article, dark: Series):
    for address in (later(article), about(dark)):
        assert phone.post(address, {"_method": "delete"}, headers=FOREIGN).status_code == 403
    assert not Snooze.objects.exists()
    assert Follow.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 19, "-1", "1.5", "١", "x"])
def test_a_number_of_nothing_is_not_found(phone: Client, number: str):
    for word in ("spaeter", "thema"):
        assert phone.get(f"/mein/benachrichtigungen/{word}/{number}/").status_code == 404
        assert phone.post(f"/mein/benachrichtigungen/{word}/{number}/", headers=WORKER).status_code == 404


def test_the_service_worker_has_its_words_in_both_languages(client: Client):
    script = client.get("/sw.js").content.decode()

    assert "%TEXTS%" not in script
    assert '"en": {"name"' in script
