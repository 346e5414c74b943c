"""Following, unfollowing, and moving in with an account."""

from datetime import timedelta

import pytest

from staffellauf.readers import actions, queries
from staffellauf.readers.models import Reader
from tests import make

pytestmark = pytest.mark.django_db


def test_following_twice_is_following_once() -> None:
    reader, dark = make.device_reader(), make.series("Dark")

    assert actions.follow(reader, dark) is True
    assert actions.follow(reader, dark) is False
    assert [topic.name for topic in queries.followed_topics(reader)] == ["Dark"]


def test_unfollowing_ends_it() -> None:
    dark = make.series("Dark")
    reader = make.device_reader(follows=[dark])

    assert actions.unfollow(reader, dark) is True
    assert actions.unfollow(reader, dark) is False
    assert not queries.is_following(reader, dark)


def test_only_the_hash_of_a_device_secret_is_stored() -> None:
    reader, secret = actions.new_device()

    assert secret not in str(Reader.objects.values().get(pk=reader.pk))
    assert Reader.objects.get(device_key=actions.hash_device_secret(secret)) == reader


def test_what_was_published_before_counts_as_read() -> None:
    dark = make.series("Dark")
    make.article("Erste", about=[dark])
    device, account = actions.new_device()[0], actions.reader_of_user(make.user())
    for reader in (device, account):
        actions.follow(reader, dark)

    make.article("Zweite", about=[dark])

    for reader in (device, account):
        assert [item.is_read for item in queries.feed(reader).items] == [False, True]


def test_there_is_an_end_to_following(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_FOLLOWS", 1)
    reader = make.device_reader(follows=[make.series("Dark")])

    with pytest.raises(actions.TooManyFollows):
        actions.follow(reader, make.series("Ballard"))


def test_a_device_moves_in_with_its_account() -> None:
    dark, ballard, bosch = make.series("Dark"), make.series("Ballard"), make.series("Bosch")
    article = make.article("Erste", about=[dark])
    device, account = make.device_reader(follows=[dark, ballard]), make.reader("ada", follows=[ballard, bosch])
    actions.mark_read(device, article)

    actions.merge(device, account)

    assert {topic.name for topic in queries.followed_topics(account)} == {"Dark", "Ballard", "Bosch"}
    assert queries.unread_count(account) == 0
    assert not Reader.objects.filter(device_key__isnull=False).exists()


def test_a_device_that_follows_nothing_is_forgotten_after_a_day() -> None:
    following, idle, account = (
        make.device_reader("tv", follows=[make.series("Dark")]),
        make.device_reader(),
        make.reader(),
    )
    tomorrow = idle.created_at + actions.IDLE_AFTER + timedelta(seconds=1)

    assert actions.forget_idle_devices(now=idle.created_at) == 0
    assert actions.forget_idle_devices(now=tomorrow) == 1
    assert set(Reader.objects.all()) == {following, account}


def test_what_a_device_left_unread_stays_unread_in_a_new_account() -> None:
    dark = make.series("Dark")
    device = actions.new_device()[0]
    actions.follow(device, dark)
    make.article("Erste", about=[dark])
    account = actions.reader_of_user(make.user("ada"))

    actions.merge(device, account)

    assert queries.unread_count(account) == 1
