"""Two workers hold back for the same readers at the same time: nobody waits for the other, nothing is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from staffellauf.alerts.deciding import calm
from staffellauf.alerts.deciding.calm import How, Verdict
from staffellauf.alerts.models import Destination
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
