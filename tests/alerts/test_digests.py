"""Digests: when they come, and what stands in them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from staffellauf.alerts import releases
from staffellauf.alerts.deciding import calm
from staffellauf.alerts.later import catching_up, gathering
from staffellauf.alerts.models import Calm, Destination, Occasion, OutboxCursor, Relay
from staffellauf.newsroom import notes
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow
from tests import make
from tests.alerts.conftest import register
from tests.alerts.due import devices_of, mail_to, next_of, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def ballard():
    return make.series("Ballard")


def test_a_daily_digest_tells_what_came_and_the_next_one_only_what_is_new(mailoutbox, ballard):
    row = mail_to(make.reader(follows=[ballard]))
    make.article("Erste", about=[ballard])
    make.article("Zweite", about=[ballard])

    assert catching_up.catch_up("mail", now=soon()) == 1
    due_again, told_until = next_of(row), row.sent_up_to
    make.article("Dritte", about=[ballard])
    catching_up.catch_up("mail", now=due_again)

    first, second = mailoutbox
    assert "Erste" in first.body and "Zweite" in first.body and first.subject.startswith("2 ")
    assert "Dritte" in second.body and "Erste" not in second.body
    assert told_until == 2 and due_again > soon() and row.claim == ""


def test_nothing_new_is_no_message_and_the_digest_comes_again(mailoutbox, ballard):
    row = mail_to(make.reader(follows=[ballard]))
    make.article("Über etwas anderes", about=[make.series("Dark")])

    catching_up.catch_up("mail", now=soon())

    assert mailoutbox == [] and next_of(row) > soon() and row.sent_up_to == 1


def test_a_digest_is_due_again_at_the_hour_of_its_reader(ballard):
    reader = make.reader(follows=[ballard])
    Calm.objects.create(reader=reader, digest_at=time(6, 30), digest_weekday=2)
    row = mail_to(reader, rhythm="weekly")

    catching_up.catch_up("mail", now=soon())

    row.refresh_from_db()
    assert row.next_at == calm.next_digest(reader, "weekly", now=soon())


def test_a_digest_in_the_night_makes_no_sound(service, ballard):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    Calm.objects.create(reader=ada, night="silent", night_from=time(0), night_until=time(23, 59, 59))
    devices_of(ada, rhythm="daily")
    make.article(about=[ballard])

    catching_up.catch_up("webpush", now=soon())

    assert phone.notifications()[0]["silent"] is True


# --- what is wanted


def test_kinds_that_a_follow_does_without_stay_out(mailoutbox, ballard):
    ada = make.reader(follows=[ballard])
    Follow.objects.filter(reader=ada).update(unwanted_kinds=NewsKind.READING)
    mail_to(ada)
    make.article("Kritik", about=[ballard], kind="review")
    make.article("Meldung", about=[ballard])

    catching_up.catch_up("mail", now=soon())

    assert "Meldung" in mailoutbox[0].body and "Kritik" not in mailoutbox[0].body


def test_what_alerts_nobody_or_was_withdrawn_stays_out(mailoutbox, ballard):
    mail_to(make.reader(follows=[ballard]))
    make.article("Leise", about=[ballard], is_quiet=True)
    make.article("Zurückgezogen", about=[ballard]).unpublish()

    catching_up.catch_up("mail", now=soon())

    assert mailoutbox == []


def test_an_article_that_was_updated_comes_once_in_its_newest_edition(mailoutbox, ballard, now):
    mail_to(make.reader(follows=[ballard]))
    article = make.article("Staffel 3 bestellt", about=[ballard])
    notes.add(article, "Es werden zehn Folgen.", user=None, is_material=True, now=now)

    catching_up.catch_up("mail", now=soon())

    assert mailoutbox[0].body.count("Staffel 3 bestellt") == 1
    assert "Es werden zehn Folgen." in mailoutbox[0].body


def test_somebody_who_muted_everything_hears_nothing_and_nothing_is_made_up(mailoutbox, ballard):
    ada = make.reader(follows=[ballard])
    row = mail_to(ada)
    make.article("Erste", about=[ballard])
    Calm.objects.create(reader=ada, muted_until=soon() + timedelta(hours=1))

    catching_up.catch_up("mail", now=soon())

    assert mailoutbox == [] and next_of(row) > soon() and row.sent_up_to == 1


@pytest.mark.parametrize("fields", [{"confirmed_at": None}, {"stopped_at": timezone.now()}])
def test_an_address_that_nobody_confirmed_or_that_is_stopped_hears_nothing(mailoutbox, ballard, fields):
    mail_to(make.reader(follows=[ballard]), **fields)
    make.article(about=[ballard])

    catching_up.catch_up("mail", now=soon())

    assert mailoutbox == []


def test_releases_that_came_due_stand_in_the_digest_once(mailoutbox, ballard, now):
    ada = make.reader(follows=[ballard])
    Follow.objects.filter(reader=ada).update(releases="seasons", leads=Follow.Lead.AT | Follow.Lead.DAY)
    mail_to(ada, held_since=now - timedelta(days=1))
    at = now.replace(second=0, microsecond=0)
    release = make.release(make.season(ballard, 2), timezone.localtime(at).strftime("%d.%m.%Y %H:%M"))
    for lead, due_at in ((Follow.Lead.DAY, at - timedelta(hours=23)), (Follow.Lead.AT, at)):
        key = f"{ballard.pk}.out.{int(lead)}.0.{at:%Y%m%dT%H%M}"
        made = Occasion.objects.create(topic_id=ballard.pk, kind="season", lead=lead, due_at=due_at, key=key)
        made.releases.add(release)
        Relay.objects.create(occasion=made, started_at=due_at, expires_at=soon())

    catching_up.catch_up("mail", now=soon())

    [digest] = mailoutbox
    assert digest.body.count("Staffel 2") == digest.body.count("„Ballard“: ") >= 1
    assert digest.body.count("http://testserver/serien/ballard/") == 1


@pytest.mark.parametrize("digest_s, release_s", [(0.3, 0.6), (0.6, 0.3)])
@pytest.mark.parametrize("rhythm", ["daily", "at_once"])
def test_what_comes_out_at_the_very_moment_of_a_digest_is_told_once(
    service, send_at, ballard, rhythm, digest_s, release_s
):
    """Both are begun within the same second, in any order; a night may end then, too."""
    OutboxCursor.objects.create(pk=1)
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    Follow.objects.filter(reader=ada).update(releases="seasons", leads=Follow.Lead.AT)
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD, night_until=time(9))
    at = datetime(2026, 1, 23, 8, tzinfo=UTC)
    row = Destination.objects.create(
        reader=ada, channel="webpush", rhythm=rhythm, next_at=at, held_since=at - timedelta(hours=5)
    )
    make.release(make.season(ballard, 2), "23.1.2026")

    steps = {digest_s: lambda now: catching_up.catch_up("webpush", now=now),
             release_s: lambda now: releases.begin_due(now=now)}  # fmt: skip
    for seconds in sorted(steps):
        steps[seconds](at + timedelta(seconds=seconds))
    send_at(at + timedelta(seconds=1))
    row.refresh_from_db()
    catching_up.catch_up("webpush", now=(row.next_at or at) + timedelta(seconds=2))

    assert len(phone.messages()) == 1


def test_a_long_absence_is_counted_and_not_told_in_full(mailoutbox, ballard, monkeypatch):
    monkeypatch.setattr(gathering, "MOST_ITEMS", 2)
    mail_to(make.reader(follows=[ballard]))
    for number in range(5):
        make.article(f"Meldung {number}", about=[ballard])

    catching_up.catch_up("mail", now=soon())

    assert mailoutbox[0].subject.startswith("5 ")
    assert "Meldung 4" in mailoutbox[0].body and "Meldung 2" not in mailoutbox[0].body


def test_any_number_of_readers_takes_the_same_queries(django_assert_max_num_queries, mailoutbox):
    topics = [make.series(f"Serie {number}") for number in range(6)]

    def due(count: int) -> None:
        for number, topic in enumerate(topics[:count]):
            reader = make.device_reader(f"{topic.name} {count}", follows=[topic])
            mail_to(reader, address=f"{number}-{count}@example.org")
        for topic in topics:
            make.article(f"Meldung zu {topic.name} {count}", about=[topic])

    due(1)
    with django_assert_max_num_queries(40) as few:
        catching_up.catch_up("mail", now=soon())
    due(6)
    with django_assert_max_num_queries(60) as many:
        catching_up.catch_up("mail", now=soon())

    # What each destination's outcome writes, and nothing that is read.
    reads = [sum(query["sql"].startswith("SELECT") for query in each.captured_queries) for each in (few, many)]
    assert reads[0] == reads[1]
    assert len(mailoutbox) == 7
