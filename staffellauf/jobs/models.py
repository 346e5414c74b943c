from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_tasks import TaskResult

KEY_LENGTH = 200


class State(models.TextChoices):
    WAITING = "waiting", _("waiting")
    # In a worker's hand, not begun: after a crash it runs as if nothing had happened.
    CLAIMED = "claimed", _("claimed")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("given up")


LEASED = (State.CLAIMED, State.RUNNING)
UNFINISHED = (State.WAITING, *LEASED)


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> "JobQuerySet":
        """What may run now, in the order in which it runs within one queue."""
        return self.filter(state=State.WAITING, due_at__lte=now).order_by("-priority", "due_at", "id")

    def dead(self) -> "JobQuerySet":
        return self.filter(state=State.DEAD)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=UNFINISHED)

    def expired(self, now: datetime) -> "JobQuerySet":
        """Leased jobs whose worker has not been heard of in time."""
        return self.filter(lease_until__lt=now)

    def held(self, token: str) -> "JobQuerySet":
        """What one claim still holds; empty once the lease was lost."""
        return self.filter(token=token, state__in=LEASED)


class Job(models.Model):
    """A call that must happen: it is a row until it has."""

    task = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"))
    queue = models.CharField(_("queue"), max_length=50)
    priority = models.SmallIntegerField(_("priority"))
    # NULL: no key. Empty would be one.
    key = models.CharField(_("key"), max_length=KEY_LENGTH, null=True, blank=True)  # noqa: DJ001
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    # Somebody asked for the same key while it ran: it runs once more.
    is_wanted_again = models.BooleanField(default=False)

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("attempts at most"))
    enqueued_at = models.DateTimeField(_("enqueued"))
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    # NULL: nobody holds it; the partial index leaves it out.
    token = models.CharField(max_length=32, null=True, blank=True)  # noqa: DJ001
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=100, blank=True)

    result = models.JSONField(_("result"), null=True, blank=True)
    error_class = models.CharField(_("error"), max_length=200, blank=True)
    traceback = models.TextField(_("traceback"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(key__isnull=False, state__in=[State.WAITING, State.CLAIMED, State.RUNNING]),
                name="jobs_job_key_unfinished",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LEASED, token__isnull=False, lease_until__isnull=False)
                | Q(state__in=[State.WAITING, State.DONE, State.DEAD], token__isnull=True, lease_until__isnull=True),
                name="jobs_job_leased_has_token",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "-priority", "due_at", "id"], condition=Q(state="waiting"), name="jobs_job_waiting"
            ),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="jobs_job_lease"),
            models.Index(fields=["token"], condition=Q(token__isnull=False), name="jobs_job_token"),
            models.Index(fields=["finished_at", "id"], condition=Q(state="done"), name="jobs_job_done"),
            models.Index(fields=["-finished_at", "-id"], condition=Q(state="dead"), name="jobs_job_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"

    @property
    def task_result(self) -> "TaskResult[object]":
        from staffellauf.jobs import results

        return results.of(self)


class CronSlot(models.Model):
    """One planned moment of a repeating task: whoever inserts the row runs it, so N workers run it once."""

    name = models.CharField(max_length=200)
    slot_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot_at"], name="jobs_cronslot_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot_at:%Y-%m-%d %H:%M}"


class Worker(models.Model):
    """A worker process that lives, as far as anybody has heard."""

    name = models.CharField(max_length=100, unique=True)
    queues = models.JSONField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
