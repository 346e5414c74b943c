"""The relay's steps in the background. Each may run twice."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from staffellauf.alerts import relays
from staffellauf.alerts.channels import delivering
from staffellauf.jobs import actions as jobs
from staffellauf.jobs import schedule

# The first cut of a new publication goes before everything, so that its first delivery leaves within a second; the
# cuts after it come when its batches are delivered, so that open batches stay few.
FIRST_CUT, DELIVERY, NEXT_CUT, RETRY = 30, 10, 0, -10


def pick_up_publications() -> None:
    """Called by every worker between two jobs; one query when there is nothing to do."""
    now = timezone.now()
    has_new, has_due = relays.look(now=now)
    if has_new:
        with transaction.atomic():
            for relay_id in relays.pick_up(now=now):
                cut.enqueue(relay_id)
    if has_due:
        jobs.enqueue_once(deliver_retries, "alerts.retries")


@task(queue_name="push", priority=FIRST_CUT)
def cut(relay_id: int) -> None:
    with transaction.atomic():
        batch_ids, has_more = relays.cut(relay_id, now=timezone.now())
        for batch_id in batch_ids:
            deliver.enqueue(batch_id)
        if has_more:
            cut.using(priority=NEXT_CUT).enqueue(relay_id)


# A killed worker costs an attempt: no storm of kills uses up so many. One that always fails ends some day all the same.
@task(queue_name="push", priority=DELIVERY, max_attempts=50)
def deliver(batch_id: int) -> int:
    return relays.deliver_batch(batch_id, now=timezone.now())


@task(queue_name="push", priority=RETRY)
def deliver_retries() -> int:
    return relays.deliver_retries(now=timezone.now())


@task(queue_name="push", priority=DELIVERY, max_attempts=1)
def send_test(reader_id: int) -> int:
    with translation.override(settings.LANGUAGE_CODE):
        return relays.send_trial(reader_id, navigate=f"{settings.PUBLIC_URL}/mein/feed/", now=timezone.now())


@task(queue_name="mail", priority=DELIVERY, max_attempts=1)
def try_out(destination_id: int) -> None:
    delivering.try_out(destination_id, now=timezone.now())


@schedule.daily("04:10")
@task(priority=-50)
def prune() -> None:
    relays.prune(now=timezone.now())
