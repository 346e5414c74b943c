"""What comes when, and which day it counts for."""

from datetime import UTC, date, datetime

import pytest

from staffellauf.catalogue import calendar
from staffellauf.catalogue.calendar import Kind
from staffellauf.catalogue.models import Episode, Release, Season, Series, Showing
from tests import make

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY = date(2026, 1, 23), date(2026, 1, 24)
# 0:20 on Saturday in Berlin.
NIGHT = datetime(2026, 1, 23, 23, 20, tzinfo=UTC)
MONTH = (date(2026, 1, 1), date(2026, 1, 31))


def release(of: Series, **fields: object) -> Release:
    values = {"kind": "german_stream", "first_on": SATURDAY, "last_on": SATURDAY} | fields
    return Release.objects.create(series=of, **values)


@pytest.mark.parametrize(("by_broadcast", "day"), [(True, FRIDAY), (False, SATURDAY)])
def test_the_night_counts_for_the_day_that_was_chosen(by_broadcast: bool, day: date):
    dark = make.series("Dark")
    Showing.objects.create(
        organisation=make.organisation("ZDF"), starts_at=NIGHT, broadcast_day=FRIDAY, title="Dark", series=dark,
        match="matched",
    )  # fmt: skip
    release(dark, precision="minute", starts_at=NIGHT, broadcast_day=FRIDAY, kind="german_tv")
    Episode.objects.create(season=make.season(dark), number=1, aired_on=FRIDAY, aired_at=NIGHT)

    found = calendar.of_series([dark], first=day, last=day, by_broadcast=by_broadcast)

    assert sorted(event.kind for event in found) == [Kind.EPISODE, Kind.RELEASE, Kind.SHOWING]
    assert {event.day for event in found} == {day}
    assert not calendar.of_series([dark], first=date(2026, 1, 25), last=date(2026, 1, 30), by_broadcast=by_broadcast)


def test_what_is_known_vaguely_comes_with_every_month_it_touches():
    dark = make.series("Dark")
    release(dark, precision="season_of_year", first_on=date(2026, 9, 1), last_on=date(2026, 11, 30))

    for month, count in ((8, 0), (9, 1), (10, 1), (11, 1), (12, 0)):
        found, _ = calendar.starts(date(2026, month, 1), date(2026, month, 28), limit=10)
        assert len([event for event in found if event.vague]) == count, month


def test_episodes_that_come_at_once_are_one_event():
    season = make.season(make.series("Dark"), 1, episodes=8)
    season.episodes.update(aired_on=SATURDAY)
    Episode.objects.create(season=season, number=9, aired_on=date(2026, 1, 25))

    first, second = calendar.of_series([season.series], first=SATURDAY, last=MONTH[1], by_broadcast=True)

    assert [episode.number for episode in first.episodes] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [episode.number for episode in second.episodes] == [9]


def test_starts_begin_return_end_and_leave():
    new, back, gone, left = (make.series(name) for name in ("Neu", "Zurueck", "Ende", "Weg"))
    release(new, season=make.season(new, 1))
    release(back, season=make.season(back, 2))
    Season.objects.create(series=gone, number=3, premiered_on=date(2025, 11, 1), ended_on=SATURDAY)
    release(left, kind="media_library", first_on=date(2025, 12, 1), last_on=date(2025, 12, 1), available_until=SATURDAY)

    found, _ = calendar.starts(*MONTH, limit=20)

    assert {event.series.name: event.kind for event in found} == {
        "Neu": Kind.BEGINS, "Zurueck": Kind.RETURNS, "Ende": Kind.ENDS, "Weg": Kind.LEAVES,
    }  # fmt: skip


def test_a_premiere_elsewhere_is_left_out_when_it_comes_here_and_the_popular_ones_come_first():
    here, elsewhere, unknown = make.series("Hier"), make.series("Dort", popularity=9), make.series("Unbekannt")
    for series in (here, elsewhere, unknown):
        Season.objects.create(series=series, number=1, premiered_on=SATURDAY)
    release(here, season=here.seasons.get(), first_on=date(2026, 3, 1), last_on=date(2026, 3, 1))

    found, left_out = calendar.starts(*MONTH, limit=1)

    assert [event.series.name for event in found] == ["Dort"]
    assert found[0].is_original
    assert left_out == 1


def test_what_ran_out_in_a_media_library_is_not_said_to_be_there():
    dark = make.series("Dark")
    zdf = make.organisation("ZDF")
    past, next_year = date(2026, 1, 2), date(2027, 1, 2)
    release(dark, kind="media_library", organisation=zdf, available_until=past)
    kept = release(dark, kind="media_library", organisation=zdf, available_until=next_year)

    assert calendar.availability(dark, today=date(2026, 6, 1)) == [kept]


def test_what_began_on_this_day_round_years_ago_is_remembered():
    make.series("Fünf", premiered_on=date(2021, 1, 24)), make.series("Vier", premiered_on=date(2022, 1, 24))
    make.series("Hundert", premiered_on=date(1926, 1, 24)), make.series("Morgen", premiered_on=date(2021, 1, 25))

    found = calendar.anniversaries(SATURDAY, limit=5)

    assert [(years, series.name) for years, series in found] == [(100, "Hundert"), (5, "Fünf")]
    assert calendar.anniversaries(date(2024, 2, 29), limit=5) == []
