"""What is sent to other machines, in the background. Each may run twice."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from staffellauf.jobs import actions as jobs
from staffellauf.jobs import schedule
from staffellauf.newsroom import intake
from staffellauf.syndication.hub import distribution, intent
from staffellauf.syndication.models import HubRequest

# After alerts and what readers wait for.
DISTRIBUTION, VERIFICATION = -5, -5


def look_at_outbox() -> None:
    """Called by every worker between two jobs; a cheap query while nobody subscribes."""
    has_new, has_due = distribution.look(now=timezone.now())
    if has_new:
        jobs.enqueue_once(notice_publications, "websub:notice")
    if has_due:
        jobs.enqueue_once(distribute, "websub:distribute")


@task(priority=VERIFICATION)
def verify(wish_id: int) -> bool:
    return intent.verify(wish_id, now=timezone.now())


@task(priority=DISTRIBUTION)
def notice_publications() -> int:
    with translation.override(settings.LANGUAGE_CODE):
        return distribution.notice_publications()


@task(priority=DISTRIBUTION)
def distribute() -> bool:
    """Those who are left when its time is over are found again by the next look."""
    with translation.override(settings.LANGUAGE_CODE):
        return distribution.distribute(now=timezone.now())


@schedule.every(minutes=1)
@task(priority=DISTRIBUTION)
def notice_changes() -> int:
    """What no publication tells: texts changed without one, notes, withdrawals. And wishes to ask about once more."""
    for wish_id in HubRequest.objects.filter(not_before__lte=timezone.now()).values_list("pk", flat=True)[:100]:
        jobs.enqueue_once(verify, f"websub:verify:{wish_id}", wish_id)
    with translation.override(settings.LANGUAGE_CODE):
        return distribution.notice_changes()


@schedule.every(minutes=1)
@task()
def take_folder() -> int:
    """What agencies lay down as files; nothing where no folder is named."""
    if not settings.NINJS_FOLDER:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        return intake.take_folder(Path(settings.NINJS_FOLDER), now=timezone.now())


@schedule.daily("04:20")
@task(priority=-50)
def prune() -> int:
    return distribution.prune(now=timezone.now())
