"""The life of a relay: begun by a publication or an occasion, opened into lanes, ended when nothing of it waits.

Every step is one transaction that may be repeated (docs/decisions/0007-push-ledger.md).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from staffellauf.alerts import channels, queries
from staffellauf.alerts.deciding import audience
from staffellauf.alerts.models import Batch, Destination, OutboxCursor, Relay, RelayLane, Retry, Subscription
from staffellauf.newsroom.models import Publication
from staffellauf.readers import actions as readers

PICKED_UP_AT_ONCE = 100
# Over a weekend with the phone switched off; older news is read in the feed.
TTL = timedelta(days=2)
# A finished relay's slices explain nothing any more after a week; a gone endpoint may come back within a month.
KEEP_BATCHES = timedelta(days=7)
KEEP_GONE = timedelta(days=30)
# A job of a relay that an operator paused looks as often whether it may go on.
PAUSED_LOOK = timedelta(seconds=30)
WEBPUSH = "webpush"


@dataclass(frozen=True, slots=True)
class OpenLane:
    """A lane with something that nobody has taken yet."""

    pk: int
    relay_id: int
    channel: str
    origin: str
    is_cut: bool


# --- the outbox


def look(*, now: datetime) -> tuple[bool, bool]:
    """Whether there are publications to pick up, and alerts under way: one cheap query."""
    new = Publication.objects.filter(position__gt=OuterRef("position"))
    unfinished = Relay.objects.filter(finished_at__isnull=True)
    row = OutboxCursor.objects.values_list(Exists(new), Exists(unfinished)).first()
    if row is None:
        # Before the first look ever nothing is under way either.
        OutboxCursor.objects.bulk_create([OutboxCursor(pk=1)], ignore_conflicts=True)
        return Publication.objects.exists(), False
    return row[0], row[1]


def pick_up(*, now: datetime) -> list[int]:
    """Begins a relay for every new publication that alerts; the ids of those that have something to do.

    Positions are committed in their order, so that nothing appears behind the cursor.
    """
    with transaction.atomic():
        cursor = OutboxCursor.objects.select_for_update().get(pk=1)
        new = list(Publication.objects.filter(position__gt=cursor.position).order_by("position")[:PICKED_UP_AT_ONCE])
        if not new:
            return []
        OutboxCursor.objects.filter(pk=1).update(position=new[-1].position)
        begun = [_new_relay(publication, now=now) for publication in new if publication.is_alerting]
        Relay.objects.bulk_create(begun)
        return [relay.pk for relay in begun if relay.finished_at is None]


def _new_relay(publication: Publication, *, now: datetime) -> Relay:
    relay = Relay(publication=publication, started_at=now, expires_at=publication.created_at + TTL)
    if relay.ttl(now) <= timedelta(0):
        # Nobody wants a week's backlog on the phone when a worker comes back.
        relay.is_cut, relay.finished_at = True, now
        relay.feeds_reached = queries.feeds_reached(publication.article_id)
    return relay


# --- lanes


def without_lanes() -> QuerySet[Relay]:
    return _unfinished().filter(~Exists(RelayLane.objects.filter(relay=OuterRef("pk"))), is_cut=False)


def open_lanes(relay_id: int, *, now: datetime) -> None:
    """A lane for each push service that any device is at, and for each channel that has destinations."""
    with transaction.atomic():
        relay = _locked(without_lanes(), relay_id)
        if relay is None:
            return
        if audience.subject_of(relay) is None:
            end(relay_id, counts_missed=False, now=now)
            return
        if relay.publication and relay.publication.edition > 1:
            # Who has read it has not read this.
            readers.mark_unread(relay.publication.article_id)
        lanes = [RelayLane(relay=relay, channel=WEBPUSH, origin=origin) for origin in origins()]
        lanes += [RelayLane(relay=relay, channel=name) for name in channels.NAMES if _has_destinations(name)]
        RelayLane.objects.bulk_create(lanes)
        if not lanes:
            relay.is_cut, relay.finished_at, relay.feeds_reached = True, now, reach(relay)
            relay.save(update_fields=["is_cut", "finished_at", "feeds_reached"])


def origins() -> list[str]:
    """Of every push service that a device is at. A step per service in the index, not one per device."""
    found: list[str] = []
    active = Subscription.objects.active().order_by("origin")
    while (row := active.filter(origin__gt=found[-1] if found else "").values_list("origin").first()) is not None:
        found.append(row[0])
    return found


def _has_destinations(channel: str) -> bool:
    return Destination.objects.filter(channel=channel, confirmed_at__isnull=False, stopped_at__isnull=True).exists()


def lanes_to_serve(*, now: datetime) -> list[OpenLane]:
    """Those that are not cut to their end, or have a batch that nobody holds."""
    running = RelayLane.objects.filter(
        relay__finished_at__isnull=True, relay__paused_at__isnull=True, relay__expires_at__gt=now
    )
    free = free_batches(now=now).filter(lane=OuterRef("pk"))
    found = running.filter(Q(is_cut=False) | Exists(free)).order_by("pk")
    return [OpenLane(*row) for row in found.values_list("pk", "relay_id", "channel", "origin", "is_cut")]


def free_batches(*, now: datetime) -> QuerySet[Batch]:
    return Batch.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), done_at__isnull=True)


def split_old_lanes() -> int:
    """Lanes of any origin, left by the version before, go on as one lane for each push service; how many there were."""
    with transaction.atomic():
        old = RelayLane.objects.select_for_update().filter(channel=WEBPUSH, origin="", relay__finished_at__isnull=True)
        left = list(old.filter(Q(is_cut=False) | Exists(Batch.objects.filter(lane=OuterRef("pk"), done_at=None))))
        for lane in left:
            _split(lane)
        return len(left)


def _split(old: RelayLane) -> None:
    batches = list(Batch.objects.filter(lane=old, done_at__isnull=True).order_by("after_id"))
    for origin in origins():
        lane = RelayLane.objects.create(relay=old.relay, origin=origin, cursor=old.cursor, is_cut=old.is_cut)
        devices = Subscription.objects.active().filter(origin=origin)
        parts = (
            Batch(lane=lane, after_id=batch.after_id, up_to_id=batch.up_to_id, size=size)
            for batch in batches
            if (size := devices.filter(pk__gt=batch.after_id, pk__lte=batch.up_to_id).count())
        )
        Batch.objects.bulk_create(parts)
    Batch.objects.filter(pk__in=[batch.pk for batch in batches]).delete()
    RelayLane.objects.filter(pk=old.pk).update(is_cut=True)


# --- the end


def finish_cut() -> None:
    """Notes which relays are cut to their end, and counts their feeds: afterwards, because of a million it takes a
    second that the first alert would wait for."""
    uncut = RelayLane.objects.filter(relay=OuterRef("pk"), is_cut=False)
    lanes = RelayLane.objects.filter(relay=OuterRef("pk"))
    done = _unfinished().filter(Exists(lanes), ~Exists(uncut), is_cut=False).select_related("publication")
    for relay in done:
        reached = reach(relay)
        with transaction.atomic():
            Relay.objects.filter(pk=relay.pk, is_cut=False).update(is_cut=True, feeds_reached=reached)
            # Services and channels at which nobody follows have no part in it.
            batches = Batch.objects.filter(lane=OuterRef("pk"))
            relay.lanes.filter(~Exists(batches), cursor=0).delete()


def finish_done(*, now: datetime) -> None:
    """Notes which relays have nothing left to deliver."""
    open_batches = Batch.objects.filter(lane__relay=OuterRef("pk"), done_at__isnull=True)
    retries = Retry.objects.filter(relay=OuterRef("pk"))
    done = _unfinished().filter(~Exists(open_batches), ~Exists(retries), is_cut=True)
    # Reading first: an idle worker takes no write lock.
    if ids := list(done.values_list("pk", flat=True)):
        done.filter(pk__in=ids).update(finished_at=now)


def expire(*, now: datetime) -> None:
    """Ends what is too old to be pushed, and counts what did not leave in time as failed."""
    for relay_id in _unfinished().filter(expires_at__lte=now).values_list("pk", flat=True):
        end(relay_id, counts_missed=True, now=now)


def end(relay_id: int, *, counts_missed: bool, now: datetime) -> None:
    """Nothing of the relay leaves any more. Whoever holds a batch of it finds it done and counts nothing."""
    relay = _unfinished().select_related("publication", "occasion").filter(pk=relay_id).first()
    # Before anything is locked: of a million it takes a second.
    reached = reach(relay) if relay else 0
    with transaction.atomic():
        relay = _locked(_unfinished(), relay_id)
        if relay is None:
            return
        missed = Counter[tuple[str, str]]()
        batches = Batch.objects.filter(lane__relay=relay, done_at__isnull=True)
        # In the order in which workers put answers on record: none waits for the other.
        list(batches.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        for channel, origin, size in batches.values_list("lane__channel", "lane__origin").annotate(sum=Sum("size")):
            missed[channel, origin] += size
        retries = Retry.objects.filter(relay=relay)
        for origin, count in retries.values_list("subscription__origin").annotate(count=Count("pk")):
            missed[WEBPUSH, origin or ""] += count
        batches.update(done_at=now, claim="", lease_until=None)
        retries.delete()
        if counts_missed:
            for (channel, origin), count in missed.items():
                relay.lanes.filter(channel=channel, origin=origin).update(failed=F("failed") + count)
        relay.lanes.update(is_cut=True)
        relay.is_cut, relay.finished_at, relay.feeds_reached = True, now, reached
        relay.save(update_fields=["is_cut", "finished_at", "feeds_reached"])


def reach(relay: Relay) -> int:
    """Readers who find it in their feed, or would be told of the occasion."""
    if relay.publication:
        return queries.feeds_reached(relay.publication.article_id)
    subject = audience.subject_of(relay)
    return audience.following(subject).values("reader_id").distinct().count() if subject else 0


def prune(*, now: datetime) -> Counter[str]:
    """Deletes what nobody will ask for again: slices of finished relays, endpoints long gone."""
    batches = Batch.objects.filter(lane__relay__finished_at__lt=now - KEEP_BATCHES)
    gone = Subscription.objects.filter(gone_at__lt=now - KEEP_GONE)
    return Counter(batches=batches.delete()[0], subscriptions=gone.delete()[0])


def _locked(relays: QuerySet[Relay], relay_id: int) -> Relay | None:
    """Others may add rows that point to it."""
    rows = relays.select_for_update(of=("self",), no_key=True).select_related("publication")
    return rows.filter(pk=relay_id).first()


def _unfinished() -> QuerySet[Relay]:
    return Relay.objects.filter(finished_at__isnull=True)
