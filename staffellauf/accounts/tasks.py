import smtplib

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from staffellauf.accounts import actions, mail
from staffellauf.jobs import schedule


class MailNotSent(Exception):
    """The mail server did not take it. Says why without the address, which servers like to repeat."""


@task(queue_name="mail")
def send_mail(sealed: str) -> None:
    """Raises MailNotSent."""
    message, problem = mail.unseal(sealed), ""
    try:
        message.send()
    # smtplib's own errors are OSErrors too.
    except OSError as error:
        problem = _without_address(error)
    # Out here, so that the refused one does not hang on it as its context.
    if problem:
        raise MailNotSent(problem)


def _without_address(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
    else:
        codes = [code for code in (getattr(error, "smtp_code", None), error.errno) if isinstance(code, int)]
    return " ".join([type(error).__name__, *map(str, codes)])


@schedule.daily("03:50")
@task(priority=-50)
def prune_links() -> int:
    return actions.prune_links(now=timezone.now())


@schedule.daily("03:55")
@task(priority=-50)
def prune_sessions() -> None:
    call_command("clearsessions")
