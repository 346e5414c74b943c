"""Who is told now, silently, in a group, later, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from staffellauf.alerts import audience, calm
from staffellauf.alerts.calm import How
from staffellauf.alerts.models import Calm, Destination, Relay
from staffellauf.newsroom.models import Publication
from tests import make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 24, 11, tzinfo=UTC)
NIGHT = datetime(2026, 1, 24, 22, 30, tzinfo=UTC)


def relay_of(article, *, at: datetime = NOON) -> Relay:
    publication = Publication.objects.filter(article=article).latest("position")
    Publication.objects.filter(pk=publication.pk).update(created_at=at)
    publication.refresh_from_db()
    return Relay.objects.create(publication=publication, started_at=at, expires_at=at + timedelta(days=2))


def subject_of(article, *, at: datetime = NOON) -> audience.Subject:
    subject = audience.subject_of(relay_of(article, at=at))
    assert subject
    return subject


def test_a_follower_hears_at_once_by_day():
    ballard = make.series("Ballard")
    ada = make.reader("ada", follows=[ballard])
    subject = subject_of(make.article(about=[ballard]))

    verdicts = calm.judge(subject, [ada.pk], channel="webpush", now=NOON)

    assert verdicts[ada.pk].how is How.NOW
    assert verdicts[ada.pk].topic_ids == (ballard.pk,)


def test_at_night_it_comes_without_a_sound():
    ballard = make.series("Ballard")
    ada = make.reader("ada", follows=[ballard])
    subject = subject_of(make.article(about=[ballard]), at=NIGHT)

    assert calm.judge(subject, [ada.pk], channel="webpush", now=NIGHT)[ada.pk].how is How.SILENT


def test_who_wants_quiet_nights_has_it_held_until_the_morning():
    ballard = make.series("Ballard")
    ada = make.reader("ada", follows=[ballard])
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    subject = subject_of(make.article(about=[ballard]), at=NIGHT)

    verdicts = calm.judge(subject, [ada.pk], channel="webpush", now=NIGHT)
    calm.hold(subject, verdicts)

    morning = datetime(2026, 1, 25, 6, tzinfo=UTC)
    assert verdicts[ada.pk].until == morning
    row = Destination.objects.get()
    assert (row.channel, row.next_at, row.sent_up_to) == ("webpush", morning, subject.position - 1)
