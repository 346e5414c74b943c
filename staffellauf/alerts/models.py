"""The baton on its way: who can be reached, and what one publication still has to deliver.

Open batches and failures are rows; a delivery that went well is a number (docs/decisions/0007-push-ledger.md).
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Reader

# RFC 8291: an uncompressed point on P-256 and 16 bytes of secret.
KEY_BYTES = 65
SECRET_BYTES = 16
ENDPOINT_LENGTH = 2048


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def active(self) -> "SubscriptionQuerySet":
        """Those that a push service has not declared gone."""
        return self.filter(gone_at__isnull=True)


class Subscription(models.Model):
    """One browser's push endpoint and keys (RFC 8030, 8291)."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="subscriptions")
    endpoint = models.CharField(max_length=ENDPOINT_LENGTH)
    # An index over the endpoint itself would be longer than PostgreSQL takes.
    endpoint_hash = models.CharField(max_length=64, help_text="SHA-256 of the endpoint, hexadecimal.")
    origin = models.CharField(max_length=260)
    p256dh = models.BinaryField(max_length=KEY_BYTES)
    auth = models.BinaryField(max_length=SECRET_BYTES)
    server_key_id = models.CharField(max_length=16, help_text="Of the application server key it was made with.")
    device = models.CharField(_("device"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    last_success_at = models.DateTimeField(_("last alert"), null=True, blank=True)
    bad_requests = models.PositiveSmallIntegerField(default=0, help_text="Answers 400 since the last success.")
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [models.UniqueConstraint(fields=["endpoint_hash"], name="alerts_subscription_endpoint")]
        indexes = [models.Index("gone_at", condition=Q(gone_at__isnull=False), name="alerts_subscription_gone")]

    def __str__(self) -> str:
        return f"{self.device} at {self.origin}"


class Lane(models.Model):
    """What is known of one push service, by origin; a row exists once there was trouble."""

    origin = models.CharField(max_length=260, unique=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    pauses = models.PositiveSmallIntegerField(default=0, help_text="In a row; each doubles the next.")
    refused_at = models.DateTimeField(null=True, blank=True, help_text="When it last refused our signature.")
    refusal = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.origin


class OutboxCursor(models.Model):
    """One row: every publication up to this position has been picked up."""

    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.position)


class Relay(models.Model):
    """A publication on its way to the readers who follow one of its topics.

    A delivery ends as accepted, gone or failed; until then it waits in an open batch or as a retry.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="relay")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Older news is not pushed.")
    cursor = models.BigIntegerField(default=0, help_text="Batches are cut up to this subscription.")
    is_cut = models.BooleanField(default=False)
    feeds_reached = models.PositiveBigIntegerField(default=0, help_text="Readers who follow a topic of it.")
    accepted = models.PositiveBigIntegerField(default=0)
    gone = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    retried = models.PositiveBigIntegerField(default=0, help_text="Deliveries put off, counted each time.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("expires_at", condition=Q(finished_at__isnull=True), name="alerts_relay_open")]

    def __str__(self) -> str:
        return f"relay of {self.publication_id}"

    def ttl(self, now: datetime) -> timedelta:
        """How long a push service shall keep the message; nothing or less means too late."""
        return self.expires_at - now


class Batch(models.Model):
    """A slice of a publication's followers that one worker delivers: the subscriptions after `after_id` up to
    `up_to_id` whose reader follows a topic of it."""

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="batches")
    after_id = models.BigIntegerField()
    up_to_id = models.BigIntegerField()
    size = models.PositiveIntegerField(help_text="Subscriptions when it was cut.")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["relay", "after_id"], name="alerts_batch_slice")]
        indexes = [models.Index("relay", "size", condition=Q(done_at__isnull=True), name="alerts_batch_open")]

    def __str__(self) -> str:
        return f"{self.after_id} to {self.up_to_id} of relay {self.relay_id}"


class Retry(models.Model):
    """A delivery that a push service put off or did not answer."""

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="retries")
    # Null once the reader unsubscribed: the row still ends, and the relay with it.
    subscription = models.ForeignKey(Subscription, models.SET_NULL, null=True, related_name="retries")
    attempts = models.PositiveSmallIntegerField(default=1)
    not_before = models.DateTimeField(db_index=True)
    last_status = models.PositiveSmallIntegerField(default=0, help_text="0 when there was no answer.")
    claim = models.CharField(max_length=32, blank=True, help_text="Of the worker that has it until not_before.")

    class Meta:
        verbose_name_plural = "retries"
        constraints = [models.UniqueConstraint(fields=["relay", "subscription"], name="alerts_retry_once")]

    def __str__(self) -> str:
        return f"retry of {self.subscription_id} for relay {self.relay_id}"
