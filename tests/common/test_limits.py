import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction

from staffellauf.common.limits import Limit

THREE = Limit("tests.three", most=3, window_s=3600)


def test_three_times_and_no_more() -> None:
    assert [THREE.admits("ada") for _ in range(5)] == [True, True, True, False, False]


def test_each_key_and_each_limit_counts_for_itself() -> None:
    other = Limit("tests.other", most=1, window_s=3600)
    for _ in range(3):
        THREE.admits("ada")

    assert THREE.admits("bob")
    assert other.admits("ada")


def test_a_place_is_free_again_after_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        THREE.admits("ada")

    monkeypatch.setattr("django.core.cache.backends.locmem.time.time", lambda: 4e9)

    assert THREE.admits("ada")


def test_the_key_stands_nowhere_in_the_clear() -> None:
    THREE.admits("ada@example.org")

    kept = cache._cache  # type: ignore[attr-defined]  # of the cache in this process
    assert kept
    assert not [name for name in kept if "ada" in name]


@pytest.mark.django_db
def test_it_holds_in_the_cache_that_is_used_in_earnest(settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_of_limits"}
    }
    call_command("createcachetable")

    with transaction.atomic():
        answers = [THREE.admits("ada") for _ in range(5)]

    assert answers == [True, True, True, False, False]
    assert THREE.admits("bob")
