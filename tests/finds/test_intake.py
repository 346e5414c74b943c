"""What a feed holds becomes entries and stories: each once, with several publishers, never a text."""

from datetime import UTC, datetime, timedelta

import pytest

from staffellauf.alerts.models import Relay
from staffellauf.finds import queries
from staffellauf.finds.actions import feeds, finds, intake
from staffellauf.finds.fetching import Outcome
from staffellauf.finds.models import Feed, FeedItem, Find, State
from staffellauf.finds.reading.records import Item, Reading
from staffellauf.newsroom.models import Article, Publication
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 24, 19, 15, tzinfo=UTC)
JOINS = "Rosanna Arquette Joins ‘Ballard’ Season 2"


def feed(publisher: str = "Deadline", **fields: object) -> Feed:
    host = f"{publisher.lower()}.example"
    values: dict[str, object] = {"language": "en", "created_at": NOW, "next_fetch_at": NOW, "host": host}
    values |= {"address": f"https://{host}/feed/{Feed.objects.count()}", "last_success_at": NOW - timedelta(hours=1)}
    return Feed.objects.create(publisher=publisher, **values | fields)


def item(title: str, link: str = "", *, guid: str = "", at: datetime | None = NOW) -> Item:
    address = link or f"https://press.example/{title.replace(' ', '-')}"
    return Item(guid=guid or address, link=address, title=title, published_at=at.isoformat() if at else "")


def take(of: Feed, *items: Item, now: datetime = NOW) -> intake.Taken:
    taken = feeds.record(of.pk, Outcome(reading=Reading(items=list(items))), now=now)
    assert taken is not None
    return taken


def publishers(find: Find) -> list[str]:
    return [entry.publisher for entry in find.items.order_by("pk")]


def test_an_entry_becomes_a_find_once():
    press = feed()

    first, second = take(press, item(JOINS)), take(press, item(JOINS), now=NOW + timedelta(hours=1))

    find = Find.objects.get()
    assert (len(first.made), len(second.made), second.new_items) == (1, 0, 0)
    assert (find.headline, find.language, find.state) == (JOINS, "en", "new")
    assert queries.new_count() == 1


def test_the_same_story_in_three_feeds_is_one_find_with_three_publishers():
    make.series("Ballard")
    make.person("Rosanna Arquette")

    take(feed("Deadline"), item(JOINS, "https://deadline.example/1"))
    take(
        feed("Variety"),
        item("‘Ballard’: Rosanna Arquette Joins Cast For Season 2 - Variety", "https://variety.example/b"),
    )
    take(feed("TVLine"), item("Ballard adds Rosanna Arquette for second season", "https://tvline.example/c"))

    find = Find.objects.get()
    assert publishers(find) == ["Deadline", "Variety", "TVLine"]
    assert {row.topic.name for row in find.find_topics.all()} == {"Ballard", "Rosanna Arquette"}
    main = queries.best_of(find.find_topics.select_related("topic"))
    assert main is not None and main.topic.name == "Ballard"


def test_two_stories_of_one_publisher_stay_two_however_alike():
    press = feed()

    take(press, item("Netflix Renews ‘Dark Matters’ For Season 3", "https://deadline.example/1"),
         item("Netflix Renews ‘Dark Matters’ For Third Season", "https://deadline.example/2"))  # fmt: skip

    assert Find.objects.count() == 2


def test_the_same_page_in_two_feeds_of_one_publisher_is_one_find():
    take(feed(), item("A first wording of it", "https://www.deadline.example/1/?utm_source=rss"))
    take(feed(), item("Quite another headline", "http://deadline.example/1#comments"))

    assert publishers(Find.objects.get()) == ["Deadline", "Deadline"]


def test_a_story_that_comes_up_again_after_days_is_a_new_one():
    take(feed(), item(JOINS, "https://deadline.example/1"))
    later = NOW + timedelta(days=4)

    take(feed("Variety"), item(JOINS, "https://variety.example/1", at=later), now=later)

    assert Find.objects.count() == 2


def test_guids_that_change_do_not_make_the_same_page_new():
    press = feed()
    take(press, item(JOINS, "https://deadline.example/1", guid="a1"))

    again = take(press, item(JOINS, "https://deadline.example/1?utm_medium=x", guid="b2"))

    assert (again.new_items, FeedItem.objects.count()) == (0, 1)


def test_what_is_old_when_we_first_see_it_is_kept_but_no_news():
    take(feed(), item("Long ago", at=NOW - timedelta(days=30)), item("Just now"))

    assert [find.headline for find in Find.objects.all()] == ["Just now"]
    assert FeedItem.objects.count() == 2


def test_a_new_feed_without_dates_does_not_fill_the_inbox():
    take(feed(last_success_at=None), *(item(f"Entry number {n} of many", at=None) for n in range(60)))

    assert Find.objects.count() == intake.FIRST_UNDATED


def test_a_date_in_the_future_is_none():
    take(feed(), item("From next year", at=NOW + timedelta(days=365)))

    assert FeedItem.objects.get().published_at is None
    assert Find.objects.get().first_seen_at == NOW


def test_a_corrected_headline_is_corrected_in_the_inbox_and_nowhere_else():
    press = feed()
    take(press, item("Rosana Arqete joins", "https://deadline.example/1"), item("Other", "https://deadline.example/2"))
    Find.objects.filter(headline="Other").update(state="dismissed", decided_at=NOW)

    take(press, item(JOINS, "https://deadline.example/1"), item("Another", "https://deadline.example/2"))

    assert sorted(find.headline for find in Find.objects.all()) == ["Other", JOINS]
    assert Find.objects.holding("arquette ballard").get().headline == JOINS


def test_a_dismissed_story_stays_so_when_another_publisher_has_it_too():
    take(feed(), item(JOINS, "https://deadline.example/1"))
    Find.objects.update(state="dismissed", decided_at=NOW)

    take(feed("Variety"), item(JOINS, "https://variety.example/1"))

    find = Find.objects.get()
    assert (find.state, publishers(find)) == ("dismissed", ["Deadline", "Variety"])


def test_a_publisher_that_joins_a_published_find_is_one_more_source_and_alerts_nobody():
    ballard = make.series("Ballard")
    make.reader("ada", follows=[ballard])
    press = feed(publishes_itself=True, alerts=True)
    take(press, item(JOINS, "https://deadline.example/1"))
    article = Article.objects.get()

    take(feed("Variety"), item(JOINS, "https://variety.example/1"))

    assert [source.name for source in Article.objects.get().sources.all()] == ["Deadline", "Variety"]
    assert [source.name for source in article.get_latest_revision_as_object().sources.all()] == ["Deadline", "Variety"]
    assert Publication.objects.count() == 1
    assert Relay.objects.count() <= 1


@pytest.mark.parametrize("alerts", [False, True])
def test_a_feed_that_publishes_itself_lets_sure_finds_out_and_alerts_only_when_it_says_so(alerts):
    make.series("Ballard")
    make.person("Rosanna Arquette")
    press = feed(publishes_itself=True, alerts=alerts)

    take(
        press, item(JOINS, "https://deadline.example/1"), item("Rosanna Arquette speaks", "https://deadline.example/2")
    )

    article = Article.objects.get()
    publication = Publication.objects.get()
    assert (article.kind, article.headline, article.body, article.live) == ("find", JOINS, "", True)
    assert [(s.name, s.url) for s in article.sources.all()] == [("Deadline", "https://deadline.example/1")]
    assert [(s.topic.name, s.weight) for s in article.subjects.all()] == [
        ("Ballard", "main"), ("Rosanna Arquette", "mentioned")
    ]  # fmt: skip
    assert publication.is_alerting is alerts
    assert sorted(find.state for find in Find.objects.all()) == [State.NEW, State.PUBLISHED]


def test_a_feed_that_goes_wild_publishes_a_few_an_hour():
    for n in range(12):
        make.series(f"The Long Series Number {n}")
    press = feed(publishes_itself=True)
    titles = [f"‘The Long Series Number {n}’ does what only number {n} does" for n in range(12)]

    take(press, *(item(title) for title in titles))

    assert Article.objects.count() == finds.MOST_AN_HOUR
    assert Find.objects.new().count() == 12 - finds.MOST_AN_HOUR


def test_nothing_of_their_text_is_stored_anywhere():
    take(feed(), item(JOINS))

    columns = {field.name for model in (Find, FeedItem) for field in model._meta.get_fields()}
    assert not columns & {"summary", "description", "content", "body", "text"}


def test_old_dismissed_finds_go_and_their_entries_stay_so_that_they_do_not_come_back():
    press = feed()
    take(press, item(JOINS))
    Find.objects.update(state="dismissed", decided_at=NOW)

    later = NOW + finds.KEEP_DISMISSED + timedelta(days=1)
    assert finds.prune(now=later) == (1, 0)
    assert take(press, item(JOINS), now=later).new_items == 0
    assert finds.prune(now=later + finds.KEEP_ENTRIES + timedelta(days=1)) == (0, 1)
