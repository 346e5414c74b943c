"""Who is sent our feeds when they change."""

from datetime import datetime

from django.db import models
from django.db.models import F

# Longer addresses than this are refused by proxies on the way.
CALLBACK_LENGTH = 2048
# WebSub section 5.1: "less than 200 bytes".
SECRET_BYTES = 199


class WatchedFeed(models.Model):
    """A feed that somebody subscribed to, in one format."""

    path = models.CharField(max_length=160, unique=True, help_text="As in its address, from the first slash on.")
    digest = models.CharField(max_length=32, blank=True, help_text="Of its state when it was looked at last.")
    version = models.BigIntegerField(default=1, help_text="One more with each change.")

    def __str__(self) -> str:
        return self.path


class HubSubscriptionQuerySet(models.QuerySet["HubSubscription"]):
    def running(self, now: datetime) -> "HubSubscriptionQuerySet":
        return self.filter(lease_until__gt=now)

    def due(self, now: datetime) -> "HubSubscriptionQuerySet":
        """Those for whom there is something newer, and whose time has come. Who failed least comes first."""
        waiting = self.running(now).filter(delivered__lt=F("feed__version"), not_before__lte=now)
        return waiting.order_by("attempts", "not_before", "pk")


class HubSubscription(models.Model):
    """A program that is sent a feed until its lease ends. Nobody is shown the secret again."""

    feed = models.ForeignKey(WatchedFeed, models.CASCADE, related_name="subscriptions")
    callback = models.CharField(max_length=CALLBACK_LENGTH)
    # An index over the address itself would be longer than PostgreSQL takes.
    callback_hash = models.CharField(max_length=64, help_text="SHA-256 of the callback, hexadecimal.")
    host = models.CharField(max_length=260, db_index=True)
    secret = models.BinaryField(max_length=SECRET_BYTES, blank=True, default=b"")
    lease_until = models.DateTimeField(db_index=True)
    delivered = models.BigIntegerField(help_text="The version of the feed that it has.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Failed ones in a row.")
    not_before = models.DateTimeField(help_text="Of the next attempt; while a worker tries, when it counts as lost.")
    last_status = models.PositiveSmallIntegerField(default=0, help_text="0 when there was no answer.")
    created_at = models.DateTimeField()

    objects = HubSubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "callback_hash"], name="syndication_subscription_once")]

    def __str__(self) -> str:
        return f"{self.host} for {self.feed_id}"


class HubRequest(models.Model):
    """A wish to subscribe or to end that, until the callback has said that it is meant."""

    mode = models.CharField(max_length=11)
    path = models.CharField(max_length=160)
    callback = models.CharField(max_length=CALLBACK_LENGTH)
    callback_hash = models.CharField(max_length=64)
    host = models.CharField(max_length=260, db_index=True)
    secret = models.BinaryField(max_length=SECRET_BYTES, blank=True, default=b"")
    lease_s = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        # A newer wish takes the place of the older one.
        constraints = [models.UniqueConstraint(fields=["path", "callback_hash"], name="syndication_request_once")]

    def __str__(self) -> str:
        return f"{self.mode} from {self.host}"


class OutboxCursor(models.Model):
    """One row: feeds of every publication up to this position have been looked at."""

    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.position)
