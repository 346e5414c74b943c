"""The feed is one join of follows and placed articles, newest first, each article once."""

import pytest

from staffellauf.newsroom import actions as newsroom
from staffellauf.newsroom.models import Article
from staffellauf.readers import actions, queries
from tests import make

pytestmark = pytest.mark.django_db


def headlines(page: queries.FeedPage) -> list[str]:
    return [item.article.headline for item in page.items]


def test_a_follower_finds_the_newest_article_first() -> None:
    ballard = make.series("Ballard")
    make.article("Erste", about=[ballard])
    make.article("Zweite", about=[ballard])

    assert headlines(queries.feed(make.device_reader(follows=[ballard]))) == ["Zweite", "Erste"]


def test_a_stranger_does_not_find_it() -> None:
    make.article("Erste", about=[make.series("Ballard")])

    assert headlines(queries.feed(make.device_reader(follows=[make.series("Dark")]))) == []
    assert headlines(queries.feed(make.reader("bob"))) == []


def test_who_follows_all_three_topics_has_it_once_with_every_reason() -> None:
    bosch = make.franchise("Bosch")
    ballard, arquette = make.series("Ballard", franchises=[bosch]), make.person("Rosanna Arquette")
    make.article("Erste", about=[ballard, arquette])

    page = queries.feed(make.reader("ada", follows=[ballard, arquette, bosch]))

    assert headlines(page) == ["Erste"]
    assert {topic.name for topic in page.items[0].because} == {"Ballard", "Rosanna Arquette", "Bosch"}


def test_an_unpublished_article_leaves_the_feed_and_comes_back_where_it_was() -> None:
    ballard = make.series("Ballard")
    first = make.article("Erste", about=[ballard])
    make.article("Zweite", about=[ballard])
    reader = make.device_reader(follows=[ballard])

    first.unpublish()
    without = headlines(queries.feed(reader))
    newsroom.publish(Article.objects.get(pk=first.pk))

    assert without == ["Zweite"]
    assert headlines(queries.feed(reader)) == ["Zweite", "Erste"]


@pytest.mark.parametrize(("articles", "size"), [(1, 1), (5, 2), (7, 7), (8, 3)])
def test_pages_join_without_gap_or_double(articles: int, size: int) -> None:
    topics = [make.series(name) for name in ("Dark", "Ballard", "Bosch")]
    for number in range(articles):
        make.article(f"Meldung {number}", about=topics[: 1 + number % 3])
    reader = make.device_reader(follows=topics)

    seen: list[str] = []
    page = queries.feed(reader, size=size)
    seen += headlines(page)
    while page.next_before is not None:
        page = queries.feed(reader, before=page.next_before, size=size)
        seen += headlines(page)

    assert seen == [f"Meldung {number}" for number in reversed(range(articles))]


def test_an_article_of_more_followed_topics_than_a_window_reads_still_ends_the_page() -> None:
    topics = [make.series(f"Serie {number}") for number in range(9)]
    make.article("Eins", about=topics)
    make.article("Zwei", about=topics)
    make.article("Drei", about=topics)
    reader = make.device_reader(follows=topics)

    page = queries.feed(reader, size=2)

    assert headlines(page) == ["Drei", "Zwei"]
    assert headlines(queries.feed(reader, before=page.next_before or 0, size=2)) == ["Eins"]


def test_the_window_widens_for_a_reader_of_rare_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WINDOWS", (2, 3, 2**62))
    rare, common = make.series("Selten"), make.series("Oft")
    make.article("Rar", about=[rare])
    for number in range(8):
        make.article(f"Meldung {number}", about=[common])
    make.article("Beides", about=[rare, common])

    assert headlines(queries.feed(make.device_reader(follows=[rare]))) == ["Beides", "Rar"]


def test_the_number_of_queries_stays_when_the_rows_double(django_assert_max_num_queries) -> None:
    dark = make.series("Dark")
    reader = make.device_reader(follows=[dark])
    make.articles(3, about=[dark])
    with django_assert_max_num_queries(6):
        queries.feed(reader)
    for number in range(6):
        make.article(f"Weitere {number}", about=[dark, make.series(f"Serie {number}")])

    with django_assert_max_num_queries(6):
        queries.feed(reader)


def test_what_was_opened_counts_as_read() -> None:
    dark = make.series("Dark")
    first, _second = make.article("Erste", about=[dark]), make.article("Zweite", about=[dark])
    reader = make.device_reader(follows=[dark])

    actions.mark_read(reader, first)
    actions.mark_read(reader, first)

    assert [item.is_read for item in queries.feed(reader).items] == [False, True]
    assert queries.unread_count(reader) == 1


def test_all_read_swallows_the_single_marks_and_stays_within_what_was_published() -> None:
    dark = make.series("Dark")
    first, _second = make.article("Erste", about=[dark]), make.article("Zweite", about=[dark])
    reader = make.device_reader(follows=[dark])
    actions.mark_read(reader, first)

    actions.mark_all_read(reader, position=2**62)

    assert queries.unread_count(reader) == 0
    assert reader.read_marks.count() == 0
    make.article("Dritte", about=[dark])
    assert queries.unread_count(reader) == 1


def test_an_article_outside_the_feed_leaves_no_mark() -> None:
    reader = make.device_reader(follows=[make.series("Dark")])

    actions.mark_read(reader, make.article("Fremd", about=[make.series("Ballard")]))

    assert reader.read_marks.count() == 0
