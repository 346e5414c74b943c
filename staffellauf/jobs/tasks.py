from django.utils import timezone
from django_tasks import task

from staffellauf.jobs import actions, schedule


@schedule.daily("03:40")
@task(priority=-50)
def prune() -> int:
    return actions.prune(now=timezone.now())
