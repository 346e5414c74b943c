"""Digests, and what a night or a flood held back: told together when it is due, read from the feed.

A claim is a lease, here on the destination's own `next_at`. A worker that is killed leaves its batch due again after
the lease: nobody is missed, one batch may be told twice, as the same message. Call these outside a transaction.
"""

import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from staffellauf.alerts.channels import Kind, Outcome, delivering
from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.deciding import calm, hours
from staffellauf.alerts.later import asked_again, gathering
from staffellauf.alerts.ledger import direct
from staffellauf.alerts.models import Calm, Destination, Relay, Subscription
from staffellauf.alerts.words.messages import Message
from staffellauf.jobs import actions as jobs
from staffellauf.readers import actions as readers

BATCH_SIZE = 250
# Longer than a batch takes whose addresses all hang until they time out.
LEASE = timedelta(minutes=10)
# As often as it is tried again before the next digest takes it along.
RETRIES = 5
# How long push services keep a digest for a phone that is switched off.
TTL = timedelta(days=1)
# One after the other: jobs of the same worker shall not wait for a hundred thousand digests.
AT_A_TIME_S = 20.0
# Many digests are due at the same hour: as many workers share them.
SIDE_BY_SIDE = 4
FINISHED = ["claim", "next_at", "sent_up_to", "held_since", "failures", "last_success_at"]


# --- in the background


def look() -> None:
    """Called by every worker between two jobs; one query."""
    now = timezone.now()
    due = Destination.objects.filter(next_at__lte=now).order_by().values_list("channel")
    for (name,) in due.union(asked_again.due(now)):
        jobs.enqueue_once(tell_due, f"alerts.catching_up.{name}.0", name)


@task(queue_name="mail")
def tell_due(name: str) -> int:
    """Everything due of one channel, or of what readers asked to hear later."""
    began, told = timezone.now(), 0
    while (now := timezone.now()) - began < timedelta(seconds=AT_A_TIME_S):
        count = asked_again.tell(now=now) if name == asked_again.NAME else catch_up(name, now=now)
        told += count
        if count < BATCH_SIZE:
            return told
        for number in range(1, SIDE_BY_SIDE):
            jobs.enqueue_once(tell_due, f"alerts.catching_up.{name}.{number}", name)
    return told


# --- one batch


def catch_up(channel: str, *, now: datetime) -> int:
    """Tells a batch of what is due, what came since; how many destinations were taken."""
    began_s = time.monotonic()
    rows = claim(channel, now=now)
    if not rows:
        return 0
    top = readers.newest_position()
    calms = Calm.objects.in_bulk({row.reader_id for row in rows})
    open_rows = [row for row in rows if may_be_told(row, calms.get(row.reader_id), now=now)]
    messages = gathering.gather(open_rows, top=top, calms=calms, now=now) if open_rows else {}
    outcomes = send(channel, open_rows, messages, now=now)
    ended_at = now + timedelta(seconds=time.monotonic() - began_s)
    finish(rows, outcomes, top=top, calms=calms, now=now, ended_at=ended_at)
    return len(rows)


def claim(channel: str, *, now: datetime) -> list[Destination]:
    """With their readers."""
    token = uuid.uuid4().hex
    with transaction.atomic():
        due = Destination.objects.filter(channel=channel, next_at__lte=now).order_by("next_at", "pk")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH_SIZE])
        Destination.objects.filter(pk__in=ids).update(claim=token, next_at=now + LEASE)
    return list(Destination.objects.filter(claim=token).select_related("reader").order_by("pk"))


def may_be_told(row: Destination, of: Calm | None, *, now: datetime) -> bool:
    """Nobody needs to say yes for devices; and nothing is made up later for a time in which everything was muted."""
    is_confirmed = row.channel == calm.PUSH or row.confirmed_at is not None
    return is_confirmed and row.stopped_at is None and not (of is not None and calm.is_muted(of, now=now))


def send(
    channel: str, rows: Sequence[Destination], messages: Mapping[int, Message], *, now: datetime
) -> dict[int, Outcome]:
    """By destination; those of which nothing came are missing."""
    told = [row for row in rows if row.pk in messages]
    if channel != calm.PUSH:
        return {row.pk: outcome for row, outcome in delivering.deliver(told, lambda row: messages[row.pk], now=now)}
    pushes = {row.reader_id: texts.group(messages[row.pk], ttl=TTL) for row in told}
    taken = direct.send(pushes, now=now) if pushes else {}
    silent = [reader_id for reader_id in pushes if not taken.get(reader_id)]
    waiting = set(Subscription.objects.active().filter(reader__in=silent).values_list("reader_id", flat=True))
    return {row.pk: Outcome(Kind.LATER if row.reader_id in waiting else Kind.SENT) for row in told}


# --- what comes of it


def finish(
    rows: Sequence[Destination],
    outcomes: Mapping[int, Outcome],
    *,
    top: int,
    calms: Mapping[int, Calm],
    now: datetime,
    ended_at: datetime,
) -> None:
    """A row that another worker took over, because this one was too slow, is left to that one."""
    before = {row.pk: row for row in rows}
    with transaction.atomic():
        # The locks first: who holds something back from now on sees what is written here.
        held = Destination.objects.select_for_update().filter(pk__in=before, claim=rows[0].claim).order_by("pk")
        ours = list(held)
        is_more = readers.newest_position() > top or _begun(now, ended_at)
        for row in ours:
            row.reader = before[row.pk].reader
            row.claim = ""
            outcome = outcomes.get(row.pk)
            if row.channel == calm.PUSH and outcome and outcome.kind is Kind.SENT:
                # `calm` tells by it which releases were told already: they have no position.
                row.last_success_at = now
            if row.stopped_at is not None:
                row.next_at = None
            elif outcome and outcome.kind is Kind.LATER and _count_failure(row) <= RETRIES:
                row.next_at = ended_at + timedelta(seconds=delivering.wait_s(outcome, row.failures))
            else:
                _go_on(row, before[row.pk], outcome, top=top, calms=calms, is_more=is_more, now=now)
        Destination.objects.bulk_update(ours, FINISHED)


def _begun(since: datetime, until: datetime) -> bool:
    """Whether releases came meanwhile."""
    return Relay.objects.filter(occasion__isnull=False, started_at__range=(since, until)).exists()


def _count_failure(row: Destination) -> int:
    """What other channels count in their own way (delivering.note) is counted here for devices."""
    if row.channel == calm.PUSH:
        row.failures += 1
    return row.failures


def _go_on(
    row: Destination,
    claimed: Destination,
    outcome: Outcome | None,
    *,
    top: int,
    calms: Mapping[int, Calm],
    is_more: bool,
    now: datetime,
) -> None:
    """It is told, or given up until the next digest takes it along."""
    if row.channel == calm.PUSH:
        row.failures = 0
    if row.rhythm != Destination.Rhythm.AT_ONCE:
        of = calms.get(row.reader_id) or Calm(reader_id=row.reader_id)
        row.next_at = hours.next_digest(of, row.rhythm, where=hours.zone(row.reader.time_zone), now=now)
        if outcome is None or outcome.kind is not Kind.LATER:
            row.sent_up_to, row.held_since = max(row.sent_up_to, top), now
    elif _reaches_further_back(row, claimed):
        row.next_at = now
    else:
        row.sent_up_to = max(row.sent_up_to, top)
        row.next_at = now if is_more else None
        # What was due until now is told; `calm` reads it when nothing is held.
        row.held_since = now if is_more else row.held_since


def _reaches_further_back(row: Destination, claimed: Destination) -> bool:
    """Whether something older was held back while this was on its way."""
    if row.sent_up_to < claimed.sent_up_to:
        return True
    return row.held_since is not None and (claimed.held_since is None or row.held_since < claimed.held_since)
