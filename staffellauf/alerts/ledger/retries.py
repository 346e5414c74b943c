"""Deliveries that were put off: a row each, until they succeed or their time is over."""

import random
import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from staffellauf.alerts.channels.webpush.answers import Outcome
from staffellauf.alerts.ledger.batches import COLUMNS, Claim, Delivery
from staffellauf.alerts.models import Retry
from staffellauf.jobs import leases

RETRIES_AT_ONCE = 250
RETRY_FIRST_S = 10.0
RETRY_MOST_S = 3600.0


def due(*, now: datetime) -> QuerySet[Retry]:
    return Retry.objects.filter(not_before__lte=now, relay__finished_at__isnull=True, relay__paused_at__isnull=True)


def due_origins(*, now: datetime) -> list[str]:
    """Push services with something to retry."""
    found = due(now=now).filter(subscription__isnull=False).values_list("subscription__origin", flat=True)
    return list(found.order_by("subscription__origin").distinct())


def end_orphans(*, now: datetime) -> None:
    """Ends what has no device any more, or one that is gone."""
    over = Q(subscription__isnull=True) | Q(subscription__gone_at__isnull=False)
    if ids := list(Retry.objects.filter(over, not_before__lte=now).values_list("pk", flat=True)[:RETRIES_AT_ONCE]):
        Retry.objects.filter(pk__in=ids).delete()


def claim(origin: str, *, now: datetime, clock_s: float, most: int = RETRIES_AT_ONCE) -> list[Claim]:
    """What is due at a push service, a claim for each relay. Call in a transaction."""
    rows = due(now=now).filter(subscription__origin=origin, subscription__gone_at__isnull=True)
    rows = rows.select_for_update(skip_locked=True, of=("self",)).order_by("not_before", "pk")
    columns = [f"subscription__{name}" for name in COLUMNS]
    found = list(rows.values_list("pk", "relay_id", "attempts", *columns)[:most])
    if not found:
        return []
    token, until_s = uuid.uuid4().hex, clock_s + leases.lease_s()
    Retry.objects.filter(pk__in=[row[0] for row in found]).update(claim=token, not_before=now + leases.lease())
    claims: dict[int, Claim] = {}
    for retry_id, relay_id, attempts, *columns_of in found:
        claimed = claims.setdefault(relay_id, Claim(relay_id, origin, token, until_s))
        delivery = Delivery(claimed, *columns_of)
        delivery.retry_id, delivery.attempts = retry_id, attempts
        claimed.waiting.append(delivery)
    return list(claims.values())


def renew(claims: Collection[Claim], *, now: datetime) -> None:
    for token in {claim.token for claim in claims}:
        Retry.objects.filter(claim=token, not_before__gt=now).update(not_before=now + leases.lease())


def still_held(deliveries: Collection[Delivery], token: str) -> set[int]:
    """Retries among these that nobody took over meanwhile. Locks them."""
    rows = Retry.objects.select_for_update().filter(
        pk__in=[d.retry_id for d in deliveries if d.retry_id is not None], claim=token
    )
    return set(rows.values_list("pk", flat=True))


def hand_back(claim: Claim, *, now: datetime) -> None:
    """What did not begin is due again at once."""
    unsent = [delivery.retry_id for delivery in claim.waiting if delivery.retry_id is not None]
    Retry.objects.filter(pk__in=unsent, claim=claim.token).update(claim="", not_before=now)


def not_before(outcome: Outcome, attempts: int, *, now: datetime) -> datetime:
    """As the service asked for; else exponential with full jitter, bounded."""
    if outcome.wait_s is not None:
        return now + timedelta(seconds=outcome.wait_s)
    bound = min(RETRY_MOST_S, RETRY_FIRST_S * 2 ** min(attempts - 1, 20))
    return now + timedelta(seconds=1 + random.uniform(0, bound))


def put_off(rows: Collection[tuple[Delivery, datetime]]) -> None:
    """Those that are retries already wait once more."""
    by_moment: dict[tuple[datetime, int], list[int]] = defaultdict(list)
    for delivery, moment in rows:
        if delivery.retry_id is not None and delivery.outcome:
            by_moment[moment, delivery.outcome.status].append(delivery.retry_id)
    for (moment, status), ids in by_moment.items():
        changes = {"claim": "", "not_before": moment, "attempts": F("attempts") + 1}
        Retry.objects.filter(pk__in=ids).update(**changes | ({"last_status": status} if status else {}))
