"""What happens to readers in the background."""

from django.utils import timezone
from django_tasks import task

from staffellauf.jobs import schedule
from staffellauf.readers import actions


@schedule.daily("04:10")
@task()
def forget_idle_devices() -> int:
    return actions.forget_idle_devices(now=timezone.now())
