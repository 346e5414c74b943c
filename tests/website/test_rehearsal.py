"""What would have come last month: the page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from staffellauf.alerts.models import Calm
from staffellauf.catalogue.models import Series
from staffellauf.newsroom.models import Article, Publication
from staffellauf.readers.models import Follow, Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from staffellauf.website.pages.rehearsal import RehearsalPage
from tests import make
from tests.alerts import subjects
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

PATH = "/mein/benachrichtigungen/vorschau/"
# A Saturday noon; nights are from 22:00 to 07:00.
NOON = datetime(2026, 1, 24, 11, tzinfo=UTC)


@pytest.fixture
def ada(client: Client) -> Reader:
    made = make.device_reader("a phone", follows=[make.series("Dark")])
    client.cookies[DEVICE_COOKIE] = "a phone"
    return made


def told(headline: str, *, at: datetime, **fields: object) -> Article:
    dark = Follow.objects.get().topic
    article = make.article(headline, about=[dark], **fields)  # type: ignore[arg-type]
    Publication.objects.filter(article=article).update(created_at=at)
    return article


def page_of(reader: Reader, *, rhythm: str | None = None) -> RehearsalPage:
    with translation.override("en"):
        return RehearsalPage.load(reader, now=NOON, rhythm=rhythm)


def test_each_piece_of_news_says_when_and_how_it_would_have_come(ada: Reader):
    told("By day", at=NOON - timedelta(hours=2))
    told("By night", at=NOON - timedelta(hours=10))

    page = page_of(ada)

    assert [(day.name, [line.title for line in day.lines]) for day in page.days] == [("Today", ["By day", "By night"])]
    assert [line.how for line in page.days[0].lines] == ["at once", "at once, at night without a sound"]
    assert [line.clock for line in page.days[0].lines] == ["10:00", "02:00"]
    assert page.sum == "2 notifications in 30 days"
    assert page.parts == ["2 pieces of news", "1 at night without a sound"]


def test_what_a_quiet_night_holds_back_comes_in_the_morning(ada: Reader):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    told("By night", at=NOON - timedelta(hours=10))

    [day] = page_of(ada).days

    assert day.lines[0].how == "after the night, Sat 07:00"


def test_another_rhythm_can_be_tried(ada: Reader):
    told("By day", at=NOON - timedelta(days=1, hours=2))

    assert page_of(ada, rhythm="weekly").days[0].lines[0].how == "in the digest, Sun 18:00"
    assert page_of(ada).days[0].lines[0].how == "at once"


def test_several_within_minutes_come_together(ada: Reader):
    for minute in range(3):
        told(f"Nummer {minute}", at=NOON - timedelta(hours=3) + timedelta(minutes=minute))

    page = page_of(ada)

    assert page.days[0].lines[0].how == "together with 2 others"
    assert page.sum == "1 notification in 30 days"
    assert page.parts == ["3 pieces of news", "3 together with others"]


def test_several_of_one_night_are_all_without_a_sound(ada: Reader):
    for minute in range(3):
        told(f"Nummer {minute}", at=NOON - timedelta(hours=10) + timedelta(minutes=minute))

    page = page_of(ada)

    assert page.sum == "1 notification in 30 days"
    assert page.parts == ["3 pieces of news", "3 at night without a sound", "3 together with others"]


def test_what_is_switched_off_says_so_and_leads_to_where(client: Client, ada: Reader):
    Follow.objects.update(unwanted_kinds=256)
    told("By day", at=NOON - timedelta(hours=2))
    with translation.override("en"):
        [day] = RehearsalPage.load(ada, now=NOON, rhythm=None).days
    assert day.lines[0].how == "not told: Everything else is switched off"

    Publication.objects.update(created_at=timezone.now() - timedelta(hours=2))
    page = client.get(PATH).content.decode()

    assert "told-not" in page
    assert 'href="/mein/serien/dark/"' in page


def test_the_headline_of_a_spoiler_stays_neutral(client: Client, ada: Reader):
    article = told("Jonas stirbt", at=NOON, spoils_season=3, neutral_headline="Was in Staffel 3 geschieht")
    Publication.objects.update(created_at=timezone.now() - timedelta(hours=2))

    page = client.get(PATH).content.decode()

    assert article.shown_headline in page
    assert "Jonas stirbt" not in page


def test_an_odd_rhythm_in_the_address_shows_the_readers_own(client: Client, ada: Reader):
    for rhythm in ("", "hourly", "%00", "x" * 2000):
        assert client.get(f"{PATH}?rhythmus={rhythm}").status_code == 200


def test_looking_changes_nothing_and_asks_as_much_however_much_there_was(client: Client, ada: Reader):
    told("Eins", at=timezone.now() - timedelta(hours=2))
    before = count_of(client, PATH)

    for number in range(6):
        told(f"Nummer {number}", at=timezone.now() - timedelta(days=2, hours=number))

    assert count_of(client, PATH) == before
    assert not Calm.objects.exists()


def test_a_date_is_told_by_its_name_and_one_taken_back_not_at_all(ada: Reader):
    follow = Follow.objects.get()
    dark = Series.objects.get(pk=follow.topic_id)
    make.season(dark, 1, episodes=2)
    Follow.objects.update(releases="episodes")
    for number, hours in ((1, 3), (2, 2)):
        subjects.air(dark, 1, number, at=NOON - timedelta(hours=hours))
        subjects.occasion(dark, at=NOON - timedelta(hours=hours))
    subjects.air(dark, 1, 2, at=NOON + timedelta(days=30))

    [day] = page_of(ada).days

    [told_of] = day.lines
    assert "Dark" in told_of.title and told_of.title != "Dark"
    assert told_of.how == "at once"
