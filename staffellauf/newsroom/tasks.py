"""What the newsroom has done in the background."""

from django.utils import timezone
from django_tasks import task

from staffellauf.jobs import schedule
from staffellauf.newsroom import actions, renditions
from staffellauf.newsroom.models import Picture


@task(priority=-20)
def make_renditions(picture_id: int, is_lead: bool = False) -> int:
    picture = Picture.objects.filter(pk=picture_id).first()
    return renditions.make(picture, is_lead=is_lead) if picture else 0


@schedule.every(minutes=1)
@task(priority=20)
def publish_scheduled() -> int:
    now = timezone.now()
    return actions.publish_due(now=now) + actions.expire_due(now=now)


@schedule.every(minutes=1)
@task()
def record_missing_publications() -> int:
    return actions.record_missing_publications(now=timezone.now())
