"""The ledger's part for every channel but push: batches of twenty destinations, each a job."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from staffellauf.alerts.channels import Kind, delivering
from staffellauf.alerts.deciding import audience, calm
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.deciding.calm import How
from staffellauf.alerts.models import Batch, Destination, Relay, RelayLane
from staffellauf.alerts.words import telling
from staffellauf.alerts.words.messages import Item, Message

# What is put off: which destinations, and when they are told again.
Later = tuple[list[int], datetime]
PutOff = Callable[[int, Later], object]
"""Called with the lane in the transaction that ends the batch, so that a kill loses nobody."""


def deliver_batch(batch_id: int, *, put_off: PutOff, now: datetime) -> None:
    """Tells the destinations of an open batch. Nobody when it is done, or there is nothing to tell."""
    batch = Batch.objects.select_related("lane__relay").filter(pk=batch_id, done_at__isnull=True).first()
    if batch is None:
        return
    lane = batch.lane
    subject = _subject(lane.relay, now=now)
    if subject is None:
        _finish(batch, [], [], now=now)
        return
    rows = audience.destinations(subject, lane.channel).filter(pk__gt=batch.after_id, pk__lte=batch.up_to_id)
    destinations = list(rows.select_related("reader").order_by("pk"))
    verdicts = calm.judge(subject, {row.reader_id for row in destinations}, channel=lane.channel, now=now)
    held = [row for row in destinations if row.reader_id in verdicts and verdicts[row.reader_id].how is How.HOLD]
    told = [row for row in destinations if row.reader_id in verdicts and row not in held]
    results = _tell(subject, told, verdicts, now=now)
    with transaction.atomic():
        if not _finish(batch, results, held, now=now):
            return
        calm.hold(subject, verdicts, channel=lane.channel, destinations=held)
        if later := _later(results, lane.relay, attempts=1, now=now):
            put_off(lane.pk, later)


def deliver_again(
    lane_id: int, destination_ids: Sequence[int], *, attempts: int, put_off: PutOff, now: datetime
) -> None:
    """Once more to those that were put off, until the relay's time is over."""
    lane = RelayLane.objects.select_related("relay").filter(pk=lane_id).first()
    if lane is None:
        return
    subject = _subject(lane.relay, now=now)
    if subject is None:
        _count(lane.pk, failed=len(destination_ids), now=now)
        return
    rows = audience.destinations(subject, lane.channel).filter(pk__in=destination_ids).select_related("reader")
    destinations = list(rows)
    verdicts = calm.judge(subject, {row.reader_id for row in destinations}, channel=lane.channel, now=now)
    held = [row for row in destinations if row.reader_id in verdicts and verdicts[row.reader_id].how is How.HOLD]
    told = [row for row in destinations if row.reader_id in verdicts and row not in held]
    results = _tell(subject, told, verdicts, now=now)
    with transaction.atomic():
        _count_results(lane.pk, results, held, now=now)
        calm.hold(subject, verdicts, channel=lane.channel, destinations=held)
        if later := _later(results, lane.relay, attempts=attempts + 1, now=now):
            put_off(lane.pk, later)


def _subject(relay: Relay, *, now: datetime) -> Subject | None:
    return audience.subject_of(relay) if relay.ttl(now) > timedelta(0) else None


def _tell(
    subject: Subject, destinations: Sequence[Destination], verdicts: dict[int, calm.Verdict], *, now: datetime
) -> delivering.Results:
    items: dict[tuple[str, int], Item] = {}
    for language in {row.reader.language for row in destinations}:
        theirs = (row.reader_id for row in destinations if row.reader.language == language)
        topic_ids = {verdicts[reader_id].topic_ids[0] for reader_id in theirs}
        found = telling.items(subject, topic_ids, language=language, now=now)
        items |= {(language, topic_id): item for topic_id, item in found.items()}

    def message_for(row: Destination) -> Message | None:
        verdict = verdicts[row.reader_id]
        item = items.get((row.reader.language, verdict.topic_ids[0]))
        language = row.reader.language
        return telling.message([item], language=language, is_silent=verdict.is_silent) if item else None

    return delivering.deliver(destinations, message_for, now=now)


def _later(results: delivering.Results, relay: Relay, *, attempts: int, now: datetime) -> Later | None:
    put_off = [(row, outcome) for row, outcome in results if outcome.kind is Kind.LATER]
    if not put_off:
        return None
    wait_s = max(delivering.wait_s(outcome, attempts) for _, outcome in put_off)
    # At the last moment, when the wait would be longer: then it is counted as failed.
    return [row.pk for row, _ in put_off], min(now + timedelta(seconds=wait_s), relay.expires_at)


def _finish(batch: Batch, results: delivering.Results, held: Sequence[Destination], *, now: datetime) -> bool:
    """False when another worker did it first: that one counts."""
    with transaction.atomic():
        if not Batch.objects.filter(pk=batch.pk, done_at__isnull=True).update(done_at=now):
            return False
        _count_results(batch.lane_id, results, held, now=now)
        return True


def _count_results(lane_id: int, results: delivering.Results, held: Sequence[Destination], *, now: datetime) -> None:
    kinds = [outcome.kind for _, outcome in results]
    _count(
        lane_id,
        accepted=kinds.count(Kind.SENT),
        gone=kinds.count(Kind.GONE),
        failed=kinds.count(Kind.FAILED),
        retried=kinds.count(Kind.LATER),
        held=len(held),
        now=now,
    )


def _count(lane_id: int, *, now: datetime, **counts: int) -> None:
    changes = {name: F(name) + count for name, count in counts.items() if count}
    if counts.get("accepted"):
        RelayLane.objects.filter(pk=lane_id).update(first_at=Coalesce("first_at", now), last_at=now)
    if changes:
        RelayLane.objects.filter(pk=lane_id).update(**changes)
