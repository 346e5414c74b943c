"""Who may be told of a relay: what it is about, and who follows that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from staffellauf.alerts import releases
from staffellauf.alerts.models import Destination, Occasion, Relay
from staffellauf.catalogue import premieres
from staffellauf.catalogue.models import Release
from staffellauf.newsroom.models import Article, ArticleTopic, Fact, Publication, Weight
from staffellauf.newsroom.models import Subject as Placing
from staffellauf.readers import kinds
from staffellauf.readers.kinds import NewsKind
from staffellauf.readers.models import Follow
from staffellauf.readers.watching import Place

# Alerts of one reader within this time become one.
TOGETHER = timedelta(minutes=10)
# More relays within that time than any newsroom has; only a backlog would.
TOGETHER_AT_MOST = 50
STRONGEST_FIRST = (Weight.MAIN, Weight.MENTIONED, Weight.INHERITED)
# A season's first episodes are one occasion, for those who want each episode as well.
WANTED_BY: Mapping[str, tuple[str, ...]] = {
    Occasion.Kind.EPISODES: (Follow.Releases.EPISODES,),
    Occasion.Kind.SEASON: (Follow.Releases.SEASONS, Follow.Releases.EPISODES),
    Occasion.Kind.COMPLETE: (Follow.Releases.COMPLETE,),
}
NOT_NEWS = NewsKind(0)


@dataclass(frozen=True, slots=True)
class Subject:
    """What readers are told of: an article in one edition, or an occasion."""

    relay_id: int | None
    """None when it is only rehearsed."""
    topic_ids: tuple[int, ...]
    """The strongest first."""
    key: str
    """As messages.Item has it."""
    at: datetime
    """When it was published, or is due."""
    started_at: datetime
    """When it began to be told; a worker that was away begins late."""
    kinds: NewsKind = NOT_NEWS
    """Of an article."""
    position: int | None = None
    article_id: int | None = None
    occasion_id: int | None = None
    occasion_kind: str = ""
    lead: int = 0
    series_id: int | None = None
    """Of an occasion."""
    begins_with: Place | None = None
    """The first episode of an occasion. Who saw all before it is caught up."""
    earlier: tuple["Subject", ...] = ()
    """What began to be told within TOGETHER before it, oldest first."""


def subject_of(relay: Relay) -> Subject | None:
    """None when there is nothing to tell any more: the article was withdrawn, or a later edition tells the same
    readers; the releases are gone. A fixed number of queries."""
    near = Relay.objects.filter(pk__lt=relay.pk).order_by("-pk")
    earlier = [
        other
        for other in near.select_related("publication", "occasion")[:TOGETHER_AT_MOST]
        if other.started_at > relay.started_at - TOGETHER and other.expires_at > other.started_at
    ]
    made = subjects_of([relay, *earlier])
    subject = made.get(relay.pk)
    if subject is None:
        return None
    return replace(subject, earlier=tuple(made[other.pk] for other in reversed(earlier) if other.pk in made))


def subjects_of(relays: Sequence[Relay]) -> dict[int, Subject]:
    """By the relay's id, each without those before it; without relays that tell nothing."""
    publications = {relay.pk: relay.publication for relay in relays if relay.publication}
    occasions = {relay.pk: relay.occasion for relay in relays if relay.occasion}
    articles = of_publications(publications.values()) if publications else {}
    due = of_occasions(occasions.values()) if occasions else {}
    made: dict[int, Subject] = {}
    for relay in relays:
        subject = articles.get(relay.publication_id or 0) or due.get(relay.occasion_id or 0)
        if subject is not None:
            made[relay.pk] = replace(subject, relay_id=relay.pk, started_at=relay.started_at)
    return made


def of_publications(publications: Iterable[Publication]) -> dict[int, Subject]:
    """By the publication's id, of those that are still to be read and no later edition tells; four queries."""
    told = {publication.pk: publication for publication in publications}
    later = Publication.objects.filter(article=OuterRef("article"), edition__gt=OuterRef("edition"), is_alerting=True)
    live = Publication.objects.filter(~Exists(later), pk__in=told, article__in=Article.objects.published())
    current = set(live.values_list("pk", flat=True))
    ids = [publication.article_id for publication in told.values() if publication.pk in current]
    articles = Article.objects.only("kind", "lead_topic_id").in_bulk(ids)
    topics, facts = _topics(articles), _fact_kinds(ids)
    return {
        pk: Subject(
            relay_id=None,
            topic_ids=topics[publication.article_id],
            key=f"meldung-{publication.article_id}",
            at=publication.created_at,
            started_at=publication.created_at,
            kinds=kinds.of_article(articles[publication.article_id], facts[publication.article_id]),
            position=publication.position,
            article_id=publication.article_id,
        )
        for pk, publication in told.items()
        if pk in current and publication.article_id in articles
    }


def following(subject: Subject) -> QuerySet[Follow]:
    """The follows that may bring it: coarse, without what depends on the moment or on progress."""
    follows = Follow.objects.filter(topic_id__in=subject.topic_ids)
    if subject.occasion_kind:
        follows = follows.filter(releases__in=WANTED_BY[subject.occasion_kind])
        return follows.alias(asked=F("leads").bitand(subject.lead)).filter(asked__gt=0)
    # Of the article's kinds, those that the follow does without: fewer than all of them.
    mask = int(subject.kinds)
    return follows.alias(unwanted=F("unwanted_kinds").bitand(mask)).filter(unwanted__lt=mask)


def destinations(subject: Subject, channel: str) -> QuerySet[Destination]:
    """Those of one other channel that hear at once of it; what digests tell is read when they are due."""
    found = Destination.objects.filter(
        Exists(following(subject).filter(reader_id=OuterRef("reader_id"))),
        channel=channel,
        rhythm=Destination.Rhythm.AT_ONCE,
        confirmed_at__isnull=False,
        stopped_at__isnull=True,
    )
    if subject.position is None:
        return found
    # Not told yet, in a digest or in the morning. What was held only since a later moment does not count.
    later = Q(held_since__gt=subject.at, confirmed_at__lte=subject.at)
    return found.filter(Q(sent_up_to__lt=subject.position) | later)


def _topics(articles: Mapping[int, Article]) -> dict[int, tuple[int, ...]]:
    """By the article's id, the strongest first, and within a weight as the editor put them."""
    named = Placing.objects.filter(article_id=OuterRef("article_id"), topic_id=OuterRef("topic_id"))
    rows = ArticleTopic.objects.filter(article__in=articles).annotate(place=Subquery(named.values("sort_order")[:1]))

    # Any: the annotation is unknown to the checker.
    def rank(row: Any) -> tuple[int, bool, bool, int, int]:
        is_lead = row.topic_id == articles[row.article_id].lead_topic_id
        weight = STRONGEST_FIRST.index(Weight(row.kind))
        return weight, not is_lead, row.place is None, row.place or 0, row.topic_id

    found: dict[int, list[int]] = defaultdict(list)
    for row in sorted(rows, key=rank):
        found[row.article_id].append(row.topic_id)
    return {pk: tuple(found[pk]) for pk in articles}


def _fact_kinds(article_ids: Sequence[int]) -> dict[int, list[str]]:
    """What readers may see of the articles' facts, without those that the same article replaced: what another one
    reported later does not change what this one told."""
    facts = Fact.objects.public().filter(article__in=article_ids)
    replaced = Fact.objects.public().filter(supersedes=OuterRef("pk"), article_id=OuterRef("article_id"))
    found: dict[int, list[str]] = defaultdict(list)
    for article_id, kind in facts.filter(~Exists(replaced)).values_list("article_id", "kind"):
        found[article_id].append(kind)
    return found


def of_occasions(occasions: Iterable[Occasion]) -> dict[int, Subject]:
    """By the occasion's id, of those whose date still stands; two queries."""
    told = {occasion.pk: occasion for occasion in occasions}
    made: dict[int, Subject] = {}
    for pk, due in releases.of_all(told.values()).items():
        if not due:
            continue
        occasion = told[pk]
        season, episode = min(map(_place, due))
        made[pk] = Subject(
            relay_id=None,
            topic_ids=(occasion.topic_id,),
            key=f"premiere-{pk}",
            at=occasion.due_at,
            started_at=occasion.due_at,
            occasion_id=pk,
            occasion_kind=occasion.kind,
            lead=occasion.lead,
            series_id=occasion.topic_id,
            begins_with=(season, 0 if occasion.kind == Occasion.Kind.COMPLETE else episode),
        )
    return made


def _place(release: Release) -> Place:
    """A release of the whole series begins with its first season."""
    season = premieres.season_of(release)
    number = release.episode.number if release.episode else None
    return season.number if season else 1, number or 0
