"""From the catalogue to what calendars tell: releases that come together, original premieres, showings.

What comes together, and under which uid, depends on no reader's choices: a uid means the same in every calendar.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet

from staffellauf.alerts.channels.calendar.told import Numbered, Told
from staffellauf.catalogue import premieres
from staffellauf.catalogue.calendar import SHOWN
from staffellauf.catalogue.models import Episode, Release, Series, Showing
from staffellauf.common import dates

# Of each: more comes from nobody's follows within the years that are announced.
ROWS_READ = 10_000
# What has been stays for so long; so does what was taken back.
KEPT = timedelta(days=30)
# On a channel a run ends; a streamer's episode only appears.
BROADCAST = (Release.Kind.GERMAN_TV, Release.Kind.FREE_TV, Release.Kind.ORIGINAL)
FINENESS = {Release.Precision.MINUTE: 0, Release.Precision.DAY: 1}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at."""

    series: "QuerySet[Series]"
    since: date
    with_showings: bool = False
    networks: frozenset[int] = frozenset()
    """Of showings; empty: all."""


@dataclass(frozen=True, slots=True)
class Found:
    told: dict[str, Told]
    """By uid."""
    until: date
    """There may be more after this day, which was not read."""


def read(scope: Scope) -> Found:
    """Three queries at most."""
    ids = scope.series.values("pk")
    rows = premieres.releases(Release.objects.filter(series__in=ids, last_on__gte=scope.since))
    releases = list(rows.order_by("first_on", "pk")[:ROWS_READ])
    aired = Episode.objects.filter(season__series__in=ids, aired_on__gte=scope.since)
    originals = premieres.originals(aired.order_by("aired_on", "pk")[:ROWS_READ])
    showings = _showings(scope) if scope.with_showings else []
    ends = [
        [release.first_on for release in releases],
        [release.broadcast_day or release.first_on for release in originals],
        [showing.broadcast_day for showing in showings],
    ]
    until = min((days[-1] - timedelta(days=1) for days in ends if len(days) == ROWS_READ), default=date.max)
    told = [*_of_releases([*releases, *originals]), *_of_showings(showings)]
    return Found({one.uid: one for one in told if one.first_on <= until}, until)


def _showings(scope: Scope) -> list[Showing]:
    start = datetime.combine(scope.since, datetime.min.time(), tzinfo=UTC)
    rows = Showing.objects.filter(series__in=scope.series.values("pk"), match__in=SHOWN, starts_at__gte=start)
    if scope.networks:
        rows = rows.filter(organisation__in=scope.networks)
    related = rows.select_related("series", "organisation", "episode__season").defer("description", "categories")
    return list(related.order_by("broadcast_day", "starts_at", "pk")[:ROWS_READ])


# --- releases


def _of_releases(found: Sequence[Release]) -> Iterator[Told]:
    keys = _keys(found)
    together: dict[tuple[object, ...], list[Release]] = defaultdict(list)
    for release in _without_superseded(found):
        together[_together(release)].append(release)
    for group in together.values():
        releases = premieres.in_order(group)
        yield _of_group(keys[id(releases[0])], releases)


def _together(release: Release) -> tuple[object, ...]:
    """Equal for what is one entry."""
    season = premieres.season_of(release)
    return (
        release.series_id, season.number if season else None, release.kind, release.version, release.organisation_id,
        _territory(release), release.precision, release.first_on, release.last_on, release.starts_at,
    )  # fmt: skip


def _keys(found: Sequence[Release]) -> dict[int, str]:
    """A uid for each, by `id()`: what and where it is, which outlives both its date and its row."""
    seen: Counter[str] = Counter()
    keys = {}
    for release in sorted(found, key=lambda release: release.pk or 0):
        key = _key(release)
        seen[key] += 1
        keys[id(release)] = key if seen[key] == 1 else f"{key}-{seen[key]}"
    return keys


def _key(release: Release) -> str:
    season, episode = premieres.season_of(release), release.episode
    place = "reihe" if season is None else f"s{season.number}"
    if episode is not None:
        place += f"-special{episode.pk}" if episode.number is None else f"e{episode.number}"
    parts = ["premiere", release.series_id, place, release.kind, release.version, release.organisation_id or ""]
    return "-".join(str(part) for part in [*parts, _territory(release)] if part).lower()


def _territory(release: Release) -> str:
    """Where a series is at home may be learned late, and says nothing of its first run."""
    return "" if release.kind == Release.Kind.ORIGINAL else release.territory


def _without_superseded(found: Sequence[Release]) -> Iterator[Release]:
    """Without dates of whole seasons where the same is known more precisely: „Herbst 2026“ beside 12 October."""
    finer: dict[tuple[object, ...], list[Release]] = defaultdict(list)
    for release in found:
        finer[_of_season(release)].append(release)
    for release in found:
        if release.episode_id or not any(_supersedes(other, release) for other in finer[_of_season(release)]):
            yield release


def _of_season(release: Release) -> tuple[object, ...]:
    season = premieres.season_of(release)
    return release.series_id, season.number if season else None, release.kind, _territory(release)


def _supersedes(other: Release, release: Release) -> bool:
    return (
        FINENESS.get(Release.Precision(other.precision), 2) < FINENESS.get(Release.Precision(release.precision), 2)
        and release.first_on <= other.first_on <= release.last_on
        and release.organisation_id in (None, other.organisation_id)
        and release.version in ("", other.version)
    )


def _of_group(uid: str, releases: Sequence[Release]) -> Told:
    first, season = releases[0], premieres.season_of(releases[0])
    episodes = [release.episode for release in releases if release.episode]
    return Told(
        uid=uid,
        series_id=first.series_id,
        series=first.series.name,
        slug=first.series.slug,
        first_on=first.first_on,
        last_on=first.last_on,
        precision=first.precision,
        at=first.starts_at,
        ends_at=_ends_at(first, episodes) if len(episodes) == len(releases) else None,
        broadcast_day=first.broadcast_day,
        kind=first.kind,
        version=first.version,
        season=season.number if season else None,
        season_name=season.name if season else "",
        episodes=_first_and_last(episodes),
        title=_title(episodes),
        organisation_id=first.organisation_id,
        organisation=first.organisation.name if first.organisation else "",
        is_start=premieres.starts_season(releases),
        sources=tuple(sorted({release.source_of("first_on") for release in releases})),
    )


def _ends_at(first: Release, episodes: Sequence[Episode]) -> datetime | None:
    """Where it runs on a channel and its length is known."""
    minutes = [episode.runtime_min or first.series.runtime_min for episode in episodes]
    if first.starts_at is None or first.kind not in BROADCAST or not all(minutes):
        return None
    return first.starts_at + timedelta(minutes=sum(one or 0 for one in minutes))


def _first_and_last(episodes: Sequence[Episode]) -> tuple[Numbered, ...]:
    ends = episodes if len(episodes) < 2 else (episodes[0], episodes[-1])
    return tuple(Numbered(one.pk, one.kind, one.number, one.last_number) for one in ends)


def _title(episodes: Sequence[Episode]) -> str:
    return (episodes[0].name or episodes[0].original_title) if len(episodes) == 1 else ""


# --- showings


def _of_showings(found: Iterable[Showing]) -> Iterator[Told]:
    """Guides name a showing by its start, so that one which is moved is another one to them; here it is the first,
    second … of its episode on that channel and broadcast day."""
    seen: Counter[str] = Counter()
    for showing in found:
        told = _of_showing(showing)
        seen[told.uid] += 1
        yield replace(told, uid=f"{told.uid}-{seen[told.uid]}")


def _of_showing(showing: Showing) -> Told:
    assert showing.series is not None
    episode = showing.episode
    season = episode.season.number if episode else showing.season_number
    number = episode.number if episode else showing.episode_number
    place = f"f{episode.pk}" if episode else f"s{season or 0}e{number or 0}"
    day = showing.broadcast_day
    known = [Numbered(episode.pk if episode else 0, "regular", number, episode.last_number if episode else None)]
    return Told(
        uid=f"sendung-{showing.organisation_id}-{showing.series_id}-{place}-{day:%Y%m%d}",
        series_id=showing.series.pk,
        series=showing.series.name,
        slug=showing.series.slug,
        first_on=dates.day_of(showing.starts_at),
        last_on=dates.day_of(showing.starts_at),
        precision=Release.Precision.MINUTE,
        at=showing.starts_at,
        ends_at=showing.ends_at,
        broadcast_day=day,
        season=season,
        season_name=episode.season.name if episode else "",
        episodes=tuple(known) if number is not None and season is not None else (),
        title=showing.subtitle,
        organisation_id=showing.organisation_id,
        organisation=showing.organisation.name,
        is_start=number == 1 and bool(season),
        is_premiere=showing.is_premiere,
        is_repeat=showing.is_repeat and not showing.is_premiere,
        sources=(showing.source,),
    )
