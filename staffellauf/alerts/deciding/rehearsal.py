"""What a reader would have got, had the present choices held last month. Read only; the decisions are those of `calm`.

Muting is left out: it is for a while, not for a month that is over. What nobody asked to be told of had no occasion, so
releases are those that somebody was told of.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db.models import Exists, OuterRef

from staffellauf.alerts.deciding import audience, calm, hours, wishes
from staffellauf.alerts.deciding.audience import TOGETHER, TOGETHER_AT_MOST, Subject
from staffellauf.alerts.deciding.calm import How
from staffellauf.alerts.deciding.wishes import Reason, Wish
from staffellauf.alerts.models import Calm, Destination, Occasion
from staffellauf.catalogue.models import Topic
from staffellauf.newsroom.models import Article, ArticleTopic, Publication
from staffellauf.readers import kinds
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow, Reader
from staffellauf.readers.watching import Watching

LOOKED_BACK = timedelta(days=30)
PUBLICATIONS_AT_MOST = 500
OCCASIONS_AT_MOST = 200


class Wait(Enum):
    """What an alert would have waited for."""

    NIGHT = auto()
    DIGEST = auto()
    REST = auto()
    """Of several within minutes, by a channel that cannot replace what it sent."""


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news, or one release."""

    at: datetime
    """When it was published, or due."""
    article: Article | None
    """With its lead topic, without its body."""
    occasion: Occasion | None
    """With its topic."""
    topics: tuple[Topic, ...]
    """Followed: those that would have brought it, else all that it is about; the strongest first."""
    how: How | None
    """None: not told."""
    comes_at: datetime | None
    """None when it does not."""
    wait: Wait | None = None
    """With How.HOLD."""
    group: int = 0
    """With How.GROUP: how many were told together, with this one."""
    is_silent: bool = False
    """At night, also together with others."""
    reason: Reason | None = None
    """Why it is not told: what speaks against the strongest of the topics."""
    kinds: NewsKind = audience.NOT_NEWS
    """With Reason.KIND: the kinds that are switched off."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    since: datetime
    told: list[Told]
    """Newest first."""
    counts: Counter[How | None]
    """None: not told."""
    alerts: int
    """How many would have been seen; what is told together counts once."""
    together: int
    """What came at once, in one alert with others; the first of them, too."""
    is_cut: bool
    """Whether there was more than is shown."""


def last_month(reader: Reader, *, now: datetime, channel: str = calm.PUSH, rhythm: str | None = None) -> Rehearsal:
    """By the reader's devices, as often as they tell now; another channel or rhythm when given. A bounded number of
    queries and rows."""
    since = now - LOOKED_BACK
    publications = _publications(reader, since=since, now=now)
    occasions = _occasions(reader, since=since, now=now)
    is_cut = len(publications) > PUBLICATIONS_AT_MOST or len(occasions) > OCCASIONS_AT_MOST
    shown = publications[:PUBLICATIONS_AT_MOST]
    due = {occasion.pk: occasion for occasion in occasions[:OCCASIONS_AT_MOST]}
    subjects = [*audience.of_publications(shown).values(), *audience.of_occasions(due.values()).values()]
    subjects.sort(key=lambda subject: (subject.at, subject.position or 0))
    play = _play(reader, subjects, due, channel=channel, rhythm=rhythm)
    told = [
        play.tell(replace(subject, earlier=_earlier(subject, subjects[max(0, index - TOGETHER_AT_MOST) : index])))
        for index, subject in enumerate(subjects)
        if not play.wishes.keys().isdisjoint(subject.topic_ids)
    ]
    at_once = _at_once(told)
    held = {one.comes_at for one in told if one.how is How.HOLD}
    together = sum(len(ones) for ones in at_once if len(ones) > 1)
    counts = Counter(one.how for one in told)
    return Rehearsal(since, told[::-1], counts, len(at_once) + len(held), together, is_cut)


def _publications(reader: Reader, *, since: datetime, now: datetime) -> list[Publication]:
    """Newest first, of what the reader follows."""
    followed = ArticleTopic.objects.filter(article=OuterRef("article"), topic__follows__reader=reader)
    alerting = Publication.objects.filter(Exists(followed), is_alerting=True, created_at__gt=since, created_at__lte=now)
    return list(alerting.order_by("-position")[: PUBLICATIONS_AT_MOST + 1])


def _occasions(reader: Reader, *, since: datetime, now: datetime) -> list[Occasion]:
    """Newest first, of the series of which the reader wants to be told of releases."""
    wanted = Follow.objects.exclude(releases=Follow.Releases.NONE).filter(reader=reader, topic=OuterRef("topic"))
    due = Occasion.objects.filter(Exists(wanted), due_at__gt=since, due_at__lte=now).select_related("topic")
    return list(due.order_by("-due_at", "-pk")[: OCCASIONS_AT_MOST + 1])


@dataclass(slots=True)
class Play:
    """The month again, from its beginning."""

    reader: Reader
    calm: Calm
    rhythm: str
    channel: str
    wishes: dict[int, Wish]
    seen: Watching
    articles: dict[int, Article]
    occasions: dict[int, Occasion]
    topics: dict[int, Topic]
    holds: datetime | None = None
    """Until when is held what came last."""

    def tell(self, subject: Subject) -> Told:
        brought = wishes.brought_by(subject, self.wishes, reader_id=self.reader.pk, seen=self.seen, now=subject.at)
        return self._told(subject, brought) if brought else self._not_told(subject)

    def _told(self, subject: Subject, brought: tuple[int, ...]) -> Told:
        where = hours.zone(self.reader.time_zone)
        night_end = hours.night_end(self.calm, where=where, now=subject.at)
        parts = calm.together(subject, self.wishes, brought, reader_id=self.reader.pk, seen=self.seen, now=subject.at)
        home = calm.Home(self.calm, self.reader.time_zone, holds=self._holds(subject.at))
        verdict = calm.verdict(
            brought, home, night_end=night_end, parts=parts, replaces=self.channel == calm.PUSH, now=subject.at
        )
        if verdict.until is not None:
            self.holds = verdict.until
        return Told(
            at=subject.at,
            article=self.articles.get(subject.article_id or 0),
            occasion=self.occasions.get(subject.occasion_id or 0),
            topics=self._topics(verdict.topic_ids),
            how=verdict.how,
            comes_at=verdict.until or subject.at,
            wait=self._wait(night_end) if verdict.how is How.HOLD else None,
            group=len(verdict.parts),
            is_silent=verdict.is_silent,
        )

    def _not_told(self, subject: Subject) -> Told:
        followed = [topic_id for topic_id in subject.topic_ids if topic_id in self.wishes]
        strongest = self.wishes[followed[0]]
        reason = wishes.objection(subject, strongest, reader_id=self.reader.pk, seen=self.seen, now=subject.at)
        off = subject.kinds & NewsKind(strongest.unwanted_kinds & kinds.ALL)
        return Told(
            at=subject.at,
            article=self.articles.get(subject.article_id or 0),
            occasion=self.occasions.get(subject.occasion_id or 0),
            topics=self._topics(followed),
            how=None,
            comes_at=None,
            reason=reason,
            kinds=off if reason is Reason.KIND else audience.NOT_NEWS,
        )

    def _holds(self, at: datetime) -> datetime | None:
        if self.rhythm != Destination.Rhythm.AT_ONCE:
            return hours.next_digest(self.calm, self.rhythm, where=hours.zone(self.reader.time_zone), now=at)
        return self.holds if self.holds is not None and self.holds > at else None

    def _wait(self, night_end: datetime | None) -> Wait:
        if self.rhythm != Destination.Rhythm.AT_ONCE:
            return Wait.DIGEST
        return Wait.NIGHT if night_end is not None and self.calm.night == Calm.Night.HOLD else Wait.REST

    def _topics(self, topic_ids: Iterable[int]) -> tuple[Topic, ...]:
        return tuple(self.topics[topic_id] for topic_id in topic_ids if topic_id in self.topics)


def _play(
    reader: Reader, subjects: Sequence[Subject], occasions: dict[int, Occasion], *, channel: str, rhythm: str | None
) -> Play:
    topic_ids = {topic_id for subject in subjects for topic_id in subject.topic_ids}
    own = wishes.of(topic_ids, [reader.pk]).get(reader.pk, {})
    own = {topic_id: wish._replace(muted_until=None) for topic_id, wish in own.items()}
    row = Destination.objects.filter(reader=reader, channel=channel, address_hash="").first()
    articles = Article.objects.select_related("lead_topic").defer("body", "search_text")
    return Play(
        reader=reader,
        calm=calm.of(reader),
        rhythm=rhythm or (row.rhythm if row else Destination.Rhythm.AT_ONCE),
        channel=channel,
        wishes=own,
        seen=wishes.watching_of({reader.pk: own}),
        articles=articles.in_bulk({subject.article_id for subject in subjects if subject.article_id}),
        occasions=occasions,
        topics=Topic.objects.only("kind", "name", "slug").in_bulk(own),
    )


def _earlier(subject: Subject, before: Sequence[Subject]) -> tuple[Subject, ...]:
    return tuple(other for other in before if other.started_at > subject.started_at - TOGETHER)


def _at_once(told: Iterable[Told]) -> list[list[Told]]:
    """The alerts that came at once, oldest first, each with what it told: one of several takes the place of those
    within TOGETHER before it."""
    alerts: list[list[Told]] = []
    for one in told:
        if one.how not in (How.NOW, How.SILENT, How.GROUP):
            continue
        ones = [one]
        while one.how is How.GROUP and alerts and alerts[-1][-1].at > one.at - TOGETHER:
            ones = alerts.pop() + ones
        alerts.append(ones)
    return alerts
