"""Tasks that repeat. A moment of a task is a slot, a row that only one worker can insert.

    @schedule.every(minutes=5)
    @task()
    def refresh() -> None: ...

Slots missed while no worker ran are made up for once, not once each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import autodiscover_modules
from django_tasks.base import Task

from staffellauf.jobs import actions
from staffellauf.jobs.models import CronSlot

# Older slots say nothing any more; the newest of each task always stays.
KEEP_SLOTS = timedelta(days=7)
# Any: a repeating task takes no arguments, what it returns is nobody's concern here.
AnyTask = TypeVar("AnyTask", bound=Task[Any, Any])


@dataclass(frozen=True)
class Entry:
    task: Task[Any, Any]
    slot: Callable[[datetime], datetime]

    @property
    def name(self) -> str:
        return self.task.module_path


entries: dict[str, Entry] = {}


def every(*, minutes: int) -> Callable[[AnyTask], AnyTask]:
    """Repeat at whole multiples of `minutes` since midnight UTC, 1970."""
    if minutes < 1:
        raise ValueError("minutes is at least 1")
    step = timedelta(minutes=minutes)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    return lambda task: _register(task, lambda now: now - (now - start) % step)


def daily(at: str) -> Callable[[AnyTask], AnyTask]:
    """Repeat once a day at "HH:MM" by the clock of the site's time zone, through both changes of the clock."""
    clock = time.fromisoformat(at)

    def slot(now: datetime) -> datetime:
        zone = ZoneInfo(settings.TIME_ZONE)
        today = now.astimezone(zone).date()
        moments = (datetime.combine(today - timedelta(days=days), clock, zone).astimezone(UTC) for days in (0, 1))
        return next(moment for moment in moments if moment <= now)

    return lambda task: _register(task, slot)


def load() -> None:
    """Import the `tasks` module of every app, where entries are made."""
    autodiscover_modules("tasks")


def fire(*, now: datetime) -> int:
    """Enqueue what is due; how many. A task seen for the first time starts with its next slot."""
    fired = 0
    for entry in entries.values():
        slot = entry.slot(now)
        newest = CronSlot.objects.filter(name=entry.name).order_by("-slot_at").values_list("slot_at", flat=True).first()
        if newest is None or newest < slot:
            fired += _fire(entry, slot, is_first=newest is None)
    return fired


def _fire(entry: Entry, slot: datetime, *, is_first: bool) -> bool:
    try:
        with transaction.atomic():
            CronSlot.objects.create(name=entry.name, slot_at=slot)
            CronSlot.objects.filter(name=entry.name, slot_at__lt=slot - KEEP_SLOTS).delete()
            if not is_first:
                actions.enqueue_once(entry.task, f"schedule:{entry.name}")
    except IntegrityError:
        # Another worker was faster.
        return False
    return not is_first


def _register(task: AnyTask, slot: Callable[[datetime], datetime]) -> AnyTask:
    entries[task.module_path] = Entry(task=task, slot=slot)
    return task
