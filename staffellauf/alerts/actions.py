"""What readers do with their devices: register one, take it out, take it along, try it."""

import hashlib
import hmac
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.alerts import tasks
from staffellauf.alerts.channels.webpush import encryption, endpoints, vapid
from staffellauf.alerts.models import KEY_BYTES, SECRET_BYTES, PreparedKey, Subscription
from staffellauf.jobs import actions as jobs
from staffellauf.readers.models import Reader

# More browsers than anybody has, few enough that one reader is no load.
MAX_SUBSCRIPTIONS = 20
# The first that is found names the browser; most browsers also claim to be those further down.
BROWSERS = [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari")]  # fmt: skip
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux")]  # fmt: skip


class InvalidSubscription(Exception):
    """What the browser sent is no subscription that we can push to; the text says so in the reader's language."""


class UnknownServerKey(InvalidSubscription):
    """It was made with a key that we do not hold any more: the browser has to subscribe anew."""


class SwitchedOff(Exception):
    """Its reader switched the device off on another one."""


def subscribe(
    reader: Reader, endpoint: str, *, p256dh: str, auth: str, user_agent: str = "", server_key: str = "",
    is_visit: bool = False,
) -> Subscription:  # fmt: skip
    """Registers the browser for the reader, or brings its row up to date; safe to repeat on every visit.

    Keys are in base64url, as `PushSubscription.toJSON` has them; `server_key` is the one of ours that the browser
    subscribed with, empty for the present one. An endpoint that another reader registered moves only with the same
    secret, which that browser alone knows. Raises InvalidSubscription, and SwitchedOff when nobody asked for it
    (`is_visit`): the row is gone then.
    """
    keys = _checked_keys(p256dh, auth)
    fields: dict[str, Any] = {  # Any: columns of every kind
        "reader": reader,
        "endpoint": endpoint,
        "origin": _checked_origin(endpoint),
        "p256dh": keys[0],
        "auth": keys[1],
        "server_key_id": _checked_server_key(server_key),
        "device": device_label(user_agent),
        "gone_at": None,
        "is_switched_off": False,
        "bad_requests": 0,
    }
    if is_visit and _take_switched_off(reader, endpoint):
        raise SwitchedOff
    with transaction.atomic():
        # One reader registers one device at a time, so that the limit holds.
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        row = Subscription(endpoint_hash=endpoint_hash(endpoint), **fields)
        if not Subscription.objects.filter(endpoint_hash=row.endpoint_hash, reader=reader).exists():
            _check_room(reader)
            Subscription.objects.bulk_create([row], ignore_conflicts=True)
        known = Subscription.objects.select_for_update().get(endpoint_hash=row.endpoint_hash)
        if known.reader_id != reader.pk and not hmac.compare_digest(bytes(known.auth), keys[1]):
            raise InvalidSubscription(_("This device is registered for somebody else. Allow notifications anew."))
        if (bytes(known.p256dh), bytes(known.auth)) != keys:
            # Made for the keys of before: the browser could not read what is sealed with it.
            PreparedKey.objects.filter(pk=known.pk).delete()
        for name, value in fields.items():
            setattr(known, name, value)
        known.save()
        return known


def unsubscribe(reader: Reader, endpoint_or_id: str | int) -> bool:
    """Takes one of the reader's devices out: this one by its endpoint, any of them by id; False when there is none.

    Of one named by id a row stays that says so, or its next visit would bring it back.
    """
    own = Subscription.objects.filter(reader=reader)
    if isinstance(endpoint_or_id, str):
        return bool(own.filter(endpoint_hash=endpoint_hash(endpoint_or_id)).delete()[0])
    if not 0 < endpoint_or_id < 2**63:
        return False
    return bool(own.active().filter(pk=endpoint_or_id).update(gone_at=timezone.now(), is_switched_off=True))


def move_subscriptions(from_reader: Reader, to_reader: Reader) -> int:
    """A device without an account signs in: its subscriptions go along. Call before `readers.actions.merge`.

    Beyond the limit the oldest of the account make room. Comes back with how many moved.
    """
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=to_reader.pk)
        coming = list(Subscription.objects.active().filter(reader=from_reader).values_list("pk", flat=True))
        own = Subscription.objects.filter(reader=to_reader).order_by("-created_at", "-id")
        own.filter(gone_at__isnull=False).delete()
        surplus = list(own.values_list("pk", flat=True)[max(0, MAX_SUBSCRIPTIONS - len(coming)) :])
        Subscription.objects.filter(pk__in=surplus).delete()
        Subscription.objects.filter(pk__in=coming).update(reader=to_reader)
        return len(coming)


def test_push(reader: Reader) -> int:
    """Sends a test notification to the reader's devices, in the background; how many devices there are."""
    count = Subscription.objects.active().filter(reader=reader).count()
    if count:
        # At most one on its way: they go at the priority of everybody's alerts.
        jobs.enqueue_once(tasks.send_test, f"alerts.test.{reader.pk}", reader.pk)
    return count


def application_server_key() -> str:
    """Our public key in base64url, what a page hands to `pushManager.subscribe`."""
    return vapid.application_server_key()


def endpoint_hash(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode("utf-8", "replace")).hexdigest()


def device_label(user_agent: str) -> str:
    """Browser and system, so that a reader tells devices apart: "Firefox · Android"; empty for an unknown one."""
    shown = user_agent[:500]
    names = [next((name for mark, name in known if mark in shown), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in names if name)


def _take_switched_off(reader: Reader, endpoint: str) -> bool:
    own = Subscription.objects.filter(reader=reader, is_switched_off=True)
    return bool(own.filter(endpoint_hash=endpoint_hash(endpoint)).delete()[0])


def _checked_server_key(key: str) -> str:
    """The id of the key."""
    if not key:
        return vapid.signer().key_id
    try:
        key_id = vapid.id_of(vapid.unbase64url(key[:200]))
    except ValueError:
        key_id = ""
    if key_id not in vapid.known_key_ids():
        raise UnknownServerKey(
            _("This device was registered with a key that is no longer in use. Allow notifications anew.")
        )
    return key_id


def _checked_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    try:
        # Both are short; a megabyte of base64 is nobody's key.
        key, secret = (vapid.unbase64url(text[:200]) for text in (p256dh, auth))
    except ValueError:
        key = secret = b""
    if len(key) != KEY_BYTES or len(secret) != SECRET_BYTES or not encryption.is_public_key(key):
        raise InvalidSubscription(_("The browser's keys for notifications are incomplete. Allow notifications anew."))
    return key, secret


def _checked_origin(endpoint: str) -> str:
    try:
        return endpoints.parse(endpoint).origin
    except endpoints.InvalidEndpoint as error:
        raise InvalidSubscription(
            _("We cannot send notifications to this address: %(reason)s") % {"reason": error}
        ) from error


def _check_room(reader: Reader) -> None:
    gone = Subscription.objects.filter(reader=reader, gone_at__isnull=False)
    kept = gone.filter(is_switched_off=True).order_by("-gone_at").values_list("pk", flat=True)[:MAX_SUBSCRIPTIONS]
    gone.exclude(pk__in=list(kept)).delete()
    if Subscription.objects.active().filter(reader=reader).count() >= MAX_SUBSCRIPTIONS:
        raise InvalidSubscription(
            _("%(count)d devices are registered already. Remove one first.") % {"count": MAX_SUBSCRIPTIONS}
        )
