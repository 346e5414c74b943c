"""Releases and original premieres in one shape: what an episode says of its own first run comes as a Release that is no
row of the database."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from staffellauf.catalogue.models import Episode, Release, Season
from staffellauf.common import dates

RELATED = ("series", "season", "episode__season", "organisation")


def releases(found: "QuerySet[Release]") -> "QuerySet[Release]":
    """With what names them, and without those that an episode says better itself."""
    doubled = Q(kind=Release.Kind.ORIGINAL, episode__aired_on__isnull=False)
    return found.exclude(doubled).select_related(*RELATED)


def originals(found: "QuerySet[Episode]") -> list[Release]:
    """The first runs of these episodes, as far as their day is known."""
    return [original(episode) for episode in found.select_related("season__series") if episode.aired_on]


def original(episode: Episode) -> Release:
    """The episode's first run; its day is known."""
    assert episode.aired_on is not None
    series = episode.season.series
    day = dates.day_of(episode.aired_at) if episode.aired_at else episode.aired_on
    return Release(
        series=series,
        season=episode.season,
        episode=episode,
        kind=Release.Kind.ORIGINAL,
        territory=series.countries[:2],
        precision=Release.Precision.MINUTE if episode.aired_at else Release.Precision.DAY,
        first_on=day,
        last_on=day,
        starts_at=episode.aired_at,
        broadcast_day=episode.aired_on,
        source=episode.source,
        origin=episode.origin,
    )


def season_of(release: Release) -> Season | None:
    return release.season or (release.episode.season if release.episode else None)


def starts_season(found: Iterable[Release]) -> bool:
    """Whether a season, or the whole series, begins with one of them. Specials are no season."""
    return any(_is_start(release) for release in found)


def _is_start(release: Release) -> bool:
    season, episode = season_of(release), release.episode
    if season is not None and season.number == 0:
        return False
    return episode is None or (episode.kind == Episode.Kind.REGULAR and episode.number == 1)


def in_order(found: Iterable[Release]) -> list[Release]:
    """What a group of releases begins with comes first: the series, its season, then episode by episode."""
    return sorted(found, key=_place)


def _place(release: Release) -> tuple[int, bool, int, int, str, int]:
    season, episode = season_of(release), release.episode
    number = episode.number if episode else None
    return (
        -1 if season is None else season.number,
        episode is not None,
        10**6 if episode and number is None else number or 0,
        episode.pk if episode else 0,
        release.version,
        release.pk or 0,
    )


def known_on(release: Release, day: date) -> bool:
    """Whether it is known to be on this day."""
    return release.precision in (Release.Precision.MINUTE, Release.Precision.DAY) and release.first_on == day
