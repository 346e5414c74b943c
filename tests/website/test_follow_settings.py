"""What a follow alerts: /mein/serien/dark/ and its like."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Reader
from staffellauf.website.middleware import DEVICE_COOKIE
from tests import make
from tests.website.queries import count_of

pytestmark = pytest.mark.django_db

DARK = "/mein/serien/dark/"
CHOICE = {"kinds": ["1", "2"], "releases": "episodes", "leads": ["1", "4"], "only_caught_up": "on"}


@pytest.fixture
def ada(client: Client) -> Reader:
    made = make.device_reader("a phone", follows=[make.series("Dark"), make.person("Maggie Q")])
    client.cookies[DEVICE_COOKIE] = "a phone"
    return made


def follow_of(reader: Reader, slug: str = "dark") -> Follow:
    return Follow.objects.get(reader=reader, topic__slug=slug)


def test_kinds_dates_and_progress_are_chosen(client: Client, ada: Reader):
    answer = client.post(DARK, CHOICE)

    assert (answer.status_code, answer.headers["Location"]) == (303, DARK + "?gespeichert=1")
    follow = follow_of(ada)
    assert follow.unwanted_kinds == sum(NewsKind) - 3
    assert (follow.releases, follow.leads, follow.only_caught_up) == ("episodes", 5, True)
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'class="saved" role="status"' in page
    assert page.partition("<footer")[0].count(" checked") == 2 + 1 + 2 + 1


def test_at_first_all_news_alerts_and_no_date(client: Client, ada: Reader):
    page = client.get(DARK).content.decode()

    assert page.count('name="kinds"') == page.count("checked", 0, page.index('name="releases"')) == len(NewsKind)
    assert 'name="releases" value="none"' in page


def test_only_a_series_has_dates(client: Client, ada: Reader):
    page = client.get("/mein/personen/maggie-q/").content.decode()
    assert 'name="kinds"' in page
    assert 'name="releases"' not in page and 'name="only_caught_up"' not in page

    client.post("/mein/personen/maggie-q/", CHOICE)

    follow = follow_of(ada, "maggie-q")
    assert (follow.releases, follow.only_caught_up) == ("none", False)
    assert follow.unwanted_kinds == sum(NewsKind) - 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": ["3"]},
        {"kinds": ["9" * 300]},
        {"kinds": ["\x00"]},
        {"releases": "sometimes"},
        {"releases": ""},
        {"leads": ["8"]},
        {"leads": []},
    ],
)
def test_what_is_no_choice_is_refused_and_changes_nothing(client: Client, ada: Reader, wrong: dict[str, object]):
    answer = client.post(DARK, CHOICE | wrong)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert (follow_of(ada).unwanted_kinds, follow_of(ada).releases) == (0, "none")


@pytest.mark.parametrize(("how", "days"), [("woche", 7), ("monat", 30)])
def test_one_follow_keeps_still_for_a_while(client: Client, ada: Reader, how: str, days: int):
    client.post(DARK, {"how": how})

    until = follow_of(ada).muted_until
    assert until and abs(until - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)
    assert follow_of(ada, "maggie-q").muted_until is None
    assert 'value="ende"' in client.get(DARK).content.decode()
    client.post(DARK, {"how": "ende"})
    assert follow_of(ada).muted_until is None


def test_a_day_in_the_past_is_refused(client: Client, ada: Reader):
    answer = client.post(DARK, {"how": "tag", "day": "2020-01-01"})

    assert answer.status_code == 422
    assert 'id="id_day_error"' in answer.content.decode()
    assert follow_of(ada).muted_until is None


def test_silence_that_is_over_is_not_shown(client: Client, ada: Reader):
    Follow.objects.update(muted_until=datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone()))

    assert 'value="ende"' not in client.get(DARK).content.decode()


def test_who_does_not_follow_it_sees_the_bell_and_changes_nothing(client: Client, ada: Reader):
    make.series("Ballard")

    page = client.get("/mein/serien/ballard/").content.decode()
    assert 'aria-pressed="false"' in page and 'name="kinds"' not in page
    assert client.post("/mein/serien/ballard/", CHOICE).status_code == 303
    assert Client().post(DARK, CHOICE).status_code == 303
    assert follow_of(ada).unwanted_kinds == 0
    assert Follow.objects.count() == 2


def test_a_topic_that_is_none_is_not_found(client: Client, ada: Reader):
    assert client.get("/mein/serien/gibt-es-nicht/").status_code == 404
    assert client.get("/mein/personen/dark/").status_code == 404
    assert client.post(DARK, CHOICE, headers={"Origin": "https://evil.example"}).status_code == 403


def test_undoing_the_end_of_a_follow_brings_back_what_it_told(client: Client, ada: Reader):
    client.post(DARK, CHOICE)
    before = follow_of(ada)

    answer = client.post("/serien/dark/folgen/", {"_method": "delete", "zurueck": "/mein/serien/"}, follow=True)
    assert not Follow.objects.filter(topic__slug="dark").exists()
    page = answer.content.decode()
    code = page.partition('name="vorher" value="')[2].partition('"')[0]
    client.post("/serien/dark/folgen/", {"zurueck": "/mein/serien/", "vorher": code})

    after = follow_of(ada)
    for name in ("unwanted_kinds", "releases", "leads", "only_caught_up"):
        assert getattr(after, name) == getattr(before, name)


@pytest.mark.parametrize("code", ["", "x", "-1-none-1-0", "9" * 500, "0-none-1", "999999-complete-1-0", "0-\x00-1-0"])
def test_a_forged_undo_follows_and_no_more(client: Client, ada: Reader, code: str):
    make.series("Ballard")

    assert client.post("/serien/ballard/folgen/", {"vorher": code}).status_code == 303

    assert (follow_of(ada, "ballard").unwanted_kinds, follow_of(ada, "ballard").releases) == (0, "none")


def test_the_bell_and_the_list_lead_there(client: Client, ada: Reader):
    make.series("Ballard")

    bell = client.post("/serien/ballard/folgen/", headers={"X-Fragment": "large"}).content.decode()
    assert 'href="/mein/serien/ballard/"' in bell
    page = client.get("/mein/serien/").content.decode()
    assert 'href="/mein/serien/dark/"' in page and 'href="/mein/personen/maggie-q/"' in page


def test_the_list_asks_as_much_however_much_is_followed(client: Client, ada: Reader):
    before = count_of(client, "/mein/serien/")

    Follow.objects.bulk_create(Follow(reader=ada, topic=make.series(f"Serie {number}")) for number in range(5))

    assert count_of(client, "/mein/serien/") == before
