"""What came since a destination was told last, as one message; for a batch of destinations in a fixed number of
queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from staffellauf.alerts import releases
from staffellauf.alerts.deciding import audience, hours, wishes
from staffellauf.alerts.deciding.audience import Subject
from staffellauf.alerts.models import Calm, Destination, Occasion, Relay
from staffellauf.alerts.words import telling
from staffellauf.alerts.words.messages import Form, Item, Message
from staffellauf.catalogue.models import Release, Topic
from staffellauf.newsroom.models import Publication
from staffellauf.readers.models import Reader

# Two weekly digests: who was not told for longer finds it in the feed.
WINDOW = timedelta(days=15)
# Newest first; no newsroom publishes more within the window.
MOST_PUBLICATIONS = 3000
# More than anybody reads in a mail; the rest is counted.
MOST_ITEMS = 50

Brought = tuple[Subject, int]
"""With the topic that brought it."""


def gather(rows: Sequence[Destination], *, top: int, calms: Mapping[int, Calm], now: datetime) -> dict[int, Message]:
    """By the destination's id; one of which nothing is wanted is missing. The rows have their readers."""
    reader_ids = {row.reader_id for row in rows}
    subjects = [*_articles(rows, top=top, now=now), *_releases(rows, reader_ids, now=now)]
    subjects.sort(key=lambda subject: (subject.at, subject.key), reverse=True)
    wanted = wishes.wanted(subjects, reader_ids, now=now)
    brought = {
        row.pk: [(subject, ids[0]) for subject, ids in wanted.get(row.reader_id, ()) if is_new(subject, row)]
        for row in rows
    }
    words = Words(brought.values(), now=now)
    return {
        row.pk: message
        for row in rows
        if brought[row.pk] and (message := _message(row, brought[row.pk], words, calms=calms, now=now))
    }


def is_new(subject: Subject, row: Destination) -> bool:
    """Whether it came since the destination was told last."""
    if subject.position is not None:
        return subject.position > row.sent_up_to
    # By when it began: what is due at the very moment of a digest may begin a moment later.
    return subject.started_at >= (row.held_since or row.created_at)


def is_silent(calm: Calm, reader: Reader, *, now: datetime) -> bool:
    """A digest may be due in the night."""
    is_night = hours.night_end(calm, where=hours.zone(reader.time_zone), now=now) is not None
    return is_night and calm.night == Calm.Night.SILENT


class Words:
    """Items of what is told, each made once for all who are told it the same way."""

    def __init__(self, brought: Iterable[Sequence[Brought]], *, now: datetime) -> None:
        pairs = {pair for each in brought for pair in each[:MOST_ITEMS]}
        self.now = now
        self.told = telling.told_at({subject.position for subject, _ in pairs if subject.position is not None})
        self.topics = telling.topics_by_id({topic_id for _, topic_id in pairs})
        self.occasions = Occasion.objects.in_bulk({subject.occasion_id for subject, _ in pairs if subject.occasion_id})
        self.due: dict[int, list[Release]] = releases.of_all(self.occasions.values()) if self.occasions else {}
        self.items: dict[tuple[str, int, str], Item | None] = {}

    def of(self, subject: Subject, topic_id: int, *, language: str) -> Item | None:
        """None when it was taken back at this moment."""
        key = (subject.key, topic_id, language)
        if key not in self.items:
            topic = self.topics.get(topic_id)
            self.items[key] = self._made(subject, topic, language=language) if topic else None
        return self.items[key]

    def _made(self, subject: Subject, topic: Topic, *, language: str) -> Item | None:
        if subject.position is not None:
            told = self.told.get(subject.position)
            return telling.of_told(told, topic, language=language) if told else None
        occasion = self.occasions.get(subject.occasion_id or 0)
        due = self.due.get(subject.occasion_id or 0)
        if occasion is None or not due:
            return None
        return telling.of_occasion(occasion, topic, language=language, now=self.now, due=due)


def _articles(rows: Sequence[Destination], *, top: int, now: datetime) -> Iterable[Subject]:
    after = min(row.sent_up_to for row in rows)
    alerting = Publication.objects.filter(is_alerting=True, created_at__gt=now - WINDOW)
    found = alerting.filter(position__gt=after, position__lte=top).order_by("-position")
    return audience.of_publications(found[:MOST_PUBLICATIONS]).values()


def _releases(rows: Sequence[Destination], reader_ids: Iterable[int], *, now: datetime) -> Iterable[Subject]:
    since = max(now - WINDOW, min(row.held_since or row.created_at for row in rows))
    begun = Relay.objects.filter(started_at__gte=since, started_at__lt=now, occasion__isnull=False)
    theirs = begun.filter(occasion__topic__follows__reader__in=reader_ids).select_related("publication", "occasion")
    return audience.subjects_of(list(theirs.distinct())).values()


def _message(
    row: Destination, brought: Sequence[Brought], words: Words, *, calms: Mapping[int, Calm], now: datetime
) -> Message | None:
    language = row.reader.language
    items: list[Item] = []
    for subject, topic_id in brought[:MOST_ITEMS]:
        item = words.of(subject, topic_id, language=language)
        # A reminder and what it reminded of say the same by now.
        if item is not None and not any(item.title == other.title and item.at == other.at for other in items):
            items.append(item)
    if not items:
        return None
    form = Form.DIGEST if row.rhythm != Destination.Rhythm.AT_ONCE else None
    is_alone = len(items) == 1 and form is None
    return telling.message(
        items,
        form=form,
        total=len(items) + max(0, len(brought) - MOST_ITEMS),
        language=language,
        is_silent=is_silent(calms.get(row.reader_id, Calm()), row.reader, now=now),
        since=None if is_alone else row.held_since or row.created_at,
    )
