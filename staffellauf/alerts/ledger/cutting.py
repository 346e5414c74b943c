"""Batches are cut ahead of their delivery, a few at a time: keyset on the subscription's id, each lane for itself.

A topic that nearly everybody follows and one that ten of a million follow want different ways through the tables: along
the lane, asking of each device whether its reader follows, or from the follows to their devices.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.deciding import audience
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.models import Batch, Destination, RelayLane, Subscription

# What one worker delivers between two claims, and the most that a kill makes arrive twice.
BATCH_SIZE = 250
# Cut at once: enough for all workers, few enough that the first delivery does not wait and little is left open.
BATCHES_PER_CUT = 8
# Of other channels: each takes a connection of its own, and a second rather than a millisecond.
DESTINATIONS_PER_BATCH = 20
# Up to here every follower's devices are looked up, and all of a lane is cut at once: 0.16 s on SQLite and 0.19 s on
# PostgreSQL, of 200,000 devices on two busy cores, for which the first delivery waits. Walking along a lane takes 3 µs
# for each device, whether its reader follows or not.
FEW = 20_000


@dataclass(frozen=True, slots=True)
class Public:
    """Whom a relay is for, and how many they are as far as it matters."""

    subject: Subject
    followers: int
    """Counted up to FEW + 1."""

    @property
    def is_small(self) -> bool:
        return self.followers <= FEW


def public_of(subject: Subject) -> Public:
    return Public(subject, audience.following(subject).values("pk")[: FEW + 1].count())


def devices(public: Public, origin: str, *, after_id: int, up_to_id: int | None = None) -> QuerySet[Subscription]:
    """Of the lane's devices in this range those whose reader follows, by id."""
    found = Subscription.objects.active().filter(pk__gt=after_id, server_key_id__in=vapid.known_key_ids())
    if up_to_id is not None:
        found = found.filter(pk__lte=up_to_id)
    following = audience.following(public.subject)
    if public.is_small and (up_to_id is None or up_to_id - after_id > 2 * public.followers):
        # The sum hides the column from the lane's index: a planner without statistics would take that one.
        hidden = found.alias(at=Coalesce("origin", Value(""))).filter(at=origin)
        return hidden.filter(reader_id__in=following.values("reader_id")).order_by("pk")
    return found.filter(Exists(following.filter(reader_id=OuterRef("reader_id"))), origin=origin).order_by("pk")


def cut(lane_id: int, public: Public) -> int:
    """Cuts the lane's next batches; how many. None when another worker is about it."""
    with transaction.atomic():
        lane = _lane(lane_id)
        if lane is None:
            return 0
        most = None if public.is_small else BATCH_SIZE * BATCHES_PER_CUT
        ids = list(devices(public, lane.origin, after_id=lane.cursor).values_list("pk", flat=True)[:most])
        return len(_store(lane, ids, size=BATCH_SIZE, is_last=most is None or len(ids) < most))


def cut_destinations(lane_id: int, subject: Subject) -> list[Batch]:
    """The same for a lane of another channel; its new batches. Call in the transaction that makes jobs of them."""
    lane = _lane(lane_id)
    if lane is None:
        return []
    most = DESTINATIONS_PER_BATCH * BATCHES_PER_CUT
    following: QuerySet[Destination] = audience.destinations(subject, lane.channel).filter(pk__gt=lane.cursor)
    ids = list(following.order_by("pk").values_list("pk", flat=True)[:most])
    return _store(lane, ids, size=DESTINATIONS_PER_BATCH, is_last=len(ids) < most)


def _lane(lane_id: int) -> RelayLane | None:
    return RelayLane.objects.select_for_update(skip_locked=True).filter(pk=lane_id, is_cut=False).first()


def _store(lane: RelayLane, ids: list[int], *, size: int, is_last: bool) -> list[Batch]:
    batches = [
        Batch(lane=lane, after_id=ids[start - 1] if start else lane.cursor, up_to_id=part[-1], size=len(part))
        for start in range(0, len(ids), size)
        if (part := ids[start : start + size])
    ]
    Batch.objects.bulk_create(batches)
    lane.cursor, lane.is_cut = ids[-1] if ids else lane.cursor, is_last
    lane.save(update_fields=["cursor", "is_cut"])
    return batches
