"""Seasons and episodes: the guide, a season, an episode."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext as _

from staffellauf.catalogue import attribution, calendar, cast, guide
from staffellauf.catalogue.models import DataSource, Episode, Release, Season, Series, Showing
from staffellauf.common import dates
from staffellauf.website import structured
from staffellauf.website.pages import casting, progress, words
from staffellauf.website.pages.bell import Bell
from staffellauf.website.pages.progress import Seen
from staffellauf.website.pages.topics import bell

# Rows of episodes on one page, about 30 KB.
EPISODES_PER_PAGE = 80
PAST_SHOWN, COMING_SHOWN = 6, 10
SHOWINGS_AHEAD, SHOWINGS_BACK = timedelta(days=30), timedelta(days=180)


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    number: str
    name: str
    """Instead of a title, where there is none."""
    title: str
    title_language: str
    original: str
    """The original title beside a German one."""
    address: str
    aired_on: date | None
    german_on: date | None
    code: str
    """2x05: up to where a reader may have seen; empty for what has no place in the order."""
    is_seen: bool

    @classmethod
    def of(cls, episode: Episode, *, season: Season, series: Series, stem: str) -> Self:
        title, language = words.titled(episode, series)
        return cls(
            number=words.episode_number(episode),
            name=words.episode_name(episode),
            title=title,
            title_language=language,
            original=episode.original_title if episode.name and episode.original_title != episode.name else "",
            address=f"{stem}{words.episode_code(season, episode)}/",
            aired_on=episode.aired_on,
            german_on=getattr(episode, "german_on", None),
            code=words.episode_code(season, episode) if is_counted(season, episode) else "",
            is_seen=is_seen(series, season, episode),
        )


def is_counted(season: Season, episode: Episode) -> bool:
    """Specials come in between, somewhere."""
    return season.number > 0 and episode.number is not None and episode.kind == Episode.Kind.REGULAR


def is_seen(series: Series, season: Season, episode: Episode) -> bool:
    """By the reader for whom `topics.find` found the series."""
    return is_counted(season, episode) and (season.number, episode.number) <= progress.place_of(series)


@dataclass(frozen=True, slots=True)
class SeasonBlock:
    season: Season
    name: str
    title: str
    """What else the season is called."""
    address: str
    facts: str
    """2020 · 10 episodes"""
    lines: list[EpisodeLine]
    is_open: bool
    is_whole: bool
    """All its episodes are among the lines."""


def blocks(series: Series, seasons: Iterable[Season], *, episodes: Iterable[Episode]) -> list[SeasonBlock]:
    """Seasons as they come, with those of the episodes that are theirs; the first that has any is open."""
    stem = f"{series.get_absolute_url()}folgen/"
    by_season: dict[int, list[Episode]] = {}
    for episode in episodes:
        by_season.setdefault(episode.season_id, []).append(episode)
    is_first, found = True, []
    for season in seasons:
        own = by_season.get(season.pk, [])
        known = getattr(season, "known_count", len(own))
        found.append(
            SeasonBlock(
                season=season,
                name=words.season_name(season),
                title=season.name if season.number and season.name != words.season_name(season) else "",
                address=f"{stem}{words.season_code(season)}/",
                facts=season_facts(season, known),
                lines=[EpisodeLine.of(one, season=season, series=series, stem=stem) for one in own],
                is_open=bool(own) and is_first,
                is_whole=len(own) >= known,
            )
        )
        is_first = is_first and not own
    return found


def season_facts(season: Season, known: int) -> str:
    first = season.premiered_on or getattr(season, "first_on", None)
    year = season.start_year or (first.year if first else None)
    count = max(season.episode_count or 0, known)
    shown = "" if year == season.number else str(year or "")
    return words.joined([shown, words.episode_count(count) if count else ""])


@dataclass(frozen=True, slots=True)
class GuidePage:
    """All seasons; the episodes too, unless they are too many for one page: then those of the newest season."""

    series: Series
    bell: Bell
    seasons: list[SeasonBlock]
    has_all: bool
    sources: list[DataSource]
    seen: Seen

    @classmethod
    def load(cls, series: Series) -> Self:
        seasons = guide.seasons_of(series, today=dates.day_of(timezone.now()))
        # Annotated, hence unknown to the checker.
        counts = {season.pk: getattr(season, "known_count") for season in seasons}  # noqa: B009
        has_all = sum(counts.values()) <= EPISODES_PER_PAGE
        if not has_all:
            seasons.reverse()
        filled = [season.pk for season in seasons if counts[season.pk]]
        wanted = Episode.objects.filter(season__in=filled if has_all else filled[:1])
        episodes = list(guide.in_order(guide.with_german_day(wanted))[:EPISODES_PER_PAGE])
        found = blocks(series, seasons, episodes=episodes)
        rows = [series, *seasons, *episodes]
        return cls(series, bell(series), found, has_all, attribution.named_sources(rows), Seen.of(series))


@dataclass(frozen=True, slots=True)
class SeasonPage:
    series: Series
    season: Season
    name: str
    block: SeasonBlock
    releases: list["ReleaseLine"]
    others: list[tuple[str, str, bool]]
    """Name and address of each season, and whether it is this one."""
    page: int
    page_count: int
    sources: list[DataSource]
    data: dict[str, Any]
    seen: Seen

    @classmethod
    def load(cls, series: Series, season: Season, *, page: int) -> Self:
        seasons = guide.seasons_of(series, today=dates.day_of(timezone.now()))
        count = next(getattr(one, "known_count") for one in seasons if one.pk == season.pk)  # noqa: B009
        last = max(1, -(-count // EPISODES_PER_PAGE))
        page = min(max(page, 1), last)
        begin = (page - 1) * EPISODES_PER_PAGE
        wanted = guide.in_order(guide.with_german_day(Episode.objects.filter(season=season)))
        episodes = list(wanted[begin : begin + EPISODES_PER_PAGE])
        releases = list(season.releases.filter(episode=None).select_related("organisation"))
        return cls(
            series=series,
            season=season,
            name=words.season_name(season),
            block=blocks(series, [season], episodes=episodes)[0],
            releases=[ReleaseLine.of(release) for release in releases],
            others=[
                (words.season_name(one), words.season_address(series, one), one.pk == season.pk) for one in seasons
            ],
            page=page,
            page_count=last,
            sources=attribution.named_sources([series, season, *episodes, *releases]),
            data=structured.tv_season(series, season, address=words.season_address(series, season), count=count),
            seen=Seen.of(series),
        )

    @property
    def has_tabs(self) -> bool:
        return len(self.others) > 1


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A line of the table of all releases."""

    what: str
    when: str
    day: date
    note: str
    """Such as the calendar day, when it differs from the broadcast day, or the last day in a media library."""
    where: str
    address: str
    """Of the network or streamer; empty when none is known."""

    @classmethod
    def of(cls, release: Release) -> Self:
        organisation = release.organisation
        notes = []
        if release.starts_at and calendar.release_day(release, by_broadcast=True) != dates.day_of(release.starts_at):
            shown = words.day(calendar.release_day(release, by_broadcast=True))
            notes.append(_("broadcast day %(day)s") % {"day": shown})
        if release.available_until:
            notes.append(_("until %(day)s") % {"day": words.day(release.available_until)})
        return cls(
            what=words.release_kind(release.kind, version=release.version),
            when=words.when(release),
            day=release.first_on,
            note=words.joined(notes),
            where=organisation.name if organisation else "",
            address=organisation.get_absolute_url() if organisation else "",
        )

    @classmethod
    def of_premiere(cls, episode: Episode) -> Self | None:
        """The original premiere, as the episode itself knows it."""
        if episode.aired_on is None:
            return None
        note = ""
        if episode.aired_at and dates.day_of(episode.aired_at) != episode.aired_on:
            note = _("in Germany it was %(moment)s") % {"moment": dates.moment(episode.aired_at)}
        return cls(_("Original premiere"), words.day(episode.aired_on), episode.aired_on, note, "", "")


@dataclass(frozen=True, slots=True)
class EpisodePage:
    series: Series
    season: Season
    episode: Episode
    place: str
    """Season 2, Episode 5"""
    title: str
    title_language: str
    original: str
    releases: list[ReleaseLine]
    guests: list[casting.CastLine]
    jobs: list[casting.Job]
    coming: list[Showing]
    past: list[Showing]
    before: EpisodeLine | None
    after: EpisodeLine | None
    sources: list[DataSource]
    data: dict[str, Any]
    seen: Seen
    code: str
    """2x05; empty for a special."""
    is_seen: bool

    @classmethod
    def load(cls, series: Series, episode: Episode) -> Self:
        season, now = episode.season, timezone.now()
        title, language = words.titled(episode, series)
        releases = list(
            Release.objects.filter(series=series, episode=episode).select_related("organisation").order_by("first_on")
        )
        roles = list(cast.with_places(episode.roles.select_related("person")).order_by("order", "pk"))
        crew = list(episode.credits.select_related("person").order_by(cast.ranked("job", cast.JOBS), "order", "pk"))
        before, after = guide.neighbours(series, episode)
        near = calendar.showings(series, since=now - SHOWINGS_BACK, until=now + SHOWINGS_AHEAD).filter(episode=episode)
        shown = list(near.order_by("-starts_at")[: 2 * COMING_SHOWN])
        premiere = ReleaseLine.of_premiere(episode)
        return cls(
            series=series,
            season=season,
            episode=episode,
            place=f"{words.season_name(season)}, {words.episode_name(episode)}",
            title=title,
            title_language=language,
            original=episode.original_title if episode.name and episode.original_title != episode.name else "",
            releases=[*([premiere] if premiere else []), *(ReleaseLine.of(release) for release in releases)],
            guests=[casting.CastLine.of(role) for role in roles],
            jobs=casting.by_job(crew),
            coming=[one for one in reversed(shown) if one.starts_at >= now][:COMING_SHOWN],
            past=[one for one in shown if one.starts_at < now][:PAST_SHOWN],
            before=line_of(before, series),
            after=line_of(after, series),
            sources=attribution.named_sources([series, season, episode, *releases, *roles, *crew]),
            data=structured.tv_episode(
                series, episode, address=words.episode_address(series, season, episode), season=season
            ),
            seen=Seen.of(series),
            code=words.episode_code(season, episode) if is_counted(season, episode) else "",
            is_seen=is_seen(series, season, episode),
        )


def line_of(episode: Episode | None, series: Series) -> EpisodeLine | None:
    if episode is None:
        return None
    stem = f"{series.get_absolute_url()}folgen/"
    return EpisodeLine.of(episode, season=episode.season, series=series, stem=stem)
