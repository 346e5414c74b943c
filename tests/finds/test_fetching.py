"""Asking for feeds: politely, within limits, and with a sentence for everything that can go wrong."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.http import http_date

from staffellauf.finds import fetching, problems, rhythm, tasks
from staffellauf.finds.actions import feeds as actions
from staffellauf.finds.models import Feed, FeedItem, Find
from staffellauf.jobs.models import Job
from staffellauf.jobs.worker import Worker
from tests import make
from tests.finds.test_reading import rss
from tests.newsroom.forms import client_of
from tests.standins import feeds

pytestmark = pytest.mark.django_db
FRESH = [("Rosanna Arquette joins Ballard", "https://deadline.example/1", None)]


@pytest.fixture(autouse=True)
def _local(settings: Any) -> None:
    settings.FEEDS_ALLOW_LOCAL = True


def follow(address: str, **fields: object) -> Feed:
    feed = actions.add(address, publisher="Deadline", user=None, now=timezone.now())
    Feed.objects.filter(pk=feed.pk).update(**fields)
    return feed


def fetched(feed: Feed) -> Feed:
    """After one turn of a worker, due or not."""
    Feed.objects.filter(pk=feed.pk).update(next_fetch_at=timezone.now())
    tasks.enqueue_host(feed.host)
    Worker(["feeds"], beats=False).drain()
    return Feed.objects.get(pk=feed.pk)


def wait_of(feed: Feed) -> timedelta:
    assert feed.next_fetch_at is not None
    return feed.next_fetch_at - timezone.now()


def page_of(feed: Feed) -> str:
    client = client_of(make.editor())
    return " ".join(client.get(f"/redaktion/fundstuecke/feeds/{feed.pk}/").content.decode().split())


def sentence(code: str, detail: str = "") -> str:
    from html import escape

    with translation.override("de"):
        return escape(problems.sentence(code, detail))


NESTED = rss("<a>" * 200_000 + "</a>" * 200_000)
ATTRIBUTES = rss("<item " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>")
BOMB = rss(
    "&c;",
    head="<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]>",
)
LOGIN = "<!DOCTYPE html><html><body><form><input type='password' name='p'></form></body></html>"
PAGE = "<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>"


@pytest.mark.parametrize(("answer", "code", "detail"), [
    ({"body": feeds.megabytes(50)}, "too_large", "8"),
    ({"body": "endless"}, "too_large|timed_out", "8|2"),
    ({"body": "drip"}, "timed_out", "2"),
    ({"body": BOMB}, "entities", ""),
    ({"body": NESTED}, "too_deep", ""),
    ({"body": ATTRIBUTES}, "too_many_attributes", ""),
    ({"body": feeds.bomb(200), "Content_Encoding": "gzip"}, "too_large", "8"),
    ({"body": feeds.bomb(200)}, "no_feed", ""),
    ({"status": 302, "Location": "http://10.0.0.1/feed"}, "private_address", ""),
    ({"status": 301, "Location": "http://[::ffff:192.168.0.1]/"}, "private_address", ""),
    ({"status": 302, "Location": "/x"}, "refused", ""),
    ({"status": 404}, "not_found", ""),
    ({"status": 403}, "forbidden", "403"),
    ({"status": 429, "Retry_After": "7200"}, "busy", "429"),
    ({"status": 503}, "busy", "503"),
    ({"status": 500}, "broken", "500"),
    ({"status": 418}, "status", "418"),
    ({"body": b""}, "empty_answer", ""),
    ({"body": LOGIN, "content_type": "text/html"}, "login", ""),
    ({"body": PAGE, "content_type": "text/html"}, "page", ""),
    ({"body": "<html><body>Hello", "content_type": "text/html"}, "page_without_feeds", ""),
    ({"body": b"\x89PNG\r\n\x1a\n", "content_type": "image/png"}, "no_feed", ""),
    ({"body": rss("")}, "no_entries", ""),
    ({"body": rss("<item><link>https://a.example/</link></item>")}, "no_titles", ""),
    ({"body": rss("<item><title>Dark</title></item>")}, "no_links", ""),
], ids=lambda value: value if isinstance(value, str) else None)  # fmt: skip
def test_whatever_is_wrong_ends_in_a_sentence_on_the_feeds_page(monkeypatch, answer, code, detail):
    monkeypatch.setattr(fetching, "TIMEOUT_S", 2.0)
    if answer.get("body") == "endless" or ("body" in answer and callable(answer["body"])):
        monkeypatch.setattr(fetching, "TIMEOUT_S", 2.0 if answer["body"] == "endless" else 20.0)
    with feeds.start() as press:
        slow = {"endless": feeds.endless, "drip": feeds.drip}
        made = answer | {"body": slow[answer["body"]](press)} if answer.get("body") in slow else answer
        feed = fetched(follow(press.put("/x", **made)))

    shown = page_of(feed)
    assert feed.problem in code.split("|")
    assert any(sentence(feed.problem, seconds) in shown for seconds in detail.split("|"))
    assert feed.is_active
    assert timedelta(0) < wait_of(feed) <= rhythm.LONGEST


def test_a_certificate_that_nobody_signed_ends_in_a_sentence():
    with feeds.start(is_tls=True) as press:
        feed = fetched(follow(press.put("/x", rss(""))))

    assert feed.problem == "certificate"
    assert sentence("certificate") in page_of(feed)


def test_a_server_that_is_not_there_ends_in_a_sentence():
    with feeds.start() as press:
        address = press.at("/x")

    feed = fetched(follow(address))

    assert feed.problem == "unreachable"
    assert sentence("unreachable") in page_of(feed)


def test_a_private_address_is_not_asked(settings):
    settings.FEEDS_ALLOW_LOCAL = False
    with feeds.start() as press:
        feed = fetched(follow(press.put("/x", rss(""))))

        assert press.asked == []
    assert feed.problem == "private_address"


def test_gone_is_the_one_answer_that_switches_off_and_says_so():
    with feeds.start() as press:
        feed = fetched(follow(press.put("/x", status=410)))

    assert (feed.is_active, feed.next_fetch_at, feed.problem) == (False, None, "gone")
    assert sentence("gone") in page_of(feed)


def test_failures_wait_longer_and_longer_up_to_a_day_and_nobody_is_given_up():
    waits = [rhythm.after_failure(n) for n in (1, 2, 3, 5, 20, 10_000)]

    assert waits[0] <= rhythm.SHORTEST * rhythm.SPREAD[1]
    assert waits[1] > waits[0] * 1.2
    assert waits[-1] == waits[-2] == rhythm.LONGEST
    assert rhythm.after_failure(1, wait_s=7200) >= timedelta(hours=2)
    assert rhythm.after_failure(1, wait_s=1e12) == rhythm.LONGEST


@pytest.mark.parametrize("how", ["seconds", "date"])
def test_a_server_that_asks_for_patience_gets_it(how):
    asked = {"seconds": "7200", "date": http_date((timezone.now() + timedelta(hours=2)).timestamp())}[how]
    with feeds.start() as press:
        feed = fetched(follow(press.put("/x", status=429, Retry_After=asked)))

    assert wait_of(feed) > timedelta(minutes=115)


def test_what_has_not_changed_is_not_sent_again():
    with feeds.start() as press:
        feed = fetched(
            follow(press.put("/x", feeds.rss(*FRESH), ETag='"1"', Last_Modified="Sat, 24 Jan 2026 19:15:00 GMT"))
        )
        again = fetched(feed)
        asked = press.asked[-1].headers

    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "Sat, 24 Jan 2026 19:15:00 GMT")
    assert asked["user-agent"] == "Staffellauf (+http://testserver/)"
    assert "gzip" in asked["accept-encoding"]
    assert (again.problem, again.failures, again.fetch_count) == ("", 0, 2)
    assert again.last_success_at and feed.last_success_at and again.last_success_at > feed.last_success_at


def test_a_success_after_failures_forgets_them():
    with feeds.start() as press:
        feed = fetched(follow(press.put("/x", status=503), failures=7))
        assert feed.failures == 8
        press.put("/x", feeds.rss(*FRESH))
        feed = fetched(feed)

    assert (feed.failures, feed.problem) == (0, "")
    assert Find.objects.count() == 1


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address():
    with feeds.start() as press:
        press.put("/new", feeds.rss(*FRESH))
        feed = fetched(follow(press.put("/old", status=301, Location="/new")))
        other = fetched(follow(press.put("/now", status=302, Location="/new")))

    assert feed.address == press.at("/new")
    assert other.address == press.at("/now")


def test_one_host_is_asked_for_one_feed_at_a_time_by_one_job():
    with feeds.start() as press:
        for n in range(4):
            follow(press.put(f"/{n}", feeds.rss((f"Quite another story number {n}", f"https://a.example/{n}", None))))
        actions.enqueue_due(now=timezone.now())
        assert Job.objects.filter(queue="feeds").count() == 1
        Worker(["feeds"], beats=False).drain()

    assert (press.most_at_once, len(press.asked)) == (1, 4)
    assert Find.objects.count() == 4


def test_only_feeds_that_are_due_and_followed_are_fetched():
    with feeds.start() as press:
        follow(press.put("/1", feeds.rss()), next_fetch_at=timezone.now() + timedelta(hours=1))
        follow(press.put("/2", feeds.rss()), is_active=False)
        Job.objects.all().delete()

        assert actions.enqueue_due(now=timezone.now()) == 0
        assert tasks.fetch_host.func("127.0.0.1") == 0
        assert press.asked == []


def test_a_bug_with_one_feed_keeps_no_other_from_being_fetched(monkeypatch):
    with feeds.start() as press:
        broken = follow(press.put("/1", feeds.rss(*FRESH)))
        fine = follow(press.put("/2", feeds.rss(*FRESH)))
        record = actions.record
        monkeypatch.setattr(
            actions, "record", lambda pk, outcome, *, now: 1 / 0 if pk == broken.pk else record(pk, outcome, now=now)
        )
        Worker(["feeds"], beats=False).drain()

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.problem, fine.problem) == ("unexpected", "")
    assert wait_of(broken) > timedelta(0)


def test_what_comes_up_while_a_server_is_slow_is_done_meanwhile(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT_S", 3.0)
    ran: list[list[str]] = []
    monkeypatch.setattr(Worker, "drain", _noting(Worker.drain, ran))
    with feeds.start() as press:
        feed = follow(press.at("/x"))
        press.put("/x", feeds.drip(press))
        tasks.fetch_host.func(feed.host)

    assert ["push", "default", "mail"] in ran


def _noting(drain, ran):
    def noted(self):
        ran.append(self.queues)
        return 0 if len(self.queues) > 1 else drain(self)

    return noted


def test_the_rhythm_follows_the_feed_within_its_bounds():
    now = timezone.now()

    def every(gap: timedelta) -> timedelta:
        dates = [now - gap * n for n in range(1, 25)]
        return rhythm.interval(before=timedelta(hours=1), dates=dates, has_news=True, now=now)

    assert every(timedelta(minutes=2)) == rhythm.SHORTEST
    assert timedelta(hours=1) < every(timedelta(hours=4)) < timedelta(hours=3)
    assert every(timedelta(days=30)) == rhythm.LONGEST
    undated = {
        has_news: rhythm.interval(before=timedelta(hours=2), dates=[], has_news=has_news, now=now)
        for has_news in (True, False)
    }
    assert undated == {True: timedelta(hours=1), False: timedelta(hours=3)}
    assert rhythm.after_success(timedelta(minutes=15), ttl_minutes=120, wait_s=0) >= timedelta(hours=2)
    assert rhythm.after_success(timedelta(minutes=15), ttl_minutes=0, wait_s=3600) >= timedelta(hours=1)
    assert rhythm.after_success(timedelta(minutes=15), ttl_minutes=10**9, wait_s=1e30) == rhythm.LONGEST


def test_a_feed_says_who_it_is_and_an_editor_knows_better():
    entry = {"id": "1", "url": "https://dwdl.example/1", "title": "Dark kehrt zurück"}
    about = {"title": "DWDL.de", "home_page_url": "https://dwdl.example/", "language": "de-DE"}
    said = {"version": "https://jsonfeed.org/version/1.1", "items": [entry]} | about
    with feeds.start() as press:
        address = press.put("/x", json.dumps(said), content_type="application/feed+json")
        feed = follow(address, title="Ours")
        feed = fetched(feed)

    assert (feed.title, feed.homepage, feed.language, feed.format) == ("Ours", "https://dwdl.example/", "de", "json")
    assert FeedItem.objects.get().title == "Dark kehrt zurück"


def test_the_sentences_of_all_problems_can_be_said():
    for code in problems.SENTENCES:
        assert problems.sentence(code, "7")
    assert problems.sentence("") == ""
    assert problems.sentence("never heard of")
