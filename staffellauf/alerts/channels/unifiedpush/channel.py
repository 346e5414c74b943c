"""UnifiedPush: the reader's own app, by the push server of the reader's choice (https://unifiedpush.org/spec/).

Stored as endpoint, public key, secret and the id of our key, with spaces between them. What the app decrypts is a
Declarative Web Push message, the same that browsers get. Apps without keys are refused: version 3 of the
specification has every message encrypted (RFC 8291), and a push server is a stranger.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffellauf.alerts.channels import InvalidDestination, Outcome, plain, posting
from staffellauf.alerts.channels.webpush import encryption, endpoints, texts, vapid
from staffellauf.alerts.models import KEY_BYTES, SECRET_BYTES, Destination
from staffellauf.alerts.words.messages import Message
from staffellauf.common import http

NAME = "unifiedpush"
LABEL = "UnifiedPush"
HINT = gettext_lazy(
    "What your app gives out after registering: endpoint, p256dh and auth with spaces between them, or its "
    "subscription as JSON."
)
EXAMPLE = "https://push.example.org/up…  BNcRd…  tBHI…"
NEEDS_CONFIRMATION = False

# The specification's limit.
ENDPOINT_LENGTH = 1000
# Over a weekend with the phone switched off.
TTL = timedelta(days=2)
DISCOVERY_BYTES = 4096
DISCOVERY_S = 5.0
GONE = {404, 410}


def normalized(address: str) -> str:
    endpoint, p256dh, auth = _parted(address)
    url = posting.checked(endpoint)
    if len(url) > ENDPOINT_LENGTH:
        raise InvalidDestination(_("The endpoint has more than 1,000 characters."))
    _check_keys(p256dh, auth)
    if not _is_push_server(url):
        raise InvalidDestination(_("No UnifiedPush server answers at this endpoint."))
    return f"{url} {p256dh.rstrip('=')} {auth.rstrip('=')} {vapid.signer().key_id}"


def label(address: str) -> str:
    return f"{urlsplit(address.partition(' ')[0]).netloc}/…"


def send(destination: Destination, address: str, message: Message) -> Outcome:
    endpoint, p256dh, auth, key_id = address.split(" ")
    push = _push(message)
    try:
        signer = vapid.signer_for(key_id)
    except KeyError:
        signer = vapid.signer()
    headers = {
        "TTL": str(int(push.ttl.total_seconds())),
        "Urgency": push.urgency,
        "Topic": push.topic,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Authorization": signer.authorization(posting.origin(endpoint), now=timezone.now()),
    }
    body = encryption.encrypt(push.text, vapid.unbase64url(p256dh), vapid.unbase64url(auth))
    return posting.post(endpoint, body, headers=headers, gone=GONE)


def _push(message: Message) -> texts.Push:
    if plain.is_trial(message):
        return texts.trial(message.items[0].address, language=message.language)
    return texts.group(message, ttl=TTL)


def _parted(typed: str) -> tuple[str, str, str]:
    words = typed.split()
    if typed.startswith("{"):
        try:
            # Any: somebody's JSON.
            said: Any = json.loads(typed)
            words = [said["endpoint"], said["keys"]["p256dh"], said["keys"]["auth"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            words = []
    if len(words) != 3 or not all(isinstance(word, str) for word in words):
        raise InvalidDestination(
            _("An endpoint alone is not enough: without the app's keys (p256dh and auth) its push server reads along.")
        )
    return words[0], words[1], words[2]


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        key, secret = (vapid.unbase64url(text[:200]) for text in (p256dh, auth))
    except ValueError:
        key = secret = b""
    if len(key) != KEY_BYTES or len(secret) != SECRET_BYTES or not encryption.is_public_key(key):
        raise InvalidDestination(_("The app's keys are incomplete: p256dh has 87 characters, auth has 22."))


def _is_push_server(url: str) -> bool:
    """Whether it says so (https://unifiedpush.org/spec/server/#discovery), or is a browser's push service, which apps
    such as Sunup use and which says nothing."""
    if endpoints.is_push_service(urlsplit(url).hostname or ""):
        return True
    try:
        answer = http.fetch(
            url,
            max_bytes=DISCOVERY_BYTES,
            timeout_s=DISCOVERY_S,
            is_local_allowed=settings.ALERTS_ALLOW_LOCAL,
            follows_redirects=False,
        )
        return answer.status == 200 and json.loads(answer.body)["unifiedpush"]["version"] == 1
    except (http.FetchFailed, ValueError, KeyError, TypeError, RecursionError):
        return False
