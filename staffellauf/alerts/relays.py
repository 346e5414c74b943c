"""The ledger of the relay: publication, batches, retries (docs/decisions/0007-push-ledger.md).

Every step is one transaction that can be repeated. The network is used between them, never inside.
"""

import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from staffellauf.alerts import queries
from staffellauf.alerts.channels.webpush import channel, sender
from staffellauf.alerts.channels.webpush.channel import Kind, Outcome
from staffellauf.alerts.models import Batch, Lane, OutboxCursor, Relay, RelayLane, Retry, Subscription
from staffellauf.newsroom.models import Article, Note, Publication
from staffellauf.readers import actions as readers

# What one worker delivers between two commits, and the most that a kill makes arrive twice.
BATCH_SIZE = 250
# Cut at once: enough to keep all workers busy, few enough that the first delivery does not wait for the last cut.
BATCHES_PER_CUT = 20
PICKED_UP_AT_ONCE = 100
# Over a weekend with the phone switched off; older news is read in the feed.
TTL = timedelta(days=2)
# Longer than a worker takes for a batch of retries; one that was killed leaves them due again after it.
RETRY_CLAIM = timedelta(seconds=60)
RETRY_FIRST_S = 10.0
RETRY_MOST_S = 3600.0
# What was put off unsent, because the batch took too long, comes soon but not all at once.
UNSENT_WAIT_S = 10.0
# Answers 400 in a row, each for another article: this subscription will never work.
STALE_AFTER = 5
PAUSE_FIRST_S = 30.0
PAUSE_MOST_S = 1800.0
# A finished relay's slices explain nothing any more after a week; a gone endpoint may come back within a month.
KEEP_BATCHES = timedelta(days=7)
KEEP_GONE = timedelta(days=30)
# Newer than a day is new enough to show in the list of devices, and spares a write per delivery.
SUCCESS_PRECISION = timedelta(days=1)


# --- the outbox


def look(*, now: datetime) -> tuple[bool, bool]:
    """Whether there are publications to pick up, and retries due. One cheap query, asked twice a second."""
    new = Publication.objects.filter(position__gt=OuterRef("position"))
    due = Retry.objects.filter(not_before__lte=now)
    row = OutboxCursor.objects.values_list(Exists(new), Exists(due)).first()
    if row is None:
        # Before the first look ever there are no retries either.
        OutboxCursor.objects.bulk_create([OutboxCursor(pk=1)], ignore_conflicts=True)
        return Publication.objects.exists(), False
    return row[0], row[1]


def pick_up(*, now: datetime) -> list[int]:
    """Begins a relay for every new publication that alerts; the ids of those that have something to do. Call in a
    transaction.

    Positions are committed in their order, so that nothing appears behind the cursor.
    """
    cursor = OutboxCursor.objects.select_for_update().get(pk=1)
    new = list(Publication.objects.filter(position__gt=cursor.position).order_by("position")[:PICKED_UP_AT_ONCE])
    if not new:
        return []
    OutboxCursor.objects.filter(pk=1).update(position=new[-1].position)
    relays = [_new_relay(publication, now=now) for publication in new if publication.is_alerting]
    Relay.objects.bulk_create(relays)
    RelayLane.objects.bulk_create(RelayLane(relay=relay, is_cut=relay.is_cut) for relay in relays)
    return [relay.pk for relay in relays if relay.finished_at is None]


def _new_relay(publication: Publication, *, now: datetime) -> Relay:
    relay = Relay(publication=publication, started_at=now, expires_at=publication.created_at + TTL)
    if relay.ttl(now) <= timedelta(0):
        # Nobody wants a week's backlog on the phone when a worker comes back.
        relay.is_cut, relay.finished_at = True, now
        relay.feeds_reached = queries.feeds_reached(publication.article_id)
    return relay


# --- batches


def cut(relay_id: int, *, now: datetime) -> tuple[list[int], bool]:
    """Cuts the next slices of a relay; their ids, and whether there are more to cut. Call in a transaction."""
    relay = Relay.objects.select_for_update().select_related("publication").filter(pk=relay_id, is_cut=False).first()
    if relay is None:
        return [], False
    article_id = relay.publication.article_id
    lane = relay.lanes.get()
    if lane.cursor == 0:
        relay.feeds_reached = queries.feeds_reached(article_id)
        if relay.publication.edition > 1:
            # Who has read it has not read this.
            readers.mark_unread(article_id)
    following = queries.recipients(article_id).filter(pk__gt=lane.cursor).order_by("pk")
    ids = list(following.values_list("pk", flat=True)[: BATCH_SIZE * BATCHES_PER_CUT])
    batches = [
        Batch(lane=lane, after_id=ids[start - 1] if start else lane.cursor, up_to_id=part[-1], size=len(part))
        for start in range(0, len(ids), BATCH_SIZE)
        if (part := ids[start : start + BATCH_SIZE])
    ]
    Batch.objects.bulk_create(batches)
    relay.is_cut = len(ids) < BATCH_SIZE * BATCHES_PER_CUT
    lane.is_cut, lane.cursor = relay.is_cut, ids[-1] if ids else lane.cursor
    lane.save(update_fields=["is_cut", "cursor"])
    relay.save(update_fields=["is_cut", "feeds_reached"])
    _finish_if_done(relay.pk, now=now)
    return [batch.pk for batch in batches], not relay.is_cut


def deliver_batch(batch_id: int, *, now: datetime) -> int:
    """Delivers an open batch; how many a push service took. A batch that is done, or whose article is no longer
    published, reaches nobody."""
    batch = Batch.objects.select_related("lane__relay__publication").filter(pk=batch_id, done_at__isnull=True).first()
    if batch is None:
        return 0
    article = _article(batch.lane.relay)
    if article is None or batch.lane.relay.ttl(now) <= timedelta(0):
        _finish_batch(batch, [], missed=batch.size if article else 0, now=now)
        return 0
    slice_of = queries.recipients(article.pk).filter(pk__gt=batch.after_id, pk__lte=batch.up_to_id)
    push = _push(article, batch.lane.relay, ttl=batch.lane.relay.ttl(now))
    outcomes = list(channel.deliver(push, slice_of, now=now, paused=_paused_origins(now)))
    _finish_batch(batch, outcomes, missed=0, now=now)
    return _count(outcomes, Kind.ACCEPTED)


def _finish_batch(batch: Batch, outcomes: Sequence[Outcome], *, missed: int, now: datetime) -> None:
    with transaction.atomic():
        # A worker that lost its lease meanwhile finds the batch done and counts nothing.
        if not Batch.objects.filter(pk=batch.pk, done_at__isnull=True).update(done_at=now):
            return
        _note_subscriptions(outcomes, now=now)
        _note_lanes(outcomes, now=now)
        later, over = _sort_out(batch.lane.relay, outcomes, {}, now=now)
        Retry.objects.bulk_create(_still_subscribed(later))
        _count_in(batch.lane.relay, outcomes, put_off=len(later), failed=over + missed, now=now)


def _still_subscribed(retries: list[Retry]) -> list[Retry]:
    """Without those whose subscription ended while its batch was out. The lock keeps the others until the commit."""
    rows = Subscription.objects.select_for_update().filter(pk__in=[retry.subscription_id for retry in retries])
    remaining = set(rows.values_list("pk", flat=True))
    return [retry for retry in retries if retry.subscription_id in remaining]


# --- retries


def deliver_retries(*, now: datetime) -> int:
    """Delivers up to a batch of what is due again, of all relays; how many rows were taken."""
    retries = _claim_retries(now=now)
    by_relay: dict[int, list[Retry]] = defaultdict(list)
    for retry in retries:
        by_relay[retry.relay_id].append(retry)
    for relay in Relay.objects.select_related("publication").filter(pk__in=by_relay):
        mine = by_relay[relay.pk]
        ttl, article = relay.ttl(now), _article(relay)
        outcomes: list[Outcome] = []
        if article and ttl > timedelta(0):
            due = queries.recipients(article.pk).filter(retries__in=mine)
            push = _push(article, relay, ttl=ttl)
            outcomes = list(channel.deliver(push, due, now=now, paused=_paused_origins(now)))
        _finish_retries(relay, mine, outcomes, is_too_late=ttl <= timedelta(0), now=now)
    return len(retries)


def _claim_retries(*, now: datetime) -> list[Retry]:
    with transaction.atomic():
        due = Retry.objects.select_for_update(skip_locked=True).filter(not_before__lte=now).order_by("not_before", "pk")
        retries = list(due[:BATCH_SIZE])
        claim = uuid.uuid4().hex
        Retry.objects.filter(pk__in=[retry.pk for retry in retries]).update(claim=claim, not_before=now + RETRY_CLAIM)
    for retry in retries:
        retry.claim = claim
    return retries


def _finish_retries(
    relay: Relay, mine: Sequence[Retry], outcomes: Sequence[Outcome], *, is_too_late: bool, now: datetime
) -> None:
    with transaction.atomic():
        rows = Retry.objects.select_for_update().filter(pk__in=[retry.pk for retry in mine], claim=mine[0].claim)
        # Without those that another worker took over, because this one was too slow: that one counts them.
        held = {retry.subscription_id: retry for retry in rows}
        outcomes = [outcome for outcome in outcomes if outcome.subscription.pk in held]
        _note_subscriptions(outcomes, now=now)
        _note_lanes(outcomes, now=now)
        later, over = _sort_out(relay, outcomes, held, now=now)
        rows.exclude(pk__in=[retry.pk for retry in later]).delete()
        Retry.objects.bulk_update(later, ["attempts", "not_before", "last_status", "claim"])
        _count_in(relay, outcomes, put_off=len(later), failed=over + (len(held) if is_too_late else 0), now=now)


# --- what answers lead to


def _sort_out(
    relay: Relay, outcomes: Iterable[Outcome], known: dict[int | None, Retry], *, now: datetime
) -> tuple[list[Retry], int]:
    """The retries that outcomes lead to, and how many would come after the TTL."""
    pauses = dict(Lane.objects.filter(paused_until__gt=now).values_list("origin", "paused_until"))
    later, over = [], 0
    for outcome in outcomes:
        if outcome.kind is not Kind.LATER:
            continue
        retry = known.get(outcome.subscription.pk) or Retry(relay=relay, subscription=outcome.subscription, attempts=0)
        retry.attempts += outcome.is_sent
        retry.not_before = _not_before(outcome, retry, pauses.get(outcome.subscription.origin), now=now)
        retry.last_status, retry.claim = outcome.status or retry.last_status, ""
        if retry.not_before < relay.expires_at:
            later.append(retry)
        else:
            over += 1
    return later, over


def _not_before(outcome: Outcome, retry: Retry, paused_until: datetime | None, *, now: datetime) -> datetime:
    """As the service asked for; else after its lane's pause; else exponential with full jitter, bounded."""
    if outcome.wait_s is not None:
        return now + timedelta(seconds=outcome.wait_s)
    if not outcome.is_sent:
        return (paused_until or now) + timedelta(seconds=_up_to(UNSENT_WAIT_S))
    return now + timedelta(seconds=1 + _up_to(min(RETRY_MOST_S, RETRY_FIRST_S * 2 ** min(retry.attempts - 1, 20))))


def _count_in(relay: Relay, outcomes: Sequence[Outcome], *, put_off: int, failed: int, now: datetime) -> None:
    # The row lock makes the last of several workers see that the others are done.
    RelayLane.objects.filter(relay=relay).update(
        accepted=F("accepted") + _count(outcomes, Kind.ACCEPTED),
        gone=F("gone") + _count(outcomes, Kind.GONE),
        failed=F("failed") + _count(outcomes, Kind.FAILED) + _count(outcomes, Kind.BAD) + failed,
        retried=F("retried") + put_off,
    )
    _finish_if_done(relay.pk, now=now)


def _finish_if_done(relay_id: int, *, now: datetime) -> None:
    open_batches = Batch.objects.filter(lane__relay=OuterRef("pk"), done_at__isnull=True)
    retries = Retry.objects.filter(relay=OuterRef("pk"))
    Relay.objects.filter(
        ~Exists(open_batches), ~Exists(retries), pk=relay_id, is_cut=True, finished_at__isnull=True
    ).update(finished_at=now)


def _note_subscriptions(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    gone = [outcome.subscription.pk for outcome in outcomes if outcome.kind is Kind.GONE]
    bad = [outcome.subscription for outcome in outcomes if outcome.kind is Kind.BAD]
    gone += [subscription.pk for subscription in bad if subscription.bad_requests + 1 >= STALE_AFTER]
    Subscription.objects.filter(pk__in=[s.pk for s in bad]).update(bad_requests=F("bad_requests") + 1)
    Subscription.objects.active().filter(pk__in=gone).update(gone_at=now)
    reached = [outcome.subscription for outcome in outcomes if outcome.kind is Kind.ACCEPTED]
    stale = [
        s.pk for s in reached if s.bad_requests or not s.last_success_at or now - s.last_success_at > SUCCESS_PRECISION
    ]
    Subscription.objects.filter(pk__in=stale).update(last_success_at=now, bad_requests=0)


def _note_lanes(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Pauses an origin that answered nothing but trouble; remembers refusals for the operator."""
    by_origin: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.is_sent:
            by_origin[outcome.subscription.origin].append(outcome)
    known = {
        lane.origin: lane for lane in Lane.objects.select_for_update().filter(origin__in=by_origin).order_by("origin")
    }
    for origin, answers in sorted(by_origin.items()):
        troubles = [answer for answer in answers if answer.kind is Kind.LATER]
        refusal = next((answer for answer in troubles if answer.status in channel.REFUSED), None)
        is_broken = len(troubles) == len(answers) and len(troubles) >= sender.BROKEN_AFTER
        if refusal or is_broken:
            _note_trouble(known.get(origin) or Lane(origin=origin), troubles, refusal, is_broken=is_broken, now=now)
        elif origin in known and known[origin].pauses and len(troubles) < len(answers):
            Lane.objects.filter(origin=origin).update(pauses=0, paused_until=None)


def _note_trouble(
    lane: Lane, troubles: Sequence[Outcome], refusal: Outcome | None, *, is_broken: bool, now: datetime
) -> None:
    if refusal:
        lane.refused_at, lane.refusal = now, f"{refusal.status} {refusal.text}"[:300]
    if is_broken:
        asked_for = max((trouble.wait_s or 0.0 for trouble in troubles), default=0.0)
        bound = min(PAUSE_MOST_S, PAUSE_FIRST_S * 2**lane.pauses)
        lane.paused_until = now + timedelta(seconds=max(asked_for, bound / 2 + _up_to(bound / 2)))
        lane.pauses = min(lane.pauses + 1, 10)
    values = {name: getattr(lane, name) for name in ("refused_at", "refusal", "paused_until", "pauses")}
    Lane.objects.update_or_create(origin=lane.origin, defaults=values)


# --- a reader's trial, and the broom


def send_trial(reader_id: int, *, navigate: str, now: datetime) -> int:
    """Sends a test notification to the reader's devices; how many a push service took."""
    subscriptions = list(Subscription.objects.active().filter(reader_id=reader_id))
    outcomes = list(channel.deliver(channel.trial_push(navigate), subscriptions, now=now))
    with transaction.atomic():
        _note_subscriptions(outcomes, now=now)
        _note_lanes(outcomes, now=now)
    return _count(outcomes, Kind.ACCEPTED)


def prune(*, now: datetime) -> Counter[str]:
    """Deletes what nobody will ask for again: slices of finished relays, endpoints long gone."""
    batches = Batch.objects.filter(lane__relay__finished_at__lt=now - KEEP_BATCHES)
    gone = Subscription.objects.filter(gone_at__lt=now - KEEP_GONE)
    return Counter(batches=batches.delete()[0], subscriptions=gone.delete()[0])


def _article(relay: Relay) -> Article | None:
    """None when it is no longer published, or a later edition tells the same readers: then nobody is alerted."""
    publication = relay.publication
    later = Publication.objects.filter(
        article=publication.article_id, edition__gt=publication.edition, is_alerting=True
    )
    article = Article.objects.published().select_related("lead_topic").defer("body")
    return article.filter(~Exists(later), pk=publication.article_id).first()


def _push(article: Article, relay: Relay, *, ttl: timedelta) -> channel.Push:
    edition = relay.publication.edition
    note = Note.objects.filter(publication=relay.publication_id).first() if edition > 1 else None
    return channel.article_push(article, ttl=ttl, edition=edition, note=note)


def _paused_origins(now: datetime) -> set[str]:
    return set(Lane.objects.filter(paused_until__gt=now).values_list("origin", flat=True))


def _count(outcomes: Iterable[Outcome], kind: Kind) -> int:
    return sum(outcome.kind is kind for outcome in outcomes)


def _up_to(seconds: float) -> float:
    return random.uniform(0, seconds)
