"""What an operator does about alerts on their way: pause and resume them, stop and start a push service's lane."""

from datetime import datetime

from django.db import transaction

from staffellauf.alerts.models import Lane, Relay, Retry, Subscription


class UnknownOrigin(Exception):
    """No device of ours is at this push service."""


def pause(relay: Relay, *, now: datetime) -> bool:
    """No batch of it begins any more, what is on its way arrives; False when it is finished or paused already."""
    return bool(Relay.objects.filter(pk=relay.pk, finished_at=None, paused_at=None).update(paused_at=now))


def resume(relay: Relay) -> bool:
    """It goes on where it was, as far as its time is not over; False when it was not paused."""
    return bool(Relay.objects.filter(pk=relay.pk, paused_at__isnull=False).update(paused_at=None))


def stop_lane(origin: str, *, now: datetime) -> bool:
    """Nothing is sent to this push service; False when that is so already. Raises UnknownOrigin."""
    with transaction.atomic():
        lane = Lane.objects.select_for_update().filter(origin=origin).first()
        if lane is None:
            if not Subscription.objects.active().filter(origin=origin).exists():
                raise UnknownOrigin(origin)
            lane = Lane.objects.get_or_create(origin=origin)[0]
        if lane.stopped_at:
            return False
        Lane.objects.filter(pk=lane.pk).update(stopped_at=now)
        return True


def start_lane(origin: str, *, now: datetime) -> bool:
    """The lane runs again at once, whatever had stopped or paused it; what it refused counts as mended. False when
    nothing held it."""
    with transaction.atomic():
        lane = Lane.objects.select_for_update().filter(origin=origin).first()
        if lane is None or not lane.is_held(now):
            return False
        Lane.objects.filter(pk=lane.pk).update(
            stopped_at=None, paused_until=None, pauses=0, refused_at=None, refusal=""
        )
        Retry.objects.filter(subscription__origin=origin, not_before__gt=now, claim="").update(not_before=now)
        return True
