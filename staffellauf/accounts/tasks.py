from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from staffellauf.accounts import actions, mail
from staffellauf.jobs import schedule


@task(queue_name="mail")
def send_mail(sealed: str) -> None:
    mail.unseal(sealed).send()


@schedule.daily("03:50")
@task(priority=-50)
def prune_links() -> int:
    return actions.prune_links(now=timezone.now())


@schedule.daily("03:55")
@task(priority=-50)
def prune_sessions() -> None:
    call_command("clearsessions")
