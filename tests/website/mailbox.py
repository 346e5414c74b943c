"""The mails that wait for the worker, opened."""

import re

from django.core.mail import EmailMessage

from staffellauf.accounts import mail
from staffellauf.jobs.models import Job


def mails() -> list[EmailMessage]:
    """In the order in which they were asked for."""
    jobs = Job.objects.filter(queue="mail").order_by("id")
    return [mail.unseal(job.arguments["args"][0]) for job in jobs]


def path_in(message: EmailMessage) -> str:
    """The address in the mail, as a path of this site."""
    found = re.search(r"http://testserver(/\S*/)", str(message.body))
    assert found, message.body
    return found[1]
