"""What a device gets: Declarative Web Push, which our service worker reads from the same fields.

https://w3c.github.io/push-api/#declarative-push-message: Safari shows it without any script, and its buttons open
their addresses; elsewhere sw.js shows it and does at once what the buttons say.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffellauf.alerts.words.messages import Item, Message

WEB_PUSH = 8030
# Firefox on Android takes 2,744 bytes in all; encoded and encrypted, this leaves room.
MAX_TEXT_BYTES = 1990
# Longer ones are cut before they are measured; no phone shows so much. What cannot give way later is short enough for
# the rest to fit, four bytes a character.
MAX_TITLE = 300
MAX_BODY = 2000
MAX_WHY = 110
MAX_NAME = 60
MAX_ADDRESS = 300
# What a phone shows of a group when it is opened up.
LINES = 6
MAX_LINE = 120
MAX_REPLACED = 20
# RFC 8030 section 5.4.
MAX_TOPIC = 32
# Short, and with letters and digits that nobody else's key has once the dash is gone.
PLAIN_KEY = re.compile(r"[A-Za-z]{1,20}-?[0-9]{1,12}")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")
TRIAL_TTL = timedelta(minutes=5)

Fields = dict[str, Any]  # Any: the members of a notification are texts, truth values, lists and objects.


@dataclass(frozen=True, slots=True)
class Push:
    """What every device gets, the same each time it is made for the same news."""

    text: bytes
    topic: str
    """RFC 8030 section 5.4: a newer message with the same topic replaces one that still waits at the service."""
    ttl: timedelta
    urgency: str = "high"


def article(
    item: Item, *, ttl: timedelta, is_silent: bool = False, language: str | None = None, again: str = ""
) -> Push:
    """One piece of news, or one release. A later edition makes itself heard though the first is still on the screen.

    The text says nothing of its reader, so that it is made once for all who follow the same topic. `again` names one
    wish to hear of it later: a device that showed the news before shows it once more.
    """
    with translation.override(language or settings.LANGUAGE_CODE):
        why = cut(item.why, MAX_WHY)
        data: Fields = {"id": tag(item.key), "edition": item.edition, "topic": item.topic_id, "because": why,
                        "at": stamp(item.at)}  # fmt: skip
        if item.article_id is not None:
            data["article"] = item.article_id
        if again:
            data["again"] = again
        fields: Fields = {"navigate": _address(item), "tag": data["id"], "silent": is_silent}
        if (item.edition > 1 or again) and not is_silent:
            fields["renotify"] = True
        fields |= {"actions": _actions(item), "data": data}
        text = _fitted(item.title, item.body, last=capfirst(why), fields=fields)
    return Push(text=text, topic=topic(item.key), ttl=ttl, urgency=urgency(is_silent=is_silent))


def group(message: Message, *, ttl: timedelta) -> Push:
    """Several at once, as one notification that takes the place of those it tells of; one alone comes as itself."""
    items = message.items
    if len(items) == 1 and message.total <= 1:
        return article(items[0], ttl=ttl, is_silent=message.is_silent, language=message.language)
    # The same as long as it begins with the same: one that grows takes its own place.
    name = "gruppe" + tag(items[-1].key)
    with translation.override(message.language):
        total = max(message.total, len(items))
        # Grows with each that is added, and with each that comes anew.
        edition = total + sum(item.edition - 1 for item in items)
        address = settings.PUBLIC_URL + reverse("feed")
        data = {"id": name, "edition": edition, "replaces": [tag(item.key) for item in items[:MAX_REPLACED]],
                "at": stamp(items[0].at)}  # fmt: skip
        fields = {
            "navigate": address, "tag": name, "silent": message.is_silent,
            "actions": [{"action": "open", "title": _("Read it"), "navigate": address}], "data": data,
        }  # fmt: skip
        lines = [cut(item.title, MAX_LINE) for item in items[:LINES]]
        more = total - len(lines)
        last = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more} if more else ""
        text = _fitted(_group_title(items, total), "\n".join(lines), last=last, fields=fields)
    return Push(text=text, topic=topic(name), ttl=ttl, urgency=urgency(is_silent=message.is_silent))


def trial(navigate: str, *, language: str | None = None) -> Push:
    """What a reader gets who wants to see whether it works."""
    fields: Fields = {"navigate": navigate, "tag": "probe", "silent": False, "renotify": True}
    with translation.override(language or settings.LANGUAGE_CODE):
        text = _fitted(_("Notifications work"), _("This is how news reaches you here."), last="", fields=fields)
    return Push(text=text, topic="probe", ttl=TRIAL_TTL)


def tag(key: str) -> str:
    """By which a device knows the news again: the key, or a digest of one that is long."""
    return key if PLAIN_KEY.fullmatch(key) else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:MAX_TOPIC]


def topic(key: str) -> str:
    """Of the header."""
    return tag(key).replace("-", "")


def urgency(*, is_silent: bool) -> str:
    """RFC 8030 section 5.3: `high` wakes a phone that saves its battery."""
    return "normal" if is_silent else "high"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def cut(text: str, length: int) -> str:
    """At most `length` characters and a sign that something is missing; ends at a word where there is one."""
    text = CONTROL.sub(" ", text)
    if len(text) <= length or not length:
        return text[:length]
    head = text[:length]
    words = re.match(r"(.+\S)\s+\S*$", head, flags=re.DOTALL)
    return f"{words[1]} …" if words else f"{head}…"


def _actions(item: Item) -> list[dict[str, str]]:
    """Titles are what the phone's buttons say. The addresses are pages that ask once more and know their reader by
    its cookie: no address in a push does anything by itself."""
    actions = [{"action": "open", "title": _("Read it"), "navigate": _address(item)}]
    if item.article_id is not None:
        later = settings.PUBLIC_URL + reverse("alert-later", args=[item.article_id])
        actions.append({"action": "later", "title": _("Later"), "navigate": later})
    unfollow = settings.PUBLIC_URL + reverse("alert-topic", args=[item.topic_id])
    actions.append({"action": "unfollow", "title": _("Stop following"), "navigate": unfollow})
    return actions


def _address(item: Item) -> str:
    return item.address if len(item.address) <= MAX_ADDRESS else settings.PUBLIC_URL + reverse("feed")


def _group_title(items: tuple[Item, ...], total: int) -> str:
    names = list(dict.fromkeys(cut(item.topic_name, MAX_NAME) for item in items))
    values: Fields = {"count": total, "name": names[0], "other": names[1] if len(names) > 1 else ""}
    if len(names) == 1:
        return _("%(count)d pieces of news about “%(name)s”") % values
    if len(names) == 2:
        return _("%(count)d pieces of news about “%(name)s” and “%(other)s”") % values
    return _("%(count)d pieces of news about “%(name)s”, “%(other)s” and more") % values


def _fitted(title: str, body: str, *, last: str, fields: Fields) -> bytes:
    """The message as JSON of at most MAX_TEXT_BYTES, `last` as the last line of its body. The body gives way first,
    then the title."""
    title, body = cut(title, MAX_TITLE), cut(body, MAX_BODY)
    language = translation.get_language() or settings.LANGUAGE_CODE

    def encoded(shown_title: str, shown_body: str) -> bytes:
        text = "\n".join(filter(None, (shown_body, last)))
        notification = {"title": shown_title, "body": text, "lang": language, "dir": "ltr", **fields}
        message = {"web_push": WEB_PUSH, "notification": notification}
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    return (
        _longest(len(body), lambda length: encoded(title, cut(body, length)))
        or _longest(len(title), lambda length: encoded(cut(title, length), ""))
        or encoded("", "")
    )


def _longest(length: int, encoded: Callable[[int], bytes]) -> bytes | None:
    """The longest that fits; None when not even nothing does."""
    whole = encoded(length)
    if len(whole) <= MAX_TEXT_BYTES:
        return whole
    best, low, high = None, 0, length - 1
    while low <= high:
        middle = (low + high) // 2
        text = encoded(middle)
        if len(text) <= MAX_TEXT_BYTES:
            best, low = text, middle + 1
        else:
            high = middle - 1
    return best
