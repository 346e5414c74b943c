"""The page of a series. It asks the database at most 15 things, however much there is to know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.db.models import prefetch_related_objects as read_related
from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.catalogue import attribution, calendar, cast, family, guide
from staffellauf.catalogue.family import Family
from staffellauf.catalogue.models import (
    DataSource,
    Episode,
    Organisation,
    Release,
    Season,
    Series,
    Showing,
    Topic,
    TopicKind,
)
from staffellauf.common import dates
from staffellauf.common.prepared import Prepared, Slot
from staffellauf.newsroom.models import Article
from staffellauf.website import pictures, structured
from staffellauf.website.pages import cards, casting, events, topics, words
from staffellauf.website.pages.bell import Bell
from staffellauf.website.pages.events import Agenda
from staffellauf.website.pages.facts import Reported
from staffellauf.website.pages.progress import Seen
from staffellauf.website.pages.seasons import SeasonBlock, blocks

JOBS_SHOWN = 5
SEASONS_SHOWN = 8
WORKS_SHOWN = 6
SHOWINGS_AHEAD = timedelta(days=14)
DATES_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Watch:
    """Where the series is to be seen."""

    organisation: Organisation | None
    lines: list["WatchLine"]


@dataclass(frozen=True, slots=True)
class WatchLine:
    what: str
    """German streaming premiere, dubbed"""
    scope: str
    """Season 2; empty for all of it."""
    when: str
    is_coming: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the series is about: our words, or those of a data source under its licence."""

    text: str
    language: str
    source: DataSource | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A cleared picture with the credit it must carry."""

    picture: pictures.ShownPicture
    credit: str


@dataclass(frozen=True, slots=True)
class SeriesPage:
    series: Series
    shown_original: str
    """The original title where it says something new."""
    facts: list[str]
    status_note: str
    next_date: str
    """What comes next, in words; empty when nothing is known."""
    bell: Bell
    reported: Reported
    picture: Shown | None
    told: Told | None
    articles: list[Article]
    has_more_articles: bool
    seasons: list[SeasonBlock]
    """Newest first."""
    season_count: int
    """Without the specials."""
    has_more_seasons: bool
    cast: list[casting.CastLine]
    cast_size: int
    jobs: list[casting.Job]
    family: Family
    more_works: int
    watch: list[Watch]
    showings: list[Showing]
    organisations: list[Topic]
    franchises: list[Topic]
    sources: list[DataSource]
    data: dict[str, Any]
    seen: Seen

    @classmethod
    def load(cls, series: Series) -> Self:
        now = timezone.now()
        today = dates.day_of(now)
        articles, cleared = news_and_picture(series)
        seasons = guide.seasons_of(series, today=today)[::-1]
        shown = seasons[:SEASONS_SHOWN]
        episodes = newest_episodes(seasons, today=today)
        releases = calendar.availability(series, today=today)
        roles = cast.first_roles(series)
        crew = cast.first_credits(series)
        related = family.of_series(series)
        sources = attribution.named_sources(
            [series, *shown, *episodes, *roles, *releases, *crew],
            more=[topics.annotated(series, "synopsis_source") or ""],
        )
        belongs = belonging(series)
        return cls(
            series=series,
            shown_original=series.original_title if series.original_title != series.name else "",
            facts=words.facts(series),
            status_note=words.status_note(
                series.status, topics.annotated(series, "status_before") or "", topics.annotated(series, "status_since")
            ),
            next_date=next_date(series, seasons, episodes=episodes, releases=releases, today=today),
            bell=topics.bell(series),
            reported=Reported.of_series(series),
            picture=cleared,
            told=told(series, sources),
            articles=articles[: topics.NEWS],
            has_more_articles=len(articles) > topics.NEWS,
            seasons=blocks(series, shown, episodes=episodes),
            season_count=sum(season.number > 0 for season in seasons),
            has_more_seasons=len(seasons) > SEASONS_SHOWN,
            cast=[casting.CastLine.of(role) for role in roles],
            cast_size=getattr(roles[0], "role_count") if roles else 0,  # noqa: B009  # an annotation
            jobs=casting.by_job(crew)[:JOBS_SHOWN],
            family=related,
            more_works=max(len(related.works) - WORKS_SHOWN, 0),
            watch=watch(releases, today=today),
            showings=calendar.next_showings(series, since=now, until=now + SHOWINGS_AHEAD),
            organisations=[topic for topic in belongs if topic.kind == TopicKind.ORGANISATION],
            franchises=[topic for topic in belongs if topic.kind == TopicKind.FRANCHISE],
            sources=sources,
            data=structured.tv_series(series, roles=roles, seasons=len(seasons)),
            seen=Seen.of(series),
        )

    @property
    def works(self) -> list[Any]:
        return self.family.works[:WORKS_SHOWN]


def belonging(series: Series) -> list[Topic]:
    """Its networks, streamers and franchises."""
    return BELONGING.read(series=series.pk)


def _belonging() -> QuerySet[Topic]:
    # By their keys: an OR over joins would walk all topics.
    of = {"series_id": Slot("series")}
    networks = Series.organisations.through.objects.filter(**of).values("organisation_id")
    franchises = Series.franchises.through.objects.filter(**of).values("franchise_id")
    held = Q(pk__in=networks) | Q(pk__in=franchises)
    return Topic.objects.filter(held).only("kind", "name", "slug")


BELONGING = Prepared(_belonging)


def news_and_picture(series: Series) -> tuple[list[Article], Shown | None]:
    """The renditions of all pictures are read at once."""
    articles = cards.with_publishers(topics.newest(series))
    cleared = topics.picture(series)
    files = [article.lead_picture for article in articles if article.lead_picture]
    if cleared and cleared.picture:
        files.append(cleared.picture)
    if files:
        read_related(files, "renditions")
    shown = pictures.load(cleared.picture, sizes="(min-width: 78rem) 73rem, 100vw") if cleared else None
    return articles, Shown(shown, cleared.credit) if shown and cleared else None


def newest_episodes(seasons: list[Season], *, today: date) -> list[Episode]:
    """Of the season that runs or comes next, else of the newest one that has any: those around today."""
    held = [season for season in seasons if count_of(season)]
    running = [season for season in held if getattr(season, "next_on") and season.number]  # noqa: B009
    regular = [season for season in held if season.number] or held
    chosen = (running[-1:] or regular[:1])[:1]
    if not chosen:
        return []
    first = getattr(chosen[0], "next_on")  # noqa: B009
    is_long = count_of(chosen[0]) > guide.EPISODES_READ
    return guide.first_episodes(chosen[0], since=first - timedelta(days=28) if first and is_long else None)


def count_of(season: Season) -> int:
    """Of a season that `guide.seasons_of` found."""
    return getattr(season, "known_count")  # noqa: B009  # an annotation, unknown to the checker


def told(series: Series, sources: Iterable[DataSource]) -> Told | None:
    if series.summary:
        return Told(series.summary, "de", None)
    text = topics.annotated(series, "synopsis_text")
    if not text:
        return None
    by_key = {source.key: source for source in sources}
    return Told(
        text, topics.annotated(series, "synopsis_language"), by_key.get(topics.annotated(series, "synopsis_source"))
    )


def next_date(
    series: Series, seasons: list[Season], *, episodes: list[Episode], releases: list[Release], today: date
) -> str:
    """The next date here, else the next one where the series comes from."""
    for release in releases:
        if release.last_on >= today and release.kind != Release.Kind.ORIGINAL:
            return release_in_words(release)
    days = [day for season in seasons if (day := getattr(season, "next_on"))]  # noqa: B009
    if days:
        day = min(days)
        coming = [episode for episode in episodes if episode.aired_on == day]
        season = next((one for one in seasons if coming and one.pk == coming[0].season_id), None)
        what = words.place(season, coming) if season else _("Next episode")
        return _("%(what)s on %(day)s (original premiere)") % {"what": what, "day": words.day(day)}
    original = next((release for release in releases if release.last_on >= today), None)
    return release_in_words(original) if original else ""


def release_in_words(release: Release) -> str:
    """Season 2: autumn 2026, ZDF (German streaming premiere)"""
    season = release.season or (release.episode.season if release.episode else None)
    what = words.place(season, [release.episode] if release.episode else []) or _("Start")
    where = f", {release.organisation.name}" if release.organisation else ""
    return f"{what}: {words.when(release)}{where} ({words.release_kind(release.kind, version=release.version)})"


def watch(releases: list[Release], *, today: date) -> list[Watch]:
    """By place; not the original premiere."""
    here = [
        release for release in releases if release.territory in guide.HERE and release.kind != Release.Kind.ORIGINAL
    ]
    by_place: dict[int | None, list[Release]] = {}
    for release in here:
        by_place.setdefault(release.organisation_id, []).append(release)
    return [
        Watch(found[0].organisation, [watch_line(release, today=today) for release in found[:3]])
        for found in by_place.values()
    ]


def watch_line(release: Release, *, today: date) -> WatchLine:
    season = release.season or (release.episode.season if release.episode else None)
    is_coming = release.last_on > today
    return WatchLine(
        what=words.release_kind(release.kind, version=release.version),
        scope=words.place(season, [release.episode] if release.episode and is_coming else []),
        when=words.when(release),
        is_coming=is_coming,
        until=release.available_until,
    )


@dataclass(frozen=True, slots=True)
class DatesPage:
    """All that comes of a series."""

    series: Series
    bell: Bell
    agenda: Agenda

    @classmethod
    def load(cls, series: Series, *, now: datetime) -> Self:
        today = dates.day_of(now)
        found = calendar.of_series([series], first=today, last=today + DATES_AHEAD, by_broadcast=True)
        return cls(series, topics.bell(series), Agenda.of(found[: events.LINES_SHOWN]))
