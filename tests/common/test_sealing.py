from datetime import timedelta
from time import time

import pytest

from staffellauf.common import sealing


def test_what_is_sealed_shows_nothing_and_comes_back() -> None:
    sealed = sealing.seal("ada@example.org – geheim", "tests")

    assert "ada" not in sealed
    assert sealed != sealing.seal("ada@example.org – geheim", "tests")
    assert sealing.unseal(sealed, "tests") == "ada@example.org – geheim"


@pytest.mark.parametrize("broken", ["", "gAAAAA", "ümlaut", "a" * 5000])
def test_what_we_did_not_seal_is_not_read(broken: str) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(broken, "tests")


def test_each_purpose_has_a_key_of_its_own() -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealing.seal("geheim", "tests"), "others")
    assert sealing.fingerprint("geheim", "tests") != sealing.fingerprint("geheim", "others")


def test_a_changed_byte_is_noticed() -> None:
    sealed = sealing.seal("geheim", "tests")
    changed = sealed[:-10] + ("A" if sealed[-10] != "A" else "B") + sealed[-9:]

    with pytest.raises(sealing.Unreadable):
        sealing.unseal(changed, "tests")


def test_another_secret_key_reads_only_as_long_as_the_old_one_is_a_fallback(settings) -> None:
    settings.SECRET_KEY = "old"
    sealed, mark = sealing.seal("geheim", "tests"), sealing.fingerprint("geheim", "tests")
    settings.SECRET_KEY = "new"

    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, "tests")
    assert sealing.fingerprint("geheim", "tests") != mark
    settings.SECRET_KEY_FALLBACKS = ["old"]
    assert sealing.unseal(sealed, "tests") == "geheim"


def test_it_can_be_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealing.seal("geheim", "tests")
    later = time() + timedelta(hours=2).total_seconds()
    assert sealing.unseal(sealed, "tests", max_age_s=3600) == "geheim"

    monkeypatch.setattr("time.time", lambda: later)

    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, "tests", max_age_s=3600)


def test_a_fingerprint_is_the_same_each_time_and_needs_the_key(settings) -> None:
    mark = sealing.fingerprint("ada@example.org", "tests")

    assert mark == sealing.fingerprint("ada@example.org", "tests")
    assert len(mark) == 64
    assert mark != sealing.fingerprint("bob@example.org", "tests")
