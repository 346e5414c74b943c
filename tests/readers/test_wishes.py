"""What a follow alerts, how far a series has been watched, and what becomes of both."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffellauf.catalogue import merging
from staffellauf.catalogue.models import Episode, Series
from staffellauf.readers import actions, queries, watching
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Progress, Reader
from tests import make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 24, 11, tzinfo=UTC)
# Any: what is chosen is of every type, and sometimes of a wrong one.
USUAL: dict[str, Any] = {"unwanted_kinds": 0, "releases": "none", "leads": 1, "only_caught_up": False}


@pytest.fixture
def dark() -> Series:
    """Two seasons of two episodes, of which the last is to come in a week."""
    made = make.series("Dark")
    for number in (1, 2):
        make.season(made, number, episodes=2)
    for back, episode in zip((21, 14, 7, -7), Episode.objects.order_by("season__number", "number"), strict=True):
        episode.aired_at = NOON - timedelta(days=back)
        episode.aired_on = episode.aired_at.date()
        episode.save()
    return made


def progress(reader: Reader, series: Series) -> tuple[int, int] | None:
    row = Progress.objects.filter(reader=reader, series=series).first()
    return (row.season_number, row.episode_number) if row else None


# --- what a follow alerts


def test_a_follow_alerts_what_its_reader_prefers(dark: Series) -> None:
    ada = make.reader("ada", follows=[dark])
    bob = make.reader("bob", follows=[dark])

    assert actions.prefer(ada, dark, unwanted_kinds=NewsKind.CASTING, releases="complete", leads=5, only_caught_up=True)

    rows = Follow.objects.order_by("reader_id").values_list("unwanted_kinds", "releases", "leads", "only_caught_up")
    assert list(rows) == [(1, "complete", 5, True), (0, "none", 1, False)]
    assert Follow.objects.get(reader=bob).muted_until is None


def test_who_does_not_follow_prefers_nothing(dark: Series) -> None:
    stranger = make.reader("bob")

    assert actions.prefer(stranger, dark, **USUAL) is False
    assert actions.mute(stranger, dark, until=NOON) is False
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"unwanted_kinds": -1},
        {"unwanted_kinds": 512},
        {"unwanted_kinds": 2**70},
        {"releases": "all\x00"},
        {"leads": 8},
        {"leads": -1},
        {"releases": "episodes", "leads": 0},
    ],
)
def test_what_is_no_choice_is_refused(dark: Series, wrong: dict[str, object]) -> None:
    ada = make.reader("ada", follows=[dark])

    with pytest.raises(actions.InvalidChoice):
        actions.prefer(ada, dark, **USUAL | wrong)
    assert Follow.objects.filter(**USUAL).count() == 1


@pytest.mark.parametrize("wrong", [{"releases": "episodes"}, {"only_caught_up": True}])
def test_only_a_series_has_episodes(wrong: dict[str, object]) -> None:
    rosanna = make.person()
    ada = make.reader("ada", follows=[rosanna])

    with pytest.raises(actions.InvalidChoice):
        actions.prefer(ada, rosanna, **USUAL | wrong)
    assert actions.prefer(ada, rosanna, **USUAL | {"unwanted_kinds": int(NewsKind.FAREWELLS)})


def test_a_follow_is_muted_and_heard_again(dark: Series) -> None:
    ada = make.reader("ada", follows=[dark])

    assert actions.mute(ada, dark, until=NOON)
    assert Follow.objects.get().muted_until == NOON
    assert actions.mute(ada, dark, until=None)
    assert Follow.objects.get().muted_until is None


@pytest.mark.parametrize("name", ["", "Mars/Base", "../Berlin", "Europe/Berlin\x00", "x" * 300])
def test_a_time_zone_that_is_none_is_refused(name: str) -> None:
    ada = make.reader("ada")

    with pytest.raises(actions.InvalidChoice):
        actions.choose_time_zone(ada, name)
    assert Reader.objects.get().time_zone == "Europe/Berlin"
    actions.choose_time_zone(ada, "Asia/Tokyo")
    assert Reader.objects.get().time_zone == "Asia/Tokyo"


# --- how far


def test_what_was_seen_is_remembered_and_forgotten(dark: Series) -> None:
    ada = make.reader("ada")

    assert actions.saw_up_to(ada, dark, season=1, episode=2) is None
    before = actions.saw_up_to(ada, dark, season=2, episode=1)

    assert before and (before.season_number, before.episode_number) == (1, 2)
    assert progress(ada, dark) == (2, 1)
    assert actions.forget_progress(ada, dark) is True
    assert actions.forget_progress(ada, dark) is False
    assert progress(ada, dark) is None


@pytest.mark.parametrize(("season", "episode"), [(0, 1), (1, 0), (1, 3), (3, 1), (2**70, 1), (1, 32768), (-1, -1)])
def test_an_episode_that_is_none_was_not_seen(dark: Series, season: int, episode: int) -> None:
    with pytest.raises(actions.InvalidChoice):
        actions.saw_up_to(make.reader("ada"), dark, season=season, episode=episode)
    assert not Progress.objects.exists()


def test_a_double_episode_is_seen_by_its_second_number(dark: Series) -> None:
    Episode.objects.filter(season__number=2, number=2).delete()
    Episode.objects.filter(season__number=2, number=1).update(last_number=2)
    ada = make.reader("ada")

    actions.saw_up_to(ada, dark, season=2, episode=2)

    assert watching.is_caught_up(ada, dark.pk, now=NOON)


@pytest.mark.parametrize(
    ("seen", "is_caught_up"), [(None, False), ((1, 1), False), ((1, 2), False), ((2, 1), True), ((2, 2), True)]
)
def test_who_saw_all_that_has_come_out_is_caught_up(
    dark: Series, seen: tuple[int, int] | None, is_caught_up: bool
) -> None:
    ada = make.reader("ada")
    if seen:
        actions.saw_up_to(ada, dark, season=seen[0], episode=seen[1])

    assert watching.is_caught_up(ada, dark.pk, now=NOON) == is_caught_up
    assert watching.behind_in([ada.pk], dark.pk, now=NOON) == (set() if is_caught_up else {ada.pk})


def test_before_the_first_episode_everybody_is_caught_up(dark: Series) -> None:
    ada = make.reader("ada")

    assert watching.is_caught_up(ada, dark.pk, now=NOON - timedelta(days=30))
    assert watching.is_caught_up(ada, make.series("1899").pk, now=NOON)


def test_specials_extras_and_what_has_no_date_leave_nobody_behind(dark: Series) -> None:
    ada = make.reader("ada")
    actions.saw_up_to(ada, dark, season=2, episode=1)
    yesterday = NOON - timedelta(days=1)
    second = dark.seasons.get(number=2)
    Episode.objects.create(season=make.season(dark, 0), number=1, aired_at=yesterday, aired_on=yesterday.date())
    Episode.objects.create(season=second, kind="special", aired_at=yesterday, aired_on=yesterday.date())
    Episode.objects.create(season=second, number=3)

    assert watching.is_caught_up(ada, dark.pk, now=NOON)


def test_an_episode_of_no_known_hour_has_come_out_when_its_day_is_over(dark: Series) -> None:
    ada = make.reader("ada")
    actions.saw_up_to(ada, dark, season=2, episode=1)
    Episode.objects.filter(season__number=2, number=2).update(aired_at=None, aired_on=date(2026, 1, 24))

    assert watching.is_caught_up(ada, dark.pk, now=datetime(2026, 1, 24, 22, 59, tzinfo=UTC))
    assert not watching.is_caught_up(ada, dark.pk, now=datetime(2026, 1, 24, 23, 0, tzinfo=UTC))


def test_the_last_day_of_the_calendar_is_a_day(dark: Series) -> None:
    Episode.objects.filter(season__number=2, number=2).update(aired_at=None, aired_on=date.max)
    ada = make.reader("ada")
    actions.saw_up_to(ada, dark, season=2, episode=1)

    assert watching.is_caught_up(ada, dark.pk, now=NOON)


def test_all_readers_are_looked_up_at_once(dark: Series) -> None:
    readers = [make.device_reader(f"phone {number}") for number in range(20)]
    for reader in readers[::2]:
        actions.saw_up_to(reader, dark, season=2, episode=1)

    with CaptureQueriesContext(connection) as asked:
        behind = watching.behind_in([reader.pk for reader in readers], dark.pk, now=NOON)

    assert behind == {reader.pk for reader in readers[1::2]}
    assert len(asked) == 2


# --- what becomes of it


def test_a_device_takes_preferences_and_progress_along(dark: Series) -> None:
    ballard, bosch = make.series("Ballard"), make.series("Bosch")
    for series in (ballard, bosch):
        make.season(series, 1, episodes=5)
    device, account = make.device_reader(follows=[dark, ballard]), make.reader("ada", follows=[ballard])
    actions.prefer(device, dark, unwanted_kinds=3, releases="episodes", leads=4, only_caught_up=True)
    actions.mute(device, dark, until=NOON)
    actions.prefer(device, ballard, **USUAL | {"unwanted_kinds": 8})
    for reader, series, episode in ((device, ballard, 2), (account, ballard, 4), (device, bosch, 3)):
        actions.saw_up_to(reader, series, season=1, episode=episode)
    actions.saw_up_to(device, dark, season=2, episode=1)
    actions.saw_up_to(account, dark, season=1, episode=2)
    actions.choose_time_zone(device, "Asia/Tokyo")

    actions.merge(device, account)

    mine = Follow.objects.get(reader=account, topic_id=dark.pk)
    assert (mine.unwanted_kinds, mine.releases, mine.leads, mine.only_caught_up) == (3, "episodes", 4, True)
    assert mine.muted_until == NOON
    assert Follow.objects.get(reader=account, topic_id=ballard.pk).unwanted_kinds == 0
    assert [progress(account, series) for series in (dark, ballard, bosch)] == [(2, 1), (1, 4), (1, 3)]
    assert Reader.objects.get().time_zone == "Europe/Berlin"


def test_a_new_account_takes_over_the_habits_of_the_device(dark: Series) -> None:
    device, account = make.device_reader(follows=[dark]), make.reader("ada")
    actions.choose_time_zone(device, "Asia/Tokyo")
    actions.choose_day(device, Reader.Day.CALENDAR)

    actions.merge(device, account)

    account.refresh_from_db()
    assert (account.time_zone, account.day) == ("Asia/Tokyo", "calendar")


def test_merged_series_keep_follows_with_their_preferences_and_the_later_progress(dark: Series) -> None:
    gone = make.series("Dark (DE)")
    for number in (1, 2):
        make.season(gone, number, episodes=2)
    ada, bob, cyd = make.reader("ada", follows=[gone]), make.reader("bob", follows=[dark, gone]), make.reader("cyd")
    actions.prefer(ada, gone, unwanted_kinds=3, releases="complete", leads=4, only_caught_up=True)
    actions.mute(ada, gone, until=NOON)
    actions.prefer(bob, dark, **USUAL | {"unwanted_kinds": 8})
    actions.saw_up_to(ada, gone, season=1, episode=2)
    for reader, here, there in ((bob, (1, 2), (2, 1)), (cyd, (2, 2), (2, 1))):
        actions.saw_up_to(reader, dark, season=here[0], episode=here[1])
        actions.saw_up_to(reader, gone, season=there[0], episode=there[1])

    merge = merging.merge(gone, into=dark, by=None)

    mine, his = Follow.objects.get(reader=ada), Follow.objects.get(reader=bob)
    assert (mine.topic_id, mine.unwanted_kinds, mine.releases, mine.leads) == (dark.pk, 3, "complete", 4)
    assert (mine.only_caught_up, mine.muted_until) == (True, NOON)
    assert (his.topic_id, his.unwanted_kinds) == (dark.pk, 8)
    assert [progress(reader, dark) for reader in (ada, bob, cyd)] == [(1, 2), (2, 1), (2, 2)]
    assert Progress.objects.count() == 3

    merging.undo(merge)

    assert set(Follow.objects.filter(topic_id=gone.pk).values_list("reader_id", flat=True)) == {ada.pk, bob.pk}
    assert [progress(reader, gone) for reader in (ada, bob, cyd)] == [(1, 2), (2, 1), (2, 1)]
    assert [progress(reader, dark) for reader in (ada, bob, cyd)] == [None, (1, 2), (2, 2)]


def test_a_reader_can_take_it_all_along(dark: Series) -> None:
    ada = make.reader("ada", follows=[dark])
    actions.prefer(ada, dark, unwanted_kinds=9, releases="episodes", leads=5, only_caught_up=True)
    actions.saw_up_to(ada, dark, season=1, episode=2)

    export: Any = queries.export(ada)  # Any: as JSON has it

    (follow,) = export["follows"]
    assert follow["alerts_not_wanted"] == ["casting", "dates"]
    assert (follow["alerts_of_releases"], follow["alerts_when"]) == ("episodes", ["at", "day"])
    assert (follow["alerts_only_when_caught_up"], follow["alerts_muted_until"]) == (True, None)
    (seen,) = export["seen_up_to"]
    assert (seen["series"], seen["season"], seen["episode"]) == ("Dark", 1, 2)
    assert export["time_zone"] == "Europe/Berlin"
