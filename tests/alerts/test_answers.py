"""When a busy push service is asked again."""

import pytest

from staffellauf.alerts.channels.webpush import answers
from tests.make import EVENING


@pytest.mark.parametrize(
    ("value", "least_s", "most_s"),
    [
        ("120", 120, 144),
        ("0", 1, 1.2),
        ("999999999999", 6 * 3600, 7.2 * 3600),
        ("Sat, 24 Jan 2026 19:17:00 GMT", 120, 144),
        ("Sat, 24 Jan 2026 19:00:00 GMT", 1, 1.2),
    ],
)
def test_retry_after_is_seconds_or_a_date_with_bounds(value, least_s, most_s):
    wait_s = answers.retry_after_s(value, now=EVENING)

    assert wait_s is not None
    assert least_s <= wait_s <= most_s


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "²", "Sat, 99 Jan 2026 19:17:00 GMT", "\0", "١٢"])
def test_a_retry_after_that_says_nothing_leaves_it_to_us(value):
    assert answers.retry_after_s(value, now=EVENING) is None
