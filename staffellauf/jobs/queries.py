from datetime import datetime, timedelta

from django.db.models import Count

from staffellauf.jobs.models import Job, State, Worker

# Below this a full queue is a busy minute, not a fault.
OVERDUE = timedelta(minutes=10)
# Workers sign every third of a lease (5 s).
SILENT = timedelta(seconds=30)


def counts() -> dict[str, dict[str, int]]:
    """Number of jobs by queue and state, zeros left out."""
    found: dict[str, dict[str, int]] = {}
    rows = Job.objects.order_by("queue", "state").values_list("queue", "state").annotate(Count("id"))
    for queue, state, number in rows:
        found.setdefault(queue, {})[state] = number
    return found


def dead() -> int:
    return Job.objects.dead().count()


def overdue(*, now: datetime) -> int:
    """Jobs that should have begun a while ago."""
    return Job.objects.filter(state=State.WAITING, due_at__lt=now - OVERDUE).count()


def workers(*, now: datetime) -> list[Worker]:
    """Those heard of lately."""
    return list(Worker.objects.filter(seen_at__gte=now - SILENT).order_by("started_at"))
