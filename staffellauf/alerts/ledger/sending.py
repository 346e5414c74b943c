"""The loop by which a worker sends alerts: all push services at once, none waiting for another.

It holds at most RISK messages that are sent and not on record, over all services together: that is what a kill sends
twice. Services take turns at them in equal shares, so a slow one holds back its own followers only.
"""

import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, InterfaceError, transaction
from django.urls import reverse
from django.utils import timezone

from staffellauf.alerts import tasks
from staffellauf.alerts.channels.webpush import answers, encryption, endpoints, prepared, sender, vapid
from staffellauf.alerts.channels.webpush.sender import Answer, Request
from staffellauf.alerts.deciding import calm
from staffellauf.alerts.deciding.calm import How
from staffellauf.alerts.ledger import batches, cutting, lanes, pushes, relays, retries, settling
from staffellauf.alerts.ledger.batches import Claim, Delivery
from staffellauf.alerts.ledger.relays import OpenLane
from staffellauf.alerts.ledger.subjects import Subjects
from staffellauf.jobs import leases

logger = logging.getLogger(__name__)

# Sent and not on record, at most: a batch.
RISK = cutting.BATCH_SIZE
LEAST_SHARE = 4
# A lane gets its next portion when so much of its share is left to send.
LOW = 0.25
# Counters are no older than this while a service answers slowly.
RECORD_EVERY_S = 0.3
# New publications are looked for as often; half of it is what an alert waits on average.
LOOK_EVERY_S = 0.25
# So many answers in a row that mean trouble: the service rests. It is our signature that is refused, and others took it
# a moment ago: then it is the subscriptions, and of those a few in a row may be one reader's.
BROKEN_AFTER = sender.BROKEN_AFTER
REFUSED_AFTER = 50
WAIT_S = 0.2
# Relays are noted as finished, and lanes and retries looked for, no later than this while others are under way: a look
# at everything costs as much as sending fifty messages.
SWEEP_EVERY_S = 1.0
# In idle time, so that the message itself costs less.
PREPARED_AT_ONCE = 100


@dataclass(slots=True)
class Service:
    """A push service as this worker sees it at the moment."""

    origin: str
    claims: list[Claim] = field(default_factory=list)
    answered: int = 0
    """Not on record yet."""
    recorded_s: float = 0.0
    troubles: int = 0
    """In a row."""
    was_accepted: bool = False
    """Since our signature was made anew."""
    trouble: lanes.Trouble | None = None
    """It shall rest; not on record yet."""
    is_draining: bool = False
    """What is on its way is waited for, nothing begins."""
    last_lane: int = 0

    @property
    def at_risk(self) -> int:
        return sum(len(claim.begun) for claim in self.claims)

    @property
    def is_empty(self) -> bool:
        return not any(claim.waiting for claim in self.claims)


class Loop:
    """Belongs to one thread."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock
        self.sender = sender.Sender()
        self.services: dict[str, Service] = {}
        self.subjects = Subjects()
        self.open: dict[str, list[OpenLane]] = {}
        self.due: set[str] = set()
        self.blocked: set[str] = set()
        self.troubled: set[str] = set()
        """Origins with a pause on record that the next success ends."""
        self.is_stopping = False
        self.has_begun = False
        self.looked_s = self.renewed_s = self.swept_s = float("-inf")
        self.wants_look = False

    # --- what a worker calls

    def turn(self, wait_s: float = WAIT_S) -> bool:
        """Once around; False when there is nothing to send and nothing on its way."""
        now, clock_s = self.clock(), time.monotonic()
        has_work = bool(self.services)
        if not self.is_stopping and (self.wants_look or clock_s - self.looked_s >= LOOK_EVERY_S or not self.services):
            has_work |= self._look(now, clock_s)
        self._settle_and_refill(now, clock_s)
        self._feed()
        if self.services:
            self._send(wait_s, now)
            self._renew(now, clock_s)
        return has_work or bool(self.services)

    def stop(self, timeout_s: float) -> bool:
        """Finishes what is on its way and hands back the rest; False when the time was too short for that."""
        self.is_stopping = True
        for service in self.services.values():
            self._hand_back(service)
        deadline = time.monotonic() + timeout_s
        while self.services and time.monotonic() < deadline:
            try:
                self.turn(min(WAIT_S, timeout_s))
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database does not answer, trying again: %s", str(error).strip())
                time.sleep(0.1)
        self.sender.close()
        return not self.services

    def idle(self) -> bool:
        """Prepares a portion of keys; False when there was nothing to do."""
        return prepared.prepare_idle(PREPARED_AT_ONCE, now=self.clock()) > 0

    # --- looking

    def _look(self, now: datetime, clock_s: float) -> bool:
        """What there is to do. Whether something was begun that the next turn goes on with."""
        looks_at_all = self.wants_look or clock_s - self.swept_s >= SWEEP_EVERY_S or not self.services
        self.looked_s, self.wants_look = clock_s, False
        if not self.has_begun:
            relays.split_old_lanes()
            # The first address that is made imports every page of the site: not while somebody's news waits for it.
            reverse("feed")
            self.has_begun = True
        has_new, has_open = relays.look(now=now)
        if has_new:
            relays.pick_up(now=now)
        if not (has_new or has_open):
            self.open, self.due = {}, set()
            return False
        if not (has_new or looks_at_all):
            return False
        if has_new or clock_s - self.swept_s >= SWEEP_EVERY_S or not self.services:
            self._sweep(now, clock_s)
        for relay_id in relays.without_lanes().values_list("pk", flat=True):
            relays.open_lanes(relay_id, now=now)
        self.blocked = lanes.blocked(now=now)
        self.troubled = lanes.troubled()
        self.open = self._open_lanes(now, clock_s)
        self.due = set(retries.due_origins(now=now)) - self.blocked
        return has_new

    def _sweep(self, now: datetime, clock_s: float) -> None:
        """What ends by itself."""
        self.swept_s = clock_s
        relays.expire(now=now)
        retries.end_orphans(now=now)
        relays.finish_cut()
        relays.finish_done(now=now)

    def _open_lanes(self, now: datetime, clock_s: float) -> dict[str, list[OpenLane]]:
        found: dict[str, list[OpenLane]] = defaultdict(list)
        for lane in relays.lanes_to_serve(now=now):
            if self.subjects.of(lane.relay_id, now=now, clock_s=clock_s) is None:
                # Withdrawn, or told by a later edition.
                relays.end(lane.relay_id, counts_missed=False, now=now)
            elif lane.channel == relays.WEBPUSH:
                if lane.origin not in self.blocked:
                    found[lane.origin].append(lane)
            elif not lane.is_cut:
                tasks.cut_destinations(lane.pk, self.subjects.public(lane.relay_id).subject)
        return found

    # --- claiming

    def _settle_and_refill(self, now: datetime, clock_s: float) -> None:
        """One commit for what is answered and for what comes next."""
        dry = [] if self.is_stopping else [origin for origin in self._wanted() if self._is_dry(origin)]
        settles = any(self._must_settle(service, clock_s) for service in self.services.values())
        if not (dry or settles):
            return
        with transaction.atomic():
            claims = [claim for service in self.services.values() for claim in service.claims]
            record = settling.settle(claims, self.subjects.expires, now=now)
            self._note_successes(record)
            fresh = [claim for origin in dry for claim in self._refill(origin, now=now, clock_s=clock_s)]
        settling.done(record)
        self._note_troubles(now)
        for claim in fresh:
            self._service(claim.origin).claims.append(claim)
        self._address(fresh, now, clock_s)
        self._tidy(clock_s)

    def _wanted(self) -> set[str]:
        return (self.open.keys() | self.due) - self.blocked

    def _is_dry(self, origin: str) -> bool:
        service = self.services.get(origin)
        if service is None:
            return True
        left = self.sender.waiting(origin)
        return not service.is_draining and service.is_empty and left <= self._share() * LOW

    def _must_settle(self, service: Service, clock_s: float) -> bool:
        if service.is_draining:
            return self.sender.waiting(service.origin) == 0
        if not service.answered and service.at_risk:
            return False
        is_low = self.sender.waiting(service.origin) <= self._share() * LOW
        return is_low or clock_s - service.recorded_s >= RECORD_EVERY_S

    def _refill(self, origin: str, *, now: datetime, clock_s: float) -> Iterable[Claim]:
        """The next batch of this service, its relays in turn; and what is due again."""
        fresh: list[Claim] = []
        if origin in self.due:
            self.due.discard(origin)
            fresh += retries.claim(origin, now=now, clock_s=clock_s)
        last = self.services[origin].last_lane if origin in self.services else 0
        waiting = sorted(self.open.get(origin, ()), key=lambda lane: (lane.pk <= last, lane.pk))
        for lane in waiting:
            public = self.subjects.public(lane.relay_id)
            claim = batches.claim(lane.pk, lane.relay_id, origin, public, now=now, clock_s=clock_s)
            if claim is None and not lane.is_cut and cutting.cut(lane.pk, public):
                claim = batches.claim(lane.pk, lane.relay_id, origin, public, now=now, clock_s=clock_s)
            if claim is not None:
                self._service(origin).last_lane = lane.pk
                return [*fresh, claim]
            # Another worker may be cutting it: the next look tells.
            self.wants_look |= not lane.is_cut
        self.open.pop(origin, None)
        return fresh

    def _address(self, claims: Iterable[Claim], now: datetime, clock_s: float) -> None:
        """Who of them is told how, and in which words. What cannot be read waits, and is tried again."""
        for claim in claims:
            try:
                self._judge(claim, now, clock_s)
            except (DatabaseError, InterfaceError):
                self._give_back(claim)
                raise
            except Exception:
                logger.exception("Relay %d cannot be told at %s", claim.relay_id, claim.origin)
                self._give_back(claim)
                batches.put_off(claim, now=now)

    def _judge(self, claim: Claim, now: datetime, clock_s: float) -> None:
        claim.subject = self.subjects.of(claim.relay_id, now=now, clock_s=clock_s)
        if claim.subject is None:
            claim.waiting.clear()
            return
        words = self.subjects.pushes(claim.relay_id)
        readers = {delivery.reader_id for delivery in claim.waiting}
        verdicts = calm.judge(claim.subject, readers, channel=relays.WEBPUSH, now=now)
        now_told = [d for d in claim.waiting if (v := verdicts.get(d.reader_id)) and v.how is not How.HOLD]
        words.read((verdicts[delivery.reader_id], delivery.language) for delivery in now_told)
        all_of_them, claim.waiting = claim.waiting, deque()
        for delivery in all_of_them:
            delivery.verdict = verdicts.get(delivery.reader_id)
            if delivery.verdict and words.address(delivery, delivery.verdict):
                claim.waiting.append(delivery)
            elif delivery.retry_id is not None:
                claim.unwanted.append(delivery.retry_id)

    def _give_back(self, claim: Claim) -> None:
        """Its lease ends it."""
        claim.is_lost = True
        claim.waiting.clear()

    # --- sending

    def _feed(self) -> None:
        share, left = self._share(), RISK - sum(service.at_risk for service in self.services.values())
        for service in self.services.values():
            if service.is_draining:
                continue
            room = min(share - service.at_risk, left)
            if room > 0:
                left -= self._feed_one(service, room)

    def _feed_one(self, service: Service, room: int) -> int:
        begun: list[Delivery] = []
        count = 0
        for claim in service.claims:
            while claim.waiting and count < room:
                delivery = claim.waiting.popleft()
                claim.begun.append(delivery)
                count += 1
                if delivery.outcome is None:
                    begun.append(delivery)
                else:
                    service.answered += 1
        if begun:
            self._add(service, begun)
        return count

    def _add(self, service: Service, deliveries: Collection[Delivery]) -> None:
        try:
            # Of the service, not of a device: one address that is none must not fail those beside it.
            endpoint = endpoints.parse(f"{service.origin}/")
        except endpoints.InvalidEndpoint as error:
            for delivery in deliveries:
                self._take(delivery, Answer(sender.NOT_OURS, text=str(error)), self.clock())
            return
        self.sender.add(endpoint, deliveries, self._prepare)

    def _prepare(self, delivery: Delivery) -> Request:
        claim = delivery.claim
        assert delivery.push
        if claim.is_lost or time.monotonic() > claim.holds_until_s:
            # Somebody else may have it by now.
            claim.is_lost = True
            raise ValueError("the lease is over")
        if not delivery.endpoint.startswith(claim.origin):
            raise ValueError("the address is not at its service")
        if delivery.material is not None:
            # Used once: what is sent again is sealed afresh.
            body, delivery.material = prepared.seal(delivery.push.text, delivery.material), None
        else:
            body = encryption.encrypt(delivery.push.text, bytes(delivery.p256dh), bytes(delivery.auth))
        return Request(delivery.endpoint, delivery.headers, body)

    def _send(self, wait_s: float, now: datetime) -> None:
        is_waiting = any(self.sender.waiting(origin) for origin in self.services)
        broken: set[str] = set()
        for delivery, answer in self.sender.turn(wait_s if is_waiting else 0.0):
            if delivery.claim.is_over:
                continue
            if answer.is_sent:
                self._take(delivery, answer, now)
            else:
                delivery.is_unsent = True
                broken.add(delivery.claim.origin)
        for origin in broken:
            self._hand_back(self._service(origin))

    def _take(self, delivery: Delivery, answer: Answer, now: datetime) -> None:
        claim, service = delivery.claim, self._service(delivery.claim.origin)
        service.answered += 1
        if claim.is_lost:
            return
        if answer.status in answers.REFUSED and delivery.refusal is None:
            delivery.refusal = answers.outcome(answer, origin=claim.origin, now=now)
            self._sign_again(service, delivery, now)
            return
        delivery.outcome = answers.outcome(answer, origin=claim.origin, now=now)
        if answer.is_accepted:
            service.troubles, service.was_accepted = 0, True
        elif answer.is_trouble:
            self._note_trouble(service, answer, delivery.outcome.wait_s)
        else:
            service.troubles = 0

    def _sign_again(self, service: Service, delivery: Delivery, now: datetime) -> None:
        """Perhaps our clock was wrong when the token was signed: once more with a fresh one."""
        assert delivery.push
        signer = vapid.signer_for(delivery.key_id)
        if f"Authorization: {signer.authorization(service.origin, now=now)}" in delivery.headers:
            signer.forget(service.origin)
            service.was_accepted = False
        delivery.headers = pushes.headers(delivery.push, service.origin, delivery.key_id, now=now)
        self._add(service, [delivery])

    def _note_trouble(self, service: Service, answer: Answer, wait_s: float | None) -> None:
        service.troubles += 1
        is_refusal = answer.status in answers.REFUSED
        limit = REFUSED_AFTER if is_refusal and service.was_accepted else BROKEN_AFTER
        rests = service.troubles >= limit
        if rests or is_refusal:
            service.trouble = lanes.Trouble(answer.status, wait_s, answer.text, is_refusal=is_refusal, rests=rests)
        if rests:
            self._hand_back(service)

    def _hand_back(self, service: Service) -> None:
        """Nothing begins any more; what is on its way is waited for, the rest is somebody's later."""
        service.is_draining = True
        dropped = self.sender.drop(service.origin)
        for delivery in dropped:
            delivery.is_unsent = True
        for claim in service.claims:
            claim.take_back()
            claim.is_handed_back = True

    # --- what is noted beside the deliveries

    def _note_successes(self, record: settling.Record) -> None:
        for origin in {origin for (_, origin), sums in record.sums.items() if sums.accepted} & self.troubled:
            lanes.note_success(origin)
            self.troubled.discard(origin)

    def _note_troubles(self, now: datetime) -> None:
        for service in self.services.values():
            trouble = service.trouble
            if trouble is None:
                continue
            if trouble.is_refusal:
                lanes.note_refusal(service.origin, trouble.status, trouble.text, now=now)
            if trouble.rests:
                lanes.pause(service.origin, trouble, now=now)
                self.blocked.add(service.origin)
            service.trouble = None

    def _renew(self, now: datetime, clock_s: float) -> None:
        if clock_s - self.renewed_s < leases.lease_s() / leases.RENEWALS_PER_LEASE:
            return
        claims = [claim for service in self.services.values() for claim in service.claims if not claim.is_lost]
        # What was not renewed in time may be somebody else's.
        claims = [claim for claim in claims if clock_s <= claim.holds_until_s]
        with transaction.atomic():
            settling.renew(claims, now=now, until=now + leases.lease())
        for claim in claims:
            claim.holds_until_s = clock_s + leases.lease_s()
        self.renewed_s = clock_s

    def _tidy(self, clock_s: float) -> None:
        for origin, service in list(self.services.items()):
            service.claims = [claim for claim in service.claims if not claim.is_over]
            service.answered, service.recorded_s = 0, clock_s
            if not service.claims:
                if service.is_draining:
                    self.wants_look = True
                del self.services[origin]

    def _service(self, origin: str) -> Service:
        return self.services.setdefault(origin, Service(origin))

    def _share(self) -> int:
        return max(LEAST_SHARE, RISK // max(1, len(self.services)))
