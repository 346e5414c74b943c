"""ntfy, on ntfy.sh or a server of one's own: https://docs.ntfy.sh/publish/#publish-as-json

Stored as "https://ntfy.sh/topic", followed by a token or user:password where the server wants one.
"""

import base64
import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staffellauf.alerts.channels import InvalidDestination, Outcome, plain, posting
from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words.messages import Message

NAME = "ntfy"
LABEL = "ntfy"
HINT = gettext_lazy(
    "The topic you subscribed to in the app, on ntfy.sh or on your own server. Choose one that nobody guesses: whoever "
    "knows it reads along. If your server wants an access token, put it behind a space."
)
EXAMPLE = "https://ntfy.sh/staffellauf-k3v9x2"
NEEDS_CONFIRMATION = False

SERVER = "ntfy.sh"
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
# The server's own pages.
RESERVED = {"docs", "static", "file", "app", "metadata", "account", "settings", "signup", "login", "v1"}
# A visible ASCII token, or user:password; what a header can hold.
SECRET = re.compile(r"[!-~]{1,200}")
SHOWN_OF_TOPIC = 3
# What is longer becomes a file to download.
MAX_MESSAGE_BYTES = 4000
LOW, DEFAULT = 2, 3


def normalized(address: str) -> str:
    url, secret = _parted(address)
    url = posting.checked(url)
    parts = urlsplit(url)
    topic = parts.path.strip("/")
    if not TOPIC.fullmatch(topic) or topic in RESERVED or parts.query:
        raise InvalidDestination(
            _("A topic has up to 64 letters, digits, dashes and underscores: %(example)s") % {"example": EXAMPLE}
        )
    if secret and not SECRET.fullmatch(secret):
        raise InvalidDestination(_("This is no access token."))
    return f"{posting.origin(url)}/{topic} {secret}".rstrip()


def label(address: str) -> str:
    """Whoever knows the topic reads along."""
    parts = urlsplit(address.partition(" ")[0])
    return f"{parts.netloc}/{parts.path.strip('/')[:SHOWN_OF_TOPIC]}…"


def send(destination: Destination, address: str, message: Message) -> Outcome:
    url, _space, secret = address.partition(" ")
    headers = {"Content-Type": "application/json"} | ({"Authorization": _authorization(secret)} if secret else {})
    body = json.dumps(_payload(destination, urlsplit(url).path.strip("/"), message), ensure_ascii=False)
    return posting.post(posting.origin(url) + "/", body.encode("utf-8", "replace"), headers=headers)


# Any: JSON's values.
def _payload(destination: Destination, topic: str, message: Message) -> dict[str, Any]:
    actions = [{"action": "view", "label": _("Read it"), "url": plain.link(message), "clear": True}]
    if unfollow := plain.unfollow_link(destination, message):
        actions.append({"action": "view", "label": plain.unfollow_label(message), "url": unfollow})
    return {
        "topic": topic,
        "title": plain.title(message),
        "message": _fitted(plain.body(message)) or plain.link(message),
        "click": plain.link(message),
        "priority": LOW if message.is_silent else DEFAULT,
        "actions": actions,
        # A later edition, and what a killed worker sent twice, takes the place of the first (ntfy 2.16 and later).
        "sequence_id": plain.name(message),
    }


def _fitted(text: str) -> str:
    """Its end gives way."""
    while len(text.encode("utf-8", "replace")) > MAX_MESSAGE_BYTES:
        text = texts.cut(text, len(text) * 9 // 10)
    return text


def _authorization(secret: str) -> str:
    if ":" in secret:
        return "Basic " + base64.b64encode(secret.encode()).decode()
    return f"Bearer {secret}"


def _parted(typed: str) -> tuple[str, str]:
    """Address and secret of what was typed: a topic, a link, ntfy's own ntfy://, a token in the place of a user name
    or behind a space."""
    url, _space, secret = typed.partition(" ")
    for scheme in ("ntfys://", "ntfy://"):
        if url.startswith(scheme):
            url = "https://" + url.removeprefix(scheme)
            url = url if "/" in url.removeprefix("https://").rstrip("/") else f"https://{SERVER}/{url[8:]}"
    if TOPIC.fullmatch(url):
        url = f"https://{SERVER}/{url}"
    if "://" not in url:
        url = f"https://{url}"
    user, at, rest = url.partition("://")[2].rpartition("@")
    if at and "/" not in user:
        url, secret = f"{url.partition('://')[0]}://{rest}", secret or unquote(user).removeprefix(":")
    return url, secret.strip()
