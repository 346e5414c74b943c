"""What is told together: several within minutes, and what waits for a morning or a digest."""

from datetime import time, timedelta

import pytest
from django.db import transaction

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
from tests.alerts.judged import MAIL, judged, mail_of, prefer, some
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


# --- several at once


def test_the_third_within_ten_minutes_takes_the_place_of_the_others(ballard, ada):
    first, second, third, fourth = some(ballard, 0, 4, 9, 12)

    verdicts = [judged(subject, ada) for subject in (first, second, third, fourth)]

    assert [verdict and verdict.how for verdict in verdicts] == [How.NOW, How.NOW, How.GROUP, How.GROUP]
    assert verdicts[2] and verdicts[2].group == (third.article_id, second.article_id, first.article_id)
    assert verdicts[2].parts[0] == (third, ballard.pk)
    assert verdicts[3] and verdicts[3].group == (fourth.article_id, third.article_id, second.article_id)


def test_what_was_told_before_the_reader_followed_makes_no_group(ballard, ada):
    prefer(ada, created_at=NOON + timedelta(minutes=3))
    *_, third, fourth, fifth = some(ballard, 0, 2, 4, 5, 6)

    verdicts = [judged(subject, ada) for subject in (third, fourth, fifth)]

    assert [verdict and verdict.how for verdict in verdicts] == [How.NOW, How.NOW, How.GROUP]
    assert verdicts[2] and verdicts[2].group == (fifth.article_id, fourth.article_id, third.article_id)


def test_at_night_a_group_makes_no_sound_either(ballard, ada):
    *_, third = some(ballard, 0, 1, 2, at=NIGHT)

    verdict = judged(third, ada)

    assert verdict and (verdict.how, verdict.is_silent) == (How.GROUP, True)


def test_what_the_reader_did_not_want_makes_no_group(ballard, ada):
    trailer = make.article("Trailer", about=[ballard])
    subjects.state(trailer, Fact.Kind.TRAILER)
    prefer(ada, unwanted_kinds=int(NewsKind.TRAILERS))
    subjects.subject(trailer)
    some(make.series("Dark"), 1)
    *_, third = some(ballard, 2, 3)

    verdict = judged(third, ada)

    assert verdict and verdict.how is How.NOW


def test_nor_does_a_withdrawn_article(ballard, ada):
    gone = make.article("Weg", about=[ballard])
    subjects.relay(gone)
    gone.unpublish()
    *_, third = some(ballard, 1, 2)

    verdict = judged(third, ada)

    assert verdict and verdict.how is How.NOW


def test_a_release_counts_as_one_of_several(ballard, ada):
    make.season(ballard, 1, episodes=1)
    subjects.air(ballard, 1, 1, at=NOON)
    prefer(ada, releases="episodes")
    release = subjects.occasion(ballard)
    *_, third = some(ballard, 1, 2)

    verdict = judged(third, ada)

    assert verdict and verdict.how is How.GROUP
    assert [subject.key for subject, _ in verdict.parts][-1] == release.key
    assert len(verdict.group) == 2


def test_who_wants_each_by_itself_has_it_so(ballard, ada):
    Calm.objects.create(reader=ada, groups=False)
    *_, third = some(ballard, 0, 1, 2)

    verdict = judged(third, ada)

    assert verdict and verdict.how is How.NOW


def test_a_channel_that_cannot_replace_waits_for_the_rest(ballard, ada):
    *_, third = some(ballard, 0, 4, 9)

    assert judged(third, ada, channel=MAIL) == Verdict(How.HOLD, (ballard.pk,), until=NOON + timedelta(minutes=10))
    late = NOON + timedelta(hours=1)
    assert judged(third, ada, channel=MAIL, now=late) == Verdict(How.HOLD, (ballard.pk,), until=late)


def test_a_backlog_comes_as_a_group(ballard, ada):
    for hours in (5, 3):
        relay = subjects.relay(make.article(f"Vor {hours} h", about=[ballard]), at=NOON - timedelta(hours=hours))
        relay.started_at = NOON
        relay.save()
    (third,) = some(ballard, 0)

    verdict = judged(third, ada)

    assert verdict and verdict.how is How.GROUP


# --- digests, and what waits already


@pytest.mark.parametrize("rhythm", ["daily", "weekly"])
def test_devices_of_a_digest_reader_wait_for_it(ballard, ada, rhythm):
    Destination.objects.create(reader=ada, channel=calm.PUSH, rhythm=rhythm)
    (subject,) = some(ballard, 0)

    verdict = judged(subject, ada)

    assert verdict == Verdict(How.HOLD, (ballard.pk,), until=calm.next_digest(ada, rhythm, now=NOON))


def test_holding_changes_nothing_for_a_digest(ballard, ada):
    due = NOON + timedelta(hours=5)
    Destination.objects.create(reader=ada, channel=calm.PUSH, rhythm="daily", next_at=due, sent_up_to=99)
    (subject,) = some(ballard, 0)

    assert calm.hold(subject, calm.judge(subject, [ada.pk], channel=calm.PUSH, now=NOON)) == 1

    row = Destination.objects.get()
    assert (row.next_at, row.sent_up_to) == (due, 99)


def test_what_is_held_remembers_from_where_and_until_when_and_never_moves_later(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    first, second = some(ballard, 0, 60, at=NIGHT)

    for subject in (first, second):
        calm.hold(subject, calm.judge(subject, [ada.pk], channel=calm.PUSH, now=subject.at))
    Calm.objects.update(night_until=time(11))
    calm.hold(second, calm.judge(second, [ada.pk], channel=calm.PUSH, now=second.at))

    row = Destination.objects.get()
    assert first.position
    assert (row.next_at, row.sent_up_to, row.held_since) == (MORNING, first.position - 1, NIGHT)


def test_one_that_was_late_is_told_with_the_rest(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    late, first = some(ballard, 0, 60, at=NIGHT)

    for subject in (first, late):
        calm.hold(subject, calm.judge(subject, [ada.pk], channel=calm.PUSH, now=first.at))

    assert late.position
    assert Destination.objects.get().sent_up_to == late.position - 1


def test_while_something_waits_the_rest_waits_with_it(ballard, ada):
    Destination.objects.create(reader=ada, channel=calm.PUSH, next_at=MORNING, sent_up_to=0, held_since=NIGHT)
    (subject,) = some(ballard, 0)

    assert judged(subject, ada) == Verdict(How.HOLD, (ballard.pk,), until=MORNING)


def test_what_was_told_together_is_not_told_once_more(ballard, ada):
    before, within, after = some(ballard, 0, 60, 120, at=NIGHT)
    assert within.position and after.position
    # As it is in the morning: told of everything since 23:30 up to the second.
    Destination.objects.create(reader=ada, channel=calm.PUSH, sent_up_to=within.position, held_since=within.at)

    assert judged(within, ada) is None
    assert judged(before, ada)
    assert judged(after, ada)
    calm.hold(within, {ada.pk: Verdict(How.HOLD, (ballard.pk,), until=MORNING)})
    assert Destination.objects.get().next_at is None


def test_a_held_release_keeps_the_publications_it_was_told_of(ballard, ada):
    make.season(ballard, 1, episodes=1)
    subjects.air(ballard, 1, 1, at=NIGHT)
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    prefer(ada, releases="episodes")
    some(ballard, -300, at=NIGHT)
    subject = subjects.occasion(ballard, at=NIGHT)

    calm.hold(subject, calm.judge(subject, [ada.pk], channel=calm.PUSH, now=NIGHT))

    row = Destination.objects.get()
    assert (row.next_at, row.sent_up_to, row.held_since) == (MORNING, readers.newest_position(), NIGHT)


def test_of_other_channels_the_destinations_of_the_batch_are_held(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD)
    mine, other = mail_of(ada), mail_of(ada, address_hash="other")
    (subject,) = some(ballard, 0, at=NIGHT)
    verdicts = calm.judge(subject, [ada.pk], channel=MAIL, now=NIGHT)

    assert calm.hold(subject, verdicts, channel=MAIL, destinations=[mine]) == 1

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.next_at, other.next_at) == (MORNING, None)
    assert Destination.objects.count() == 2


def test_a_mail_digest_does_not_hold_a_mail_at_once(ballard, ada):
    mail_of(ada, rhythm="daily", next_at=NOON + timedelta(hours=5))
    mail_of(ada, address_hash="other")
    (subject,) = some(ballard, 0)

    assert judged(subject, ada, channel=MAIL) == Verdict(How.NOW, (ballard.pk,))


def test_nobody_is_held_who_is_gone_meanwhile(ballard, ada):
    (subject,) = some(ballard, 0, at=NIGHT)
    gone = ada.pk
    ada.delete()

    with transaction.atomic():
        assert calm.hold(subject, {gone: Verdict(How.HOLD, (ballard.pk,), until=MORNING)}) == 0


def test_other_hours_move_what_waits(ballard, ada):
    Calm.objects.create(reader=ada, night=Calm.Night.HOLD, digest_at=time(9))
    held = Destination.objects.create(reader=ada, channel=calm.PUSH, next_at=MORNING)
    digest = mail_of(ada, rhythm="daily", next_at=NOON)
    taken = mail_of(ada, address_hash="other", next_at=NOON, claim="a worker")

    Calm.objects.update(night_until=time(5))
    calm.rearrange(ada, now=NIGHT)
    earlier = Destination.objects.in_bulk()
    Calm.objects.update(night=Calm.Night.SILENT)
    calm.rearrange(ada, now=NIGHT)

    assert earlier[held.pk].next_at == MORNING - timedelta(hours=2)
    assert earlier[digest.pk].next_at == MORNING + timedelta(hours=2)
    assert earlier[taken.pk].next_at == NOON
    assert Destination.objects.get(pk=held.pk).next_at == NIGHT
