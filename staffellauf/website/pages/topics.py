"""The pages of what can be followed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import gettext as _

from staffellauf.catalogue.models import (
    Credit,
    Episode,
    Franchise,
    Organisation,
    Person,
    Relation,
    Role,
    Season,
    Series,
    Topic,
    TopicKind,
    Work,
)
from staffellauf.newsroom.models import Article
from staffellauf.readers.models import Reader
from staffellauf.website import pictures, structured
from staffellauf.website.pages.bell import Bell, is_following

NEWS = 6
CAST_SHOWN = 12
MODELS: dict[str, type[Topic]] = {
    TopicKind.SERIES: Series,
    TopicKind.PERSON: Person,
    TopicKind.FRANCHISE: Franchise,
    TopicKind.ORGANISATION: Organisation,
}


def find(kind: str, slug: str, *, reader: Reader | None = None) -> Topic | None:
    """The topic as its own model, by the slug it has or once had (then its `slug` differs), with `is_followed`."""
    topics = MODELS[kind].objects.annotate(is_followed=is_following(reader))
    return topics.filter(slug=slug).first() or topics.filter(former_slugs__kind=kind, former_slugs__slug=slug).first()


def news(topic: Topic) -> list[Article]:
    return pictures.with_renditions(Article.objects.published().about(topic).for_cards()[: NEWS + 1])


def bell(topic: Topic) -> Bell:
    """Of a topic that `find` found."""
    return Bell(topic, getattr(topic, "is_followed"))  # noqa: B009  # an annotation, unknown to the checker


@dataclass(frozen=True, slots=True)
class CastLine:
    role: Role
    seasons: str
    """Such as "1–3, 5"; empty when not known."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    people: list[Person]


@dataclass(frozen=True, slots=True)
class Kin:
    """A line of the family tree."""

    series: Series
    label: str
    """How it comes from the line above it, such as "spin-off of"; empty for the first."""
    parent: str
    depth: int
    is_self: bool


@dataclass(frozen=True, slots=True)
class SeasonBlock:
    number: int
    name: str
    start_year: int | None
    shown_episodes: list[Episode]
    episode_count: int | None
    is_open: bool

    @property
    def shown_count(self) -> int:
        return self.episode_count or len(self.shown_episodes)


@dataclass(frozen=True, slots=True)
class SeriesPage:
    series: Series
    shown_original: str
    """The original title where it says something new."""
    bell: Bell
    articles: list[Article]
    has_more_articles: bool
    seasons: list[SeasonBlock]
    """Newest first."""
    season_count: int
    """Without the specials."""
    cast: list[CastLine]
    cast_size: int
    jobs: list[Job]
    family: list[Kin]
    """From the series that everything comes from down to the youngest; empty when it stands alone."""
    works: list[Work]
    organisations: list[Topic]
    franchises: list[Topic]
    data: dict[str, Any]

    @classmethod
    def load(cls, series: Series) -> Self:
        articles = news(series)
        seasons = list(series.seasons.order_by("-number").prefetch_related("episodes"))
        original = series.original_title
        lines = cast(series)
        relations = list(related(series))
        belongs = list(Topic.objects.filter(Q(organisation__series=series) | Q(franchise__series=series)).distinct())
        return cls(
            series=series,
            shown_original=original if original != series.name else "",
            bell=bell(series),
            articles=articles[:NEWS],
            has_more_articles=len(articles) > NEWS,
            seasons=season_blocks(seasons),
            season_count=sum(season.number > 0 for season in seasons),
            cast=lines[:CAST_SHOWN],
            cast_size=len(lines),
            jobs=jobs(series),
            family=family(series, relations),
            works=[r.to_work for r in relations if r.to_work and r.series_id == series.pk],
            organisations=[topic for topic in belongs if topic.kind == TopicKind.ORGANISATION],
            franchises=[topic for topic in belongs if topic.kind == TopicKind.FRANCHISE],
            data=structured.tv_series(series),
        )


def season_blocks(seasons: list[Season]) -> list[SeasonBlock]:
    """The first one of which episodes are known is open."""
    first = next((season for season in seasons if season.episodes.all()), None)
    return [
        SeasonBlock(
            season.number, season.name, season.start_year, list(season.episodes.all()), season.episode_count,
            is_open=season is first,
        )
        for season in seasons
    ]  # fmt: skip


def related(series: Series) -> Iterable[Relation]:
    """The relations of the series, and those among the series it shares a franchise with."""
    shared = Q(series__franchises__series=series, to_series__isnull=False)
    ids = Relation.objects.filter(Q(series=series) | Q(to_series=series) | shared).values("pk")
    found = Relation.objects.filter(pk__in=ids).order_by("to_work__year", "pk")
    return found.select_related("series", "to_series", "to_work").prefetch_related("to_work__authors")


def family(series: Series, relations: list[Relation]) -> list[Kin]:
    """The tree that the series belongs to. Each series comes once, under the first it is said to come from."""
    parents: dict[int, Relation] = {}
    members = {series.pk: series}
    for relation in relations:
        if relation.to_series:
            parents.setdefault(relation.series_id, relation)
            members |= {relation.series_id: relation.series, relation.to_series.pk: relation.to_series}
    root = series.pk
    seen = {root}
    while root in parents and (above := parents[root].to_series_id) and above not in seen:
        root = above
        seen.add(root)
    lines: list[Kin] = []

    def add(pk: int, depth: int) -> None:
        relation = parents.get(pk) if depth else None
        parent = relation.to_series.name if relation and relation.to_series else ""
        label = str(relation.get_kind_display()) if relation else ""
        lines.append(Kin(members[pk], label, parent, depth, is_self=pk == series.pk))
        drawn.add(pk)
        children = [child for child, link in parents.items() if link.to_series_id == pk and child not in drawn]
        for child in sorted(children, key=lambda child: members[child].start_year or 9999):
            add(child, depth + 1)

    drawn: set[int] = set()
    add(root, 0)
    return lines if len(lines) > 1 else []


def cast(series: Series) -> list[CastLine]:
    billing = list(Role.Billing)
    roles = series.roles.select_related("person").prefetch_related("seasons")
    ordered = sorted(roles, key=lambda role: (billing.index(Role.Billing(role.billing)), role.order, role.pk))
    return [CastLine(role, spans(season.number for season in role.seasons.all())) for role in ordered]


def spans(numbers: Iterable[int]) -> str:
    """Numbers as a reader writes them.

    >>> spans([5, 1, 2, 3])
    '1–3, 5'
    """
    indexed = enumerate(sorted(set(numbers)))
    runs = [[number for _place, number in run] for _gap, run in groupby(indexed, key=lambda pair: pair[1] - pair[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def jobs(series: Series) -> list[Job]:
    order = list(Credit.Job)
    found = series.credits.select_related("person")
    ranked = sorted(found, key=lambda credit: (order.index(Credit.Job(credit.job)), credit.order, credit.pk))
    return [
        Job(str(Credit.Job(job).label), [credit.person for credit in group])
        for job, group in groupby(ranked, key=lambda credit: credit.job)
    ]


@dataclass(frozen=True, slots=True)
class EpisodesPage:
    series: Series
    bell: Bell
    seasons: list[SeasonBlock]
    """In the order in which they are watched, each open."""

    @classmethod
    def load(cls, series: Series) -> Self:
        seasons = series.seasons.order_by("number").prefetch_related("episodes")
        blocks = [replace(block, is_open=True) for block in season_blocks(list(seasons))]
        return cls(series, bell(series), blocks)


@dataclass(frozen=True, slots=True)
class CastPage:
    series: Series
    groups: list[tuple[str, list[CastLine]]]
    """The billing's name and who is billed so."""
    jobs: list[Job]

    @classmethod
    def load(cls, series: Series) -> Self:
        grouped = groupby(cast(series), key=lambda line: line.role.billing)
        return cls(series, [(billed_as(billing), list(lines)) for billing, lines in grouped], jobs(series))


def billed_as(billing: str) -> str:
    """The heading over all who are billed so."""
    names = {
        Role.Billing.MAIN: _("Main roles"),
        Role.Billing.RECURRING: _("Recurring roles"),
        Role.Billing.GUEST: _("Guest roles"),
    }
    return names[Role.Billing(billing)]


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: Person
    bell: Bell
    articles: list[Article]
    has_more_articles: bool
    roles: list[CastLine]
    credits: list[tuple[Series, str]]
    """A series and the jobs in it, such as "Idee, Drehbuch"."""
    works: list[Work]

    @classmethod
    def load(cls, person: Person) -> Self:
        articles = news(person)
        roles = person.roles.select_related("series").prefetch_related("seasons").order_by("-series__start_year", "pk")
        jobs_done = person.credits.select_related("series").order_by("-series__start_year", "series_id", "order")
        return cls(
            person=person,
            bell=bell(person),
            articles=articles[:NEWS],
            has_more_articles=len(articles) > NEWS,
            roles=[CastLine(role, spans(season.number for season in role.seasons.all())) for role in roles],
            credits=[
                (series, ", ".join(str(credit.get_job_display()) for credit in group))
                for series, group in groupby(jobs_done, key=lambda credit: credit.series)
            ],
            works=list(person.works.order_by("year", "title")),
        )


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A franchise, a network or a streamer: its series and the news about it."""

    topic: Topic
    bell: Bell
    articles: list[Article]
    has_more_articles: bool
    series: list[Series]

    @classmethod
    def load(cls, topic: Franchise | Organisation) -> Self:
        articles = news(topic)
        series = list(topic.series.order_by("start_year", "name"))
        return cls(topic, bell(topic), articles[:NEWS], len(articles) > NEWS, series)
