"""Keys made ahead, in idle time: what is left to do when news comes is to seal its text.

A key serves one message and is deleted in the transaction that claims its batch, before anything is sealed with it
(docs/decisions/0012-prepared-keys.md).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from staffellauf.alerts.channels.webpush import encryption
from staffellauf.alerts.channels.webpush.encryption import HEADER_SIZE_AND_KEY_LENGTH, LAST_RECORD
from staffellauf.alerts.models import PREPARED_BYTES, PreparedKey, Relay, Subscription

CONTENT_KEY = slice(0, 16)
NONCE = slice(16, 28)
SALT = slice(28, 44)
PUBLIC = slice(44, PREPARED_BYTES)
# Subscriptions that one call looks at to find some without a key: a few milliseconds.
LOOKED_AT = 2_000
# Nothing was missing: so long nobody asks whether there is a new relay or subscription, and so long nobody looks at
# all of them again when there is none (keys also go when a browser gets new ones).
ASK_EVERY = timedelta(seconds=20)
LOOK_AGAIN = timedelta(hours=1)


def make(p256dh: bytes, auth: bytes) -> bytes:
    """One message's material: 109 bytes. Raises ValueError for a public key that is no point on the curve."""
    return b"".join(encryption.derive(p256dh, auth))


def seal(text: bytes, material: bytes) -> bytes:
    """The body of the request. Never call it twice with the same material: AES-GCM with one nonce for two texts gives
    both away, and lets others forge."""
    sealed = AESGCM(material[CONTENT_KEY]).encrypt(material[NONCE], text + LAST_RECORD, None)
    return material[SALT] + HEADER_SIZE_AND_KEY_LENGTH + material[PUBLIC] + sealed


# One statement: who deletes a row has its key, and nobody waits for, or deadlocks with, somebody who is at the same.
CLAIM = """
DELETE FROM alerts_preparedkey WHERE subscription_id IN (
    SELECT subscription_id FROM alerts_preparedkey WHERE subscription_id IN ({ids}) {lock}
) RETURNING subscription_id, material
"""


def claim(subscription_ids: Sequence[int]) -> dict[int, bytes]:
    """Takes the keys out, by subscription; those that have none are absent. Call it in the transaction that claims the
    batch, and seal nothing before it is committed: when it fails the keys are still there, unused."""
    if not settings.PUSH_PREPARED or not subscription_ids:
        return {}
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    ids = ",".join(str(int(pk)) for pk in subscription_ids)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(ids=ids, lock=lock))
        return {pk: bytes(material) for pk, material in cursor.fetchall()}


def forget_all() -> int:
    """Deletes every key, for example after a backup was restored; how many there were. Nothing is lost by it."""
    return PreparedKey.objects.all().delete()[0]


def prepare_idle(limit: int, *, now: datetime) -> int:
    """Makes keys for up to `limit` subscriptions that have none; how many. Cheap when there is nothing to do, so it may
    be called whenever there is nothing better to do."""
    return _preparer.prepare(limit, now=now)


class Preparer:
    """Goes through the active subscriptions, a part with each call, and rests when none lacks a key."""

    def __init__(self) -> None:
        self.after_id = 0
        self.made = 0
        """In this round."""
        self.seen: tuple[int, int] | None = None
        """The newest relay and subscription when this round began."""
        self.rests_until: datetime | None = None
        self.looks_again_at: datetime | None = None

    def prepare(self, limit: int, *, now: datetime) -> int:
        if not settings.PUSH_PREPARED or self._is_resting(now):
            return 0
        if self.after_id == 0:
            self.seen, self.made = _newest(), 0
            # One that comes back gets a new one.
            PreparedKey.objects.filter(subscription__gone_at__isnull=False).delete()
        lacking = self._lacking(limit, now)
        made = _store([(pk, p256dh, auth, make(p256dh, auth)) for pk, p256dh, auth in _keys(lacking)])
        self.made += made
        return made

    def _is_resting(self, now: datetime) -> bool:
        if self.rests_until is None or self.looks_again_at is None or now >= self.looks_again_at:
            return False
        if now < self.rests_until:
            return True
        is_resting = _newest() == self.seen
        self.rests_until = now + ASK_EVERY if is_resting else None
        return is_resting

    def _lacking(self, limit: int, now: datetime) -> list[int]:
        """The next that have no key. At the end of a round that found none the rest begins."""
        active = Subscription.objects.active().filter(pk__gt=self.after_id).order_by("pk")
        has_key = Exists(PreparedKey.objects.filter(pk=OuterRef("pk")))
        rows = list(active.annotate(has_key=has_key).values_list("pk", "has_key")[:LOOKED_AT])
        lacking = [pk for pk, has in rows if not has]
        if len(lacking) > limit:
            lacking = lacking[:limit]
            self.after_id = lacking[-1]
        elif len(rows) == LOOKED_AT:
            self.after_id = rows[-1][0]
        else:
            self.after_id = 0
            if not self.made and not lacking:
                self.rests_until, self.looks_again_at = now + ASK_EVERY, now + LOOK_AGAIN
        return lacking


def _newest() -> tuple[int, int]:
    newest = [model.objects.aggregate(newest=Max("pk"))["newest"] or 0 for model in (Relay, Subscription)]
    return newest[0], newest[1]


def _keys(subscription_ids: list[int]) -> list[tuple[int, bytes, bytes]]:
    if not subscription_ids:
        return []
    rows = Subscription.objects.filter(pk__in=subscription_ids).values_list("pk", "p256dh", "auth")
    keys = [(pk, bytes(p256dh), bytes(auth)) for pk, p256dh, auth in rows]
    # None else is ever stored; a row that got in some other way must not stop the others.
    return [row for row in keys if encryption.is_public_key(row[1])]


def _store(made: list[tuple[int, bytes, bytes, bytes]]) -> int:
    """Without those whose browser got other keys while ours were made."""
    if not made:
        return 0
    with transaction.atomic():
        rows = Subscription.objects.active().select_for_update().filter(pk__in=[row[0] for row in made]).order_by("pk")
        present = {pk: (bytes(p256dh), bytes(auth)) for pk, p256dh, auth in rows.values_list("pk", "p256dh", "auth")}
        keys = [
            PreparedKey(subscription_id=pk, material=material)
            for pk, p256dh, auth, material in made
            if present.get(pk) == (p256dh, auth)
        ]
        PreparedKey.objects.bulk_create(keys, ignore_conflicts=True)
    return len(keys)


_preparer = Preparer()
