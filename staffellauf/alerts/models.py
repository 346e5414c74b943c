"""The baton on its way: who can be reached and when, and what one publication still has to deliver.

Open batches and failures are rows; a delivery that went well is a number (docs/decisions/0007-push-ledger.md).
"""

import secrets
from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staffellauf.catalogue.models import Release, Series, Topic
from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Follow, Reader

# RFC 8291: an uncompressed point on P-256 and 16 bytes of secret.
KEY_BYTES = 65
SECRET_BYTES = 16
ENDPOINT_LENGTH = 2048
# Content key 16, nonce 12, salt 16, ephemeral public key 65.
PREPARED_BYTES = 109
# 256 bits: nobody guesses another reader's calendar.
TOKEN_BYTES = 32
# As datetime.weekday() counts.
SUNDAY = 6


# --- who can be reached


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
    is_switched_off = models.BooleanField(
        default=False, help_text="By its reader on another device: its next visit ends it there, too."
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [models.UniqueConstraint(fields=["endpoint_hash"], name="alerts_subscription_endpoint")]
        indexes = [
            models.Index("gone_at", condition=Q(gone_at__isnull=False), name="alerts_subscription_gone"),
            # A lane's devices in the order in which batches are cut.
            models.Index(fields=["origin", "id"], condition=Q(gone_at__isnull=True), name="alerts_subscription_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.device} at {self.origin}"


class PreparedKey(models.Model):
    """What one message to the subscription will be sealed with: made ahead, used once, deleted in the transaction that
    claims its batch (docs/decisions/0012-prepared-keys.md). Never in backups or exports."""

    subscription = models.OneToOneField(Subscription, models.CASCADE, primary_key=True, related_name="prepared_key")
    material = models.BinaryField(max_length=PREPARED_BYTES, help_text="Content key, nonce, salt, public key.")

    def __str__(self) -> str:
        return f"prepared key of {self.subscription_id}"


class Destination(models.Model):
    """Where a reader is told by one channel: all the devices together, a mail address, an ntfy topic, a webhook.

    It either hears at once, or of everything since `sent_up_to` at `next_at`: a digest, or what a quiet night held
    back. A reader's devices have a row only when there is something to remember.
    """

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="destinations", db_index=False)
    channel = models.CharField(max_length=20, help_text="A folder of alerts/channels.")
    address = models.TextField(blank=True, default="", help_text="Sealed; empty for a reader's devices.")
    address_hash = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256, hexadecimal.")
    label = models.CharField(_("name"), max_length=80, blank=True, help_text="Gives no secret away.")
    rhythm = models.CharField(_("rhythm"), max_length=7, choices=Rhythm, default=Rhythm.AT_ONCE)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: nobody said yes yet.")
    sent_up_to = models.BigIntegerField(default=0, help_text="Told of every publication up to this position.")
    held_since = models.DateTimeField(
        null=True, blank=True, help_text="What is due from then on is told at next_at: releases have no position."
    )
    next_at = models.DateTimeField(null=True, blank=True, help_text="When what came since is told together.")
    claim = models.CharField(max_length=32, blank=True, default="", help_text="Of the worker that has it till next_at.")
    last_success_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, blank=True, help_text="The first failure of that row.")
    last_error = models.CharField(max_length=300, blank=True, default="")
    bounces = models.PositiveSmallIntegerField(default=0, help_text="Mails that came back and may arrive next time.")
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="When the newest of them was written.")
    stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="It failed too often, or bounced: nothing is sent until the reader says so."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "channel", "address_hash"], name="alerts_destination_once")
        ]
        indexes = [
            models.Index("next_at", condition=Q(next_at__isnull=False), name="alerts_destination_due"),
            models.Index(fields=["channel", "id"], name="alerts_destination_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.reader_id}"


class Calm(models.Model):
    """When a reader wants to be left alone. Without a row everything is as it is here."""

    class Night(models.TextChoices):
        SILENT = "silent", _("arrive without a sound")
        HOLD = "hold", _("wait until the morning")
        LOUD = "loud", _("arrive as by day")

    reader = models.OneToOneField(Reader, models.CASCADE, primary_key=True, related_name="calm")
    night = models.CharField(_("at night alerts"), max_length=6, choices=Night, default=Night.SILENT)
    night_from = models.TimeField(_("from"), default=time(22))
    night_until = models.TimeField(_("until"), default=time(7))
    muted_until = models.DateTimeField(null=True, blank=True)
    groups = models.BooleanField(_("several at once become one"), default=True)
    digest_at = models.TimeField(_("hour of digests"), default=time(18))
    digest_weekday = models.PositiveSmallIntegerField(_("day of weekly digests"), default=SUNDAY)

    class Meta:
        verbose_name_plural = "calm"

    def __str__(self) -> str:
        return f"calm of {self.reader_id}"


class Snooze(models.Model):
    """ "Later": the reader wants this article's alert once more."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="snoozes", db_index=False)
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    claim = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "publication"], name="alerts_snooze_once")]

    def __str__(self) -> str:
        return f"{self.reader_id} wants {self.publication_id} later"


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


class SecretLink(models.Model):
    """An address that only its reader knows: a private feed, a calendar. Whoever has it reads it without signing in."""

    class Kind(models.TextChoices):
        FEED = "feed", _("feed")
        CALENDAR = "calendar", _("calendar")

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="secret_links")
    kind = models.CharField(max_length=8, choices=Kind)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    name = models.CharField(_("name"), max_length=80, blank=True)
    filters = models.JSONField(default=dict, blank=True, help_text="What it holds; see the channel of its kind.")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="", help_text="Of what was fetched last.")
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When that became so.")

    def __str__(self) -> str:
        return f"{self.kind} of {self.reader_id}"


class CalendarEntry(models.Model):
    """What calendars were told of one date last, so that a change is told as one (RFC 5545 section 3.8.7.4)."""

    uid = models.CharField(max_length=120, primary_key=True)
    series = models.ForeignKey(Series, models.CASCADE, related_name="+")
    last_on = models.DateField(db_index=True, help_text="The last day that it may be on.")
    sequence = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, help_text="Of what was told, SHA-256, hexadecimal.")
    told = models.JSONField(default=dict, help_text="What was told, to take it back when the date is gone.")
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "calendar entries"

    def __str__(self) -> str:
        return f"{self.uid} ({self.sequence})"


# --- the ledger


class Lane(models.Model):
    """What is known of one push service, by origin; a row exists once there was trouble or an operator stopped it."""

    origin = models.CharField(max_length=260, unique=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    pauses = models.PositiveSmallIntegerField(default=0, help_text="In a row; each doubles the next.")
    refused_at = models.DateTimeField(null=True, blank=True, help_text="When it last refused our signature.")
    refusal = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="By an operator, until resumed.")

    def __str__(self) -> str:
        return self.origin

    def is_held(self, now: datetime) -> bool:
        """Whether something keeps it from running, or did until it is looked at."""
        return bool(self.stopped_at or self.refused_at or (self.paused_until and self.paused_until > now))


class OutboxCursor(models.Model):
    """One row: every publication up to this position has been picked up."""

    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.position)


class Occasion(models.Model):
    """What an alert is about when it is no publication: releases that are due, or a reminder of them."""

    class Kind(models.TextChoices):
        EPISODES = "episodes", _("episodes")
        SEASON = "season", _("start of a season")
        COMPLETE = "complete", _("season complete")

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+", help_text="The series.")
    kind = models.CharField(max_length=8, choices=Kind)
    lead = models.PositiveSmallIntegerField(choices=Follow.Lead)
    due_at = models.DateTimeField(help_text="When it alerts.")
    releases = models.ManyToManyField(Release, related_name="+")
    key = models.CharField(max_length=200, unique=True, help_text="Made of what it is about: it comes once.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key


class Relay(models.Model):
    """A publication, or an occasion, on its way to the readers who follow one of its topics."""

    publication = models.OneToOneField(Publication, models.CASCADE, null=True, blank=True, related_name="relay")
    occasion = models.OneToOneField(Occasion, models.CASCADE, null=True, blank=True, related_name="relay")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Older news is not pushed.")
    is_cut = models.BooleanField(default=False, help_text="All of its lanes are.")
    feeds_reached = models.PositiveBigIntegerField(default=0, help_text="Readers who follow a topic of it.")
    paused_at = models.DateTimeField(null=True, blank=True, help_text="By an operator, until resumed.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(publication__isnull=False, occasion__isnull=True)
                | Q(publication__isnull=True, occasion__isnull=False),
                name="alerts_relay_about_one",
            )
        ]
        indexes = [models.Index("expires_at", condition=Q(finished_at__isnull=True), name="alerts_relay_open")]

    def __str__(self) -> str:
        return f"relay of {self.publication_id or self.occasion_id}"

    def ttl(self, now: datetime) -> timedelta:
        """How long a push service shall keep the message; nothing or less means too late."""
        return self.expires_at - now


class RelayLane(models.Model):
    """A relay's part for one push origin, or for one other channel: how far it is cut, and what came of it.

    A delivery ends as accepted, gone, failed or held; until then it waits in an open batch or as a retry.
    """

    relay = models.ForeignKey(Relay, models.CASCADE, related_name="lanes")
    channel = models.CharField(max_length=20, default="webpush")
    origin = models.CharField(max_length=260, blank=True, default="", help_text="Of web push; empty: any.")
    cursor = models.BigIntegerField(default=0, help_text="Batches are cut up to this subscription or destination.")
    is_cut = models.BooleanField(default=False)
    accepted = models.PositiveBigIntegerField(default=0)
    gone = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    held = models.PositiveBigIntegerField(default=0, help_text="Left to a digest or to the morning.")
    retried = models.PositiveBigIntegerField(default=0, help_text="Deliveries put off, counted each time.")
    first_at = models.DateTimeField(null=True, blank=True, help_text="First accepted.")
    last_at = models.DateTimeField(null=True, blank=True, help_text="Last accepted.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["relay", "channel", "origin"], name="alerts_relaylane_once")]

    def __str__(self) -> str:
        return f"{self.origin or self.channel} of relay {self.relay_id}"


class Batch(models.Model):
    """A slice of a lane's followers that one worker delivers: the subscriptions (or destinations) after `after_id` up
    to `up_to_id` whose reader follows a topic of the relay. A claim is a lease."""

    lane = models.ForeignKey(RelayLane, models.CASCADE, related_name="batches")
    after_id = models.BigIntegerField()
    up_to_id = models.BigIntegerField()
    size = models.PositiveIntegerField(help_text="Subscriptions when it was cut, without those that are on record.")
    told = models.TextField(
        blank=True, default="", help_text="Ids behind after_id that are on record already, with commas between."
    )
    claim = models.CharField(max_length=32, blank=True, default="", help_text="Of the worker that has it.")
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Empty: nobody has it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [models.UniqueConstraint(fields=["lane", "after_id"], name="alerts_batch_slice")]
        indexes = [models.Index("lane", "id", condition=Q(done_at__isnull=True), name="alerts_batch_open")]

    def __str__(self) -> str:
        return f"{self.after_id} to {self.up_to_id} of lane {self.lane_id}"


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
