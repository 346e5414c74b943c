"""Calendars and feeds under their secret addresses (website/views/private.py)."""

import json
import logging
from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone
from icalendar import Calendar

from staffellauf.accounts.logs import HideTokens
from staffellauf.alerts import links
from staffellauf.alerts.models import SecretLink
from staffellauf.common.limits import Limit
from staffellauf.readers.models import Reader, ReadMark
from staffellauf.website.views import private
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Reader:
    season = make.season(make.series("Ballard"), 2, episodes=3)
    make.release(season, "1.3.2090")
    make.article("Wellik is back", about=[season.series])
    return make.reader("ada", follows=[season.series])


@pytest.fixture(params=["ics", "atom", "json"])
def path(request, ada) -> str:
    return path_of(links.make(ada, "calendar" if request.param == "ics" else "feed"), request.param)


def path_of(link: SecretLink, form: str = "") -> str:
    return "/" + links.address(link, form).split("/", 3)[3]


def test_whoever_has_the_address_reads_it_without_a_cookie(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert b"Ballard" in response.content
    assert not response.cookies
    assert "Set-Cookie" not in response.headers


def test_a_signed_in_reader_gets_no_cookie_either(client, ada, path):
    client.force_login(ada.user)

    assert not client.get(path).cookies


def test_nobody_keeps_it_finds_it_or_learns_where_it_is(client, path):
    headers = client.get(path).headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_who_has_it_already_is_told_so(client, path):
    first = client.get(path)

    by_tag = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    for response in (by_tag, by_date):
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == first.headers["ETag"]


def test_what_changed_is_sent_again_also_to_who_asks_by_date(client, ada, path):
    first = client.get(path)
    SecretLink.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    before = client.get(path)

    ada.follows.all().delete()
    after = client.get(path, headers={"If-Modified-Since": before.headers["Last-Modified"]})

    assert first.headers["ETag"] == before.headers["ETag"] != after.headers["ETag"]
    assert after.status_code == 200
    assert b"Ballard" not in after.content


def test_both_formats_of_a_feed_changed_at_the_same_time(client, ada):
    link = links.make(ada, "feed")
    client.get(path_of(link, "atom"))
    changed = timezone.now() - timedelta(hours=1)
    SecretLink.objects.update(changed_at=changed)

    client.get(path_of(link, "json"))

    assert SecretLink.objects.get().changed_at == changed


def test_head_has_the_same_headers(client, path):
    got, asked = client.get(path), client.head(path)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["ETag"] == got.headers["ETag"]
    assert asked.headers["Content-Type"] == got.headers["Content-Type"]


def test_nothing_is_written_by_other_methods(client, path):
    assert {client.post(path).status_code, client.delete(path).status_code} == {405}


def test_unknown_renewed_deleted_and_of_another_kind_are_all_not_there(client, ada, django_assert_num_queries):
    link = links.make(ada, "calendar")
    old = path_of(link)
    links.renew(ada, link.pk)
    feed = links.make(ada, "feed")
    gone = links.make(ada, "calendar")
    links.delete(ada, gone.pk)
    paths = [
        old,
        path_of(gone),
        f"/kalender/{'x' * 43}.ics",
        f"/kalender/{feed.token}.ics",
        f"/feeds/privat/{'x' * 43}.atom",
    ]

    answers = []
    for each in paths:
        with django_assert_num_queries(1):
            answers.append(client.get(each))

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("token", ["x", "x" * 65, "a%00b" * 9, "ä" * 43, "..%2f" * 9])
def test_what_is_no_token_is_not_there(client, token):
    assert client.get(f"/kalender/{token}.ics").status_code == 404


def test_there_is_no_english_address(client, path):
    assert client.get(f"/en{path}").status_code == 404


def test_a_program_that_asks_too_often_waits(client, path, monkeypatch):
    monkeypatch.setattr(private, "FETCHES", Limit("private", most=2, window_s=3600))

    answers = [client.get(path) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "600"


def test_the_day_of_use_is_remembered(client, path):
    client.get(path)

    assert SecretLink.objects.get().last_used_on is not None


def test_tokens_stay_out_of_logs(path):
    record = logging.LogRecord("web", logging.INFO, "", 0, 'GET "%s" 200', (path,), None)

    HideTokens().filter(record)

    assert SecretLink.objects.get().token not in record.getMessage()


def test_the_calendar_is_one_that_programs_know(client, ada):
    response = client.get(path_of(links.make(ada, "calendar")))

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(response.content).events) == 1


# --- the feed


def test_the_feed_is_the_readers_own(client, ada):
    make.article("Somebody else's news", about=[make.series("Dark")])
    link = links.make(ada, "feed", name="Adas Feed")

    atom = feedparser.parse(client.get(path_of(link, "atom")).content)
    value = json.loads(client.get(path_of(link, "json")).content)

    assert not atom.bozo
    assert [entry.title for entry in atom.entries] == ["Wellik is back"] == [item["title"] for item in value["items"]]
    assert atom.feed.title == value["title"] == "Adas Feed"
    assert "hubs" not in value
    assert not [each for each in atom.feed.links if each.rel == "hub"]
    assert value["feed_url"].endswith(f"/feeds/privat/{link.token}.json")


def test_the_feeds_id_outlives_a_new_address(client, ada):
    link = links.make(ada, "feed")
    before = feedparser.parse(client.get(path_of(link, "atom")).content).feed.id

    renewed = links.renew(ada, link.pk)
    assert renewed is not None
    after = feedparser.parse(client.get(path_of(renewed, "atom")).content).feed.id

    assert before == after
    assert link.token not in before


def test_a_spoiler_stays_at_home(client, ada):
    series = ada.follows.get().topic
    make.article(
        "Renée stirbt",
        about=[series],
        slug="finale",
        spoils_season=2,
        neutral_headline="Was im Finale geschieht",
        deck="Sie stirbt.",
    )

    for form in ("atom", "json"):
        assert "stirbt" not in client.get(path_of(links.make(ada, "feed"), form)).content.decode()


def test_the_feed_holds_the_kinds_that_were_chosen(client, ada):
    series = ada.follows.get().topic
    make.article("Nachruf", about=[series], kind="obituary")

    value = json.loads(client.get(path_of(links.make(ada, "feed", filters={"kinds": ["farewells"]}), "json")).content)

    assert [item["title"] for item in value["items"]] == ["Nachruf"]


def test_the_feed_can_leave_out_what_was_read(client, ada):
    series = ada.follows.get().topic
    read = make.article("Gelesen", about=[series])
    ReadMark.objects.create(reader=ada, article=read)
    link = links.make(ada, "feed", filters={"unread": True})

    value = json.loads(client.get(path_of(link, "json")).content)

    assert [item["title"] for item in value["items"]] == ["Wellik is back"]


def test_a_withdrawn_article_leaves_the_feed(client, ada):
    link = links.make(ada, "feed")
    article = make.article("Falsch", about=[ada.follows.get().topic])
    article.unpublish()

    value = json.loads(client.get(path_of(link, "json")).content)

    assert [item["title"] for item in value["items"]] == ["Wellik is back"]


def test_more_articles_take_no_more_queries(client, ada, django_assert_max_num_queries):
    link = links.make(ada, "feed", filters={"unread": True, "kinds": ["other", "casting"]})
    client.get(path_of(link, "atom"))
    make.articles(12, about=[ada.follows.get().topic])

    with django_assert_max_num_queries(32):
        client.get(path_of(link, "atom"))
