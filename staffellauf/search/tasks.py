from django_tasks import task

from staffellauf.jobs import schedule
from staffellauf.search import actions


@schedule.daily("03:20")
@task()
def tidy() -> None:
    actions.tidy()
