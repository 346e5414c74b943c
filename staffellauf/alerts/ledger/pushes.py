"""What devices get of one relay: made once for all who are told the same."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from staffellauf.alerts.channels.webpush import answers, texts, vapid
from staffellauf.alerts.channels.webpush.texts import Push
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.deciding.calm import How, Verdict
from staffellauf.alerts.ledger.batches import Delivery
from staffellauf.alerts.words import telling
from staffellauf.alerts.words.messages import Form, Item

# By the relay that a part comes from, the topic that brought it, and the language.
PartKey = tuple[int | None, int, str]
PushKey = tuple[tuple[tuple[int | None, int], ...], bool, str]


class Pushes:
    """Kept for a moment only: an article that is changed or withdrawn meanwhile shall not go on as it was."""

    def __init__(self, subject: Subject, *, ttl: timedelta, now: datetime) -> None:
        self.subject = subject
        self.ttl = ttl
        self.now = now
        self.items: dict[PartKey, Item | None] = {}
        self.pushes: dict[PushKey, Push | None] = {}
        self.headers: dict[tuple[int, str, str], list[str]] = {}

    def read(self, wanted: Iterable[tuple[Verdict, str]]) -> None:
        """Reads what these readers, each with a language, will be told: a fixed number of queries for each part."""
        missing: dict[tuple[int | None, str], tuple[Subject, set[int]]] = {}
        for verdict, language in wanted:
            for subject, topic_id in self._parts(verdict):
                if (subject.relay_id, topic_id, language) not in self.items:
                    missing.setdefault((subject.relay_id, language), (subject, set()))[1].add(topic_id)
        for (relay_id, language), (subject, topic_ids) in missing.items():
            found = telling.items(subject, topic_ids, language=language, now=self.now)
            for topic_id in topic_ids:
                self.items[relay_id, topic_id, language] = found.get(topic_id)

    def of(self, verdict: Verdict, language: str) -> Push | None:
        """None when there is nothing to tell any more."""
        parts = self._parts(verdict)
        key = (tuple((subject.relay_id, topic_id) for subject, topic_id in parts), verdict.is_silent, language)
        if key not in self.pushes:
            found = [self.items.get((relay_id, topic_id, language)) for relay_id, topic_id in key[0]]
            self.pushes[key] = self._made([item for item in found if item], verdict, language)
        return self.pushes[key]

    def _made(self, items: list[Item], verdict: Verdict, language: str) -> Push | None:
        if not items:
            return None
        if verdict.how is not How.GROUP:
            return texts.article(items[0], ttl=self.ttl, is_silent=verdict.is_silent, language=language)
        message = telling.message(items, form=Form.GROUP, language=language, is_silent=verdict.is_silent)
        return texts.group(message, ttl=self.ttl)

    def address(self, delivery: Delivery, verdict: Verdict) -> bool:
        """Puts words and headers to it; False when there is nothing to tell."""
        if verdict.how is How.HOLD:
            delivery.outcome = answers.HELD
            return True
        push = delivery.push = self.of(verdict, delivery.language)
        if push is None:
            return False
        origin = delivery.claim.origin
        try:
            delivery.headers = self.headers_of(push, origin, delivery.key_id)
        except KeyError:
            delivery.outcome = answers.Outcome(answers.Kind.FAILED, text="made with a push key that we hold no more")
        return True

    def headers_of(self, push: Push, origin: str, key_id: str) -> list[str]:
        """The same list for all messages that have the same. Raises KeyError for a push key that we do not hold."""
        key = (id(push), origin, key_id)
        if key not in self.headers:
            self.headers[key] = headers(push, origin, key_id, now=self.now)
        return self.headers[key]

    def _parts(self, verdict: Verdict) -> tuple[tuple[Subject, int], ...]:
        return verdict.parts if verdict.how is How.GROUP else ((self.subject, verdict.topic_ids[0]),)


def headers(push: Push, origin: str, key_id: str, *, now: datetime) -> list[str]:
    """RFC 8030 section 5, RFC 8188, RFC 8292."""
    lines = [
        f"TTL: {max(0, int(push.ttl.total_seconds()))}",
        f"Urgency: {push.urgency}",
        f"Topic: {push.topic}",
        "Content-Encoding: aes128gcm",
        # Without a value: none is sent, where libcurl would add its own.
        "Content-Type:",
        "Accept:",
        f"Authorization: {vapid.signer_for(key_id).authorization(origin, now=now)}",
    ]
    if origin.endswith(".notify.windows.com"):
        lines.append("X-WNS-Cache-Policy: cache")  # It must agree with a TTL above 0.
    return lines
