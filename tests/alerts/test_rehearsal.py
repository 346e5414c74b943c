"""What a reader would have got last month is what `calm` would have said of each."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffellauf.alerts.deciding import calm, rehearsal
from staffellauf.alerts.deciding.calm import How
from staffellauf.alerts.deciding.rehearsal import Told, Wait
from staffellauf.alerts.deciding.wishes import Reason
from staffellauf.alerts.models import Calm, Destination, Relay, Snooze
from staffellauf.catalogue.models import Series
from staffellauf.newsroom.models import Article, Fact, Publication
from staffellauf.readers import actions as readers
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts import subjects
from tests.alerts.subjects import MORNING, NIGHT, NOON

pytestmark = pytest.mark.django_db
NOW = NOON + timedelta(days=20)


@pytest.fixture
def ballard() -> Series:
    return make.series("Ballard")


@pytest.fixture
def ada(ballard: Series) -> Reader:
    reader = make.reader("ada", follows=[ballard])
    Follow.objects.update(created_at=NOON - timedelta(days=60))
    return reader


def news(ballard: Series, at: datetime, *kinds: str, headline: str = "") -> Article:
    article = make.article(headline or f"Meldung von {at:%d.%m. %H.%M}", about=[ballard])
    subjects.state(article, *kinds)
    Publication.objects.filter(article=article).update(created_at=at)
    return article


def told(reader: Reader, **fields: object) -> list[Told]:
    """Oldest first."""
    return rehearsal.last_month(reader, now=NOW, **fields).told[::-1]  # type: ignore[arg-type]


def test_each_is_told_as_it_would_have_come(ballard, ada):
    by_day, by_night = news(ballard, NOON), news(ballard, NIGHT)

    month = rehearsal.last_month(ada, now=NOW)

    assert [one.article for one in month.told] == [by_night, by_day]
    assert [(one.how, one.comes_at) for one in month.told] == [(How.SILENT, NIGHT), (How.NOW, NOON)]
    assert month.told[0].topics == (ballard.topic_ptr,)
    assert month.counts == {How.NOW: 1, How.SILENT: 1}
    assert (month.alerts, month.is_cut) == (2, False)


def test_what_the_night_held_comes_together_in_the_morning(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    for hours in (0, 1, 2):
        news(ballard, NIGHT + timedelta(hours=hours))

    month = rehearsal.last_month(ada, now=NOW)

    assert [(one.how, one.comes_at, one.wait) for one in month.told] == [(How.HOLD, MORNING, Wait.NIGHT)] * 3
    assert month.alerts == 1


def test_several_at_once_are_one(ballard, ada):
    for minutes in (0, 1, 2):
        news(ballard, NOON + timedelta(minutes=minutes))

    assert [(one.how, one.group) for one in told(ada)] == [(How.NOW, 0), (How.NOW, 0), (How.GROUP, 3)]
    mail = told(ada, channel="mail")
    assert [one.how for one in mail] == [How.NOW, How.NOW, How.HOLD]
    assert (mail[2].comes_at, mail[2].wait) == (NOON + timedelta(minutes=10), Wait.REST)


def test_what_takes_the_place_of_others_counts_once_with_them(ballard, ada):
    for minutes in (0, 4, 8, 12, 16, 60):
        news(ballard, NIGHT + timedelta(minutes=minutes))

    month = rehearsal.last_month(ada, now=NOW)

    assert month.counts == {How.SILENT: 3, How.GROUP: 3}
    assert (month.alerts, month.together) == (2, 5)
    assert all(one.is_silent for one in month.told)


def test_a_digest_tells_it_at_its_hour(ballard, ada):
    Destination.objects.create(reader=ada, channel=calm.PUSH, rhythm="daily")
    Calm.objects.create(reader=ada, digest_at=time(8), digest_weekday=6)
    news(ballard, NOON)

    (daily,) = told(ada)
    (weekly,) = told(ada, rhythm="weekly", channel="mail")

    assert (daily.how, daily.wait, daily.comes_at) == (How.HOLD, Wait.DIGEST, MORNING + timedelta(hours=1))
    assert weekly.comes_at == MORNING + timedelta(hours=1)


def test_a_kind_that_is_switched_off_says_so(ballard, ada):
    readers.prefer(
        ada, ballard, unwanted_kinds=NewsKind.TRAILERS | NewsKind.DATES, releases="none", leads=1, only_caught_up=False
    )
    news(ballard, NOON, Fact.Kind.TRAILER)
    news(ballard, NOON + timedelta(hours=1), Fact.Kind.TRAILER, Fact.Kind.CASTING)

    trailer, both = told(ada)

    assert (trailer.how, trailer.comes_at, trailer.reason) == (None, None, Reason.KIND)
    assert trailer.kinds == NewsKind.TRAILERS
    assert trailer.topics == (ballard.topic_ptr,)
    assert both.how is How.NOW


def test_who_was_behind_would_have_heard_nothing(ballard, ada):
    make.season(ballard, 1, episodes=2)
    subjects.air(ballard, 1, 1, at=NOON - timedelta(days=10))
    subjects.air(ballard, 1, 2, at=NOON + timedelta(hours=1))
    Follow.objects.update(only_caught_up=True)
    readers.saw_up_to(ada, ballard, season=1, episode=1)
    news(ballard, NOON)
    news(ballard, NOON + timedelta(hours=2))

    before, after = told(ada)

    assert before.how is How.NOW
    assert (after.how, after.reason) == (None, Reason.BEHIND)


def test_muting_is_for_a_while_and_left_out(ballard, ada):
    Calm.objects.create(reader=ada, muted_until=NOW + timedelta(days=1))
    readers.mute(ada, ballard, until=NOW + timedelta(days=1))
    news(ballard, NOON)

    assert [one.how for one in told(ada)] == [How.NOW]


def test_releases_that_were_told_are_told(ballard, ada):
    make.season(ballard, 1, episodes=1)
    subjects.air(ballard, 1, 1, at=NOON)
    subject = subjects.occasion(ballard)

    assert told(ada) == []
    Follow.objects.update(releases="episodes")
    (release,) = told(ada)

    assert release.occasion and release.occasion.pk == subject.occasion_id
    assert (release.article, release.how, release.comes_at) == (None, How.NOW, NOON)


def test_only_the_last_month_and_what_alerted_and_is_still_there(ballard, ada):
    news(ballard, NOW - timedelta(days=31))
    news(ballard, NOON, headline="Weg").unpublish()
    news(make.series("Dark"), NOON, headline="Andere")
    news(ballard, NOW + timedelta(seconds=1), headline="Morgen")
    silent = news(ballard, NOON, headline="Leise")
    Publication.objects.filter(article=silent).update(is_alerting=False)

    assert told(ada) == []


def test_it_agrees_with_what_is_decided_at_the_time(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    for minutes in (0, 5, 9, 11, 300, 700):
        news(ballard, NOON + timedelta(minutes=minutes))
    live = []
    for publication in Publication.objects.order_by("position"):
        subject = subjects.subject(publication.article, at=publication.created_at)
        verdict = calm.judge(subject, [ada.pk], channel=calm.PUSH, now=subject.at)[ada.pk]
        live.append((verdict.how, verdict.until or subject.at, len(verdict.parts)))

    assert [(one.how, one.comes_at, one.group) for one in told(ada)] == live


def test_nothing_is_written_and_the_queries_do_not_grow(ballard, ada):
    def queries() -> int:
        before = [model.objects.count() for model in (Relay, Destination, Snooze)]
        with CaptureQueriesContext(connection) as asked:
            rehearsal.last_month(ada, now=NOW)
        assert [model.objects.count() for model in (Relay, Destination, Snooze)] == before
        return len(asked)

    news(ballard, NOON)
    first = queries()
    for minutes in range(1, 9):
        news(ballard, NOON + timedelta(minutes=minutes))

    assert queries() == first


def test_more_than_is_shown_says_so(ballard, ada, monkeypatch):
    monkeypatch.setattr(rehearsal, "PUBLICATIONS_AT_MOST", 2)
    for minutes in (0, 30, 60):
        news(ballard, NOON + timedelta(minutes=minutes))

    month = rehearsal.last_month(ada, now=NOW)

    assert month.is_cut
    assert [one.at for one in month.told] == [NOON + timedelta(minutes=60), NOON + timedelta(minutes=30)]


def test_who_follows_nothing_would_have_got_nothing():
    month = rehearsal.last_month(make.device_reader(), now=NOW)

    assert (month.told, month.alerts, month.counts) == ([], 0, {})
