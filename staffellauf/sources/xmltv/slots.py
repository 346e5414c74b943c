"""Starts and ends of one channel, as numbers: a million programmes take some ten megabytes."""

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from staffellauf.sources.xmltv import times
from staffellauf.sources.xmltv.times import WallTime

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks are counted from it, too
EPOCH_UTC = EPOCH.replace(tzinfo=UTC)
CLUMPED, IN_ZONE, STOP_IN_ZONE = 1, 2, 4
NONE = -(2**62)
SECOND = timedelta(seconds=1)
# An end that is further away is a slip of the pen.
MAX_DURATION_S = 14 * 24 * 3600
# A start that is further away is no end: the guide has a hole.
MAX_GAP_S = 24 * 3600


def _numbers() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class Slots:
    """Seconds since 1970 in the order of the guide: of wall clocks until `resolve`, of UTC from then on."""

    zone: ZoneInfo
    """Of times that name none."""
    starts: "array[int]" = field(default_factory=_numbers)
    stops: "array[int]" = field(default_factory=_numbers)
    flags: bytearray = field(default_factory=bytearray)
    others: dict[int, tuple[ZoneInfo | None, ZoneInfo | None]] = field(default_factory=dict)
    """By position, the zones of start and stop where they are not `zone`."""
    in_order: "array[int]" = field(default_factory=_numbers)
    overlaps: int = 0
    odd_stops: int = 0

    @property
    def first(self) -> int:
        return self.in_order[0]

    @property
    def last(self) -> int:
        """The last end or start."""
        return max(self.in_order[-1], max(self.stops))

    def stop(self, index: int) -> int | None:
        return None if self.stops[index] == NONE else self.stops[index]

    def next_start(self, start: int) -> int | None:
        """Of the programme behind, unless the guide has a hole between."""
        position = bisect_right(self.in_order, start)
        if position < len(self.in_order) and self.in_order[position] - start <= MAX_GAP_S:
            return self.in_order[position]
        return None

    def add(self, start: WallTime, stop: WallTime | None, *, is_clumped: bool) -> None:
        stop_zone = stop.zone if stop else None
        self.starts.append(_seconds(start.clock))
        self.stops.append(_seconds(stop.clock) if stop else NONE)
        self.flags.append((IN_ZONE if start.zone else 0) | (STOP_IN_ZONE if stop_zone else 0) | is_clumped)
        if start.zone not in (None, self.zone) or stop_zone not in (None, self.zone):
            self.others[len(self.starts) - 1] = (start.zone, stop_zone)

    def resolve(self) -> None:
        """Wall clocks become moments; then the order is known, and the overlaps are counted."""
        clocks = array("q", self.starts)
        if any(flags & (IN_ZONE | STOP_IN_ZONE) for flags in self.flags):
            moments = times.resolve([self._wall(index, self.starts, is_stop=False) for index in range(len(clocks))])
            self.starts = array("q", map(_seconds_utc, moments))
        self.in_order = array("q", sorted(self.starts))
        for index, stop in enumerate(self.stops):
            if stop != NONE:
                self.stops[index] = self._stop(index, clocks)
        self.overlaps = self._count_overlaps()

    def _wall(self, index: int, clocks: "array[int]", *, is_stop: bool) -> WallTime:
        zone = self.zone if self.flags[index] & (STOP_IN_ZONE if is_stop else IN_ZONE) else None
        if index in self.others:
            zone = self.others[index][is_stop]
        return WallTime(EPOCH + clocks[index] * SECOND, zone)

    def _stop(self, index: int, clocks: "array[int]") -> int:
        start, clock = self.starts[index], self.stops[index]
        stop = clock
        if self.flags[index] & STOP_IN_ZONE:
            wall = self._wall(index, self.stops, is_stop=True)
            stop = _seconds_utc(times.resolve_stop(wall, EPOCH_UTC + start * SECOND))
            # Clocks went back meanwhile, and the next programme tells that the guide means the time without that.
            unturned = start + clock - clocks[index]
            if start <= unturned < stop and self.next_start(start) == unturned:
                stop = unturned
        if not start <= stop <= start + MAX_DURATION_S:
            self.odd_stops += 1
            return NONE
        return stop

    def _count_overlaps(self) -> int:
        overlaps, latest = 0, (NONE, NONE)
        for start, stop, flags in sorted(zip(self.starts, self.stops, self.flags, strict=True)):
            shares_slot = flags & CLUMPED and (start, stop) == latest
            if start < latest[1] and not shares_slot:
                overlaps += 1
            if stop >= latest[1]:
                latest = (start, stop)
        return overlaps


def _seconds(clock: datetime) -> int:
    return (clock - EPOCH) // SECOND


def _seconds_utc(moment: datetime) -> int:
    return (moment - EPOCH_UTC) // SECOND
