"""How far alerts are, lane by lane: what an operator and a newsroom look at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, QuerySet, Sum

from staffellauf.alerts import channels
from staffellauf.alerts.models import Batch, Lane, Relay, Retry, Subscription
from staffellauf.newsroom.models import Article

State = Literal["finished", "paused", "late", "running"]


@dataclass(frozen=True, slots=True)
class LaneReport:
    channel: str
    origin: str
    """Of web push, else empty."""
    accepted: int
    waiting: int
    """In open batches, and put off. What is not cut yet is not in it."""
    failed: int
    gone: int
    held: int
    retried: int
    is_cut: bool
    first_s: float | None
    """Seconds from publication to the first delivery; None before it."""
    last_s: float | None
    trouble: Lane | None
    """What is known of the service when something keeps it from running."""

    @property
    def name(self) -> str:
        return self.origin or channels.label_of(self.channel)


@dataclass(frozen=True, slots=True)
class Report:
    relay: Relay
    article: Article | None
    """None when it is about releases."""
    lanes: tuple[LaneReport, ...]
    began_at: datetime
    """Published, or due."""
    state: State

    def total(self, what: str) -> int:
        return sum(getattr(lane, what) for lane in self.lanes)

    @property
    def accepted(self) -> int:
        return self.total("accepted")

    @property
    def waiting(self) -> int:
        return self.total("waiting")

    @property
    def failed(self) -> int:
        return self.total("failed")

    @property
    def gone(self) -> int:
        return self.total("gone")

    @property
    def held(self) -> int:
        return self.total("held")

    @property
    def is_counting(self) -> bool:
        """Whether devices are still being counted out into batches."""
        return not self.relay.is_cut

    @property
    def first_s(self) -> float | None:
        return min((lane.first_s for lane in self.lanes if lane.first_s is not None), default=None)

    @property
    def last_s(self) -> float | None:
        return max((lane.last_s for lane in self.lanes if lane.last_s is not None), default=None)

    @property
    def share(self) -> int:
        """How much of what is cut is settled, of 100."""
        settled = self.accepted + self.failed + self.gone + self.held
        if not settled + self.waiting:
            return 0 if self.is_counting else 100
        return round(100 * settled / (settled + self.waiting))


def relays() -> QuerySet[Relay]:
    """All, newest first, with what a list shows of each."""
    sums = {name: Sum(f"lanes__{name}", default=0) for name in ("accepted", "failed", "gone", "held")}
    found = Relay.objects.select_related("publication__article", "occasion__topic").annotate(**sums)
    return found.order_by("-pk")


def report(relay: Relay, *, now: datetime) -> Report:
    """Five queries. `relay` with its publication and occasion selected spares two."""
    began_at = _began_at(relay)
    in_batches = Batch.objects.filter(lane__relay=relay, done_at=None).values("lane").annotate(sum=Sum("size"))
    waiting = dict(in_batches.values_list("lane", "sum"))
    retries = Retry.objects.filter(relay=relay).values("subscription__origin").annotate(count=Count("pk"))
    put_off = dict(retries.values_list("subscription__origin", "count"))
    rows = list(relay.lanes.order_by("channel", "origin"))
    troubles = {lane.origin: lane for lane in troubled_lanes(now=now)}
    lanes = tuple(
        LaneReport(
            channel=row.channel,
            origin=row.origin,
            accepted=row.accepted,
            # A lane from before there were origins has those of all of them.
            waiting=waiting.get(row.pk, 0) + (put_off.get(row.origin, 0) if row.origin else sum(put_off.values())),
            failed=row.failed,
            gone=row.gone,
            held=row.held,
            retried=row.retried,
            is_cut=row.is_cut,
            first_s=_seconds(began_at, row.first_at),
            last_s=_seconds(began_at, row.last_at),
            trouble=troubles.get(row.origin),
        )
        for row in rows
    )
    article = relay.publication.article if relay.publication else None
    return Report(relay, article, lanes, began_at, state_of(relay, now=now))


def state_of(relay: Relay, *, now: datetime) -> State:
    if relay.finished_at:
        return "finished"
    if relay.paused_at:
        return "paused"
    return "late" if relay.expires_at < now else "running"


def troubled_lanes(*, now: datetime) -> list[Lane]:
    """Those that an operator stopped, that are paused, or that refused our signature."""
    return [lane for lane in Lane.objects.order_by("origin") if lane.is_held(now)]


def devices_by_origin() -> list[tuple[str, int]]:
    """Push services and how many devices of ours are there, most first."""
    found = Subscription.objects.active().values("origin").annotate(count=Count("pk"))
    return list(found.order_by("-count", "origin").values_list("origin", "count"))


def devices_by_key() -> dict[str, int]:
    """Ids of push keys and how many devices subscribed with each."""
    found = Subscription.objects.active().values("server_key_id").annotate(count=Count("pk"))
    return dict(found.values_list("server_key_id", "count"))


def _began_at(relay: Relay) -> datetime:
    if relay.publication:
        return relay.publication.created_at
    return relay.occasion.due_at if relay.occasion else relay.started_at


def _seconds(since: datetime, moment: datetime | None) -> float | None:
    return max(0.0, (moment - since).total_seconds()) if moment else None
