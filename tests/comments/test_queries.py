from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from staffellauf.accounts.models import User
from staffellauf.comments import actions, queries
from staffellauf.comments.models import Comment
from staffellauf.newsroom.models import Article
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.EVENING


def at(minute: int, *, on: Article, by: User, parent: Comment | None = None) -> Comment:
    made = make.comment(f"Minute {minute}", on=on, by=by, parent=parent)
    made.created_at = NOW + timedelta(minutes=minute)
    made.save()
    return made


def texts(thread: queries.Thread) -> list[object]:
    return [[branch.comment.text, *(reply.text for reply in branch.replies)] for branch in thread.branches]


def test_a_thread_is_ordered_either_way_with_its_replies_in_the_order_of_talking() -> None:
    ada, article = make.user("ada"), make.article()
    first, _second = at(1, on=article, by=ada), at(2, on=article, by=ada)
    at(3, on=article, by=ada, parent=first)
    at(4, on=article, by=ada, parent=first)

    assert texts(queries.thread(article)) == [["Minute 1", "Minute 3", "Minute 4"], ["Minute 2"]]
    newest = queries.thread(article, order=queries.Order.NEWEST)
    assert texts(newest) == [["Minute 2"], ["Minute 1", "Minute 3", "Minute 4"]]


def test_a_deleted_comment_keeps_its_place_only_under_replies() -> None:
    ada, article = make.user("ada"), make.article()
    answered, alone = at(1, on=article, by=ada), at(2, on=article, by=ada)
    reply, gone = at(3, on=article, by=ada, parent=answered), at(4, on=article, by=ada, parent=answered)
    for comment in (answered, alone, gone):
        actions.delete(ada, comment)

    thread = queries.thread(article)
    assert texts(thread) == [["", "Minute 3"]]
    assert thread.count == 1
    actions.delete(ada, reply)
    assert queries.thread(article).branches == []


def test_a_thread_takes_as_many_queries_however_long_it_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    article = make.article()

    def talk(names: str) -> None:
        for name in names:
            by = make.user(name)
            first = at(1, on=article, by=by)
            at(2, on=article, by=by, parent=first)

    talk("abc")
    with django_assert_num_queries(5):
        texts(queries.thread(article))
    talk("defghi")
    with django_assert_num_queries(5):
        assert len([branch.comment.author for branch in queries.thread(article).branches]) == 9


def test_long_threads_have_pages_and_every_comment_knows_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    ada, article = make.user("ada"), make.article()
    comments = [at(minute, on=article, by=ada) for minute in range(5)]
    reply = at(9, on=article, by=ada, parent=comments[4])

    assert texts(queries.thread(article, page=2)) == [["Minute 2"], ["Minute 3"]]
    assert queries.thread(article, page=99).page == 3
    assert [queries.page_of(comment) for comment in [*comments, reply]] == [1, 1, 2, 2, 3, 3]


def test_counts_leave_out_what_is_not_visible() -> None:
    ada, (one, two) = make.user("ada"), make.articles(2)
    make.comment("Eins", on=one, by=ada)
    actions.delete(ada, make.comment("Zwei", on=one, by=ada))

    assert queries.counts([one, two]) == {one.pk: 1}


def test_the_queue_holds_open_reports_the_most_reported_first() -> None:
    ada, bob, eve, article = make.user("ada"), make.user("bob"), make.user("eve"), make.article()
    quiet, once, twice, settled = (make.comment(t, on=article, by=ada) for t in ("ruhig", "einmal", "zweimal", "alt"))
    for reporter, comment in ((bob, once), (bob, twice), (eve, twice), (bob, settled)):
        actions.report(reporter, comment, reason="Spam", now=NOW)
    actions.dismiss_reports(settled, editor=eve, now=NOW)

    assert [comment.text for comment in queries.reported()] == ["zweimal", "einmal"]
    assert queries.open_report_count() == 2
    assert quiet in queries.for_editors()
    assert [vars(comment)["open_reports"] for comment in queries.reported()] == [2, 1]
