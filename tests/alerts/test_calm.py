"""Who is told now, silently, later, or not at all."""

from collections.abc import Sequence
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffellauf.alerts.deciding import calm
from staffellauf.alerts.deciding.calm import How, Verdict
from staffellauf.alerts.models import Calm, Destination
from staffellauf.catalogue.models import Series
from staffellauf.newsroom.models import Fact
from staffellauf.readers import actions as readers
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts import subjects
from tests.alerts.judged import MAIL, judged, prefer, some
from tests.alerts.subjects import MORNING, NIGHT, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard() -> Series:
    return make.series("Ballard")


@pytest.fixture
def ada(ballard: Series) -> Reader:
    reader = make.reader("ada", follows=[ballard])
    Follow.objects.update(created_at=NOON - timedelta(days=30))
    return reader


# --- who wants it


def test_by_day_it_comes_now_by_the_topics_that_brought_it(ballard, ada):
    rosanna, dark = make.person(), make.series("Dark")
    for topic in (rosanna, dark):
        readers.follow(ada, topic)

    verdict = judged(subjects.subject(make.article(about=[ballard], mentioning=[rosanna])), ada)

    assert verdict == Verdict(How.NOW, (ballard.pk, rosanna.pk))


def test_who_follows_nothing_of_it_is_not_told(ballard, ada):
    (subject,) = some(ballard, 0)

    assert judged(subject, make.reader("bob", follows=[make.series("Dark")])) is None


def test_one_follow_that_wants_the_kind_is_enough(ballard, ada):
    rosanna = make.person()
    readers.follow(ada, rosanna)
    article = make.article(about=[ballard], mentioning=[rosanna])
    subjects.state(article, Fact.Kind.CASTING)
    subject = subjects.subject(article)

    readers.prefer(ada, ballard, unwanted_kinds=NewsKind.CASTING, releases="none", leads=1, only_caught_up=False)
    by_rosanna = judged(subject, ada)
    prefer(ada, unwanted_kinds=NewsKind.CASTING)

    assert by_rosanna and by_rosanna.topic_ids == (rosanna.pk,)
    assert judged(subject, ada) is None


def test_a_muted_follow_brings_nothing_until_its_time_is_over(ballard, ada):
    (subject,) = some(ballard, 0)
    readers.mute(ada, ballard, until=NOON + timedelta(seconds=1))

    assert judged(subject, ada) is None
    assert judged(subject, ada, now=NOON + timedelta(seconds=1))


def test_while_everything_is_muted_nothing_comes_and_nothing_waits(ballard, ada):
    (subject,) = some(ballard, 0)
    Calm.objects.create(reader=ada, muted_until=NOON + timedelta(days=2))

    verdicts = calm.judge(subject, [ada.pk], channel=calm.PUSH, now=NOON)
    calm.hold(subject, verdicts)

    assert verdicts == {}
    assert not Destination.objects.exists()
    assert judged(subject, ada, now=NOON + timedelta(days=2))


def test_who_is_behind_hears_of_it_only_by_topics_that_do_not_mind(ballard, ada):
    make.season(ballard, 1, episodes=3)
    for number, days in ((1, 14), (2, 7), (3, -7)):
        subjects.air(ballard, 1, number, at=NOON - timedelta(days=days))
    prefer(ada, only_caught_up=True)
    rosanna = make.person()
    subject = subjects.subject(make.article(about=[ballard], mentioning=[rosanna]))

    assert judged(subject, ada) is None
    readers.saw_up_to(ada, ballard, season=1, episode=1)
    assert judged(subject, ada) is None
    readers.follow(ada, rosanna)
    by_rosanna = judged(subject, ada)
    readers.saw_up_to(ada, ballard, season=1, episode=2)
    caught_up = judged(subject, ada)

    assert by_rosanna and by_rosanna.topic_ids == (rosanna.pk,)
    assert caught_up and caught_up.topic_ids == (ballard.pk, rosanna.pk)


def test_a_new_episode_is_told_to_those_who_saw_all_before_it(ballard, ada):
    make.season(ballard, 1, episodes=3)
    for number in (1, 2, 3):
        subjects.air(ballard, 1, number, at=NOON + timedelta(days=7 * (number - 3)))
    prefer(ada, only_caught_up=True, releases="episodes")

    subject = subjects.occasion(ballard)

    assert judged(subject, ada) is None
    readers.saw_up_to(ada, ballard, season=1, episode=2)
    assert judged(subject, ada)


@pytest.mark.parametrize(("seen", "is_told"), [((1, 2), True), ((1, 1), False), ((2, 1), True)])
def test_a_complete_season_is_told_to_those_who_saw_the_seasons_before(ballard, ada, seen, is_told):
    for season in (1, 2):
        make.season(ballard, season, episodes=2)
        for number in (1, 2):
            subjects.air(ballard, season, number, at=NOON + timedelta(days=7 * (number + 2 * season - 6)))
    prefer(ada, only_caught_up=True, releases="complete")
    readers.saw_up_to(ada, ballard, season=seen[0], episode=seen[1])

    assert (judged(subjects.occasion(ballard, kind="complete"), ada) is not None) == is_told


def test_releases_do_not_ask_for_kinds_of_news(ballard, ada):
    make.season(ballard, 1, episodes=1)
    subjects.air(ballard, 1, 1, at=NOON)
    prefer(ada, releases="episodes", unwanted_kinds=int(NewsKind.DATES | NewsKind.OTHER))

    assert judged(subjects.occasion(ballard), ada)


# --- the night


@pytest.mark.parametrize("channel", [calm.PUSH, MAIL])
def test_at_night_it_comes_without_a_sound_when_nobody_said_otherwise(ballard, ada, channel):
    (subject,) = some(ballard, 0, at=NIGHT)

    verdict = judged(subject, ada, channel=channel)

    assert verdict == Verdict(How.SILENT, (ballard.pk,), is_silent=True)


def test_at_night_it_comes_as_by_day_to_who_wants_that(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.LOUD)
    (subject,) = some(ballard, 0, at=NIGHT)

    assert judged(subject, ada) == Verdict(How.NOW, (ballard.pk,))


def test_at_night_it_waits_for_the_morning_of_who_wants_that(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    (subject,) = some(ballard, 0, at=NIGHT)

    assert judged(subject, ada) == Verdict(How.HOLD, (ballard.pk,), until=MORNING)
    assert judged(subject, ada, now=MORNING) == Verdict(How.NOW, (ballard.pk,))


def test_a_release_asked_for_exactly_then_follows_the_night_as_well(ballard, ada):
    make.season(ballard, 1, episodes=1)
    subjects.air(ballard, 1, 1, at=NIGHT)
    prefer(ada, releases="episodes")
    subject = subjects.occasion(ballard, at=NIGHT)

    silent = judged(subject, ada)
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    held = judged(subject, ada)

    assert silent and silent.how is How.SILENT
    assert held == Verdict(How.HOLD, (ballard.pk,), until=MORNING)


@pytest.mark.parametrize(
    ("zone", "how"),
    [("Asia/Tokyo", How.NOW), ("America/New_York", How.NOW), ("Europe/London", How.SILENT), ("Mars/Base", How.SILENT)],
)
def test_the_night_is_that_of_the_reader(ballard, ada, zone, how):
    Reader.objects.filter(pk=ada.pk).update(time_zone=zone)
    (subject,) = some(ballard, 0, at=NIGHT)

    verdict = judged(subject, ada)

    assert verdict and verdict.how is how


def test_a_night_that_begins_when_it_ends_is_none(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD, night_from=time(8), night_until=time(8))
    (subject,) = some(ballard, 0, at=NIGHT)

    assert judged(subject, ada) == Verdict(How.NOW, (ballard.pk,))


# --- many readers


def crowd(ballard: Series, names: Sequence[str]) -> list[Reader]:
    """Of every kind in turn."""
    found = [make.reader(name, follows=[ballard]) for name in names]
    for number, reader in enumerate(found):
        if number % 5 == 1:
            Calm.objects.create(reader=reader, night=Calm.Night.HOLD, night_until=time(6, number % 60))
        if number % 5 == 2:
            prefer(reader, only_caught_up=True)
        if number % 5 == 3:
            Destination.objects.create(reader=reader, channel=calm.PUSH, rhythm="daily")
    return found


def test_the_number_of_queries_does_not_grow_with_the_readers(ballard):
    make.season(ballard, 1, episodes=3)
    subjects.air(ballard, 1, 1, at=NOON)
    few = crowd(ballard, [f"few {n}" for n in range(5)])
    many = crowd(ballard, [f"many {n}" for n in range(20)])
    (subject,) = some(ballard, 0, at=NIGHT)

    counts = []
    for group in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as judging:
            verdicts = calm.judge(subject, [reader.pk for reader in group], channel=calm.PUSH, now=NIGHT)
        with CaptureQueriesContext(connection) as holding:
            calm.hold(subject, verdicts)
        counts.append((len(judging), len(holding)))
        assert len(verdicts) == len(group) * 4 // 5

    assert counts[0] == counts[1]
    assert counts[0][0] <= 5


def test_judged_together_everybody_hears_what_each_would_alone(ballard):
    make.season(ballard, 1, episodes=3)
    subjects.air(ballard, 1, 1, at=NOON)
    rosanna = make.person()
    trailer = make.article("Trailer", about=[ballard])
    subjects.state(trailer, Fact.Kind.TRAILER)
    first = subjects.subject(trailer, at=NIGHT)
    second = subjects.subject(make.article("Zweite", about=[ballard], mentioning=[rosanna]), at=NIGHT)
    article = make.article("Dritte", about=[rosanna], mentioning=[ballard])
    subjects.state(article, Fact.Kind.CASTING)
    third = subjects.subject(article, at=NIGHT)
    everybody = crowd(ballard, [f"reader {n}" for n in range(24)])
    for number, reader in enumerate(everybody):
        if number % 2:
            readers.follow(reader, rosanna)
        Follow.objects.filter(reader=reader, topic_id=ballard.pk).update(
            unwanted_kinds=(0, NewsKind.CASTING, NewsKind.TRAILERS, NewsKind.OTHER)[number // 2 % 4]
        )
        if number % 7 == 0:
            readers.saw_up_to(reader, ballard, season=1, episode=1)

    for subject in (first, second, third):
        for channel in (calm.PUSH, MAIL):
            together = calm.judge(subject, [reader.pk for reader in everybody], channel=channel, now=NIGHT)
            alone = {reader.pk: judged(subject, reader, channel=channel, now=NIGHT) for reader in everybody}
            assert together == {pk: verdict for pk, verdict in alone.items() if verdict}
    assert {verdict.how for verdict in together.values()} >= {How.HOLD, How.SILENT}
