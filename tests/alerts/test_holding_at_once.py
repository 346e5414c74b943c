"""Workers write for the same readers and relays at the same time: none waits for the other, nothing is lost."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from staffellauf.alerts.deciding import calm
from staffellauf.alerts.deciding.calm import How, Verdict
from staffellauf.alerts.ledger import relays
from staffellauf.alerts.models import Batch, Destination, Relay, RelayLane, Retry
from tests import make
from tests.alerts import subjects
from tests.alerts.subjects import MORNING, NIGHT


@pytest.mark.django_db(transaction=True)
def test_two_workers_hold_the_same_readers():
    ballard = make.series("Ballard")
    readers = [make.device_reader(f"phone {number}").pk for number in range(60)]
    first, second = (
        subjects.subject(make.article(f"Meldung {n}", about=[ballard]), at=NIGHT + timedelta(hours=n)) for n in (0, 1)
    )
    held = {pk: Verdict(How.HOLD, (ballard.pk,), until=MORNING) for pk in readers}
    failures: list[BaseException] = []
    begin = threading.Barrier(2)

    def work(subject, verdicts):
        try:
            begin.wait()
            with transaction.atomic():
                calm.hold(subject, verdicts)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    backwards = dict(reversed(held.items()))
    workers = [threading.Thread(target=work, args=args) for args in ((second, held), (first, backwards))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failures == []
    assert first.position
    rows = Destination.objects.values_list("next_at", "sent_up_to", "held_since")
    assert list(rows) == [(MORNING, first.position - 1, NIGHT)] * 60


@pytest.mark.django_db(transaction=True)
def test_two_workers_hold_several_pieces_of_news_in_opposite_orders():
    ballard = make.series("Ballard")
    readers = [make.device_reader(f"phone {number}").pk for number in range(60)]
    first, second = (
        subjects.subject(make.article(f"Meldung {n}", about=[ballard]), at=NIGHT + timedelta(hours=n)) for n in (0, 1)
    )
    halves = [
        {pk: Verdict(How.HOLD, (ballard.pk,), until=MORNING) for pk in part} for part in (readers[:30], readers[30:])
    ]
    failures: list[BaseException] = []
    begin = threading.Barrier(2)

    def work(parts):
        try:
            begin.wait()
            with transaction.atomic():
                calm.hold_all(list(zip((first, second), parts, strict=True)))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(parts,)) for parts in (halves, halves[::-1])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failures == []
    assert first.position
    rows = Destination.objects.values_list("next_at", "sent_up_to", "held_since")
    assert list(rows) == [(MORNING, first.position - 1, NIGHT)] * 60


@pytest.mark.django_db(transaction=True)
def test_a_relay_ends_while_a_worker_puts_answers_on_record():
    make.article("Meldung", about=[make.series("Ballard")])
    relays.look(now=timezone.now())
    [relay_id] = relays.pick_up(now=timezone.now())
    lane = RelayLane.objects.create(relay_id=relay_id, origin="https://push.example", is_cut=True)
    batch = Batch.objects.create(lane=lane, after_id=0, up_to_id=1, size=1)
    failures: list[BaseException] = []
    has_begun = threading.Event()

    def record():
        try:
            with transaction.atomic():
                Batch.objects.filter(pk=batch.pk).update(size=0)
                has_begun.set()
                time.sleep(0.5)
                Retry.objects.create(relay_id=relay_id, not_before=NIGHT)
        except BaseException as error:
            failures.append(error)
        finally:
            has_begun.set()
            connection.close()

    worker = threading.Thread(target=record)
    worker.start()
    has_begun.wait()
    relays.end(relay_id, counts_missed=True, now=NIGHT)
    worker.join()

    assert failures == []
    assert Relay.objects.get().finished_at == NIGHT
