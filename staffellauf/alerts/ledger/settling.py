"""Answers go on record: batches end or move on, failures become retries, counters grow, subscriptions end.

One transaction for everything that a worker knows at the moment. Whoever lost a claim counts nothing of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from staffellauf.alerts.channels.webpush.answers import Kind
from staffellauf.alerts.deciding import calm
from staffellauf.alerts.deciding.calm import How, Verdict
from staffellauf.alerts.ledger import retries
from staffellauf.alerts.ledger.batches import Claim, Delivery
from staffellauf.alerts.models import Batch, RelayLane, Retry, Subscription
from staffellauf.common import many

# Answers 400 in a row, each for another article: this subscription will never work.
STALE_AFTER = 5
# Newer than a day is new enough to show in the list of devices, and spares a write per delivery.
SUCCESS_PRECISION = timedelta(days=1)


@dataclass(slots=True)
class Sum:
    """Of one relay at one push service."""

    accepted: int = 0
    gone: int = 0
    failed: int = 0
    held: int = 0
    retried: int = 0


@dataclass(slots=True)
class Record:
    """What one transaction puts down."""

    now: datetime
    expires: dict[int, datetime]
    """Of each relay."""
    sums: dict[tuple[int, str], Sum] = field(default_factory=lambda: defaultdict(Sum))
    deliveries: list[Delivery] = field(default_factory=list)
    later: list[tuple[Delivery, datetime]] = field(default_factory=list)
    settled: list[tuple[Claim, list[Delivery], list[int]]] = field(default_factory=list)
    """Each claim with what is on record of it, and which ids of that lie behind others that are not."""


def settle(claims: Iterable[Claim], expires: dict[int, datetime], *, now: datetime) -> Record:
    """Puts down what is known of the claims. Call in a transaction, and `done` when it is committed."""
    record = Record(now, expires)
    # Batches first, and these in one order for all workers, so that two never wait for each other.
    for claim in sorted(claims, key=lambda claim: (claim.batch_id is None, claim.batch_id or 0)):
        if claim.batch_id is None:
            _settle_retries(claim, record)
        else:
            _settle_batch(claim, record)
    _hold(record)
    devices = _lock_devices(record)
    note_subscriptions(record.deliveries, now=now)
    _keep_later(record, devices)
    _count(record)
    return record


def done(record: Record) -> None:
    """It is committed: the claims forget what is on record."""
    for claim, settled, told in record.settled:
        claim.forget(settled, told)
        claim.unwanted.clear()
        if claim.is_handed_back and not claim.begun:
            claim.waiting.clear()
        claim.is_over = claim.is_lost or not (claim.waiting or claim.begun)


def _settle_batch(claim: Claim, record: Record) -> None:
    if claim.is_lost:
        record.settled.append((claim, [], []))
        return
    settled = claim.settled()
    left = len(claim.begun) - len(settled) + len(claim.waiting)
    changes: dict[str, Any] = {}  # Any: columns of every kind
    told: list[int] = []
    if not left:
        changes = {"done_at": record.now, "claim": "", "lease_until": None, "told": ""}
    elif settled:
        after_id, told = claim.progress(settled)
        # Something of it is on record: it is none that kills its worker.
        changes = {"after_id": after_id, "told": ",".join(map(str, told)), "size": left, "attempts": 1}
    if left and claim.is_handed_back and len(claim.begun) == len(settled):
        changes |= {"claim": "", "lease_until": None, "attempts": 0}
    if not changes:
        return
    if not _change(claim, changes):
        claim.is_lost = True
        settled = []
    record.settled.append((claim, settled, told))
    _sort(settled, record)


def _settle_retries(claim: Claim, record: Record) -> None:
    settled = [] if claim.is_lost else claim.settled()
    if claim.is_handed_back and claim.waiting:
        retries.hand_back(claim, now=record.now)
    if claim.unwanted:
        Retry.objects.filter(pk__in=claim.unwanted, claim=claim.token).delete()
    if settled:
        held = retries.still_held(settled, claim.token)
        _sort([delivery for delivery in settled if delivery.retry_id in held], record)
    record.settled.append((claim, settled, []))


def _sort(settled: Sequence[Delivery], record: Record) -> None:
    for delivery in settled:
        claim, outcome = delivery.claim, delivery.outcome
        assert outcome
        sums = record.sums[claim.relay_id, claim.origin]
        if outcome.kind is Kind.ACCEPTED:
            sums.accepted += 1
        elif outcome.kind is Kind.GONE:
            sums.gone += 1
        elif outcome.kind is Kind.HELD:
            sums.held += 1
        elif outcome.kind is Kind.LATER and _waits(delivery, record):
            sums.retried += 1
        else:
            sums.failed += 1
    record.deliveries += settled


def _waits(delivery: Delivery, record: Record) -> bool:
    """Whether there is time for another attempt."""
    assert delivery.outcome
    moment = retries.not_before(delivery.outcome, delivery.attempts + 1, now=record.now)
    if moment >= record.expires[delivery.claim.relay_id]:
        return False
    record.later.append((delivery, moment))
    return True


def _hold(record: Record) -> None:
    """Those who hear later. In the transaction that counts them: a kill before it judges them again."""
    held: dict[Claim, dict[int, Verdict]] = defaultdict(dict)
    for delivery in record.deliveries:
        if delivery.verdict and delivery.verdict.how is How.HOLD:
            held[delivery.claim][delivery.reader_id] = delivery.verdict
    calm.hold_all([(claim.subject, verdicts) for claim, verdicts in held.items() if claim.subject])


def _lock_devices(record: Record) -> set[int]:
    """Those of which more is noted than a success, and those that are told later: in one order for all workers, until
    the commit. Without those that unsubscribed while it was out."""
    waiting = {delivery.subscription_id for delivery, _ in record.later if delivery.retry_id is None}
    over = {d.subscription_id for d in record.deliveries if d.outcome and d.outcome.kind in (Kind.GONE, Kind.BAD)}
    if not waiting and not over:
        return set()
    told = {d.subscription_id for d in record.deliveries if d.outcome and d.outcome.kind is Kind.ACCEPTED}
    rows = Subscription.objects.select_for_update(no_key=True).filter(pk__in=many.Ids(waiting | over | told))
    return set(rows.order_by("pk").values_list("pk", flat=True))


def _keep_later(record: Record, devices: Collection[int]) -> None:
    again = {id(delivery) for delivery, _ in record.later}
    ended = [d.retry_id for d in record.deliveries if d.retry_id is not None and id(d) not in again]
    if ended:
        Retry.objects.filter(pk__in=ended).delete()
    retries.put_off(record.later)
    new = [(delivery, moment) for delivery, moment in record.later if delivery.retry_id is None]
    if not new:
        return
    Retry.objects.bulk_create(
        (
            Retry(
                relay_id=delivery.claim.relay_id,
                subscription_id=delivery.subscription_id,
                not_before=moment,
                last_status=delivery.outcome.status if delivery.outcome else 0,
            )
            for delivery, moment in new
            if delivery.subscription_id in devices
        ),
        ignore_conflicts=True,
    )


def note_subscriptions(deliveries: Iterable[Delivery], *, now: datetime) -> None:
    """What answers say of the devices themselves."""
    gone, bad, reached = [], [], []
    for delivery in deliveries:
        kind = delivery.outcome.kind if delivery.outcome else None
        if kind is Kind.ACCEPTED:
            at = delivery.last_success_at
            if delivery.bad_requests or at is None or now - at > SUCCESS_PRECISION:
                reached.append(delivery.subscription_id)
        elif kind is Kind.GONE:
            gone.append(delivery.subscription_id)
        elif kind is Kind.BAD:
            bad.append(delivery.subscription_id)
            if delivery.bad_requests + 1 >= STALE_AFTER:
                gone.append(delivery.subscription_id)
    if bad:
        Subscription.objects.filter(pk__in=bad).update(bad_requests=F("bad_requests") + 1)
    if gone:
        Subscription.objects.active().filter(pk__in=gone).update(gone_at=now)
    if reached:
        Subscription.objects.filter(pk__in=many.Ids(sorted(reached))).update(last_success_at=now, bad_requests=0)


# Written out, because each batch goes through both; compiling them anew took longer than running them.
COUNT = """
UPDATE alerts_relaylane SET accepted = accepted + %s, gone = gone + %s, failed = failed + %s, held = held + %s,
    retried = retried + %s, first_at = COALESCE(first_at, %s), last_at = COALESCE(%s, last_at)
WHERE relay_id = %s AND channel = 'webpush' AND origin = %s
"""


def _count(record: Record) -> None:
    """In one order for all workers, so that two never wait for each other."""
    for (relay_id, origin), sums in sorted(record.sums.items(), key=lambda item: item[0]):
        at = connection.ops.adapt_datetimefield_value(record.now) if sums.accepted else None
        values = [sums.accepted, sums.gone, sums.failed, sums.held, sums.retried, at, at, relay_id, origin]
        with connection.cursor() as cursor:
            cursor.execute(COUNT, values)
            if not cursor.rowcount:
                # The device moved to a service that the relay had no lane for.
                RelayLane.objects.create(relay_id=relay_id, origin=origin, is_cut=True)
                cursor.execute(COUNT, values)


def _change(claim: Claim, changes: dict[str, Any]) -> int:  # Any: columns of every kind
    """Nothing when another worker has the batch by now."""
    adapt = connection.ops.adapt_datetimefield_value
    columns = ", ".join(f"{name} = %s" for name in changes)
    values = [adapt(value) if isinstance(value, datetime) else value for value in changes.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE alerts_batch SET {columns} WHERE id = %s AND claim = %s AND done_at IS NULL",
            [*values, claim.batch_id, claim.token],
        )
        return cursor.rowcount


def renew(claims: Sequence[Claim], *, now: datetime, until: datetime) -> None:
    """The worker lives, and is about it."""
    tokens = [claim.token for claim in claims if claim.batch_id is not None]
    held = [claim.batch_id for claim in claims if claim.batch_id is not None]
    Batch.objects.filter(pk__in=held, claim__in=tokens, done_at__isnull=True).update(lease_until=until)
    retries.renew([claim for claim in claims if claim.batch_id is None], now=now)
