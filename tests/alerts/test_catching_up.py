"""What waited is told once, together, by every channel; whatever breaks on the way."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from staffellauf.alerts.deciding import calm
from staffellauf.alerts.later import asked_again, catching_up, snoozes
from staffellauf.alerts.models import Calm, Destination, Snooze
from staffellauf.jobs.models import Job
from staffellauf.readers.models import Reader
from tests import make
from tests.alerts.conftest import register
from tests.alerts.due import devices_of, mail_to, next_of, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def ballard():
    return make.series("Ballard")


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
