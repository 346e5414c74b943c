"""The relay's steps in the background. Each may run twice.

Web push is sent by a loop of its own (alerts/ledger/sending.py); what other channels deliver are jobs.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from staffellauf.alerts import releases
from staffellauf.alerts.channels import delivering
from staffellauf.alerts.channels.calendar import ledger
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.ledger import cutting, direct, others, relays
from staffellauf.alerts.models import Batch, RelayLane
from staffellauf.jobs import schedule
from staffellauf.readers.models import Reader

DELIVERY = 10


def pick_up_publications() -> None:
    """Begins what is new; one query when there is nothing."""
    now = timezone.now()
    if relays.look(now=now)[0]:
        relays.pick_up(now=now)


def cut_destinations(lane_id: int, subject: Subject) -> None:
    """The next batches of another channel's lane, when those before are delivered."""
    if Batch.objects.filter(lane=lane_id, done_at__isnull=True).count() >= cutting.BATCHES_PER_CUT:
        return
    with transaction.atomic():
        for batch in cutting.cut_destinations(lane_id, subject):
            deliver_to_destinations.enqueue(batch.pk)


@task(queue_name="mail", priority=DELIVERY)
def deliver_to_destinations(batch_id: int) -> None:
    if Batch.objects.filter(pk=batch_id, lane__relay__paused_at__isnull=False).exists():
        soon = timezone.now() + relays.PAUSED_LOOK
        deliver_to_destinations.using(run_after=soon).enqueue(batch_id)
        return

    def put_off(lane_id: int, later: others.Later) -> None:
        deliver_again.using(run_after=later[1]).enqueue(lane_id, later[0], 1)

    others.deliver_batch(batch_id, put_off=put_off, now=timezone.now())


@task(queue_name="mail", priority=DELIVERY)
def deliver_again(lane_id: int, destination_ids: Sequence[int], attempts: int) -> None:
    if RelayLane.objects.filter(pk=lane_id, relay__paused_at__isnull=False).exists():
        soon = timezone.now() + relays.PAUSED_LOOK
        deliver_again.using(run_after=soon).enqueue(lane_id, destination_ids, attempts)
        return

    def put_off(lane_id: int, later: others.Later) -> None:
        deliver_again.using(run_after=later[1]).enqueue(lane_id, later[0], attempts + 1)

    others.deliver_again(lane_id, destination_ids, attempts=attempts, put_off=put_off, now=timezone.now())


@task(queue_name="push", priority=DELIVERY, max_attempts=1)
def send_test(reader_id: int) -> int:
    reader = Reader.objects.filter(pk=reader_id).first()
    return direct.send_trial(reader, now=timezone.now()) if reader else 0


@task(queue_name="mail", priority=DELIVERY, max_attempts=1)
def try_out(destination_id: int) -> None:
    delivering.try_out(destination_id, now=timezone.now())


@schedule.daily("04:10")
@task(priority=-50)
def prune() -> None:
    relays.prune(now=timezone.now())
    ledger.forget(now=timezone.now())


@schedule.every(minutes=1)
@task(priority=DELIVERY)
def look_at_releases() -> int:
    return releases.begin_due(now=timezone.now())
