import pytest

from staffellauf.search import spelling


@pytest.mark.parametrize(
    ("typed", "word", "distance"),
    [
        ("berlin", "berlin", 0), ("belrin", "berlin", 1), ("berln", "berlin", 1), ("berliin", "berlin", 0.5),
        ("berxlin", "berlin", 1), ("bwrlin", "berlin", 1), ("brlni", "berlin", 2), ("munster", "muenster", 0.5),
        ("kristof", "christoph", 1.5), ("b", "berlin", None),
    ],
)  # fmt: skip
def test_distance_counts_what_fingers_do(typed: str, word: str, distance: float | None):
    assert spelling.distance(typed, word, limit=2) == distance


ONE = ["belrin", "berln", "berrlin", "bwrlin", "xberlin", "erlin", "berli", "berlinx"]
TWO = ["belrn", "brln", "breiln", "nerlim", "brlni", "bbrlin", "bweljn", "ebrlni", "brliin", "bxerlinx"]


@pytest.mark.parametrize("typed", ONE)
def test_one_error_leaves_a_key_in_common(typed: str):
    assert set(spelling.keys("berlin")) & set(spelling.keys_near(typed, errors=1))


@pytest.mark.parametrize("typed", TWO)
def test_two_errors_leave_a_key_in_common(typed: str):
    assert set(spelling.keys("berlin")) & set(spelling.keys_near(typed, errors=2))


def test_numbers_are_not_corrected():
    assert spelling.keys("1899") == []
    assert spelling.keys_near("1898", errors=2) == []
    assert spelling.errors_allowed("24") == 0


def test_keys_fit_into_four_bytes():
    assert all(-(2**31) <= key < 2**31 for key in spelling.keys("donaudampfschifffahrt"))


def test_a_beginning_may_hold_an_error():
    assert {"berl", "belr"} <= {*spelling.beginnings_near("belr"), "belr"}
