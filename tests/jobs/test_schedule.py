"""Repeating tasks: one row per moment, whoever inserts it runs it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from staffellauf.jobs import schedule
from staffellauf.jobs.models import CronSlot, Job
from tests.jobs import sample_tasks

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 1, 23, 9, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_other_entries() -> Iterator[None]:
    kept = dict(schedule.entries)
    schedule.entries.clear()
    yield
    schedule.entries.clear()
    schedule.entries.update(kept)


def test_a_task_runs_once_per_slot_however_many_workers_look() -> None:
    schedule.every(minutes=5)(sample_tasks.attempt)
    schedule.fire(now=MORNING)

    fired = [schedule.fire(now=MORNING + timedelta(minutes=5)) for worker in range(3)]

    assert fired == [1, 0, 0]
    assert Job.objects.count() == 1


def test_a_new_task_waits_for_its_next_slot() -> None:
    schedule.every(minutes=5)(sample_tasks.attempt)

    assert schedule.fire(now=MORNING) == 0

    assert CronSlot.objects.get().slot_at == datetime(2026, 1, 23, 9, 0, tzinfo=UTC)


def test_slots_missed_in_a_pause_are_made_up_for_once() -> None:
    schedule.every(minutes=1)(sample_tasks.attempt)
    schedule.fire(now=MORNING)

    assert schedule.fire(now=MORNING + timedelta(hours=31)) == 1

    assert Job.objects.count() == 1


def test_a_clock_set_back_runs_nothing_twice() -> None:
    schedule.every(minutes=1)(sample_tasks.attempt)
    schedule.fire(now=MORNING)
    schedule.fire(now=MORNING + timedelta(minutes=1))

    assert schedule.fire(now=MORNING) == 0
    assert schedule.fire(now=MORNING - timedelta(hours=1)) == 0


def test_a_slow_task_does_not_pile_up() -> None:
    schedule.every(minutes=1)(sample_tasks.attempt)
    for minute in range(4):
        schedule.fire(now=MORNING + timedelta(minutes=minute))

    assert Job.objects.count() == 1


def test_old_slots_are_deleted_and_the_newest_stays() -> None:
    schedule.every(minutes=60)(sample_tasks.attempt)
    for hours in (0, 24 * 3, 24 * 9):
        schedule.fire(now=MORNING + timedelta(hours=hours))

    assert CronSlot.objects.count() == 2
    assert CronSlot.objects.latest("slot_at").slot_at > MORNING + timedelta(days=8)


@pytest.mark.parametrize("at", ["02:30", "00:00", "23:59", "03:00"])
def test_a_daily_task_runs_once_a_day_through_both_changes_of_the_clock(at: str) -> None:
    schedule.daily(at)(sample_tasks.attempt)
    for start in (datetime(2026, 3, 27, 11, tzinfo=UTC), datetime(2026, 10, 23, 11, tzinfo=UTC)):
        schedule.fire(now=start)
        fired = sum(schedule.fire(now=start + timedelta(minutes=10 * step)) for step in range(1, 6 * 24 * 4 + 1))

        assert fired == 4
        Job.objects.all().delete()


@pytest.mark.parametrize("at", ["25:00", "noon", ""])
def test_a_time_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(ValueError):
        schedule.daily(at)


def test_a_step_below_a_minute_is_refused() -> None:
    with pytest.raises(ValueError, match="minutes"):
        schedule.every(minutes=0)
