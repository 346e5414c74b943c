"""Whether a season is complete with what comes out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q

from staffellauf.catalogue import premieres
from staffellauf.catalogue.models import Episode, Release, Season
from staffellauf.common import dates

if TYPE_CHECKING:
    from staffellauf.alerts.releases import Group

Of = TypeVar("Of", bound="Group")
# Where a season is put up at once.
AT_ONCE = (Release.Kind.GERMAN_STREAM, Release.Kind.MEDIA_LIBRARY)
EXACT = (Release.Precision.MINUTE, Release.Precision.DAY)
First = dict[tuple[int, str], datetime]


def completed(groups: Sequence[Of]) -> list[Of]:
    """Those with which the last episode of a season is out; three queries."""
    seasons = {season.pk: season for group in groups for season in _seasons(group)}
    if not seasons:
        return []
    episodes: dict[int, list[Episode]] = defaultdict(list)
    for episode in Episode.objects.filter(season__in=seasons, kind=Episode.Kind.REGULAR, number__isnull=False):
        episodes[episode.season_id].append(episode)
    firsts = _firsts(seasons, episodes)
    return [
        group
        for group in groups
        if any(_is_complete(group, season, episodes[season.pk], firsts) for season in _seasons(group))
    ]


def _seasons(group: "Group") -> list[Season]:
    """Specials are never complete."""
    found = {season.pk: season for release in group.releases if (season := premieres.season_of(release))}
    return [season for season in found.values() if season.number > 0]


def _firsts(seasons: Iterable[int], episodes: dict[int, list[Episode]]) -> First:
    """When each episode came or comes out for the first time, by kind of release."""
    rows = Release.objects.filter(Q(episode__season__in=list(seasons)), precision__in=EXACT).order_by()
    found: First = {}
    for row in rows.only("episode_id", "kind", "precision", "first_on", "starts_at"):
        key = (row.episode_id or 0, row.kind)
        found[key] = min(moment(row), found.get(key, moment(row)))
    for episode in (one for many in episodes.values() for one in many):
        if episode.aired_at or episode.aired_on:
            found[episode.pk, Release.Kind.ORIGINAL] = episode.aired_at or start_of(episode)
    return found


def _is_complete(group: "Group", season: Season, episodes: Sequence[Episode], firsts: First) -> bool:
    known = sum((episode.last_number or episode.number or 0) - (episode.number or 0) + 1 for episode in episodes)
    if not episodes or known < (season.episode_count or 0) or not (season.episode_count or season.ended_on):
        # More are to come, or nobody knows.
        return False
    mine = [release for release in group.releases if premieres.season_of(release) == season]
    for kind in {release.kind for release in mine}:
        came = [firsts[episode.pk, kind] for episode in episodes if (episode.pk, kind) in firsts]
        if len(came) == len(episodes):
            # What comes once more, dubbed, completes nothing.
            if max(came) == moment(group.first):
                return True
        elif not came and kind in AT_ONCE and _has_ended(episodes, moment(group.first)):
            return True
    return False


def _has_ended(episodes: Sequence[Episode], before: datetime) -> bool:
    """Of a season without dates for its episodes here: whether all of it was shown where it comes from, so that a
    streamer puts it up at once."""
    return all(episode.aired_on is not None and start_of(episode) <= before for episode in episodes)


def moment(release: Release) -> datetime:
    """To compare with: of a day its beginning."""
    if release.starts_at is not None:
        return release.starts_at
    return datetime.combine(release.first_on, time(), tzinfo=dates.BERLIN).astimezone(UTC)


def start_of(episode: Episode) -> datetime:
    assert episode.aired_on is not None
    return datetime.combine(episode.aired_on, time(), tzinfo=dates.BERLIN).astimezone(UTC)
