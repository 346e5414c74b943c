"""Digests, and what a night held back: told once, together, by every channel; whatever breaks on the way."""

import smtplib
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from staffellauf.alerts import destinations, releases
from staffellauf.alerts.deciding import calm
from staffellauf.alerts.later import asked_again, catching_up, gathering, snoozes
from staffellauf.alerts.models import Calm, Destination, Occasion, OutboxCursor, Relay, Snooze
from staffellauf.jobs.models import Job
from staffellauf.newsroom import notes
from staffellauf.readers import actions as readers
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Reader
from tests import make
from tests.alerts.conftest import register

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def ballard():
    return make.series("Ballard")


def mail_to(
    reader: Reader, *, rhythm: str = "daily", address: str = "ada@example.org", **fields: object
) -> Destination:
    """Due since a moment ago, told of everything so far."""
    row = destinations.add(reader, "mail", address=address, rhythm=rhythm, is_confirmed=True, now=timezone.now())
    values = {"next_at": timezone.now() - timedelta(seconds=1), "held_since": timezone.now(), **fields}
    Destination.objects.filter(pk=row.pk).update(**values)
    return Destination.objects.get(pk=row.pk)


def devices_of(reader: Reader, **fields: object) -> Destination:
    values = {"sent_up_to": readers.newest_position(), "held_since": timezone.now(), **fields}
    return Destination.objects.create(
        reader=reader, channel="webpush", next_at=timezone.now() - timedelta(seconds=1), **values
    )


def next_of(row: Destination) -> datetime:
    """When the row is due again."""
    row.refresh_from_db()
    assert row.next_at
    return row.next_at


def soon() -> datetime:
    """After everything the test has done."""
    return timezone.now() + timedelta(seconds=1)


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


def test_what_a_night_held_back_comes_as_itself_when_it_is_one(mailoutbox, ballard):
    row = mail_to(make.reader(follows=[ballard]), rhythm="at_once")
    make.article("„Ballard“ wird fortgesetzt", about=[ballard])

    catching_up.catch_up("mail", now=soon())

    row.refresh_from_db()
    assert [mail.subject for mail in mailoutbox] == ["„Ballard“ wird fortgesetzt"]
    assert row.next_at is None and row.sent_up_to == 1


def test_devices_get_what_was_held_back_as_one_notification(service, ballard):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    Calm.objects.create(reader=ada, night="loud")
    row = devices_of(ada)
    for number in range(3):
        make.article(f"Meldung {number}", about=[ballard])

    catching_up.catch_up("webpush", now=soon())

    row.refresh_from_db()
    [shown] = phone.notifications()
    assert all(f"Meldung {number}" in shown["body"] for number in range(3))
    assert shown["silent"] is False
    assert row.next_at is None and row.sent_up_to == 3


def test_a_digest_in_the_night_makes_no_sound(service, ballard):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    Calm.objects.create(reader=ada, night="silent", night_from=time(0), night_until=time(23, 59, 59))
    devices_of(ada, rhythm="daily")
    make.article(about=[ballard])

    catching_up.catch_up("webpush", now=soon())

    assert phone.notifications()[0]["silent"] is True


def test_devices_that_nobody_reaches_are_tried_again_and_then_given_up(service, ballard):
    ada, phone = make.reader(follows=[ballard]), service.device("503")
    register(ada, phone)
    row = devices_of(ada)
    make.article(about=[ballard])

    for attempt in range(1, catching_up.RETRIES + 1):
        catching_up.catch_up("webpush", now=next_of(row) if attempt > 1 else soon())
        row.refresh_from_db()
        assert (row.failures, row.sent_up_to) == (attempt, 0)
    catching_up.catch_up("webpush", now=next_of(row))

    row.refresh_from_db()
    assert (row.next_at, row.sent_up_to, row.failures) == (None, 1, 0)
    assert phone.notifications() == []


def test_a_reader_without_devices_is_done(ballard):
    row = devices_of(make.reader(follows=[ballard]))
    make.article(about=[ballard])

    catching_up.catch_up("webpush", now=soon())

    row.refresh_from_db()
    assert row.next_at is None


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


# --- what breaks


class Refusing(EmailBackend):
    error: Exception = OSError()

    def send_messages(self, messages):
        raise self.error


def test_a_mail_server_that_is_away_puts_the_digest_off_and_then_leaves_it_to_the_next(settings, ballard, mailoutbox):
    row = mail_to(make.reader(follows=[ballard]))
    make.article("Erste", about=[ballard])
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = ConnectionRefusedError()
    at = soon()

    for _attempt in range(catching_up.RETRIES):
        catching_up.catch_up("mail", now=at)
        before, at = at, next_of(row)
        assert row.sent_up_to == 0 and before < at < before + timedelta(hours=2)
    catching_up.catch_up("mail", now=at)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert next_of(row) == calm.next_digest(row.reader, "daily", now=at) and row.sent_up_to == 0
    catching_up.catch_up("mail", now=next_of(row))

    assert "Erste" in mailoutbox[0].body


def test_an_address_that_is_gone_is_stopped(settings, ballard):
    row = mail_to(make.reader(follows=[ballard]))
    make.article(about=[ballard])
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    Refusing.error = smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"5.1.1 no such user")})

    catching_up.catch_up("mail", now=soon())

    row.refresh_from_db()
    assert row.stopped_at is not None and row.next_at is None and "550" in row.last_error


def test_a_worker_killed_after_sending_tells_again_what_is_the_same_message(ballard, mailoutbox, monkeypatch):
    row = mail_to(make.reader(follows=[ballard]))
    make.article(about=[ballard])
    at = soon()

    with monkeypatch.context() as patch:
        patch.setattr(catching_up, "finish", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            catching_up.catch_up("mail", now=at)
    assert catching_up.catch_up("mail", now=at) == 0
    assert catching_up.catch_up("mail", now=at + catching_up.LEASE) == 1

    row.refresh_from_db()
    first, second = mailoutbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert row.sent_up_to == 1 and row.claim == ""


def test_a_worker_that_was_too_slow_writes_nothing(ballard, mailoutbox):
    row = mail_to(make.reader(follows=[ballard]))
    at = soon()
    slow = catching_up.claim("mail", now=at)
    taken_over = catching_up.claim("mail", now=at + catching_up.LEASE)

    catching_up.finish(slow, {}, top=9, calms={}, now=at, ended_at=at)

    row.refresh_from_db()
    assert row.claim == taken_over[0].claim and row.sent_up_to == 0


def test_what_is_published_while_it_is_told_comes_at_once_after(ballard, mailoutbox, monkeypatch):
    mail_to(make.reader(follows=[ballard]), rhythm="at_once")
    make.article("„Ballard“ eins", about=[ballard])
    send = catching_up.send

    def slow(*args, **kwargs):
        make.article("„Ballard“ zwei", about=[ballard])
        return send(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(catching_up, "send", slow)
        catching_up.catch_up("mail", now=soon())
    catching_up.catch_up("mail", now=soon())

    assert [mail.subject for mail in mailoutbox] == ["„Ballard“ eins", "„Ballard“ zwei"]


def test_what_was_held_back_further_behind_meanwhile_is_not_lost(ballard):
    row = mail_to(make.reader(follows=[ballard]), rhythm="at_once", sent_up_to=5)
    at = soon()
    claimed = catching_up.claim("mail", now=at)
    Destination.objects.update(sent_up_to=3)

    catching_up.finish(claimed, {}, top=9, calms={}, now=at, ended_at=at)

    row.refresh_from_db()
    assert (row.sent_up_to, row.next_at) == (3, at)


def test_two_workers_share_what_is_due(ballard, monkeypatch):
    monkeypatch.setattr(catching_up, "BATCH_SIZE", 2)
    for number in range(3):
        mail_to(make.device_reader(str(number)), address=f"{number}@example.org")
    at = soon()

    taken = [[row.pk for row in catching_up.claim("mail", now=at)] for _ in range(3)]

    assert [len(part) for part in taken] == [2, 1, 0]
    assert len({pk for part in taken for pk in part}) == 3


# --- in the background


def test_a_worker_finds_what_is_due_with_one_query(django_assert_num_queries, ballard):
    with django_assert_num_queries(1):
        catching_up.look()

    assert not Job.objects.exists()


def test_a_worker_tells_what_is_due(drain, ballard, mailoutbox, service):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    mail_to(ada)
    article = make.article(about=[ballard], is_quiet=False)
    snoozes.snooze(ada, article, when=snoozes.Later.HOUR, now=timezone.now() - timedelta(hours=2))

    drain()

    assert len(mailoutbox) == 1
    assert not Snooze.objects.exists()
    assert phone.notifications()


# --- asked to hear again


def snoozed(reader: Reader, article, *, ago: timedelta = timedelta(hours=2)) -> None:
    snoozes.snooze(reader, article, when=snoozes.Later.HOUR, now=timezone.now() - ago)


def test_later_comes_once_more_on_every_device(service, ballard):
    ada, phone, laptop = make.reader(follows=[ballard]), service.device(), service.device()
    register(ada, phone)
    register(ada, laptop)
    article = make.article("Später lesen", about=[ballard])
    snoozed(ada, article)

    assert asked_again.tell(now=soon()) == 1
    assert asked_again.tell(now=soon()) == 0

    for device in (phone, laptop):
        [shown] = device.notifications()
        assert shown["title"] == "Später lesen" and shown["tag"] == f"meldung-{article.pk}"
        assert shown["data"]["again"]


def test_several_wishes_of_one_reader_come_each(service, ballard):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    for number in range(3):
        snoozed(ada, make.article(f"Meldung {number}", about=[ballard]))

    asked_again.tell(now=soon())

    assert {shown["title"] for shown in phone.notifications()} == {"Meldung 0", "Meldung 1", "Meldung 2"}


def test_what_was_withdrawn_meanwhile_does_not_come(service, ballard):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    article = make.article(about=[ballard])
    snoozed(ada, article)
    article.unpublish()

    asked_again.tell(now=soon())

    assert phone.notifications() == [] and not Snooze.objects.exists()


def test_a_wish_waits_while_no_service_takes_it(service, ballard):
    ada = make.reader(follows=[ballard])
    register(ada, service.device("503"))
    snoozed(ada, make.article(about=[ballard]))
    at = soon()

    asked_again.tell(now=at)

    [waiting] = Snooze.objects.all()
    assert waiting.due_at == at + asked_again.AGAIN


def test_a_wish_without_a_device_ends(ballard):
    ada = make.reader(follows=[ballard])
    snoozed(ada, make.article(about=[ballard]))

    asked_again.tell(now=soon())

    assert not Snooze.objects.exists()


def test_a_wish_made_anew_while_it_is_told_stays(ballard, service):
    ada, phone = make.reader(follows=[ballard]), service.device()
    register(ada, phone)
    article = make.article(about=[ballard])
    snoozed(ada, article)
    claimed = asked_again.claim(now=soon())
    snoozed(ada, article, ago=timedelta(0))

    asked_again.finish(claimed, {claimed[0].pk: 1}, now=soon())

    assert Snooze.objects.get().due_at > soon()
