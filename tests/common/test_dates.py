from datetime import UTC, date, datetime, time, timedelta

import pytest
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


def test_the_night_belongs_to_the_programme_of_the_evening_before():
    assert dates.broadcast_day(datetime(2026, 1, 23, 23, 20, tzinfo=UTC)) == date(2026, 1, 23)
    assert dates.broadcast_day(datetime(2026, 1, 24, 3, 59, tzinfo=UTC)) == date(2026, 1, 23)
    assert dates.broadcast_day(datetime(2026, 1, 24, 4, 0, tzinfo=UTC)) == date(2026, 1, 24)
    assert dates.broadcast_day(datetime(2026, 7, 24, 2, 59, tzinfo=UTC)) == date(2026, 7, 23)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 23), ("2026-10-24", 25), ("2026-06-01", 24)])
def test_a_programme_day_is_as_long_as_the_clocks_make_it(day, hours):
    begins, ends = dates.programme_day_bounds(date.fromisoformat(day))

    assert ends - begins == timedelta(hours=hours)
    assert (begins.tzinfo, begins.astimezone(dates.BERLIN).hour, ends.astimezone(dates.BERLIN).hour) == (UTC, 5, 5)


@pytest.mark.parametrize("day_starts", [time(5), time(2, 30), time(0)])
@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
def test_every_minute_belongs_to_one_programme_day_when_clocks_change(night, day_starts):
    moment = datetime.fromisoformat(f"{night}T12:00+00:00")
    days = []

    for _ in range(24 * 60):
        day = dates.broadcast_day(moment, day_starts=day_starts)
        begins, ends = dates.programme_day_bounds(day, day_starts=day_starts)
        assert begins <= moment < ends
        days.append(day)
        moment += timedelta(minutes=1)

    assert days == sorted(days)
