"""Releases that are due become occasions, once each (alerts/releases.py)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from staffellauf.alerts import releases, tasks
from staffellauf.alerts.models import Occasion, Relay
from staffellauf.catalogue import merging
from staffellauf.catalogue.models import Episode, Release, Season, Series
from staffellauf.common import vague
from staffellauf.jobs import schedule
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts.conftest import register

pytestmark = pytest.mark.django_db
AT, HOUR, DAY = Follow.Lead.AT, Follow.Lead.HOUR, Follow.Lead.DAY


def berlin(words: str) -> datetime:
    return vague.parse(words).at or datetime.min.replace(tzinfo=UTC)


def follower(series: Series, name: str = "ada", *, wants: str = "episodes") -> Reader:
    reader = make.reader(name, follows=[series])
    Follow.objects.filter(reader=reader).update(releases=wants, leads=AT | HOUR | DAY)
    return reader


@pytest.fixture
def ballard() -> Season:
    season = make.season(make.series("Ballard", countries="US"), 2, episodes=10)
    follower(season.series)
    return season


def episode(season: Season, number: int) -> Episode:
    return season.episodes.get(number=number)


def move(release: Release, when: str) -> None:
    known = vague.parse(when)
    release.first_on, release.last_on, release.starts_at = known.first, known.last, known.at
    release.precision = known.precision
    release.save()


def told() -> list[tuple[str, int]]:
    return list(Occasion.objects.order_by("pk").values_list("kind", "lead"))


def told_now() -> list[str]:
    """Kinds of those that say: it is out. The reminders that nobody made before come along."""
    return sorted(kind for kind, lead in told() if lead & AT)


def test_a_moment_alerts_when_it_comes_and_an_hour_and_a_day_before(ballard):
    make.release(episode(ballard, 5), "23.1.2026 20:15", on=make.organisation())
    counts = {}

    for words in ("22.1.2026 20:14", "22.1.2026 20:15", "23.1.2026 19:14", "23.1.2026 19:15", "23.1.2026 20:14",
                  "23.1.2026 20:15", "23.1.2026 20:16"):  # fmt: skip
        counts[words] = releases.begin_due(now=berlin(words))

    assert list(counts.values()) == [0, 1, 0, 1, 0, 1, 0]
    assert told() == [("episodes", DAY), ("episodes", HOUR), ("episodes", AT)]


def test_each_occasion_has_a_relay_that_ends_when_nobody_needs_to_know(ballard):
    made = make.release(episode(ballard, 5), "23.1.2026 20:15")

    releases.begin_due(now=berlin("23.1.2026 19:15"))
    releases.begin_due(now=berlin("23.1.2026 20:15"))

    reminder, now = Relay.objects.order_by("pk")
    assert reminder.expires_at == berlin("23.1.2026 20:15")
    assert now.expires_at == berlin("24.1.2026 08:15")
    assert now.occasion is not None and releases.of(now.occasion) == [made]


def test_a_day_alerts_at_nine_and_the_evening_before_at_six(ballard):
    make.release(ballard, "23.1.2026")

    found = [
        releases.begin_due(now=berlin(words))
        for words in ("22.1.2026 17:59", "22.1.2026 18:00", "23.1.2026 08:59", "23.1.2026 09:00", "23.1.2026 09:01")
    ]

    assert found == [0, 1, 0, 1, 0]
    assert told() == [("season", DAY), ("season", AT)]


def test_a_month_alerts_nobody(ballard):
    make.release(ballard, "Januar 2026")

    assert releases.begin_due(now=berlin("1.1.2026 09:00")) == 0


def test_episodes_of_one_moment_on_one_service_are_one_occasion(ballard):
    prime, joyn = make.organisation("Prime Video"), make.organisation("Joyn")
    for number in range(3, 9):
        make.release(episode(ballard, number), "23.1.2026 09:00", on=prime)
    make.release(episode(ballard, 3), "23.1.2026 09:00", on=joyn)

    releases.begin_due(now=berlin("23.1.2026 09:00"))

    assert sorted(occasion.releases.count() for occasion in Occasion.objects.all()) == [1, 6]


def test_the_first_episode_is_the_start_of_a_season_and_the_last_completes_it(ballard):
    for number in range(1, 11):
        make.release(episode(ballard, number), f"{number}.2.2026 20:15")

    for day in range(1, 11):
        releases.begin_due(now=berlin(f"{day}.2.2026 20:15"))

    kinds = [kind for kind, lead in told() if lead & AT]
    assert kinds == ["season", *["episodes"] * 9, "complete"]


def test_a_season_is_not_complete_while_more_episodes_are_announced_than_known(ballard):
    Season.objects.filter(pk=ballard.pk).update(episode_count=12)
    for one in ballard.episodes.all():
        make.release(one, "23.1.2026 09:00")

    releases.begin_due(now=berlin("23.1.2026 09:00"))

    assert told_now() == ["season"]


def test_what_comes_again_dubbed_completes_nothing(ballard):
    for one in ballard.episodes.all():
        make.release(one, "23.1.2026 09:00", version="original")
    make.release(episode(ballard, 4), "23.3.2026 09:00", version="dubbed")

    releases.begin_due(now=berlin("23.3.2026 09:00"))

    assert told_now() == ["episodes"]


def test_a_streamed_season_that_ended_elsewhere_is_complete_at_once(ballard):
    ballard.episodes.update(aired_on=berlin("1.1.2026 00:00").date())
    make.release(ballard, "23.1.2026")

    releases.begin_due(now=berlin("23.1.2026 09:00"))

    assert told_now() == ["complete", "season"]


def test_an_original_premiere_counts_only_without_a_german_one(ballard):
    one = episode(ballard, 5)
    Episode.objects.filter(pk=one.pk).update(
        aired_on=berlin("23.1.2026 12:00").date(), aired_at=berlin("24.1.2026 03:00")
    )

    assert releases.begin_due(now=berlin("24.1.2026 03:00")) == 1
    occasion = Occasion.objects.get()
    assert [(r.kind, r.episode) for r in releases.of(occasion)] == [("original", one)]
    Occasion.objects.all().delete()

    make.release(ballard, "Herbst 2026")
    assert releases.begin_due(now=berlin("24.1.2026 03:00")) == 0


def test_a_german_series_own_premiere_that_stands_in_a_row_as_well_alerts_once():
    tatort = make.series("Tatort", countries="DE")
    one = make.season(tatort, 3, episodes=3).episodes.get(number=2)
    follower(tatort)
    Episode.objects.filter(pk=one.pk).update(
        aired_on=berlin("25.1.2026 12:00").date(), aired_at=berlin("25.1.2026 20:15")
    )
    make.release(one, "25.1.2026 20:15", on=make.organisation("Das Erste"), kind="german_tv")

    assert releases.begin_due(now=berlin("25.1.2026 20:15")) == 1


def test_austria_alerts_only_where_no_date_in_germany_is_known(ballard):
    make.release(episode(ballard, 5), "23.1.2026 20:15", territory="AT", kind="german_tv")
    assert releases.begin_due(now=berlin("23.1.2026 20:15")) == 1

    make.release(episode(ballard, 6), "Mai 2026", kind="german_tv")
    make.release(episode(ballard, 6), "24.1.2026 20:15", territory="AT", kind="german_tv")
    assert releases.begin_due(now=berlin("24.1.2026 20:15")) == 0


def test_a_date_moved_before_it_was_due_does_not_alert_at_the_old_one(ballard):
    made = make.release(episode(ballard, 5), "23.1.2026 20:15")
    move(made, "30.1.2026 20:15")

    assert releases.begin_due(now=berlin("23.1.2026 20:15")) == 0
    assert releases.begin_due(now=berlin("30.1.2026 20:15")) == 1


def test_a_date_moved_after_its_alert_alerts_at_the_new_one_and_the_old_is_withdrawn(ballard):
    made = make.release(episode(ballard, 5), "23.1.2026 20:15")
    releases.begin_due(now=berlin("22.1.2026 20:15"))
    before = Occasion.objects.get()

    move(made, "30.1.2026 20:15")

    assert releases.of(before) == []
    assert releases.begin_due(now=berlin("29.1.2026 20:15")) == 1
    assert releases.begin_due(now=berlin("30.1.2026 20:15")) == 1


def test_a_day_whose_time_becomes_known_is_not_told_twice(ballard):
    made = make.release(episode(ballard, 5), "23.1.2026")
    releases.begin_due(now=berlin("23.1.2026 09:00"))

    move(made, "23.1.2026 11:00")

    assert releases.begin_due(now=berlin("23.1.2026 11:00")) == 0
    assert releases.of(Occasion.objects.get()) == [made]


def test_a_network_that_becomes_known_is_not_told_twice(ballard):
    made = make.release(episode(ballard, 5), "23.1.2026")
    releases.begin_due(now=berlin("23.1.2026 09:00"))

    Release.objects.filter(pk=made.pk).update(organisation=make.organisation())

    assert releases.begin_due(now=berlin("23.1.2026 10:00")) == 0


@pytest.mark.parametrize("is_original", [True, False])
def test_a_series_that_becomes_one_with_another_after_its_alert_is_not_told_twice(ballard, is_original):
    at = berlin("23.1.2026 20:15")
    if is_original:
        Episode.objects.filter(pk=episode(ballard, 5).pk).update(aired_at=at, aired_on=at.date())
    else:
        make.release(episode(ballard, 5), "23.1.2026 20:15")
    releases.begin_due(now=at)

    merging.merge(ballard.series, into=make.series("Ballard US", countries="US"), by=None)

    assert len(releases.of(Occasion.objects.get())) == 1
    assert releases.begin_due(now=at + timedelta(minutes=1)) == 0


def test_what_was_missed_is_told_for_six_hours(ballard):
    make.release(episode(ballard, 5), "23.1.2026 12:00")
    make.release(episode(ballard, 6), "23.1.2026 11:59")

    assert releases.begin_due(now=berlin("23.1.2026 18:00")) == 1
    assert list(Occasion.objects.get().releases.values_list("episode__number", flat=True)) == [5]


def test_a_reminder_that_was_missed_comes_with_what_it_was_for_as_one(ballard):
    make.release(episode(ballard, 5), "23.1.2026 20:15")

    releases.begin_due(now=berlin("23.1.2026 20:30"))
    releases.begin_due(now=berlin("23.1.2026 20:31"))

    assert told() == [("episodes", AT | HOUR)]


@pytest.mark.parametrize(
    ("at", "day_before"),
    [("29.3.2026 20:15", "28.3.2026 20:15"), ("25.10.2026 20:15", "24.10.2026 20:15")],
)
def test_a_day_before_is_by_the_clock_when_it_changes(ballard, at, day_before):
    made = make.release(episode(ballard, 5), at)

    found = releases.due(made, DAY)

    assert found is not None and made.starts_at is not None
    assert found == berlin(day_before)
    assert made.starts_at - found == timedelta(hours=23 if "3.2026" in at else 25)


def test_both_hours_of_the_night_that_has_one_twice_alert(ballard):
    first, second = berlin("25.10.2026 02:30 MESZ"), berlin("25.10.2026 02:30 MEZ")
    make.release(episode(ballard, 5), "25.10.2026 02:30 MESZ")
    make.release(episode(ballard, 6), "25.10.2026 02:30 MEZ")

    assert second - first == timedelta(hours=1)
    assert releases.begin_due(now=first) == 2  # And the reminder of the other one.
    assert releases.begin_due(now=second) == 1


def test_nothing_is_made_of_series_whose_releases_nobody_wants(ballard):
    Follow.objects.update(releases="none")
    make.release(episode(ballard, 5), "23.1.2026 20:15")

    assert releases.begin_due(now=berlin("23.1.2026 20:15")) == 0
    assert not Occasion.objects.exists()


def test_two_workers_at_once_make_one(ballard, monkeypatch):
    make.release(episode(ballard, 5), "23.1.2026 20:15")
    now = berlin("23.1.2026 20:15")
    releases.begin_due(now=now)
    # The second worker looked before the first had finished.
    monkeypatch.setattr(releases, "_told", lambda *args, **named: [])

    assert releases.begin_due(now=now) == 0
    assert Relay.objects.count() == 1


def test_every_minute_costs_the_same_whatever_comes_out(ballard, django_assert_num_queries):
    for number in range(1, 11):
        make.release(episode(ballard, number), "24.1.2026 20:15")

    with django_assert_num_queries(2):
        releases.begin_due(now=berlin("23.1.2026 09:00"))


def test_a_worker_looks_every_minute():
    assert tasks.look_at_releases.module_path in schedule.entries


# --- on the way


def at_minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def test_it_arrives_at_the_devices_of_those_who_asked_for_it(service, drain, ballard):
    now = timezone.now().replace(second=0, microsecond=0)
    phones = {name: service.device() for name in ("each", "starts", "complete", "none", "before")}
    wants = {"each": "episodes", "starts": "seasons", "complete": "complete", "none": "none", "before": "episodes"}
    for name, phone in phones.items():
        reader = follower(ballard.series, name, wants=wants[name])
        Follow.objects.filter(reader=reader).update(leads=HOUR if name == "before" else AT)
        register(reader, phone)
    # It came out before anybody could have been told an hour ahead of it.
    made = make.release(episode(ballard, 5), at_minute(now), on=make.organisation("Prime Video"))
    Occasion.objects.create(
        topic=ballard.series, kind="episodes", lead=HOUR, due_at=now - timedelta(hours=1),
        key=f"{ballard.series.pk}.out.2.{made.organisation_id}.{releases.when(made)}",
    )  # fmt: skip

    releases.begin_due(now=now)
    drain()
    releases.begin_due(now=now + timedelta(minutes=1))
    drain()

    assert {name: len(phone.messages()) for name, phone in phones.items()} == {
        "each": 1, "starts": 0, "complete": 0, "none": 0, "before": 0,
    }  # fmt: skip
    (shown,) = phones["each"].notifications()
    assert "Ballard" in shown["title"]


def test_an_original_premiere_arrives_too(service, drain, ballard):
    now = timezone.now().replace(second=0, microsecond=0)
    phone = service.device()
    register(follower(ballard.series, "bob"), phone)
    Episode.objects.filter(pk=episode(ballard, 5).pk).update(aired_on=now.date(), aired_at=now)

    releases.begin_due(now=now)
    drain()

    assert len(phone.notifications()) == 1


def test_a_date_taken_back_before_it_left_reaches_nobody(service, drain, ballard):
    now = timezone.now().replace(second=0, microsecond=0)
    phone = service.device()
    register(follower(ballard.series, "bob"), phone)
    made = make.release(episode(ballard, 5), at_minute(now))
    releases.begin_due(now=now)

    move(made, at_minute(now + timedelta(days=7)))
    drain()

    assert phone.messages() == []
    assert Relay.objects.get().finished_at is not None
