"""Telling destinations: side by side, what is remembered of it, and when one is given up."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import gettext as _

from staffellauf.alerts.channels import Kind, Outcome, delivering
from staffellauf.alerts.channels.webhook import channel as webhook
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Message
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts import told
from tests.alerts.pigeons import Pigeons, add, again

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


@pytest.fixture
def ada() -> Reader:
    return make.reader("ada")


def deliver(*rows: Destination, now: datetime = NOW) -> list[Kind]:
    found = delivering.deliver(rows, lambda row: told.message(), now=now)
    return [outcome.kind for _row, outcome in found]


def test_each_is_told_its_own_message(pigeons: Pigeons, ada: Reader) -> None:
    rows = [add(ada, f"loft-{number}") for number in range(4)]

    def message_for(row: Destination) -> Message | None:
        return None if row == rows[2] else told.message(told.item(row.pk))

    results = delivering.deliver(rows, message_for, now=NOW)

    assert [row for row, _outcome in results] == [rows[0], rows[1], rows[3]]
    sent = {address: message.items[0].article_id for address, message in pigeons.sent}
    assert sent == {"loft-0": rows[0].pk, "loft-1": rows[1].pk, "loft-3": rows[3].pk}


def test_nobody_to_tell_is_no_work() -> None:
    assert delivering.deliver([], lambda row: told.message(), now=NOW) == []


def test_one_that_hangs_holds_nobody_up(pigeons: Pigeons, ada: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [add(ada, f"loft-{number}") for number in range(5)]
    others = threading.Barrier(len(rows), timeout=10)

    def send(destination: Destination, address: str, message: Message) -> Outcome:
        # Goes on only when all of them are at it.
        others.wait()
        return Outcome(Kind.SENT)

    monkeypatch.setattr(pigeons, "send", send)

    assert deliver(*rows) == [Kind.SENT] * 5


def test_words_are_in_the_messages_language(pigeons: Pigeons, ada: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    row = add(ada)
    heard: list[str] = []

    def send(destination: Destination, address: str, message: Message) -> Outcome:
        heard.append(_("Series"))
        return Outcome(Kind.SENT)

    monkeypatch.setattr(pigeons, "send", send)
    for message in (told.message(language="de"), told.message(language="en")):
        delivering.deliver([row], lambda row, message=message: message, now=NOW)  # type: ignore[misc]

    assert heard == ["Serie", "Series"]


def test_a_bug_of_one_channel_ends_nothing_and_tells_no_address(
    pigeons: Pigeons, ada: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def send(destination: Destination, address: str, message: Message) -> Outcome:
        raise RuntimeError(f"cannot reach {address}")

    row = add(ada, "loft-secret")
    monkeypatch.setattr(pigeons, "send", send)

    assert deliver(row) == [Kind.FAILED]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert (again(row).failures, again(row).last_error) == (0, "")


def test_an_address_that_cannot_be_read_is_stopped(pigeons: Pigeons, ada: Reader, settings) -> None:
    row = add(ada)
    settings.SECRET_KEY = "another"

    assert deliver(row) == [Kind.GONE]
    assert again(row).stopped_at == NOW
    assert pigeons.sent == []


def test_success_forgets_failures(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    pigeons.outcome = Outcome(Kind.LATER, "Busy.")
    deliver(row)
    assert (again(row).failures, again(row).failing_since, again(row).last_error) == (1, NOW, "Busy.")

    pigeons.outcome = Outcome(Kind.SENT)
    deliver(again(row), now=NOW + timedelta(minutes=1))

    found = again(row)
    assert (found.failures, found.failing_since, found.last_error) == (0, None, "")
    assert found.last_success_at == NOW + timedelta(minutes=1)


def test_a_success_a_day_is_written_down(pigeons: Pigeons, ada: Reader, django_assert_num_queries) -> None:
    row = add(ada)
    deliver(row)
    row = again(row)

    with django_assert_num_queries(0):
        deliver(row, now=NOW + timedelta(hours=23))


def test_failing_for_a_day_and_often_stops_it(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    pigeons.outcome = Outcome(Kind.LATER, "Nobody can be reached there.")

    for hours in (0, 1, 2, 3, 4, 5, 6, 23):
        deliver(again(row), now=NOW + timedelta(hours=hours))
    assert again(row).stopped_at is None

    deliver(again(row), now=NOW + timedelta(hours=24))

    found = again(row)
    assert (found.stopped_at, found.failures) == (NOW + timedelta(hours=24), 9)
    assert found.last_error == "Nobody can be reached there."


def test_a_few_failures_over_weeks_stop_nothing(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    pigeons.outcome = Outcome(Kind.FAILED, "No.")

    for days in (0, 7, 14, 21):
        deliver(again(row), now=NOW + timedelta(days=days))

    assert (again(row).failures, again(row).stopped_at) == (4, None)


def test_an_address_that_is_over_is_stopped_at_once(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada, rhythm="daily")
    pigeons.outcome = Outcome(Kind.GONE, "The chat is gone.")

    deliver(row)

    assert (again(row).stopped_at, again(row).next_at, again(row).last_error) == (NOW, None, "The chat is gone.")


def test_failures_are_counted_once_each_whoever_else_writes(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    one, other = again(row), again(row)
    pigeons.outcome = Outcome(Kind.LATER, "Busy.")

    deliver(one)
    deliver(other)

    assert again(row).failures == 2


def test_one_removed_meanwhile_stays_removed(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    held = again(row)
    row.delete()
    pigeons.outcome = Outcome(Kind.GONE, "Over.")

    deliver(held)

    assert not Destination.objects.exists()


def test_waiting_grows_with_jitter_and_has_an_end() -> None:
    first = [delivering.wait_s(Outcome(Kind.LATER), 1) for _ in range(200)]
    late = [delivering.wait_s(Outcome(Kind.LATER), 1000) for _ in range(200)]

    assert 5 < min(first) < max(first) <= 30
    assert len({round(wait, 3) for wait in first}) > 100
    assert max(late) <= delivering.RETRY_MOST_S


@pytest.mark.parametrize(("asked", "least", "most"), [(120.0, 120, 144), (0.0, 1, 1.2), (1e9, 21600, 25920)])
def test_the_service_is_believed_within_limits(asked: float, least: float, most: float) -> None:
    assert least <= delivering.wait_s(Outcome(Kind.LATER, wait_s=asked), 1) <= most


def test_a_test_to_a_removed_one_is_nothing() -> None:
    assert delivering.try_out(4711, now=NOW) is None


def test_a_test_names_what_it_is(ada: Reader, settings) -> None:
    row = Destination(pk=5, reader=ada, channel="webhook")

    message = delivering.trial_message(row)

    assert webhook.kind(message) == "alert.test"
    assert message.items[0].address == "http://testserver/mein/feed/"
    assert abs(message.items[0].at.timestamp() - time.time()) < 60
