"""The inbox and the list of feeds, as editors use them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staffellauf.finds.actions import finds
from staffellauf.finds.models import Feed, FeedItem, Find, FindTopic, State
from staffellauf.jobs.models import Job
from staffellauf.jobs.worker import Worker
from staffellauf.newsroom.models import Article, Publication
from tests import make
from tests.finds.test_intake import JOINS, NOW, feed, item, take
from tests.newsroom.forms import client_of
from tests.standins import feeds as standin

pytestmark = pytest.mark.django_db
INBOX, FEEDS = "/redaktion/fundstuecke/", "/redaktion/fundstuecke/feeds/"


@pytest.fixture
def client() -> Client:
    return client_of(make.editor())


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def story(title: str = JOINS, *, publishers: tuple[str, ...] = ("Deadline",)) -> Find:
    for name in publishers:
        press = Feed.objects.filter(publisher=name).first() or feed(name)
        take(press, item(title, f"https://{name.lower()}.example/{abs(hash(title))}"))
    return Find.objects.get(headline=title)


# --- the inbox


def test_the_address_has_the_name_that_others_use():
    assert reverse("finds:inbox") == INBOX


def test_the_inbox_shows_headline_publishers_links_and_topics(client):
    make.series("Ballard")
    story(publishers=("Deadline", "Variety"))

    page = text(client.get(INBOX))

    assert "Rosanna Arquette Joins ‘Ballard’ Season 2" in page
    assert "https://deadline.example/" in page and "https://variety.example/" in page
    assert ">Ballard</a>" in page
    # The menu is JSON.
    assert r"Fundst\u00fccke (1)" in page


def test_without_feeds_the_inbox_says_how_to_follow_the_first(client):
    assert "feeds/neu/" in text(client.get(INBOX))


def test_write_makes_a_draft_with_sources_and_topics_and_opens_it():
    author = make.editor("ada", group="Autor")
    ballard = make.series("Ballard")
    find = story(publishers=("Deadline", "Variety"))

    page = client_of(author).post(f"{INBOX}{find.pk}/entscheidung/", {"action": "write"})

    article = Article.objects.get()
    find.refresh_from_db()
    assert page["Location"] == reverse("wagtailsnippets_newsroom_article:edit", args=[article.pk])
    assert client_of(author).get(page["Location"]).status_code == 200
    assert (article.kind, article.live, article.author, find.state, find.article) == (
        "news", False, author, "written", article,
    )  # fmt: skip
    assert [source.name for source in article.sources.all()] == ["Deadline", "Variety"]
    assert [(row.topic_id, row.weight) for row in article.subjects.all()] == [(ballard.pk, "main")]
    assert article.headline == "Ballard"


def test_publishing_as_a_find_needs_a_topic_and_makes_an_article_without_text(client):
    find = story()

    refused = client.post(
        f"{INBOX}{find.pk}/entscheidung/", {"action": "publish"}, headers={"accept": "application/json"}
    )
    finds.add_topic(find, make.series("Ballard"))
    done = client.post(f"{INBOX}{find.pk}/entscheidung/", {"action": "publish"}, headers={"accept": "application/json"})

    article = Article.objects.get()
    assert refused.status_code == 422 and refused.json()["error"]
    assert done.json()["link"] == article.get_absolute_url()
    assert (article.kind, article.live, article.body, article.headline) == ("find", True, "", JOINS)
    assert not Publication.objects.get().is_alerting
    assert client.get(article.get_absolute_url()).status_code == 200


def test_publishing_with_an_alert_is_an_editors_choice(client):
    make.series("Ballard")
    find = story()

    client.post(f"{INBOX}{find.pk}/entscheidung/", {"action": "publish", "alert": "1"})

    assert Publication.objects.get().is_alerting


def test_a_dismissed_find_can_be_taken_back(client):
    find = story()

    page = client.post(f"{INBOX}{find.pk}/entscheidung/", {"action": "dismiss", "back": INBOX}, follow=True)
    assert Find.objects.get().state == "dismissed"
    assert f'name="find" value="{find.pk}"' in text(page)
    client.post(f"{INBOX}sammel/", {"action": "take_back", "find": [find.pk]})

    assert Find.objects.get().state == "new"


def test_several_are_dismissed_at_once(client):
    made = [story(f"Quite another story number {n}") for n in range(3)]

    client.post(f"{INBOX}sammel/", {"action": "dismiss", "find": [made[0].pk, made[2].pk, "x", "9" * 40]})

    assert [Find.objects.get(pk=one.pk).state for one in made] == ["dismissed", "new", "dismissed"]


def test_two_editors_cannot_take_the_same_find(client):
    make.series("Ballard")
    find = story()
    client.post(f"{INBOX}{find.pk}/entscheidung/", {"action": "publish"})

    again = client_of(make.editor("other")).post(
        f"{INBOX}{find.pk}/entscheidung/", {"action": "write"}, headers={"accept": "application/json"}
    )

    assert again.status_code == 422
    assert Article.objects.count() == 1


def test_an_author_writes_but_decides_nothing_and_readers_see_nothing():
    author = client_of(make.editor("ada", group="Autor"))
    find = story()

    assert author.get(INBOX).status_code == 200
    for action in ("publish", "dismiss", "take_back"):
        page = author.post(
            f"{INBOX}{find.pk}/entscheidung/", {"action": action}, headers={"accept": "application/json"}
        )
        assert page.status_code in (302, 403)
    assert author.post(f"{INBOX}sammel/", {"action": "dismiss", "find": [find.pk]}).status_code in (302, 403)
    assert author.get(FEEDS).status_code == 302
    assert client_of(make.user("eve")).get(INBOX).status_code == 302
    assert Find.objects.get().state == "new"


def test_topics_are_added_and_removed_by_hand_and_headlines_do_not_bring_them_back(client):
    ballard, dark = make.series("Ballard"), make.series("Dark")
    find = story()
    address = f"{INBOX}{find.pk}/themen/"

    client.post(address, {"remove": str(ballard.pk)})
    client.post(address, {"add": str(dark.pk)})
    story(publishers=("Variety",))

    rows = FindTopic.objects.filter(find=find, score__gt=0)
    assert [row.topic.name for row in rows] == ["Dark"]
    assert (
        client.post(address, {"name": "nobody knows this"}, headers={"accept": "application/json"}).status_code == 422
    )
    client.post(address, {"name": "ballard"})
    assert rows.all().count() == 2


def test_a_find_is_split_and_joined_by_hand(client):
    find = story(publishers=("Deadline", "Variety"))
    entry = find.items.order_by("-pk")[0]

    client.post(f"{INBOX}{find.pk}/teilen/", {"item": str(entry.pk)})
    assert sorted(one.items.count() for one in Find.objects.all()) == [1, 1]
    client.post(f"{INBOX}sammel/", {"action": "join", "find": [one.pk for one in Find.objects.all()]})

    assert Find.objects.get().items.count() == 2
    assert client.get(f"{INBOX}{Find.objects.get().pk}/").status_code == 200


def test_what_is_new_stays_in_the_inbox_when_it_joins_what_was_dismissed(client):
    older = story()
    newer = story("Quite another story about nothing", publishers=("Variety",))
    client.post(f"{INBOX}sammel/", {"action": "dismiss", "find": [older.pk]})
    assert Find.objects.get(pk=older.pk).state == State.DISMISSED

    client.post(f"{INBOX}sammel/", {"action": "join", "find": [older.pk, newer.pk]})

    kept = Find.objects.get()
    assert (kept.pk, kept.state, kept.items.count()) == (newer.pk, State.NEW, 2)


def test_the_inbox_is_filtered_by_feed_topic_state_and_words(client):
    ballard = make.series("Ballard")
    story()
    story("Quite another story about nothing", publishers=("Variety",))
    variety = Feed.objects.get(publisher="Variety")

    assert [row.find.headline for row in client.get(INBOX, {"feed": variety.pk}).context["rows"]] == [
        "Quite another story about nothing"
    ]
    assert [row.find.headline for row in client.get(INBOX, {"thema": ballard.pk}).context["rows"]] == [JOINS]
    assert [row.find.headline for row in client.get(INBOX, {"q": "árquette deadline"}).context["rows"]] == [JOINS]
    assert client.get(INBOX, {"stand": "verworfen"}).context["rows"] == []
    assert len(client.get(INBOX, {"stand": "alle"}).context["rows"]) == 2


@pytest.mark.parametrize(
    "query", ["feed=9" + "9" * 40, "thema=x", "q=%00%00", "p=99999", "stand=%ff", "verworfen=1,x," + "9" * 40]
)
def test_nonsense_in_the_address_breaks_nothing(client, query):
    story()

    assert client.get(f"{INBOX}?{query}").status_code == 200


@pytest.mark.parametrize("values", [{}, {"action": "explode"}, {"action": "dismiss", "back": "https://evil.example/"}])
def test_a_forged_decision_is_refused_or_leads_back_to_the_inbox(client, values):
    find = story()

    page = client.post(f"{INBOX}{find.pk}/entscheidung/", values)

    assert page.url.startswith(INBOX)


def test_the_number_of_queries_does_not_depend_on_the_number_of_finds(client):
    make.series("Ballard")
    story()
    client.get(INBOX)
    with CaptureQueriesContext(connection) as few:
        client.get(INBOX)
    for n in range(6):
        story(f"‘Ballard’ and story number {n} with words of its own {n * 7}", publishers=("Deadline", "Variety"))

    with CaptureQueriesContext(connection) as many:
        assert len(client.get(INBOX).context["rows"]) > 3

    assert len(many) == len(few)


# --- feeds


def test_a_feed_is_looked_at_before_it_is_followed_and_then_fetched(client, settings):
    settings.FEEDS_ALLOW_LOCAL = True
    now = datetime.now(UTC)
    with standin.start() as press:
        address = press.put("/rss", standin.rss((JOINS, "https://deadline.example/1", now)))
        page = text(client.get(f"{FEEDS}neu/", {"address": address}))
        assert JOINS.replace("‘", "‘") in page
        assert not Feed.objects.exists()
        values = {"address": address, "publisher": "Deadline", "language": "en", "source_kind": "trade_press"}
        client.post(f"{FEEDS}neu/", values)
        Worker(["feeds"], beats=False).drain()

    followed = Feed.objects.get()
    assert (followed.publisher, followed.title, followed.problem) == ("Deadline", "Deadline", "")
    assert Find.objects.get().headline == JOINS
    page = text(client.get(f"{FEEDS}{followed.pk}/"))
    assert "Deadline" in page and JOINS in page
    assert client.get(FEEDS).status_code == 200


def test_a_page_offers_its_feeds(client, settings):
    settings.FEEDS_ALLOW_LOCAL = True
    html = '<html><head><link rel="alternate" type="application/rss+xml" title="Alle News" href="/rss"></head></html>'
    with standin.start() as press:
        page = text(client.get(f"{FEEDS}neu/", {"address": press.put("/", html, content_type="text/html")}))

        assert "Alle News" in page
        assert f"{press.url}/rss" in page


def test_another_site_cannot_have_us_look_at_an_address(client, settings):
    settings.FEEDS_ALLOW_LOCAL = True
    with standin.start() as press:
        client.get(f"{FEEDS}neu/", {"address": press.at("/rss")}, headers={"sec-fetch-site": "cross-site"})

        assert press.asked == []


def test_the_same_feed_is_not_followed_twice(client):
    made = feed()
    values = {"address": made.address.replace("https", "http"), "publisher": "x", "source_kind": "press"}

    page = client.post(f"{FEEDS}neu/", values)

    assert page.status_code == 422
    assert Feed.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "file:///etc/passwd", "x" * 700, "http://a:b@example.org/", "\0"]
)
def test_what_is_no_address_is_not_followed(client, address):
    page = client.post(f"{FEEDS}neu/", {"address": address, "publisher": "x", "source_kind": "press"})

    assert page.status_code == 422
    assert not Feed.objects.exists()


def test_a_feed_is_edited_switched_off_and_on_and_fetched_now(client):
    made = feed()
    take(made, item(JOINS))
    values = {"publisher": "DWDL", "title": "x", "language": "de", "source_kind": "press", "alerts": "on"}

    client.post(f"{FEEDS}{made.pk}/", values)
    client.post(f"{FEEDS}{made.pk}/aktion/", {"action": "off"})
    made.refresh_from_db()
    assert (made.publisher, made.alerts, made.is_active, made.next_fetch_at) == ("DWDL", True, False, None)
    assert FeedItem.objects.get().publisher == "DWDL"
    client.post(f"{FEEDS}{made.pk}/aktion/", {"action": "on"})
    client.post(f"{FEEDS}{made.pk}/aktion/", {"action": "fetch"})

    made.refresh_from_db()
    assert made.is_active and made.next_fetch_at
    assert Job.objects.filter(queue="feeds").count() == 1


@pytest.mark.parametrize(("choice", "left"), [("stay", 1), ("go", 0)])
def test_a_feed_that_goes_leaves_its_finds_or_takes_them_along(client, choice, left):
    made = feed()
    take(made, item(JOINS))

    client.post(f"{FEEDS}{made.pk}/aktion/", {"action": "remove", "finds": choice})

    assert (Feed.objects.count(), Find.objects.count()) == (0, left)
    assert client.get(INBOX).status_code == 200


def test_a_find_that_another_feed_has_too_stays_when_a_feed_takes_its_finds_along(client):
    story(publishers=("Deadline", "Variety"))

    client.post(f"{FEEDS}{Feed.objects.get(publisher='Variety').pk}/aktion/", {"action": "remove", "finds": "go"})

    assert Find.objects.count() == 1


def test_lists_of_feeds_go_out_and_come_in(client):
    feed("Deadline", homepage="https://deadline.example/")
    feed("A & “B”", address="https://ab.example/feed?a=1&b=2", title="A & “B”")
    saved = client.get(f"{FEEDS}opml/")
    Feed.objects.all().delete()

    client.post(f"{FEEDS}opml/", {"file": SimpleUploadedFile("feeds.opml", saved.content)})
    page = client.post(f"{FEEDS}opml/", {"file": SimpleUploadedFile("feeds.opml", b"<html>")}, follow=True)

    assert sorted(made.publisher for made in Feed.objects.all()) == ["A & “B”", "Deadline"]
    assert Feed.objects.get(publisher="Deadline").homepage == "https://deadline.example/"
    assert "OPML" in text(page)


def test_the_list_of_feeds_takes_the_same_number_of_queries_at_any_length(client):
    take(feed(), item(JOINS))
    client.get(FEEDS)
    with CaptureQueriesContext(connection) as few:
        client.get(FEEDS)
    for n in range(5):
        take(feed(f"Paper{n}"), item(f"Something quite different from paper {n}, number {n * 13}"))

    with CaptureQueriesContext(connection) as many:
        client.get(FEEDS)

    assert len(many) == len(few)


def test_only_who_may_follow_feeds_reaches_them():
    made = feed()
    author = client_of(make.editor("ada", group="Autor"))

    for address in (f"{FEEDS}neu/", f"{FEEDS}opml/", f"{FEEDS}{made.pk}/"):
        assert author.get(address).status_code == 302
    assert author.post(f"{FEEDS}{made.pk}/aktion/", {"action": "remove"}).status_code == 302
    assert Feed.objects.filter(created_at__gte=NOW - timedelta(days=1)).count() == 1
