"""A message as plain words, for channels that show a title, some text and a link."""

import hashlib

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffellauf.alerts.channels.webpush import texts
from staffellauf.alerts.models import Destination
from staffellauf.alerts.words import telling, tokens
from staffellauf.alerts.words.messages import Form, Item, Message

# No phone shows more of a title.
MAX_TITLE = 250
MAX_BODY = 2000
# What is shown of several; the rest is on the feed's page.
LINES = 12


def title(message: Message) -> str:
    return texts.cut(telling.title(message), MAX_TITLE)


def body(message: Message) -> str:
    """Of one what it says and why it comes; of several their titles."""
    if is_single(message):
        item = message.items[0]
        return "\n".join(filter(None, (texts.cut(item.body, MAX_BODY), capfirst(item.why))))
    lines = [f"• {texts.cut(item.title, MAX_TITLE)}" for item in message.items[:LINES]]
    more = max(message.total, len(message.items)) - len(lines)
    if more > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return "\n".join(lines)


def link(message: Message) -> str:
    """To the one, or to the feed's page."""
    return message.items[0].address if is_single(message) else feed(message.language)


def feed(language: str) -> str:
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{settings.PUBLIC_URL}{prefix}/mein/feed/"


def unfollow_link(destination: Destination, message: Message) -> str:
    """The page on which one tap ends the follow that brought the message; empty when there were several."""
    if not is_single(message) or is_trial(message):
        return ""
    topic_id = message.items[0].topic_id
    return tokens.address("unfollow", language=message.language, reader=destination.reader_id, topic=topic_id)


def unfollow_label(message: Message) -> str:
    return _("Stop following %(name)s") % {"name": texts.cut(message.items[0].topic_name, texts.MAX_NAME)}


def name(message: Message) -> str:
    """The same whenever the same is told, letters, digits and dashes only; a later edition has the same name."""
    if is_single(message):
        return texts.tag(message.items[0].key)
    return message.form.value + "-" + _digest(message.items)


def identity(message: Message) -> str:
    """As `name`, but of an edition."""
    return f"{name(message)}-{message.items[0].edition}" if is_single(message) else name(message)


def is_single(message: Message) -> bool:
    return message.form is Form.SINGLE or (len(message.items) == 1 and message.total <= 1)


def is_trial(message: Message) -> bool:
    return message.items[0].topic_id == 0


def _digest(items: tuple[Item, ...]) -> str:
    keys = " ".join(f"{item.key}/{item.edition}" for item in items)
    return hashlib.sha256(keys.encode("utf-8", "replace")).hexdigest()[:24]
