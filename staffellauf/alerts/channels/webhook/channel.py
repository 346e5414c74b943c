"""Webhooks for programs, as https://www.standardwebhooks.com/ has them (docs/channels.md)."""

import base64
import hmac
import json
import time
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from staffellauf.alerts.channels import Outcome, plain, posting
from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Form, Item, Message
from staffellauf.common import sealing

NAME = "webhook"
LABEL = _("Webhook")
HINT = _("The address of your own program. It is sent JSON by POST, signed; the secret to check that is shown below.")
EXAMPLE = "https://example.org/hooks/news"
NEEDS_CONFIRMATION = False

PURPOSE = "alerts.webhook.secret"
# The specification's way to say "no more".
GONE = {410}
VERSION = 1


def normalized(address: str) -> str:
    return posting.checked(address)


def label(address: str) -> str:
    """The path may be a secret."""
    parts = urlsplit(address)
    return parts.netloc if parts.path in {"", "/"} and not parts.query else f"{parts.netloc}/…"


def secret(destination: Destination) -> str:
    """What messages to this destination are signed with. Who removes it and adds it anew gets another."""
    return "whsec_" + base64.b64encode(_key(destination)).decode()


def send(destination: Destination, address: str, message: Message) -> Outcome:
    identity, at = f"msg_{plain.identity(message)}", int(time.time())
    body = payload(message)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(_key(destination), identity, at=at, body=body),
    }
    return posting.post(address, body, headers=headers, gone=GONE)


def signature(key: bytes, identity: str, *, at: int, body: bytes) -> str:
    signed = hmac.digest(key, f"{identity}.{at}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(signed).decode()


def payload(message: Message) -> bytes:
    """The same bytes whenever the same is told."""
    said = {
        "type": kind(message),
        "version": VERSION,
        "timestamp": texts.stamp(message.items[0].at),
        "language": message.language,
        "data": {
            "total": max(message.total, len(message.items)),
            "since": texts.stamp(message.since) if message.since else None,
            "items": [_item(item) for item in message.items],
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def kind(message: Message) -> str:
    first = message.items[0]
    if plain.is_trial(message):
        return "alert.test"
    if message.form is Form.DIGEST:
        return "alert.digest"
    if not plain.is_single(message):
        return "alert.group"
    if first.article_id is None:
        return "alert.release"
    return "alert.article" if first.edition == 1 else "alert.article.updated"


# Any: JSON's values.
def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.key,
        "edition": item.edition,
        "title": item.title,
        "text": item.body,
        "url": item.address,
        "because": item.why,
        "topic": {"id": item.topic_id, "name": item.topic_name},
        "kicker": item.kicker,
        "article": item.article_id,
        "at": texts.stamp(item.at),
    }


def _key(destination: Destination) -> bytes:
    return sealing.mac(str(destination.pk), PURPOSE)
