import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from wagtail.models import ModelLogEntry

from staffellauf.comments import actions
from staffellauf.comments.models import MAX_LENGTH, Comment, Report
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.EVENING
MINUTE = timedelta(minutes=1)


def key() -> uuid.UUID:
    return uuid.uuid4()


def test_a_form_sent_twice_is_stored_once() -> None:
    ada, article, form = make.user("ada"), make.article(), key()

    first = actions.write(ada, article, text="Endlich!", form_key=form, now=NOW)
    again = actions.write(ada, article, text="Endlich!", form_key=form, now=NOW)

    assert first == again
    assert Comment.objects.count() == 1


def test_a_form_sent_again_after_the_comment_was_deleted_brings_nothing_back() -> None:
    ada, article, form = make.user("ada"), make.article(), key()
    actions.delete(ada, actions.write(ada, article, text="Ups", form_key=form, now=NOW))

    actions.write(ada, article, text="Ups", form_key=form, now=NOW)

    assert not Comment.objects.visible().exists()


def test_somebody_elses_form_key_is_refused() -> None:
    article, form = make.article(), key()
    actions.write(make.user("ada"), article, text="Eins", form_key=form, now=NOW)

    with pytest.raises(actions.CommentRefused):
        actions.write(make.user("bob"), article, text="Zwei", form_key=form, now=NOW)


def test_a_reply_to_a_reply_stands_beside_it() -> None:
    ada, article = make.user("ada"), make.article()
    first = make.comment("Eins", on=article, by=ada)
    reply = make.comment("Zwei", on=article, by=ada, parent=first)

    made = actions.reply(ada, reply, text="Drei", form_key=key(), now=NOW)

    assert made.parent == first


@pytest.mark.parametrize("state", [Comment.State.HIDDEN, Comment.State.DELETED])
def test_what_is_gone_takes_no_replies(state: str) -> None:
    ada = make.user("ada")
    gone = make.comment("Eins", on=make.article(), by=ada)
    gone.state = state

    with pytest.raises(actions.CommentRefused):
        actions.reply(ada, gone, text="Zwei", form_key=key(), now=NOW)


def test_the_sixth_comment_within_a_minute_waits() -> None:
    ada, bob = make.user("ada"), make.user("bob")
    articles = make.articles(2)
    for number in range(5):
        actions.write(ada, articles[number % 2], text=str(number), form_key=key(), now=NOW)

    with pytest.raises(actions.TooFast):
        actions.write(ada, articles[0], text="zu viel", form_key=key(), now=NOW + MINUTE - timedelta(seconds=1))
    actions.write(bob, articles[0], text="Bob darf", form_key=key(), now=NOW)
    actions.write(ada, articles[0], text="jetzt wieder", form_key=key(), now=NOW + MINUTE)


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_posts_sent_at_the_same_moment() -> None:
    ada, article = make.user("ada"), make.article()
    outcomes: list[str] = []

    def post() -> None:
        try:
            actions.write(ada, article, text="schnell", form_key=key(), now=NOW)
            outcomes.append("stored")
        except actions.TooFast:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused"] * 3 + ["stored"] * 5


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "a\x00b", "a\x08b", "\ud800", "x" * (MAX_LENGTH + 1)])
def test_text_that_cannot_be_shown_or_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(actions.CommentRefused):
        actions.clean(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\r\nb", "a\nb"),
        (" a  b \n\n\n\n c ", "a b\n\nc"),
        ("a\tb", "a b"),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
        ("🎉", "🎉"),
    ],
)
def test_text_is_stored_with_single_spaces_and_empty_lines(typed: str, stored: str) -> None:
    assert actions.clean(typed) == stored


def test_a_draft_takes_no_comments() -> None:
    with pytest.raises(actions.CommentRefused):
        actions.write(make.user(), make.draft(), text="Eins", form_key=key(), now=NOW)


def test_a_person_without_a_name_or_with_a_closed_account_writes_nothing() -> None:
    article = make.article()
    for person in (make.user("ada", display_name=""), make.user("bob", is_active=False)):
        with pytest.raises(actions.CommentRefused):
            actions.write(person, article, text="Eins", form_key=key(), now=NOW)


def test_a_comment_is_changed_for_fifteen_minutes() -> None:
    ada = make.user("ada")
    comment = make.comment("Eins", on=make.article(), by=ada)

    actions.edit(ada, comment, text="Zwei", now=NOW + 14 * MINUTE)
    comment.refresh_from_db()
    assert (comment.text, comment.edited_at) == ("Zwei", NOW + 14 * MINUTE)
    with pytest.raises(actions.CommentRefused):
        actions.edit(ada, comment, text="Drei", now=NOW + 15 * MINUTE)


def test_saving_without_a_change_marks_nothing() -> None:
    ada = make.user("ada")
    comment = make.comment("Eins", on=make.article(), by=ada)

    actions.edit(ada, comment, text=" Eins ", now=NOW)

    comment.refresh_from_db()
    assert comment.edited_at is None


def test_only_its_author_changes_or_deletes_a_comment_and_no_closed_account_does() -> None:
    ada = make.user("ada")
    comment = make.comment("Eins", on=make.article(), by=ada)
    ada.is_active = False

    for person in (make.user("bob"), ada):
        with pytest.raises(actions.NotYours):
            actions.edit(person, comment, text="Zwei", now=NOW)
        with pytest.raises(actions.NotYours):
            actions.delete(person, comment)


def test_a_hidden_comment_is_not_changed() -> None:
    ada = make.user("ada")
    comment = make.comment("Eins", on=make.article(), by=ada)
    actions.hide(comment, editor=make.user("grace"), reason="Beleidigung", now=NOW)
    comment.refresh_from_db()

    with pytest.raises(actions.CommentRefused):
        actions.edit(ada, comment, text="Zwei", now=NOW)


def test_deleting_takes_the_words_and_the_reports() -> None:
    ada = make.user("ada")
    comment = make.comment("Eins", on=make.article(), by=ada)
    actions.report(make.user("bob"), comment, reason="Spam", now=NOW)

    actions.delete(ada, comment)
    actions.delete(ada, comment)

    comment.refresh_from_db()
    assert (comment.state, comment.text) == ("deleted", "")
    assert not Report.objects.open().exists()


def test_a_report_outlives_the_account_it_came_from() -> None:
    comment = make.comment("Eins", on=make.article(), by=make.user("ada"))
    bob = make.user("bob")
    actions.report(bob, comment, reason="Spam", now=NOW)

    bob.delete()

    assert Report.objects.open().get().reporter is None


def test_a_reader_reports_a_comment_once_and_not_their_own() -> None:
    ada, bob = make.user("ada"), make.user("bob")
    comment = make.comment("Eins", on=make.article(), by=ada)

    assert actions.report(bob, comment, reason="Spam", now=NOW)
    assert not actions.report(bob, comment, reason="Spam!!!", now=NOW)
    with pytest.raises(actions.CommentRefused):
        actions.report(ada, comment, reason="Spam", now=NOW)
    with pytest.raises(actions.CommentRefused):
        actions.report(make.user("eve"), comment, reason=" ", now=NOW)


def test_hiding_needs_a_reason_decides_the_reports_and_remembers_who() -> None:
    grace = make.user("grace")
    comment = make.comment("Eins", on=make.article(), by=make.user("ada"))
    actions.report(make.user("bob"), comment, reason="Spam", now=NOW)

    for nothing in ("  ", "a\x00b", "x" * 301):
        with pytest.raises(ValidationError):
            actions.hide(comment, editor=grace, reason=nothing, now=NOW)
    actions.hide(comment, editor=grace, reason="Werbung", now=NOW)

    comment.refresh_from_db()
    assert (comment.state, comment.hidden_reason, comment.hidden_by) == ("hidden", "Werbung", grace)
    assert not Report.objects.open().exists()


def test_the_log_holds_no_words_of_the_comment() -> None:
    grace = make.user("grace")
    comment = make.comment("Eins", on=make.article(), by=make.user("ada"))

    actions.hide(comment, editor=grace, reason="Werbung", now=NOW)
    actions.unhide(comment, editor=grace)

    assert set(ModelLogEntry.objects.for_instance(comment).values_list("label", flat=True)) == {f"#{comment.pk}"}


def test_unhiding_shows_the_comment_again() -> None:
    grace = make.user("grace")
    comment = make.comment("Eins", on=make.article(), by=make.user("ada"))
    actions.hide(comment, editor=grace, reason="Werbung", now=NOW)

    actions.unhide(comment, editor=grace)

    comment.refresh_from_db()
    assert (comment.state, comment.hidden_reason, comment.hidden_by) == ("visible", "", None)


def test_a_deleted_comment_is_neither_hidden_nor_brought_back() -> None:
    ada, grace = make.user("ada"), make.user("grace")
    comment = make.comment("Eins", on=make.article(), by=ada)
    actions.delete(ada, comment)

    actions.hide(comment, editor=grace, reason="Werbung", now=NOW)
    actions.unhide(comment, editor=grace)

    comment.refresh_from_db()
    assert comment.state == "deleted"


def test_dismissed_reports_leave_the_comment_as_it_is() -> None:
    comment = make.comment("Eins", on=make.article(), by=make.user("ada"))
    actions.report(make.user("bob"), comment, reason="gefällt mir nicht", now=NOW)

    actions.dismiss_reports(comment, editor=make.user("grace"), now=NOW)

    comment.refresh_from_db()
    assert comment.state == "visible"
    assert not Report.objects.open().exists()
