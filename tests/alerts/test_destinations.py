"""Where readers are told: added, confirmed, tried out, stopped, removed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from staffellauf.alerts import destinations
from staffellauf.alerts.models import Calm, Destination
from staffellauf.jobs.models import Job
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts.pigeons import NOW, Pigeons, add, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Reader:
    return make.reader("ada")


# --- adding


def test_a_new_one_begins_with_what_comes_after_it(pigeons: Pigeons, ada: Reader) -> None:
    make.articles(3)

    row = again(add(ada, label="  Mein\nSchlag "))

    assert (row.sent_up_to, row.next_at, row.confirmed_at, row.label) == (3, None, NOW, "Mein Schlag")
    assert destinations.address_of(row) == "loft-12 key"


def test_the_address_lies_sealed(pigeons: Pigeons, ada: Reader) -> None:
    row = again(add(ada))

    assert "loft" not in row.address
    assert len(row.address_hash) == 64
    [shown] = destinations.of(ada)
    assert (shown.name, shown.masked, shown.state, shown.secret) == ("a loft", "a loft", "active", "")


def test_the_same_address_is_one_row_and_takes_the_new_key(pigeons: Pigeons, ada: Reader) -> None:
    first = add(ada, "loft-12 old", label="Schlag")
    second = add(ada, "loft-12 new")

    assert first.pk == second.pk
    assert destinations.address_of(again(first)) == "loft-12 new"
    assert again(first).label == "Schlag"


def test_two_readers_may_have_the_same_address(pigeons: Pigeons, ada: Reader) -> None:
    assert add(ada).pk != add(make.device_reader()).pk


def test_adding_a_stopped_one_resumes_it(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    destinations.stop(row, now=NOW, reason="The loft burnt down.")
    make.articles(2)

    add(ada)

    assert (again(row).stopped_at, again(row).last_error, again(row).sent_up_to) == (None, "", 2)


# --- confirming


def test_who_must_say_yes_is_asked_and_hears_nothing_before(pigeons: Pigeons, ada: Reader) -> None:
    pigeons.NEEDS_CONFIRMATION = True

    row = add(ada, rhythm="daily")

    assert (row.confirmed_at, row.next_at, pigeons.asked) == (None, None, ["loft-12 key"])
    assert destinations.of(ada)[0].state == "waits"
    assert not destinations.try_out(row)


def test_yes_begins_it(pigeons: Pigeons, ada: Reader) -> None:
    pigeons.NEEDS_CONFIRMATION = True
    row = add(ada, rhythm="daily")
    make.articles(4)

    destinations.confirm(row, now=NOW)

    found = again(row)
    assert (found.confirmed_at, found.sent_up_to) == (NOW, 4)
    assert found.next_at is not None
    assert found.next_at > NOW


def test_a_second_yes_changes_nothing(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    make.articles(4)

    destinations.confirm(row, now=NOW + timedelta(days=1))

    assert (again(row).confirmed_at, again(row).sent_up_to) == (NOW, 0)


def test_one_who_is_confirmed_is_not_asked(pigeons: Pigeons, ada: Reader) -> None:
    pigeons.NEEDS_CONFIRMATION = True

    row = add(ada, is_confirmed=True)
    destinations.ask_again(row)

    assert (row.confirmed_at, pigeons.asked) == (NOW, [])


# --- trying out


def test_a_test_leaves_in_the_background(pigeons: Pigeons, ada: Reader, drain) -> None:
    row = add(ada)

    assert destinations.try_out(row)

    assert pigeons.sent == []
    assert "loft" not in str(Job.objects.get().arguments)
    drain()
    [(address, message)] = pigeons.sent
    assert (address, message.items[0].topic_id) == ("loft-12 key", 0)
    assert again(row).last_success_at is not None


# --- rhythm


def test_a_digest_begins_now_and_comes_at_the_readers_hour(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    make.articles(2)

    destinations.choose_rhythm(row, "daily", now=NOW)

    # 18:00 in Berlin is 17:00 UTC, which is over for today.
    assert row.next_at == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert (again(row).rhythm, again(row).sent_up_to, again(row).next_at) == ("daily", 2, row.next_at)


def test_at_once_tells_now_what_waited(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada, rhythm="weekly")
    make.articles(2)

    destinations.choose_rhythm(row, "at_once", now=NOW)

    assert (again(row).rhythm, again(row).sent_up_to, again(row).next_at) == ("at_once", 0, NOW)


def test_what_a_night_holds_back_goes_into_the_digest(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    make.articles(3)
    Destination.objects.filter(pk=row.pk).update(sent_up_to=1, next_at=NOW + timedelta(hours=3))

    destinations.choose_rhythm(row, "daily", now=NOW)

    assert again(row).sent_up_to == 1


def test_the_same_rhythm_again_changes_nothing(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada, rhythm="daily")
    make.articles(3)

    destinations.choose_rhythm(row, "daily", now=NOW + timedelta(hours=1))

    assert (again(row).sent_up_to, again(row).next_at) == (0, row.next_at)


def test_what_is_being_told_at_this_moment_is_left_to_its_worker(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada, rhythm="daily")
    lease = NOW + timedelta(seconds=60)
    Destination.objects.filter(pk=row.pk).update(claim="w1", next_at=lease)

    destinations.choose_rhythm(row, "at_once", now=NOW)

    assert (again(row).rhythm, again(row).claim, again(row).next_at) == ("at_once", "w1", lease)


def test_a_stopped_one_waits_for_nothing(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)
    destinations.stop(row, now=NOW)

    destinations.choose_rhythm(row, "daily", now=NOW)
    assert again(row).next_at is None
    destinations.resume(again(row), now=NOW)

    assert again(row).next_at is not None


def test_the_devices_have_a_rhythm_too(ada: Reader) -> None:
    Calm.objects.create(reader=ada, digest_at="08:00")
    make.articles(2)

    destinations.choose_rhythm(destinations.devices(ada), "daily", now=NOW)
    destinations.choose_rhythm(destinations.devices(ada), "daily", now=NOW)

    row = Destination.objects.get()
    assert (row.channel, row.address, row.sent_up_to) == ("webpush", "", 2)
    assert row.next_at == datetime(2026, 11, 21, 7, tzinfo=UTC)


def test_devices_that_are_told_at_once_need_no_row(ada: Reader) -> None:
    destinations.choose_rhythm(destinations.devices(ada), "at_once", now=NOW)

    assert not Destination.objects.exists()


# --- stopping, removing


def test_a_stop_says_why_and_a_resume_forgets_it(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada, rhythm="daily")

    destinations.stop(row, now=NOW, reason="x" * 900)
    assert destinations.of(ada)[0].state == "stopped"
    assert again(row).next_at is None
    assert len(again(row).last_error) == 300

    destinations.resume(again(row), now=NOW)
    assert (again(row).stopped_at, again(row).failures, again(row).last_error) == (None, 0, "")


def test_names_are_one_short_line(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada)

    destinations.rename(row, "Schlag\x00\n\u202e hinten " + "x" * 500)

    assert again(row).label.startswith("Schlag hinten xxx")
    assert len(again(row).label) == 80


def test_a_removed_one_can_be_put_back(pigeons: Pigeons, ada: Reader) -> None:
    row = add(ada, rhythm="daily", label="Schlag")
    pk = row.pk

    removed = destinations.remove(row)

    assert not Destination.objects.exists()
    assert "loft" not in removed
    back = destinations.put_back(ada, removed, now=NOW)
    assert (back.pk, back.label, back.rhythm, destinations.address_of(back)) == (pk, "Schlag", "daily", "loft-12 key")
    assert destinations.put_back(ada, removed, now=NOW).pk == pk


def test_who_signs_in_takes_them_along(pigeons: Pigeons, ada: Reader) -> None:
    phone = make.device_reader()
    kept, same = add(ada, "loft-1"), add(phone, "loft-1")
    new = add(phone, "loft-2")
    Destination.objects.create(reader=phone, channel="webpush", rhythm="daily")

    assert destinations.move(phone, ada) == 2

    assert set(Destination.objects.filter(reader=ada).values_list("pk", flat=True)) >= {kept.pk, new.pk}
    assert again(same).reader == phone
    assert destinations.devices(ada).rhythm == "daily"


@pytest.mark.parametrize("own_at", [None, NOW + timedelta(hours=8)])
def test_what_a_phone_holds_back_comes_also_when_the_account_has_such_a_row(ada: Reader, own_at) -> None:
    phone, morning = make.device_reader(), NOW + timedelta(hours=6)
    Destination.objects.create(reader=phone, channel="webpush", next_at=morning, sent_up_to=4, held_since=NOW)
    own = Destination.objects.create(reader=ada, channel="webpush", next_at=own_at, sent_up_to=9, held_since=NOW)

    destinations.move(phone, ada)

    own.refresh_from_db()
    assert (own.next_at, own.sent_up_to, own.held_since) == (own_at or morning, 4, NOW)


def test_what_nobody_can_read_any_more_says_so(pigeons: Pigeons, ada: Reader, settings) -> None:
    add(ada, label="Schlag")
    settings.SECRET_KEY = "another"

    [shown] = destinations.of(ada)

    assert (shown.name, shown.state, shown.masked) == ("Schlag", "stopped", "")
    assert shown.reason


# --- a new channel


def test_a_new_channel_needs_nothing_but_its_folder_and_a_word(pigeons: Pigeons, ada: Reader, drain) -> None:
    cache.clear()
    assert [kind.NAME for kind in destinations.kinds()][-1] == "pigeon"

    row = add(ada)
    destinations.try_out(row)
    drain()

    assert [address for address, _message in pigeons.sent] == ["loft-12 key"]
    assert destinations.of(ada)[0].channel == "Pigeon post"
