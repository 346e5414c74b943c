"""How far readers have watched, beside what has come out."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q

from staffellauf.catalogue.models import Episode
from staffellauf.common import dates
from staffellauf.readers.models import Progress, Reader

Place = tuple[int, int]
"""Number of the season and of the episode."""
NOTHING: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Aired:
    """A series' regular episodes that have a date, in their order."""

    places: list[Place]
    moments: list[datetime]


@dataclass(frozen=True, slots=True)
class Watching:
    aired: dict[int, Aired]
    """By series."""
    seen: dict[tuple[int, int], Place]
    """By reader and series; nothing when absent."""

    def is_behind(self, reader_id: int, series_id: int, *, at: datetime, before: Place | None = None) -> bool:
        """Whether an episode that the reader did not see had come out by then; of those before a place, with one."""
        aired = self.aired.get(series_id)
        if aired is None:
            return False
        begin = bisect_right(aired.places, self.seen.get((reader_id, series_id), NOTHING))
        end = len(aired.places) if before is None else bisect_right(aired.places, (before[0], before[1] - 1))
        return any(aired.moments[index] <= at for index in range(begin, end))


def of(reader_ids: Collection[int], series_ids: Collection[int]) -> Watching:
    """All of these readers and series; two queries, none without series."""
    if not series_ids:
        return Watching({}, {})
    progress = Progress.objects.filter(reader__in=reader_ids, series__in=series_ids)
    rows = progress.values_list("reader_id", "series_id", "season_number", "episode_number")
    return Watching(_aired(series_ids), {(reader, series): (season, number) for reader, series, season, number in rows})


def behind_in(reader_ids: Collection[int], series_id: int, *, now: datetime) -> set[int]:
    """Those who have not seen all regular episodes that have come out. Before the first one nobody is behind."""
    watching = of(reader_ids, [series_id])
    return {reader_id for reader_id in reader_ids if watching.is_behind(reader_id, series_id, at=now)}


def is_caught_up(reader: Reader, series_id: int, *, now: datetime) -> bool:
    return not behind_in([reader.pk], series_id, now=now)


def _aired(series_ids: Collection[int]) -> dict[int, Aired]:
    episodes = Episode.objects.filter(
        Q(aired_on__isnull=False) | Q(aired_at__isnull=False),
        season__series__in=series_ids,
        season__number__gt=0,
        kind=Episode.Kind.REGULAR,
        number__isnull=False,
    )
    rows = episodes.order_by("season__number", "number").values_list(
        "season__series_id", "season__number", "number", "aired_at", "aired_on"
    )
    found: dict[int, Aired] = defaultdict(lambda: Aired([], []))
    for series_id, season, number, aired_at, aired_on in rows:
        moment = aired_at or (_end_of(aired_on) if aired_on else None)
        if moment is not None:
            found[series_id].places.append((season, number or 0))
            found[series_id].moments.append(moment)
    return dict(found)


def _end_of(day: date) -> datetime:
    """Only when the day is over, an episode of no known hour has come out for sure."""
    return datetime.combine(day, time.max, tzinfo=dates.BERLIN)
