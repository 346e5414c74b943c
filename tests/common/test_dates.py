from datetime import UTC, date, datetime

from django.utils import translation

from staffellauf.common import dates

AFTERNOON = datetime(2026, 1, 23, 14, 57, 12, 345678, tzinfo=UTC)


def test_a_moment_is_that_of_berlin_in_winter_and_in_summer():
    assert dates.moment(AFTERNOON) == "Fr., 23. Januar 2026, 15:57\N{NARROW NO-BREAK SPACE}Uhr"
    assert dates.time_of_day(AFTERNOON) == "15:57\N{NARROW NO-BREAK SPACE}Uhr"
    assert dates.clock(datetime(2026, 7, 1, 20, 15, tzinfo=UTC)) == "22:15"


def test_english_pages_have_english_moments():
    with translation.override("en"):
        assert dates.moment(AFTERNOON) == "Fri, 23 January 2026, 15:57"
        assert dates.short_day(AFTERNOON, today=date(2026, 2, 1)) == "23 Jan"
        assert dates.numeric_day(date(2026, 1, 23)) == "23 Jan 2026"
        assert dates.time_of_day(AFTERNOON) == "15:57"


def test_machines_get_seconds_without_fractions():
    assert dates.iso(AFTERNOON) == "2026-01-23T15:57:12+01:00"


def test_a_short_day_tells_the_year_when_it_is_another_one():
    assert dates.short_day(AFTERNOON, today=date(2026, 2, 1)) == "23. Jan."
    assert dates.short_day(AFTERNOON, today=date(2027, 2, 1)) == "23. Jan. 2026"


def test_a_late_evening_in_utc_is_the_next_day_in_berlin():
    assert dates.day_of(datetime(2026, 1, 23, 23, 30, tzinfo=UTC)) == date(2026, 1, 24)


def test_days_are_named_from_today():
    with translation.override("en"):
        assert dates.day_name(AFTERNOON, today=date(2026, 1, 23)) == "Today"
        assert dates.day_name(AFTERNOON, today=date(2026, 1, 24)) == "Yesterday"
    assert dates.day_name(AFTERNOON, today=date(2026, 1, 30)) == "Freitag, 23. Januar"
    assert dates.day_name(AFTERNOON, today=date(2027, 1, 30)) == "Freitag, 23. Januar 2026"
