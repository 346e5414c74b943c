"""Web push: what a device is told about an article, and what a push service's answer means."""

import email.utils
import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from staffellauf.alerts.channels.webpush import encryption, endpoints, sender, texts, vapid
from staffellauf.alerts.channels.webpush.endpoints import Endpoint
from staffellauf.alerts.channels.webpush.sender import Answer, Request
from staffellauf.alerts.channels.webpush.texts import Push
from staffellauf.alerts.models import Subscription
from staffellauf.newsroom.models import Article, Note

logger = logging.getLogger(__name__)

# Declarative Web Push: Safari shows it without the service worker, which reads the same fields elsewhere.
WEB_PUSH = 8030
# Firefox on Android takes 2,744 bytes in all; encoded and encrypted, this leaves room.
MAX_TEXT_BYTES = 1990
# A service that names a longer time, or none that we understand, is asked again sooner.
MAX_RETRY_AFTER_S = 6 * 3600.0
# Our signature was not taken: only the operator can mend that, so there is no hurry.
REFUSED = {401, 403}
REFUSED_WAIT_S = 600.0
# Of the wait, so that those put off together do not come back together.
JITTER = 0.2


class Kind(Enum):
    ACCEPTED = auto()
    GONE = auto()
    """The subscription is over (RFC 8030 section 7.3)."""
    BAD = auto()
    """400: the service cannot read the request, perhaps because of this subscription."""
    FAILED = auto()
    """For good, and not the subscription's fault."""
    LATER = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    subscription: Subscription
    kind: Kind
    status: int
    wait_s: float | None = None
    """With LATER: what the service asked for; None leaves it to us."""
    text: str = ""
    is_sent: bool = True
    """False when nothing left this house."""


Lanes = dict[Endpoint, list[Subscription]]


def article_push(article: Article, *, ttl: timedelta, edition: int = 1, note: Note | None = None) -> Push:
    """A later edition says that it is one, and what its note says; on the phone it takes the place of the first."""
    with translation.override(settings.LANGUAGE_CODE):
        navigate = settings.PUBLIC_URL + article.get_absolute_url()
        title, body = article.shown_headline, article.shown_deck
        if edition > 1:
            is_correction = note is not None and note.kind == Note.Kind.CORRECTION
            words = _("Correction: %(headline)s") if is_correction else _("Update: %(headline)s")
            title = words % {"headline": title}
            # What has changed may give away what the headline does not.
            body = note.text if note and not article.is_spoiler else body
    text = notification(title, body, navigate=navigate, tag=f"meldung-{article.pk}", renotify=edition > 1)
    return Push(text=text, topic=f"meldung{article.pk}", ttl=ttl)


def trial_push(navigate: str) -> Push:
    """What a reader gets who wants to see whether it works."""
    return texts.trial(navigate)


def notification(title: str, body: str, *, navigate: str, tag: str, renotify: bool = False) -> bytes:
    """The message as JSON; a body too long for one push ends at a word. With `renotify`, the phone makes itself heard
    though it shows a message with this tag already."""

    def encoded(shown: str) -> bytes:
        fields = {
            "title": title, "body": shown, "navigate": navigate, "lang": settings.LANGUAGE_CODE, "dir": "ltr",
            "tag": tag, "silent": False,
        } | ({"renotify": True} if renotify else {})  # fmt: skip
        message = {"web_push": WEB_PUSH, "notification": fields}
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    words = body.split()
    shown = body
    while words and len(encoded(shown)) > MAX_TEXT_BYTES:
        words.pop()
        shown = " ".join([*words, "…"])
    return encoded(shown)


def deliver(
    push: Push, subscriptions: Iterable[Subscription], *, now: datetime, paused: Collection[str] = ()
) -> Iterator[Outcome]:
    """One outcome for each subscription. `paused` origins are not asked: their outcomes are LATER without a wait."""
    until = time.monotonic() + sender.STARTING_S
    due: Lanes = defaultdict(list)
    for subscription in subscriptions:
        try:
            endpoint = endpoints.parse(subscription.endpoint)
        except endpoints.InvalidEndpoint as error:
            yield _not_ours(subscription, str(error))
            continue
        if endpoint.origin in paused:
            yield _later(subscription, Answer(0, is_sent=False))
        else:
            due[endpoint].append(subscription)
    refused: Lanes = defaultdict(list)
    for endpoint, subscription, answer in _send(push, due, now=now, until=until):
        if answer.status in REFUSED:
            refused[endpoint].append(subscription)
        else:
            yield outcome(subscription, answer, now=now)
    # Perhaps our clock was wrong when the token was signed: once more with a fresh one.
    for endpoint in refused:
        vapid.signer().forget(endpoint.origin)
    for _endpoint, subscription, answer in _send(push, refused, now=now, until=until):
        yield outcome(subscription, answer, now=now)


def outcome(subscription: Subscription, answer: Answer, *, now: datetime) -> Outcome:
    """What the answer means: RFC 8030 sections 5 to 7, RFC 8292 section 4, and the services' own papers."""
    if answer.is_accepted:
        return Outcome(subscription, Kind.ACCEPTED, answer.status)
    if answer.status in {404, 410}:
        return Outcome(subscription, Kind.GONE, answer.status)
    if answer.status in REFUSED:
        return _later(subscription, answer, wait_s=jittered(REFUSED_WAIT_S))
    if answer.is_trouble:
        return _later(subscription, answer, wait_s=retry_after_s(answer.retry_after, now=now))
    if answer.status == sender.NOT_OURS:
        return _not_ours(subscription, answer.text)
    if answer.status == 413:
        logger.error("%s takes no message of this size: %s", subscription.origin, answer.text)
    kind = Kind.BAD if answer.status == 400 else Kind.FAILED
    return Outcome(subscription, kind, answer.status, text=answer.text)


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """`Retry-After` (RFC 9110 section 10.2.3), seconds or a date, capped and with jitter; None when it says nothing."""
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    else:
        try:
            at = email.utils.parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError):
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return jittered(min(max(seconds, 1.0), MAX_RETRY_AFTER_S))


def jittered(wait_s: float) -> float:
    return wait_s + random.uniform(0, JITTER * wait_s)


def _later(subscription: Subscription, answer: Answer, *, wait_s: float | None = None) -> Outcome:
    return Outcome(subscription, Kind.LATER, answer.status, wait_s, answer.text, is_sent=answer.is_sent)


def _not_ours(subscription: Subscription, reason: str) -> Outcome:
    # Not the subscription's end: the name may be back at its owner's tomorrow, or the operator's list complete.
    logger.warning("Not pushing to %s: %s", subscription.origin, reason)
    return Outcome(subscription, Kind.FAILED, 0, text=reason, is_sent=False)


def _send(push: Push, due: Lanes, *, now: datetime, until: float) -> Iterator[tuple[Endpoint, Subscription, Answer]]:
    return sender.of_this_process().send(due, _preparer(push, now), until=until)


def _preparer(push: Push, now: datetime) -> Callable[[Subscription], Request]:
    signer = vapid.signer()
    fixed = [
        f"TTL: {max(0, int(push.ttl.total_seconds()))}",
        f"Urgency: {push.urgency}",
        f"Topic: {push.topic}",
        "Content-Encoding: aes128gcm",
        "Content-Type: application/octet-stream",
        "Expect:",
    ]

    def prepare(subscription: Subscription) -> Request:
        headers = [*fixed, f"Authorization: {signer.authorization(subscription.origin, now=now)}"]
        if subscription.origin.endswith(".notify.windows.com"):
            headers.append("X-WNS-Cache-Policy: cache")  # It must agree with a TTL above 0.
        body = encryption.encrypt(push.text, bytes(subscription.p256dh), bytes(subscription.auth))
        return Request(subscription.endpoint, headers, body)

    return prepare
