"""The dry run: whom an article would alert if it went out now. Nothing is sent, nothing is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from staffellauf.alerts import channels
from staffellauf.alerts.channels.webpush import vapid
from staffellauf.alerts.models import Destination, Subscription
from staffellauf.newsroom import placing
from staffellauf.newsroom.models import Article, Fact
from staffellauf.readers import kinds
from staffellauf.readers.models import Follow


@dataclass(frozen=True, slots=True)
class Way:
    channel: str
    origin: str
    """Of web push, else empty."""
    count: int

    @property
    def name(self) -> str:
        return self.origin or channels.label_of(self.channel)


@dataclass(frozen=True, slots=True)
class Trial:
    readers: int
    """Who follow a topic of it: all of them have it in the feed."""
    wanting: int
    """Those of them whose follow wants this kind of news, and is not muted."""
    ways: tuple[Way, ...]
    """Their devices by push service, and their other destinations by channel."""
    title: str
    body: str
    is_silent: bool
    """The article is marked to alert nobody."""


def run(article: Article, *, now: datetime) -> Trial:
    """`article` as its latest revision has it. Facts count as they are now, accepted ones only."""
    topic_ids = list(placing.topic_weights(article))
    facts = Fact.objects.standing().filter(article=article.pk).values_list("kind", flat=True)
    kind = kinds.of_article(article, facts)
    follows = Follow.objects.filter(topic_id__in=topic_ids)
    wanting = follows.annotate(left=F("unwanted_kinds").bitand(int(kind))).filter(
        Q(muted_until=None) | Q(muted_until__lte=now), left__lt=int(kind)
    )
    return Trial(
        readers=_readers(follows),
        wanting=_readers(wanting),
        ways=tuple(_ways(wanting)),
        title=article.shown_headline,
        body=article.shown_deck,
        is_silent=article.is_quiet,
    )


def _readers(follows: QuerySet[Follow]) -> int:
    return follows.values("reader_id").distinct().count()


def _ways(wanting: QuerySet[Follow]) -> Iterable[Way]:
    theirs = Exists(wanting.filter(reader_id=OuterRef("reader_id")))
    devices = Subscription.objects.active().filter(theirs, server_key_id__in=vapid.known_key_ids())
    counted = devices.values("origin").annotate(count=Count("pk")).order_by("-count", "origin")
    for origin, count in counted.values_list("origin", "count"):
        yield Way("webpush", origin, count)
    others = Destination.objects.filter(theirs, confirmed_at__isnull=False, stopped_at=None).exclude(channel="webpush")
    for channel, count in others.values("channel").annotate(count=Count("pk")).values_list("channel", "count"):
        yield Way(channel, "", count)
