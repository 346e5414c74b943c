"""Push services in trouble: paused for a while, doubling, and never forgotten until one succeeds again."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from staffellauf.alerts.models import Lane

PAUSE_FIRST_S = 30.0
PAUSE_MOST_S = 1800.0
MAX_PAUSES = 10


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a lane shall rest."""

    status: int
    wait_s: float | None
    """What the service asked for."""
    text: str
    is_refusal: bool
    """Of our signature."""
    rests: bool
    """Whether the lane is paused for it."""


def blocked(*, now: datetime) -> set[str]:
    """Origins that are left alone: paused, or stopped by an operator."""
    rows = Lane.objects.filter(Q(paused_until__gt=now) | Q(stopped_at__isnull=False))
    return set(rows.values_list("origin", flat=True))


def troubled() -> set[str]:
    """Origins that were paused and have not taken anything since."""
    return set(Lane.objects.exclude(pauses=0).values_list("origin", flat=True))


def pause(origin: str, trouble: Trouble, *, now: datetime) -> datetime:
    """Until when. Each pause in a row doubles the next: from what the service asked for, or half a minute."""
    with transaction.atomic():
        Lane.objects.get_or_create(origin=origin)
        lane = Lane.objects.select_for_update().get(origin=origin)
        first_s = trouble.wait_s or PAUSE_FIRST_S
        bound = min(PAUSE_MOST_S, first_s * 2**lane.pauses)
        wait_s = max(trouble.wait_s or 0.0, random.uniform(bound / 2, bound))
        lane.paused_until = now + timedelta(seconds=wait_s)
        lane.pauses = min(lane.pauses + 1, MAX_PAUSES)
        lane.save(update_fields=["paused_until", "pauses"])
        return lane.paused_until


def note_refusal(origin: str, status: int, text: str, *, now: datetime) -> None:
    """For the operator, who alone can mend it."""
    words = f"{status} {text}"[:300].replace("\0", "\N{REPLACEMENT CHARACTER}")
    Lane.objects.update_or_create(origin=origin, defaults={"refused_at": now, "refusal": words})


def note_success(origin: str) -> None:
    Lane.objects.filter(origin=origin).exclude(pauses=0).update(pauses=0, paused_until=None)
