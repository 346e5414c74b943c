"""Seen up to here, on the pages of a series."""

import pytest
from django.test import Client

from staffellauf.catalogue.models import Episode, Series
from staffellauf.readers.models import Progress, Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

SEEN = "/serien/dark/gesehen/"
EPISODE = "/serien/dark/folgen/1x03/"
PAGES = ["/serien/dark/", "/serien/dark/folgen/", "/serien/dark/folgen/staffel-1/", EPISODE]


@pytest.fixture
def dark() -> Series:
    made = make.series("Dark")
    make.season(made, 1, episodes=5)
    make.season(made, 2, episodes=3)
    Episode.objects.create(season=make.season(made, 0), pk=4711, name="Making of", kind="special")
    return made


@pytest.fixture
def ada(client: Client, dark: Series) -> Reader:
    made = make.device_reader("a phone", follows=[dark])
    client.cookies[DEVICE_COOKIE] = "a phone"
    return made


def seen(reader: Reader) -> tuple[int, int] | None:
    row = Progress.objects.filter(reader=reader).first()
    return (row.season_number, row.episode_number) if row else None


def test_a_tap_on_an_episode_says_how_far(client: Client, ada: Reader):
    assert 'name="bis" value="1x03"' in client.get(EPISODE).content.decode()

    answer = client.post(SEEN, {"bis": "1x03", "zurueck": EPISODE})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EPISODE}?vorher=0x00#gesehen")
    assert seen(ada) == (1, 3)
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Staffel 1, Folge 3" in page
    assert 'name="bis" value="0x00"' in page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_series_says_how_far(client: Client, ada: Reader, path: str):
    Progress.objects.create(reader=ada, series_id=Series.objects.get().pk, season_number=2, episode_number=1)

    assert "You have seen up to season 2, episode 1." in client.get("/en" + path).content.decode()


def test_a_season_ticks_what_is_seen(client: Client, ada: Reader):
    Progress.objects.create(reader=ada, series_id=Series.objects.get().pk, season_number=1, episode_number=2)

    page = client.get("/serien/dark/folgen/staffel-1/").content.decode()

    assert page.count('class="seen-button"') == 5
    assert page.count('class="seen-button" form="gesehen-bis" name="bis" value="1x02" aria-pressed="true"') == 1
    assert page.count('aria-pressed="true"') == 2
    assert "seen-button" not in client.get("/serien/dark/folgen/specials/").content.decode()


def test_undo_goes_back_to_what_was_before(client: Client, ada: Reader):
    client.post(SEEN, {"bis": "1x02"})
    answer = client.post(SEEN, {"bis": "2x03"})
    assert answer.headers["Location"] == "/serien/dark/?vorher=1x02#gesehen"

    client.post(SEEN, {"bis": "1x02"})
    assert seen(ada) == (1, 2)

    client.post(SEEN, {"bis": "0x00"})
    assert seen(ada) is None


@pytest.mark.parametrize(
    "bis", ["", "x", "1x99", "9x01", "99999x99999", "1x" + "9" * 400, "-1x1", "1x0", "\x00", "١x٣", "0x01"]
)
def test_an_episode_that_there_is_not_cannot_be_seen(client: Client, ada: Reader, bis: str):
    assert client.post(SEEN, {"bis": bis}).status_code == 404
    assert seen(ada) is None


def test_a_visitor_sees_and_sends_nothing(client: Client, dark: Series):
    for path in PAGES:
        answer = client.get(path)
        assert "gesehen-bis" not in answer.content.decode()
        assert "public" in answer.headers["Cache-Control"]
    assert client.post(SEEN, {"bis": "1x01"}).status_code == 303
    assert not Progress.objects.exists() and not Reader.objects.exists()


def test_another_site_and_another_address_change_nothing(client: Client, ada: Reader):
    assert client.post(SEEN, {"bis": "1x01"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get(SEEN + "?bis=1x01").status_code == 405
    assert seen(ada) is None
    answer = client.post(SEEN, {"bis": "1x01", "zurueck": "https://evil.example/"})
    assert answer.headers["Location"].startswith("/serien/dark/?")


def test_what_the_address_claims_was_before_is_no_markup(client: Client, ada: Reader):
    page = client.get(EPISODE + '?vorher="><script>alert(1)</script>').content.decode()

    assert "<script>alert" not in page


@pytest.mark.parametrize("path", PAGES)
def test_it_costs_no_query_beside_the_reader_itself(client: Client, dark: Series, path: str):
    before = count_of(client, path)
    ada = make.device_reader("a phone")
    client.cookies[DEVICE_COOKIE] = "a phone"
    without = count_of(client, path)

    Progress.objects.create(reader=ada, series=dark, season_number=2, episode_number=1)

    assert count_of(client, path) == without
    # The reader, and how much of the feed is unread.
    assert without <= before + 2
