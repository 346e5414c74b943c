"""What data sources have done in the background."""

import time

from django.conf import settings
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends

from staffellauf.jobs import schedule, worker
from staffellauf.sources import actions
from staffellauf.sources.models import ImportRun

QUEUE = "imports"
# What waits longest behind an import: an alert may.
OTHERS_EVERY_S = 1.0
# What is asked of a source every night.
NIGHTLY = {"tvmaze": "updates", "tmdb": "changes"}


@task(queue_name=QUEUE, priority=-40)
def run_import(run_id: int) -> str:
    """May be killed and run again: it goes on behind what is done."""
    run = ImportRun.objects.filter(pk=run_id, state=ImportRun.State.RUNNING).first()
    if run is None:
        return "nothing to do"
    return str(actions.carry_out(run, progress=LetOthersIn()).state)


class LetOthersIn:
    """An import takes hours; between two chunks of it the same worker does what came up meanwhile."""

    def __init__(self) -> None:
        self.looked_at = time.monotonic()
        queues = getattr(task_backends[DEFAULT_TASK_BACKEND_ALIAS], "queue_order", [])
        self.others = [queue for queue in queues if queue != QUEUE]

    def __call__(self, run: ImportRun) -> None:
        if self.others and time.monotonic() - self.looked_at >= OTHERS_EVERY_S:
            worker.Worker(self.others, beats=False).drain()
            self.looked_at = time.monotonic()


@schedule.daily("04:10")
@task(queue_name=QUEUE)
def nightly() -> list[int]:
    """What the operator switched on by IMPORT_NIGHTLY."""
    return [actions.start(name, NIGHTLY[name]).pk for name in settings.IMPORT_NIGHTLY]
