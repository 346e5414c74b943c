"""What a worker holds of a relay: a batch it claimed, or retries, and what came of each delivery.

A claim is a lease. What was sent and is not on record is what a kill sends twice; so answers go on record many times a
second, in whatever order they come: up to an id everything is done, and behind it a few ids are.
"""

import logging
import uuid
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection
from django.db.models import F

from staffellauf.alerts.channels.webpush import prepared
from staffellauf.alerts.channels.webpush.answers import Outcome
from staffellauf.alerts.channels.webpush.texts import Push
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.deciding.calm import Verdict
from staffellauf.alerts.ledger import cutting
from staffellauf.alerts.ledger.cutting import Public
from staffellauf.alerts.models import Batch, RelayLane, Retry
from staffellauf.jobs import leases

logger = logging.getLogger(__name__)

# A batch that kills its worker, or fails, before anything of it is on record. No storm of kills uses up so many.
GIVE_UP_AFTER = 50
# What a 64-bit key can be.
MOST = 2**63 - 1
COLUMNS = (
    "pk", "reader_id", "reader__language", "endpoint", "p256dh", "auth", "server_key_id", "bad_requests",
    "last_success_at",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Delivery:
    """One device's message."""

    claim: "Claim"
    subscription_id: int
    reader_id: int
    language: str
    endpoint: str
    p256dh: bytes
    auth: bytes
    key_id: str
    bad_requests: int
    last_success_at: datetime | None
    material: bytes | None = None
    retry_id: int | None = None
    attempts: int = 0
    """Before this one, of a retry."""
    verdict: Verdict | None = None
    push: Push | None = None
    headers: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    refusal: Outcome | None = None
    """Of our signature, which was made anew since."""
    is_unsent: bool = False
    """It was its turn, and its service broke down before."""


@dataclass(slots=True, eq=False)
class Claim:
    """A batch, or retries of one relay at one push service, in this process."""

    relay_id: int
    origin: str
    token: str
    holds_until_s: float
    """Of time.monotonic: nothing of it begins later, somebody else may have it by then."""
    batch_id: int | None = None
    waiting: deque[Delivery] = field(default_factory=deque)
    begun: list[Delivery] = field(default_factory=list)
    """Without those that are on record."""
    told: list[int] = field(default_factory=list)
    """Of a batch, those on record whose like before them are not."""
    unwanted: list[int] = field(default_factory=list)
    """Retries that nobody wants any more."""
    subject: Subject | None = None
    attempts: int = 1
    is_lost: bool = False
    is_handed_back: bool = False
    """Nothing more of it begins here; what did not is another claim's."""
    is_over: bool = False
    """All of it is on record, or handed back."""

    def settled(self) -> list[Delivery]:
        return [delivery for delivery in self.begun if delivery.outcome]

    def take_back(self) -> None:
        """What did not begin waits again."""
        for delivery in self.begun:
            if delivery.is_unsent and delivery.refusal:
                delivery.is_unsent, delivery.outcome = False, delivery.refusal
        back = [delivery for delivery in self.begun if delivery.is_unsent]
        for delivery in back:
            delivery.is_unsent = False
            self.begun.remove(delivery)
        self.waiting.extendleft(reversed(back))

    def progress(self, settled: Sequence[Delivery]) -> tuple[int, list[int]]:
        """Up to which id everything is on record when these are, and which ones behind it."""
        first = min(
            *(delivery.subscription_id for delivery in self.begun if delivery.outcome is None),
            *(delivery.subscription_id for delivery in islice(self.waiting, 1)),
            MOST,
        )
        told = [*self.told, *(delivery.subscription_id for delivery in settled)]
        return first - 1, [pk for pk in told if pk > first]

    def forget(self, settled: Collection[Delivery], told: list[int]) -> None:
        """They are on record."""
        ids = {id(delivery) for delivery in settled}
        self.begun = [delivery for delivery in self.begun if id(delivery) not in ids]
        self.told = told


def claim(lane_id: int, relay_id: int, origin: str, public: Public, *, now: datetime, clock_s: float) -> Claim | None:
    """The lane's first batch that nobody holds, with its deliveries; None when there is none. Call in a transaction:
    in it the prepared keys of the batch are used up, too."""
    token = uuid.uuid4().hex
    row = _take(lane_id, token, now)
    if row is None:
        return None
    batch_id, after_id, up_to_id, size, attempts, told = row
    if attempts > GIVE_UP_AFTER:
        _give_up(batch_id, lane_id, size, now=now)
        return None
    rows = list(cutting.devices(public, origin, after_id=after_id, up_to_id=up_to_id).values_list(*COLUMNS))
    done = {int(pk) for pk in told.split(",") if pk}
    rows = [row for row in rows if row[0] not in done]
    claimed = Claim(
        relay_id, origin, token, clock_s + leases.lease_s(), batch_id=batch_id, attempts=attempts, told=sorted(done)
    )
    keys = prepared.claim([row[0] for row in rows])
    claimed.waiting = deque(Delivery(claimed, *row) for row in rows)
    for delivery in claimed.waiting:
        delivery.material = keys.get(delivery.subscription_id)
    return claimed


# Written out: compiled anew for each batch it took longer than all the rest of the claim.
TAKE = """
UPDATE alerts_batch SET claim = %s, lease_until = %s, attempts = attempts + 1 WHERE id = (
    SELECT id FROM alerts_batch
    WHERE lane_id = %s AND done_at IS NULL AND (lease_until IS NULL OR lease_until <= %s)
    ORDER BY id LIMIT 1 {lock}
) RETURNING id, after_id, up_to_id, size, attempts, told
"""


def _take(lane_id: int, token: str, now: datetime) -> tuple[int, int, int, int, int, str] | None:
    # SQLite begins IMMEDIATE (settings) and knows no row locks.
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        values = [token, adapt(now + leases.lease()), lane_id, adapt(now)]
        cursor.execute(TAKE.format(lock=lock), values)
        return cursor.fetchone()


def _give_up(batch_id: int, lane_id: int, size: int, *, now: datetime) -> None:
    logger.error("Batch %d is given up after %d attempts, %d deliveries have failed", batch_id, GIVE_UP_AFTER, size)
    Batch.objects.filter(pk=batch_id).update(done_at=now, claim="", lease_until=None)
    RelayLane.objects.filter(pk=lane_id).update(failed=F("failed") + size)


def put_off(claim: Claim, *, now: datetime) -> None:
    """Nothing of it can be told at the moment; each time it waits longer."""
    until = now + leases.backoff(claim.attempts)
    Batch.objects.filter(pk=claim.batch_id or 0, claim=claim.token).update(claim="", lease_until=until)
    Retry.objects.filter(claim=claim.token, relay=claim.relay_id).update(claim="", not_before=until)
