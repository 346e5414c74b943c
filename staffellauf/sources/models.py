"""What imports leave behind: each run, what it did to each entry, and what somebody has to decide."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffellauf.catalogue.models import Topic


class ImportRun(models.Model):
    """One reading of one data source, from its first row to its report."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")

    importer = models.CharField(_("importer"), max_length=20)
    address = models.CharField(_("file or address"), max_length=500)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    is_dry_run = models.BooleanField(_("dry run"), default=False)
    digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what is read, by which an interrupted run is found again."
    )
    done = models.PositiveIntegerField(
        _("done"), default=0, help_text="Records applied; a restart goes on behind them."
    )
    total = models.PositiveIntegerField(_("of"), null=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    doubtful = models.PositiveIntegerField(_("doubtful"), default=0)
    # Any: figures by importer, such as episodes created or showings matched.
    details: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last sign of life"), auto_now=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["importer", "digest"], name="sources_run_digest")]

    def __str__(self) -> str:
        return f"{self.importer}: {self.address}"


class ImportNote(models.Model):
    """What a run did to one entry, or why it did not."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        REFUSED = "refused", _("refused")
        DOUBTFUL = "doubtful", _("doubtful")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="notes")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    what = models.CharField(_("entry"), max_length=300, help_text="The record as people would name it.")
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="+", verbose_name=_("topic"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # Any: {"status": ["running", "ended"], "episodes": {"created": 3}}.
    changes: "models.JSONField[Any, Any]" = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import note")
        verbose_name_plural = _("import notes")
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "outcome"], name="sources_note_outcome")]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.what}"


class Doubt(models.Model):
    """A record that may be an entry we have. Nothing is stored of it until somebody decides."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SAME = "same", _("is the entry")
        OTHER = "other", _("is another")
        IGNORED = "ignored", _("left out")

    importer = models.CharField(_("importer"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12)
    key = models.CharField(max_length=200, help_text="What the data source calls it, such as tvmaze:82.")
    name = models.CharField(_("name"), max_length=300)
    reason = models.CharField(_("reason"), max_length=500)
    # Any: the record, as `records.dump` writes it.
    record: "models.JSONField[Any, Any]" = models.JSONField()
    candidates = models.ManyToManyField(Topic, related_name="+", verbose_name=_("may be"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN)
    decided_topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    run = models.ForeignKey(ImportRun, models.SET_NULL, null=True, related_name="doubts")
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("doubtful match")
        verbose_name_plural = _("doubtful matches")
        ordering = ["-created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["importer", "kind", "key"], name="sources_doubt_once")]
        indexes = [models.Index(fields=["state", "-created_at"], name="sources_doubt_state")]

    def __str__(self) -> str:
        return self.name
