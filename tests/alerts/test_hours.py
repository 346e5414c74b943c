"""Nights and digests by the clock where a reader lives, also when it is changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffellauf.alerts.deciding import hours
from staffellauf.alerts.models import Calm, Destination

BERLIN = ZoneInfo("Europe/Berlin")
# Clocks that are changed at midnight, by half an hour, by a whole day (Apia, 2011), and never.
ZONES = ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]
DAILY, WEEKLY = Destination.Rhythm.DAILY, Destination.Rhythm.WEEKLY

zones = st.sampled_from(ZONES).map(ZoneInfo)
# Days on which one of these clocks is changed, and all the others.
CHANGES = [datetime(*day, tzinfo=UTC) for day in [(2026, 3, 29), (2026, 10, 25), (2026, 3, 8), (2026, 11, 1),
           (2026, 4, 24), (2026, 10, 29), (2026, 4, 4), (2026, 10, 3), (2011, 12, 30), (2020, 6, 1)]]  # fmt: skip
moments = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-3000, 3000)
)
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def night(begins: time = time(22), ends: time = time(7)) -> Calm:
    return Calm(night_from=begins, night_until=ends)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-01-24 20:59:59", None),
        ("2026-01-24 21:00", "2026-01-25 06:00"),
        ("2026-01-25 05:59", "2026-01-25 06:00"),
        ("2026-01-25 06:00", None),
        ("2026-07-24 20:00", "2026-07-25 05:00"),
        # The clock is put forward in the night of 29 March, and back in that of 25 October.
        ("2026-03-28 21:30", "2026-03-29 05:00"),
        ("2026-03-29 04:59", "2026-03-29 05:00"),
        ("2026-10-24 20:30", "2026-10-25 06:00"),
        ("2026-10-25 05:30", "2026-10-25 06:00"),
    ],
)
def test_a_night_lasts_from_22_to_7_by_the_clock(now: str, end: str | None) -> None:
    assert hours.night_end(night(), where=BERLIN, now=utc(now)) == (utc(end) if end else None)


@pytest.mark.parametrize("now", ["2026-03-29 00:30", "2026-03-28 23:00"])
def test_a_night_until_a_time_that_is_left_out_ends_when_the_clock_jumps_over_it(now: str) -> None:
    assert hours.night_end(night(ends=time(2, 30)), where=BERLIN, now=utc(now)) == utc("2026-03-29 01:00")
    assert hours.night_end(night(ends=time(2, 30)), where=BERLIN, now=utc("2026-03-29 01:00")) is None


@pytest.mark.parametrize("now", ["2026-10-24 23:00", "2026-10-25 00:29", "2026-10-25 00:45", "2026-10-25 01:29"])
def test_a_night_until_a_time_that_comes_twice_is_one_until_the_second(now: str) -> None:
    assert hours.night_end(night(ends=time(2, 30)), where=BERLIN, now=utc(now)) == utc("2026-10-25 01:30")


def test_a_night_that_begins_at_a_time_that_comes_twice_begins_at_the_first() -> None:
    late = night(time(2, 30), time(7))

    assert hours.night_end(late, where=BERLIN, now=utc("2026-10-25 00:29")) is None
    for now in ("2026-10-25 00:30", "2026-10-25 01:10", "2026-10-25 02:00"):
        assert hours.night_end(late, where=BERLIN, now=utc(now)) == utc("2026-10-25 06:00")


def test_a_night_that_is_left_out_whole_does_not_come() -> None:
    short = night(time(2, 10), time(2, 50))

    for minutes in range(0, 24 * 60, 5):
        now = utc("2026-03-28 23:00") + timedelta(minutes=minutes)
        assert hours.night_end(short, where=BERLIN, now=now) is None


def test_a_rest_at_noon_is_a_night_too() -> None:
    noon = night(time(13), time(15))

    assert hours.night_end(noon, where=BERLIN, now=utc("2026-01-24 12:00")) == utc("2026-01-24 14:00")
    assert hours.night_end(noon, where=BERLIN, now=utc("2026-01-24 23:00")) is None


@given(moments, times, zones)
def test_from_and_until_the_same_time_is_no_night(now: datetime, at: time, where: ZoneInfo) -> None:
    assert hours.night_end(night(at, at), where=where, now=now) is None


@given(moments, times, times, zones)
def test_it_is_night_exactly_when_the_clock_says_so(now: datetime, begins: time, ends: time, where: ZoneInfo) -> None:
    end = hours.night_end(night(begins, ends), where=where, now=now)
    # Around a change the clock alone does not tell.
    offsets = {(now + timedelta(hours=h)).astimezone(where).utcoffset() for h in range(-26, 27)}
    if begins == ends or len(offsets) > 1:
        return

    shown = now.astimezone(where).time().replace(tzinfo=None)
    is_night = begins <= shown < ends if begins < ends else shown >= begins or shown < ends
    assert (end is not None) == is_night


@given(moments, times, times, zones)
def test_a_night_ends_within_a_day_when_the_clock_shows_its_end_or_has_passed_it(
    now: datetime, begins: time, ends: time, where: ZoneInfo
) -> None:
    calm = night(begins, ends)

    if (end := hours.night_end(calm, where=where, now=now)) is None:
        return

    assert now < end <= now + timedelta(days=2, hours=2)
    assert hours.night_end(calm, where=where, now=end) is None
    before = end - timedelta(seconds=1)
    assert before < now or hours.night_end(calm, where=where, now=before) == end
    shown, just_before = end.astimezone(where), before.astimezone(where)
    jumped = shown.replace(tzinfo=None) - just_before.replace(tzinfo=None) > timedelta(seconds=1)
    assert jumped or shown.time() == ends


@pytest.mark.parametrize(
    ("at", "now", "due"),
    [
        (time(18), "2026-01-24 16:59", "2026-01-24 17:00"),
        (time(18), "2026-01-24 17:00", "2026-01-25 17:00"),
        (time(18), "2026-03-28 17:00", "2026-03-29 16:00"),
        (time(2, 30), "2026-03-28 12:00", "2026-03-29 01:00"),
        (time(2, 30), "2026-10-24 12:00", "2026-10-25 00:30"),
        (time(2, 30), "2026-10-25 00:30", "2026-10-26 01:30"),
    ],
)
def test_a_daily_digest_comes_at_its_hour_once_a_day(at: time, now: str, due: str) -> None:
    assert hours.next_digest(Calm(digest_at=at), DAILY, where=BERLIN, now=utc(now)) == utc(due)


def test_a_weekly_digest_comes_on_its_day() -> None:
    sunday = Calm(digest_at=time(18), digest_weekday=6)

    assert hours.next_digest(sunday, WEEKLY, where=BERLIN, now=utc("2026-01-24 20:00")) == utc("2026-01-25 17:00")
    assert hours.next_digest(sunday, WEEKLY, where=BERLIN, now=utc("2026-01-25 17:00")) == utc("2026-02-01 17:00")


@given(moments, times, st.integers(0, 6), zones)
def test_digests_never_come_late_nor_twice(now: datetime, at: time, weekday: int, where: ZoneInfo) -> None:
    calm = Calm(digest_at=at, digest_weekday=weekday)

    daily = hours.next_digest(calm, DAILY, where=where, now=now)
    weekly = hours.next_digest(calm, WEEKLY, where=where, now=now)

    # A day that was left out, as in Apia, makes one of them a day later.
    assert now < daily <= now + timedelta(days=2, hours=2)
    assert now < weekly <= now + timedelta(days=8, hours=2)
    following = hours.next_digest(calm, DAILY, where=where, now=daily)
    assert following - daily >= timedelta(hours=22) or where.key == "Pacific/Apia"


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "Europe", "Europe/Berlin\x00", "x" * 300])
def test_an_unknown_time_zone_is_berlin(name: str) -> None:
    assert hours.zone(name) == BERLIN


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_have_no_night(year: int) -> None:
    assert hours.night_end(night(), where=BERLIN, now=datetime(year, 6, 1, 23, tzinfo=UTC)) is None


def test_a_jump_is_found_to_the_second() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")

    # On 4 October 2026 the clock goes from 2:00 to 2:30.
    assert hours.first_moment(date(2026, 10, 4), time(2, 10), where=lord_howe) == utc("2026-10-03 15:30")
